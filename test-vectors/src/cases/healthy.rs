//! Nothing wrong, in the forms that a strict reader is tempted to refuse.

use serde_json::json;

use super::base::{Base, after, hour, log_at, records, trail, vectors};
use crate::chain::ChainBuilder;
use crate::digest::SealedDigest;
use crate::gzip::{compress, gunzip};
use crate::keys::SigningKey;
use crate::log::{Family, LogFile};

vectors! {
    "healthy"

    /// Eight hours of one trail, untouched. Every signature, link and hash is
    /// right, and no time is left out.
    fn healthy() {
        Base::hours(8).draft().tally(8, 7)
    }

    /// The first hour after validation was turned on, and nothing else. A digest
    /// without a predecessor is how every chain begins.
    fn starting_digest_only() {
        Base::hours(1).draft().tally(1, 1)
    }

    /// Six hours in which nothing happened. An empty digest is a statement, signed,
    /// that nothing was delivered; it is not a gap.
    fn empty_hours() {
        let mut base = Base::new(ChainBuilder::new(trail(), SigningKey::trail_a()));
        for number in 0..6 {
            base.window(hour(number), hour(number + 1), Vec::new());
        }
        base.draft().tally(6, 0)
    }

    /// One log was compressed again at another level. The signed hash is that of the
    /// inflated content, so other compressed bytes with the same content are right.
    fn recompressed_log() {
        let mut base = Base::hours(8);
        let (object, _) = base.log_object(3);
        object.bytes = compress(&gunzip(&object.bytes), 1);
        base.draft().tally(8, 7)
    }

    /// One digest was compressed again at another level. Its signature is over the
    /// inflated content, which did not change.
    fn recompressed_digest() {
        let mut base = Base::hours(8);
        let object = base.digest_object(4);
        object.bytes = compress(&gunzip(&object.bytes), 1);
        base.draft().tally(8, 7)
    }

    /// One digest is printed with line breaks and has a member nobody knows, and was
    /// signed like that. The bytes are what is signed; a verifier must neither print
    /// them again nor refuse what a later version of CloudTrail may add.
    fn digest_pretty_printed_with_unknown_member() {
        let mut base = Base::hours(2);
        let chain = &mut base.chain;
        let body = chain.draft(hour(2), hour(3), Vec::new());
        let content = String::from_utf8(body.to_json()).expect("JSON is UTF-8");
        let content = content.replacen('{', "{\n  \"digestVersion\": [1, {\"minor\": null}],\n  ", 1) + "\n";
        let sealed = SealedDigest::of_content(&body, content.into_bytes(), SigningKey::trail_a());
        let handle = sealed.put(&mut base.store);
        chain.set_previous(Some(handle));
        base.deliver(3..6);
        base.draft().tally(6, 5)
    }

    /// A log delivered three minutes before the end of a window is listed by the next
    /// digest. Windows are windows of delivery with some slack, so the log counts as
    /// named and as verified.
    fn log_named_by_the_next_digest() {
        let mut base = Base::hours(2);
        base.window(hour(2), hour(3), Vec::new());
        let late = log_at(&trail(), after(hour(3), -3));
        base.window(hour(3), hour(4), vec![late]);
        base.draft().tally(4, 3)
    }

    /// The events of one log are two days older than its delivery. CloudTrail may
    /// deliver late, and a digest's window is one of delivery times, not event times.
    fn late_events() {
        let mut base = Base::hours(2);
        let old = records(&trail(), after(hour(2), -2 * 24 * 60));
        let log = LogFile::new(after(hour(2), 20), old);
        base.window(hour(2), hour(3), vec![log]);
        base.draft().tally(3, 3)
    }

    /// One log holds no records, and one holds text that is no JSON; both are listed
    /// with the right hash. The verifier proves bytes, so both are verified.
    fn logs_without_records() {
        let mut base = Base::hours(2);
        let logs = vec![
            LogFile::new(after(hour(2), 20), Vec::new()),
            LogFile::raw(after(hour(2), 40), b"not JSON at all\n".to_vec()),
        ];
        base.window(hour(2), hour(3), logs);
        base.draft().tally(3, 4)
    }

    /// One record of a log belongs to another account and one to its own. Only a log
    /// whose every record contradicts its path is misplaced.
    fn records_of_two_accounts() {
        let mut base = Base::hours(2);
        let mut mixed = records(&trail(), after(hour(2), 20));
        mixed[0]["recipientAccountId"] = json!("444455556666");
        base.window(hour(2), hour(3), vec![LogFile::new(after(hour(2), 20), mixed)]);
        base.draft().tally(3, 3)
    }

    /// Files of the Insights family lie in the bucket, and no digest lists any of
    /// them. Whether digests cover that family is not documented, so the files are
    /// counted as not named and no finding is made of them.
    fn insight_files_that_no_digest_names() {
        let mut base = Base::hours(4);
        let log = log_at(&trail(), after(hour(2), 30)).in_family(Family::Insight);
        base.chain.put_logs(&mut base.store, &[log]);
        base.draft().tally(4, 3)
    }

    /// Files of the Insights, network-activity and aggregated families are listed by
    /// digests, the aggregated one holding a bare array. They are hashed and verified
    /// like any other log.
    fn other_families_that_digests_name() {
        let mut base = Base::hours(2);
        let array = format!("[{}]", r#"{"eventVersion":"1.0","eventCategory":"Aggregated"}"#);
        let logs = vec![
            log_at(&trail(), after(hour(2), 20)).in_family(Family::Insight),
            log_at(&trail(), after(hour(2), 30)).in_family(Family::NetworkActivity),
            LogFile::raw(after(hour(2), 40), array.into_bytes()).in_family(Family::Aggregated),
        ];
        base.window(hour(2), hour(3), logs);
        base.draft().tally(3, 5)
    }

    /// Two trails of one account deliver to one bucket, and so into one folder of
    /// logs. Each chain lists its own logs; a log named by either is named.
    fn two_trails_in_one_bucket() {
        let mut base = Base::hours(4);
        let mut other = trail();
        other.name = "data-events".into();
        let mut second = Base::new(ChainBuilder::new(other.clone(), SigningKey::trail_a()));
        for number in 0..4 {
            let log = log_at(&other, after(hour(number), 25));
            second.window(hour(number), hour(number + 1), vec![log]);
        }
        base.absorb(second);
        base.draft().tally(8, 7)
    }

    /// The same log is listed twice by one digest, both times with the right hash.
    /// Saying a true thing twice is not a fault.
    fn log_listed_twice() {
        let mut base = Base::hours(3);
        base.deliver_edited(3, |body| {
            let again = body.log_files[0].clone();
            body.log_files.push(again);
        });
        base.draft()
    }

    /// One digest in the middle lost its metadata. Its successor holds the same
    /// signature as `previousDigestSignature`, so nothing is unproved.
    fn metadata_lost_on_one() {
        let mut base = Base::hours(8);
        base.digest_object(4).metadata.clear();
        base.draft().tally(8, 7)
    }

    /// The bucket begins in the middle of a chain: the first two hours have been
    /// deleted, digests and logs, as a lifecycle rule does, and no range is asked
    /// for. A copy is judged over the span it holds, and the name of a predecessor
    /// before that span is no loss within it.
    fn archive_begins_in_the_middle() {
        let mut base = Base::hours(8);
        base.delete_hour(0);
        base.delete_hour(1);
        base.draft().tally(6, 5)
    }
}
