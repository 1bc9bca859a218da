//! One digest: its container, its text, its signature, its place.

use super::base::{Base, vectors};
use crate::gzip::gzip;
use crate::keys::SigningKey;
use crate::store::Unread;

/// The limit on an inflated digest that README.md states.
const DIGEST_LIMIT: usize = 64 << 20;

/// A middle digest without logs, its stored bytes replaced.
fn with_bytes(make: impl FnOnce(&[u8]) -> Vec<u8>) -> (Base, String) {
    let mut base = Base::hours(6);
    let object = base.digest_object(2);
    object.bytes = make(&object.bytes);
    let url = base.url(2);
    (base, url)
}

/// The digest of hour 4, one of its two logs struck out and that log deleted, signed
/// with the attacker's key.
fn attackers_digest(base: &mut Base, fingerprint: String) {
    let mut body = base.digests[4].body.clone();
    let struck = body.log_files.remove(1);
    body.digest_public_key_fingerprint = fingerprint;
    base.store.remove(&struck.s3_bucket, &struck.s3_object);
    base.digests[4] = body.seal(SigningKey::attacker()).put(&mut base.store);
}

vectors! {
    "digest"

    /// One digit inside a digest was changed and the digest compressed again. Its
    /// signature no longer fits, neither the one in its metadata nor the one its
    /// successor states. Its hour had no logs, so nothing else is touched.
    fn digest_digit_changed() {
        let mut base = Base::hours(6);
        base.rewrite_digest(2, |text| text.replace("\"digestStartTime\":\"2026", "\"digestStartTime\":\"2016"));
        let url = base.url(2);
        base.draft().finds("digest-signature-invalid", url).tally(5, 5)
    }

    /// A log was deleted and its entry struck out of the digest. The digest's signature
    /// no longer fits, so nothing vouches for the log it still lists either.
    fn digest_log_struck_out() {
        let mut base = Base::hours(8);
        let (kept, struck) = (base.digests[4].log_url(0), base.digests[4].body.log_files[1].clone());
        base.rewrite_digest(4, |text| {
            let entry = serde_json::to_string(&struck).expect("an entry is JSON");
            text.replace(&format!(",{entry}"), "")
        });
        base.store.remove(&struck.s3_bucket, &struck.s3_object);
        let url = base.url(4);
        base.draft()
            .finds("digest-signature-invalid", url)
            .finds("log-unvouched", kept)
            .tally(7, 5)
    }

    /// An edited digest was signed again by an attacker, who left the real key's
    /// fingerprint in it. No key of that fingerprint made the signature.
    fn digest_signed_by_attacker() {
        let mut base = Base::hours(8);
        attackers_digest(&mut base, SigningKey::trail_a().fingerprint());
        let digest = base.digests[4].clone();
        base.draft()
            .finds("digest-signature-invalid", digest.url())
            .finds_logs_of("log-unvouched", &digest)
            .tally(7, 5)
    }

    /// The newest digest was replaced by one that an attacker signed and that names the
    /// attacker's own key. The list does not hold that key, so the digest proves
    /// nothing, and nothing after it contradicts it.
    fn digest_of_attackers_own_key() {
        let mut base = Base::hours(5);
        attackers_digest(&mut base, SigningKey::attacker().fingerprint());
        let digest = base.digests[4].clone();
        base.draft()
            .finds("digest-key-unknown", digest.url())
            .finds_logs_of("log-unvouched", &digest)
            .tally(4, 3)
    }

    /// The same in the middle of a chain. The key is unknown, but the verified
    /// successor signed for another predecessor than the one that is there: naming an
    /// unknown key must not turn a failure into an open question.
    fn digest_of_attackers_own_key_in_the_middle() {
        let mut base = Base::hours(8);
        attackers_digest(&mut base, SigningKey::attacker().fingerprint());
        let (digest, successor) = (base.digests[4].clone(), base.url(5));
        base.draft()
            .finds("digest-key-unknown", digest.url())
            .finds("link-hash-mismatch", successor)
            .finds_logs_of("log-unvouched", &digest)
            .tally(7, 5)
    }

    /// An attacker added a digest after the newest, linked to it, with the real key's
    /// fingerprint, naming a log of their own. The signature does not fit, so nothing
    /// vouches for the log.
    fn newest_digest_forged() {
        let mut base = Base::hours(6);
        base.chain.set_key(SigningKey::attacker());
        base.chain.set_fingerprint(&SigningKey::trail_a().fingerprint());
        base.deliver(6..7);
        let forged = base.digests[6].clone();
        base.draft()
            .finds("digest-signature-invalid", forged.url())
            .finds_logs_of("log-unvouched", &forged)
            .tally(6, 5)
    }

    /// The newest digest's metadata holds text that is not hexadecimal where the
    /// signature should be. A signature that cannot be read is not one that is missing.
    fn signature_is_not_hex() {
        let mut base = Base::hours(6);
        base.digest_object(5).metadata.insert("signature".into(), "not a signature".into());
        let url = base.url(5);
        base.draft().finds("digest-signature-invalid", url).tally(5, 5)
    }

    /// Two digests have changed places, metadata and all. Each says where it belongs,
    /// and that text is signed.
    fn digests_swapped() {
        let mut base = Base::hours(8);
        let first = base.digest_object(1).clone();
        let second = std::mem::replace(base.digest_object(3), first);
        *base.digest_object(1) = second;
        let (one, three) = (base.digests[1].clone(), base.digests[3].clone());
        base.draft()
            .finds("digest-moved", one.url())
            .finds("digest-moved", three.url())
            .finds_logs_of("log-unvouched", &one)
            .finds_logs_of("log-unvouched", &three)
            .tally(6, 5)
    }

    /// A genuine old digest, of an hour without logs, was copied to the key of the hour
    /// after the newest. It still says where it belongs.
    fn old_digest_replayed() {
        let mut base = Base::hours(6);
        let old = base.digest_object(2).clone();
        let trail = base.chain.trail().clone();
        let key = trail.digest_key(super::base::hour(7), crate::trail::DigestKind::Hourly);
        let url = format!("s3://{}/{key}", trail.bucket);
        base.store.put_object(&trail.bucket, &key, old);
        base.draft().finds("digest-moved", url).tally(6, 5)
    }

    /// A rightly signed digest states another account than its path. Keys serve a whole
    /// Region, so a digest of another account can carry a genuine signature.
    fn digest_of_another_account() {
        let mut base = Base::hours(2);
        base.deliver_edited(2, |body| body.aws_account_id = "444455556666".into());
        base.deliver(3..6);
        let url = base.url(2);
        base.draft().finds("digest-moved", url).tally(5, 5)
    }

    /// A rightly signed digest states a signature algorithm that is not SHA256withRSA.
    /// It cannot be checked by these rules.
    fn digest_algorithm_unknown() {
        let mut base = Base::hours(2);
        base.deliver_edited(2, |body| body.digest_signature_algorithm = "SHA512withRSA".into());
        base.deliver(3..6);
        let url = base.url(2);
        base.draft().finds("digest-algorithm-unsupported", url).tally(5, 5)
    }

    /// The second half of a digest's bytes is missing. What is left is no whole gzip member, and
    /// no text to check a signature over. The successor's link shows nothing more.
    fn digest_cut() {
        let (base, url) = with_bytes(|bytes| bytes[..bytes.len() / 2].to_vec());
        base.draft().finds("digest-truncated", url).tally(5, 5)
    }

    /// Bytes follow a digest's gzip member. The member is whole and rightly signed, but
    /// readers disagree on what such a file holds.
    fn digest_with_appended_bytes() {
        let (base, url) = with_bytes(|bytes| [bytes, b"appended"].concat());
        base.draft().finds("digest-trailing-data", url).tally(5, 5)
    }

    /// A second gzip member follows a digest's own. The AWS command line stops at the end of the
    /// first; others read on.
    fn digest_with_second_member() {
        let (base, url) = with_bytes(|bytes| [bytes, &gzip(b"{\"logFiles\":[]}")].concat());
        base.draft().finds("digest-trailing-data", url).tally(5, 5)
    }

    /// A digest's object holds its JSON without compression. The text is genuine; the object is
    /// not what CloudTrail stores.
    fn digest_not_gzip() {
        let (base, url) = with_bytes(crate::gzip::gunzip);
        base.draft().finds("digest-malformed", url).tally(5, 5)
    }

    /// A digest's object holds 70 kB that inflate to one byte more than 64 MiB, the
    /// limit for digests. A verifier stops there and says so.
    fn digest_bomb() {
        let (base, url) = with_bytes(|_| gzip(&vec![0; DIGEST_LIMIT + 1]));
        base.draft().finds("digest-too-large", url).tally(5, 5)
    }

    /// A digest's object holds a hundred thousand nested arrays. Reading it must not
    /// exhaust the stack.
    fn digest_deep_json() {
        let (base, url) = with_bytes(|_| gzip("[".repeat(100_000).as_bytes()));
        base.draft().finds("digest-malformed", url).tally(5, 5)
    }

    /// Members of a digest have other JSON types than they should: an object for the
    /// list of logs, a number for a time.
    fn digest_wrong_types() {
        let mut base = Base::hours(6);
        base.rewrite_digest(2, |text| {
            text.replace("\"logFiles\":[]", "\"logFiles\":{}")
                .replace("\"digestStartTime\":\"", "\"digestStartTime\":1,\"was\":\"")
        });
        let url = base.url(2);
        base.draft().finds("digest-malformed", url).tally(5, 5)
    }

    /// The copy saw a digest of an hour without logs and was denied its bytes. A read
    /// that did not happen says nothing about the digest; the successor proves that it
    /// existed.
    fn digest_denied() {
        let mut base = Base::hours(6);
        let object = base.digest_object(2);
        object.bytes.clear();
        object.metadata.clear();
        object.unread = Some(Unread::Denied);
        let url = base.url(2);
        base.draft().finds("digest-unread", url).tally(5, 5)
    }

    /// A digest of an hour with a log lies in an archive class. Neither it nor the log
    /// that only it names can be checked.
    fn digest_archived() {
        let mut base = Base::hours(6);
        let object = base.digest_object(3);
        object.bytes.clear();
        object.metadata.clear();
        object.unread = Some(Unread::Archived);
        let digest = base.digests[3].clone();
        base.draft()
            .finds("digest-unread", digest.url())
            .finds_logs_of("log-unvouched", &digest)
            .tally(5, 4)
    }
}
