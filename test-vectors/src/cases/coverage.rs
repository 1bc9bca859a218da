//! Time: what was asked for, what is covered.

use super::base::{
    ACCOUNT, Base, Draft, REGION, after, hour, log_at, logs_of_hour, trail, vectors,
};
use crate::store::Store;
use crate::time;

vectors! {
    "coverage"

    /// A range within the chain is asked for. Every hour of it is covered.
    fn range_covered() {
        Base::hours(8).draft().from(hour(1)).to(hour(7))
    }

    /// The range asked for begins and ends in the middle of windows. The digests of
    /// those windows cover it.
    fn range_within_windows() {
        Base::hours(8).draft().from(after(hour(1), 25)).to(after(hour(6), 35))
    }

    /// A digest outside the range asked for has failed. The range itself is proved.
    fn range_beside_a_failure() {
        let mut base = Base::hours(8);
        base.rewrite_digest(5, |text| text.replace("\"digestStartTime\":\"2026", "\"digestStartTime\":\"2016"));
        base.draft().from(hour(0)).to(hour(3))
    }

    /// The range asked for begins three hours before the first digest, which has no
    /// predecessor. Nothing vouches for those hours.
    fn range_begins_before_the_first_digest() {
        let base = Base::hours(6);
        let first = base.url(0);
        base.draft().from(hour(-3)).finds("head-uncovered", first).tally(6, 5)
    }

    /// The range asked for ends three hours after the newest digest. Nothing vouches for those
    /// hours, and nothing says that anything was there.
    fn range_ends_after_the_newest_digest() {
        let base = Base::hours(6);
        let newest = base.url(5);
        base.draft().to(hour(9)).finds("tail-uncovered", newest).tally(6, 5)
    }

    /// The range asked for lies a month after everything the bucket holds.
    fn range_with_nothing() {
        Base::hours(4)
            .draft()
            .from(time("2026-04-01T00:00:00Z"))
            .to(time("2026-04-02T00:00:00Z"))
            .finds("no-digests", format!("{ACCOUNT}/{REGION}"))
            .tally(0, 0)
    }

    /// No range is asked for. One Region's chain ends four hours before the other's; a
    /// trail is judged over the span of all its chains, so those hours are uncovered.
    fn region_falls_silent() {
        let mut base = Base::hours(8);
        let early = Base::of(trail().in_region("us-east-1"), 0..4);
        let newest = early.url(3);
        base.absorb(early);
        base.draft().finds("tail-uncovered", newest).tally(12, 10)
    }

    /// No range is asked for. One Region's chain begins four hours after the other's, and
    /// nothing vouches for that Region in those hours.
    fn region_begins_late() {
        let mut base = Base::hours(8);
        let late = Base::of(trail().in_region("us-east-1"), 4..8);
        let first = late.url(0);
        base.absorb(late);
        base.draft().finds("head-uncovered", first).tally(12, 11)
    }

    /// One Region's chain ends an hour after the other's. Digests of Regions do not
    /// arrive at the same minute, and a difference of up to two hours is no finding.
    fn regions_an_hour_apart() {
        let mut base = Base::hours(4);
        base.absorb(Base::of(trail().in_region("us-east-1"), 0..5));
        base.draft().tally(9, 8)
    }

    /// Validation was never turned on: two Regions full of logs, and no digest.
    fn validation_never_on() {
        let mut store = Store::new();
        for trail in [trail(), trail().in_region("us-east-1")] {
            let logs: Vec<_> = (0..3).flat_map(|number| logs_of_hour(&trail, number)).collect();
            Base::new(crate::ChainBuilder::new(trail, crate::SigningKey::trail_a())).chain.put_logs(&mut store, &logs);
        }
        Draft::new(store)
            .finds("no-digests", format!("{ACCOUNT}/{REGION}"))
            .finds("no-digests", format!("{ACCOUNT}/us-east-1"))
            .tally(0, 0)
    }

    /// The bucket is empty: no digest and no log. Finding nothing is never a success, or a
    /// wrong folder would pass.
    fn empty_bucket() {
        Draft::new(Store::new()).finds("no-digests", "*").tally(0, 0)
    }

    /// Logs go on for six hours after the newest digest: someone turned validation off,
    /// or deleted the newest digests. Logs delivered that late extend the span to be
    /// covered.
    fn logs_go_on_after_the_newest_digest() {
        let mut base = Base::hours(6);
        for number in 6..12 {
            base.chain.put_logs(&mut base.store, &[log_at(&trail(), after(hour(number), 30))]);
        }
        let newest = base.url(5);
        base.draft().finds("tail-uncovered", newest).tally(6, 5)
    }

    /// Logs lie in the bucket from four hours before the first digest: validation was
    /// turned on later than the trail.
    fn logs_before_the_first_digest() {
        let mut base = Base::hours(6);
        for number in -4..0 {
            base.chain.put_logs(&mut base.store, &[log_at(&trail(), after(hour(number), 30))]);
        }
        let first = base.url(0);
        base.draft().finds("head-uncovered", first).tally(6, 5)
    }
}
