//! What about a trail keeps its logs from being proved, or from being made.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use trailseal_aws::trails::TrailState;

use crate::render::text::{duration, time};

/// Digests come every hour, and within two hours of their end.
const DIGEST_DUE: SignedDuration = SignedDuration::from_hours(3);

/// A trail of management events is seldom silent for a day.
const LOG_DUE: SignedDuration = SignedDuration::from_hours(24);

/// One thing to know. The codes are for programs and keep their spelling.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Warning {
    DigestDeliveryFailing(String),
    DigestDeliveryStale(SignedDuration),
    LogDeliveryFailing(String),
    LogDeliveryStale(SignedDuration),
    NoDigestYet,
    NoGlobalServiceEvents,
    NotLogging(Option<Timestamp>),
    OrganizationTrail,
    SingleRegion(String),
    StatusUnknown(String),
    ValidationOff,
}

impl Warning {
    /// All that apply, the gravest first.
    pub(super) fn of(state: &TrailState, now: Timestamp) -> Vec<Self> {
        let trail = &state.trail;
        let mut warnings = Vec::new();
        if !trail.validation {
            warnings.push(Self::ValidationOff);
        }
        match &state.status {
            Err(error) => warnings.push(Self::StatusUnknown(error.to_string())),
            Ok(status) => {
                if !status.logging {
                    warnings.push(Self::NotLogging(status.stopped));
                }
                if let Some(error) = &status.log_error {
                    warnings.push(Self::LogDeliveryFailing(error.clone()));
                }
                if let Some(error) = &status.digest_error {
                    warnings.push(Self::DigestDeliveryFailing(error.clone()));
                }
                if status.logging {
                    let since = |at: Timestamp| now.duration_since(at);
                    match status.latest_digest {
                        Some(at) if trail.validation && since(at) > DIGEST_DUE => {
                            warnings.push(Self::DigestDeliveryStale(since(at)));
                        }
                        None if trail.validation => warnings.push(Self::NoDigestYet),
                        _ => {}
                    }
                    if let Some(at) = status.latest_log
                        && since(at) > LOG_DUE
                    {
                        warnings.push(Self::LogDeliveryStale(since(at)));
                    }
                }
            }
        }
        if !trail.multi_region {
            warnings.push(Self::SingleRegion(trail.home_region.to_string()));
        }
        if !trail.global_service_events {
            warnings.push(Self::NoGlobalServiceEvents);
        }
        if trail.organization {
            warnings.push(Self::OrganizationTrail);
        }
        warnings
    }

    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::DigestDeliveryFailing(_) => "digest-delivery-failing",
            Self::DigestDeliveryStale(_) => "digest-delivery-stale",
            Self::LogDeliveryFailing(_) => "log-delivery-failing",
            Self::LogDeliveryStale(_) => "log-delivery-stale",
            Self::NoDigestYet => "no-digest-yet",
            Self::NoGlobalServiceEvents => "no-global-service-events",
            Self::NotLogging(_) => "not-logging",
            Self::OrganizationTrail => "organization-trail",
            Self::SingleRegion(_) => "single-region",
            Self::StatusUnknown(_) => "status-unknown",
            Self::ValidationOff => "validation-off",
        }
    }

    /// Whether it is only good to know.
    pub(super) fn is_note(&self) -> bool {
        matches!(self, Self::OrganizationTrail)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DigestDeliveryFailing(error) => write!(
                f,
                "the last digest could not be delivered ({error}): look at the bucket's policy and the KMS key's"
            ),
            Self::DigestDeliveryStale(age) => write!(
                f,
                "no digest has arrived for {}, though one is due every hour: nothing vouches for that time yet",
                duration(*age)
            ),
            Self::LogDeliveryFailing(error) => write!(
                f,
                "the last log file could not be delivered ({error}): look at the bucket's policy and the KMS key's"
            ),
            Self::LogDeliveryStale(age) => write!(
                f,
                "no log file has arrived for {}, though the trail says that it is logging",
                duration(*age)
            ),
            Self::NoDigestYet => f.write_str(
                "validation is on, but no digest was delivered yet: the first takes up to two hours",
            ),
            Self::NoGlobalServiceEvents => {
                f.write_str("events of global services (IAM, STS, CloudFront) are not recorded")
            }
            Self::NotLogging(Some(at)) => {
                write!(f, "not logging since {}: nothing is recorded", time(*at))
            }
            Self::NotLogging(None) => f.write_str("not logging: nothing is recorded"),
            Self::OrganizationTrail => f.write_str(
                "an organization trail: each account and Region has a chain of its own, under the organization's id",
            ),
            Self::SingleRegion(region) => {
                write!(f, "only what happens in {region} is recorded")
            }
            Self::StatusUnknown(error) => {
                write!(f, "whether it is logging and delivering is not known: {error}")
            }
            Self::ValidationOff => f.write_str(
                "log file validation is off: no digests are made, and nothing it delivers now can ever be proved",
            ),
        }
    }
}
