//! One event that blinds or destroys evidence, or undoes that.

use jiff::Timestamp;
use serde::Serialize;

use crate::record::Record;
use crate::telling::{Outcome, Untrusted};

use super::catalogue::{ROWS, rows};
use super::target::{Target, TargetKind, is_cloudtrails};
use super::technique::Technique;

/// Longest event id that is kept; CloudTrail's have 36 bytes.
const MAX_ID: usize = 128;

/// Which way an act goes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// It harms evidence.
    Harm,
    /// It undoes the harm.
    Remedy,
}

/// What an event does to evidence, or would have done. One event may do
/// several things: `UpdateTrail` can turn off validation and narrow the trail.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Act {
    /// How.
    pub technique: Technique,
    /// Whether it does or undoes it.
    pub side: Side,
    /// To what.
    pub targets: Vec<Target>,
    /// How many more targets there were.
    pub more_targets: usize,
}

/// An event of the catalogue. An act counts as done only if the outcome is
/// [`Outcome::Done`]; otherwise it says what was refused, or failed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hit {
    /// When; `None` if the record has no readable time.
    pub at: Option<Timestamp>,
    /// `eventID`.
    pub id: Option<String>,
    /// What the copies of one action in several accounts have in common.
    pub shared_id: Option<String>,
    /// The account whose record it is.
    pub account: Untrusted,
    /// The Region.
    pub region: Untrusted,
    /// The event, as CloudTrail names it.
    pub event: Untrusted,
    /// Who: ARN, or else the service, the name or the id.
    pub actor: Untrusted,
    /// From where.
    pub address: Untrusted,
    /// What became of it.
    pub outcome: Outcome,
    /// What it does, in the order of the catalogue; never empty.
    pub acts: Vec<Act>,
}

/// Looks a record up in the catalogue. Refused and failed attempts are hits
/// too: see [`Hit::outcome`].
pub fn classify(record: &Record<'_>) -> Option<Hit> {
    let mut acts: Vec<Act> = Vec::new();
    for row in rows(record) {
        let seen = acts
            .iter()
            .any(|act| act.technique == row.technique && act.side == row.side);
        if seen {
            continue;
        }
        let (mut targets, more_targets) = row.aim.targets(record);
        if row.aim.kind == TargetKind::Object {
            targets.retain(|target| is_cloudtrails(&target.name));
        }
        acts.push(Act {
            technique: row.technique,
            side: row.side,
            targets,
            more_targets,
        });
    }
    if acts.is_empty() {
        return None;
    }
    let text = |text: Option<&str>| Untrusted::new(text.unwrap_or_default());
    Some(Hit {
        at: record.time().and_then(Result::ok).map(|time| time.at),
        id: record.id().map(id),
        shared_id: record.shared_event_id.as_deref().map(id),
        account: text(record.account()),
        region: text(record.aws_region.as_deref()),
        event: text(record.event_name.as_deref()),
        actor: Untrusted::new(actor(record)),
        address: text(record.source_ip_address.as_deref()),
        outcome: Outcome::of(record),
        acts,
    })
}

fn id(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_ID)].to_owned()
}

fn actor<'r>(record: &'r Record<'_>) -> &'r str {
    let Some(who) = record.user_identity.as_ref() else {
        return "";
    };
    [
        &who.arn,
        &who.invoked_by,
        &who.user_name,
        &who.principal_id,
        &who.account_id,
    ]
    .into_iter()
    .find_map(|field| field.as_deref().filter(|text| !text.is_empty()))
    .unwrap_or_default()
}

impl Hit {
    /// Whether it was done, and not refused, failed or rehearsed.
    pub fn is_done(&self) -> bool {
        self.outcome.is_done()
    }

    /// What it does that harms.
    pub fn harms(&self) -> impl Iterator<Item = &Act> {
        self.acts.iter().filter(|act| act.side == Side::Harm)
    }
}

impl Technique {
    /// The events that undo it; none if nothing does.
    pub fn undone_by(self) -> impl Iterator<Item = &'static str> {
        ROWS.iter()
            .filter(move |row| row.technique == self && row.side == Side::Remedy)
            .flat_map(|row| row.names.iter().copied())
    }
}
