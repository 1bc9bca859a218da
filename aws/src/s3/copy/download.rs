//! One object, straight into the mirror: what is in memory of it is what the
//! network delivered last.

use trailseal_verifier::source::ReadError;
use trailseal_verifier::source::mirror::{About, Mirror, MirrorError, Part, Stored};

use super::Item;
use crate::s3::bucket::{Bucket, Call};
use crate::s3::fetch::{Place, Undelivered};

/// By how much an object may have grown since it was listed, when room was
/// made for it: more than CloudTrail writes into any file.
const GROWTH: u64 = 64 << 20;

/// Why it was not stored.
pub(super) type Failed = Undelivered<MirrorError>;

type Outcome = Result<(Stored, u64), Failed>;

impl Place for Part {
    type Error = MirrorError;

    fn take(&mut self, bytes: &[u8]) -> Result<(), MirrorError> {
        self.write(bytes)
    }

    fn size(&self) -> u64 {
        self.size()
    }
}

/// Fetches and stores an object. Writing blocks the thread that waits, so each
/// download needs one of its own.
pub(super) fn download<'a, 'c>(
    bucket: &'a Bucket<'c>,
    mirror: &'a Mirror,
    item: &'a Item,
) -> Call<'c, impl Future<Output = Result<Outcome, ReadError>> + use<'a, 'c>> {
    bucket.call(async move { Ok(stored(bucket, mirror, item).await) })
}

async fn stored(bucket: &Bucket<'_>, mirror: &Mirror, item: &Item) -> Outcome {
    let limit = item.size.saturating_add(GROWTH);
    let open = || mirror.part();
    let delivered = bucket.deliver(&item.object.key, None, limit, open).await?;
    let size = delivered.bytes.size();
    let about = About {
        etag: delivered.etag,
        version_id: delivered.version_id,
        last_modified: delivered.last_modified,
        metadata: delivered.metadata,
    };
    let stored = mirror.store(delivered.bytes, &item.object, about);
    Ok((stored.map_err(Undelivered::Place)?, size))
}
