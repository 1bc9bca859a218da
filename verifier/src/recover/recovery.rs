//! What a search concluded, as plain data.

use jiff::Timestamp;
use serde::Serialize;

use super::history::Keeping;
use super::judge::Content;
use crate::hash::Sha256;
use crate::object::ObjectRef;
use crate::verdict::{Answer, Code};

/// The conclusion of one search.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recovered {
    /// Every object that was searched for, in the order of bucket and key.
    pub objects: Vec<Recovery>,
    /// How many of what.
    pub tally: Tally,
    /// What could not be looked at, so that nothing is known of it.
    pub unread: Unread,
    /// Objects that were not searched for, because there are too many.
    pub left_out: u64,
    /// Whether the search was ended before it was complete.
    pub interrupted: bool,
}

/// How many objects had which end.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally {
    /// A version is as signed.
    pub found: u64,
    /// No version is as signed.
    pub not_found: u64,
    /// Nothing was found, and not all could be looked at.
    pub unread: u64,
    /// Nothing is as signed, in a bucket that keeps no versions.
    pub not_kept: u64,
    /// Objects that recovered digests name and that are as they should be.
    pub in_order: u64,
    /// Objects that were handed on to be kept.
    pub kept: u64,
}

/// What became of one object.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recovery {
    /// Where it lies, or should.
    pub object: ObjectRef,
    /// Digest or log.
    pub kind: Kind,
    /// What is wrong with what lies there now.
    pub code: Code,
    /// The same in words. May quote untrusted text.
    pub detail: String,
    /// The hash of the right content; null for a digest that no verified one
    /// names.
    pub signed: Option<Sha256>,
    /// The verified digest that names it.
    pub named_by: Option<ObjectRef>,
    /// The conclusion.
    pub verdict: Verdict,
    /// The version that is as signed.
    pub version: Option<String>,
    /// Why not all could be looked at.
    pub reason: Option<String>,
    /// Whether the bucket keeps versions, where that was asked and answered.
    pub versions_kept: Option<Keeping>,
    /// Whether the right content was handed on to be kept.
    pub kept: bool,
    /// Its versions, the newest first.
    pub versions: Vec<Looked>,
}

/// What an object is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A digest.
    Digest,
    /// A log.
    Log,
}

/// The end of one search.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A version is as signed.
    Found,
    /// All versions were looked at, and none is.
    NotFound,
    /// None is, and the bucket keeps no versions.
    NotKept,
    /// None is, and not all could be looked at, or their signatures not
    /// checked.
    Unread,
}

/// One version, as far as it was looked at.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Looked {
    /// Its id.
    pub id: String,
    /// Whether it is what a plain read gets.
    pub latest: bool,
    /// When it was stored, or the object deleted.
    pub last_modified: Option<Timestamp>,
    /// Who stored or deleted it, as far as S3 tells: the bucket's owner, where
    /// ACLs are disabled.
    pub owner: Option<String>,
    /// Its stored bytes; null for the mark of a deletion.
    pub size: Option<u64>,
    /// Its storage class, where it is not the standard one.
    pub storage_class: Option<String>,
    /// What it holds.
    pub content: Content,
    /// The hash of its inflated content, where it could be inflated.
    pub hash: Option<Sha256>,
    /// Why it is not as signed.
    pub code: Option<Code>,
    /// The same in words, or why it could not be read. May quote untrusted text.
    pub detail: Option<String>,
}

/// Objects that could not be looked at.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unread {
    /// How many.
    pub count: u64,
    /// Some of them, in order, with the reason. May quote untrusted text.
    pub examples: Vec<String>,
}

impl Unread {
    const EXAMPLES: usize = 20;

    pub(super) fn note(&mut self, object: &ObjectRef, why: &str) {
        self.count += 1;
        // The same ones, whatever the order in which threads come upon them.
        let example = format!("{object}: {why}");
        let at = self.examples.partition_point(|other| *other < example);
        self.examples.insert(at, example);
        self.examples.truncate(Self::EXAMPLES);
    }
}

impl Tally {
    pub(super) fn of(objects: &[Recovery], in_order: u64) -> Self {
        let count = |verdict| objects.iter().filter(|it| it.verdict == verdict).count() as u64;
        Self {
            found: count(Verdict::Found),
            not_found: count(Verdict::NotFound),
            unread: count(Verdict::Unread),
            not_kept: count(Verdict::NotKept),
            in_order,
            kept: objects.iter().filter(|it| it.kept).count() as u64,
        }
    }
}

impl Recovered {
    /// Whether something that was signed for was not found, though all versions
    /// were looked at.
    pub fn is_lost(&self) -> bool {
        self.objects.iter().any(|object| {
            let missing = matches!(object.verdict, Verdict::NotFound | Verdict::NotKept);
            // What no verified digest names, and nothing contradicts, need
            // never have been signed.
            missing && (object.signed.is_some() || object.code.answer() == Answer::Failed)
        })
    }

    /// Whether all that is wrong was found, and all could be looked at.
    pub fn is_whole(&self) -> bool {
        let all_found = self
            .objects
            .iter()
            .all(|object| object.verdict == Verdict::Found);
        all_found && self.unread.count == 0 && self.left_out == 0 && !self.interrupted
    }
}
