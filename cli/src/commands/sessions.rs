//! The session graph of evidence: what `whois` and `trace` ask.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use trailseal_forensics::case::Case;
use trailseal_forensics::merge::{Seen, Sighting};
use trailseal_forensics::session::{Graph, Query, Sessions};
use trailseal_forensics::{Event, Provenance};

use super::reading::{Asked, Fold, Gathered};
use crate::exit::Failure;
use crate::render::forensic::whois_sentence;

/// Collects issues and uses of credentials.
#[derive(Default)]
pub(super) struct Graphing {
    seen: Seen,
    repeated: AtomicU64,
}

impl Graphing {
    /// Copies of events that were delivered several times.
    pub(super) fn repeated(&self) -> u64 {
        self.repeated.load(Ordering::Relaxed)
    }
}

impl Fold for Graphing {
    type Part = Graph<Provenance>;

    fn begin(&self) -> Graph<Provenance> {
        Graph::default()
    }

    fn add(&self, part: &mut Graph<Provenance>, event: &Event<'_>) {
        let (record, at) = (event.record(), event.provenance().clone());
        match self.seen.note(record) {
            Sighting::Again => {
                self.repeated.fetch_add(1, Ordering::Relaxed);
                part.add_copy(record, at);
            }
            Sighting::First | Sighting::Unremembered => part.add(record, at),
        }
    }
}

/// Who stands behind a session, in a sentence without a full stop, if there is one
/// answer and no other.
pub(super) fn behind(sessions: &Sessions<'_, Provenance>, query: &Query) -> Option<String> {
    let answer = sessions.whois(query);
    match answer.chains.as_slice() {
        [chain] if answer.more == 0 => Some(whois_sentence(&answer.query, chain)),
        _ => None,
    }
}

/// What a question needs of the graph of all events, whatever narrows it: a
/// session may have begun before.
///
/// # Errors
/// As [`Asked::read`].
pub(super) fn graph(
    asked: &Asked,
    query: &Query,
    started: Timestamp,
) -> Result<(Graph<Provenance>, Gathered, u64), Failure> {
    let of_case = |case: &Case| case.graph_about(query);
    if let Some((graph, gathered)) = asked.stored(of_case)? {
        return Ok((graph, gathered, 0));
    }
    let graphing = Graphing::default();
    let mut graph = Graph::default();
    let gathered = asked.read(started, &graphing, &mut |part: Graph<Provenance>| {
        graph.merge(part);
        Ok(())
    })?;
    Ok((graph, gathered, graphing.repeated()))
}
