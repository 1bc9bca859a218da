//! Digests that are not there.

use super::base::{ACCOUNT, Base, REGION, hour, trail, vectors};

/// Eight hours without the digests of these; their logs stay.
fn without(hours: &[usize]) -> Base {
    let mut base = Base::hours(8);
    for number in hours {
        base.delete_digest(*number);
    }
    base
}

vectors! {
    "absent"

    /// The digest of an hour without logs was deleted. Its verified successor names it.
    fn digest_deleted() {
        let base = without(&[2]);
        let absent = base.url(2);
        base.draft().finds("digest-absent", absent).tally(7, 7)
    }

    /// The digest of an hour with a log was deleted and the log left. Nothing vouches
    /// for the log any more.
    fn digest_deleted_log_left() {
        let base = without(&[3]);
        let digest = base.digests[3].clone();
        base.draft()
            .finds("digest-absent", digest.url())
            .finds_logs_of("log-unvouched", &digest)
            .tally(7, 6)
    }

    /// A digest and the log that it named were deleted together. What the digest named
    /// is not known any more; that it is gone is.
    fn digest_and_log_deleted() {
        let mut base = Base::hours(8);
        base.delete_hour(3);
        let absent = base.url(3);
        base.draft().finds("digest-absent", absent).tally(7, 6)
    }

    /// Two digests in a row were deleted. The verified successor names the second one;
    /// that more is missing shows in the times on both sides, and one gap is reported
    /// at the first digest after it. The log of the first hour has lost its voucher.
    fn two_digests_deleted() {
        let base = without(&[1, 2]);
        let log_hour = base.digests[1].clone();
        base_gap(base, 2, 3).finds_logs_of("log-unvouched", &log_hour).tally(6, 6)
    }

    /// Six digests in a row were deleted, and the five logs they named were left. The
    /// walk of the AWS command line counts one missing digest here.
    fn six_digests_deleted() {
        let base = without(&[1, 2, 3, 4, 5, 6]);
        let hours = base.digests[1..=6].to_vec();
        hours
            .iter()
            .fold(base_gap(base, 6, 7), |draft, digest| draft.finds_logs_of("log-unvouched", digest))
            .tally(2, 2)
    }

    /// Two digests that do not follow each other were deleted. Each is named by its own
    /// successor, so each is one absence and neither is a gap.
    fn two_digests_deleted_apart() {
        let base = without(&[2, 5]);
        let (first, second) = (base.url(2), base.url(5));
        base.draft()
            .finds("digest-absent", first)
            .finds("digest-absent", second)
            .tally(6, 7)
    }

    /// Two digests were deleted and the one after them edited. What it names as its
    /// predecessor is no longer signed by anyone, so the hole in time is all that is
    /// known: one gap, at the first digest after it.
    fn gap_before_an_edited_digest() {
        let mut base = without(&[1, 2]);
        base.rewrite_digest(3, |text| text.replace("\"newestEventTime\":\"2026", "\"newestEventTime\":\"2016"));
        let (missing, edited) = (base.digests[1].clone(), base.digests[3].clone());
        base.draft()
            .finds("chain-gap", edited.url())
            .finds("digest-signature-invalid", edited.url())
            .finds_logs_of("log-unvouched", &missing)
            .finds_logs_of("log-unvouched", &edited)
            .tally(5, 5)
    }

    /// The newest digest was deleted with its log, and the range asked for includes its
    /// hour. Nothing left in the bucket names it; only the promise of the range shows
    /// that the hour is missing.
    fn newest_digest_deleted_with_to() {
        let mut base = Base::hours(8);
        base.delete_hour(7);
        let newest = base.url(6);
        base.draft().to(hour(8)).finds("tail-uncovered", newest).tally(7, 6)
    }

    /// The same without a range. The chain simply ends an hour earlier: this is what no
    /// verifier can see in a copy, and why a report states where coverage ends.
    fn newest_digest_deleted() {
        let mut base = Base::hours(8);
        base.delete_hour(7);
        base.draft().tally(7, 6)
    }

    /// The oldest digest was deleted with its log, and the range asked for begins with
    /// its hour. The next digest names it.
    fn oldest_digest_deleted_with_from() {
        let mut base = Base::hours(8);
        base.delete_hour(0);
        let absent = base.url(0);
        base.draft().from(hour(0)).finds("digest-absent", absent).tally(7, 6)
    }

    /// The oldest three hours were deleted, and the range asked for begins with the
    /// first. The oldest digest left names its predecessor; before that one nothing
    /// covers the range.
    fn oldest_three_hours_deleted_with_from() {
        let mut base = Base::hours(8);
        for number in 0..3 {
            base.delete_hour(number);
        }
        let (absent, first) = (base.url(2), base.url(3));
        base.draft()
            .from(hour(0))
            .finds("digest-absent", absent)
            .finds("head-uncovered", first)
            .tally(5, 5)
    }

    /// Every digest was deleted and the logs were left. Nothing can be proved about any
    /// of them, and a run that proved nothing is no success.
    fn all_digests_deleted() {
        let base = without(&[0, 1, 2, 3, 4, 5, 6, 7]);
        base.draft().finds("no-digests", format!("{ACCOUNT}/{REGION}")).tally(0, 0)
    }

    /// A whole Region was deleted, logs and digests, and it is asked for by name. The
    /// other Region is healthy, which is no answer for this one.
    fn region_deleted() {
        Base::hours(4)
            .draft()
            .account(ACCOUNT)
            .region(REGION)
            .region("us-east-1")
            .finds("no-digests", format!("{ACCOUNT}/us-east-1"))
    }

    /// An account is asked for by name and the bucket holds nothing of it.
    fn account_not_there() {
        Base::hours(2)
            .draft()
            .account("444455556666")
            .finds("no-digests", "444455556666/*")
    }

    /// The digest and all it vouches for are intact in one Region; in the other the
    /// digests were deleted and the logs left. Logs without any digest are not a
    /// Region without activity.
    fn digests_of_one_region_deleted() {
        let mut base = Base::hours(4);
        let mut other = Base::of(trail().in_region("us-east-1"), 0..4);
        for number in 0..4 {
            other.delete_digest(number);
        }
        base.absorb(other);
        base.draft().finds("no-digests", format!("{ACCOUNT}/us-east-1")).tally(4, 3)
    }
}

/// The findings of a gap whose last missing digest is `absent` and whose next present
/// one is `after`.
fn base_gap(base: Base, absent: usize, after: usize) -> super::base::Draft {
    let (absent, after) = (base.url(absent), base.url(after));
    base.draft()
        .finds("digest-absent", absent)
        .finds("chain-gap", after)
}
