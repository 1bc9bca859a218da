//! What this report does not prove, and why.
//!
//! Printed whatever the verdict: a signature vouches for what it names, and
//! the reader must know where that ends.

use std::collections::BTreeMap;

use trailseal_verifier::layout::{ChainKind, Family};
use trailseal_verifier::report::Report;

use super::findings::object;
use super::page::Page;
use super::text::{count, counted, plural, time};
use super::{Conclusion, Filters};

/// Examples and trails before "and N more".
const SHOWN: usize = 5;

/// Writes the section.
pub(super) fn write(page: &mut Page, conclusion: Conclusion<'_>) {
    let Conclusion {
        report, context, ..
    } = conclusion;
    page.heading("NOT PROVED BY THIS REPORT", "");
    if report.interrupted {
        item(
            page,
            "The run was interrupted: accounts, Regions and times that are not shown above were not \
             looked at, and planted files of the last days shown may not have been looked for.",
        );
    }
    for text in ends(report) {
        item(page, &text);
    }
    let uncovered = report.tally.logs_uncovered;
    if uncovered > 0 {
        let (files, verb) = (
            counted(uncovered, "log file"),
            if uncovered == 1 { "lies" } else { "lie" },
        );
        item(
            page,
            &format!("{files} {verb} in time that no digest covers: nothing vouches for them."),
        );
    }
    for text in families(report) {
        item(page, &text);
    }
    if !report.scope.reconciled {
        item(
            page,
            "Files that no digest names were not looked for (--no-reconcile): a planted log would go \
             unnoticed.",
        );
    }
    let backfill = report
        .chains
        .iter()
        .filter(|chain| chain.chain.kind == ChainKind::Backfill)
        .count();
    if backfill > 0 {
        item(
            page,
            "Backfill digests follow no rhythm: if the newest one of a chain is deleted, nothing \
             tells.",
        );
    }
    let Filters {
        accounts,
        regions,
        trails,
        organization,
    } = &context.filters;
    if !(accounts.is_empty() && regions.is_empty() && trails.is_empty() && organization.is_none()) {
        item(
            page,
            "Whatever the filters left out was not looked at (see \"only\" above).",
        );
    }
    let strays = &report.strays;
    if strays.count > 0 {
        let verb = if strays.count == 1 { "is" } else { "are" };
        item(
            page,
            &format!(
                "{} {verb} outside CloudTrail's layout; nothing was concluded about {}:",
                counted(strays.count, "object or folder")
                    .replace("object or folders", "objects or folders"),
                if strays.count == 1 { "it" } else { "them" }
            ),
        );
        for example in strays.examples.iter().take(SHOWN) {
            page.paragraph(6, &object(example));
        }
        let rest = strays.count.saturating_sub(SHOWN as u64);
        if rest > 0 {
            page.line(&format!("      and {} more", count(rest)));
        }
    }
    item(
        page,
        "A signature shows that CloudTrail wrote a file. It does not show that the trail recorded \
         everything: look at its event selectors and at StopLogging and UpdateTrail events.",
    );
}

fn item(page: &mut Page, text: &str) {
    page.paragraph(2, &format!("- {text}"));
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
