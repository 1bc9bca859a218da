//! Names and listings made to trip a verifier.

use super::base::{ACCOUNT, BUCKET, Base, REGION, hour, log_at, trail, vectors};
use crate::digest::LogEntry;
use crate::time;
use crate::trail::{DigestKind, Trail};

/// A log of hour 3 that lies at `key`, listed by that hour's digest.
fn with_log_at(key: &str) -> Base {
    let mut base = Base::hours(3);
    let log = log_at(&trail(), super::base::after(hour(3), 20));
    base.store.put(BUCKET, key, log.packed());
    let body = base
        .chain
        .draft(hour(3), hour(4), vec![LogEntry::new(BUCKET, key, &log)]);
    let digest = base.chain.put(&mut base.store, &body);
    base.digests.push(digest);
    base.deliver(4..6);
    base
}

/// A copy of the genuine digest of hour 2 at another key.
fn with_digest_copied_to(key: &str) -> super::base::Draft {
    let mut base = Base::hours(6);
    let copy = base.digest_object(2).clone();
    base.store.put_object(BUCKET, key, copy);
    base.draft()
        .finds("digest-moved", format!("s3://{BUCKET}/{key}"))
        .tally(6, 5)
}

const ESCAPING: &str =
    "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/../../../../../../../etc/passwd";

vectors! {
    "hostile"

    /// Keys that look like CloudTrail's and are not: impossible dates, missing parts,
    /// other services, folder markers, names that a path must never be made of, control
    /// characters, text that runs from right to left. They are counted as strays; what
    /// belongs to the trail is untouched by them.
    fn stray_keys() {
        let mut base = Base::hours(4);
        let digests = format!("AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}");
        let logs = format!("AWSLogs/{ACCOUNT}/CloudTrail/{REGION}");
        let name = format!("{ACCOUNT}_CloudTrail-Digest_{REGION}_management-events_{REGION}");
        for key in [
            format!("{digests}/2026/13/99/{name}_20261399T256199Z.json.gz"),
            format!("{digests}/2026/03/02/{name}_20260302T2461.json.gz"),
            format!("{digests}/2026/03/02/{name}_.json.gz"),
            format!("{digests}/2026/03/02/{name}_20260302T090713Z_backfill_backfill.json.gz.bak"),
            format!("{logs}/2026/02/30/{ACCOUNT}_CloudTrail_{REGION}_20260230T0815Z_AAAAAAAAAAAAAAAA.json.gz"),
            format!("{logs}/2026/03/"),
            format!("AWSLogs/{ACCOUNT}/Config/{REGION}/2026/3/2/ConfigHistory/x.json.gz"),
            format!("AWSLogs/{ACCOUNT}/vpcflowlogs/{REGION}/2026/03/02/x.log.gz"),
            format!("AWSLogs/11112222333/CloudTrail/{REGION}/2026/03/02/x.json.gz"),
            "AWSLogs/../../../../etc/cron.d/x".to_owned(),
            "/etc/passwd".to_owned(),
            "C:\\AWSLogs\\x".to_owned(),
            "AWSLogs//double".to_owned(),
            "AWSLogs/./dot".to_owned(),
            "notes/\u{1b}[31mred\u{7}\n.txt".to_owned(),
            "notes/\u{202e}zg.nosj\u{200b}\u{feff}💥.json.gz".to_owned(),
            format!("notes/{}", "long".repeat(100)),
            "manifest.jsonl".to_owned(),
        ] {
            base.store.put(BUCKET, &key, b"stray".to_vec());
        }
        base.draft().tally(4, 3)
    }

    /// A digest was copied under the name of a trail that contains the genuine trail's
    /// name and a Region. The name parses as another trail; the digest says where it
    /// belongs.
    fn look_alike_trail_name() {
        let look_alike = Trail {
            name: format!("{REGION}_management-events"),
            ..trail()
        };
        with_digest_copied_to(&look_alike.digest_key(hour(3), DigestKind::Hourly))
    }

    /// A digest was copied to a key whose stamp lies in the year 2099. It is refused
    /// where it lies, and must neither stretch the range to that year nor prove a gap
    /// before it.
    fn stamp_in_the_future() {
        with_digest_copied_to(&trail().digest_key(time("2099-01-01T00:00:00Z"), DigestKind::Hourly))
    }

    /// A digest was copied to a key whose stamp lies in the year 1970. It is refused where it
    /// lies, and must not stretch the range back to that year.
    fn stamp_in_the_past() {
        with_digest_copied_to(&trail().digest_key(time("1970-01-01T00:00:00Z"), DigestKind::Hourly))
    }

    /// A rightly signed digest lists a log whose key climbs out of any folder, and the
    /// mirror keeps that object under a safe path. The object is read from there and its
    /// hash is right.
    fn listed_key_climbs_kept_safely() {
        with_log_at(ESCAPING).draft().tally(6, 5)
    }

    /// The same digest over a plain copy, which cannot keep such a key. The log is not
    /// absent: nothing could have read it. The newest digest has no signature, as in
    /// every plain copy.
    fn listed_key_climbs_in_a_plain_copy() {
        let base = with_log_at(ESCAPING);
        let newest = base.url(5);
        base.draft()
            .plain()
            .bucket(BUCKET)
            .finds("log-unread", format!("s3://{BUCKET}/{ESCAPING}"))
            .finds("digest-signature-absent", newest)
            .tally(5, 4)
    }

    /// A rightly signed digest lists a log at a key of odd Unicode: letters that have
    /// two forms, an emoji, a mark that turns the direction of text. Keys are compared
    /// as they are, byte for byte.
    fn listed_key_of_odd_unicode() {
        with_log_at("AWSLogs/Ünïcode/\u{202e}\u{1f4a5}/e\u{301}.json.gz").draft().tally(6, 5)
    }
}
