//! Bounds on everything whose size an attacker chooses.

/// Limits of one run. [`Limits::default`] holds for every archive that
/// CloudTrail itself wrote; the fields exist so that tests can reach them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Stored bytes of a digest.
    pub digest_stored: u64,
    /// Inflated bytes of a digest. An entry takes about 450 bytes, so this
    /// holds more than 70,000 log files an hour in one account and Region.
    pub digest_inflated: u64,
    /// Stored bytes of a log: CloudTrail writes at most 50 MB before
    /// compression.
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
            digest_stored: 32 << 20,
            digest_inflated: 32 << 20,
            log_stored: 64 << 20,
            log_inflated: 512 << 20,
            in_flight: 128 << 20,
        }
    }
}

/// How deep beside and below what was asked for another `AWSLogs` is looked for,
/// where everything else in a bucket may be there too.
pub const NEAR_ROOT_DEPTH: usize = 4;

/// Most folders that are looked into for it.
pub const NEAR_ROOT_FOLDERS: usize = 1_000;

/// Most files that one listing may return: more than CloudTrail delivers to
/// one account and Region in a day, by a factor of a hundred.
pub const MAX_LISTED: usize = 10_000_000;

/// How deep left of the account `AWSLogs` is looked for.
pub const MAX_ROOT_DEPTH: usize = 12;

/// Most folders of one bucket that are looked into for `AWSLogs`.
pub const MAX_ROOT_FOLDERS: usize = 100_000;

/// Most logs that are reported one by one for a digest that is not verified:
/// anyone can write a digest that names millions.
pub const MAX_UNVOUCHED: usize = 10_000;

/// Longest object key that S3 accepts, in bytes of UTF-8
/// (Amazon S3 User Guide, "Naming Amazon S3 objects").
pub const MAX_KEY_BYTES: usize = 1024;
