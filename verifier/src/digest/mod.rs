//! Digests: what one claims, and the check that makes it proof.
//!
//! Source: AWS CloudTrail User Guide, "CloudTrail digest file structure" and
//! "Custom implementations of CloudTrail log file integrity validation".

mod check;
mod claims;

pub use check::{Checked, SignatureSource, Supplied, VerifiedDigest, check};
pub use claims::{DigestClaims, LogClaim, MalformedDigest, Predecessor};

use crate::gzip::GzipFault;
use crate::verdict::Code;

/// The only signature algorithm CloudTrail uses, as it spells it.
pub const SIGNATURE_ALGORITHM: &str = "SHA256withRSA";
/// The only hash algorithm CloudTrail uses, as it spells it.
pub const HASH_ALGORITHM: &str = "SHA-256";

/// What is wrong with a digest whose container is not one whole gzip member.
pub(crate) fn container_code(gzip: &GzipFault) -> Code {
    match gzip {
        GzipFault::Malformed(_) => Code::DigestMalformed,
        GzipFault::TooLarge { .. } => Code::DigestTooLarge,
        GzipFault::TrailingData { .. } => Code::DigestTrailingData,
        GzipFault::Truncated { .. } => Code::DigestTruncated,
    }
}
