//! The sample: two days of a believable organization trail, in which somebody
//! broke in and then tampered with the evidence.
//!
//! It is made for three uses: something to run `trailseal` on without an AWS
//! account, the ground of the forensics' tests, and a demonstration whose truth
//! is known. `sample/STORY.md`, written from the same data, tells everything.
//!
//! From top to bottom: [`Sample::build`] makes records (`background`,
//! `intrusion`), lays them out into log files and hours (`plan`), chooses the
//! four objects to harm (`crimes`), and delivers, signs and harms them
//! (`mirror`). Every byte follows from this source and the committed keys.
//!
//! Record shapes follow the AWS CloudTrail user guide, "CloudTrail record
//! contents" and "CloudTrail userIdentity element". Absent on purpose: Insights,
//! network-activity and aggregated events, backfill digests; the cases of this
//! crate have them.

mod background;
mod cast;
mod clock;
mod credentials;
mod crimes;
mod intrusion;
mod mirror;
mod plan;
mod record;
mod seed;
mod setup;
mod story;
#[cfg(test)]
mod tests;
mod trail_keys;

use std::{io, path::Path};

use crate::{Expect, Finding, Outcome, Tally};

use cast::{LOG_BUCKET, MANAGEMENT, PRODUCTION};

use crimes::Marks;
use mirror::Bucket;
use plan::Chain;
use record::Event;
use trail_keys::TrailKeys;

/// Writes `<root>/sample/` (a mirror with STORY.md beside its manifest) and
/// `<root>/sample-keys.json`. What an earlier run left in `<root>/sample` is
/// removed first.
///
/// # Errors
/// What the file system says.
pub fn write(root: &Path) -> io::Result<()> {
    let sample = Sample::build();
    let folder = root.join("sample");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    sample.bucket.write(&folder)?;
    std::fs::write(folder.join("STORY.md"), story::tell(&sample))?;
    std::fs::write(root.join("sample-keys.json"), sample.keys.keyring())
}

/// Everything that a verifier must report for the sample, without a range and
/// with its keyring.
#[must_use]
pub fn expectation() -> Expect {
    Sample::build().expect()
}

/// The sample before it is written.
struct Sample {
    chains: Vec<Chain>,
    marks: Marks,
    keys: TrailKeys,
    bucket: Bucket,
}

impl Sample {
    /// Builds it. The cover-up names the objects that it destroys, so the first
    /// layout is made without it; its records come later than those objects and
    /// leave them as they were.
    fn build() -> Self {
        let mut events = setup::events();
        events.extend(background::events());
        events.extend(intrusion::events());
        let marks = Marks::choose(&plan::chains(&events));
        events.extend(intrusion::cover_up(&marks));
        let chains = plan::chains(&events);
        let keys = TrailKeys::load();
        let mut bucket = Bucket::delivered(&chains, &keys);
        bucket.suffer(&marks);
        Self {
            chains,
            marks,
            keys,
            bucket,
        }
    }

    /// All hours' logs, with the chain they belong to.
    fn logs(&self) -> impl Iterator<Item = (&Chain, &plan::Log)> {
        self.chains.iter().flat_map(|chain| {
            chain
                .windows
                .iter()
                .flat_map(move |window| window.logs.iter().map(move |log| (chain, log)))
        })
    }

    /// The records that the story speaks of, in the order of time, with the key
    /// of the log that holds each.
    fn noted(&self) -> Vec<(&Event, &str)> {
        let mut noted: Vec<(&Event, &str)> = self
            .logs()
            .flat_map(|(_, log)| log.events.iter().map(|event| (event, log.key.as_str())))
            .filter(|(event, _)| event.note.is_some())
            .collect();
        noted.sort_by_key(|(event, _)| (event.time, event.place, event.id().to_owned()));
        noted
    }

    /// What must be reported.
    fn expect(&self) -> Expect {
        let finding = |code: &str, key: &str| Finding {
            code: code.to_owned(),
            object: format!("s3://{LOG_BUCKET}/{key}"),
        };
        let marks = &self.marks;
        let mut findings = vec![
            finding("digest-absent", &marks.deleted_digest),
            finding("log-absent", &marks.deleted_log),
            finding("log-hash-mismatch", &marks.edited),
            finding("log-unreferenced", &marks.planted),
        ];
        findings.extend(
            marks
                .unvouched
                .iter()
                .map(|key| finding("log-unvouched", key)),
        );
        findings.sort();
        let digests: usize = self.chains.iter().map(|chain| chain.windows.len()).sum();
        let tally = Tally {
            digests_verified: digests - 1,
            logs_verified: self.logs().count() - marks.unvouched.len() - 2,
        };
        Expect {
            outcome: Outcome::Failed,
            exit: Outcome::Failed.exit(),
            findings,
            tally: Some(tally),
        }
    }
}
