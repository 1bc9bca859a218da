//! `trailseal case build`: the events of evidence, with what vouches for them,
//! into one file.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_forensics::case::{Builder, Built, CaseError, Feed, KeyringUsed, Verification};
use trailseal_forensics::reader::Limits;
use trailseal_verifier::limits::Limits as WalkLimits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::{Progress, Sink};

use super::super::evidence::{Between, EvidenceArgs, Opened, Plan, Work, command};
use super::super::reading::{Admission, Doubtful, Files};
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::output;
use crate::render::case_built_text;
use crate::time_arg::{ACCEPTED, TimeArg};

const EXAMPLES: &str = "  A copy, once; then any number of questions:
    trailseal case build ./copy --keys keys.json -o case.sqlite
    trailseal whois ASIAIEXAMPLEKEY case.sqlite
    trailseal sql case.sqlite \"SELECT event_name, count(*) FROM events GROUP BY 1\"

  More evidence into the same case: only what is new is read:
    trailseal case build ./copy-of-april --keys keys.json -o case.sqlite

  Records that nothing vouches for, marked so:
    trailseal case build ./exported-events --allow-unverified -o case.sqlite

A case states what was verified when it was built, by whom and with which keys.
Whoever can write to the file can change what it states: where it leaves your hands,
keep its SHA-256 (sha256sum case.sqlite).";

/// Build a case, or add to one: only what is new is read.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(in super::super) struct Args {
    /// Start of the time whose logs are read.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    #[arg(long_help = format!("Start of the time whose logs are read: {ACCEPTED}."))]
    from: Option<TimeArg>,

    /// End of the time whose logs are read, not itself included; forms as for --from.
    #[arg(long, value_name = "TIME", help_heading = "Range and scope")]
    to: Option<TimeArg>,

    #[command(flatten)]
    evidence: EvidenceArgs,

    /// Read logs that are not verified too, and mark their events. Without --keys, PATH may
    /// then be any file or folder of records.
    #[arg(long)]
    allow_unverified: bool,

    /// The case: made if it is not there, added to if it is.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: PathBuf,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let admission = match self.allow_unverified {
            true => Admission::All,
            false => Admission::Verified,
        };
        let bare = self.evidence.is_copy() && self.evidence.keys.is_empty();
        if bare && admission == Admission::All {
            let files = Files(self.evidence.paths);
            let builder = open(&self.output)?;
            let (builder, verification) = from_files(builder, &files, started)?;
            return finish(builder, &verification, &self.output);
        }
        let between = Between {
            from: self.from,
            to: self.to,
        };
        let plan = Plan::of(self.evidence, between, || started)?;
        let building = Building {
            builder: open(&self.output)?,
            admission,
            limits: plan.request.limits,
            started,
        };
        let (builder, verification) = plan.open(started, building)?;
        finish(builder, &verification, &self.output)
    }
}

fn open(path: &Path) -> Result<Builder, Failure> {
    let builder = if path.exists() {
        Builder::extend(path)
    } else {
        Builder::create(path)
    };
    builder.map_err(could_not)
}

fn could_not(error: CaseError) -> Failure {
    Failure::CouldNotRun(error.into())
}

fn finish(builder: Builder, verification: &Verification, path: &Path) -> Result<Exit, Failure> {
    let built: Built = builder.finish(verification).map_err(could_not)?;
    let text = case_built_text(&built, verification, path);
    output::print(&text).map_err(Failure::CouldNotRun)?;
    Ok(match verification.interrupted {
        true => Exit::Interrupted,
        false if built.tally.is_complete() => verification.outcome.into(),
        false => verification.outcome.max(Answer::Unchecked).into(),
    })
}

/// Verifies, and builds.
struct Building {
    builder: Builder,
    admission: Admission,
    limits: WalkLimits,
    started: Timestamp,
}

impl Work for Building {
    type Output = (Builder, Verification);

    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<Self::Output, Failure> {
        let Self {
            mut builder,
            admission,
            limits,
            started,
        } = self;
        let progress = opened.progress();
        let source = opened.source;
        let fed = builder.fed(Limits::default(), &progress, |feed| {
            let mut sink = Feeding {
                feed,
                doubtful: Doubtful::new(source, limits, admission),
                progress: &progress,
            };
            let (report, context) = opened.verify(feed, &mut sink);
            sink.flush();
            (report, context)
        });
        let (report, context) = fed.map_err(could_not)?;
        let keyrings = context.keyring.sources().iter();
        let keyrings = keyrings.map(|source| KeyringUsed {
            description: source.to_string(),
            sha256: source.sha256.clone(),
        });
        let verification = Verification {
            at: started,
            tool: tool(),
            command: context.command.join(" "),
            input: context.input.path.clone(),
            keyrings: keyrings.collect(),
            outcome: report.outcome,
            interrupted: report.interrupted,
            report: serde_json::to_string(&report).map_err(|it| Failure::CouldNotRun(it.into()))?,
        };
        Ok((builder, verification))
    }
}

fn tool() -> String {
    concat!("trailseal ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// Files of which nothing is verified.
fn from_files(
    mut builder: Builder,
    files: &Files,
    started: Timestamp,
) -> Result<(Builder, Verification), Failure> {
    let mut gathered = files.begin();
    let progress = Progress::default();
    let fed = builder.fed(Limits::default(), &progress, |feed| {
        files.each(
            &mut gathered,
            |file| feed.unverified(file),
            |_, fed| match fed.is_break() {
                true => Err(anyhow!("the case can no longer be written")),
                false => Ok(()),
            },
        )
    });
    fed.map_err(could_not)??;
    let verification = Verification {
        at: started,
        tool: tool(),
        command: command().join(" "),
        input: gathered.source.clone(),
        keyrings: Vec::new(),
        outcome: Answer::Unchecked,
        interrupted: gathered.interrupted,
        report: "null".to_owned(),
    };
    Ok((builder, verification))
}

/// Feeds findings, and logs that are not verified where they are admitted.
struct Feeding<'f, 'b, S> {
    feed: &'f Feed<'b>,
    doubtful: Doubtful<'f, S>,
    progress: &'f Progress,
}

impl<S: Source> Feeding<'_, '_, S> {
    fn flush(&mut self) {
        let feed = self.feed;
        for fed in self
            .doubtful
            .read(|log| feed.unverified(log))
            .into_iter()
            .flatten()
        {
            if fed.is_break() {
                self.progress.stop();
            }
        }
    }
}

impl<S: Source> Sink<()> for Feeding<'_, '_, S> {
    fn finding(&mut self, finding: Finding) {
        self.doubtful.finding(&finding);
        if self.feed.finding(finding).is_break() {
            self.progress.stop();
        }
        if self.doubtful.is_due() {
            self.flush();
        }
    }

    fn unjudged(&mut self, log: &ObjectRef) {
        self.doubtful.note(log, None);
        if self.doubtful.is_due() {
            self.flush();
        }
    }
}
