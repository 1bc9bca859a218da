//! The files of a bundle.
//!
//! ```text
//! bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt   a bag (RFC 8493)
//! statement.dsse.json      what is signed: the hash of every other file
//! statement.tsq .tsr       optional: RFC 3161 request and response over SHA-256 of the former
//! public-key.pem           the key that signed; as good as the way it came to you
//! VERIFY.md  verify.sh  verify.html   how to check all of it without trailseal
//! data/report.json  data/report.html  data/report.pdf
//! data/oscal-assessment-results.json    optional: the controls
//! data/objects.jsonl       the inventory
//! data/events.jsonl  data/events.csv    optional
//! data/keys.json           the CloudTrail keys, as trailseal's own keyring
//! data/evidence/           optional: a mirror of the objects asked for
//! ```
//!
//! Of more than 10,000 objects below `data/evidence/` the statement names none itself:
//! its predicate says `"named_in":"manifest-sha256.txt"`, which is a subject and names
//! each of them.
//!
//! The statement covers every file but those that are made from it: itself, its
//! time stamp, and the tag manifest, which follows from the others byte for byte.
//! A bundle that nobody signed has `statement.json`, the bare statement, instead
//! of `statement.dsse.json` and the key.

pub mod bag;
mod instructions;
pub mod statement;

use serde::Serialize;

pub use instructions::{VERIFY_HTML, VERIFY_SH, verify_md};
pub use statement::Objects;

/// The bag's declaration.
pub const BAGIT: &str = "bagit.txt";
/// What the bag says of itself.
pub const BAG_INFO: &str = "bag-info.txt";
/// The hashes of all that is below `data/`.
pub const MANIFEST: &str = "manifest-sha256.txt";
/// The hashes of all else.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// The signed statement.
pub const STATEMENT: &str = "statement.dsse.json";
/// The statement of a bundle that nobody signed.
pub const UNSIGNED_STATEMENT: &str = "statement.json";
/// The request for a time stamp.
pub const STAMP_REQUEST: &str = "statement.tsq";
/// The time stamp.
pub const STAMP: &str = "statement.tsr";
/// The key that signed.
pub const PUBLIC_KEY: &str = "public-key.pem";
/// How to check the bundle by hand.
pub const VERIFY_MD_NAME: &str = "VERIFY.md";
/// A script that does so.
pub const VERIFY_SH_NAME: &str = "verify.sh";
/// A page that does so in a browser.
pub const VERIFY_HTML_NAME: &str = "verify.html";
/// The report as data.
pub const REPORT_JSON: &str = "data/report.json";
/// The report as a page.
pub const REPORT_HTML: &str = "data/report.html";
/// The report on paper.
pub const REPORT_PDF: &str = "data/report.pdf";
/// The controls as OSCAL assessment results.
pub const OSCAL: &str = "data/oscal-assessment-results.json";
/// The inventory.
pub const OBJECTS: &str = "data/objects.jsonl";
/// Events, one JSON object a line.
pub const EVENTS_JSONL: &str = "data/events.jsonl";
/// Events for a spreadsheet.
pub const EVENTS_CSV: &str = "data/events.csv";
/// The CloudTrail keys.
pub const KEYS: &str = "data/keys.json";
/// A mirror of the objects asked for.
pub const EVIDENCE: &str = "data/evidence";
/// The folder of all that the bag carries.
pub const PAYLOAD: &str = "data/";

/// Whether the statement leaves this file out, because it is made from it.
pub fn is_unstated(name: &str) -> bool {
    matches!(
        name,
        STATEMENT | UNSIGNED_STATEMENT | STAMP_REQUEST | STAMP | TAG_MANIFEST
    )
}

/// Whether a file is one of the objects in the bundle, and none of the lists beside
/// them.
pub fn is_object(name: &str) -> bool {
    let inside = name
        .strip_prefix(EVIDENCE)
        .and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|inside| inside.contains('/'))
}

/// Where the objects in a bundle are named. An envelope holds 16 MiB, and whoever
/// reads one reads all of it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Naming {
    /// In the statement, as all other files.
    #[default]
    Statement,
    /// In [`MANIFEST`], which the statement names.
    Manifest,
}

impl Naming {
    /// Objects that a statement names itself.
    pub const MOST: u64 = 10_000;

    /// What the statement says of it.
    pub fn named_in(self) -> Option<&'static str> {
        match self {
            Self::Statement => None,
            Self::Manifest => Some(MANIFEST),
        }
    }
}

/// Which objects are in the bundle themselves.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Include {
    /// All that are there.
    All,
    /// Those that are not verified, and the digests that name them.
    Failed,
    /// None.
    None,
}

/// Objects that are in the bundle themselves.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Included {
    /// Which.
    pub policy: Include,
    /// How many.
    pub objects: u64,
    /// Their stored bytes.
    pub bytes: u64,
    /// Those that could not be read again.
    pub unread: u64,
}
