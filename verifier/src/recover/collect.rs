//! From the outcomes of a walk to what is wanted.

use std::collections::{HashMap, HashSet};

use super::MAX_WANTED;
use super::recovery::Unread;
use super::wanted::{Named, Signed, Wanted};
use crate::chain::{ChainId, DigestOutcome};
use crate::hash::Sha256;
use crate::layout::ChainKind;
use crate::log::LogOutcome;
use crate::object::ObjectRef;
use crate::verdict::{Code, Finding, Subject};
use crate::walk::Sink;

/// Receives what a walk concludes and keeps what older versions may mend.
#[derive(Debug, Default)]
pub struct Collector {
    /// In the order of the walk; `None` is what turned out to belong nowhere.
    wanted: Vec<Option<Wanted>>,
    digests: HashMap<ObjectRef, usize>,
    logs: HashSet<(ObjectRef, Sha256)>,
    /// Whom the verified digests name: all of a backfill chain; of the others
    /// the oldest and the newest, because findings come at once, or at the end
    /// about where a chain begins.
    names: HashMap<ChainId, Vec<Named>>,
    unread: Unread,
    left_out: u64,
}

/// What a walk left to be searched for.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) wanted: Vec<Wanted>,
    pub(super) unread: Unread,
    pub(super) left_out: u64,
}

/// Why a log is searched for: what is there is not what was signed.
fn is_searched(code: Code) -> bool {
    matches!(
        code,
        Code::LogAbsent
            | Code::LogHashMismatch
            | Code::LogNotGzip
            | Code::LogTooLarge
            | Code::LogTrailingData
            | Code::LogTruncated
    )
}

impl Collector {
    /// How many objects are wanted so far.
    pub fn len(&self) -> usize {
        self.wanted.iter().flatten().count()
    }

    /// Whether nothing is wanted so far.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn into_collected(self) -> Collected {
        Collected {
            wanted: self.wanted.into_iter().flatten().collect(),
            unread: self.unread,
            left_out: self.left_out,
        }
    }

    fn push(&mut self, wanted: Wanted) -> Option<usize> {
        if self.wanted.len() >= MAX_WANTED {
            self.left_out += 1;
            return None;
        }
        self.wanted.push(Some(wanted));
        Some(self.wanted.len() - 1)
    }

    fn want_digest(&mut self, wanted: Wanted) {
        let object = wanted.object.clone();
        if let Some(index) = self.push(wanted) {
            self.digests.insert(object, index);
        }
    }

    /// The digest as a verified successor names it, in the place of what was
    /// known of it before.
    fn want_named(&mut self, named: Named, code: Code, detail: &str) {
        match self.digests.get(&named.object) {
            Some(index) => {
                if let Some(wanted) = &mut self.wanted[*index] {
                    wanted.state(named.stated, named.by);
                }
            }
            None => self.want_digest(named.wanted(code, detail.to_owned())),
        }
    }

    fn want_log(&mut self, log: &LogOutcome, by: &ObjectRef) {
        let Some(fault) = log.fault.as_ref().filter(|fault| is_searched(fault.code)) else {
            return;
        };
        let Some(hash) = log.signed else {
            return self
                .unread
                .note(&log.object, "what was signed for it is no SHA-256");
        };
        if self.logs.insert((log.object.clone(), hash)) {
            self.push(Wanted {
                object: log.object.clone(),
                code: fault.code,
                detail: fault.detail.clone(),
                signed: Signed::Log(hash),
                named_by: Some(by.clone()),
            });
        }
    }

    /// Keeps whom a verified digest names, for the findings that follow it.
    fn remember(&mut self, chain: &ChainId, named: Named) {
        let names = self.names.entry(chain.clone()).or_default();
        if chain.kind == ChainKind::Hourly {
            names.truncate(1);
        }
        if names.len() < MAX_WANTED {
            names.push(named);
        }
    }

    fn named(&self, is_it: impl Fn(&Named) -> bool) -> Option<Named> {
        self.names.values().flatten().find(|it| is_it(it)).cloned()
    }
}

impl Sink<()> for Collector {
    fn digest(&mut self, chain: &ChainId, outcome: &DigestOutcome, _: Vec<Option<()>>) {
        if let Some(fault) = &outcome.fault {
            if fault.code != Code::DigestUnread {
                self.want_digest(Wanted {
                    object: outcome.object.clone(),
                    code: fault.code,
                    detail: fault.detail.clone(),
                    signed: Signed::Digest(Box::new(outcome.key.clone()), None),
                    named_by: None,
                });
            }
            return;
        }
        for log in &outcome.logs {
            self.want_log(log, &outcome.object);
        }
        let predecessor = outcome
            .link
            .as_ref()
            .and_then(|link| link.predecessor.as_ref());
        if let Some(named) = predecessor.and_then(|it| Named::of(it, &outcome.object)) {
            if let Some(wanted) = self
                .digests
                .get(&named.object)
                .and_then(|index| self.wanted[*index].as_mut())
            {
                wanted.state(named.stated.clone(), named.by.clone());
            }
            self.remember(chain, named);
        }
    }

    fn finding(&mut self, finding: Finding) {
        let Subject::Object(object) = &finding.object else {
            return;
        };
        match finding.code {
            Code::DigestUnread | Code::LogUnread | Code::LogAlgorithmUnsupported => {
                self.unread
                    .note(object, &format!("{}: {}", finding.code, finding.detail));
            }
            Code::DigestAbsent => match self.named(|it| it.object == *object) {
                Some(named) => self.want_named(named, finding.code, &finding.detail),
                None => self
                    .unread
                    .note(object, "no verified digest says what it is"),
            },
            // The digest that it names is there, and is another one.
            Code::LinkHashMismatch | Code::LinkSignatureMismatch => {
                if let Some(named) = self.named(|it| it.by == *object) {
                    self.want_named(named, finding.code, &finding.detail);
                }
            }
            // It stands between two verified digests that name each other.
            Code::LinkOverlap => {
                if let Some(index) = self.digests.get(object)
                    && self.wanted[*index].as_ref().is_some_and(Wanted::is_unnamed)
                {
                    self.wanted[*index] = None;
                }
            }
            _ => {}
        }
    }
}
