//! From a bucket into a mirror.
//!
//! ```text
//! parts    the prefixes that the scope asks for     several listings at a time
//! list     every object below them, digests first   several listings at a time
//! compare  with what the mirror holds               no request
//! fetch    what is new or has changed               many at a time, straight to disk
//! ```
//!
//! A listing that fails ends the copy before anything is changed: what was not
//! listed would look as if it were not there. An object that cannot be read is
//! noted in the mirror as unread, and tried again by the next run.

mod download;
mod listing;
mod parallel;
mod progress;
mod scope;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use trailseal_verifier::layout::{DigestKey, LogKey};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::mirror::{Mirror, MirrorError, Pick, Shown, Stored};
use trailseal_verifier::source::{ReadError, ReadErrorKind};

pub use progress::{CopySeen, Copying};
pub use scope::{Families, Scope};

use super::bucket::Bucket;
use crate::call_error::{CallError, CallErrorKind};
use crate::caller;
use download::{Failed, download};
use parallel::each;

/// Listings at one time.
const LISTINGS: usize = 32;
/// After so many failures in a row, the network may be the reason.
const NO_NETWORK: u32 = 100;
/// After so many refusals in a row, the credentials may be the reason.
const REFUSALS: u32 = 32;
/// What the disk must have besides the objects: manifest, folders, others.
const SPARE: u64 = 64 << 20;

/// A copy that is planned: listed, and compared with the mirror.
#[derive(Debug)]
pub struct Copy<'c, 'm> {
    bucket: Bucket<'c>,
    mirror: &'m Mirror,
    /// The prefixes that are copied whole, in order.
    pub parts: Vec<String>,
    /// Objects that were listed.
    pub listed: Amount,
    /// Those that the mirror has as they are.
    pub kept: Amount,
    /// Objects of the mirror that are not in the bucket any more.
    pub vanished: Vanished,
    todo: Vec<Item>,
}

#[derive(Debug)]
struct Item {
    object: ObjectRef,
    size: u64,
    etag: Option<String>,
    last_modified: Option<Timestamp>,
}

impl Item {
    fn shown(&self) -> Shown<'_> {
        Shown {
            size: self.size,
            etag: self.etag.as_deref(),
            last_modified: self.last_modified,
        }
    }
}

/// Objects, and their stored bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Amount {
    /// How many.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, bytes: u64) {
        self.objects += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// Objects that the mirror knows and that are not in the bucket any more: their
/// retention has ended, or someone deleted them. A copy cannot tell which.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Vanished {
    /// How many.
    pub objects: u64,
    /// Those of them that are named like digests or logs.
    pub of_trails: u64,
}

/// What was fetched.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Fetches {
    /// Objects that were fetched.
    pub fetched: Amount,
    /// Files that were replaced, and are kept among the superseded.
    pub superseded: Amount,
    /// Objects that could not be read, with their listed bytes.
    pub unread: Amount,
    /// Objects that were deleted between the listing and the read.
    pub gone: u64,
}

/// Why a copy is not complete.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// Part of the bucket could not be listed.
    #[error("{place} could not be listed, so it is not known what to copy: {error}")]
    Unlisted {
        /// What was to be listed.
        place: String,
        /// Why it was not.
        error: ReadError,
    },
    /// The disk is too small.
    #[error(
        "{}: {needed} bytes are needed, {free} are free; make room, or narrow the copy with --from, \
         --to, --account, --region or --digests-only",
        root.display()
    )]
    NoSpace {
        /// The mirror.
        root: std::path::PathBuf,
        /// With what is needed besides the objects.
        needed: u64,
        /// What the disk has.
        free: u64,
    },
    /// Nothing answers any more.
    #[error("{in_a_row} objects in a row could not be read, the last one because: {error}")]
    NoNetwork {
        /// How many.
        in_a_row: u32,
        /// What happened to the last.
        error: ReadError,
    },
    /// The credentials have expired meanwhile: more refusals say nothing of the
    /// objects.
    #[error(transparent)]
    Credentials(CallError),
    /// The user ended it.
    #[error("interrupted")]
    Interrupted,
    /// The mirror cannot be written.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// No threads can be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[from] std::io::Error),
}

impl<'c, 'm> Copy<'c, 'm> {
    /// Lists what the scope asks for, and compares it with the mirror.
    ///
    /// # Errors
    /// [`CopyError`] if a listing fails.
    pub fn plan(
        bucket: &Bucket<'c>,
        prefix: &str,
        scope: &Scope,
        mirror: &'m Mirror,
        copying: &Copying,
    ) -> Result<Self, CopyError> {
        let parts = scope.parts(bucket, prefix, copying)?;
        let items = listing::list(bucket, &parts, copying)?;
        let mut copy = Self {
            bucket: bucket.clone(),
            mirror,
            parts: parts.copied,
            listed: Amount::default(),
            kept: Amount::default(),
            vanished: Vanished::default(),
            todo: Vec::new(),
        };
        copy.vanished = copy.vanish(&items)?;
        for item in items {
            if copying.stopped() {
                return Err(CopyError::Interrupted);
            }
            copy.listed.add(item.size);
            if mirror.holds(&item.object, item.shown())? {
                copy.kept.add(item.size);
            } else {
                copy.todo.push(item);
            }
        }
        mirror.expect(copy.todo.iter().map(|item| &item.object));
        Ok(copy)
    }

    /// Notes and counts what is not in the bucket any more.
    fn vanish(&self, items: &[Item]) -> Result<Vanished, CopyError> {
        let name = self.bucket.name().as_str();
        let in_scope = |key: &str| {
            let after = self.parts.partition_point(|part| part.as_str() <= key);
            after > 0 && key.starts_with(&self.parts[after - 1])
        };
        let mut of_trails = 0;
        let objects = self.mirror.vanish(|bucket, key| {
            let there = || items.binary_search_by(|item| item.object.key.as_str().cmp(key));
            if bucket != name || !in_scope(key) || there().is_ok() {
                return Pick::No;
            }
            let of_trail = DigestKey::parse(key).is_some() || LogKey::parse(key).is_some();
            of_trails += u64::from(of_trail);
            Pick::Yes
        })?;
        Ok(Vanished { objects, of_trails })
    }

    /// What is to be fetched.
    pub fn to_fetch(&self) -> Amount {
        let mut amount = Amount::default();
        self.todo.iter().for_each(|item| amount.add(item.size));
        amount
    }

    /// Fetches what the mirror lacks, so many objects at a time.
    ///
    /// # Errors
    /// [`CopyError`] if the disk is too small or fails, the network is gone, or
    /// the user ends it. What was fetched stays, and the next run goes on.
    pub fn fetch(&self, at_once: usize, copying: &Copying) -> Result<Fetches, CopyError> {
        let to_fetch = self.to_fetch();
        self.has_space(to_fetch.bytes)?;
        copying.begin(to_fetch);
        let tally = Mutex::new(Fetches::default());
        let streaks = Streaks::default();
        each(&self.todo, at_once, |item| {
            if copying.stopped() {
                return Err(CopyError::Interrupted);
            }
            let download = download(&self.bucket, self.mirror, item);
            let outcome = copying.cancel().unless(download);
            let outcome = match outcome {
                Err(_) if copying.stopped() => return Err(CopyError::Interrupted),
                Err(error) | Ok(Err(Failed::Read(error))) => Err(error),
                Ok(Err(Failed::Place(error))) => return Err(error.into()),
                Ok(Ok(stored)) => Ok(stored),
            };
            match &outcome {
                Err(error) => self.look_at(&streaks, error)?,
                Ok(_) => streaks.end(),
            }
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            match outcome {
                Ok((stored, size)) => {
                    tally.fetched.add(size);
                    if let Stored::Replaced { size } = stored {
                        tally.superseded.add(size);
                    }
                }
                Err(error) if error.kind == ReadErrorKind::Absent => {
                    tally.gone += 1;
                    drop(tally);
                    self.mirror.vanished(&item.object);
                }
                Err(error) => {
                    tally.unread.add(item.size);
                    drop(tally);
                    self.mirror.unread(&item.object, item.shown(), error.kind)?;
                }
            }
            copying.done(item.size);
            Ok(())
        })?;
        Ok(tally.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a failure is of the object, or of everything.
    fn look_at(&self, streaks: &Streaks, error: &ReadError) -> Result<(), CopyError> {
        match error.kind {
            ReadErrorKind::Io => {
                let in_a_row = streaks.io.fetch_add(1, Ordering::Relaxed) + 1;
                if in_a_row.is_multiple_of(NO_NETWORK) && !self.answers() {
                    let error = error.clone();
                    return Err(CopyError::NoNetwork { in_a_row, error });
                }
            }
            ReadErrorKind::Denied => {
                let refused = streaks.refused.fetch_add(1, Ordering::Relaxed) + 1;
                if refused.is_multiple_of(REFUSALS) {
                    return self.is_known();
                }
            }
            _ => streaks.end(),
        }
        Ok(())
    }

    /// Whether anything answers for the bucket, if only to refuse. There are
    /// objects that cannot be read one after the other, for lack of a key.
    fn answers(&self) -> bool {
        match Bucket::find(self.bucket.connection, self.bucket.name()) {
            Ok(_) => true,
            Err(error) => error.kind != CallErrorKind::Unreachable && error.status.is_some(),
        }
    }

    /// An error if AWS does not know the caller any more.
    fn is_known(&self) -> Result<(), CopyError> {
        let connection = self.bucket.connection;
        let region = self.bucket.region().cloned();
        let Some(region) = region.or_else(|| connection.region()) else {
            return Ok(());
        };
        match caller::identify(connection, &region) {
            Err(error)
                if matches!(
                    error.kind,
                    CallErrorKind::ExpiredCredentials
                        | CallErrorKind::NoCredentials
                        | CallErrorKind::RefusedCredentials
                ) =>
            {
                Err(CopyError::Credentials(error))
            }
            _ => Ok(()),
        }
    }

    fn has_space(&self, bytes: u64) -> Result<(), CopyError> {
        match lacking(bytes, self.mirror.free_space()) {
            None => Ok(()),
            Some((needed, free)) => Err(CopyError::NoSpace {
                root: self.mirror.root().to_owned(),
                needed,
                free,
            }),
        }
    }
}

/// What is needed and what is free, if that is too little.
fn lacking(bytes: u64, free: Option<u64>) -> Option<(u64, u64)> {
    let needed = bytes.saturating_add(SPARE);
    free.filter(|free| bytes > 0 && *free < needed)
        .map(|free| (needed, free))
}

/// Failures in a row, over all threads.
#[derive(Default)]
struct Streaks {
    io: AtomicU32,
    refused: AtomicU32,
}

impl Streaks {
    fn end(&self) {
        self.io.store(0, Ordering::Relaxed);
        self.refused.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_too_small_is_known_before() {
        assert_eq!(lacking(1000, Some(SPARE)), Some((1000 + SPARE, SPARE)));
        assert_eq!(lacking(1000, Some(SPARE + 1000)), None);
        assert_eq!(lacking(0, Some(0)), None, "nothing is to be fetched");
        assert_eq!(lacking(u64::MAX, Some(5)), Some((u64::MAX, 5)));
        assert_eq!(lacking(1000, None), None, "the system does not tell");
    }
}
