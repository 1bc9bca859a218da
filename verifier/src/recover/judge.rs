//! Does this content satisfy what was signed for?

use serde::Serialize;
use trailseal_keys::Keyring;

use super::wanted::{Named, Signed, Stated, Wanted};
use crate::chain::{Fault, Link};
use crate::digest::{
    self, Checked, DigestClaims, HASH_ALGORITHM, SignatureSource, Supplied, VerifiedDigest,
};
use crate::gzip::{GzipFault, Inflater};
use crate::hash::Sha256;
use crate::layout::DigestKey;
use crate::limits::Limits;
use crate::log;
use crate::object::ObjectRef;
use crate::source::Object;
use crate::verdict::{Answer, Code};

/// What a version holds, compared with what was signed for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// What was signed for.
    AsSigned,
    /// Nothing: the version marks a deletion.
    Deleted,
    /// It was not asked for, because there are too many versions.
    NotRead,
    /// A digest whose signature cannot be checked.
    Unproved,
    /// It could not be read.
    Unread,
    /// Something else.
    Wrong,
}

/// What one content was judged to be.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) content: Content,
    pub(super) hash: Option<Sha256>,
    /// Why it is not as signed.
    pub(super) fault: Option<Fault>,
    /// The same in words, or why it could not be read.
    pub(super) detail: Option<String>,
    /// What a digest names, if its own metadata proves it, or its successor.
    pub(super) digest: Option<Proved>,
}

/// What a verified digest says of others.
#[derive(Debug)]
pub(super) struct Proved {
    pub(super) object: ObjectRef,
    pub(super) signature: SignatureSource,
    pub(super) predecessor: Option<Named>,
    /// Its logs, and what is signed for each.
    pub(super) logs: Vec<(ObjectRef, Sha256)>,
    /// Logs that it names in a way that cannot be followed.
    pub(super) unfollowed: u64,
}

impl Judged {
    fn as_signed(hash: Sha256, digest: Option<Proved>) -> Self {
        Self {
            content: Content::AsSigned,
            hash: Some(hash),
            fault: None,
            detail: None,
            digest,
        }
    }

    /// It could not be read.
    pub(super) fn unread(detail: &str) -> Self {
        Self {
            content: Content::Unread,
            hash: None,
            fault: None,
            detail: Some(detail.to_owned()),
            digest: None,
        }
    }

    pub(super) fn code(&self) -> Option<Code> {
        self.fault.as_ref().map(|fault| fault.code)
    }

    pub(super) fn not(code: Code, detail: String, hash: Option<Sha256>) -> Self {
        Self {
            content: match code.answer() {
                Answer::Unchecked => Content::Unproved,
                Answer::Failed | Answer::Verified => Content::Wrong,
            },
            hash,
            detail: Some(detail.clone()),
            fault: Some(Fault { code, detail }),
            digest: None,
        }
    }
}

/// Judges stored bytes and their metadata.
pub(super) fn judge(
    wanted: &Wanted,
    stored: &Object,
    keyring: &Keyring,
    inflater: &mut Inflater,
    limits: &Limits,
) -> Judged {
    match &wanted.signed {
        Signed::Log(hash) => judge_log(*hash, stored, inflater, limits),
        Signed::Digest(key, stated) => {
            let inflated = inflater.inflate(&stored.bytes, limits.digest_inflated);
            match inflated {
                Ok(content) => {
                    judge_digest(wanted, (key, stated.as_ref()), content, stored, keyring)
                }
                Err(gzip) => {
                    let hash = match &gzip {
                        GzipFault::TrailingData { content, .. } => Some(*content),
                        _ => None,
                    };
                    Judged::not(digest::container_code(&gzip), gzip.to_string(), hash)
                }
            }
        }
    }
}

fn judge_log(signed: Sha256, stored: &Object, inflater: &mut Inflater, limits: &Limits) -> Judged {
    let hex = signed.to_string();
    match log::signed_content(&stored.bytes, &hex, inflater, limits.log_inflated) {
        Ok(log) => Judged::as_signed(log.hash, None),
        Err((Fault { code, detail }, hash)) => Judged::not(code, detail, hash),
    }
}

fn judge_digest(
    wanted: &Wanted,
    (key, stated): (&DigestKey, Option<&Stated>),
    content: &[u8],
    stored: &Object,
    keyring: &Keyring,
) -> Judged {
    let claims = match DigestClaims::parse(content) {
        Ok(claims) => claims,
        Err(error) => {
            let hash = Some(Sha256::of(content));
            return Judged::not(Code::DigestMalformed, error.to_string(), hash);
        }
    };
    let hash = claims.hash;
    if let Some(stated) = stated.filter(|stated| stated.hash != hash) {
        let detail = format!(
            "content has hash {hash}, its successor states {}",
            stated.hash
        );
        return Judged::not(Code::LinkHashMismatch, detail, Some(hash));
    }
    let checked = digest::check(
        claims,
        &wanted.object,
        key,
        &stored.metadata,
        keyring,
        |fits| match stated {
            Some(stated) if fits(&stated.signature) => Supplied::Fits,
            Some(_) => Supplied::Refuted,
            None => Supplied::Nothing,
        },
    );
    match checked {
        Checked::Verified(digest)
            if digest.signature_source() == SignatureSource::Successor
                && stored.metadata.contains_key("signature") =>
        {
            let detail = "the content is as signed, the signature in its metadata is another one";
            Judged::not(Code::LinkSignatureMismatch, detail.to_owned(), Some(hash))
        }
        Checked::Verified(digest) => {
            Judged::as_signed(hash, Some(Proved::of(&wanted.object, key, &digest)))
        }
        Checked::Not { code, detail, .. } => Judged::not(code, detail, Some(hash)),
    }
}

impl Proved {
    fn of(at: &ObjectRef, key: &DigestKey, digest: &VerifiedDigest<'_>) -> Self {
        let claims = digest.claims();
        let link = Link::new(at, key, claims, None, true);
        let predecessor = link.predecessor.and_then(|it| Named::of(&it, at));
        let logs: Vec<_> = claims
            .logs
            .iter()
            .filter(|log| log.hash_algorithm == HASH_ALGORITHM)
            .filter_map(|log| {
                let object = ObjectRef::new(log.bucket.parse().ok()?, log.object.as_ref());
                Some((object, Sha256::parse(&log.hash)?))
            })
            .collect();
        Self {
            object: at.clone(),
            signature: digest.signature_source(),
            predecessor,
            unfollowed: (claims.logs.len() - logs.len()) as u64,
            logs,
        }
    }
}
