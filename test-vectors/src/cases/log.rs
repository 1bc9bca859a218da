//! One log: its container, its content, its place.

use data_encoding::HEXLOWER;

use super::base::{Base, hour, log_at, records, trail, vectors};
use crate::gzip::{gunzip, gzip};
use crate::log::LogFile;
use crate::store::Unread;

/// The limit on an inflated log that README.md states.
const LOG_LIMIT: usize = 512 << 20;

/// The log of hour 3, its stored bytes replaced, and the code that follows.
fn with_bytes(code: &str, make: impl FnOnce(&[u8]) -> Vec<u8>) -> super::base::Draft {
    let mut base = Base::hours(6);
    let (object, url) = base.log_object(3);
    object.bytes = make(&object.bytes);
    base.draft().finds(code, url).tally(6, 4)
}

fn unread(base: &mut Base, digest: usize, why: Unread) -> String {
    let (object, url) = base.log_object(digest);
    object.bytes.clear();
    object.unread = Some(why);
    url
}

vectors! {
    "log"

    /// One byte of a log's content was changed and the log compressed again. The
    /// container is sound; the content is not what the digest hashed.
    fn log_byte_changed() {
        with_bytes("log-hash-mismatch", |bytes| {
            let text = String::from_utf8(gunzip(bytes)).expect("JSON is UTF-8");
            gzip(text.replacen("192.0.2.17", "192.0.2.71", 1).as_bytes())
        })
    }

    /// One record was taken out of a log and the log compressed again. Nothing in the container
    /// shows it; the hash does.
    fn log_record_removed() {
        with_bytes("log-hash-mismatch", |_| {
            let mut kept = records(&trail(), hour(3));
            kept.pop();
            LogFile::new(hour(3), kept).packed()
        })
    }

    /// A log was replaced by a file without records, which any reader takes for an hour in which
    /// nothing happened. Its content is not what the digest hashed.
    fn log_emptied() {
        with_bytes("log-hash-mismatch", |_| gzip(b"{\"Records\":[]}"))
    }

    /// A log was deleted. A verified digest names it, so its absence is proved.
    fn log_deleted() {
        let mut base = Base::hours(6);
        let (bucket, key) = base.digests[3].log(0);
        let url = base.digests[3].log_url(0);
        base.store.remove(bucket, key);
        base.draft().finds("log-absent", url).tally(6, 4)
    }

    /// Bytes follow a log's gzip member. The member is whole and its hash right, but
    /// readers disagree on what such a file holds, so the container is refused.
    fn log_with_appended_bytes() {
        with_bytes("log-trailing-data", |bytes| [bytes, b"appended"].concat())
    }

    /// A second gzip member with planted records follows a log's own. Many tools read
    /// all members, the digest hashed the first.
    fn log_with_second_member() {
        with_bytes("log-trailing-data", |bytes| {
            let planted = log_at(&trail(), hour(3)).packed();
            [bytes, &planted[..]].concat()
        })
    }

    /// The second half of a log's bytes is missing, as after a broken download. What is left is
    /// no whole gzip member.
    fn log_cut() {
        with_bytes("log-truncated", |bytes| bytes[..bytes.len() / 2].to_vec())
    }

    /// The last four bytes of a log, its length, are missing. The content is whole and
    /// its hash right; the container is not.
    fn log_trailer_cut() {
        with_bytes("log-truncated", |bytes| bytes[..bytes.len() - 4].to_vec())
    }

    /// One bit of a log's gzip checksum was flipped. The content is whole and its hash
    /// right; the container is damaged all the same.
    fn log_checksum_damaged() {
        with_bytes("log-not-gzip", |bytes| {
            let mut damaged = bytes.to_vec();
            let at = damaged.len() - 8;
            damaged[at] ^= 1;
            damaged
        })
    }

    /// A log's object holds its JSON without compression, as a tool leaves it that
    /// stored what HTTP had inflated.
    fn log_not_gzip() {
        with_bytes("log-not-gzip", gunzip)
    }

    /// A log was replaced by half a megabyte that inflates to one byte more than 512
    /// MiB, the limit for logs. A verifier stops there and says so.
    fn log_bomb() {
        with_bytes("log-too-large", |_| gzip(&vec![0; LOG_LIMIT + 1]))
    }

    /// A rightly signed digest states a hash algorithm for a log that is not SHA-256.
    /// The log cannot be checked by these rules.
    fn log_algorithm_unknown() {
        let mut base = Base::hours(3);
        base.deliver_edited(3, |body| {
            let log = &mut body.log_files[0];
            log.hash_algorithm = "SHA-512".into();
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, log.s3_object.as_bytes());
            log.hash_value = HEXLOWER.encode(hash.as_ref());
        });
        base.deliver(4..6);
        let url = base.digests[3].log_url(0);
        base.draft().finds("log-algorithm-unsupported", url).tally(6, 4)
    }

    /// A rightly signed digest lists one log twice, with two hashes. Only one can be
    /// right, and the log cannot be both.
    fn log_listed_with_two_hashes() {
        let mut base = Base::hours(3);
        base.deliver_edited(3, |body| {
            let mut other = body.log_files[0].clone();
            other.hash_value = "0".repeat(64);
            body.log_files.push(other);
        });
        base.deliver(4..6);
        let url = base.digests[3].log_url(0);
        base.draft().finds("log-hash-mismatch", url)
    }

    /// Logs that the copy saw and could not read: one denied, one in an archive class,
    /// one given up after throttling, one lost to a broken connection. None is absent
    /// and none has failed.
    fn logs_unread() {
        let mut base = Base::hours(8);
        let denied = unread(&mut base, 0, Unread::Denied);
        let archived = unread(&mut base, 1, Unread::Archived);
        let throttled = unread(&mut base, 3, Unread::Throttled);
        let broken = unread(&mut base, 6, Unread::Io);
        base.draft()
            .finds("log-unread", denied)
            .finds("log-unread", archived)
            .finds("log-unread", throttled)
            .finds("log-unread", broken)
            .tally(8, 3)
    }

    /// A denied log in a chain that also lost one: one answer stays open, the other is a
    /// failure, and the run's answer is the worse of the two.
    fn log_denied_and_log_deleted() {
        let mut base = Base::hours(6);
        let denied = unread(&mut base, 0, Unread::Denied);
        let (bucket, key) = base.digests[3].log(0);
        let absent = base.digests[3].log_url(0);
        base.store.remove(bucket, key);
        base.draft()
            .finds("log-unread", denied)
            .finds("log-absent", absent)
            .tally(6, 3)
    }

    /// A log is rightly listed and hashed, and every record in it states another
    /// account than its path. Who listed it is genuine; the place is not.
    fn log_of_another_account() {
        let mut base = Base::hours(3);
        let foreign = records(&trail().in_account("444455556666"), hour(4));
        base.window(hour(3), hour(4), vec![LogFile::new(super::base::after(hour(3), 20), foreign)]);
        base.deliver(4..6);
        let url = base.digests[3].log_url(0);
        base.draft().finds("log-misplaced", url).tally(6, 4)
    }

    /// A log is rightly listed and hashed, and every record in it states another Region than
    /// its path.
    fn log_of_another_region() {
        let mut base = Base::hours(3);
        let foreign = records(&trail().in_region("ap-southeast-2"), hour(4));
        base.window(hour(3), hour(4), vec![LogFile::new(super::base::after(hour(3), 20), foreign)]);
        base.deliver(4..6);
        let url = base.digests[3].log_url(0);
        base.draft().finds("log-misplaced", url).tally(6, 4)
    }
}
