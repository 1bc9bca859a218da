//! What records say, in sections of a report that are asked for: each bounded, and
//! each line with what vouches for the log that it was read from.
//!
//! | Section | Says |
//! |---|---|
//! | [`Acts`] | what blinded, destroyed or discredited evidence, and what of it was found |
//! | [`Actors`] | who did how much, when and from where |
//! | [`Sessions`] | which sessions and keys were used, and who stands behind each |
//! | [`Timeline`] | what happened, in order |

mod actors;
mod acts;
mod sessions;
mod timeline;

use serde::Serialize;

pub use actors::{ActorRow, Actors, Rosters};
pub use acts::{Act, Acts, Ended};
pub use sessions::{SessionRow, Sessions};
pub use timeline::Timeline;

/// The sections of a report.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Section {
    /// [`Acts`]
    AntiForensics,
    /// [`Actors`]
    Actors,
    /// [`Sessions`]
    Sessions,
    /// [`Timeline`]
    Timeline,
}

/// What records say, as far as it was asked for.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sections {
    /// What was done to evidence, whoever did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub antiforensics: Option<Acts>,
    /// Who did something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actors: Option<Actors>,
    /// Sessions and keys that were used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions: Option<Sessions>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
}

impl Sections {
    /// Whether none was asked for.
    pub fn is_empty(&self) -> bool {
        let Self {
            antiforensics,
            actors,
            sessions,
            timeline,
        } = self;
        antiforensics.is_none() && actors.is_none() && sessions.is_none() && timeline.is_none()
    }
}
