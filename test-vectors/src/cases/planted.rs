//! Objects that nobody signed for.

use super::base::{Base, after, hour, log_at, trail, vectors};
use crate::log::Family;

vectors! {
    "planted"

    /// A log was planted in an hour whose digest is verified. It looks like any other;
    /// no digest names it. Walks that only follow digests never see it.
    fn log_planted_in_a_covered_hour() {
        let mut base = Base::hours(6);
        let planted = log_at(&trail(), after(hour(2), 30));
        let entries = base.chain.put_logs(&mut base.store, &[planted]);
        let url = format!("s3://{}/{}", entries[0].s3_bucket, entries[0].s3_object);
        base.draft().finds("log-unreferenced", url).tally(6, 5)
    }

    /// A log was delivered an hour after the newest digest's end. Its digest is not due
    /// yet in a live bucket, so the log is counted as not yet covered and no finding is
    /// made of it.
    fn log_after_the_newest_digest() {
        let mut base = Base::hours(6);
        base.chain.put_logs(&mut base.store, &[log_at(&trail(), after(hour(7), 5))]);
        base.draft().tally(6, 5)
    }

    /// A log was planted in an hour whose digest was edited so as to name it. The
    /// digest is no longer genuine and nothing vouches for the log.
    fn log_planted_and_digest_edited() {
        let mut base = Base::hours(6);
        let planted = log_at(&trail(), after(hour(2), 30));
        let entries = base.chain.put_logs(&mut base.store, &[planted]);
        let entry = serde_json::to_string(&entries).expect("entries are JSON");
        base.rewrite_digest(2, |text| text.replace("\"logFiles\":[]", &format!("\"logFiles\":{entry}")));
        let url = base.url(2);
        base.draft()
            .finds("digest-signature-invalid", url)
            .finds("log-unvouched", format!("s3://{}/{}", entries[0].s3_bucket, entries[0].s3_object))
            .tally(5, 5)
    }

    /// One file of the Insights family is named by a digest, another is not. Since
    /// digests do name that family here, the second one is unreferenced.
    fn insight_file_planted() {
        let mut base = Base::hours(2);
        let named = log_at(&trail(), after(hour(2), 20)).in_family(Family::Insight);
        base.window(hour(2), hour(3), vec![named]);
        base.deliver(3..6);
        let planted = log_at(&trail(), after(hour(3), 35)).in_family(Family::Insight);
        let entries = base.chain.put_logs(&mut base.store, &[planted]);
        let url = format!("s3://{}/{}", entries[0].s3_bucket, entries[0].s3_object);
        base.draft().finds("log-unreferenced", url).tally(6, 6)
    }

    /// A genuine log was copied to a second name in its own folder. Its content is
    /// proved under the first name only.
    fn log_copied_to_a_second_name() {
        let mut base = Base::hours(6);
        let (bytes, bucket) = {
            let (object, _) = base.log_object(3);
            (object.bytes.clone(), trail().bucket)
        };
        let key = trail().log_key(Family::CloudTrail, after(hour(3), 25), "aCopyOfAnother16");
        base.store.put(&bucket, &key, bytes);
        base.draft().finds("log-unreferenced", format!("s3://{bucket}/{key}")).tally(6, 5)
    }
}
