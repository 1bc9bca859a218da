//! Neighbours that do not fit together, though each is rightly signed.

use super::base::{Base, after, hour, log_at, logs_of_hour, trail, vectors};

vectors! {
    "link"

    /// A digest is signed with the right key and states another hash for its
    /// predecessor than the one that is there. One of the two is not what CloudTrail
    /// wrote. The AWS command line never compares them.
    fn previous_hash_altered() {
        let mut base = Base::hours(4);
        base.deliver_edited(4, |body| body.previous_digest_hash_value = Some("0".repeat(64)));
        base.deliver(5..8);
        let url = base.url(4);
        base.draft().finds("link-hash-mismatch", url).tally(8, 7)
    }

    /// A digest is signed with the right key and states another signature for its
    /// predecessor than the predecessor's metadata holds.
    fn previous_signature_altered() {
        let mut base = Base::hours(4);
        base.deliver_edited(4, |body| {
            let signature = body.previous_digest_signature.take().expect("not the first");
            body.previous_digest_signature = Some(signature.chars().rev().collect());
        });
        base.deliver(5..8);
        let url = base.url(4);
        base.draft().finds("link-signature-mismatch", url).tally(8, 7)
    }

    /// The signature in one digest's metadata was altered. The successor states the
    /// right one, so the digest itself is proved; that the two differ is a failure of
    /// the link, reported at the later digest.
    fn metadata_signature_altered() {
        let mut base = Base::hours(8);
        let other = base.digests[1].signature.clone();
        base.digest_object(3).metadata.insert("signature".into(), other);
        let url = base.url(4);
        base.draft().finds("link-signature-mismatch", url).tally(8, 7)
    }

    /// A digest's window begins half an hour before its predecessor's ends. Both are
    /// signed; their times contradict each other.
    fn windows_overlap() {
        let mut base = Base::hours(4);
        base.window(after(hour(4), -30), hour(5), logs_of_hour(&trail(), 4));
        base.deliver(5..6);
        let url = base.url(4);
        base.draft().finds("link-overlap", url).tally(6, 5)
    }

    /// A digest's window begins half an hour after its predecessor's ends, and the two
    /// are linked. No digest covers the half hour, and nothing says that one existed.
    fn hole_between_windows() {
        let mut base = Base::hours(4);
        let start = after(hour(4), 30);
        base.window(start, after(start, 60), vec![log_at(&trail(), after(start, 20))]);
        base.window(after(start, 60), after(start, 120), Vec::new());
        let url = base.url(4);
        base.draft().finds("window-hole", url).tally(6, 4)
    }

    /// Validation was off for two hours: logs of that time are listed by no digest, and
    /// the digest after it has no predecessor. Nothing vouches for that time; its logs
    /// are counted, not reported one by one.
    fn validation_turned_off_and_on() {
        let mut base = Base::hours(3);
        for number in 3..5 {
            base.chain.put_logs(&mut base.store, &logs_of_hour(&trail(), number));
        }
        base.chain.restart();
        base.deliver(5..8);
        let url = base.url(3);
        base.draft().finds("chain-restart", url).tally(6, 4)
    }

    /// A digest without a predecessor follows directly on another digest. No time is
    /// left out, yet the chain is cut: nothing rules out digests between them.
    fn restart_without_a_pause() {
        let mut base = Base::hours(4);
        base.chain.restart();
        base.deliver(4..8);
        let url = base.url(4);
        base.draft().finds("chain-restart", url).tally(8, 7)
    }
}
