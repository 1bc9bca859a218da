//! Bounds on everything whose size an attacker chooses.

/// Limits of one run. [`Limits::default`] holds for every archive that
/// CloudTrail itself wrote; the fields exist so that tests can reach them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Stored bytes of a digest. A digest entry takes about 450 bytes inflated
    /// and 150 compressed, so this holds more than 400,000 log files an hour.
    pub digest_stored: u64,
    /// Inflated bytes of a digest.
    pub digest_inflated: u64,
    /// Stored bytes of a log.
    pub log_stored: u64,
    /// Inflated bytes of a log. CloudTrail writes at most 50 MB; ten times
    /// that leaves room for a change of theirs, and bounds what each thread
    /// may hold.
    pub log_inflated: u64,
    /// Inflated bytes of all objects in flight at one time, over all threads.
    /// An object larger than this runs alone.
    pub in_flight: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            digest_stored: 64 << 20,
            digest_inflated: 64 << 20,
            log_stored: 512 << 20,
            log_inflated: 512 << 20,
            in_flight: 128 << 20,
        }
    }
}

/// Longest object key that S3 accepts, in bytes of UTF-8
/// (Amazon S3 User Guide, "Naming Amazon S3 objects").
pub const MAX_KEY_BYTES: usize = 1024;
