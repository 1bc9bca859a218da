//! Backfill digests: a chain of their own beside the hourly one.

use jiff::SignedDuration;

use super::base::{Base, after, hour, log_at, published, trail, vectors};
use crate::chain::ChainBuilder;
use crate::keyring::PublishedKey;
use crate::keys::SigningKey;
use crate::time;

/// Six hours, and backfill digests for hours 2 to 4, made so many hours after their
/// windows, that list one late log each for hours 2 and 4. `digests[6..]` are the
/// backfill ones.
fn with_backfill(key: &'static SigningKey, hours_later: i64) -> Base {
    let mut base = Base::hours(6);
    let later = SignedDuration::from_hours(hours_later);
    let mut late = Base::new(ChainBuilder::backfill(trail(), key, later));
    for number in 2..5 {
        let logs = match number {
            3 => Vec::new(),
            _ => vec![log_at(&trail(), after(hour(number), 33))],
        };
        late.window(hour(number), hour(number + 1), logs);
    }
    base.store.merge(late.store);
    base.digests.extend(late.digests);
    base
}

vectors! {
    "backfill"

    /// Three backfill digests list two logs that the hourly digests missed. They are a
    /// chain of their own, and their logs count as named.
    fn backfill() {
        with_backfill(SigningKey::trail_a(), 20).draft().tally(9, 7)
    }

    /// The backfill digests were made 40 days later and signed with the key of that
    /// time. A backfill digest's key is judged by the time at which it was made, which
    /// its metadata states.
    fn backfill_signed_with_a_newer_key() {
        let newer = PublishedKey::pkcs1(
            SigningKey::trail_b(),
            time("2026-04-05T00:00:00Z"),
            time("2026-05-05T00:00:00Z"),
        );
        with_backfill(SigningKey::trail_b(), 40 * 24)
            .draft()
            .with_ring(vec![published(SigningKey::trail_a()), newer])
            .tally(9, 7)
    }

    /// The backfill digests say that they were made 40 days later, and are signed with
    /// the key of their windows, which had expired by then. Rightly signed, at a time at
    /// which that key should not have signed.
    fn backfill_signed_with_an_expired_key() {
        let base = with_backfill(SigningKey::trail_a(), 40 * 24);
        let digests = base.digests[6..].to_vec();
        digests.iter().fold(base.draft().tally(6, 5), |draft, digest| {
            draft
                .finds("digest-key-out-of-window", digest.url())
                .finds_logs_of("log-unvouched", digest)
        })
    }

    /// A backfill digest without logs was edited. Its signature fits no more, in its metadata or
    /// as its successor states it; the hourly digest of the same window is untouched.
    fn backfill_digest_edited() {
        let mut base = with_backfill(SigningKey::trail_a(), 20);
        base.rewrite_digest(7, |text| text.replace("\"digestStartTime\":\"2026", "\"digestStartTime\":\"2016"));
        let url = base.url(7);
        base.draft().finds("digest-signature-invalid", url).tally(8, 7)
    }

    /// The backfill digest in the middle was deleted. Its successor names it, though
    /// the hourly digest of the same window is there.
    fn backfill_digest_deleted() {
        let mut base = with_backfill(SigningKey::trail_a(), 20);
        base.delete_digest(7);
        let url = base.url(7);
        base.draft().finds("digest-absent", url).tally(8, 7)
    }

    /// A log that only a backfill digest lists was replaced by an empty one. The backfill
    /// digest's hash is as binding as an hourly one's.
    fn backfill_log_altered() {
        let mut base = with_backfill(SigningKey::trail_a(), 20);
        let (object, url) = base.log_object(6);
        object.bytes = crate::gzip::gzip(b"{\"Records\":[]}");
        base.draft().finds("log-hash-mismatch", url).tally(9, 6)
    }
}
