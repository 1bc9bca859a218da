//! How the delivery of a trail goes.

use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use jiff::Timestamp;
use serde::Serialize;

use crate::time;

/// The part of `GetTrailStatus` that says whether logs and digests arrive.
/// CloudTrail reports the errors that S3 answers, and no time-outs.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Status {
    /// Whether it records.
    pub logging: bool,
    /// When it last began to.
    pub started: Option<Timestamp>,
    /// When it last ceased to.
    pub stopped: Option<Timestamp>,
    /// When a log file was last delivered.
    pub latest_log: Option<Timestamp>,
    /// Why the last delivery of a log file failed: S3's error. Untrusted text.
    pub log_error: Option<String>,
    /// When a digest was last delivered.
    pub latest_digest: Option<Timestamp>,
    /// Why the last delivery of a digest failed: S3's error. Untrusted text.
    pub digest_error: Option<String>,
}

impl Status {
    pub(super) fn read(answer: GetTrailStatusOutput) -> Self {
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        Self {
            logging: answer.is_logging.unwrap_or_default(),
            started: answer.start_logging_time.as_ref().and_then(time::from_sdk),
            stopped: answer.stop_logging_time.as_ref().and_then(time::from_sdk),
            latest_log: answer
                .latest_delivery_time
                .as_ref()
                .and_then(time::from_sdk),
            log_error: text(answer.latest_delivery_error),
            latest_digest: answer
                .latest_digest_delivery_time
                .as_ref()
                .and_then(time::from_sdk),
            digest_error: text(answer.latest_digest_delivery_error),
        }
    }
}
