//! The chain of backfill digests.
//!
//! Each lists the logs that one hourly digest missed. They are written when
//! the logs turn up, so neither is there one an hour, nor need the order of
//! their windows be the order in which they name each other: each named
//! predecessor is looked for in the whole chain. Backfills are rare, so the
//! chain is held in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Chain, DigestOutcome, Head, Link, Tracks};
use crate::coverage::{Coverage, Interval};
use crate::object::ObjectRef;
use crate::source::Extent;
use crate::verdict::{Answer, Code, Finding};

/// Folds the backfill digests of one chain.
#[derive(Debug, Default)]
pub struct BackfillFold {
    extent: Arc<Extent>,
    coverage: Tracks,
    verified_time: Option<Interval>,
    read: BTreeMap<ObjectRef, Link>,
    rejected: BTreeSet<ObjectRef>,
    tail: Option<Link>,
}

impl BackfillFold {
    /// An empty fold, over a copy of this extent.
    pub fn new(extent: Arc<Extent>) -> Self {
        Self {
            extent,
            ..Self::default()
        }
    }

    /// Where the list of logs is proved, as far as it is known yet.
    pub fn listed(&self) -> &Coverage {
        &self.coverage.listed
    }

    /// Adds the next digest. What its links reveal is known at the end.
    pub fn push(&mut self, digest: &DigestOutcome) -> Vec<Finding> {
        match digest
            .link
            .as_ref()
            .filter(|_| digest.answer() != Answer::Failed)
        {
            None => {
                self.rejected.insert(digest.object.clone());
            }
            Some(link) => {
                self.coverage.push_digest(link.window, digest);
                if link.verified {
                    let start = self
                        .verified_time
                        .map_or(link.window.start, |time| time.start);
                    self.verified_time = Some(Interval::new(start, link.window.end));
                }
                self.tail = Some(link.clone());
                self.read.insert(link.object.clone(), link.clone());
            }
        }
        Vec::new()
    }

    /// The chain as a whole, and what its links reveal. Its head is the
    /// digest whose predecessor is older than all of them.
    pub fn finish(self) -> (Chain, Vec<Finding>) {
        let mut findings = Vec::new();
        let mut head: Option<Head> = None;
        let oldest = self.read.values().map(|link| link.window.end).min();
        for link in self.read.values() {
            let Some(named) = &link.predecessor else {
                continue;
            };
            let found = named.object().and_then(|object| self.read.get(&object));
            if let Some(found) = found {
                findings.extend(named.compare(found, &link.object));
                continue;
            }
            if named
                .object()
                .is_some_and(|object| self.rejected.contains(&object))
            {
                continue;
            }
            let stamp = named.digest_key().map(|key| key.stamp.instant());
            if head.is_none() && stamp.is_some_and(|stamp| Some(stamp) < oldest) {
                head = Some(Head {
                    link: link.clone(),
                    predecessor_seen: false,
                });
                continue;
            }
            findings.push(self.absent(named.object(), link));
        }
        let Self {
            coverage: tracks,
            tail,
            verified_time: verified,
            ..
        } = self;
        (
            Chain {
                tracks,
                head,
                tail,
                verified,
            },
            findings,
        )
    }

    fn absent(&self, object: Option<ObjectRef>, link: &Link) -> Finding {
        match object {
            Some(object) if link.verified && self.extent.holds(&object) => {
                let detail = format!("{} names it as its predecessor", link.object);
                Finding::on(Code::DigestAbsent, object, detail)
            }
            Some(object) if link.verified => {
                let detail = format!("{} names it; it is not part of this copy", link.object);
                Finding::on(Code::DigestUnread, object, detail)
            }
            _ => {
                let detail = "names a predecessor that is not there".to_owned();
                Finding::on(Code::ChainGap, link.object.clone(), detail)
            }
        }
    }
}
