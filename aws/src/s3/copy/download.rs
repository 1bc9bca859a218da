//! One object, straight into the mirror: what is in memory of it is what the
//! network delivered last.

use std::time::Duration;

use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::mirror::{About, Mirror, MirrorError, Part, Stored};
use trailseal_verifier::source::{ReadError, ReadErrorKind};

use crate::s3::bucket::{Bucket, Call};
use crate::time::from_sdk;

/// How often a body is read that breaks off.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// An object that is to be fetched.
#[derive(Clone, Copy)]
pub(super) struct Download<'a, 'c> {
    pub(super) bucket: &'a Bucket<'c>,
    pub(super) mirror: &'a Mirror,
    pub(super) object: &'a ObjectRef,
}

/// Why it was not stored.
pub(super) enum Failed {
    /// The bucket did not give it.
    Read(ReadError),
    /// The mirror did not take it.
    Mirror(MirrorError),
}

impl From<MirrorError> for Failed {
    fn from(error: MirrorError) -> Self {
        Self::Mirror(error)
    }
}

type Outcome = Result<(Stored, u64), Failed>;

impl<'a, 'c> Download<'a, 'c> {
    /// Fetches and stores it. Writing blocks the thread that waits, so each
    /// download needs one of its own.
    pub(super) fn call(
        self,
    ) -> Call<'c, impl Future<Output = Result<Outcome, ReadError>> + use<'a, 'c>> {
        self.bucket.call(async move { Ok(self.run().await) })
    }

    async fn run(self) -> Outcome {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            match self.once().await {
                Err(Broken::Off(_)) if attempt < ATTEMPTS => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    attempt += 1;
                }
                Err(Broken::Off(error)) => return Err(Failed::Read(error)),
                Err(Broken::Final(failed)) => return Err(failed),
                Ok(stored) => return Ok(stored),
            }
        }
    }

    async fn once(self) -> Result<(Stored, u64), Broken> {
        let head = self.bucket.head(&self.object.key, None, u64::MAX).await;
        let (mut head, _reserved) = head.map_err(|error| Broken::Final(Failed::Read(error)))?;
        let stated = head.content_length();
        let mut part = self.mirror.part()?;
        while let Some(chunk) = head.body.next().await {
            let chunk = chunk.map_err(|error| off(format!("the answer broke off: {error}")))?;
            part.write(&chunk)?;
        }
        is_whole(&part, stated)?;
        let about = About {
            etag: head.e_tag().map(|etag| etag.trim_matches('"').to_owned()),
            version_id: head.version_id().map(str::to_owned),
            last_modified: head.last_modified().and_then(from_sdk),
            metadata: head
                .metadata
                .take()
                .unwrap_or_default()
                .into_iter()
                .collect(),
        };
        let size = part.size();
        let stored = self.mirror.store(part, self.object, about)?;
        Ok((stored, size))
    }
}

/// Why an attempt had no end.
enum Broken {
    /// It broke off: worth another try.
    Off(ReadError),
    Final(Failed),
}

impl From<MirrorError> for Broken {
    fn from(error: MirrorError) -> Self {
        Self::Final(Failed::Mirror(error))
    }
}

fn off(detail: String) -> Broken {
    Broken::Off(ReadError::new(ReadErrorKind::Io, detail))
}

fn is_whole(part: &Part, stated: Option<i64>) -> Result<(), Broken> {
    match stated.and_then(|stated| u64::try_from(stated).ok()) {
        Some(stated) if stated != part.size() => {
            let came = part.size();
            Err(off(format!("{came} bytes came, {stated} were announced")))
        }
        _ => Ok(()),
    }
}
