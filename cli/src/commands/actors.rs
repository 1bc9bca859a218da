//! `trailseal actors`: everyone who did something.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use trailseal_forensics::Event;
use trailseal_forensics::actor::Roster;
use trailseal_forensics::case::Case;
use trailseal_forensics::lookup::{Filter, Fit};
use trailseal_forensics::merge::{Seen, Sighting};

use super::page_args::PageArgs;
use super::reading::{Asked, Fold, Gathered, ReadingArgs};
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::render::forensic::{Actors, Order, roster_json, roster_text};

/// Actors that a table shows, unless more are asked for.
const ROWS: usize = 50;

const EXAMPLES: &str = "  Who was refused most often last night?
    trailseal actors ./copy --keys keys.json --from 2026-03-11 --to 2026-03-12 --sort denials

  Everything about one of them:
    trailseal actors ./copy --keys keys.json --find svc-metrics-sync

  Who came from an address, for another program:
    trailseal actors s3://BUCKET --from 7d --ip 203.0.113.0/24 --format json

Records of one unique id (AIDA…, AROA…) are one actor's, whatever it was called;
a name that was deleted and made again is two.";

/// List who did something: when, how much, from where, refused or not.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    #[command(flatten)]
    reading: ReadingArgs,

    /// Only actors with this text in their id, names, ARNs, sessions or account.
    #[arg(long, value_name = "TEXT", help_heading = "Which events")]
    find: Option<String>,

    /// What to sort by, the most or the earliest first.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    sort: Order,

    /// How many rows the table has; 0 for all.
    #[arg(long, value_name = "N", default_value_t = ROWS, help_heading = "Output")]
    rows: usize,

    #[command(flatten)]
    page: PageArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let asked = self.reading.resolve(started)?;
        let place = self.page.open()?;
        let Counted {
            roster,
            gathered,
            repeated,
            undated,
        } = count(&asked, started)?;
        let evidence = gathered.summary(repeated, undated);
        let actors = Actors::of(&roster, self.find.as_deref(), self.sort);
        let rows = match self.rows {
            0 => usize::MAX,
            rows => rows,
        };
        place.write_with(
            &evidence,
            started,
            |page| roster_text(page, &actors, rows),
            |about| roster_json(&actors, about),
        )?;
        Ok(gathered.exit(roster.entries().len() > 0))
    }
}

struct Counted {
    roster: Roster,
    gathered: Gathered,
    repeated: u64,
    undated: u64,
}

fn count(asked: &Asked, started: Timestamp) -> Result<Counted, Failure> {
    if !asked.filtered
        && let Some((roster, gathered)) = asked.stored(Case::actors)?
    {
        return Ok(Counted {
            roster,
            gathered,
            repeated: 0,
            undated: 0,
        });
    }
    let counting = Counting {
        filter: &asked.filter,
        seen: Seen::default(),
        repeated: AtomicU64::new(0),
        undated: AtomicU64::new(0),
    };
    let mut roster = Roster::default();
    let gathered = asked.read(started, &counting, &mut |part: Roster| {
        roster.merge(part);
        Ok(())
    })?;
    Ok(Counted {
        roster,
        gathered,
        repeated: counting.repeated.into_inner(),
        undated: counting.undated.into_inner(),
    })
}

/// Counts events that fit.
struct Counting<'f> {
    filter: &'f Filter,
    seen: Seen,
    repeated: AtomicU64,
    undated: AtomicU64,
}

impl Fold for Counting<'_> {
    type Part = Roster;

    fn begin(&self) -> Roster {
        Roster::default()
    }

    fn add(&self, part: &mut Roster, event: &Event<'_>) {
        let counted = match self.filter.fits(event.record()) {
            Fit::No => return,
            Fit::Undated => &self.undated,
            Fit::Yes if self.seen.note(event.record()) == Sighting::Again => &self.repeated,
            Fit::Yes => return part.add(event.record()),
        };
        counted.fetch_add(1, Ordering::Relaxed);
    }
}
