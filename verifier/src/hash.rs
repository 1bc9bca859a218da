//! SHA-256 values, as digests write them: lower-case hex.

pub use trailseal_keys::Sha256;
