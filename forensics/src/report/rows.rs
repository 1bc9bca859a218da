//! One row for each chain: how reports name them.

use std::collections::BTreeSet;

use trailseal_verifier::coverage::{Interval, State};
use trailseal_verifier::id::OrganizationId;
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::report::{ChainReport, PlaceReport, Report};

use super::scale::percent;

/// A chain, or an account and Region that has files and none.
#[derive(Clone, Debug)]
pub struct Row<'r> {
    /// Its name: account and Region, and what tells it from others.
    pub label: String,
    /// The chain.
    pub chain: Option<&'r ChainReport>,
}

impl Row<'_> {
    /// Whether all that is said about it is that it is proved.
    pub fn is_whole(&self) -> bool {
        self.chain.is_some_and(|chain| {
            let spans = chain.coverage.spans();
            !spans.is_empty()
                && spans
                    .iter()
                    .all(|span| matches!(span.state, State::Proved | State::NotYetDue))
        })
    }
}

/// The time of the strip: what the trails were judged over, else what chains say.
pub fn range(report: &Report) -> Option<Interval> {
    let judged = report.scope.trails.iter().filter_map(|trail| trail.range);
    let said = report.chains.iter().filter_map(|chain| {
        Some(Interval::new(
            chain.coverage.start()?,
            chain.coverage.end()?,
        ))
    });
    let hull = |mut all: Box<dyn Iterator<Item = Interval> + '_>| {
        let first = all.next()?;
        let join = |hull: Interval, next: Interval| {
            Interval::new(hull.start.min(next.start), hull.end.max(next.end))
        };
        Some(all.fold(first, join))
    };
    hull(Box::new(judged)).or_else(|| hull(Box::new(said)))
}

/// How much of the time of hourly chains is proved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HoursProved {
    /// The share, in percent.
    pub share: String,
    /// Hours that something is said about, over all chains.
    pub hours: u64,
    /// The chains.
    pub chains: u64,
}

/// How much is proved of what the report covers, if it covers anything. Backfill
/// chains cover only what was late, so they do not count.
pub fn hours_proved(report: &Report) -> Option<HoursProved> {
    let hourly = || {
        let chains = report.chains.iter();
        chains.filter(|chain| chain.chain.kind == ChainKind::Hourly)
    };
    let seconds = |state| {
        let each = hourly().map(|chain| chain.coverage.total(state).as_secs());
        each.fold(0i64, i64::saturating_add)
    };
    let all: i64 = [
        State::Proved,
        State::Failed,
        State::Unchecked,
        State::Uncovered,
    ]
    .into_iter()
    .map(seconds)
    .fold(0, i64::saturating_add);
    Some(HoursProved {
        share: percent(seconds(State::Proved), all)?,
        hours: u64::try_from(all.saturating_add(1800) / 3600).unwrap_or(0),
        chains: u64::try_from(hourly().count()).unwrap_or(u64::MAX),
    })
}

/// Every chain, and every account and Region that has log files and no digest.
pub fn rows(report: &Report) -> Vec<Row<'_>> {
    let trails: BTreeSet<_> = report
        .chains
        .iter()
        .map(|chain| (&chain.chain.trail, &chain.chain.home))
        .collect();
    let organizations: BTreeSet<_> = report
        .chains
        .iter()
        .map(|chain| &chain.chain.organization)
        .collect();
    let place = |organization: Option<&str>, account: &str, region: &str| match organization
        .filter(|_| organizations.len() > 1)
    {
        Some(organization) => format!("{organization} {account} {region:14}"),
        None => format!("{account} {region:14}"),
    };
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut seen = BTreeSet::new();
    for chain in &report.chains {
        let id = &chain.chain;
        seen.insert((&id.organization, &id.account, &id.region));
        let organization = id.organization.as_ref().map(OrganizationId::as_str);
        let mut label = place(organization, id.account.as_str(), id.region.as_str());
        if trails.len() > 1 {
            label.push_str(&format!(" {}", shortened(id.trail.as_str(), 18)));
        }
        if id.kind == ChainKind::Backfill {
            label.push_str(" backfill");
        }
        rows.push(Row {
            label: label.trim_end().to_owned(),
            chain: Some(chain),
        });
    }
    for found in &report.places {
        let PlaceReport {
            organization,
            account,
            region,
            families,
        } = found;
        let any = families.iter().any(|family| family.listed > 0);
        if any && !seen.contains(&(organization, account, region)) {
            let organization = organization.as_ref().map(OrganizationId::as_str);
            let label = place(organization, account.as_str(), region.as_str());
            rows.push(Row {
                label: label.trim_end().to_owned(),
                chain: None,
            });
        }
    }
    rows
}

/// The beginning of a name that is too long for its column.
fn shortened(name: &str, columns: usize) -> String {
    if name.len() <= columns {
        return name.to_owned();
    }
    let head: String = name.chars().take(columns - 2).collect();
    format!("{head}..")
}
