//! What can be typed after `trailseal report`.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use trailseal_forensics::report::bundle::Include;
use trailseal_forensics::report::case::CaseText;
use trailseal_forensics::report::control::Framework;
use trailseal_forensics::report::sections::Section;

use super::super::reading::ReadingArgs;
#[cfg(feature = "aws")]
use super::authority::AuthorityArgs;
use super::signing::SigningArgs;
use super::{timestamp, verify};
use crate::exit::{EXIT_CODES, Exit, Failure};

const EXAMPLES: &str = "  A signed report of a quarter, with everything that is not verified in it:
    trailseal keys generate -o evidence.pem
    trailseal report ./copy --keys keys.json --from 2026-01-01 --to 2026-04-01 \\
      --signing-key evidence.pem --out q1-evidence --include-objects failed
    trailseal report verify q1-evidence --key evidence.pem.pub

  For a case, with what one user did, under the controls of two frameworks:
    trailseal report ./copy --keys keys.json --from 2026-03-10 --to 2026-03-12 \\
      --signing-key evidence.pem --out ir-7 --case-number IR-7 --examiner 'Mary Major' \\
      --actor DeployRole --events csv,jsonl --controls pci,nist

  What a case states, with who did what, for somebody who has no SQLite:
    trailseal report case.sqlite --signing-key evidence.pem --out ir-7-events \\
      --events csv --sections actors,sessions,timeline

The bundle is a folder: the report as HTML, PDF and JSON, an inventory of every
digest and log, the CloudTrail keys, the objects asked for, a signed statement over
all of them, and how to check it with openssl and sha256sum alone (VERIFY.md).
--from and --to are the time that must be covered, and that of the events.";

/// Write a signed bundle of evidence, or verify one.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}")
)]
pub(in super::super) struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    make: MakeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(verify::Args),
    Timestamp(timestamp::Args),
}

impl Args {
    pub(in super::super) fn run(self) -> Result<Exit, Failure> {
        match (self.command, self.make.out.clone()) {
            (Some(Command::Verify(args)), _) => args.run(),
            (Some(Command::Timestamp(args)), _) => args.run(),
            (None, Some(out)) => self.make.run(&out),
            (None, None) => Err(Failure::Usage(anyhow!(
                "where to? give --out PLACE, or say `trailseal report verify BUNDLE`"
            ))),
        }
    }
}

/// What a bundle is made of.
#[derive(Debug, clap::Args)]
pub(super) struct MakeArgs {
    #[command(flatten)]
    pub(super) reading: ReadingArgs,

    /// The folder to write, or a ZIP if the name ends with .zip; it must not be there yet.
    #[arg(long, value_name = "PLACE", required = true, help_heading = "Bundle")]
    pub(super) out: Option<PathBuf>,

    /// Which objects to put into the bundle themselves.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHICH",
        help_heading = "Bundle"
    )]
    pub(super) include_objects: IncludeArg,

    /// Put events into the bundle: those of the range, or those that the options of "Which
    /// events" name; both forms if these are given alone.
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        value_delimiter = ',',
        help_heading = "Bundle"
    )]
    pub(super) events: Vec<EventsArg>,

    /// What the report says of events: acts against evidence, who acted, sessions and keys
    /// with who stands behind each, what happened. Of events asked for, but for acts,
    /// which are told whoever did them. If not given: acts, and actors if events are in
    /// the bundle.
    #[arg(
        long,
        value_enum,
        value_name = "LIST",
        value_delimiter = ',',
        help_heading = "Bundle"
    )]
    pub(super) sections: Vec<SectionArg>,

    /// Group the findings under the controls of these frameworks.
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = framework,
        help_heading = "Bundle"
    )]
    pub(super) controls: Vec<Framework>,

    /// Write the controls as OSCAL assessment results (JSON), too.
    #[arg(long, requires = "controls", help_heading = "Bundle")]
    pub(super) oscal: bool,

    /// The time that the report says it was made at, if not now: the same evidence, keys,
    /// question and time give the same bytes again.
    #[arg(long, value_name = "TIME", help_heading = "Bundle")]
    pub(super) at: Option<Timestamp>,

    #[command(flatten)]
    pub(super) case: CaseArgs,

    #[command(flatten)]
    pub(super) signing: SigningArgs,

    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(super) authority: AuthorityArgs,
}

fn framework(name: &str) -> Result<Framework, String> {
    Framework::named(name).map_err(|error| error.to_string())
}

/// Which objects are in the bundle themselves.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(super) enum IncludeArg {
    /// None: the inventory has their hashes.
    #[default]
    None,
    /// Those that are not verified, and the digests that name them.
    Failed,
    /// All that are there.
    All,
}

impl From<Include> for IncludeArg {
    fn from(include: Include) -> Self {
        match include {
            Include::None => Self::None,
            Include::Failed => Self::Failed,
            Include::All => Self::All,
        }
    }
}

impl From<IncludeArg> for Include {
    fn from(arg: IncludeArg) -> Self {
        match arg {
            IncludeArg::None => Self::None,
            IncludeArg::Failed => Self::Failed,
            IncludeArg::All => Self::All,
        }
    }
}

/// The forms of events.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum EventsArg {
    /// One JSON object a line.
    Jsonl,
    /// For a spreadsheet.
    Csv,
}

/// The sections of what records say.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum SectionArg {
    /// Who did something.
    Actors,
    /// What was done to evidence, and what of it was found.
    Antiforensics,
    /// None, but for others that are named.
    None,
    /// Sessions and keys, and who stands behind each.
    Sessions,
    /// What happened, in order.
    Timeline,
}

impl SectionArg {
    pub(super) fn meaning(self) -> Option<Section> {
        match self {
            Self::Actors => Some(Section::Actors),
            Self::Antiforensics => Some(Section::AntiForensics),
            Self::None => None,
            Self::Sessions => Some(Section::Sessions),
            Self::Timeline => Some(Section::Timeline),
        }
    }
}

/// What the examiner says.
#[derive(Debug, clap::Args)]
pub(super) struct CaseArgs {
    /// The number of the case.
    #[arg(long, value_name = "TEXT", help_heading = "Case")]
    pub(super) case_number: Option<CaseText>,

    /// Who makes the report.
    #[arg(long, value_name = "TEXT", help_heading = "Case")]
    pub(super) examiner: Option<CaseText>,

    /// For whom; named so because --organization narrows the evidence.
    #[arg(long, value_name = "TEXT", help_heading = "Case")]
    pub(super) examiner_organization: Option<CaseText>,

    /// Why.
    #[arg(long, value_name = "TEXT", help_heading = "Case")]
    pub(super) purpose: Option<CaseText>,
}
