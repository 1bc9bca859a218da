//! CloudTrail public keys, keyrings and signature checks.
//!
//! CloudTrail signs every digest file with a private key of its own, and
//! publishes the public halves through the [`ListPublicKeys`] call. This crate
//! reads what that call returned and answers one question: *did the owner of
//! this key sign these bytes?*
//!
//! # What a CloudTrail key is
//!
//! * An RSA public key, 2048 bits today. The bytes are either a PKCS#1
//!   `RSAPublicKey`, as documented, or a `SubjectPublicKeyInfo`, as one of
//!   AWS's own examples shows. [`PublicKey`] takes both.
//! * It belongs to **one Region**. A digest is checked with keys of the Region
//!   in its path, not with those of the trail's home Region. [`Region`]
//! * It signs for about thirty days, and the periods of two keys overlap.
//!   [`Validity`]
//! * A digest names its key by a [`Fingerprint`]: the MD5 of the key's bytes,
//!   exactly as returned. AWS does not document that rule; every key that it
//!   has printed obeys it. MD5 is a label here and never a security boundary:
//!   two keys may share a fingerprint, so each candidate is tried.
//!
//! # What a key proves
//!
//! There is no certificate chain. **Trust in a key is trust in where you got
//! it**: from CloudTrail's endpoint, over TLS, with your own client. "Verified"
//! means "signed by the key you supplied". Whoever supplies both the logs and
//! the keyring proves nothing, so never read a keyring from inside the evidence.
//! [`Keyring::sources`] names every file that was used, with its SHA-256 and its
//! [`Provenance`], for the report to print.
//!
//! # Which entry point
//!
//! * Keys in files, or in a directory of `<region>.json`: [`Keyring::load`].
//! * The bytes of such a file: [`Keyring::parse`], then [`Keyring::merge`].
//! * One key, without a keyring: [`PublicKey::from_der`].
//!
//! ```
//! use trailseal_keys::{FingerprintPolicy, Keyring, Region, SIGNING_SKEW};
//!
//! // aws cloudtrail list-public-keys --region eu-west-1 --start-time … --end-time …
//! // (the key is one of those that AWS prints in its documentation)
//! let printed = br#"{"PublicKeyList": [{
//!     "Value": "MIIBCgKCAQEAn11L2YZ9h7onug2ILi1MWyHiMRsTQjfWE+pHVRLk1QjfWhirG+lpOa8NrwQ/r7Ah5bNL6HepznOU9XTDSfmmnP97mqyc7z/upfZdS/AHhYcGaz7n6Wc/RRBU6VmiPCrAUojuSk6/GjvA8iOPFsYDuBtviXarvuLPlrT9kAd4Lb+rFfR5peEgBEkhlzc5HuWO7S0y+KunqxX6jQBnXGMtxmPBPP0FylgWGNdFtks/4YSKcgqwH0YDcawP9GGGDAeCIqPWIXDLG1jOjRRzWfCmD0iJUkz8vTsn4hq/5ZxRFE7UBAUiVcGbdnDdvVfhF9C3dQiDq3k7adQIziLT0cShgQIDAQAB",
//!     "ValidityStartTime": 1436317441.0,
//!     "ValidityEndTime": 1438909441.0,
//!     "Fingerprint": "8eba5db5bea9b640d1c96a77256fe7f2"
//! }]}"#;
//!
//! let region: Region = "eu-west-1".parse()?;
//! let keyring = Keyring::parse(printed, "eu-west-1.json", Some(&region), FingerprintPolicy::Refuse)?;
//!
//! // A digest of eu-west-1 names its key, and the time at which it was signed.
//! let named = "8eba5db5bea9b640d1c96a77256fe7f2";
//! let signed_at = "2015-07-20T12:00:00Z".parse()?;
//!
//! for key in keyring.candidates(&region, named) {
//!     assert!(key.validity().contains_within(signed_at, SIGNING_SKEW));
//!     // CloudTrail never signed this text.
//!     assert!(key.public_key().verify_pkcs1_sha256(b"a string to sign", &[0; 256]).is_err());
//! }
//! assert_eq!(keyring.candidates(&region, named).count(), 1);
//!
//! // Another Region's digest has no candidate: its keys were not supplied.
//! assert_eq!(keyring.candidates(&"us-east-1".parse()?, named).count(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is absent
//!
//! No network and no clock: times are arguments, and fetching keys is another
//! crate's work. Files are read by [`Keyring::load`] alone. No private keys: this
//! crate checks signatures and makes none. What the signed text *is* belongs to
//! the verifier.
//!
//! [`ListPublicKeys`]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html

mod fingerprint;
mod keyring;
mod public_key;
mod region;
mod sha256;
mod validity;

pub mod dsse;
pub mod merkle;
pub mod signing;
pub mod timestamp;

#[cfg(test)]
#[path = "../tests/published/mod.rs"]
mod published;

pub use fingerprint::{Fingerprint, FingerprintInvalid};
pub use keyring::{
    EntryProblem, FileProblem, FingerprintPolicy, KEYRING_SCHEMA, KeySource, Keyring, KeyringError,
    KeyringWarning, Limits, Provenance, TrustedKey,
};
pub use public_key::{KeyEncoding, PublicKey, PublicKeyError, SignatureInvalid};
pub use region::{Region, RegionInvalid};
pub use sha256::Sha256;
pub use validity::{SIGNING_SKEW, Validity, ValidityInverted};
