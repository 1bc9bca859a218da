//! Verifies CloudTrail digest chains and log files, and says what they cover.
//!
//! A digest's signature covers its end time, its place, its content hash and
//! its predecessor's signature. So every digest can be checked alone, given
//! its bytes, its signature and the public keys; what ties digests together
//! is a comparison of neighbours. Verification is a parallel *map* (signatures
//! and hashes) followed by an ordered *fold* (links).
//!
//! # Where to begin
//!
//! * A whole copy of a bucket: [`walk::verify`] over a [`source::Source`].
//! * One digest: [`digest::DigestClaims::parse`], then [`digest::check`].
//! * One log: [`log::check`], which needs a [`digest::VerifiedDigest`].
//!
//! The rules ([`layout`], [`digest`], [`log`], [`chain`], [`coverage`],
//! [`verdict`]) are functions of their arguments: bytes, keys and times in,
//! values out. I/O is in [`source`], scheduling in [`walk`]. What may be more than
//! memory holds is put in order by [`sort`].
//!
//! # What is absent
//!
//! No network, no clock, no terminal. Nothing here decides which keys to
//! trust: that is the caller's [`Keyring`](trailseal_keys::Keyring).

pub mod chain;
pub mod coverage;
pub mod digest;
pub mod gzip;
pub mod hash;
pub mod id;
pub mod layout;
pub mod limits;
pub mod log;
pub mod object;
pub mod recover;
pub mod report;
pub mod sort;
pub mod source;
pub mod verdict;
pub mod walk;
