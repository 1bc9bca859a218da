//! What was concluded, as the report of a bundle.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use trailseal_forensics::report::case::Case;
use trailseal_forensics::report::control::Framework;
use trailseal_forensics::report::{
    Attachment, EVIDENCE_SCHEMA, Events, Evidence, Keys, SignedBy, State, Tool, unproved,
};
use trailseal_verifier::report::Report;

use super::exhibits::PutDown;
use crate::render::Context;

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
    pub(super) report: Report,
    pub(super) context: Context,
    pub(super) put_down: PutDown,
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
            report,
            context,
            put_down,
            events,
            controls,
            sources,
            attachments,
        } = parts;
        let findings = put_down.findings;
        let state = State::of(&report);
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
            summary: findings.headline.sentence(&report),
            case,
            signature,
            command: repeatable(&context.command),
            sources,
            keys: Keys::from(&context.keyring),
            not_proved: unproved(&report, &context.filters)
                .into_iter()
                .map(|item| item.text)
                .collect(),
            findings_left_out: findings.left_out(),
            findings: findings.kept,
            codes,
            input: context.input,
            filters: context.filters,
            report,
            objects: put_down.objects,
            included: put_down.included,
            events,
            controls,
            attachments,
        }
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

/// The files of a copy that say what is in it.
///
/// # Errors
/// If one of them cannot be read.
pub(super) fn sources(copy: Option<&Path>) -> Result<Vec<Attachment>> {
    let mut sources = Vec::new();
    for name in ["manifest.jsonl", "extent.jsonl"] {
        let Some(path) = copy
            .map(|copy| copy.join(name))
            .filter(|path| path.is_file())
        else {
            continue;
        };
        let (sha256, size) = super::bundle::hashed(&path)?;
        sources.push(Attachment {
            name: name.to_owned(),
            sha256,
            size,
        });
    }
    Ok(sources)
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
