//! The search: each wanted object among its versions, many at one time.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use jiff::Timestamp;
use trailseal_keys::Keyring;

use super::MAX_VERSIONS;
use super::board::{Board, Outcome, Searched, Task};
use super::collect::Collector;
use super::history::{History, Keeping, Version, VersionContent, VersionKind};
use super::judge::{Content, Judged, Proved, judge};
use super::recovery::{Looked, Recovered, Recovery, Verdict};
use super::wanted::{Signed, Wanted};
use crate::digest::SignatureSource;
use crate::gzip::Inflater;
use crate::id::BucketName;
use crate::limits::Limits;
use crate::object::ObjectRef;
use crate::source::{Object, ReadError, ReadErrorKind, Source};
use crate::verdict::Code;
use crate::walk::Progress;

/// Where recovered content goes. Many threads call it at one time.
pub trait Keeper: Sync {
    /// Keeps this content of this version, which is what was signed for. It may
    /// be called once more for the same object, with the same content.
    ///
    /// # Errors
    /// If it cannot be kept, which ends the search.
    fn keep(
        &self,
        object: &ObjectRef,
        version: &Version,
        content: &VersionContent,
    ) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// What was found could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The keeper refused it.
    #[error("{object} was found and cannot be kept: {error}")]
    Refused {
        /// What was found.
        object: ObjectRef,
        /// Why it cannot be kept.
        error: Box<dyn Error + Send + Sync>,
    },
}

/// A search through the history of a bucket.
pub struct Search<'a, S, H> {
    /// Where logs lie that recovered digests name: what was walked.
    pub source: &'a S,
    /// Where versions are kept.
    pub history: &'a H,
    /// Whom to trust.
    pub keyring: &'a Keyring,
    /// Bounds on what an attacker sizes.
    pub limits: Limits,
    /// The time that was asked for.
    pub range: (Option<Timestamp>, Option<Timestamp>),
    /// How many reads may wait at one time.
    pub concurrency: usize,
    /// Where to put what is found, if anywhere.
    pub keeper: Option<&'a dyn Keeper>,
    /// Ends the search early.
    pub progress: &'a Progress,
    /// Grows by one for each object that was looked at.
    pub looked: &'a AtomicU64,
}

impl<S: Source, H: History> Search<'_, S, H> {
    /// Looks for everything that a walk left, and for what that leads to.
    ///
    /// # Errors
    /// [`KeepError`] if what was found cannot be kept.
    pub fn run(&self, wanted: Collector) -> Result<Recovered, KeepError> {
        let board = Board::new(wanted.into_collected(), self.range);
        let bench = Bench {
            search: self,
            // One at a time inflates, which is fast beside what waits for S3,
            // and bounds what is in memory.
            inflater: Mutex::default(),
            keeping: Mutex::default(),
        };
        thread::scope(|scope| {
            for _ in 0..self.concurrency.max(1) {
                scope.spawn(|| {
                    while let Some(task) = board.take() {
                        match bench.work(task) {
                            Ok(outcome) => board.finish(outcome),
                            Err(error) => board.fail(error),
                        }
                        self.looked.fetch_add(1, Ordering::Relaxed);
                        if self.progress.stopped() {
                            board.interrupt();
                        }
                    }
                });
            }
        });
        board.into_recovered()
    }
}

struct Bench<'b, 'a, S, H> {
    search: &'b Search<'a, S, H>,
    inflater: Mutex<Inflater>,
    keeping: Mutex<HashMap<BucketName, Option<Keeping>>>,
}

/// The best version so far.
struct Best {
    index: usize,
    proved: Option<Proved>,
}

impl Best {
    /// Whether its own metadata prove it, as far as it needs any.
    fn stands_alone(&self) -> bool {
        let proved = self.proved.as_ref();
        proved.is_none_or(|proved| proved.signature == SignatureSource::Metadata)
    }
}

impl<S: Source, H: History> Bench<'_, '_, S, H> {
    fn work(&self, task: Task) -> Result<Outcome, KeepError> {
        match task {
            Task::Find(wanted) => self.find(wanted),
            Task::Check(wanted) => self.check(wanted),
        }
    }

    /// Looks at what lies there, and for another version if that is wrong.
    fn check(&self, mut wanted: Wanted) -> Result<Outcome, KeepError> {
        match self.search.source.read(&wanted.object, self.limit(&wanted)) {
            Ok(stored) => {
                let judged = self.judge(&wanted, &stored);
                drop(stored);
                match judged.fault {
                    None => return Ok(Outcome::InOrder),
                    Some(fault) => (wanted.code, wanted.detail) = (fault.code, fault.detail),
                }
            }
            Err(error) => match error.kind {
                ReadErrorKind::Absent => {}
                ReadErrorKind::TooLarge => {
                    wanted.code = too_large(&wanted);
                    wanted.detail = error.detail;
                }
                _ => return Ok(Outcome::Unread(wanted.object, error.detail)),
            },
        }
        self.find(wanted)
    }

    fn find(&self, wanted: Wanted) -> Result<Outcome, KeepError> {
        let mut recovery = Recovery::of(&wanted);
        let versions = match self.search.history.versions(&wanted.object) {
            Ok(versions) => versions,
            Err(error) => {
                recovery.reason = Some(error.detail);
                return Ok(searched(wanted, recovery, None));
            }
        };
        let mut looked: Vec<Looked> = versions.iter().map(Looked::of).collect();
        let with_bytes = versions
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, version)| version.kind != VersionKind::DeleteMarker);
        let mut best: Option<Best> = None;
        for (index, version) in with_bytes.take(MAX_VERSIONS) {
            let (judged, content) = self.look(&wanted, version);
            looked[index].note(&judged);
            let as_signed = judged.content == Content::AsSigned;
            let candidate = Best {
                index,
                proved: judged.digest,
            };
            if as_signed && !best.as_ref().is_some_and(Best::stands_alone) {
                if candidate.stands_alone() {
                    recovery.kept = self.keep(&wanted.object, version, &content)?;
                    best = Some(candidate);
                } else if best.is_none() {
                    best = Some(candidate);
                }
            }
        }
        if let Some(best) = best.as_ref().filter(|best| !best.stands_alone()) {
            // None better came after it: now it is read to be kept.
            let version = &versions[best.index];
            if self.search.keeper.is_some() {
                let (judged, content) = self.look(&wanted, version);
                if judged.content == Content::AsSigned {
                    recovery.kept = self.keep(&wanted.object, version, &content)?;
                }
            }
        }
        self.conclude(&mut recovery, &looked, best.as_ref());
        recovery.versions = looked;
        let proved = best.and_then(|best| best.proved);
        Ok(searched(wanted, recovery, proved))
    }

    fn conclude(&self, recovery: &mut Recovery, looked: &[Looked], best: Option<&Best>) {
        if let Some(best) = best {
            let version = &looked[best.index];
            recovery.verdict = Verdict::Found;
            recovery.version = Some(version.id.clone());
            recovery.signed = version.hash;
            return;
        }
        let doubt = looked.iter().find(|version| {
            matches!(
                version.content,
                Content::NotRead | Content::Unproved | Content::Unread
            )
        });
        if let Some(version) = doubt {
            let why = version.detail.as_deref();
            let why = why.unwrap_or("there are more versions than are read");
            recovery.reason = Some(format!("version {}: {why}", version.id));
            return;
        }
        recovery.versions_kept = match looked.iter().any(|version| version.id != "null") {
            true => Some(Keeping::Kept),
            false => self.keeping(&recovery.object.bucket),
        };
        recovery.verdict = match recovery.versions_kept {
            Some(Keeping::NotKept) => Verdict::NotKept,
            Some(Keeping::Kept) | None => Verdict::NotFound,
        };
    }

    /// Whether a bucket keeps versions; `None` if it does not say.
    fn keeping(&self, bucket: &BucketName) -> Option<Keeping> {
        let mut known = self.keeping.lock().unwrap_or_else(PoisonError::into_inner);
        *known
            .entry(bucket.clone())
            .or_insert_with(|| self.search.history.keeping(bucket).ok())
    }

    /// Reads and judges one version.
    fn look(&self, wanted: &Wanted, version: &Version) -> (Judged, VersionContent) {
        let none = VersionContent::default;
        if self.search.progress.stopped() {
            return (Judged::unread("interrupted"), none());
        }
        let limit = self.limit(wanted);
        let read = self
            .search
            .history
            .read_version(&wanted.object, &version.id, limit);
        match read {
            Ok(content) => (self.judge(wanted, &content.object), content),
            Err(ReadError {
                kind: ReadErrorKind::TooLarge,
                detail,
            }) => (Judged::not(too_large(wanted), detail, None), none()),
            Err(error) => (Judged::unread(&error.detail), none()),
        }
    }

    fn judge(&self, wanted: &Wanted, stored: &Object) -> Judged {
        let mut inflater = self.inflater.lock().unwrap_or_else(PoisonError::into_inner);
        let Search {
            keyring, limits, ..
        } = self.search;
        judge(wanted, stored, keyring, &mut inflater, limits)
    }

    fn keep(
        &self,
        object: &ObjectRef,
        version: &Version,
        content: &VersionContent,
    ) -> Result<bool, KeepError> {
        let Some(keeper) = self.search.keeper else {
            return Ok(false);
        };
        keeper
            .keep(object, version, content)
            .map_err(|error| KeepError::Refused {
                object: object.clone(),
                error,
            })?;
        Ok(true)
    }

    fn limit(&self, wanted: &Wanted) -> u64 {
        match wanted.signed {
            Signed::Log(_) => self.search.limits.log_stored,
            Signed::Digest(..) => self.search.limits.digest_stored,
        }
    }
}

fn searched(wanted: Wanted, recovery: Recovery, proved: Option<Proved>) -> Outcome {
    Outcome::Searched(Box::new(Searched {
        wanted,
        recovery,
        proved,
    }))
}

fn too_large(wanted: &Wanted) -> Code {
    match wanted.signed {
        Signed::Log(_) => Code::LogTooLarge,
        Signed::Digest(..) => Code::DigestTooLarge,
    }
}

impl Looked {
    /// A version that was not looked at yet.
    fn of(version: &Version) -> Self {
        let (size, storage_class, content) = match &version.kind {
            VersionKind::DeleteMarker => (None, None, Content::Deleted),
            VersionKind::Object {
                size,
                storage_class,
            } => (Some(*size), storage_class.clone(), Content::NotRead),
        };
        Self {
            id: version.id.clone(),
            latest: version.latest,
            last_modified: version.last_modified,
            owner: version.owner.clone(),
            size,
            storage_class,
            content,
            hash: None,
            code: None,
            detail: None,
        }
    }

    fn note(&mut self, judged: &Judged) {
        self.content = judged.content;
        self.hash = judged.hash;
        self.code = judged.code();
        self.detail = judged.detail.clone();
    }
}
