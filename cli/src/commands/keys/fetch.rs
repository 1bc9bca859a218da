//! `trailseal keys fetch`: CloudTrail's public keys, from AWS into a file.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use trailseal_aws::CallErrorKind;
use trailseal_aws::public_keys::{self, FetchError, Period};
use trailseal_keys::{FingerprintPolicy, Keyring, Region};

use super::super::connect::{Chosen, ConnectionArgs, RegionArgs};
use super::super::{ColourArg, Place};
use crate::exit::{Exit, Failure};
use crate::output::{self, Output};
use crate::render::page::{Ink, Page};
use crate::render::{disabled, keyring_table, unanswered};
use crate::time_arg::{ACCEPTED, Range, TimeArg, present};

const EXAMPLES: &str = "\
Examples:
  The keys for a quarter of two Regions:
    trailseal keys fetch --from 2026-01-01 --to 2026-04-01 \\
      --region eu-west-1,us-east-1 -o keys.json

  Of every Region, for the last year:
    trailseal keys fetch --from 52w --all-regions -o keys.json

A digest needs a key of its own Region. Keys are asked for from a day before the
time to two days after it, because digests may be signed late. The file says
which endpoint was asked, by whom and when: keep it, and its SHA-256, where
nobody who can write to the logs can change it.

It takes the permission cloudtrail:ListPublicKeys.

Exit codes:
  0  the keys are in the file
  2  usage or configuration
  4  no file was written: a Region did not answer, or listed no key";

/// Fetch the public keys of a time from CloudTrail.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// Start of the time of the digests to be checked.
    #[arg(long, value_name = "TIME")]
    #[arg(long_help = format!("Start of the time of the digests to be checked: {ACCEPTED}"))]
    from: TimeArg,
    /// End of that time; forms as for --from.
    #[arg(long, value_name = "TIME", default_value = "now")]
    to: TimeArg,
    /// The file to write, which appears when it is complete.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// When to colour.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: ColourArg,
    #[command(flatten)]
    regions: RegionArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let now = present();
        let range = Range::resolve(Some(self.from), Some(self.to), || now)
            .map_err(|error| Failure::Usage(error.into()))?;
        let (from, to) = (range.from.unwrap_or(now), range.to.unwrap_or(now));
        let period = Period::new(from, to, now)
            .map_err(|error| Failure::Usage(anyhow!("--from: {error}")))?;
        let mut output = Output::open(Some(&self.output)).map_err(Failure::CouldNotRun)?;

        let (connection, regions, chosen) = self.regions.connect(self.connection)?;
        let answers = public_keys::fetch_each(&connection, &regions, period);
        let fetched = Fetched::of(answers, chosen).map_err(Failure::CouldNotRun)?;
        let json = fetched
            .keyring
            .to_json()
            .map_err(|error| Failure::CouldNotRun(error.into()))?;
        output
            .write_all(json.as_bytes())
            .with_context(|| format!("{}: cannot be written", self.output.display()))
            .and_then(|()| output.finish())
            .map_err(Failure::CouldNotRun)?;

        let written = Keyring::parse(
            json.as_bytes(),
            &self.output.display().to_string(),
            None,
            FingerprintPolicy::Refuse,
        )
        .map_err(|error| Failure::CouldNotRun(error.into()))?;
        let colour = self.color.resolve(Place::stdout());
        let mut page = Page::new(colour);
        unanswered(&mut page, ("SKIPPED", Ink::Doubtful), &fetched.skipped);
        let text = keyring_table(&written, colour) + &page.into_text();
        output::print(&text).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}

/// The keys of all Regions that had to answer, and the others.
struct Fetched {
    keyring: Keyring,
    skipped: Vec<(Region, String)>,
}

impl Fetched {
    /// Joins the answers. A keyring that lacks a Region would only show when a
    /// digest of it cannot be checked, so every Region counts.
    fn of(
        answers: Vec<(Region, Result<Keyring, FetchError>)>,
        chosen: Chosen,
    ) -> anyhow::Result<Self> {
        let (mut parts, mut skipped) = (Vec::new(), Vec::new());
        let mut failed: Vec<(Region, anyhow::Error)> = Vec::new();
        for (region, answer) in answers {
            match answer {
                Ok(keyring) if !keyring.is_empty() => parts.push(keyring),
                Ok(_) if chosen == Chosen::All => {
                    skipped.push((region, "lists no key of that time".to_owned()));
                }
                Ok(_) => failed.push((
                    region.clone(),
                    anyhow!("{region}: CloudTrail lists no key of that time"),
                )),
                Err(FetchError::Call(error))
                    if chosen == Chosen::All && error.kind == CallErrorKind::RegionDisabled =>
                {
                    skipped.push((region, disabled(&error)));
                }
                Err(error) => failed.push((region, error.into())),
            }
        }
        if let Some(error) = first_of(failed, chosen) {
            return Err(error);
        }
        if parts.is_empty() {
            return Err(anyhow!("no Region lists a key of that time"));
        }
        Ok(Self {
            keyring: Keyring::merge(parts)?,
            skipped,
        })
    }
}

/// The first failure, and the names of the Regions of the others.
fn first_of(failed: Vec<(Region, anyhow::Error)>, chosen: Chosen) -> Option<anyhow::Error> {
    let mut failed = failed.into_iter();
    let (_, first) = failed.next()?;
    let others: Vec<String> = failed.map(|(region, _)| region.to_string()).collect();
    let way_out = match chosen {
        Chosen::All => "; to do without some Regions, name the others with --region",
        Chosen::ByName => "",
    };
    Some(if others.is_empty() {
        anyhow!("{first:#}{way_out}")
    } else {
        anyhow!(
            "{first:#}; nor were keys fetched from {}{way_out}",
            others.join(", ")
        )
    })
}
