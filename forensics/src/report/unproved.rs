//! What a report does not prove, and why.
//!
//! Stated whatever the verdict: a signature vouches for what it names, and
//! the reader must know where that ends.

use std::collections::BTreeMap;

use trailseal_verifier::layout::{ChainKind, Family};
use trailseal_verifier::report::Report;

use super::Filters;
use super::text::{count, counted, plural, time};

/// Examples and trails before "and N more".
const SHOWN: usize = 5;

/// One thing that is not proved.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unproved {
    /// The sentence.
    pub text: String,
    /// Objects it speaks of: untrusted text.
    pub objects: Vec<String>,
    /// How many more there are.
    pub more: u64,
}

impl From<String> for Unproved {
    fn from(text: String) -> Self {
        Self {
            text,
            objects: Vec::new(),
            more: 0,
        }
    }
}

impl From<&str> for Unproved {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// All that a verification does not prove.
pub fn unproved(report: &Report, filters: &Filters) -> Vec<Unproved> {
    let mut all: Vec<Unproved> = Vec::new();
    if report.interrupted {
        all.push(
            "The run was interrupted: accounts, Regions and times that are not shown above were not \
             looked at, and planted files of the last days shown may not have been looked for."
                .into(),
        );
    }
    all.extend(ends(report).into_iter().map(Unproved::from));
    let uncovered = report.tally.logs_uncovered;
    if uncovered > 0 {
        let (files, verb) = (
            counted(uncovered, "log file"),
            if uncovered == 1 { "lies" } else { "lie" },
        );
        let text =
            format!("{files} {verb} in time that no digest covers: nothing vouches for them.");
        all.push(text.into());
    }
    all.extend(families(report).into_iter().map(Unproved::from));
    if !report.scope.reconciled {
        all.push(
            "Files that no digest names were not looked for (--no-reconcile): a planted log would go \
             unnoticed."
                .into(),
        );
    }
    let backfill = |kind| kind == ChainKind::Backfill;
    if report.chains.iter().any(|chain| backfill(chain.chain.kind)) {
        all.push(
            "Backfill digests follow no rhythm: if the newest one of a chain is deleted, nothing \
             tells."
                .into(),
        );
    }
    if !filters.is_empty() {
        all.push("Whatever the filters left out was not looked at (see \"only\" above).".into());
    }
    let strays = &report.strays;
    if strays.count > 0 {
        let verb = if strays.count == 1 { "is" } else { "are" };
        all.push(Unproved {
            text: format!(
                "{} {verb} outside CloudTrail's layout; nothing was concluded about {}:",
                counted(strays.count, "object or folder")
                    .replace("object or folders", "objects or folders"),
                if strays.count == 1 { "it" } else { "them" }
            ),
            objects: strays.examples.iter().take(SHOWN).cloned().collect(),
            more: strays.count.saturating_sub(SHOWN as u64),
        });
    }
    all.push(
        "A signature shows that CloudTrail wrote a file. It does not show that the trail recorded \
         everything: look at its event selectors and at StopLogging and UpdateTrail events."
            .into(),
    );
    all
}
/// For each trail, where its digests end.
fn ends(report: &Report) -> Vec<String> {
    let mut trails: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for chain in report
        .chains
        .iter()
        .filter(|chain| chain.chain.kind == ChainKind::Hourly)
    {
        let id = &chain.chain;
        let mut name = format!("{}@{}", id.trail, id.home);
        if let Some(organization) = &id.organization {
            name = format!("{organization}/{name}");
        }
        trails.entry(name).or_default().extend(chain.ends);
    }
    let all = trails.len();
    let mut texts: Vec<String> = trails
        .into_iter()
        .take(SHOWN)
        .filter_map(|(trail, ends)| {
            let (first, last) = (*ends.iter().min()?, *ends.iter().max()?);
            Some(if first == last {
                format!("{trail}: nothing vouches for what was delivered after {}.", time(last))
            } else {
                format!(
                    "{trail}: nothing vouches for what was delivered after the newest digest of each \
                     account and Region, {} to {}.",
                    time(first),
                    time(last)
                )
            })
        })
        .collect();
    if all > SHOWN {
        let rest = u64::try_from(all - SHOWN).unwrap_or(u64::MAX);
        texts.push(format!(
            "The same holds for {} more {}.",
            count(rest),
            plural(rest, "trail")
        ));
    }
    texts
}

/// Families whose files digests do not name, or not all. Without reconciling
/// nothing was listed.
fn families(report: &Report) -> Vec<String> {
    let mut totals: BTreeMap<Family, (u64, u64)> = BTreeMap::new();
    for family in report.places.iter().flat_map(|place| &place.families) {
        let (listed, named) = totals.entry(family.family).or_default();
        *listed += family.listed;
        *named += family.named;
    }
    totals
        .into_iter()
        .filter(|(family, (listed, named))| {
            !matches!(family, Family::CloudTrail | Family::Digest) && named < listed
        })
        .map(|(family, (listed, named))| {
            let name = family.as_str().trim_start_matches("CloudTrail-");
            let verb = if listed == 1 { "is" } else { "are" };
            format!(
                "{name} files: {} of {} {verb} named by a verified digest; nothing vouches for the \
                 others.",
                count(named),
                count(listed)
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;
    use trailseal_verifier::report::FamilyReport;

    #[test]
    fn families_that_digests_do_not_name_are_counted() {
        let mut report = fixture::report();
        let insight = FamilyReport {
            family: Family::Insight,
            listed: 7,
            named: 0,
        };
        report.places[0].families.push(insight);
        report.places.push(report.places[0].clone());
        let expected = "Insight files: 0 of 14 are named by a verified digest; nothing vouches for the \
                        others.";
        assert_eq!(families(&report), [expected]);
    }

    #[test]
    fn each_trail_says_where_it_ends() {
        let report = fixture::report();
        assert_eq!(
            ends(&report),
            [
                "org-trail@us-east-1: nothing vouches for what was delivered after 2026-03-12T00:00:00Z."
            ]
        );
    }
}
