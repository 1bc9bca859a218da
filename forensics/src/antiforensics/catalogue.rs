//! The catalogue: which event, with which parameters, is which technique, and
//! which event undoes it. Names and members are those of records, not of APIs.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::record::Record;
use crate::telling::condition::Condition::{self, Below, Given, Is, Judged, Missing, Omitted};
use crate::telling::{service, unversioned};

use super::Side;
use super::selectors;
use super::target::{Aim, TargetKind, is_cloudtrails};
use super::technique::Technique::{self, *};

/// One line of the catalogue.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) technique: Technique,
    pub(super) side: Side,
    /// The service, or several with `|` between them.
    pub(super) source: &'static str,
    pub(super) names: &'static [&'static str],
    pub(super) when: &'static [Condition],
    pub(super) aim: Aim,
}

const fn harm(
    technique: Technique,
    source: &'static str,
    names: &'static [&'static str],
    aim: Aim,
) -> Row {
    Row {
        technique,
        side: Side::Harm,
        source,
        names,
        when: &[],
        aim,
    }
}

const fn undo(
    technique: Technique,
    source: &'static str,
    names: &'static [&'static str],
    aim: Aim,
) -> Row {
    let mut row = harm(technique, source, names, aim);
    row.side = Side::Remedy;
    row
}

impl Row {
    const fn when(mut self, when: &'static [Condition]) -> Self {
        self.when = when;
        self
    }

    pub(super) fn fits(&self, source: &str, record: &Record<'_>) -> bool {
        self.source.split('|').any(|one| one == source)
            && self.when.iter().all(|condition| condition.holds(record))
    }
}

const fn aim(kind: TargetKind, paths: &'static [&'static str]) -> Aim {
    Aim { kind, paths }
}

const TRAIL: Aim = aim(
    TargetKind::Trail,
    &["req/name", "req/trailName", "arn/AWS::CloudTrail::Trail"],
);
const LAKE: Aim = aim(
    TargetKind::Other,
    &["req/eventDataStore", "arn/AWS::CloudTrail::EventDataStore"],
);
const CHANNEL: Aim = aim(TargetKind::Other, &["req/channel", "req/resourceArn"]);
const BUCKET: Aim = aim(
    TargetKind::Bucket,
    &["req/bucketName", "arn/AWS::S3::Bucket"],
);
const OBJECT: Aim = aim(TargetKind::Object, &[]);
const KEY: Aim = aim(TargetKind::Key, &["arn/AWS::KMS::Key", "req/keyId"]);
const GROUP: Aim = aim(
    TargetKind::LogGroup,
    &["req/logGroupName", "req/logGroupIdentifier"],
);
const ALARM: Aim = aim(TargetKind::Alarm, &["req/alarmNames/*"]);
const RULE: Aim = aim(TargetKind::Alarm, &["req/name", "req/rule"]);
const TOPIC: Aim = aim(TargetKind::Alarm, &["req/topicArn", "req/subscriptionArn"]);
/// There is one to an account and Region.
const THE_ONE: Aim = aim(TargetKind::Other, &[]);
const ACCOUNT: Aim = aim(TargetKind::Account, &["req/accountId"]);
const REGION: Aim = aim(TargetKind::Region, &["req/regionName", "req/RegionName"]);

/// Retentions below this many days count as short: PCI DSS 10.5.1 asks for
/// three months at hand.
const SHORT_DAYS: u64 = 90;

const FALSE: &[&str] = &["false"];
const TRUE: &[&str] = &["true"];

#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    harm(TrailLoggingStopped, "cloudtrail", &["StopLogging"], TRAIL),
    undo(TrailLoggingStopped, "cloudtrail", &["StartLogging"], TRAIL),
    harm(TrailDeleted, "cloudtrail", &["DeleteTrail"], TRAIL),
    // `CreateTrail` alone records nothing: a new trail is off until it is started.
    undo(TrailDeleted, "cloudtrail", &["StartLogging"], TRAIL),
    harm(TrailValidationOff, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/enableLogFileValidation", FALSE)]),
    undo(TrailValidationOff, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/enableLogFileValidation", TRUE)]),
    harm(TrailSingleRegion, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/isMultiRegionTrail", FALSE)]),
    undo(TrailSingleRegion, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/isMultiRegionTrail", TRUE)]),
    harm(TrailGlobalEventsOff, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/includeGlobalServiceEvents", FALSE)]),
    undo(TrailGlobalEventsOff, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/includeGlobalServiceEvents", TRUE)]),
    harm(TrailOrganizationOff, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/isOrganizationTrail", FALSE)]),
    undo(TrailOrganizationOff, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Is("req/isOrganizationTrail", TRUE)]),
    harm(TrailBucketSet, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Given("req/s3BucketName")]),
    harm(TrailBucketSet, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Given("req/s3KeyPrefix")]),
    harm(TrailEncryptionSet, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Given("req/kmsKeyId")]),
    harm(TrailNoticesSet, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Given("req/cloudWatchLogsLogGroupArn")]),
    harm(TrailNoticesSet, "cloudtrail", &["UpdateTrail"], TRAIL).when(&[Given("req/snsTopicName")]),
    harm(SelectorsWithoutManagement, "cloudtrail", &["PutEventSelectors"], TRAIL).when(&[Judged(selectors::without_management)]),
    undo(SelectorsWithoutManagement, "cloudtrail", &["PutEventSelectors"], TRAIL).when(&[Judged(selectors::complete)]),
    harm(SelectorsNarrowed, "cloudtrail", &["PutEventSelectors"], TRAIL).when(&[Judged(selectors::narrowed)]),
    undo(SelectorsNarrowed, "cloudtrail", &["PutEventSelectors"], TRAIL).when(&[Judged(selectors::complete)]),
    harm(InsightsOff, "cloudtrail", &["PutInsightSelectors"], TRAIL).when(&[Missing("req/insightSelectors/*/insightType")]),
    undo(InsightsOff, "cloudtrail", &["PutInsightSelectors"], TRAIL).when(&[Given("req/insightSelectors/*/insightType")]),
    harm(TrailPolicyDeleted, "cloudtrail", &["DeleteResourcePolicy"], CHANNEL),
    undo(TrailPolicyDeleted, "cloudtrail", &["PutResourcePolicy"], CHANNEL),
    harm(TrailAdministratorChanged, "cloudtrail", &["RegisterOrganizationDelegatedAdmin", "DeregisterOrganizationDelegatedAdmin"], aim(TargetKind::Account, &["req/memberAccountId", "req/delegatedAdminAccountId"])),
    harm(LakeDeleted, "cloudtrail", &["DeleteEventDataStore"], LAKE),
    undo(LakeDeleted, "cloudtrail", &["RestoreEventDataStore"], LAKE),
    harm(LakeStopped, "cloudtrail", &["StopEventDataStoreIngestion"], LAKE),
    undo(LakeStopped, "cloudtrail", &["StartEventDataStoreIngestion"], LAKE),
    harm(LakeUnprotected, "cloudtrail", &["UpdateEventDataStore"], LAKE).when(&[Is("req/terminationProtectionEnabled", FALSE)]),
    undo(LakeUnprotected, "cloudtrail", &["UpdateEventDataStore"], LAKE).when(&[Is("req/terminationProtectionEnabled", TRUE)]),
    harm(LakeNarrowed, "cloudtrail", &["UpdateEventDataStore"], LAKE).when(&[Given("req/retentionPeriod")]),
    harm(LakeNarrowed, "cloudtrail", &["UpdateEventDataStore"], LAKE).when(&[Is("req/organizationEnabled", FALSE)]),
    harm(LakeNarrowed, "cloudtrail", &["UpdateEventDataStore"], LAKE).when(&[Is("req/multiRegionEnabled", FALSE)]),
    harm(LakeChannelChanged, "cloudtrail", &["DeleteChannel", "UpdateChannel"], CHANNEL),
    harm(LakeFederationOff, "cloudtrail", &["DisableFederation"], LAKE),
    undo(LakeFederationOff, "cloudtrail", &["EnableFederation"], LAKE),
    harm(LogObjectDeleted, "s3", &["DeleteObject", "DeleteObjects"], OBJECT).when(&[Judged(on_cloudtrails_object)]),
    harm(LogObjectWritten, "s3", &["PutObject", "CopyObject", "CompleteMultipartUpload", "RenameObject"], OBJECT).when(&[Judged(on_cloudtrails_object), Judged(not_by_cloudtrail)]),
    harm(LogObjectUnlocked, "s3", &["PutObjectRetention", "PutObjectLegalHold"], OBJECT).when(&[Judged(on_cloudtrails_object)]),
    harm(LogObjectsDeleted, "s3", &["DeleteObjects"], BUCKET).when(&[Judged(names_no_object)]),
    harm(LogBucketDeleted, "s3", &["DeleteBucket"], BUCKET),
    harm(LogBucketPolicyChanged, "s3", &["PutBucketPolicy"], BUCKET),
    harm(LogBucketPolicyDeleted, "s3", &["DeleteBucketPolicy"], BUCKET),
    undo(LogBucketPolicyDeleted, "s3", &["PutBucketPolicy"], BUCKET),
    harm(LogBucketExpiry, "s3", &["PutBucketLifecycle"], BUCKET).when(&[Below("req/LifecycleConfiguration/Rule/*/Expiration/Days", SHORT_DAYS)]),
    harm(LogBucketExpiry, "s3", &["PutBucketLifecycle"], BUCKET).when(&[Given("req/LifecycleConfiguration/Rule/*/Expiration/Date")]),
    harm(LogBucketExpiry, "s3", &["PutBucketLifecycle"], BUCKET).when(&[Below("req/LifecycleConfiguration/Rule/*/NoncurrentVersionExpiration/NoncurrentDays", SHORT_DAYS)]),
    undo(LogBucketExpiry, "s3", &["DeleteBucketLifecycle"], BUCKET),
    harm(LogBucketVersioningSuspended, "s3", &["PutBucketVersioning"], BUCKET).when(&[Is("req/VersioningConfiguration/Status", &["Suspended"])]),
    undo(LogBucketVersioningSuspended, "s3", &["PutBucketVersioning"], BUCKET).when(&[Is("req/VersioningConfiguration/Status", &["Enabled"])]),
    harm(LogBucketLockChanged, "s3", &["PutBucketObjectLockConfiguration"], BUCKET),
    harm(LogBucketEncryptionChanged, "s3", &["PutBucketEncryption", "DeleteBucketEncryption"], BUCKET),
    harm(LogBucketAccessLogsOff, "s3", &["PutBucketLogging"], BUCKET).when(&[Missing("req/BucketLoggingStatus/LoggingEnabled")]),
    undo(LogBucketAccessLogsOff, "s3", &["PutBucketLogging"], BUCKET).when(&[Given("req/BucketLoggingStatus/LoggingEnabled")]),
    harm(LogBucketAccessChanged, "s3", &["PutBucketAcl", "PutBucketOwnershipControls"], BUCKET),
    harm(LogBucketOpened, "s3", &["DeleteBucketPublicAccessBlock"], BUCKET),
    harm(LogBucketOpened, "s3", &["PutBucketPublicAccessBlock"], BUCKET).when(&[Judged(block_has_holes)]),
    undo(LogBucketOpened, "s3", &["PutBucketPublicAccessBlock"], BUCKET).when(&[Judged(block_is_whole)]),
    harm(AccountBucketsOpened, "s3", &["DeleteAccountPublicAccessBlock"], THE_ONE),
    harm(AccountBucketsOpened, "s3", &["PutAccountPublicAccessBlock"], THE_ONE).when(&[Judged(block_has_holes)]),
    undo(AccountBucketsOpened, "s3", &["PutAccountPublicAccessBlock"], THE_ONE).when(&[Judged(block_is_whole)]),
    harm(LogBucketReplicationDeleted, "s3", &["DeleteBucketReplication"], BUCKET),
    undo(LogBucketReplicationDeleted, "s3", &["PutBucketReplication"], BUCKET),
    harm(LogBucketNoticesChanged, "s3", &["PutBucketNotification"], BUCKET),
    harm(LogKeyDisabled, "kms", &["DisableKey"], KEY),
    undo(LogKeyDisabled, "kms", &["EnableKey"], KEY),
    harm(LogKeyDeletionScheduled, "kms", &["ScheduleKeyDeletion"], KEY),
    undo(LogKeyDeletionScheduled, "kms", &["CancelKeyDeletion"], KEY),
    harm(LogKeyMaterialDeleted, "kms", &["DeleteImportedKeyMaterial"], KEY),
    undo(LogKeyMaterialDeleted, "kms", &["ImportKeyMaterial"], KEY),
    harm(LogKeyPolicyChanged, "kms", &["PutKeyPolicy", "RevokeGrant"], KEY),
    harm(LogKeyRotationOff, "kms", &["DisableKeyRotation"], KEY),
    undo(LogKeyRotationOff, "kms", &["EnableKeyRotation"], KEY),
    harm(LogGroupDeleted, "logs", &["DeleteLogGroup", "DeleteLogStream"], GROUP),
    harm(LogGroupRetentionCut, "logs", &["PutRetentionPolicy"], GROUP).when(&[Below("req/retentionInDays", SHORT_DAYS)]),
    undo(LogGroupRetentionCut, "logs", &["DeleteRetentionPolicy"], GROUP),
    harm(MetricFilterDeleted, "logs", &["DeleteMetricFilter"], GROUP),
    undo(MetricFilterDeleted, "logs", &["PutMetricFilter"], GROUP),
    harm(SubscriptionDeleted, "logs", &["DeleteSubscriptionFilter"], GROUP),
    undo(SubscriptionDeleted, "logs", &["PutSubscriptionFilter"], GROUP),
    harm(AlarmOff, "monitoring|cloudwatch", &["DeleteAlarms", "DisableAlarmActions"], ALARM),
    undo(AlarmOff, "monitoring|cloudwatch", &["EnableAlarmActions"], ALARM),
    undo(AlarmOff, "monitoring|cloudwatch", &["PutMetricAlarm"], aim(TargetKind::Alarm, &["req/alarmName"])),
    harm(EventRuleOff, "events", &["DisableRule", "DeleteRule", "RemoveTargets"], RULE),
    undo(EventRuleOff, "events", &["EnableRule", "PutTargets"], RULE),
    harm(NoticeOff, "sns", &["DeleteTopic", "Unsubscribe"], TOPIC),
    harm(GuardDutyOff, "guardduty", &["DeleteDetector"], THE_ONE),
    harm(GuardDutyOff, "guardduty", &["UpdateDetector"], THE_ONE).when(&[Is("req/enable", FALSE)]),
    undo(GuardDutyOff, "guardduty", &["CreateDetector", "UpdateDetector"], THE_ONE).when(&[Is("req/enable", TRUE)]),
    harm(GuardDutyDetached, "guardduty", &["DisassociateFromAdministratorAccount", "DisassociateFromMasterAccount", "DisassociateMembers", "StopMonitoringMembers", "DeleteMembers"], THE_ONE),
    undo(GuardDutyDetached, "guardduty", &["AcceptAdministratorInvitation", "AcceptInvitation", "StartMonitoringMembers"], THE_ONE),
    harm(GuardDutyMuted, "guardduty", &["CreateIPSet", "DeletePublishingDestination"], THE_ONE),
    harm(GuardDutyMuted, "guardduty", &["CreateFilter", "UpdateFilter"], THE_ONE).when(&[Is("req/action", &["ARCHIVE"])]),
    harm(SecurityHubOff, "securityhub", &["DisableSecurityHub", "DisassociateFromAdministratorAccount", "DisassociateFromMasterAccount", "DisassociateMembers"], THE_ONE),
    undo(SecurityHubOff, "securityhub", &["EnableSecurityHub"], THE_ONE),
    harm(FindingsSuppressed, "securityhub", &["BatchUpdateFindings"], THE_ONE).when(&[Is("req/Workflow/Status", &["SUPPRESSED", "RESOLVED"])]),
    harm(FindingsSuppressed, "securityhub", &["BatchUpdateFindings"], THE_ONE).when(&[Is("req/workflow/status", &["SUPPRESSED", "RESOLVED"])]),
    harm(FindingsSuppressed, "guardduty", &["ArchiveFindings"], THE_ONE),
    harm(ConfigOff, "config", &["StopConfigurationRecorder", "DeleteConfigurationRecorder", "DeleteDeliveryChannel"], THE_ONE),
    undo(ConfigOff, "config", &["StartConfigurationRecorder"], THE_ONE),
    harm(AnalyzerDeleted, "access-analyzer", &["DeleteAnalyzer"], aim(TargetKind::Other, &["req/analyzerName"])),
    undo(AnalyzerDeleted, "access-analyzer", &["CreateAnalyzer"], aim(TargetKind::Other, &["req/analyzerName"])),
    harm(MacieOff, "macie2", &["DisableMacie"], THE_ONE),
    undo(MacieOff, "macie2", &["EnableMacie"], THE_ONE),
    harm(DetectiveOff, "detective", &["DeleteGraph"], THE_ONE),
    undo(DetectiveOff, "detective", &["CreateGraph"], THE_ONE),
    harm(InspectorOff, "inspector2", &["Disable"], THE_ONE),
    undo(InspectorOff, "inspector2", &["Enable"], THE_ONE),
    harm(FlowLogsDeleted, "ec2", &["DeleteFlowLogs"], aim(TargetKind::Other, &["req/DeleteFlowLogsRequest/FlowLogId/*/content"])),
    harm(DnsLogsDeleted, "route53resolver", &["DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig"], aim(TargetKind::Other, &["req/resolverQueryLogConfigId"])),
    undo(DnsLogsDeleted, "route53resolver", &["AssociateResolverQueryLogConfig"], aim(TargetKind::Other, &["req/resolverQueryLogConfigId"])),
    harm(DnsLogsDeleted, "route53", &["DeleteQueryLoggingConfig"], aim(TargetKind::Other, &["req/id"])),
    harm(WebLogsDeleted, "wafv2", &["DeleteLoggingConfiguration"], aim(TargetKind::Other, &["req/resourceArn"])),
    undo(WebLogsDeleted, "wafv2", &["PutLoggingConfiguration"], aim(TargetKind::Other, &["req/loggingConfiguration/resourceArn"])),
    harm(ModelLogsDeleted, "bedrock", &["DeleteModelInvocationLoggingConfiguration"], THE_ONE),
    undo(ModelLogsDeleted, "bedrock", &["PutModelInvocationLoggingConfiguration"], THE_ONE),
    harm(OrganizationLeft, "organizations", &["LeaveOrganization", "RemoveAccountFromOrganization"], ACCOUNT),
    harm(OrganizationAccessOff, "organizations", &["DisableAWSServiceAccess"], aim(TargetKind::Other, &["req/servicePrincipal"])),
    undo(OrganizationAccessOff, "organizations", &["EnableAWSServiceAccess"], aim(TargetKind::Other, &["req/servicePrincipal"])),
    harm(OrganizationPolicyDetached, "organizations", &["DetachPolicy"], aim(TargetKind::Other, &["req/policyId"])),
    undo(OrganizationPolicyDetached, "organizations", &["AttachPolicy"], aim(TargetKind::Other, &["req/policyId"])),
    harm(OrganizationPolicyDetached, "organizations", &["DisablePolicyType"], aim(TargetKind::Other, &["req/rootId"])),
    undo(OrganizationPolicyDetached, "organizations", &["EnablePolicyType"], aim(TargetKind::Other, &["req/rootId"])),
    harm(AccountClosed, "organizations|account", &["CloseAccount"], ACCOUNT),
    harm(RegionOpened, "account", &["EnableRegion"], REGION),
    undo(RegionOpened, "account", &["DisableRegion"], REGION),
    harm(RegionClosed, "account", &["DisableRegion"], REGION),
    undo(RegionClosed, "account", &["EnableRegion"], REGION),
    harm(ParametersOmitted, "iam", &["PutUserPolicy", "PutRolePolicy", "PutGroupPolicy", "CreatePolicy", "CreatePolicyVersion", "UpdateAssumeRolePolicy", "CreateRole"], THE_ONE).when(&[Omitted]),
    harm(ParametersOmitted, "s3|kms|cloudtrail|secretsmanager", &["PutBucketPolicy", "PutBucketLifecycle", "PutKeyPolicy", "PutEventSelectors", "UpdateTrail", "PutResourcePolicy"], THE_ONE).when(&[Omitted]),
];

static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Row>>> = LazyLock::new(|| {
    let mut rows: HashMap<_, Vec<_>> = HashMap::new();
    for row in ROWS {
        for name in row.names {
            rows.entry(*name).or_default().push(row);
        }
    }
    rows
});

/// What the events of a name can be about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reach {
    /// Anything that holds evidence.
    Anything,
    /// Objects only: hits if they are CloudTrail's.
    CloudTrailsObjects,
}

/// What events of this name can be about; `None` if the catalogue has none.
pub(super) fn reach(name: &str) -> Option<Reach> {
    let rows = BY_NAME.get(name)?;
    let of_objects = rows.iter().all(|row| row.aim.kind == TargetKind::Object);
    Some(if of_objects {
        Reach::CloudTrailsObjects
    } else {
        Reach::Anything
    })
}

/// The rows that a record fits.
pub(super) fn rows<'r>(record: &'r Record<'_>) -> impl Iterator<Item = &'static Row> + 'r {
    let name = record
        .event_name
        .as_deref()
        .map(unversioned)
        .unwrap_or_default();
    let source = record
        .event_source
        .as_deref()
        .map(service)
        .unwrap_or_default();
    let candidates = BY_NAME.get(name).map(Vec::as_slice).unwrap_or_default();
    candidates
        .iter()
        .copied()
        .filter(move |row| row.fits(source, record))
}

fn on_cloudtrails_object(record: &Record<'_>) -> bool {
    OBJECT
        .targets(record)
        .0
        .iter()
        .any(|target| is_cloudtrails(&target.name))
}

fn names_no_object(record: &Record<'_>) -> bool {
    Given("req/bucketName").holds(record) && OBJECT.targets(record).0.is_empty()
}

/// AWS sets `invokedBy`; no caller can.
fn not_by_cloudtrail(record: &Record<'_>) -> bool {
    let by = record
        .user_identity
        .as_ref()
        .and_then(|identity| identity.invoked_by.as_deref());
    by != Some("cloudtrail.amazonaws.com")
}

const BLOCKS: [&str; 4] = [
    "req/PublicAccessBlockConfiguration/BlockPublicAcls",
    "req/PublicAccessBlockConfiguration/BlockPublicPolicy",
    "req/PublicAccessBlockConfiguration/IgnorePublicAcls",
    "req/PublicAccessBlockConfiguration/RestrictPublicBuckets",
];

fn block_has_holes(record: &Record<'_>) -> bool {
    let given = Given("req/PublicAccessBlockConfiguration").holds(record);
    given && !block_is_whole(record)
}

fn block_is_whole(record: &Record<'_>) -> bool {
    BLOCKS.iter().all(|path| Is(path, TRUE).holds(record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telling::select::is_path;

    #[test]
    fn every_row_is_well_formed() {
        for row in ROWS {
            assert!(!row.names.is_empty());
            let conditions = row.when.iter().filter_map(|condition| condition.path());
            for path in conditions.chain(row.aim.paths.iter().copied()) {
                assert!(is_path(path), "{:?}: {path}", row.technique);
            }
            assert!(row.names.iter().all(|name| unversioned(name) == *name));
        }
    }

    #[test]
    fn every_technique_has_a_row_that_does_it() {
        for technique in Technique::ALL {
            let done = |row: &&Row| row.technique == *technique && row.side == Side::Harm;
            assert!(ROWS.iter().any(|row| done(&row)), "{technique}");
        }
    }
}
