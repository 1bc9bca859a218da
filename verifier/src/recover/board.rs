//! The worklist: what is still to be looked at, and what came of the rest.
//!
//! Every log is looked at once for each hash that is signed for it, every
//! digest at most twice: without and with what a successor states of it. So
//! the work ends, whatever names whom.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::MAX_WANTED;
use super::collect::Collected;
use super::judge::Proved;
use super::recovery::{Kind, Recovered, Recovery, Tally, Unread, Verdict};
use super::search::KeepError;
use super::wanted::{Named, Signed, Wanted};
use crate::hash::Sha256;
use crate::layout::LogKey;
use crate::object::ObjectRef;
use crate::verdict::Code;
use crate::walk::touches;

/// Most objects of recovered digests that wait to be looked at: a digest names
/// some 70,000 logs at most.
const MAX_QUEUED: usize = 1_000_000;

/// One piece of work.
#[derive(Debug)]
pub(super) enum Task {
    /// Something recovered names it: look at what lies there first.
    Check(Wanted),
    /// It is wrong: look into its versions.
    Find(Wanted),
}

/// What came of one piece of work.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was searched for, and was wanted so.
    Searched(Box<Searched>),
    /// What lies there is as signed.
    InOrder,
    /// What lies there could not be read.
    Unread(ObjectRef, String),
}

/// A search that is done.
#[derive(Debug)]
pub(super) struct Searched {
    pub(super) wanted: Wanted,
    pub(super) recovery: Recovery,
    /// What it names, if it is a digest that was found.
    pub(super) proved: Option<Proved>,
}

/// The work that threads share.
#[derive(Debug)]
pub(super) struct Board {
    state: Mutex<State>,
    changed: Condvar,
    range: (Option<Timestamp>, Option<Timestamp>),
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Task>,
    /// Digests that no verified one names yet. They wait until the others are
    /// done: one of those may name them.
    unnamed: BTreeMap<ObjectRef, Wanted>,
    working: usize,
    digests: HashMap<ObjectRef, Known>,
    logs: HashSet<(ObjectRef, Sha256)>,
    done: BTreeMap<(ObjectRef, Option<Sha256>), Recovery>,
    in_order: u64,
    unread: Unread,
    left_out: u64,
    end: End,
}

/// How much is known of a digest.
#[derive(Debug)]
enum Known {
    /// What a verified successor states of it.
    Named,
    /// Nothing; or it was stated while the search for it went on.
    Unnamed(Option<Box<Named>>),
}

#[derive(Debug, Default)]
enum End {
    #[default]
    Open,
    Broken(KeepError),
    Interrupted,
}

impl Board {
    /// The work that a walk left.
    pub(super) fn new(collected: Collected, range: (Option<Timestamp>, Option<Timestamp>)) -> Self {
        let mut state = State {
            unread: collected.unread,
            left_out: collected.left_out,
            ..State::default()
        };
        for wanted in collected.wanted {
            let object = wanted.object.clone();
            match &wanted.signed {
                Signed::Log(hash) => {
                    state.logs.insert((object, *hash));
                    state.queue.push_back(Task::Find(wanted));
                }
                Signed::Digest(_, Some(_)) => {
                    state.digests.insert(object, Known::Named);
                    state.queue.push_back(Task::Find(wanted));
                }
                Signed::Digest(_, None) => {
                    state.digests.insert(object.clone(), Known::Unnamed(None));
                    state.unnamed.insert(object, wanted);
                }
            }
        }
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            range,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece of work; waits for one, and is `None` when there will be
    /// no more. Each must be answered with [`finish`](Self::finish).
    pub(super) fn take(&self) -> Option<Task> {
        let mut state = self.lock();
        loop {
            if !matches!(state.end, End::Open) {
                return None;
            }
            if let Some(task) = state.queue.pop_front() {
                state.working += 1;
                return Some(task);
            }
            if state.working == 0 {
                if state.unnamed.is_empty() {
                    self.changed.notify_all();
                    return None;
                }
                let unnamed = std::mem::take(&mut state.unnamed);
                state.queue.extend(unnamed.into_values().map(Task::Find));
                self.changed.notify_all();
                continue;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the result of a piece of work, and the work that it leads to.
    pub(super) fn finish(&self, outcome: Outcome) {
        let mut state = self.lock();
        state.working -= 1;
        match outcome {
            Outcome::InOrder => state.in_order += 1,
            Outcome::Unread(object, why) => state.unread.note(&object, &why),
            Outcome::Searched(searched) => {
                let Searched {
                    wanted,
                    recovery,
                    proved,
                } = *searched;
                state.record(wanted, recovery);
                if let Some(proved) = proved {
                    state.follow(proved, self.range);
                }
            }
        }
        self.changed.notify_all();
    }

    /// Ends the work: what was found cannot be kept.
    pub(super) fn fail(&self, error: KeepError) {
        self.lock().end = End::Broken(error);
        self.changed.notify_all();
    }

    /// Ends the work early.
    pub(super) fn interrupt(&self) {
        let mut state = self.lock();
        if matches!(state.end, End::Open) {
            state.end = End::Interrupted;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// All results.
    pub(super) fn into_recovered(self) -> Result<Recovered, KeepError> {
        let mut state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let interrupted = match std::mem::take(&mut state.end) {
            End::Broken(error) => return Err(error),
            End::Interrupted => true,
            End::Open => false,
        };
        let queued = std::mem::take(&mut state.queue).into_iter();
        let queued = queued.filter_map(|task| match task {
            Task::Find(wanted) => Some(wanted),
            Task::Check(_) => None,
        });
        for wanted in queued.chain(std::mem::take(&mut state.unnamed).into_values()) {
            let mut recovery = Recovery::of(&wanted);
            recovery.reason = Some("interrupted".to_owned());
            state.record(wanted, recovery);
        }
        let objects: Vec<Recovery> = state.done.into_values().collect();
        Ok(Recovered {
            tally: Tally::of(&objects, state.in_order),
            objects,
            unread: state.unread,
            left_out: state.left_out,
            interrupted,
        })
    }
}

impl State {
    fn record(&mut self, wanted: Wanted, recovery: Recovery) {
        let object = &wanted.object;
        if wanted.is_unnamed()
            && let Some(known) = self.digests.get_mut(object)
            && let Known::Unnamed(late) = known
            && let Some(named) = late.take()
        {
            *known = Known::Named;
            return self.settle(*named, recovery);
        }
        let hash = match wanted.signed {
            Signed::Log(hash) => Some(hash),
            Signed::Digest(..) => None,
        };
        self.done.insert((wanted.object, hash), recovery);
    }

    /// A digest was searched for without knowing what is now stated of it.
    fn settle(&mut self, named: Named, mut recovery: Recovery) {
        let found = recovery.verdict == Verdict::Found;
        if found && recovery.signed == Some(named.stated.hash) {
            recovery.named_by = Some(named.by);
            self.done.insert((named.object, None), recovery);
        } else {
            let wanted = named.wanted(recovery.code, recovery.detail);
            self.queue.push_back(Task::Find(wanted));
        }
    }

    /// Adds what a recovered digest names.
    fn follow(&mut self, proved: Proved, range: (Option<Timestamp>, Option<Timestamp>)) {
        for (object, hash) in proved.logs {
            let delivered = LogKey::parse(&object.key).map(|log| log.delivered());
            if delivered.is_some_and(|delivered| !touches(delivered, range)) {
                continue;
            }
            if self.logs.insert((object.clone(), hash)) {
                let detail = format!("{} names it", proved.object);
                self.check(Wanted {
                    object,
                    code: Code::LogAbsent,
                    detail,
                    signed: Signed::Log(hash),
                    named_by: Some(proved.object.clone()),
                });
            }
        }
        for _ in 0..proved.unfollowed {
            let why = "names a log that cannot be followed";
            self.unread.note(&proved.object, why);
        }
        if let Some(named) = proved.predecessor {
            self.follow_predecessor(named, range);
        }
    }

    fn follow_predecessor(&mut self, named: Named, range: (Option<Timestamp>, Option<Timestamp>)) {
        match self.digests.get_mut(&named.object) {
            Some(Known::Named) => {}
            Some(known) => {
                if let Some(mut wanted) = self.unnamed.remove(&named.object) {
                    *known = Known::Named;
                    wanted.state(named.stated, named.by);
                    self.queue.push_back(Task::Find(wanted));
                } else if let Some(recovery) = self.done.remove(&(named.object.clone(), None)) {
                    *known = Known::Named;
                    self.settle(named, recovery);
                } else {
                    *known = Known::Unnamed(Some(Box::new(named)));
                }
            }
            None if named.key.touches(range) => {
                self.digests.insert(named.object.clone(), Known::Named);
                let detail = format!("{} names it as its predecessor", named.by);
                self.check(named.wanted(Code::DigestAbsent, detail));
            }
            None => {}
        }
    }

    fn check(&mut self, wanted: Wanted) {
        if self.queue.len() >= MAX_QUEUED || self.done.len() >= MAX_WANTED {
            self.left_out += 1;
        } else {
            self.queue.push_back(Task::Check(wanted));
        }
    }
}

impl Recovery {
    /// Nothing is known yet.
    pub(super) fn of(wanted: &Wanted) -> Self {
        Self {
            object: wanted.object.clone(),
            kind: match wanted.signed {
                Signed::Log(_) => Kind::Log,
                Signed::Digest(..) => Kind::Digest,
            },
            code: wanted.code,
            detail: wanted.detail.clone(),
            signed: wanted.signed_hash(),
            named_by: wanted.named_by.clone(),
            verdict: Verdict::Unread,
            version: None,
            reason: None,
            versions_kept: None,
            kept: false,
            versions: Vec::new(),
        }
    }
}
