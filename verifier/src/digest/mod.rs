//! Digests: what one claims, and the check that makes it proof.
//!
//! Source: AWS CloudTrail User Guide, "CloudTrail digest file structure" and
//! "Custom implementations of CloudTrail log file integrity validation".

mod check;
mod claims;

pub use check::{Checked, SignatureSource, Supplied, VerifiedDigest, check};
pub use claims::{DigestClaims, LogClaim, MalformedDigest, Predecessor};

/// The only signature algorithm CloudTrail uses, as it spells it.
pub const SIGNATURE_ALGORITHM: &str = "SHA256withRSA";
/// The only hash algorithm CloudTrail uses, as it spells it.
pub const HASH_ALGORITHM: &str = "SHA-256";
