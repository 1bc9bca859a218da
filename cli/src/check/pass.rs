//! One pass over a source: what it looked at, and what it saw.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::layout::{ChainKind, DigestKey, Stamp};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::{Report, Tally};
use trailseal_verifier::source::Extent;
use trailseal_verifier::verdict::{Answer, Code, Finding, Subject};
use trailseal_verifier::walk::Sink;

use super::day::{day_of, whole};
use crate::ledger::{KnownSource, Tip};

/// Findings of one code that one pass keeps.
const KEPT: usize = 1_000;

/// What a pass looks at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// Accounts on one day, once more.
    Day(Date, BTreeSet<AccountId>),
    /// All there is, from there on.
    Everything(Option<Timestamp>),
    /// What is new in each account and Region, with the tip before it.
    Fresh(BTreeMap<(AccountId, Region), Timestamp>),
}

impl Scope {
    /// The time that it looks at for a chain, up to `now`; `None` if it does not
    /// look at the chain.
    pub(crate) fn window(&self, id: &ChainId, now: Timestamp) -> Option<Interval> {
        match self {
            Self::Day(day, accounts) => accounts.contains(&id.account).then(|| {
                let Interval { start, end } = whole(*day);
                Interval::new(start, end.min(now))
            }),
            Self::Everything(from) => Some(Interval::new(from.unwrap_or(Timestamp::MIN), now)),
            Self::Fresh(since) => {
                let place = (id.account.clone(), id.region.clone());
                let start = since.get(&place).copied();
                Some(Interval::new(start.unwrap_or(Timestamp::MIN), now))
            }
        }
    }
}

/// What a pass saw.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) scope: Scope,
    pub(crate) findings: Vec<Finding>,
    /// Codes of which there were more findings than are kept.
    pub(crate) cut: BTreeSet<Code>,
    pub(crate) chains: BTreeMap<ChainId, SeenChain>,
    pub(crate) report: Report,
    /// What is verified because it is new.
    pub(crate) fresh: Tally,
    /// What was verified before.
    pub(crate) again: Tally,
    /// Folders that could not be listed.
    pub(crate) unlisted: Unread,
    /// Those, and objects that could not be read.
    pub(crate) unread: Unread,
    /// What the source is a copy of.
    extent: Extent,
}

impl Pass {
    /// Whether the digests of a chain's window would have been seen: what could
    /// not be listed, or is not part of a copy, is not gone.
    pub(crate) fn sees(&self, id: &ChainId, tip: &ObjectRef, window: Interval) -> bool {
        let there = |at| digest_of(tip, at).is_none_or(|digest| self.extent.holds(&digest));
        !self.unlisted.of(&id.account) && there(window.start) && there(window.end)
    }
}

/// Where a chain's digest of this time would lie.
fn digest_of(tip: &ObjectRef, at: Timestamp) -> Option<ObjectRef> {
    let key = DigestKey::parse(&tip.key)?;
    let stamp = Stamp::parse(&at.strftime("%Y%m%dT%H%M%SZ").to_string())?;
    let day = day_of(at);
    let key = DigestKey { stamp, day, ..key };
    Some(ObjectRef::new(tip.bucket.clone(), key.to_string()))
}

/// What could not be read: the accounts that it belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unread {
    accounts: BTreeSet<AccountId>,
    /// Something above the folders of accounts.
    any: bool,
}

impl Unread {
    /// Whether something of this account could not be read.
    pub(crate) fn of(&self, account: &AccountId) -> bool {
        self.any || self.accounts.contains(account)
    }

    /// Adds what another pass could not read.
    pub(crate) fn add(&mut self, other: &Self) {
        self.any |= other.any;
        self.accounts.extend(other.accounts.iter().cloned());
    }

    fn note(&mut self, object: &ObjectRef) {
        let account = object.key.split('/').find_map(|name| name.parse().ok());
        match account {
            Some(account) => {
                self.accounts.insert(account);
            }
            None => self.any = true,
        }
    }
}

/// What a pass saw of a chain.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeenChain {
    /// The oldest digest that could be read, and whether it names a predecessor.
    pub(crate) first: Option<First>,
    /// The newest verified one.
    pub(crate) newest: Option<Tip>,
    /// What was seen where the ledger has the tip.
    pub(crate) at_tip: Option<AtTip>,
}

/// The oldest digest of a chain that a pass could read.
#[derive(Clone, Debug)]
pub(crate) struct First {
    pub(crate) object: ObjectRef,
    pub(crate) window: Interval,
    pub(crate) starts_chain: bool,
}

/// What lies where the tip was.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum AtTip {
    /// Nothing.
    Absent,
    /// Another digest, verified or not looked at, with this content.
    Content(Sha256, Option<String>),
    /// What the verifier has said already.
    Faulty,
    /// It could not be read.
    Unread(String),
}

/// Receives what a pass sees.
pub(crate) struct Collector<'k> {
    known: &'k KnownSource,
    findings: BTreeMap<Code, Vec<Finding>>,
    cut: BTreeSet<Code>,
    chains: BTreeMap<ChainId, SeenChain>,
    fresh: Tally,
    again: Tally,
    unlisted: Unread,
    unread: Unread,
}

impl<'k> Collector<'k> {
    /// Compares with what is known.
    pub(crate) fn new(known: &'k KnownSource) -> Self {
        Self {
            known,
            findings: BTreeMap::new(),
            cut: BTreeSet::new(),
            chains: BTreeMap::new(),
            fresh: Tally::default(),
            again: Tally::default(),
            unlisted: Unread::default(),
            unread: Unread::default(),
        }
    }

    /// All of it, over a source of this extent.
    pub(crate) fn finish(self, scope: Scope, report: Report, extent: Extent) -> Pass {
        let Self {
            findings,
            cut,
            chains,
            mut fresh,
            mut again,
            unlisted,
            unread,
            ..
        } = self;
        let rest = match scope {
            Scope::Day(..) => &mut again,
            Scope::Everything(_) | Scope::Fresh(_) => &mut fresh,
        };
        rest.logs_unreferenced = report.tally.logs_unreferenced;
        rest.logs_unvouched = report.tally.logs_unvouched;
        rest.logs_uncovered = report.tally.logs_uncovered;
        rest.findings_failed = report.tally.findings_failed;
        rest.findings_unchecked = report.tally.findings_unchecked;
        Pass {
            scope,
            findings: findings.into_values().flatten().collect(),
            cut,
            chains,
            report,
            fresh,
            again,
            unlisted,
            unread,
            extent,
        }
    }
}

impl Sink<()> for Collector<'_> {
    fn digest(&mut self, chain: &ChainId, outcome: &DigestOutcome, _: Vec<Option<()>>) {
        let tip = self
            .known
            .chains
            .get(chain)
            .and_then(|known| known.tip.as_ref());
        let stamp = outcome.key.stamp.instant();
        let reached = self
            .known
            .chains
            .get(chain)
            .and_then(|known| known.coverage.end());
        let tally = match tip.map(|tip| tip.window.end).max(reached) {
            Some(reached) if stamp <= reached => &mut self.again,
            _ => &mut self.fresh,
        };
        let answer = outcome.answer();
        tally.digests.add(answer);
        if answer == Answer::Verified {
            for log in &outcome.logs {
                tally.logs.add(log.answer());
                tally.verified_bytes += log.verified_bytes;
            }
        }
        let seen = self.chains.entry(chain.clone()).or_default();
        seen.note(outcome, tip, chain.kind);
    }

    fn finding(&mut self, finding: Finding) {
        if let Subject::Object(object) = &finding.object
            && matches!(finding.code, Code::DigestUnread | Code::LogUnread)
        {
            self.unread.note(object);
            if object.key.is_empty() || object.key.ends_with('/') {
                self.unlisted.note(object);
            }
        }
        let alike = self.findings.entry(finding.code).or_default();
        if alike.len() < KEPT {
            alike.push(finding);
        } else {
            self.cut.insert(finding.code);
        }
    }
}

impl SeenChain {
    fn note(&mut self, outcome: &DigestOutcome, tip: Option<&Tip>, kind: ChainKind) {
        let is_tip = tip.is_some_and(|tip| tip.object == outcome.object);
        let Some(link) = &outcome.link else {
            if is_tip {
                self.at_tip = Some(AtTip::Faulty);
            }
            return;
        };
        if is_tip {
            self.at_tip = Some(match outcome.answer() {
                Answer::Verified => AtTip::Content(link.hash, link.stored_signature.clone()),
                Answer::Unchecked | Answer::Failed => AtTip::Faulty,
            });
        }
        if !link.verified || kind == ChainKind::Backfill {
            return;
        }
        self.first.get_or_insert_with(|| First {
            object: link.object.clone(),
            window: link.window,
            starts_chain: link.predecessor.is_none(),
        });
        let newer = self
            .newest
            .as_ref()
            .is_none_or(|newest| newest.window.end < link.window.end);
        if newer {
            self.newest = Some(Tip {
                object: link.object.clone(),
                window: link.window,
                hash: link.hash,
                signature: link.stored_signature.clone(),
            });
        }
    }
}
