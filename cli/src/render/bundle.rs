//! A bundle that was written, and one that came back.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use trailseal_forensics::report::check::{Check, Signer, Verdict};
use trailseal_forensics::report::{Evidence, SignedBy};
use trailseal_keys::signing::KeyId;
use trailseal_keys::timestamp::TimeStamp;
use trailseal_verifier::verdict::Answer;

use super::human::word;
use super::page::{Colour, Page};
use super::text::{count, counted};
use super::visible_json;
use crate::escape::Printable;

/// The column of the verdict, with the space behind it.
const LABEL: usize = 11;
/// Files that are named before "and N more".
const SHOWN: usize = 50;

/// What is said when a bundle is written.
pub(crate) fn bundle_line(evidence: &Evidence, folder: &Path, stamp: Option<&TimeStamp>) -> String {
    let mut page = Page::new(Colour::Off);
    page.beside(
        0,
        (word(evidence.outcome()), None),
        LABEL,
        &evidence.summary,
    );
    let folder = Printable(folder.display()).to_string();
    page.beside(0, ("bundle", None), LABEL, &folder);
    let signed = match evidence.signature {
        SignedBy::Signed { key, algorithm } => format!("by key {key} ({algorithm})"),
        SignedBy::Unsigned => "by nobody: whoever holds it can change all of it".to_owned(),
    };
    page.beside(0, ("signed", None), LABEL, &signed);
    if let Some(stamp) = stamp {
        let text = format!("{} by {}", stamp.time(), stamp.authority());
        page.beside(0, ("stamped", None), LABEL, &Printable(text).to_string());
    }
    page.into_text()
}

/// The verdict on a bundle, for people.
pub(crate) fn bundle_verdict_text(page: &mut Page, verdict: &Verdict, bundle: &Path) {
    let answer = verdict.answer();
    let sentence = match (answer, verdict.signer) {
        (Answer::Verified, _) => "the bundle is as the holder of the key signed it",
        (Answer::Unchecked, Some(Signer::Enclosed(_))) => {
            "nothing was altered since whoever has the key in the bundle signed it"
        }
        (Answer::Unchecked, None) => "nothing contradicts itself, and nobody signed it",
        (Answer::Unchecked, Some(Signer::Supplied(_))) => {
            "the bundle is as the holder of the key signed it, and not all could be checked"
        }
        (Answer::Failed, _) => "this is not the bundle that was signed",
    };
    page.beside(0, (word(answer), Some(answer.into())), LABEL, sentence);
    let path = Printable(bundle.display()).to_string();
    page.beside(0, ("bundle", None), LABEL, &path);
    if let Some(stated) = &verdict.stated {
        let text = format!(
            "made {}; outcome {}, {}; {} in its inventory",
            stated.made,
            stated.outcome,
            stated.state,
            counted(stated.objects, "line")
        );
        page.beside(0, ("states", None), LABEL, &Printable(text).to_string());
    }
    page.heading("CHECKS", "");
    for check in &verdict.checks {
        write_check(page, check);
    }
    page.heading("NOT SHOWN BY THIS", "");
    let mut right =
        "- That the report is right: it is what the holder of the key stated.".to_owned();
    if !verdict.is_deep() {
        right += " --deep verifies the CloudTrail objects in the bundle again.";
    }
    page.paragraph(2, &right);
    page.paragraph(2, "- When it was signed, unless a time stamp says so.");
}

fn write_check(page: &mut Page, check: &Check) {
    let answer = check.answer;
    let word = word(answer).to_lowercase();
    let detail = Printable(&check.detail).to_string();
    page.beside(
        2,
        (&word, Some(answer.into())),
        LABEL,
        &format!("{}: {detail}", check.name),
    );
    for file in check.files.iter().take(SHOWN) {
        page.paragraph(LABEL + 4, &Printable(file).to_string());
    }
    let rest = check.files.len().saturating_sub(SHOWN);
    if rest > 0 {
        let rest = u64::try_from(rest).unwrap_or(u64::MAX);
        page.line(&format!("{:15}and {} more", "", count(rest)));
    }
}

/// The same as one document.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn bundle_verdict_json(verdict: &Verdict) -> Result<String> {
    let (key, key_came_with_bundle) = match verdict.signer {
        None => (None, None),
        Some(Signer::Enclosed(key)) => (Some(key), Some(true)),
        Some(Signer::Supplied(key)) => (Some(key), Some(false)),
    };
    let stated = verdict.stated.as_ref().map(|stated| StatedJson {
        made: &stated.made,
        outcome: &stated.outcome,
        state: &stated.state,
        objects: stated.objects,
    });
    visible_json::document(&Document {
        schema: "trailseal-bundle-check/1",
        answer: verdict.answer(),
        key,
        key_came_with_bundle,
        stated,
        checks: verdict.checks.iter().map(CheckJson::from).collect(),
    })
}

#[derive(Serialize)]
struct Document<'v> {
    schema: &'static str,
    answer: Answer,
    key: Option<KeyId>,
    key_came_with_bundle: Option<bool>,
    stated: Option<StatedJson<'v>>,
    checks: Vec<CheckJson<'v>>,
}

#[derive(Serialize)]
struct StatedJson<'v> {
    made: &'v str,
    outcome: &'v str,
    state: &'v str,
    objects: u64,
}

#[derive(Serialize)]
struct CheckJson<'v> {
    name: &'static str,
    answer: Answer,
    detail: &'v str,
    files: &'v [String],
}

impl<'v> From<&'v Check> for CheckJson<'v> {
    fn from(check: &'v Check) -> Self {
        Self {
            name: check.name,
            answer: check.answer,
            detail: &check.detail,
            files: &check.files,
        }
    }
}
