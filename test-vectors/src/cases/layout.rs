//! Places: organizations, prefixes, partitions, names, and changes of bucket.

use super::base::{ACCOUNT, BUCKET, Base, REGION, hour, logs_of_hour, trail, vectors};
use crate::trail::Trail;

const ORGANIZATION: &str = "o-exampleorgid";

/// Two accounts times two Regions, three hours each.
fn organization_of(first: &Trail) -> Base {
    let mut base = Base::of(first.clone(), 0..3);
    for other in [
        first.in_account("444455556666"),
        first.in_region("us-east-1"),
        first.in_account("444455556666").in_region("us-east-1"),
    ] {
        base.absorb(Base::of(other, 0..3));
    }
    base
}

vectors! {
    "layout"

    /// An organization trail of two accounts and two Regions: four chains under the
    /// organization's id. Each is checked by itself and all are healthy.
    fn organization_trail() {
        organization_of(&trail().with_organization(ORGANIZATION)).draft().tally(12, 8)
    }

    /// The same organization trail with one account, one Region, the organization and
    /// the trail asked for by name. Only that chain is in scope.
    fn organization_trail_one_chain_asked_for() {
        organization_of(&trail().with_organization(ORGANIZATION))
            .draft()
            .account("444455556666")
            .region("us-east-1")
            .organization(ORGANIZATION)
            .trail("management-events")
            .tally(3, 2)
    }

    /// One digest of one chain of an organization trail is gone. The finding names
    /// that digest; the other three chains are untouched by it.
    fn organization_trail_digest_deleted() {
        let first = trail().with_organization(ORGANIZATION);
        let mut base = organization_of(&first);
        let mut longer = Base::of(first.in_account("777788889999"), 0..4);
        longer.delete_digest(2);
        let absent = longer.url(2);
        base.absorb(longer);
        base.draft().finds("digest-absent", absent).tally(15, 11)
    }

    /// Control Tower's landing zone 3 uses the organization's id as key prefix, so the
    /// id stands before and after `AWSLogs`. A layout is found by its pattern, not by
    /// position.
    fn control_tower() {
        let trail = Trail {
            bucket: "aws-controltower-logs-111122223333-eu-west-1".into(),
            name: "aws-controltower-BaselineCloudTrail".into(),
            ..trail().with_prefix(ORGANIZATION).with_organization(ORGANIZATION)
        };
        organization_of(&trail).draft().tally(12, 8)
    }

    /// Control Tower before landing zone 3: the organization's id is only a key
    /// prefix and the accounts stand directly below `AWSLogs`.
    fn control_tower_before_3() {
        organization_of(&trail().with_prefix(ORGANIZATION)).draft().tally(12, 8)
    }

    /// A key prefix of several components, one of them itself `AWSLogs` and one in
    /// Cyrillic. A prefix may hold anything.
    fn odd_prefix() {
        Base::of(trail().with_prefix("backup/AWSLogs/журнал 1"), 0..4).draft().tally(4, 3)
    }

    /// A trail of the GovCloud partition. Nothing in the verification depends on the
    /// partition or on a list of Regions.
    fn govcloud_region() {
        Base::of(Trail::new(BUCKET, ACCOUNT, "us-gov-west-1", "gov"), 0..4).draft().tally(4, 3)
    }

    /// A trail of the China partition, whose Regions and ARNs begin otherwise. The rules
    /// are the same.
    fn china_region() {
        Base::of(Trail::new(BUCKET, ACCOUNT, "cn-northwest-1", "china"), 0..4).draft().tally(4, 3)
    }

    /// A trail of the European Sovereign Cloud, whose Region name is longer than the
    /// older ones.
    fn sovereign_cloud_region() {
        Base::of(Trail::new(BUCKET, ACCOUNT, "eusc-de-east-1", "souverain"), 0..4).draft().tally(4, 3)
    }

    /// The trail's name holds underscores and looks like a Region and a stamp, and its
    /// home is another Region. File names are separated by underscores too, so they
    /// must be read from both ends.
    fn trail_name_with_underscores() {
        let trail = Trail {
            name: "all_accounts_eu-west-1_20260302T080713Z".into(),
            ..trail()
        };
        Base::of(trail.with_home("us-east-1"), 0..4).draft().tally(4, 3)
    }

    /// After four hours the trail delivers to another bucket and prefix. The first
    /// digest there names its predecessor in the old bucket and the chain goes on.
    fn bucket_change() {
        let mut base = Base::hours(4);
        base.chain.move_to("example-trail-logs-new", "audit");
        base.deliver(4..8);
        base.draft().tally(8, 7)
    }

    /// After the change of bucket, the last digest in the old bucket is deleted. The
    /// first one in the new bucket names it, across the buckets.
    fn bucket_change_digest_deleted() {
        let mut base = Base::hours(3);
        base.chain.move_to("example-trail-logs-new", "");
        base.deliver(3..6);
        base.delete_digest(2);
        let absent = base.url(2);
        base.draft().finds("digest-absent", absent).tally(5, 5)
    }

    /// The first digest after a change of bucket still lists logs that were delivered
    /// to the old one. A log is looked for where the digest says it is.
    fn bucket_change_logs_in_the_old_bucket() {
        let mut base = Base::hours(3);
        let logs = logs_of_hour(&trail(), 3);
        let entries = base.chain.put_logs(&mut base.store, &logs);
        base.chain.move_to("example-trail-logs-new", "");
        let body = base.chain.draft(hour(3), hour(4), entries);
        base.chain.put(&mut base.store, &body);
        base.deliver(4..6);
        base.draft().tally(6, 5)
    }

    /// A healthy trail whose name, account and Region are asked for. What is asked for
    /// is there.
    fn asked_for_by_name() {
        Base::hours(4).draft().account(ACCOUNT).region(REGION).trail("management-events").tally(4, 3)
    }
}
