//! The report of a check, from what is known after it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use trailseal_forensics::report::State as Judged;
use trailseal_forensics::report::control::Framework;
use trailseal_verifier::coverage;
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::report::Tally;
use trailseal_verifier::verdict::{Answer, Code};

use super::PolicyCode;
use super::config::Policy;
use super::report::{
    ChainStatus, Changes, ControlState, Level, Life, LivingFinding, SourceReport, State,
};
use crate::ledger::{HistoryRow, KnownFinding, KnownSource};

/// One source after a check, whether it could be read or not.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) known: KnownSource,
    pub(crate) error: Option<String>,
    pub(crate) fresh: Tally,
    pub(crate) again: Tally,
    pub(crate) rechecked_days: u64,
    pub(crate) known_days: u64,
}

/// What a check came to, before it has a row in the ledger.
#[derive(Debug)]
pub(crate) struct Assembled {
    pub(crate) state: State,
    pub(crate) outcome: Answer,
    pub(crate) changes: Changes,
    pub(crate) sources: Vec<SourceReport>,
    pub(crate) findings: Vec<LivingFinding>,
    pub(crate) controls: Vec<ControlState>,
}

/// Puts together what is told.
pub(crate) fn assemble(
    checked: &[Checked],
    told: &[(KnownFinding, Life)],
    policy: &Policy,
    now: Timestamp,
) -> Assembled {
    let mut findings: Vec<LivingFinding> = told
        .iter()
        .map(|(finding, life)| living(finding, *life, policy, now))
        .collect();
    let order = |finding: &LivingFinding| (finding.life != Life::New, finding.level);
    findings.sort_by(|a, b| {
        (order(a), &a.source, &a.object, &a.id).cmp(&(order(b), &b.source, &b.object, &b.id))
    });
    let sources: Vec<SourceReport> = checked
        .iter()
        .map(|source| source.report(&findings, now))
        .collect();
    let open = |finding: &&LivingFinding| finding.life != Life::Resolved;
    let count = |wanted: &dyn Fn(&LivingFinding) -> bool| {
        findings.iter().filter(|finding| wanted(finding)).count() as u64
    };
    let outcome = sources.iter().map(|source| source.outcome).max();
    let outcome = outcome.unwrap_or(Answer::Unchecked);
    Assembled {
        state: sources
            .iter()
            .map(|source| source.state)
            .max()
            .unwrap_or(State::Warn),
        outcome,
        changes: Changes {
            new: count(&|finding| finding.life == Life::New),
            resolved: count(&|finding| finding.life == Life::Resolved),
            still_open: count(&|finding| finding.life == Life::Open),
            accepted: count(&|finding| open(&finding) && finding.level == Level::Accepted),
        },
        controls: controls(policy, &findings, outcome),
        sources,
        findings,
    }
}

pub(crate) fn living(
    finding: &KnownFinding,
    life: Life,
    policy: &Policy,
    now: Timestamp,
) -> LivingFinding {
    let (level, acknowledged) = policy.level(finding, now);
    LivingFinding {
        id: finding.id.clone(),
        source: finding.source.clone(),
        code: finding.code.clone(),
        answer: finding.answer,
        level,
        life,
        object: finding.object.clone(),
        account: finding.account.clone(),
        region: finding.region.clone(),
        chain: finding.chain.clone(),
        window: finding.window,
        detail: finding.detail.clone(),
        next_step: next_step(&finding.code).to_owned(),
        first_seen: finding.first_seen,
        last_seen: finding.last_seen,
        acknowledged,
    }
}

fn next_step(code: &str) -> &'static str {
    match (code.parse::<Code>(), PolicyCode::named(code)) {
        (Ok(code), _) => code.next_step(),
        (Err(_), Some(policy)) => policy.next_step(),
        (Err(_), None) => "Look for a newer trailseal, which knows this code.",
    }
}

impl Checked {
    fn report(&self, findings: &[LivingFinding], now: Timestamp) -> SourceReport {
        let open = |finding: &&LivingFinding| {
            finding.source == self.name && finding.life != Life::Resolved
        };
        let open: Vec<&LivingFinding> = findings.iter().filter(open).collect();
        let worst = open.iter().map(|finding| finding.level).min();
        let mut state = match worst {
            Some(Level::Fail) => State::Fail,
            Some(Level::Warn) => State::Warn,
            Some(Level::Accepted) | None => State::Pass,
        };
        let chains: Vec<ChainStatus> = self.chains(now).collect();
        let proved = chains.iter().any(|chain| chain.proved_seconds > 0);
        let mut outcome = open.iter().map(|finding| finding.answer).max();
        let is_unasked = |finding: &&LivingFinding| {
            PolicyCode::named(&finding.code) == Some(PolicyCode::OrganizationUnasked)
        };
        // Whoever accepts that nobody was asked has no answer all the same.
        if self.error.is_some() || !proved || open.iter().any(is_unasked) {
            state = state.max(State::Warn);
            outcome = outcome.max(Some(Answer::Unchecked));
        }
        SourceReport {
            name: self.name.clone(),
            location: self.location.clone(),
            state,
            outcome: outcome.unwrap_or(Answer::Verified),
            error: self.error.clone(),
            fresh: self.fresh,
            again: self.again,
            rechecked_days: self.rechecked_days,
            known_days: self.known_days,
            chains,
        }
    }

    fn chains(&self, now: Timestamp) -> impl Iterator<Item = ChainStatus> {
        self.known.chains.iter().map(move |(id, chain)| {
            let tip = chain.tip.as_ref().map(|tip| tip.window.end);
            let seconds = |state| whole_seconds(chain.coverage.total(state));
            ChainStatus {
                id: id.to_string(),
                account: id.account.to_string(),
                region: id.region.to_string(),
                trail: id.trail.to_string(),
                tip,
                lag_seconds: tip.map(|tip| now.duration_since(tip).as_secs()),
                proved_seconds: seconds(coverage::State::Proved),
                failed_seconds: seconds(coverage::State::Failed),
                unproved_seconds: seconds(coverage::State::Unchecked)
                    + seconds(coverage::State::Uncovered),
            }
        })
    }

    /// The same for the history.
    pub(crate) fn history(&self, open: u64, now: Timestamp) -> HistoryRow {
        let hourly = self
            .known
            .chains
            .iter()
            .filter(|(id, _)| id.kind == ChainKind::Hourly);
        let mut row = HistoryRow {
            at: now,
            source: self.name.clone(),
            chains: 0,
            proved_seconds: 0,
            failed_seconds: 0,
            unproved_seconds: 0,
            lag_seconds: None,
            open,
        };
        for (_, chain) in hourly {
            let seconds = |state| whole_seconds(chain.coverage.total(state));
            row.chains += 1;
            row.proved_seconds += seconds(coverage::State::Proved);
            row.failed_seconds += seconds(coverage::State::Failed);
            row.unproved_seconds += seconds(coverage::State::Unchecked);
            row.unproved_seconds += seconds(coverage::State::Uncovered);
            let lag = chain
                .tip
                .as_ref()
                .map(|tip| now.duration_since(tip.window.end).as_secs());
            row.lag_seconds = row.lag_seconds.max(lag);
        }
        row
    }
}

fn whole_seconds(length: SignedDuration) -> u64 {
    u64::try_from(length.as_secs()).unwrap_or(0)
}

/// The findings that are open under the controls they bear on. What the policy
/// accepts is evidence all the same.
fn controls(policy: &Policy, findings: &[LivingFinding], outcome: Answer) -> Vec<ControlState> {
    let mut codes: BTreeMap<Code, u64> = BTreeMap::new();
    let open: Vec<&LivingFinding> = findings
        .iter()
        .filter(|finding| finding.life != Life::Resolved)
        .collect();
    for finding in &open {
        if let Some(code) = bears_as(finding) {
            *codes.entry(code).or_default() += 1;
        }
    }
    let mut controls = Vec::new();
    for name in &policy.controls {
        // The configuration was refused if there is no such framework.
        let Ok(framework) = Framework::named(name) else {
            continue;
        };
        for control in framework.assess(&codes, outcome, Judged::Complete).controls {
            let against = open
                .iter()
                .filter(|it| bears_as(it).is_some_and(|it| control.findings.contains_key(&it)));
            controls.push(ControlState {
                framework: name.clone(),
                id: control.id,
                title: control.asks,
                state: control.evidence.to_string(),
                findings: against.map(|finding| finding.id.clone()).collect(),
            });
        }
    }
    controls
}

/// The verifier's code that bears on the same controls, if there is one.
fn bears_as(finding: &LivingFinding) -> Option<Code> {
    match PolicyCode::named(&finding.code) {
        Some(PolicyCode::TailLag) => Some(Code::TailUncovered),
        // Whose files they are says nothing of whether they are intact.
        Some(
            PolicyCode::AccountUnexpected
            | PolicyCode::OrganizationUnasked
            | PolicyCode::RegionUnexpected,
        ) => None,
        None => finding.code.parse().ok(),
    }
}
