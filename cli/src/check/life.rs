//! Findings over checks: new, open, resolved.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::chain::{ChainId, DIGEST_PERIOD};
use trailseal_verifier::verdict::{Answer, Code};

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

    /// Whether all that it is about was looked at because it is new: for a link,
    /// the digest before, too.
    fn is_new(&self, finding: &KnownFinding) -> Option<bool> {
        let account = finding.account.as_ref()?.parse().ok()?;
        let region = finding.region.as_ref()?.parse().ok()?;
        let since = self.since.get(&(account, region))?;
        let before = match finding.code.starts_with("link-") {
            true => DIGEST_PERIOD,
            false => SignedDuration::ZERO,
        };
        Some(since.saturating_add(before).ok()? <= finding.window?.start)
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
        // A silence is rarely filled later: its turn is soon enough.
        let by_look = match Cure::of(finding) {
            Cure::Check => false,
            Cure::Look => true,
            Cure::Proof => finding.answer == Answer::Failed,
        };
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use trailseal_verifier::coverage::{Coverage, Interval, State};
    use trailseal_verifier::layout::ChainKind;
    use trailseal_verifier::object::ObjectRef;
    use trailseal_verifier::verdict::{Finding, Subject};

    use super::*;
    use crate::ledger::ChainState;

    const DIGEST: &str = "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02/111122223333_\
                          CloudTrail-Digest_eu-west-1_trail_eu-west-1_20260302T100713Z.json.gz";
    const CHAIN: &str = "111122223333/eu-west-1/trail@eu-west-1/hourly";

    fn at(hour: i64) -> Timestamp {
        let start: Timestamp = "2026-03-02T00:07:13Z".parse().unwrap();
        start + SignedDuration::from_hours(hour)
    }

    fn observed(code: Code, from: i64, to: i64) -> Observed {
        let object = ObjectRef::new("logs-of-trail".parse().unwrap(), DIGEST);
        let finding = Finding::about(code, Subject::Object(object), "found");
        let window = Interval::new(at(from), at(to));
        Observed::of(finding.during(window).in_chain(CHAIN), None)
    }

    fn chain() -> ChainId {
        ChainId {
            organization: None,
            account: "111122223333".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
            trail: "trail".parse().unwrap(),
            home: "eu-west-1".parse().unwrap(),
            kind: ChainKind::Hourly,
        }
    }

    /// A source in which this was found, and the first so many hours are proved.
    fn settled(found: Vec<Observed>, hours: i64) -> Settled {
        let mut coverage = Coverage::default();
        coverage.push(Interval::new(at(0), at(hours)), State::Proved);
        let state = ChainState {
            tip: None,
            coverage,
        };
        Settled {
            known: KnownSource {
                location: String::new(),
                secret: [0; 32],
                mark: None,
                chains: BTreeMap::from([(chain(), state)]),
            },
            observed: found.into_iter().map(|it| (it.id("org"), it)).collect(),
            looked: Looked::default(),
            fresh: Default::default(),
            again: Default::default(),
        }
    }

    fn lives(
        open: Vec<KnownFinding>,
        settled: &Settled,
        hour: i64,
    ) -> (Vec<KnownFinding>, Vec<Life>) {
        let lives = live(open, settled, "org", at(hour));
        lives.told.into_iter().unzip()
    }

    #[test]
    fn a_finding_is_new_then_open_then_resolved_by_a_look() {
        let with = settled(vec![observed(Code::DigestMalformed, 9, 10)], 20);
        let (open, life) = lives(Vec::new(), &with, 10);
        assert_eq!(life, [Life::New]);
        let (open, life) = lives(open, &with, 11);
        assert_eq!(life, [Life::Open]);
        assert_eq!(open[0].first_seen, at(10));

        let mut without = settled(Vec::new(), 20);
        let (open, life) = lives(open, &without, 12);
        assert_eq!(life, [Life::Open], "nobody looked");
        assert_eq!(open[0].last_seen, at(11));
        without.looked.units = BTreeSet::from([unit(&open[0]).unwrap()]);
        let (closed, life) = lives(open, &without, 13);
        assert_eq!(life, [Life::Resolved]);
        assert_eq!(closed[0].resolved, Some(at(13)));
    }

    #[test]
    fn time_is_cured_by_proof_alone() {
        let found = vec![observed(Code::DigestAbsent, 9, 10)];
        let (open, _) = lives(Vec::new(), &settled(found, 9), 10);
        let mut looked = settled(Vec::new(), 9);
        looked.looked.everything = true;
        let (open, life) = lives(open, &looked, 11);
        assert_eq!(life, [Life::Open], "its time is not proved");
        let (_, life) = lives(open, &settled(Vec::new(), 10), 12);
        assert_eq!(life, [Life::Resolved]);
    }

    #[test]
    fn a_link_is_looked_at_with_both_its_ends() {
        let found = vec![observed(Code::LinkSignatureMismatch, 9, 10)];
        let (open, _) = lives(Vec::new(), &settled(found, 20), 10);
        let mut half = settled(Vec::new(), 20);
        let place = (chain().account, chain().region);
        half.looked.since = BTreeMap::from([(place.clone(), at(9))]);
        let (open, life) = lives(open, &half, 11);
        assert_eq!(life, [Life::Open]);
        half.looked.since = BTreeMap::from([(place, at(8))]);
        assert_eq!(lives(open, &half, 12).1, [Life::Resolved]);
    }

    #[test]
    fn what_may_explain_itself_is_not_told_before() {
        let mut late = observed(Code::DigestAbsent, 9, 10);
        late.due = Some(at(13));
        let waiting = live(Vec::new(), &settled(vec![late.clone()], 9), "org", at(11));
        assert_eq!((waiting.told.len(), waiting.pending.len()), (0, 1));
        let mut row = waiting.pending;
        row[0].number = Some(7);
        let came = live(row.clone(), &settled(Vec::new(), 10), "org", at(12));
        assert_eq!((came.told.len(), came.forgotten), (0, vec![7]));

        late.due = None;
        let told = live(row, &settled(vec![late], 9), "org", at(13)).told;
        assert_eq!((told[0].1, told[0].0.first_seen), (Life::New, at(13)));
    }

    #[test]
    fn a_silence_that_is_known_ends_in_something_known() {
        let silence = Observed::tail_lag(&chain(), Interval::new(at(9), at(14)), String::new());
        let (mut open, _) = lives(Vec::new(), &settled(vec![silence], 9), 14);
        open[0].acknowledged = Some(Acknowledgement {
            by: "ops".to_owned(),
            why: "meant".to_owned(),
            at: at(14),
            until: None,
        });
        let ended = settled(vec![observed(Code::ChainRestart, 9, 20)], 9);
        let (told, life) = lives(open, &ended, 21);
        assert_eq!(life, [Life::Resolved, Life::New]);
        assert_eq!(told[1].acknowledged, told[0].acknowledged);
    }
}
