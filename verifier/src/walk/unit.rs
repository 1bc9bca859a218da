//! The unit of work: a few digests of one chain, and the logs they name.
//!
//! A unit can be cut at any digest boundary: it needs nothing but its source
//! and the list of its chain's digests.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use trailseal_keys::Keyring;

use super::budget::{Budget, Held};
use super::place::ListedChain;
use super::progress::add;
use super::reconcile::touches;
use super::{Progress, Request, Visitor};
use crate::chain::{DigestOutcome, Fault, Link};
use crate::digest::{
    self, Checked, DigestClaims, HASH_ALGORITHM, LogClaim, Supplied, VerifiedDigest,
};
use crate::gzip::Inflater;
use crate::hash::Sha256;
use crate::layout::{DigestKey, LogKey};
use crate::limits::{Limits, MAX_UNVOUCHED};
use crate::log::{self, LogOutcome};
use crate::object::ObjectRef;
use crate::source::{ReadError, ReadErrorKind, Source};
use crate::verdict::Code;

/// How many digests after one are asked for its signature. The next one has
/// it, unless something was put in between.
const LOOK_AHEAD: usize = 4;
/// How far to follow digests that vouch for each other's refutation.
const MAX_DEPTH: usize = 3;

/// What every unit of a run shares.
pub(super) struct Bench<'r, S, V> {
    pub(super) source: &'r S,
    pub(super) keyring: &'r Keyring,
    pub(super) visitor: &'r V,
    pub(super) limits: Limits,
    /// What is asked for.
    pub(super) request: &'r Request,
    /// How many threads compute at one time, of those that read.
    pub(super) jobs: usize,
    pub(super) turns: Budget,
    /// Bytes that are being computed on.
    pub(super) budget: Budget,
    pub(super) inflaters: Inflaters,
    pub(super) progress: &'r Progress,
}

/// One digest's outcome, and what the visitor took from its logs.
pub(super) type Done<E> = (DigestOutcome, Vec<Option<E>>);

/// A digest that was read and inflated.
struct Loaded<'b> {
    metadata: BTreeMap<String, String>,
    content: Vec<u8>,
    turn: Turn<'b>,
}

/// The right to compute, and to hold so many bytes. Turns come first: all who
/// hold bytes are then computing and will give them back.
struct Turn<'b>(Cell<Option<(Held<'b>, Held<'b>)>>);

impl Turn<'_> {
    /// Gives both back. Whoever reads more, or waits for others, does so: two
    /// could wait for each other.
    fn end(&self) {
        drop(self.0.take());
    }
}

impl<S: Source, V: Visitor> Bench<'_, S, V> {
    /// Checks these digests of a chain.
    pub(super) fn check(&self, chain: &ListedChain, range: Range<usize>) -> Vec<Done<V::Extract>> {
        range
            .into_par_iter()
            .filter(|_| !self.progress.stopped())
            .map(|index| {
                let done = self.check_digest(chain, index);
                add(&self.progress.digests_done, 1);
                done
            })
            .collect()
    }

    fn check_digest(&self, chain: &ListedChain, index: usize) -> Done<V::Extract> {
        let (at, key) = chain.digest(index);
        let unreadable = |fault| {
            let outcome = DigestOutcome {
                object: at.clone(),
                key: key.clone(),
                fault: Some(fault),
                link: None,
                logs: Vec::new(),
            };
            (outcome, Vec::new())
        };
        let loaded = match self.load(&at) {
            Ok(loaded) => loaded,
            Err(fault) => return unreadable(fault),
        };
        let claims = match DigestClaims::parse(&loaded.content) {
            Ok(claims) => claims,
            Err(error) => {
                let detail = error.to_string();
                return unreadable(Fault {
                    code: Code::DigestMalformed,
                    detail,
                });
            }
        };
        let stored = loaded.metadata.get("signature");
        let checked = self.judge(chain, index, claims, &loaded, 0);
        loaded.turn.end();
        let verified = matches!(checked, Checked::Verified(_));
        let (fault, link, logs) = match checked {
            Checked::Verified(digest) => {
                let link = Link::new(&at, key, digest.claims(), stored, verified);
                (None, link, self.check_logs(chain, index, &digest))
            }
            Checked::Not {
                claims,
                code,
                detail,
            } => {
                let link = Link::new(&at, key, &claims, stored, verified);
                let detail = match claims.logs.len() {
                    0..=MAX_UNVOUCHED => detail,
                    many => format!(
                        "{detail}; of the {many} logs it names, the first {MAX_UNVOUCHED} are reported"
                    ),
                };
                let logs = claims.logs.iter().take(MAX_UNVOUCHED);
                let logs = logs.map(|log| (unvouched(&at, log, code), None)).collect();
                (Some(Fault { code, detail }), link, logs)
            }
        };
        let (logs, extracts) = logs.into_iter().unzip();
        let outcome = DigestOutcome {
            object: at.clone(),
            key: key.clone(),
            fault,
            link: Some(link),
            logs,
        };
        (outcome, extracts)
    }

    fn judge<'d>(
        &self,
        chain: &ListedChain,
        index: usize,
        claims: DigestClaims<'d>,
        loaded: &Loaded<'_>,
        depth: usize,
    ) -> Checked<'d> {
        let (at, key) = chain.digest(index);
        digest::check(claims, &at, key, &loaded.metadata, self.keyring, |fits| {
            loaded.turn.end();
            self.supplied(chain, index, fits, depth)
        })
    }

    /// Asks the digests that follow for the signature of this one.
    fn supplied(
        &self,
        chain: &ListedChain,
        index: usize,
        fits: &dyn Fn(&str) -> bool,
        depth: usize,
    ) -> Supplied {
        let (at, _) = chain.digest(index);
        let mut answer = Supplied::Nothing;
        for later in index + 1..chain.len().min(index + 1 + LOOK_AHEAD) {
            let (later_at, _) = chain.digest(later);
            let Ok(loaded) = self.load(&later_at) else {
                continue;
            };
            let Ok(claims) = DigestClaims::parse(&loaded.content) else {
                continue;
            };
            let Some(previous) = claims
                .previous
                .as_ref()
                .filter(|_| claims.names(at.bucket.as_str(), &at.key))
            else {
                continue;
            };
            if fits(&previous.signature) {
                return Supplied::Fits;
            }
            if depth < MAX_DEPTH {
                let checked = self.judge(chain, later, claims, &loaded, depth + 1);
                if matches!(checked, Checked::Verified(_)) {
                    answer = Supplied::Refuted;
                }
            }
        }
        answer
    }

    /// Waits until these stored bytes may be inflated.
    fn turn(&self, stored: &[u8]) -> Turn<'_> {
        let turn = self.turns.hold(1);
        let bytes = stored.len() as u64 + Inflater::estimate(stored);
        Turn(Cell::new(Some((self.budget.hold(bytes), turn))))
    }

    fn load(&self, at: &ObjectRef) -> Result<Loaded<'_>, Fault> {
        let object = self
            .source
            .read(at, self.limits.digest_stored)
            .map_err(|error| {
                let code = match error.kind {
                    ReadErrorKind::TooLarge => Code::DigestTooLarge,
                    // Listed a moment ago: a race or a dangling entry, not proof
                    // that someone deleted it.
                    _ => Code::DigestUnread,
                };
                Fault {
                    code,
                    detail: read_detail(&error),
                }
            })?;
        let turn = self.turn(&object.bytes);
        let mut inflater = self.inflaters.take();
        let inflated = inflater.inflate(&object.bytes, self.limits.digest_inflated);
        let content = inflated.map(<[u8]>::to_vec).map_err(|error| Fault {
            code: digest::container_code(&error),
            detail: error.to_string(),
        });
        self.inflaters.put(inflater);
        Ok(Loaded {
            metadata: object.metadata,
            content: content?,
            turn,
        })
    }

    fn check_logs(
        &self,
        chain: &ListedChain,
        index: usize,
        digest: &VerifiedDigest<'_>,
    ) -> Vec<(LogOutcome, Option<V::Extract>)> {
        let (at, key) = chain.digest(index);
        let absent = |object: ObjectRef| {
            let fault = match index {
                0 => self.absent_at_the_edge(&at, key, &object)?,
                _ => self.absent(&at, key, &object)?,
            };
            Some((object, fault))
        };
        let logs = digest.claims().logs.par_iter();
        logs.filter_map(|claim| self.check_log(&at, digest, claim, &absent))
            .collect()
    }

    /// What is to be said of a log that is not there: nothing, if it was
    /// delivered outside the time asked for, where only the digest's window
    /// reaches.
    fn absent(&self, at: &ObjectRef, key: &DigestKey, object: &ObjectRef) -> Option<Fault> {
        let log = LogKey::parse(&object.key);
        let (_, end) = self.request.delivered();
        let start = self.request.start(&key.place.account, &key.place.region);
        let concerned = log.is_none_or(|log| touches(log.delivered(), (start, end)));
        let detail = format!("{at} names it");
        concerned.then_some(Fault {
            code: Code::LogAbsent,
            detail,
        })
    }

    /// The same for a log of the oldest digest. Archives are cut, and expire,
    /// at midnight: a log of the day before, of which there is nothing at all,
    /// was not deleted by itself.
    fn absent_at_the_edge(
        &self,
        at: &ObjectRef,
        key: &DigestKey,
        object: &ObjectRef,
    ) -> Option<Fault> {
        let fault = self.absent(at, key, object)?;
        let Some(log) = LogKey::parse(&object.key).filter(|log| log.day < key.day) else {
            return Some(fault);
        };
        let folder = log.place.day_folder(log.family, log.day);
        let nothing = self
            .source
            .objects(&object.bucket, &folder)
            .is_ok_and(|all| all.is_empty());
        if !nothing {
            return Some(fault);
        }
        let detail = format!("{at} names it; the copy holds nothing of its day");
        Some(Fault {
            code: Code::LogUnread,
            detail,
        })
    }

    /// Reads, inflates, hashes and visits one log; what was inflated does not
    /// leave this function.
    fn check_log(
        &self,
        at: &ObjectRef,
        digest: &VerifiedDigest<'_>,
        claim: &LogClaim<'_>,
        absent: &(impl Fn(ObjectRef) -> Option<(ObjectRef, Fault)> + Sync),
    ) -> Option<(LogOutcome, Option<V::Extract>)> {
        if self.progress.stopped() {
            return None;
        }
        add(&self.progress.logs_done, 1);
        let object = match log_object(claim) {
            Ok(object) => object,
            Err(fault) => return Some((faulty(at.clone(), None, fault), None)),
        };
        let signed = signed_hash(claim);
        let stored = match self.source.read(&object, self.limits.log_stored) {
            Ok(stored) => stored,
            Err(error) if error.kind == ReadErrorKind::Absent => {
                let (object, fault) = absent(object)?;
                return Some((faulty(object, signed, fault), None));
            }
            Err(error) => {
                let code = match error.kind {
                    ReadErrorKind::TooLarge => Code::LogTooLarge,
                    _ => Code::LogUnread,
                };
                let detail = read_detail(&error);
                return Some((faulty(object, signed, Fault { code, detail }), None));
            }
        };
        let turn = self.turn(&stored.bytes);
        let mut inflater = self.inflaters.take();
        let limit = self.limits.log_inflated;
        let checked = log::check(
            &object,
            &stored.bytes,
            claim,
            (at, digest),
            &mut inflater,
            limit,
        );
        let mut outcome = LogOutcome {
            object: object.clone(),
            signed,
            hash: None,
            verified_bytes: 0,
            fault: None,
        };
        let mut extract = None;
        match checked {
            Ok(log) => {
                outcome.hash = Some(log.hash());
                outcome.verified_bytes = log.content().len() as u64;
                extract = Some(self.visitor.visit(&log));
                add(&self.progress.bytes, outcome.verified_bytes);
            }
            Err((fault, hash)) => {
                outcome.hash = hash;
                outcome.fault = Some(fault);
            }
        }
        self.inflaters.put(inflater);
        turn.end();
        Some((outcome, extract))
    }
}

fn log_object(claim: &LogClaim<'_>) -> Result<ObjectRef, Fault> {
    match claim.bucket.parse() {
        Ok(bucket) => Ok(ObjectRef::new(bucket, claim.object.clone().into_owned())),
        Err(error) => {
            let detail = format!(
                "names the log {:?} in a bucket that cannot be: {error}",
                claim.object
            );
            Err(Fault {
                code: Code::LogUnread,
                detail,
            })
        }
    }
}

fn unvouched(at: &ObjectRef, claim: &LogClaim<'_>, code: Code) -> LogOutcome {
    let object = log_object(claim).unwrap_or_else(|_| at.clone());
    let detail = format!("no verified digest names it; {at} does ({code})");
    faulty(
        object,
        None,
        Fault {
            code: Code::LogUnvouched,
            detail,
        },
    )
}

/// What this claim of a verified digest signs for.
fn signed_hash(claim: &LogClaim<'_>) -> Option<Sha256> {
    let supported = claim.hash_algorithm == HASH_ALGORITHM;
    supported.then(|| Sha256::parse(&claim.hash)).flatten()
}

fn faulty(object: ObjectRef, signed: Option<Sha256>, fault: Fault) -> LogOutcome {
    LogOutcome {
        object,
        signed,
        hash: None,
        verified_bytes: 0,
        fault: Some(fault),
    }
}

fn read_detail(error: &ReadError) -> String {
    let kind = match error.kind {
        ReadErrorKind::Absent => "not there",
        ReadErrorKind::Archived => "archived",
        ReadErrorKind::Denied => "access denied",
        ReadErrorKind::Elsewhere => "not in this copy",
        ReadErrorKind::Io => "read error",
        ReadErrorKind::Throttled => "throttled",
        ReadErrorKind::TooLarge => "too large",
        ReadErrorKind::Unaddressable => "no safe path",
    };
    format!("{kind}: {error}")
}

/// Inflaters that wait for use, as many as jobs ever ran at once.
#[derive(Default)]
pub(super) struct Inflaters(Mutex<Vec<Inflater>>);

impl Inflaters {
    fn take(&self) -> Inflater {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default()
    }

    fn put(&self, inflater: Inflater) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(inflater);
    }
}
