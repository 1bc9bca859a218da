//! What the passes over one source amount to: what is known afterwards, and what
//! was found.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::chain::{ChainId, DIGEST_PERIOD};
use trailseal_verifier::coverage::{Coverage, Interval, State};
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::layout::{ChainKind, DigestKey, LogKey};
use trailseal_verifier::report::Tally;
use trailseal_verifier::verdict::{Answer, Code, Finding, Subject};

use super::accounts::Accounts;
use super::config::Policy;
use super::merge::{Sight, merge};
use super::observed::Observed;
use super::pass::{AtTip, Pass, Scope, Unread};
use super::turns::Unit;
use crate::ledger::{ChainState, KnownSource, Tip};

/// A source after its passes.
#[derive(Debug)]
pub(crate) struct Settled {
    /// What is known now.
    pub(crate) known: KnownSource,
    /// What was found, by id.
    pub(crate) observed: BTreeMap<String, Observed>,
    /// Where it was looked.
    pub(crate) looked: Looked,
    pub(crate) fresh: Tally,
    pub(crate) again: Tally,
}

/// Where a check looked in one source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looked {
    /// Whether it looked at all of it.
    pub(crate) everything: bool,
    /// The days that it looked at again.
    pub(crate) units: BTreeSet<Unit>,
    /// From where on it looked at what is new, in each account and Region.
    pub(crate) since: BTreeMap<(AccountId, Region), Timestamp>,
    /// The accounts and Regions that have folders.
    pub(crate) found: BTreeSet<(AccountId, Region)>,
    /// Where it could not see which there are.
    pub(crate) unlisted: Unread,
    /// Where it could not see everything.
    pub(crate) unread: Unread,
    /// Codes of which it did not keep every finding.
    pub(crate) cut: BTreeSet<&'static str>,
}

/// What a source is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms<'t> {
    /// Its name.
    pub(crate) source: &'t str,
    pub(crate) policy: &'t Policy,
    pub(crate) accounts: &'t Accounts,
    pub(crate) now: Timestamp,
    /// Whether objects may have lost their metadata: the signature of the newest
    /// digest then comes with the next.
    pub(crate) is_copy: bool,
}

/// Settles passes that are complete. `tips` is what lies where the first of them
/// did not look for a tip.
pub(crate) fn settle(
    known: KnownSource,
    passes: Vec<Pass>,
    tips: &BTreeMap<ChainId, AtTip>,
    terms: Terms<'_>,
) -> Settled {
    let mut settling = Settling {
        first: known.chains.is_empty(),
        before: known.clone(),
        settled: Settled {
            known,
            observed: BTreeMap::new(),
            looked: Looked::default(),
            fresh: Tally::default(),
            again: Tally::default(),
        },
        terms,
    };
    for pass in passes {
        settling.pass(&pass, tips);
    }
    settling.tails();
    settling.settled
}

struct Settling<'t> {
    /// Whether nothing was known.
    first: bool,
    before: KnownSource,
    settled: Settled,
    terms: Terms<'t>,
}

impl Settling<'_> {
    fn observe(&mut self, observed: Observed) {
        let id = observed.id(self.terms.source);
        self.settled.observed.entry(id).or_insert(observed);
    }

    fn pass(&mut self, pass: &Pass, tips: &BTreeMap<ChainId, AtTip>) {
        add(&mut self.settled.fresh, &pass.fresh);
        add(&mut self.settled.again, &pass.again);
        let day = match &pass.scope {
            Scope::Day(day, accounts) => {
                let unit = |account: &AccountId| Unit {
                    day: *day,
                    account: account.clone(),
                };
                self.settled.looked.units.extend(accounts.iter().map(unit));
                Some(*day)
            }
            Scope::Everything(_) => {
                self.settled.looked.everything = true;
                None
            }
            Scope::Fresh(since) => {
                self.settled.looked.since.clone_from(since);
                None
            }
        };
        let cut = pass.cut.iter().map(|code| code.as_str());
        self.settled.looked.cut.extend(cut);
        self.settled.looked.unread.add(&pass.unread);
        self.settled.looked.unlisted.add(&pass.unlisted);
        let places = pass.report.places.iter();
        let places = places.map(|place| (place.account.clone(), place.region.clone()));
        self.settled.looked.found.extend(places);
        self.time(pass);
        if day.is_none() {
            self.tips(pass, tips);
        }
        for finding in &pass.findings {
            if self.tells(finding, pass) {
                let mut observed = Observed::of(finding.clone(), day);
                observed.due = self.due(finding);
                self.observe(observed);
            }
        }
    }

    /// What the pass says of time, and what of it was lost.
    fn time(&mut self, pass: &Pass) {
        let reports = pass.report.chains.iter();
        let seen: BTreeMap<&ChainId, &Coverage> = reports
            .map(|chain| (&chain.chain, &chain.coverage))
            .collect();
        let known: BTreeSet<ChainId> = self.settled.known.chains.keys().cloned().collect();
        let new = seen.keys().map(|id| (*id).clone());
        let ids: BTreeSet<ChainId> = known.into_iter().chain(new).collect();
        let nothing = Coverage::default();
        for id in ids {
            let Some(window) = pass.scope.window(&id, self.terms.now) else {
                continue;
            };
            let chain = self.settled.known.chains.entry(id.clone()).or_default();
            let window = match (&pass.scope, chain.coverage.hull()) {
                // Beyond what is known, a day that is looked at again has nothing new.
                (Scope::Day(..), hull) => match hull.and_then(|hull| hull.intersection(window)) {
                    Some(window) => window,
                    None => continue,
                },
                (Scope::Everything(_) | Scope::Fresh(_), _) => window,
            };
            let known = chain.coverage.clipped(window).hull();
            let sight = match (&chain.tip, known) {
                (Some(tip), Some(known)) if !pass.sees(&id, &tip.object, known) => Sight::Partial,
                _ => Sight::Full,
            };
            let coverage = seen.get(&id).copied().unwrap_or(&nothing);
            let merged = merge(&chain.coverage, coverage, window, sight);
            chain.coverage = merged.coverage;
            // The tip itself is looked at one by one.
            let by_tip = matches!(pass.scope, Scope::Fresh(_)) && id.kind == ChainKind::Hourly;
            for lost in merged.lost.into_iter().filter(|_| !by_tip) {
                self.observe(Observed::lost(&id, lost));
            }
        }
    }

    /// Whether the tips are still what they were; and the new ones.
    fn tips(&mut self, pass: &Pass, read: &BTreeMap<ChainId, AtTip>) {
        for (id, before) in &self.before.chains.clone() {
            let Some(tip) = &before.tip else {
                continue;
            };
            let seen = pass.chains.get(id);
            let at_tip = seen
                .and_then(|seen| seen.at_tip.as_ref())
                .or_else(|| read.get(id));
            if let Some(at_tip) = at_tip {
                self.compare(id, tip, at_tip);
            }
            let window = pass.scope.window(id, self.terms.now);
            let looked = window.is_some_and(|window| window.start <= tip.window.start);
            let first = seen.and_then(|seen| seen.first.as_ref());
            if let Some(first) = first.filter(|first| first.window.start > tip.window.end)
                && !looked
            {
                self.resumed(id, tip, first);
            }
        }
        for (id, seen) in &pass.chains {
            let chain = self.settled.known.chains.entry(id.clone()).or_default();
            let known = chain.tip.as_ref().map(|tip| tip.window.end);
            if let Some(newest) = &seen.newest
                && known.is_none_or(|known| newest.window.end > known)
            {
                chain.tip = Some(newest.clone());
            }
        }
    }

    fn compare(&mut self, id: &ChainId, tip: &Tip, found: &AtTip) {
        let was = "an earlier check verified it, and it was the newest of its chain";
        let (code, detail) = match found {
            AtTip::Absent => (
                Code::DigestAbsent,
                format!("{was}; it is not there any more"),
            ),
            AtTip::Content(hash, _) if *hash != tip.hash => (
                Code::LinkHashMismatch,
                format!("{was}; then its content had hash {}, now {hash}", tip.hash),
            ),
            AtTip::Content(_, Some(now))
                if tip.signature.as_ref().is_some_and(|was| was != now) =>
            {
                (
                    Code::LinkSignatureMismatch,
                    format!("{was}; then it had another signature"),
                )
            }
            AtTip::Unread(error) => (Code::DigestUnread, format!("{was}; now: {error}")),
            AtTip::Content(..) | AtTip::Faulty => return,
        };
        if code == Code::DigestAbsent {
            let chain = self.settled.known.chains.entry(id.clone()).or_default();
            let gone = Coverage::default();
            chain.coverage = merge(&chain.coverage, &gone, tip.window, Sight::Full).coverage;
        }
        self.observe(Observed::at_tip(code, id, &tip.object, tip.window, detail));
    }

    /// A chain that ended long ago goes on.
    fn resumed(&mut self, id: &ChainId, tip: &Tip, first: &super::pass::First) {
        let silence = Interval::new(tip.window.end, first.window.start);
        let (code, how) = match first.starts_chain {
            true => (Code::ChainRestart, "starts a new chain"),
            false => (Code::WindowHole, "goes on with the chain"),
        };
        let detail = format!("{how} after {silence}, for which nothing vouches");
        let chain = self.settled.known.chains.entry(id.clone()).or_default();
        let mut uncovered = Coverage::default();
        uncovered.push(silence, State::Uncovered);
        chain.coverage = merge(&chain.coverage, &uncovered, silence, Sight::Full).coverage;
        self.observe(Observed::at_tip(code, id, &first.object, silence, detail));
    }

    /// Whether a finding of the verifier is one of the check. What it says of the
    /// ends of the time that a pass looked at is said of that pass: the check
    /// knows what lies beyond.
    fn tells(&self, finding: &Finding, pass: &Pass) -> bool {
        match finding.code {
            Code::HeadUncovered => self.first && matches!(pass.scope, Scope::Everything(_)),
            Code::TailUncovered => {
                finding.answer == Answer::Failed || self.is_long_tail(finding, pass)
            }
            Code::NoDigests => {
                !matches!(pass.scope, Scope::Day(..)) && !self.has_chains(&finding.object)
            }
            _ => true,
        }
    }

    /// Whether no verified digest tells how old a chain's newest one is, and those
    /// that are not verified are too old.
    fn is_long_tail(&self, finding: &Finding, pass: &Pass) -> bool {
        let chains = &self.settled.known.chains;
        let has_tip = chains
            .iter()
            .any(|(id, chain)| finding.chain == Some(id.to_string()) && chain.tip.is_some());
        let length = finding
            .interval
            .map_or(SignedDuration::ZERO, Interval::length);
        !has_tip && !matches!(pass.scope, Scope::Day(..)) && length > self.terms.policy.max_tail_lag
    }

    fn has_chains(&self, subject: &Subject) -> bool {
        let Subject::Scope(account, region) = subject else {
            return false;
        };
        let fits = |id: &ChainId| {
            account
                .as_ref()
                .is_none_or(|account| *account == id.account)
                && region.as_ref().is_none_or(|region| *region == id.region)
        };
        let mut chains = self.settled.known.chains.iter();
        chains.any(|(id, chain)| fits(id) && chain.tip.is_some())
    }

    /// When a finding is told, if not now: what may still be on its way is not
    /// missing.
    fn due(&self, finding: &Finding) -> Option<Timestamp> {
        let Policy {
            max_tail_lag,
            backfill_grace,
            ..
        } = self.terms.policy;
        let (since, grace) = match finding.code {
            // The digest that names it may be late, or a backfill digest.
            Code::LogUnreferenced => (delivered(finding)?, *backfill_grace),
            Code::LogUnvouched => (delivered(finding)?, *max_tail_lag + DIGEST_PERIOD),
            // Digests may come out of order; those that were seen may not go.
            Code::ChainGap | Code::DigestAbsent => {
                let window = finding.interval?;
                let seen = self.before.chains.iter().any(|(id, chain)| {
                    finding.chain == Some(id.to_string()) && chain.is_proved(window)
                });
                (!seen).then_some((window.end, *max_tail_lag))?
            }
            // Its signature comes with the next one.
            Code::DigestSignatureAbsent if self.terms.is_copy => (stamp(finding)?, *max_tail_lag),
            _ => return None,
        };
        let due = since.saturating_add(grace).ok()?;
        (due > self.terms.now).then_some(due)
    }

    /// Chains whose newest verified digest is too old.
    fn tails(&mut self) {
        let (policy, now) = (self.terms.policy, self.terms.now);
        let mut places: BTreeMap<(AccountId, Region), Timestamp> = BTreeMap::new();
        let chains: Vec<(ChainId, Tip)> = self
            .settled
            .known
            .chains
            .iter()
            .filter(|(id, _)| id.kind == ChainKind::Hourly)
            .filter_map(|(id, chain)| Some((id.clone(), chain.tip.clone()?)))
            .collect();
        for (id, tip) in &chains {
            let newest = places
                .entry((id.account.clone(), id.region.clone()))
                .or_insert(tip.window.end);
            *newest = tip.window.end.max(*newest);
        }
        let is_late = |end: Timestamp| now.duration_since(end) > policy.max_tail_lag;
        for (id, tip) in chains.iter().filter(|(_, tip)| is_late(tip.window.end)) {
            let tail = Interval::new(tip.window.end, now);
            let place = (id.account.clone(), id.region.clone());
            let others_go_on = places.get(&place).is_some_and(|newest| !is_late(*newest));
            let observed = if others_go_on {
                let detail = format!("no verified digest for {tail}; another trail goes on");
                Observed::at_tip(Code::TailUncovered, id, &tip.object, tail, detail)
            } else if self.terms.accounts.may_be_silent(&id.account) {
                continue;
            } else {
                let hours = policy.max_tail_lag;
                let detail = format!(
                    "the newest verified digest ends at {}; the policy tolerates {hours:#}",
                    tip.window.end
                );
                Observed::tail_lag(id, tail, detail)
            };
            self.observe(observed);
        }
    }
}

/// When the log of a finding was delivered, by its name.
fn delivered(finding: &Finding) -> Option<Timestamp> {
    match &finding.object {
        Subject::Object(object) => Some(LogKey::parse(&object.key)?.delivered().end),
        Subject::Scope(..) => None,
    }
}

/// When the window of the digest of a finding ends, by its name.
fn stamp(finding: &Finding) -> Option<Timestamp> {
    match &finding.object {
        Subject::Object(object) => Some(DigestKey::parse(&object.key)?.stamp.instant()),
        Subject::Scope(..) => None,
    }
}

/// Adds the counts of a pass to those of others.
fn add(sum: &mut Tally, tally: &Tally) {
    sum.digests += tally.digests;
    sum.logs += tally.logs;
    sum.verified_bytes += tally.verified_bytes;
    sum.logs_unreferenced += tally.logs_unreferenced;
    sum.logs_unvouched += tally.logs_unvouched;
    sum.logs_uncovered += tally.logs_uncovered;
    sum.findings_failed += tally.findings_failed;
    sum.findings_unchecked += tally.findings_unchecked;
}

/// The tips that a pass did not come across, to be read one by one.
pub(crate) fn unseen_tips<'k>(known: &'k KnownSource, pass: &Pass) -> Vec<(&'k ChainId, &'k Tip)> {
    let unseen = |id: &ChainId| pass.chains.get(id).is_none_or(|seen| seen.at_tip.is_none());
    let tip = |(id, chain): (&'k ChainId, &'k ChainState)| Some((id, chain.tip.as_ref()?));
    let tips = known.chains.iter().filter_map(tip);
    tips.filter(|(id, _)| unseen(id)).collect()
}
