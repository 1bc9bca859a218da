//! Signed CloudTrail buckets with throw-away keys: a kit to build them, and the
//! cases that a verifier must get right.
//!
//! The kit ([`Store`], [`Trail`], [`LogFile`], [`ChainBuilder`], [`SigningKey`])
//! makes what S3 would hold after CloudTrail delivered: log files, hourly
//! digests that name and hash them, and the signatures in the digests' object
//! metadata. A [`Case`] is such a bucket with one thing done to it, together
//! with the complete list of what a verifier has to report.
//!
//! ```
//! use trailseal_test_vectors::{ChainBuilder, LogFile, SigningKey, Store, Trail, time};
//!
//! let mut store = Store::new();
//! let trail = Trail::new("example-logs", "111122223333", "eu-west-1", "main");
//! let mut chain = ChainBuilder::new(trail, SigningKey::trail_a());
//! let start = time("2026-03-02T08:07:13Z");
//! let record = serde_json::json!({"eventTime": "2026-03-02T08:09:00Z", "eventName": "GetUser"});
//! let digest = chain.hour(
//!     &mut store,
//!     start,
//!     vec![LogFile::new(time("2026-03-02T08:15:00Z"), vec![record])],
//! );
//! assert!(store.get("example-logs", &digest.key).is_some());
//! ```
//!
//! Format reference: the AWS CloudTrail user guide, "CloudTrail digest file
//! structure" and "Custom implementations of log file integrity validation".
//!
//! Absent on purpose: any code of the verifier. What this crate signs and
//! hashes it signs and hashes by its own reading of the documentation, so that
//! a mistake on one side shows as a difference.

// Test tooling: inputs are constants of this crate, so a panic is a broken
// vector and the loudest way to say so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod case;
pub mod cases;
mod chain;
mod digest;
mod generation;
mod gzip;
mod keyring;
mod keys;
mod log;
mod record;
pub mod sample;
mod store;
mod table;
mod trail;
pub mod wrapping;

pub use case::{Case, Expect, Finding, Keys, Outcome, SourceKind, Tally, Verify};
pub use chain::ChainBuilder;
pub use digest::{DigestBody, DigestHandle, LogEntry, SealedDigest, string_to_sign};
pub use generation::write_everything;
pub use gzip::{gunzip, gzip, sha256_hex};
pub use keyring::{Keyring, PublishedKey};
pub use keys::SigningKey;
pub use log::{Family, LogFile};
pub use record::compact_json;
pub use store::{Store, Stored, Unread};
pub use table::markdown_table;
pub use trail::{DigestKind, Trail};

/// Parses an RFC 3339 time.
///
/// # Panics
/// If `text` is not a time: for constants of vectors only.
#[must_use]
pub fn time(text: &str) -> jiff::Timestamp {
    text.parse()
        .unwrap_or_else(|error| panic!("{text} is not an RFC 3339 time: {error}"))
}
