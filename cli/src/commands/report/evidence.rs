//! What was concluded, as the report of a bundle.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use trailseal_forensics::report::case::Case;
use trailseal_forensics::report::control::Framework;
use trailseal_forensics::report::sections::Sections;
use trailseal_forensics::report::text::time;
use trailseal_forensics::report::{
    Attachment, Basis, EVIDENCE_SCHEMA, Events, Evidence, Filters, Input, Keys, SignedBy, State,
    StatedCase, Tool, unproved,
};
use trailseal_verifier::report::Report;
use trailseal_verifier::verdict::Answer;

use super::super::reading::Reading;
use super::exhibits::PutDown;

/// Options whose values say where something lies on this machine, and nothing of
/// the evidence.
const LOCAL: [&str; 6] = [
    "--out",
    "--passphrase-env",
    "--passphrase-file",
    "--signing-key",
    "--timestamp-url",
    "--tsa-ca",
];

/// What a report is made of.
pub(super) struct Parts {
    pub(super) made: Timestamp,
    pub(super) case: Case,
    pub(super) signature: SignedBy,
    pub(super) basis: Basis,
    pub(super) report: Report,
    pub(super) command: Vec<String>,
    pub(super) input: Input,
    pub(super) filters: Filters,
    pub(super) keys: Keys,
    pub(super) put_down: PutDown,
    pub(super) sections: Sections,
    pub(super) events: Option<Events>,
    pub(super) controls: Vec<Framework>,
    pub(super) sources: Vec<Attachment>,
    pub(super) attachments: Vec<Attachment>,
}

impl From<Parts> for Evidence {
    fn from(parts: Parts) -> Self {
        let Parts {
            made,
            case,
            signature,
            basis,
            mut report,
            command,
            input,
            filters,
            keys,
            put_down,
            sections,
            events,
            controls,
            sources,
            attachments,
        } = parts;
        let findings = put_down.findings;
        let mut not_proved: Vec<String> = unproved(&report, &filters)
            .into_iter()
            .map(|item| item.text)
            .collect();
        let mut summary = findings.headline.sentence(&report);
        let state = match &basis {
            Basis::Evidence => State::of(&report),
            Basis::Case(case) => {
                summary = stated(case, &summary);
                not_proved.insert(0, NOT_CHECKED_AGAIN.to_owned());
                report.outcome = report.outcome.max(Answer::Unchecked);
                State::of_stated(&report)
            }
        };
        let codes = findings.headline.codes().clone();
        let outcome = report.outcome;
        let controls = controls
            .into_iter()
            .map(|framework| framework.assess(&codes, outcome, state))
            .collect();
        Self {
            schema: EVIDENCE_SCHEMA,
            tool: Tool::THIS,
            made,
            state,
            summary,
            case,
            signature,
            command: repeatable(&command),
            basis,
            sources,
            keys,
            sections,
            not_proved,
            findings_left_out: findings.left_out(),
            findings: findings.kept,
            codes,
            input,
            filters,
            report,
            objects: put_down.objects,
            included: put_down.included,
            events,
            controls,
            attachments,
        }
    }
}

/// What a report from a case does not show, before all else.
const NOT_CHECKED_AGAIN: &str = "Nothing was checked again: verdicts, coverage, counts and findings \
    are what the case states, and whoever can write to that file can change them. The inventory is \
    the case's: logs that had records, the digests that it names, objects of findings. The objects \
    themselves and the CloudTrail keys are not in it. Verify a copy of the logs to know.";

/// The conclusion of a case, as its own.
fn stated(case: &StatedCase, sentence: &str) -> String {
    match case.verifications.last() {
        Some(newest) => format!(
            "not checked again; the case states of {}: {} ({sentence})",
            time(newest.at),
            newest.outcome
        ),
        None => "the case states no verification".to_owned(),
    }
}

/// The command line without what belongs to this machine: the same question gives
/// the same report anywhere.
fn repeatable(command: &[String]) -> Vec<String> {
    let mut kept = vec!["trailseal".to_owned()];
    let mut words = command.iter().skip(1);
    while let Some(word) = words.next() {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if !LOCAL.contains(&name) {
            kept.push(word.clone());
        } else if name == word {
            words.next();
        }
    }
    kept
}

/// The files of a source that say what is in it: of a copy, its lists; a case.
///
/// # Errors
/// If one of them cannot be read.
pub(super) fn sources(reading: &Reading) -> Result<Vec<Attachment>> {
    match reading {
        Reading::Walked(plan, _) => plan.copy().map_or(Ok(Vec::new()), |copy| {
            let lists = ["manifest.jsonl", "extent.jsonl"].map(|name| copy.join(name));
            let lists = lists.iter().filter(|path| path.is_file());
            lists.map(|path| attachment(path)).collect()
        }),
        Reading::Case(case) => Ok(vec![attachment(case.path())?]),
        Reading::Bare(_) => Ok(Vec::new()),
    }
}

fn attachment(path: &Path) -> Result<Attachment> {
    let (sha256, size) = super::bundle::hashed(path)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(Attachment {
        name: name.to_string_lossy().into_owned(),
        sha256,
        size,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_things_lie_is_left_out() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let command = words(
            "/opt/trailseal report copy --keys k.json --out /tmp/x --signing-key=/root/key \
             --passphrase-env P --at 2026-01-01T00:00:00Z",
        );
        let kept = words("trailseal report copy --keys k.json --at 2026-01-01T00:00:00Z");
        assert_eq!(repeatable(&command), kept);
    }
}
