//! What a record says, in words: what was done to what, where, and whether it
//! was done at all.
//!
//! A table maps some two hundred telling calls to words; of all others the name
//! of the event and its resources are told. Words of ours and values of theirs
//! stay apart ([`Piece`]), so that a renderer can escape the latter for where
//! they land.
//!
//! Names of events and members are CloudTrail's, which often differ from those
//! of the API (`PutBucketLifecycle`, `UpdateFunctionCode20150331v2`).

pub(crate) mod condition;
mod outcome;
mod phrase;
pub(crate) mod select;
mod table;
mod template;

use serde::Serialize;

use crate::record::Record;

pub use outcome::{Outcome, Reason};
pub use phrase::{MAX_VALUE, Phrase, Piece, Untrusted};

/// What a record says.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Telling {
    /// What was done or tried.
    pub verb: Verb,
    /// To what.
    pub object: Phrase,
    /// Where.
    pub place: Place,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Whether the record still holds what was asked.
    pub parameters: Parameters,
}

/// A verb in the two forms that sentences need.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Verb {
    /// As in "tried to *create*".
    pub base: &'static str,
    /// As in "*created*".
    pub past: &'static str,
}

/// Where something happened.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Place {
    /// The account whose record it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Untrusted>,
    /// The Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Untrusted>,
}

/// Whether a record holds the parameters of its request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parameters {
    /// It does.
    Recorded,
    /// There are none: the call has none, it was refused before they were
    /// read, or the service does not record them.
    Absent,
    /// They were left out for their size: what was asked cannot be told.
    Omitted,
}

/// Tells what a record says.
pub fn tell(record: &Record<'_>) -> Telling {
    let (verb, object) = words(record);
    Telling {
        verb,
        object,
        place: Place {
            account: record.account().map(Untrusted::new),
            region: record.aws_region.as_deref().map(Untrusted::new),
        },
        outcome: Outcome::of(record),
        parameters: select::parameters(record),
    }
}

fn words(record: &Record<'_>) -> (Verb, Phrase) {
    if let Some(row) = table::row(record) {
        return (row.verb(), template::fill(row.object, record));
    }
    let verb = Verb {
        base: "call",
        past: "called",
    };
    let mut object = Phrase::default();
    object.theirs(record.event_name.as_deref().unwrap_or("an unnamed event"));
    if let Some(source) = record.event_source.as_deref() {
        object.ours(" of ");
        object.theirs(service(source));
    }
    object.append(&template::fill("[ on {arn/*}]", record));
    (verb, object)
}

impl Telling {
    /// The sentence, without its subject: `created user x`, or `tried to
    /// create user x: refused (AccessDenied)`.
    pub fn sentence(&self) -> Phrase {
        let mut phrase = Phrase::default();
        match &self.outcome {
            Outcome::Done => phrase.ours(self.verb.past),
            Outcome::Refused(_) | Outcome::Failed(_) => {
                phrase.ours("tried to ");
                phrase.ours(self.verb.base);
            }
            Outcome::Rehearsed => {
                phrase.ours("tried out whether it may ");
                phrase.ours(self.verb.base);
            }
        }
        if !self.object.is_empty() {
            phrase.ours(" ");
            phrase.append(&self.object);
        }
        if let Some(reason) = self.outcome.reason() {
            let refused = matches!(self.outcome, Outcome::Refused(_));
            phrase.ours(if refused { ": refused (" } else { ": failed (" });
            phrase.theirs(&reason.code.text);
            phrase.ours(")");
        }
        phrase
    }
}

/// The service of an event source: `iam` of `iam.amazonaws.com`.
pub(crate) fn service(source: &str) -> &str {
    source.split('.').next().unwrap_or(source)
}

/// The name of an event without the version of the API that some services
/// append: `UpdateFunctionCode20150331v2`, `CreateDistribution2020_05_31`.
pub(crate) fn unversioned(name: &str) -> &str {
    let bare = match name.rsplit_once('v') {
        Some((before, number))
            if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            before
        }
        _ => name,
    };
    let is_date = |b: u8| b.is_ascii_digit() || b == b'_';
    let digits = bare.bytes().rev().take_while(|b| is_date(*b)).count();
    let stem = &bare[..bare.len() - digits];
    match bare.len() - stem.len() {
        8 | 10 if bare[stem.len()..].starts_with("20") => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_cut_off_names_of_events() {
        for (name, bare) in [
            ("UpdateFunctionCode20150331v2", "UpdateFunctionCode"),
            ("CreateFunction20150331", "CreateFunction"),
            ("CreateDistribution2020_05_31", "CreateDistribution"),
            ("Invoke", "Invoke"),
            ("ListObjectsV2", "ListObjectsV2"),
            ("Rev2", "Rev2"),
            ("Date12345678", "Date12345678"),
            ("", ""),
        ] {
            assert_eq!(unversioned(name), bare);
        }
    }
}
