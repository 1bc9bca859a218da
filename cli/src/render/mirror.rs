//! What was copied, by whom and when: for a custody log.

use std::io::{self, Write};

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_aws::s3::copy::{self, Copy, Fetches};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::source::mirror::Finished;
use trailseal_verifier::verdict::Answer;

use super::Filters;
use super::page::{Colour, Ink, Page};
use super::text::{bytes, count, counted};
use super::visible_json::write_indented;
use crate::commands::Verdict;
use crate::escape::Printable;
use crate::output::tolerate_broken_pipe;

/// The name and version of the form.
const SCHEMA: &str = "trailseal-mirror/1";
/// The column of the words.
const LABEL: usize = 11;

/// A finished copy.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "trailseal mirror summary"))]
pub(crate) struct CopySummary {
    /// The form of this document and its version.
    schema: &'static str,
    /// The program that made the copy, and its version.
    tool: &'static str,
    /// The command line, one argument each.
    command: Vec<String>,
    /// Who asked AWS, where AWS said so.
    pub(crate) caller: Option<String>,
    /// When the run began.
    started: Timestamp,
    /// When it ended, the verification included.
    pub(crate) finished: Timestamp,
    /// What was copied from.
    source: CopySource,
    /// The folder that was copied to, as it was given.
    folder: String,
    /// Start of the range, if one was asked for. A day more was copied.
    pub(crate) from: Option<Timestamp>,
    /// Its end.
    pub(crate) to: Option<Timestamp>,
    /// What the copy was narrowed to.
    pub(crate) filters: Filters,
    /// Whether logs were left out.
    pub(crate) digests_only: bool,
    /// Objects in the bucket that were asked for.
    listed: Amount,
    /// Those that were fetched.
    fetched: Amount,
    /// Those that the mirror had already, unchanged.
    kept: Amount,
    /// Files of the mirror that were replaced; they are kept in `_superseded`.
    superseded: Amount,
    /// Objects that were in the bucket and are not any more; the mirror keeps what it had.
    vanished: u64,
    /// Those of them that are digests and logs by their names: expired by a lifecycle rule, or
    /// deleted.
    vanished_of_trails: u64,
    /// Objects that were deleted while the copy was made.
    gone: u64,
    /// Objects that could not be read.
    pub(crate) unread: Amount,
    /// The manifest of the mirror.
    manifest: Option<Manifest>,
    /// What the verification of the mirror concluded; nothing if none was asked for.
    pub(crate) verification: Option<Verification>,
}

/// Where a copy comes from.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CopySource {
    /// The bucket.
    pub(crate) bucket: String,
    /// Its Region, if it is known.
    pub(crate) region: Option<String>,
    /// The key prefix.
    pub(crate) prefix: String,
    /// The endpoint that was asked instead of AWS's own.
    pub(crate) endpoint: Option<String>,
}

/// Objects and their stored bytes.
#[derive(Clone, Copy, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Amount {
    pub(crate) objects: u64,
    pub(crate) bytes: u64,
}

impl From<copy::Amount> for Amount {
    fn from(amount: copy::Amount) -> Self {
        Self {
            objects: amount.objects,
            bytes: amount.bytes,
        }
    }
}

#[derive(Clone, Copy, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Manifest {
    /// The hash of `manifest.jsonl`.
    sha256: Sha256,
    /// The objects it names.
    objects: u64,
}

/// What the verification concluded.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Verification {
    /// The answer; nothing if there is no result.
    outcome: Option<Answer>,
    /// Whether it was interrupted, so that the answer is of a part.
    interrupted: bool,
    /// Why there is no result.
    error: Option<String>,
}

impl Verification {
    pub(crate) fn of(verdict: Verdict) -> Self {
        Self {
            outcome: Some(verdict.answer),
            interrupted: verdict.interrupted,
            error: None,
        }
    }

    pub(crate) fn not_run(error: String) -> Self {
        Self {
            outcome: None,
            interrupted: false,
            error: Some(error),
        }
    }
}

impl CopySummary {
    /// A copy that has not begun.
    pub(crate) fn new(source: CopySource, folder: String, started: Timestamp) -> Self {
        Self {
            schema: SCHEMA,
            tool: concat!("trailseal ", env!("CARGO_PKG_VERSION")),
            command: std::env::args_os()
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            caller: None,
            started,
            finished: started,
            source,
            folder,
            from: None,
            to: None,
            filters: Filters::default(),
            digests_only: false,
            listed: Amount::default(),
            fetched: Amount::default(),
            kept: Amount::default(),
            superseded: Amount::default(),
            vanished: 0,
            vanished_of_trails: 0,
            gone: 0,
            unread: Amount::default(),
            manifest: None,
            verification: None,
        }
    }

    /// Whether the copy itself leaves something open, whatever is proved of what is
    /// in it: objects that were not read, digests and logs that have vanished,
    /// or nothing at all to copy.
    pub(crate) fn leaves_open(&self) -> bool {
        self.unread.objects > 0
            || self.vanished_of_trails > 0
            || self.gone > 0
            || self.listed.objects == 0
    }

    /// Notes what was copied.
    pub(crate) fn copied(&mut self, copy: &Copy<'_, '_>, fetches: Fetches, finished: Finished) {
        self.listed = copy.listed.into();
        self.kept = copy.kept.into();
        self.vanished = copy.vanished.objects;
        self.vanished_of_trails = copy.vanished.of_trails;
        self.fetched = fetches.fetched.into();
        self.superseded = fetches.superseded.into();
        self.unread = fetches.unread.into();
        self.gone = fetches.gone;
        self.manifest = Some(Manifest {
            sha256: finished.manifest,
            objects: finished.objects,
        });
        self.finished = Timestamp::now();
    }
}

/// The summary as JSON.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn copy_summary_json(summary: &CopySummary, mut out: impl Write) -> Result<()> {
    let written: io::Result<()> =
        write_indented(&mut out, summary).and_then(|()| out.write_all(b"\n"));
    tolerate_broken_pipe(written)
}

fn vanished(summary: &CopySummary) -> String {
    let objects = counted(summary.vanished, "object");
    let mut text = format!("{objects} not in the bucket any more; the copy keeps what it had");
    if summary.vanished_of_trails > 0 {
        let CopySource { bucket, prefix, .. } = &summary.source;
        text.push_str(&format!(
            ". {} of them are digests or logs: a lifecycle rule has expired them, or someone has \
             deleted them. A verdict over the copy does not tell; trailseal verify \
             s3://{bucket}/{prefix} judges the bucket as it is now",
            count(summary.vanished_of_trails)
        ));
    }
    text
}

/// The summary for people.
pub(crate) fn copy_summary_text(summary: &CopySummary, colour: Colour) -> String {
    let mut page = Page::new(colour);
    let mut row = |label: &str, ink: Option<Ink>, text: String| {
        page.beside(0, (label, ink), LABEL, &Printable(text).to_string());
    };
    let CopySource { bucket, prefix, .. } = &summary.source;
    row(
        "COPIED",
        Some(Ink::Strong),
        format!("s3://{bucket}/{prefix} to {}", summary.folder),
    );
    let amount =
        |Amount { objects, bytes: b }: Amount| format!("{} ({})", count(objects), bytes(b));
    row(
        "objects",
        None,
        format!(
            "{} listed; {} fetched, {} unchanged",
            amount(summary.listed),
            amount(summary.fetched),
            amount(summary.kept)
        ),
    );
    if summary.listed.objects == 0 {
        let text = "there is nothing to copy: check the bucket and the prefix, and what stands \
                    after --account, --region, --organization, --from and --to";
        row("nothing", Some(Ink::Doubtful), text.to_owned());
    }
    if summary.unread.objects > 0 {
        let text = format!(
            "{} could not be read: the copy says so, and the next run tries again",
            counted(summary.unread.objects, "object")
        );
        row("unread", Some(Ink::Doubtful), text);
    }
    if summary.superseded.objects > 0 {
        let text = format!(
            "{} changed in the bucket since the last copy; what was here is in _superseded",
            counted(summary.superseded.objects, "object")
        );
        row("changed", Some(Ink::Doubtful), text);
    }
    if summary.vanished > 0 {
        row("vanished", Some(Ink::Doubtful), vanished(summary));
    }
    if summary.gone > 0 {
        let text = format!(
            "{} deleted while the copy was made",
            counted(summary.gone, "object")
        );
        row("gone", Some(Ink::Doubtful), text);
    }
    if let Some(Manifest { sha256, objects }) = summary.manifest {
        row(
            "manifest",
            None,
            format!("{}, SHA-256 {sha256}", counted(objects, "object")),
        );
    }
    if let Some(caller) = &summary.caller {
        row("caller", None, caller.clone());
    }
    page.line("");
    page.into_text()
}
