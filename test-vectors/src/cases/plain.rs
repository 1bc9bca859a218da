//! Copies that lost the metadata, and with it the signatures.

use super::base::{BUCKET, Base, hour, trail, vectors};

vectors! {
    "plain"

    /// A mirror whose objects all lost their metadata. Each digest's signature is
    /// stated by its successor; only the newest has none, so it stays unchecked.
    fn metadata_lost_on_all() {
        let mut base = Base::hours(6);
        base.lose_metadata();
        let newest = base.url(5);
        base.draft().finds("digest-signature-absent", newest).tally(5, 5)
    }

    /// Only the newest digest lost its metadata. It lists a log, which nothing vouches
    /// for now.
    fn metadata_lost_on_the_newest() {
        let mut base = Base::hours(8);
        base.digest_object(7).metadata.clear();
        let newest = base.digests[7].clone();
        base.draft()
            .finds("digest-signature-absent", newest.url())
            .finds_logs_of("log-unvouched", &newest)
            .tally(7, 6)
    }

    /// A digest in the middle lost its metadata and its successor was deleted. The next
    /// one names the deleted digest; nothing states the signature of the one before.
    fn signature_lost_with_its_successor() {
        let mut base = Base::hours(8);
        base.digest_object(4).metadata.clear();
        base.delete_digest(5);
        let (unsigned, absent) = (base.digests[4].clone(), base.url(5));
        base.draft()
            .finds("digest-absent", absent)
            .finds("digest-signature-absent", unsigned.url())
            .finds_logs_of("log-unvouched", &unsigned)
            .tally(6, 5)
    }

    /// What `aws s3 sync` leaves: keys as paths, no metadata, no bucket name. The bucket
    /// is stated. As in a mirror without metadata, only the newest digest stays
    /// unchecked.
    fn plain_copy() {
        let base = Base::hours(6);
        let newest = base.url(5);
        base.draft().plain().bucket(BUCKET).finds("digest-signature-absent", newest).tally(5, 5)
    }

    /// The same copy, the bucket not stated. The digests state it, under their
    /// signatures.
    fn plain_copy_bucket_not_stated() {
        let base = Base::hours(6);
        let newest = base.url(5);
        base.draft().plain().finds("digest-signature-absent", newest).tally(5, 5)
    }

    /// A plain copy of a bucket with a key prefix: `AWSLogs` lies two folders down.
    fn plain_copy_with_prefix() {
        let base = Base::of(trail().with_prefix("some/prefix"), 0..6);
        let newest = base.url(5);
        base.draft().plain().bucket(BUCKET).finds("digest-signature-absent", newest).tally(5, 5)
    }

    /// A plain copy of an organization's bucket, two chains. Each has a newest digest
    /// that stays unchecked.
    fn plain_copy_of_two_chains() {
        let mut base = Base::hours(6);
        let other = Base::of(trail().in_region("us-east-1"), 0..6);
        let (first, second) = (base.url(5), other.url(5));
        base.absorb(other);
        base.draft()
            .plain()
            .bucket(BUCKET)
            .finds("digest-signature-absent", first)
            .finds("digest-signature-absent", second)
            .tally(10, 10)
    }

    /// A plain copy, and a range that ends with the digest before the newest. The newest
    /// lies outside the range and serves only to state its predecessor's signature.
    fn plain_copy_range_before_the_newest() {
        Base::hours(6).draft().plain().bucket(BUCKET).from(hour(0)).to(hour(5))
    }

    /// A digest of a plain copy was edited. The signature that its verified successor
    /// states does not fit it.
    fn plain_copy_digest_edited() {
        let mut base = Base::hours(6);
        base.rewrite_digest(3, |text| text.replace("\"digestStartTime\":\"2026", "\"digestStartTime\":\"2016"));
        let (edited, newest) = (base.digests[3].clone(), base.url(5));
        base.draft()
            .plain()
            .bucket(BUCKET)
            .finds("digest-signature-invalid", edited.url())
            .finds_logs_of("log-unvouched", &edited)
            .finds("digest-signature-absent", newest)
            .tally(4, 4)
    }

    /// A digest of a plain copy was deleted. Its successor names it; with it went the
    /// only statement of its predecessor's signature.
    fn plain_copy_digest_deleted() {
        let mut base = Base::hours(6);
        base.delete_digest(3);
        let (absent, before, newest) = (base.digests[3].clone(), base.url(2), base.url(5));
        base.draft()
            .plain()
            .bucket(BUCKET)
            .finds("digest-absent", absent.url())
            .finds_logs_of("log-unvouched", &absent)
            .finds("digest-signature-absent", before)
            .finds("digest-signature-absent", newest)
            .tally(3, 4)
    }

    /// The digest before the newest of a plain copy was edited. The newest states a
    /// signature and a hash that do not fit it, but is itself unchecked: neither is
    /// proved, and one of the two must be wrong.
    fn plain_copy_last_two_contradict() {
        let mut base = Base::hours(6);
        base.rewrite_digest(4, |text| text.replace("\"newestEventTime\":\"2026", "\"newestEventTime\":\"2016"));
        let (edited, newest) = (base.digests[4].clone(), base.url(5));
        base.draft()
            .plain()
            .bucket(BUCKET)
            .finds("digest-signature-absent", edited.url())
            .finds_logs_of("log-unvouched", &edited)
            .finds("digest-signature-absent", newest.clone())
            .finds("link-hash-mismatch", newest)
            .tally(4, 3)
    }

    /// A log of a plain copy was altered. Its digest is proved by the signature that its
    /// successor states, so the log's hash is proved too.
    fn plain_copy_log_altered() {
        let mut base = Base::hours(6);
        let (object, url) = base.log_object(3);
        object.bytes = crate::gzip::gzip(b"{\"Records\":[]}");
        let newest = base.url(5);
        base.draft()
            .plain()
            .bucket(BUCKET)
            .finds("log-hash-mismatch", url)
            .finds("digest-signature-absent", newest)
            .tally(5, 4)
    }
}
