//! Ways to blind, destroy or discredit evidence, each with a stable code.

use std::fmt;

use serde::{Serialize, Serializer};

/// Ids of MITRE ATT&CK. Version 19 moved *Impair Defenses* (T1562) to T1685 and
/// T1686; most rule packs still hold the old ids, so both are given.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attack {
    /// Up to version 18.
    pub old: &'static str,
    /// Since version 19.
    pub new: &'static str,
}

const CLOUD_LOG: Attack = Attack {
    old: "T1562.008",
    new: "T1685.002",
};
const TOOLS: Attack = Attack {
    old: "T1562.001",
    new: "T1685",
};
const FIREWALL: Attack = Attack {
    old: "T1562.007",
    new: "T1686.001",
};
const REMOVAL: Attack = Attack {
    old: "T1070",
    new: "T1070",
};
const DESTRUCTION: Attack = Attack {
    old: "T1485",
    new: "T1485",
};
const MANIPULATION: Attack = Attack {
    old: "T1565.001",
    new: "T1565.001",
};
const RECOVERY: Attack = Attack {
    old: "T1490",
    new: "T1490",
};
const UNUSED_REGION: Attack = Attack {
    old: "T1535",
    new: "T1535",
};

/// What a technique does to evidence.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// What would have been recorded from then on is not.
    Blinds,
    /// What was recorded is gone, or can no longer be read.
    Destroys,
    /// What was recorded may say something else now.
    Alters,
    /// Evidence goes on, but is less well protected or proved.
    Weakens,
    /// Evidence goes on, but nobody is told.
    Silences,
}

/// The evidence that is concerned.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// All that a trail records.
    Trail,
    /// Part of what a trail records: kinds of events, Regions, accounts.
    PartOfTrail,
    /// Digests, and with them the proof of logs.
    Digests,
    /// Stored logs and digests.
    Logs,
    /// Event data stores of CloudTrail Lake.
    Lake,
    /// Log groups of CloudWatch Logs.
    LogGroups,
    /// Alarms, rules and messages.
    Alarms,
    /// Findings of GuardDuty, Security Hub, Macie, Access Analyzer, Detective.
    Detections,
    /// Histories of configurations.
    Configurations,
    /// Records of network traffic, DNS queries, requests.
    Network,
    /// What the organization imposes on its accounts.
    Guardrails,
    /// What was asked in one request.
    Parameters,
}

/// What a thing must hold for a technique to matter. Whether a bucket holds
/// logs cannot be told from the record that changes it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holding {
    /// A bucket that holds logs.
    LogBucket,
    /// A key that logs are encrypted with.
    LogKey,
    /// A log group that evidence flows to.
    LogGroup,
    /// An alarm, rule or topic that tells of attacks.
    Alarm,
}

macro_rules! techniques {
    ($($variant:ident = $code:literal, $effect:ident $evidence:ident, $attack:ident, $holding:expr, $sentence:literal;)+) => {
        /// A way to blind, destroy or discredit evidence. Codes keep their
        /// spelling and meaning.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Technique {
            $(#[doc = $sentence] $variant,)+
        }

        impl Technique {
            /// Every technique, trails first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its code, in kebab case.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// What it is, in one sentence.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }

            /// What it does.
            pub fn effect(self) -> Effect {
                match self { $(Self::$variant => Effect::$effect),+ }
            }

            /// To which evidence.
            pub fn evidence(self) -> Evidence {
                match self { $(Self::$variant => Evidence::$evidence),+ }
            }

            /// Its ids in ATT&CK.
            pub fn attack(self) -> Attack {
                match self { $(Self::$variant => $attack),+ }
            }

            /// What its target must hold for it to matter; `None` if it
            /// matters whatever the target.
            pub fn holding(self) -> Option<Holding> {
                match self { $(Self::$variant => $holding),+ }
            }
        }
    };
}

const BUCKET: Option<Holding> = Some(Holding::LogBucket);
const KEY: Option<Holding> = Some(Holding::LogKey);
const GROUP: Option<Holding> = Some(Holding::LogGroup);
const ALARM: Option<Holding> = Some(Holding::Alarm);

techniques! {
    TrailLoggingStopped = "trail-logging-stopped", Blinds Trail, CLOUD_LOG, None,
        "A trail stops recording.";
    TrailDeleted = "trail-deleted", Blinds Trail, CLOUD_LOG, None,
        "A trail is deleted; what it has delivered stays.";
    TrailValidationOff = "trail-validation-off", Weakens Digests, CLOUD_LOG, None,
        "A trail stops delivering digests: what it delivers from then on cannot be proved.";
    TrailSingleRegion = "trail-single-region", Blinds PartOfTrail, CLOUD_LOG, None,
        "A trail stops recording all Regions but its own.";
    TrailGlobalEventsOff = "trail-global-events-off", Blinds PartOfTrail, CLOUD_LOG, None,
        "A trail stops recording global services such as IAM and STS.";
    TrailOrganizationOff = "trail-organization-off", Blinds PartOfTrail, CLOUD_LOG, None,
        "A trail stops recording the other accounts of its organization.";
    TrailBucketSet = "trail-bucket-set", Blinds PartOfTrail, CLOUD_LOG, None,
        "A trail is told which bucket or prefix to deliver to, perhaps another than before.";
    TrailEncryptionSet = "trail-encryption-set", Weakens Logs, CLOUD_LOG, None,
        "A trail is told which key to encrypt with, perhaps one that its readers cannot use.";
    TrailNoticesSet = "trail-notices-set", Silences Alarms, CLOUD_LOG, None,
        "A trail is told which log group or topic to send to, perhaps none.";
    SelectorsWithoutManagement = "selectors-without-management", Blinds PartOfTrail, CLOUD_LOG, None,
        "A trail stops recording management events.";
    SelectorsNarrowed = "selectors-narrowed", Blinds PartOfTrail, CLOUD_LOG, None,
        "A trail records only part of the management events: reads, writes, or not those of some service or user.";
    InsightsOff = "insights-off", Silences Detections, CLOUD_LOG, None,
        "A trail stops looking for Insights.";
    TrailPolicyDeleted = "trail-policy-deleted", Weakens Lake, CLOUD_LOG, None,
        "The resource policy of an event data store, dashboard or channel is deleted.";
    TrailAdministratorChanged = "trail-administrator-changed", Weakens PartOfTrail, CLOUD_LOG, None,
        "Another account may, or may no longer, administer CloudTrail for the organization.";
    LakeDeleted = "lake-deleted", Destroys Lake, CLOUD_LOG, None,
        "An event data store is deleted; it can be restored for seven days.";
    LakeStopped = "lake-stopped", Blinds Lake, CLOUD_LOG, None,
        "An event data store stops taking in events.";
    LakeUnprotected = "lake-unprotected", Weakens Lake, CLOUD_LOG, None,
        "An event data store loses its protection against deletion.";
    LakeNarrowed = "lake-narrowed", Blinds Lake, CLOUD_LOG, None,
        "An event data store is limited to one Region or one account, or told how long to keep events.";
    LakeChannelChanged = "lake-channel-changed", Blinds Lake, CLOUD_LOG, None,
        "A channel that brings events from elsewhere is changed or deleted.";
    LakeFederationOff = "lake-federation-off", Weakens Lake, CLOUD_LOG, None,
        "An event data store can no longer be queried from outside.";
    LogObjectDeleted = "log-object-deleted", Destroys Logs, REMOVAL, None,
        "A log or digest that CloudTrail delivered is deleted.";
    LogObjectWritten = "log-object-written", Alters Logs, MANIPULATION, None,
        "Somebody other than CloudTrail writes where only CloudTrail writes: a log or digest is replaced or planted.";
    LogObjectUnlocked = "log-object-unlocked", Weakens Logs, RECOVERY, None,
        "The lock or legal hold on a log or digest is changed.";
    LogObjectsDeleted = "log-objects-deleted", Destroys Logs, REMOVAL, BUCKET,
        "Objects of a log bucket are deleted in bulk; the record does not name them.";
    LogBucketDeleted = "log-bucket-deleted", Destroys Logs, DESTRUCTION, BUCKET,
        "A log bucket is deleted.";
    LogBucketPolicyChanged = "log-bucket-policy-changed", Weakens Logs, CLOUD_LOG, BUCKET,
        "The policy of a log bucket is changed: it may shut CloudTrail out, which no event of CloudTrail tells, or let others in.";
    LogBucketPolicyDeleted = "log-bucket-policy-deleted", Blinds Trail, CLOUD_LOG, BUCKET,
        "The policy of a log bucket is deleted: CloudTrail can no longer deliver to it.";
    LogBucketExpiry = "log-bucket-expiry", Destroys Logs, REMOVAL, BUCKET,
        "Objects of a log bucket expire in less than 90 days; no event tells of their deletion.";
    LogBucketVersioningSuspended = "log-bucket-versioning-suspended", Weakens Logs, RECOVERY, BUCKET,
        "A log bucket stops keeping older versions.";
    LogBucketLockChanged = "log-bucket-lock-changed", Weakens Logs, RECOVERY, BUCKET,
        "The object lock of a log bucket is changed.";
    LogBucketEncryptionChanged = "log-bucket-encryption-changed", Weakens Logs, CLOUD_LOG, BUCKET,
        "The encryption of a log bucket is changed, perhaps to a key that its readers cannot use.";
    LogBucketAccessLogsOff = "log-bucket-access-logs-off", Blinds Logs, CLOUD_LOG, BUCKET,
        "A log bucket stops recording who reads and writes it.";
    LogBucketAccessChanged = "log-bucket-access-changed", Weakens Logs, CLOUD_LOG, BUCKET,
        "The access list or the ownership rules of a log bucket are changed.";
    LogBucketOpened = "log-bucket-opened", Weakens Logs, CLOUD_LOG, BUCKET,
        "The block on public access to a log bucket is lifted.";
    AccountBucketsOpened = "account-buckets-opened", Weakens Logs, CLOUD_LOG, None,
        "The block on public access to all buckets of an account is lifted.";
    LogBucketReplicationDeleted = "log-bucket-replication-deleted", Weakens Logs, RECOVERY, BUCKET,
        "A log bucket is no longer copied to another.";
    LogBucketNoticesChanged = "log-bucket-notices-changed", Silences Alarms, CLOUD_LOG, BUCKET,
        "Who is told of changes in a log bucket is changed.";
    LogKeyDisabled = "log-key-disabled", Blinds Logs, CLOUD_LOG, KEY,
        "The key that logs are encrypted with is disabled: they cannot be read, and no more are delivered.";
    LogKeyDeletionScheduled = "log-key-deletion-scheduled", Destroys Logs, DESTRUCTION, KEY,
        "The key that logs are encrypted with will be deleted, and with it all that was encrypted.";
    LogKeyMaterialDeleted = "log-key-material-deleted", Destroys Logs, DESTRUCTION, KEY,
        "The material of the key that logs are encrypted with is deleted.";
    LogKeyPolicyChanged = "log-key-policy-changed", Weakens Logs, CLOUD_LOG, KEY,
        "Who may use the key that logs are encrypted with is changed.";
    LogKeyRotationOff = "log-key-rotation-off", Weakens Logs, CLOUD_LOG, KEY,
        "The key that logs are encrypted with is no longer rotated.";
    LogGroupDeleted = "log-group-deleted", Destroys LogGroups, REMOVAL, GROUP,
        "A log group or one of its streams is deleted.";
    LogGroupRetentionCut = "log-group-retention-cut", Destroys LogGroups, REMOVAL, GROUP,
        "A log group forgets in less than 90 days.";
    MetricFilterDeleted = "metric-filter-deleted", Silences Alarms, TOOLS, GROUP,
        "A metric filter is deleted: alarms that count its matches fall silent.";
    SubscriptionDeleted = "subscription-deleted", Silences LogGroups, CLOUD_LOG, GROUP,
        "A log group is no longer forwarded.";
    AlarmOff = "alarm-off", Silences Alarms, TOOLS, ALARM,
        "An alarm is deleted or told to do nothing.";
    EventRuleOff = "event-rule-off", Silences Alarms, TOOLS, ALARM,
        "An event rule is disabled or deleted, or loses its targets.";
    NoticeOff = "notice-off", Silences Alarms, TOOLS, ALARM,
        "A topic or a subscription to one is deleted.";
    GuardDutyOff = "guardduty-off", Blinds Detections, TOOLS, None,
        "GuardDuty is turned off or suspended.";
    GuardDutyDetached = "guardduty-detached", Silences Detections, TOOLS, None,
        "GuardDuty no longer reports to, or takes in, another account.";
    GuardDutyMuted = "guardduty-muted", Silences Detections, TOOLS, None,
        "GuardDuty is told to trust addresses, to hide findings or not to hand them on.";
    SecurityHubOff = "security-hub-off", Silences Detections, TOOLS, None,
        "Security Hub is turned off, or no longer reports to its administrator.";
    FindingsSuppressed = "findings-suppressed", Silences Detections, TOOLS, None,
        "Findings are marked as suppressed, resolved or archived.";
    ConfigOff = "config-off", Blinds Configurations, TOOLS, None,
        "AWS Config stops recording or delivering.";
    AnalyzerDeleted = "analyzer-deleted", Blinds Detections, TOOLS, None,
        "An access analyzer is deleted.";
    MacieOff = "macie-off", Blinds Detections, TOOLS, None,
        "Macie is turned off.";
    DetectiveOff = "detective-off", Destroys Detections, TOOLS, None,
        "The behaviour graph of Detective is deleted.";
    InspectorOff = "inspector-off", Blinds Detections, TOOLS, None,
        "Inspector is turned off.";
    FlowLogsDeleted = "flow-logs-deleted", Blinds Network, FIREWALL, None,
        "Network traffic is no longer recorded.";
    DnsLogsDeleted = "dns-logs-deleted", Blinds Network, CLOUD_LOG, None,
        "DNS queries are no longer recorded.";
    WebLogsDeleted = "web-logs-deleted", Blinds Network, CLOUD_LOG, None,
        "A web firewall no longer records requests.";
    ModelLogsDeleted = "model-logs-deleted", Blinds PartOfTrail, CLOUD_LOG, None,
        "Calls of models are no longer recorded.";
    OrganizationLeft = "organization-left", Blinds Guardrails, CLOUD_LOG, None,
        "An account leaves its organization: its trail and its limits no longer apply.";
    OrganizationAccessOff = "organization-access-off", Blinds Guardrails, TOOLS, None,
        "A service such as CloudTrail or Config may no longer act for the organization.";
    OrganizationPolicyDetached = "organization-policy-detached", Weakens Guardrails, TOOLS, None,
        "A policy of the organization is detached, or its kind is turned off.";
    AccountClosed = "account-closed", Destroys Guardrails, DESTRUCTION, None,
        "An account is closed.";
    RegionOpened = "region-opened", Weakens PartOfTrail, UNUSED_REGION, None,
        "A Region is enabled; trails may reach it only hours later.";
    RegionClosed = "region-closed", Blinds PartOfTrail, UNUSED_REGION, None,
        "A Region is disabled.";
    ParametersOmitted = "parameters-omitted", Blinds Parameters, CLOUD_LOG, None,
        "A policy or selector was changed by a request so large that the record leaves it out; padding it is a way to hide it.";
}

impl fmt::Display for Technique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Technique {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Technique {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Technique".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let all: Vec<&str> = Self::ALL.iter().map(|one| one.as_str()).collect();
        schemars::json_schema!({ "type": "string", "enum": all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_kebab_case_with_a_sentence_each() {
        let codes: std::collections::HashSet<_> =
            Technique::ALL.iter().map(|one| one.as_str()).collect();
        assert_eq!(codes.len(), Technique::ALL.len());
        for technique in Technique::ALL {
            let code = technique.as_str();
            assert!(
                code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{code}"
            );
            assert!(technique.description().ends_with('.'), "{code}");
            let Attack { old, new } = technique.attack();
            assert!(old.starts_with('T') && new.starts_with('T'));
            assert!(
                !new.starts_with("T1562"),
                "{code}: version 19 has no such id"
            );
        }
    }
}
