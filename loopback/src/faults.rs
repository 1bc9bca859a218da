//! What goes wrong, and how often. The same requests meet the same faults in
//! every run: chance is a hash of the seed, the request and the number of times
//! that it was made, so that a retry can succeed.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What goes wrong; by default nothing.
///
/// Chance meets S3 only, except [`throttle`](Self::throttle); latency meets
/// every service.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// How long each request waits before it is looked at.
    pub latency: Duration,
    /// Requests answered 503 `SlowDown`.
    pub slow_down: Often,
    /// Requests whose connection is reset before any byte of an answer.
    pub reset: Often,
    /// Bodies of `GetObject` that end half-way: the right `Content-Length`, and
    /// then the connection is closed.
    pub cut: Often,
    /// Requests to CloudTrail, Organizations and STS answered 400
    /// `ThrottlingException`.
    pub throttle: Often,
    /// Speed of the bodies of `GetObject`.
    pub bytes_per_second: Option<NonZeroU64>,
    /// Keys that may not be read: those that begin with one of these.
    pub deny: Vec<String>,
    /// Listings that are refused: those whose prefix begins with one of these.
    /// An empty string refuses all.
    pub deny_list: Vec<String>,
    /// Operations of CloudTrail, Organizations and STS that are refused, such as
    /// `ListAccounts`: 400 `AccessDeniedException`.
    pub deny_calls: Vec<String>,
    /// Keys that are archived: listed as `GLACIER`, and not to be read.
    pub archive: Vec<String>,
    /// What is said of a key that is not there.
    pub missing: Missing,
    /// What chance depends on.
    pub seed: u64,
}

/// What is said of a key that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// 404: the caller may list the bucket.
    #[default]
    NotFound,
    /// 403: the caller lacks `s3:ListBucket` and must not learn what is there.
    Forbidden,
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Often {
    /// Not at all.
    #[default]
    Never,
    /// To this share of all attempts, in percent.
    Percent(u8),
    /// To the first so many attempts of each request.
    First(u32),
}

/// Text is neither a percentage nor `first:N`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a percentage (0 to 100) or first:N, found {0:?}")]
pub struct ParseOftenError(String);

impl FromStr for Often {
    type Err = ParseOftenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let often = match text.strip_prefix("first:") {
            Some(count) => count.parse().ok().map(Self::First),
            None => text
                .parse()
                .ok()
                .filter(|share| *share <= 100)
                .map(Self::Percent),
        };
        often.ok_or_else(|| ParseOftenError(text.to_owned()))
    }
}

/// What becomes of one attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Luck {
    pub(crate) reset: bool,
    pub(crate) slow_down: bool,
    pub(crate) cut: bool,
    pub(crate) throttle: bool,
}

impl Faults {
    pub(crate) fn denies(&self, key: &str) -> bool {
        self.deny
            .iter()
            .any(|prefix| key.starts_with(prefix.as_str()))
    }

    pub(crate) fn denies_listing(&self, prefix: &str) -> bool {
        self.deny_list
            .iter()
            .any(|denied| prefix.starts_with(denied.as_str()))
    }

    pub(crate) fn denies_call(&self, operation: &str) -> bool {
        self.deny_calls.iter().any(|denied| denied == operation)
    }

    pub(crate) fn archives(&self, key: &str) -> bool {
        self.archive
            .iter()
            .any(|prefix| key.starts_with(prefix.as_str()))
    }

    /// Decides the luck of an attempt. It is counted only when something could
    /// go wrong, so that a healthy server remembers nothing.
    pub(crate) fn luck(&self, request: &str, attempts: &Attempts) -> Luck {
        let chances = [self.reset, self.slow_down, self.cut, self.throttle];
        if chances.iter().all(|often| *often == Often::Never) {
            return Luck::default();
        }
        let request = hash(self.seed, request.as_bytes());
        let attempt = attempts.count(request);
        let happens = |salt: u64, often: Often| match often {
            Often::Never => false,
            Often::First(count) => attempt < count,
            Often::Percent(share) => {
                let drawn = mixed(request ^ mixed(u64::from(attempt) << 8 | salt));
                drawn % 100 < u64::from(share)
            }
        };
        Luck {
            reset: happens(1, self.reset),
            slow_down: happens(2, self.slow_down),
            cut: happens(3, self.cut),
            throttle: happens(4, self.throttle),
        }
    }
}

/// How often each request was made.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<u64, u32>>);

impl Attempts {
    /// The number of attempts before this one.
    fn count(&self, request: u64) -> u32 {
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = attempts.entry(request).or_default();
        *made = made.saturating_add(1);
        *made - 1
    }

    /// Every request is made for the first time again.
    pub(crate) fn forget(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// FNV-1a: the same on every machine and with every release of Rust, unlike
/// the hashes of the standard library.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ mixed(seed);
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The finaliser of SplitMix64.
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_about_that_share_and_the_same_each_time() {
        let faults = Faults {
            slow_down: Often::Percent(20),
            ..Faults::default()
        };
        let draw = || {
            let attempts = Attempts::default();
            let lucks = (0..10_000).map(|at| faults.luck(&format!("GET /b/{at}"), &attempts));
            lucks.map(|luck| luck.slow_down).collect::<Vec<_>>()
        };
        let hit = draw().iter().filter(|slow| **slow).count();
        assert!((1_800..2_200).contains(&hit), "{hit}");
        assert_eq!(draw(), draw());
    }

    #[test]
    fn retries_are_drawn_anew() {
        let faults = Faults {
            reset: Often::Percent(50),
            ..Faults::default()
        };
        let attempts = Attempts::default();
        let hit = (0..1_000)
            .filter(|_| faults.luck("GET /b/k", &attempts).reset)
            .count();
        assert!((400..600).contains(&hit), "{hit}");
    }

    #[test]
    fn the_first_attempts_fail_and_the_next_succeeds() {
        let faults = Faults {
            cut: "first:2".parse().unwrap(),
            ..Faults::default()
        };
        let attempts = Attempts::default();
        let cut = [(); 4].map(|()| faults.luck("GET /b/k", &attempts).cut);
        assert_eq!(cut, [true, true, false, false]);
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["101", "-1", "first:", "x", ""] {
            assert!(text.parse::<Often>().is_err(), "{text}");
        }
    }
}
