//! What a case keeps of one log.

use crate::merge::Sighting;
use crate::provenance::Event;

/// What a case keeps of the events of one log, taken out by whoever reads it,
/// so that the one thread that writes only has to write.
#[derive(Debug, Default)]
pub struct LogRows;

impl LogRows {
    /// Takes an event. `sighting` is what [`Seen::note`](crate::merge::Seen::note)
    /// said of its record: what was seen before is kept as a copy.
    pub fn add(&mut self, _event: &Event<'_>, _sighting: Sighting) {}
}
