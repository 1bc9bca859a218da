//! Findings over checks: new, open, resolved.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::verdict::Code;

use super::observed::Observed;
use super::report::{Acknowledgement, Life};
use super::settle::{Looked, Settled};
use super::turns::Unit;
use crate::ledger::{KnownFinding, KnownSource};

/// How far apart a silence and what ended it may begin, to be one.
const SAME: SignedDuration = SignedDuration::from_hours(1);

/// The findings of one source after a check.
#[derive(Debug, Default)]
pub(crate) struct Lives {
    /// What is told: open, and what this check resolved.
    pub(crate) told: Vec<(KnownFinding, Life)>,
    /// What waits to explain itself.
    pub(crate) pending: Vec<KnownFinding>,
    /// Rows of what explained itself before it was told.
    pub(crate) forgotten: Vec<i64>,
}

/// Compares what was open with what a check found.
pub(crate) fn live(
    open: Vec<KnownFinding>,
    settled: &Settled,
    source: &str,
    now: Timestamp,
) -> Lives {
    let mut observed = settled.observed.clone();
    let mut lives = Lives::default();
    for finding in open {
        match observed.remove(&finding.id) {
            Some(again) => lives.again(finding, again, now),
            None if is_gone(&finding, settled) => lives.gone(finding, now),
            None if finding.due.is_some() => lives.pending.push(finding),
            None => lives.told.push((finding, Life::Open)),
        }
    }
    for (id, observed) in observed {
        let mut finding = new(id, observed, source, now);
        if finding.due.is_some() {
            lives.pending.push(finding);
        } else {
            finding.acknowledged = inherited(&finding, &lives.told, now);
            lives.told.push((finding, Life::New));
        }
    }
    lives
}

impl Lives {
    fn again(&mut self, mut finding: KnownFinding, again: Observed, now: Timestamp) {
        finding.answer = again.answer;
        finding.detail = again.detail;
        finding.window = again.window;
        finding.day = again.day;
        finding.last_seen = now;
        if finding.due.is_none() {
            self.told.push((finding, Life::Open));
        } else if again.due.is_some() {
            self.pending.push(finding);
        } else {
            finding.due = None;
            finding.first_seen = now;
            self.told.push((finding, Life::New));
        }
    }

    fn gone(&mut self, mut finding: KnownFinding, now: Timestamp) {
        if finding.due.is_some() {
            self.forgotten.extend(finding.number);
        } else {
            finding.resolved = Some(now);
            self.told.push((finding, Life::Resolved));
        }
    }
}

fn new(id: String, observed: Observed, source: &str, now: Timestamp) -> KnownFinding {
    KnownFinding {
        number: None,
        id,
        source: source.to_owned(),
        code: observed.code.to_owned(),
        answer: observed.answer,
        subject: observed.subject,
        object: observed.object,
        account: observed.account.map(|account| account.to_string()),
        region: observed.region.map(|region| region.to_string()),
        chain: observed.chain,
        window: observed.window,
        detail: observed.detail,
        day: observed.day,
        due: observed.due,
        first_seen: now,
        last_seen: now,
        resolved: None,
        acknowledged: None,
    }
}

/// What makes a finding go away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Cure {
    /// Its time is proved.
    Proof,
    /// A check looks at its day and does not find it.
    Look,
    /// A check of what is new does not find it.
    Check,
}

impl Cure {
    fn of(finding: &KnownFinding) -> Self {
        let has_time = finding.window.is_some_and(|window| !window.is_empty());
        match finding.code.parse::<Code>() {
            Ok(
                Code::ChainGap
                | Code::ChainRestart
                | Code::DigestAbsent
                | Code::HeadUncovered
                | Code::WindowHole,
            ) if has_time && finding.chain.is_some() => Self::Proof,
            Ok(Code::NoDigests | Code::TailUncovered) | Err(_) => Self::Check,
            Ok(_) if finding.day.is_none() || finding.account.is_none() => Self::Check,
            Ok(_) => Self::Look,
        }
    }
}

/// Whether a finding that was not made again is gone, and not just out of sight.
fn is_gone(finding: &KnownFinding, settled: &Settled) -> bool {
    match Cure::of(finding) {
        Cure::Proof => is_proved(finding, &settled.known),
        Cure::Look => settled.looked.at(finding),
        Cure::Check => !settled.looked.cut.contains(finding.code.as_str()),
    }
}

fn is_proved(finding: &KnownFinding, known: &KnownSource) -> bool {
    let (Some(window), Some(chain)) = (finding.window, &finding.chain) else {
        return false;
    };
    let of = |id: &ChainId| id.to_string() == *chain;
    known
        .chains
        .iter()
        .any(|(id, chain)| of(id) && chain.is_proved(window))
}

impl Looked {
    fn at(&self, finding: &KnownFinding) -> bool {
        let account = finding
            .account
            .as_ref()
            .and_then(|account| account.parse().ok());
        let seen = account.is_none_or(|account| !self.unread.of(&account));
        seen && !self.cut.contains(finding.code.as_str())
            && (self.everything
                || unit(finding).is_some_and(|unit| self.units.contains(&unit))
                || self.is_new(finding).unwrap_or(false))
    }

    /// Whether all of its time was looked at because it is new.
    fn is_new(&self, finding: &KnownFinding) -> Option<bool> {
        let account = finding.account.as_ref()?.parse().ok()?;
        let region = finding.region.as_ref()?.parse().ok()?;
        let since = self.since.get(&(account, region))?;
        Some(*since <= finding.window?.start)
    }
}

/// The day to look at again, to see whether a finding is still there.
pub(crate) fn unit(finding: &KnownFinding) -> Option<Unit> {
    Some(Unit {
        day: finding.day?,
        account: finding.account.as_ref()?.parse().ok()?,
    })
}

/// A silence that somebody acknowledged ends with a finding of its own: the same
/// time, now that it is known when it ended.
fn inherited(
    finding: &KnownFinding,
    others: &[(KnownFinding, Life)],
    now: Timestamp,
) -> Option<Acknowledgement> {
    let ends_silence = matches!(
        finding.code.parse(),
        Ok(Code::ChainRestart | Code::WindowHole | Code::ChainGap)
    );
    let begins = finding.window?.start;
    let same = |other: &&KnownFinding| {
        let silence = other.code == super::PolicyCode::TailLag.as_str()
            || other.code == Code::TailUncovered.as_str();
        let near = |start: Timestamp| start.duration_since(begins).abs() <= SAME;
        silence
            && other.chain == finding.chain
            && other.window.is_some_and(|window| near(window.start))
    };
    let mut silences = others.iter().map(|(other, _)| other).filter(same);
    let known = silences.find_map(|other| other.acknowledged.clone());
    known.filter(|known| ends_silence && is_in_force(known, now))
}

/// Whether an acknowledgement still counts.
pub(crate) fn is_in_force(acknowledgement: &Acknowledgement, now: Timestamp) -> bool {
    acknowledgement.until.is_none_or(|until| until > now)
}

/// The days that findings are about, which have to be looked at again: what
/// nobody accepted, and what waited long enough.
pub(crate) fn units_of<'f>(
    findings: impl IntoIterator<Item = &'f KnownFinding>,
    now: Timestamp,
) -> BTreeMap<Unit, usize> {
    let mut units = BTreeMap::new();
    for finding in findings {
        let accepted = finding
            .acknowledged
            .as_ref()
            .is_some_and(|ack| is_in_force(ack, now));
        let by_look = Cure::of(finding) != Cure::Check;
        if let Some(unit) = unit(finding)
            && by_look
            && !accepted
            && !finding.is_pending(now)
        {
            *units.entry(unit).or_default() += 1;
        }
    }
    units
}
