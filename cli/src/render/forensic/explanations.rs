//! What explains findings of the verifier: a section of its report.

use serde::Serialize;
use trailseal_forensics::antiforensics::Explanation;
use trailseal_verifier::verdict::Finding;

use super::{finding, name};
use crate::render::page::Page;
use crate::render::text::{count, counted};

/// Findings that are shown.
const SHOWN: usize = 20;

/// A finding with its explanation: one element of the member `explanations` of
/// a report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ExplainedFinding<'a> {
    #[serde(flatten)]
    finding: &'a Finding,
    #[serde(flatten)]
    #[cfg_attr(test, schemars(with = "Told"))]
    explanation: &'a Explanation<'a>,
    /// The explanation in words.
    sentence: String,
}

/// What an [`Explanation`] looks like.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "a description")]
struct Told {
    /// `explained`, `possible` or `unexplained`.
    explanation: String,
    /// The events, oldest first: `hit` (the event), `technique`, `until` (what
    /// undid it), `basis` (what ties it to the finding).
    causes: Option<Vec<std::collections::BTreeMap<String, serde_json::Value>>>,
    /// Time of the finding that they leave unexplained.
    rest: Option<Vec<trailseal_verifier::coverage::Interval>>,
}

/// Findings with their explanations, but for those that are not a matter of
/// events.
pub(crate) fn explained<'a>(
    explanations: &'a [(Finding, Explanation<'a>)],
) -> Vec<ExplainedFinding<'a>> {
    asked(explanations)
        .map(|(finding, explanation)| ExplainedFinding {
            finding,
            explanation,
            sentence: name::phrase(&explanation.phrase()),
        })
        .collect()
}

/// Writes the section; nothing if no finding is a matter of events.
pub(crate) fn explanations_text(page: &mut Page, explanations: &[(Finding, Explanation<'_>)]) {
    let all = asked(explanations).count();
    if all == 0 {
        return;
    }
    let number = |is: fn(&Explanation<'_>) -> bool| {
        let found = explanations.iter().filter(|(_, it)| is(it)).count();
        count(found as u64)
    };
    let totals = format!(
        "{} of {} by events on record, {} perhaps, {} not",
        number(|it| matches!(it, Explanation::Explained { .. })),
        counted(all as u64, "finding"),
        number(|it| matches!(it, Explanation::Possible { .. })),
        number(|it| matches!(it, Explanation::Unexplained)),
    );
    page.heading("EXPLAINED BY", &totals);
    for (finding, explanation) in asked(explanations).take(SHOWN) {
        page.hanging(2, 4, &finding::line(finding));
        page.hanging(6, 8, &name::phrase(&explanation.phrase()));
    }
    if all > SHOWN {
        let more = count((all - SHOWN) as u64);
        page.line(&format!("  and {more} more: --format json has all of them"));
    }
}

fn asked<'a, 's>(
    explanations: &'a [(Finding, Explanation<'s>)],
) -> impl Iterator<Item = &'a (Finding, Explanation<'s>)> {
    explanations
        .iter()
        .filter(|(_, it)| !matches!(it, Explanation::NotAsked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::forensic::sample::{self, sample};
    use trailseal_forensics::antiforensics::{Story, explain};

    fn explanations(story: &Story) -> Vec<(Finding, Explanation<'_>)> {
        let findings = sample().findings.iter();
        findings
            .map(|finding| (finding.clone(), explain(finding, story)))
            .collect()
    }

    #[test]
    fn each_crime_has_its_event() {
        let story = sample().verified.story();
        let explanations = explanations(&story);
        let text = sample::text(|page| explanations_text(page, &explanations));
        assert!(
            text.starts_with(
                "\nEXPLAINED BY  4 of 4 findings by events on record, 0 perhaps, 0 not\n"
            ),
            "{text}"
        );
        for part in [
            "  log-hash-mismatch 111122223333_CloudTrail_us-east-1_20260311T0219Z_DJ57N6j9xAlTr4nV",
            "explained by PutObject by arn:aws:iam::111122223333:user/backup-operator at",
            "explained by DeleteObject by",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("log-unvouched"), "{text}");
    }

    #[test]
    fn without_a_story_all_are_unexplained() {
        let story = Story::default();
        let explanations = explanations(&story);
        let text = sample::text(|page| explanations_text(page, &explanations));
        assert!(
            text.contains("0 of 4 findings by events on record, 0 perhaps, 4 not"),
            "{text}"
        );
        assert!(
            text.contains("unexplained: no event on record says why"),
            "{text}"
        );
    }

    #[test]
    fn programs_get_finding_and_explanation_in_one() {
        let story = sample().verified.story();
        let explanations = explanations(&story);
        let list = serde_json::to_value(explained(&explanations)).unwrap();
        let list = list.as_array().unwrap();
        assert_eq!(list.len(), 4);
        let altered = list
            .iter()
            .find(|one| one["code"] == "log-hash-mismatch")
            .unwrap();
        assert_eq!(altered["explanation"], "explained");
        assert_eq!(altered["causes"][0]["basis"], "same-object");
        assert_eq!(altered["causes"][0]["technique"], "log-object-written");
        assert!(altered["object"].as_str().unwrap().starts_with("s3://"));
    }
}
