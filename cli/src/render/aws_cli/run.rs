//! One run of `aws cloudtrail validate-logs`: a trail in an account and a Region.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use jiff::Timestamp;
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::layout::ChainKind;

use super::Requested;
use super::chain::{Chain, Loose, Place, hull};
use super::pen::Pen;
use super::sentence::{time, trail_arn};
use super::spool::Spool;
use super::tally::Tally;

/// All runs, in the order of their chains.
pub(super) struct Runs {
    /// What belongs to none.
    loose: Vec<Loose>,
    runs: Vec<Run>,
}

/// The hourly and the backfill chain of one trail, account and Region.
struct Run {
    hourly: Option<Chain>,
    backfill: Option<Chain>,
    loose: Loose,
}

impl Runs {
    pub(super) fn of(
        chains: impl Iterator<Item = Chain>,
        mut loose: BTreeMap<Option<Place>, Loose>,
    ) -> Self {
        let mut chains: Vec<Chain> = chains.collect();
        chains.sort_by(|a, b| a.id.cmp(&b.id));
        let mut runs: Vec<Run> = Vec::new();
        for chain in chains {
            if let Some(run) = runs.last_mut().filter(|run| run.awaits(&chain.id)) {
                run.backfill = Some(chain);
                continue;
            }
            // The first trail of a place takes what is not known to be of any.
            let loose = loose.remove(&Some(Place::of_chain(&chain.id)));
            let (hourly, backfill) = match chain.id.kind {
                ChainKind::Hourly => (Some(chain), None),
                ChainKind::Backfill => (None, Some(chain)),
            };
            runs.push(Run {
                hourly,
                backfill,
                loose: loose.unwrap_or_default(),
            });
        }
        let loose = loose.into_values().collect();
        Self { loose, runs }
    }

    /// Writes them one after the other.
    pub(super) fn write(
        self,
        pen: &mut Pen,
        spool: &mut Spool,
        requested: Requested,
    ) -> io::Result<()> {
        for mut loose in self.loose {
            pen.thread(spool, &mut loose.thread)?;
        }
        if self.runs.is_empty() {
            return pen.text(&nothing(requested));
        }
        for (index, run) in self.runs.into_iter().enumerate() {
            if index > 0 {
                pen.text("\n")?;
            }
            run.write(pen, spool, requested)?;
        }
        Ok(())
    }
}

/// The summary where there is no digest, and so no trail to name.
fn nothing(requested: Requested) -> String {
    let mut text = String::new();
    if let (Some(from), Some(to)) = (requested.from, requested.to) {
        let _ = writeln!(text, "Results requested for {} to {}", time(from), time(to));
    }
    text.push_str("No digests found\n");
    text
}

impl Run {
    fn awaits(&self, backfill: &ChainId) -> bool {
        self.hourly.as_ref().is_some_and(|hourly| {
            let kind = ChainKind::Backfill;
            let id = ChainId {
                kind,
                ..hourly.id.clone()
            };
            id == *backfill
        })
    }

    fn write(self, pen: &mut Pen, spool: &mut Spool, requested: Requested) -> io::Result<()> {
        let both = || self.hourly.iter().chain(&self.backfill);
        let Some(first) = both().next() else {
            return Ok(());
        };
        let span = both().fold(None, |all, chain| hull(all, chain.span));
        let found = both().fold(None, |all, chain| hull(all, chain.found));
        let start = requested.from.or(span.map(|span| span.start));
        let end = requested.to.or(span.map(|span| span.end));
        let (start, end) = (start.unwrap_or_default(), end.unwrap_or_default());
        pen.text(&format!(
            "Validating log files for trail {} between {} and {}\n\n",
            trail_arn(&first.id),
            time(start),
            time(end)
        ))?;
        let tally = |chain: &Option<Chain>| chain.as_ref().map(|c| c.digests).unwrap_or_default();
        let (hourly, backfill) = (tally(&self.hourly), tally(&self.backfill));
        let logs = both().fold(self.loose.logs, |all, chain| all.plus(chain.logs));
        let mut loose = self.loose.thread;
        for chain in self.hourly.into_iter().chain(self.backfill) {
            let Chain {
                mut thread, before, ..
            } = chain;
            pen.thread(spool, &mut thread)?;
            pen.lines(&before)?;
        }
        pen.thread(spool, &mut loose)?;
        pen.space()?;
        pen.text(&summary((start, end), found, hourly, backfill, logs))
    }
}

fn summary(
    (start, end): (Timestamp, Timestamp),
    found: Option<Interval>,
    hourly: Tally,
    backfill: Tally,
    logs: Tally,
) -> String {
    let mut text = format!("Results requested for {} to {}\n", time(start), time(end));
    if hourly.total() + backfill.total() == 0 {
        text.push_str("No digests found\n");
        return text;
    }
    match found {
        None => text.push_str("No valid digests found in range\n"),
        Some(found) => {
            let (from, to) = (found.start.max(start), found.end.min(end));
            let _ = writeln!(text, "Results found for {} to {}:", time(from), time(to));
        }
    }
    hourly.write("digest", &mut text);
    backfill.write("backfill digest", &mut text);
    logs.write("log", &mut text);
    text.push('\n');
    text
}
