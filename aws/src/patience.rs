//! How long to wait, and how often to try again.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;

/// Retries and time-outs of every call.
///
/// Retries are [adaptive]: when AWS asks to slow down, all calls to that service
/// of that Region are slowed, not only repeated. S3 is the exception: there each
/// request backs off by itself.
///
/// [adaptive]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Patience {
    /// How often a call is made at most, the first time included.
    pub attempts: u32,
    /// The longest pause before the second attempt; it doubles with each.
    pub first_pause: Duration,
    /// The longest pause there is.
    pub longest_pause: Duration,
    /// Until the connection stands.
    pub connect: Duration,
    /// From the request to the first byte of the answer.
    pub read: Duration,
    /// For one attempt. Of an object, until its head has come: the body is
    /// given up only when it stalls.
    pub attempt: Duration,
    /// For all attempts together, pauses included.
    pub operation: Duration,
}

impl Default for Patience {
    /// Eight attempts within five minutes: a run over millions of objects
    /// outlasts a throttled minute, and a dead endpoint is known in one.
    fn default() -> Self {
        Self {
            attempts: 8,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(20),
            connect: Duration::from_secs(5),
            read: Duration::from_secs(30),
            attempt: Duration::from_secs(60),
            operation: Duration::from_secs(300),
        }
    }
}

impl Patience {
    pub(crate) fn retries(&self) -> RetryConfig {
        RetryConfig::adaptive()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(self.first_pause)
            .with_max_backoff(self.longest_pause)
    }

    pub(crate) fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .read_timeout(self.read)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }
}
