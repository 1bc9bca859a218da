//! Sessions and keys that were used.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::verdict::Answer;

use crate::actor::Actor;
use crate::provenance::Provenance;
use crate::session::{EventRef, Graph, Use};

/// Sessions and keys: those with the most events.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sessions {
    /// Those that are shown, the most events first.
    pub shown: Vec<SessionRow>,
    /// Sessions and keys beyond those.
    pub more: u64,
    /// Events whose session was not kept, because there are too many, or that
    /// state no time.
    pub left_out: u64,
}

/// One session, or one long-term key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionRow {
    /// Whose, with which key.
    pub actor: Actor,
    /// When it began; a long-term key has no such time.
    pub created: Option<Timestamp>,
    /// Its events.
    pub events: u64,
    /// The first of them.
    pub first: EventRef<Provenance>,
    /// The last of them.
    pub last: EventRef<Provenance>,
    /// Who stands behind it, in a sentence; absent if several answers fit.
    pub behind: Option<String>,
}

impl Sessions {
    /// Sessions that are shown.
    pub const SHOWN: usize = 50;

    /// The sessions of some events. `behind` says who stands behind one.
    pub fn of(
        graph: &Graph<Provenance>,
        behind: impl Fn(&Use<Provenance>) -> Option<String>,
    ) -> Self {
        let mut all: Vec<&Use<Provenance>> = graph.uses().collect();
        let order = |it: &&Use<Provenance>| {
            let key = it.actor.credential.clone();
            (Reverse(it.events), key, it.party.clone(), it.created)
        };
        all.sort_by_cached_key(order);
        let cut = graph.cut();
        let row = |it: &&Use<Provenance>| SessionRow {
            actor: it.actor.clone(),
            created: it.created,
            events: it.events,
            first: it.first.clone(),
            last: it.last.clone(),
            behind: behind(it),
        };
        Self {
            more: all.len().saturating_sub(Self::SHOWN) as u64,
            left_out: cut.uses + cut.undated,
            shown: all.iter().take(Self::SHOWN).map(row).collect(),
        }
    }
}

impl SessionRow {
    /// The worse of what vouches for its first event and for its last.
    pub fn answer(&self) -> Answer {
        let of = |event: &EventRef<Provenance>| event.at.verdict().answer();
        of(&self.first).max(of(&self.last))
    }
}
