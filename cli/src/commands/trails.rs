//! `trailseal trails`: which trails there are, and whether they can be verified.

use anyhow::anyhow;
use trailseal_aws::{CallErrorKind, trails};

use super::connect::{Chosen, ConnectionArgs, RegionArgs};
use super::table_format::TableFormat;
use super::{ColourArg, Place};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::render::{TrailsAnswer, disabled, trails_json, trails_table};
use crate::time_arg::present;

const EXAMPLES: &str = "\
Examples:
  trailseal trails
  trailseal trails --all-regions --format json

A multi-Region trail shows in every Region, a single-Region one only in its own.
Logging and delivery are those of the trail's home Region. Settings are what AWS
says of now: they prove nothing about the past.

It takes the permissions cloudtrail:DescribeTrails and cloudtrail:GetTrailStatus;
without the second, trails are listed without their status.

Exit codes:
  0  the Regions answered
  2  usage or configuration
  4  a Region did not answer; what the others said is shown";

/// List trails, their settings and how their delivery goes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// How to write them.
    #[arg(long, value_enum, default_value_t)]
    format: TableFormat,
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
        let (connection, regions, chosen) = self.regions.connect(self.connection)?;
        let described = trails::describe(&connection, &regions);
        if described.unanswered.len() == regions.len()
            && let Some((_, error)) = described.unanswered.first()
        {
            return Err(Failure::CouldNotRun(anyhow!("{error}")));
        }
        let (mut skipped, mut failed) = (Vec::new(), Vec::new());
        for (region, error) in described.unanswered {
            if chosen == Chosen::All && error.kind == CallErrorKind::RegionDisabled {
                skipped.push((region, disabled(&error)));
            } else {
                failed.push((region, error.to_string()));
            }
        }
        let exit = if failed.is_empty() {
            Exit::Success
        } else {
            Exit::CouldNotRun
        };
        let answer = TrailsAnswer {
            asked_at: present(),
            regions,
            trails: described.trails,
            skipped,
            failed,
        };
        let text = match self.format {
            TableFormat::Human => trails_table(&answer, self.color.resolve(Place::stdout())),
            TableFormat::Json => trails_json(&answer).map_err(Failure::CouldNotRun)?,
        };
        output::print(&text).map_err(Failure::CouldNotRun)?;
        Ok(exit)
    }
}
