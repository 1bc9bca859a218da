//! What is signed: an [in-toto Statement][statement], version 1, whose subjects are
//! the files of the bundle.
//!
//! The predicate (`urn:trailseal:evidence:v1`) repeats the head of the report, so
//! that whoever reads the statement alone knows what was signed, and carries the
//! root of the inventory's Merkle tree (RFC 6962, section 2.1), with which one
//! line can be shown to somebody who may not see the others.
//!
//! [statement]: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trailseal_keys::Sha256;
use trailseal_verifier::report::Scope;
use trailseal_verifier::verdict::Answer;

use super::super::case::Case;
use super::super::{State, Tool};

/// The type of a statement.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The type of its predicate.
pub const PREDICATE_TYPE: &str = "urn:trailseal:evidence:v1";

/// A statement over a bundle. `P` is what it says besides the files' hashes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Statement<P> {
    /// [`STATEMENT_TYPE`]
    #[serde(rename = "_type")]
    pub kind: String,
    /// The files, by name.
    pub subject: Vec<Subject>,
    /// [`PREDICATE_TYPE`]
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is said of them.
    pub predicate: P,
}

impl<P> Statement<P> {
    /// A statement over these files.
    pub fn new(mut subject: Vec<Subject>, predicate: P) -> Self {
        subject.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            kind: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate,
        }
    }
}

/// One file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Subject {
    /// Its name in the bundle, with `/` between folders.
    pub name: String,
    /// Its hash.
    pub digest: SubjectDigest,
}

/// The hash of a file.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SubjectDigest {
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
}

/// What a statement says besides the files' hashes.
#[derive(Clone, Debug, Serialize)]
pub struct Predicate {
    /// The program that made the bundle.
    pub tool: Tool,
    /// When, as the report says it.
    pub made: Timestamp,
    /// The conclusion.
    pub outcome: Answer,
    /// How much of what was asked has an answer.
    pub state: State,
    /// What was looked at.
    pub scope: Scope,
    /// The inventory.
    pub objects: Objects,
    /// The subject that names the objects below `data/evidence/`, if they are too
    /// many to be subjects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named_in: Option<&'static str>,
    /// What the examiner says of the case.
    pub case: Case,
}

/// The inventory, and the root of its tree.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Objects {
    /// Its file.
    pub file: String,
    /// Its lines.
    pub leaves: u64,
    /// The root, in hex.
    pub root: String,
    /// How the root is computed: a leaf is a line without its line feed.
    pub tree: String,
}

impl Objects {
    /// How the root is computed.
    pub const TREE: &'static str = "RFC 6962, SHA-256";
}
