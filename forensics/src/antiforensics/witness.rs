//! Where the same events can still be found when a trail's own evidence is
//! gone.
//!
//! Reference: CloudTrail User Guide, "Working with CloudTrail Event history"
//! and "Restore an event data store"; GuardDuty User Guide, "Foundational data
//! sources".

use serde::Serialize;

use super::technique::{Effect, Evidence, Technique};

/// Evidence that a technique leaves alone.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Witness {
    /// The Event history of each account and Region.
    EventHistory,
    /// The copy that another account has of the same action.
    OtherAccount,
    /// Another trail, an event data store or a log group.
    OtherRecorder,
    /// GuardDuty.
    #[serde(rename = "guardduty")]
    GuardDuty,
    /// The hash that a digest states, with a copy of the log from elsewhere.
    SignedHash,
    /// Older versions, replicas and backups of the bucket.
    OlderVersions,
    /// An event data store that waits for its deletion.
    DeletedStore,
    /// The logs of a trail.
    TrailLogs,
    /// The thing itself, as it is now.
    ThingItself,
}

impl Witness {
    /// What it still tells, in one sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::EventHistory => {
                "Event history keeps the management events of each account and Region for 90 days, \
                 whatever becomes of trails; it has no data events and no proof."
            }
            Self::OtherAccount => {
                "An action across accounts is recorded in both: the other account's trail has its \
                 own copy, with the same sharedEventID."
            }
            Self::OtherRecorder => {
                "Another trail, an event data store or a log group of CloudWatch Logs may have \
                 recorded the same time."
            }
            Self::GuardDuty => {
                "GuardDuty reads management events by itself, without a trail: its findings of \
                 that time remain."
            }
            Self::SignedHash => {
                "A digest that names the log still states its hash: a copy from anywhere can be \
                 proved by it."
            }
            Self::OlderVersions => {
                "Older versions, replicas and backups of the bucket may hold the object as it was: \
                 trailseal recover looks for versions."
            }
            Self::DeletedStore => "A deleted event data store can be restored for seven days.",
            Self::TrailLogs => "The logs of trails tell of the same calls.",
            Self::ThingItself => "What was set can be read from the thing itself, if it still is.",
        }
    }
}

impl Technique {
    /// What still tells of the events whose evidence it harms; nothing if it
    /// harms none that was or would be recorded.
    pub fn witnesses(self) -> &'static [Witness] {
        use Witness::*;
        match (self.evidence(), self.effect()) {
            (Evidence::Trail | Evidence::PartOfTrail, Effect::Blinds) => {
                &[EventHistory, OtherAccount, OtherRecorder, GuardDuty]
            }
            (Evidence::Digests, _) => &[EventHistory, OtherRecorder],
            (Evidence::Logs, Effect::Destroys | Effect::Alters) => {
                &[SignedHash, OlderVersions, EventHistory, OtherRecorder]
            }
            (Evidence::Logs, Effect::Blinds) => &[EventHistory, OtherRecorder],
            (Evidence::Lake, Effect::Destroys) => &[DeletedStore, TrailLogs, EventHistory],
            (Evidence::Lake, Effect::Blinds) => &[TrailLogs, EventHistory],
            (
                Evidence::LogGroups
                | Evidence::Alarms
                | Evidence::Detections
                | Evidence::Configurations
                | Evidence::Guardrails,
                _,
            ) => &[TrailLogs, EventHistory],
            (Evidence::Parameters, _) => &[ThingItself],
            (Evidence::Network, _)
            | (
                Evidence::Trail | Evidence::PartOfTrail | Evidence::Logs | Evidence::Lake,
                Effect::Weakens | Effect::Silences,
            )
            | (Evidence::Trail | Evidence::PartOfTrail, Effect::Destroys | Effect::Alters)
            | (Evidence::Lake, Effect::Alters) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_blinds_or_destroys_a_trail_leaves_witnesses() {
        for technique in Technique::ALL {
            let of_trail = matches!(
                technique.evidence(),
                Evidence::Trail | Evidence::PartOfTrail | Evidence::Logs
            );
            let harms = matches!(
                technique.effect(),
                Effect::Blinds | Effect::Destroys | Effect::Alters
            );
            let witnesses = technique.witnesses();
            assert!(!(of_trail && harms && witnesses.is_empty()), "{technique}");
            for witness in witnesses {
                assert!(witness.description().ends_with('.'));
            }
        }
        let deleted = Technique::LogObjectDeleted.witnesses();
        assert!(deleted.contains(&Witness::SignedHash));
    }
}
