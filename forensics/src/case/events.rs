//! Events that fit a filter.

use std::ops::ControlFlow;

use rusqlite::{Connection, params_from_iter};

use super::error::Failure;
use super::open::{Found, parse};
use super::places::Origins;
use super::plan::Plan;
use super::records::{InBlock, Records};
use super::stored::At;
use crate::lookup::{Filter, Fit};
use crate::provenance::Event;

/// Of two events at the same time, the order of [`Line::compare`], in which
/// empty texts are absent ones.
///
/// [`Line::compare`]: crate::timeline::Line::compare
const ORDER: &str = "event.time, event.nanos, nullif(kind.account, ''), \
                     nullif(event.event_id, ''), log.location, event.position";

/// Visits the events that fit, in the order of a timeline.
pub(super) fn visit(
    db: &Connection,
    filter: &Filter,
    visit: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
) -> Result<Found, Failure> {
    let mut search = Search {
        db,
        filter,
        visit,
        plan: Plan::of(db, filter)?,
        records: Records::of(db)?,
        origins: Origins::default(),
        found: Found::default(),
    };
    if search.plan.is_impossible() {
        return Ok(search.found);
    }
    let (dated, undated) = (search.plan.dated(), search.plan.undated());
    if search.those(&dated)?.is_continue() {
        let _ = search.those(&undated)?;
    }
    Ok(search.found)
}

struct Search<'s> {
    db: &'s Connection,
    filter: &'s Filter,
    visit: &'s mut dyn FnMut(Event<'_>) -> ControlFlow<()>,
    plan: Plan,
    records: Records<'s>,
    origins: Origins,
    found: Found,
}

impl Search<'_> {
    /// Visits those of a source.
    fn those(&mut self, source: &str) -> Result<ControlFlow<()>, Failure> {
        let sql = format!(
            "SELECT event.block, event.first, event.size, \
             event.log, event.position, event.start, event.length, event.wrapper \
             FROM (SELECT * FROM {source}) AS event \
             CROSS JOIN conduct ON conduct.id = event.conduct \
             CROSS JOIN kind ON kind.id = conduct.kind CROSS JOIN log ON log.id = event.log \
             ORDER BY {ORDER}"
        );
        let mut select = self.db.prepare(&sql)?;
        let mut events = select.query(params_from_iter(self.plan.lists()))?;
        while let Some(event) = events.next()? {
            let json = self.records.read(InBlock::read(event, 0)?)?;
            if !self.plan.may_fit(json) {
                continue;
            }
            let record = parse(json)?;
            match self.filter.fits(&record) {
                Fit::No => continue,
                Fit::Undated => {
                    self.found.undated += 1;
                    continue;
                }
                Fit::Yes => self.found.events += 1,
            }
            let provenance = self.origins.provenance(self.db, At::read(event, 3)?)?;
            if (self.visit)(Event::recorded(record, provenance)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
