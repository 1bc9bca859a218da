//! What vouches for an event: the log it was read from, and the digest that
//! signed for that log, or that there is none.
//!
//! Two ways lead from a log to an [`Event`]: [`events`] of a [`VerifiedLog`],
//! and [`Unverified::events`]. So an event says *verified* only if the bytes it
//! was read from are those that a signature vouches for.
//!
//! The third way is hearsay: an event of a [case](crate::case) says what the
//! case recorded of its log when it was built. Whoever can write to a case can
//! change that; verify the logs again to know.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::log::VerifiedLog;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Answer, Code};

use crate::reader::{self, Fault, Item, Limits, Place, Tally};
use crate::record::Record;

/// A file that records were read from. Cheap to clone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(Arc<Inner>);

#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Inner {
    log: Location,
    sha256: Sha256,
    standing: Standing,
}

#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Standing {
    Verified { digest: ObjectRef },
    Unverified { reason: Option<Code> },
}

/// Where a file lies.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Location {
    /// In a bucket, or a copy of one.
    Object(ObjectRef),
    /// Somewhere else: its path, as the user named it.
    File(String),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.fmt(f),
            Self::File(path) => f.write_str(path),
        }
    }
}

impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What vouches for a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict<'o> {
    /// A verified digest signed for its content.
    Verified {
        /// That digest.
        digest: &'o ObjectRef,
    },
    /// Nothing does.
    Unverified {
        /// Why, if it was checked.
        reason: Option<Code>,
    },
}

impl Verdict<'_> {
    /// The verdict as one of three answers; *unchecked* if nobody checked.
    pub fn answer(self) -> Answer {
        match self {
            Self::Verified { .. } => Answer::Verified,
            Self::Unverified { reason } => reason.map_or(Answer::Unchecked, Code::answer),
        }
    }
}

impl Origin {
    fn of(log: &VerifiedLog<'_>) -> Self {
        Self(Arc::new(Inner {
            log: Location::Object(log.object().clone()),
            sha256: log.hash(),
            standing: Standing::Verified {
                digest: log.digest().clone(),
            },
        }))
    }

    /// What a case recorded of a file.
    pub(crate) fn recorded(log: Location, sha256: Sha256, verdict: Verdict<'_>) -> Self {
        let standing = match verdict {
            Verdict::Verified { digest } => Standing::Verified {
                digest: digest.clone(),
            },
            Verdict::Unverified { reason } => Standing::Unverified { reason },
        };
        Self(Arc::new(Inner {
            log,
            sha256,
            standing,
        }))
    }

    /// Where the file lies.
    pub fn log(&self) -> &Location {
        &self.0.log
    }

    /// The hash of its inflated content.
    pub fn sha256(&self) -> Sha256 {
        self.0.sha256
    }

    /// What vouches for it.
    pub fn verdict(&self) -> Verdict<'_> {
        match &self.0.standing {
            Standing::Verified { digest } => Verdict::Verified { digest },
            Standing::Unverified { reason } => Verdict::Unverified { reason: *reason },
        }
    }
}

/// Where an event comes from, to the byte, and what vouches for it. Ordered:
/// the better proved comes first, then the place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Provenance {
    origin: Origin,
    place: Place,
}

impl Provenance {
    /// A place in a file of a case.
    pub(crate) fn recorded(origin: Origin, place: Place) -> Self {
        Self { origin, place }
    }

    /// The file.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Where in the file.
    pub fn place(&self) -> Place {
        self.place
    }

    /// What vouches for it.
    pub fn verdict(&self) -> Verdict<'_> {
        self.origin.verdict()
    }
}

impl Ord for Provenance {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |it: &Self| it.verdict().answer();
        rank(self)
            .cmp(&rank(other))
            .then_with(|| self.origin.0.cmp(&other.origin.0))
            .then_with(|| self.place.cmp(&other.place))
    }
}

impl PartialOrd for Provenance {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What a report says of an event: `log, sha256, answer, digest, reason` of its
/// file, `index, offset, length, wrapper` in it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Provenance"))]
struct Stated<'o> {
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    log: &'o Location,
    sha256: Sha256,
    answer: Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<&'o ObjectRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Code>,
    #[serde(flatten)]
    place: Place,
}

impl Serialize for Provenance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let verdict = self.verdict();
        let (digest, reason) = match verdict {
            Verdict::Verified { digest } => (Some(digest), None),
            Verdict::Unverified { reason } => (None, reason),
        };
        let stated = Stated {
            log: self.origin.log(),
            sha256: self.origin.sha256(),
            answer: verdict.answer(),
            digest,
            reason,
            place: self.place,
        };
        stated.serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Provenance {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Stated::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Stated::json_schema(generator)
    }
}

/// A record with its provenance. Only [`events`] and [`Unverified::events`]
/// make one, and a [case](crate::case), which repeats what it was told.
#[derive(Clone, Debug)]
pub struct Event<'r> {
    record: Record<'r>,
    provenance: Provenance,
}

impl<'r> Event<'r> {
    /// A record of a case, with what the case recorded of its log.
    pub(crate) fn recorded(record: Record<'r>, provenance: Provenance) -> Self {
        Self { record, provenance }
    }

    /// What happened.
    pub fn record(&self) -> &Record<'r> {
        &self.record
    }

    /// Who says so.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}

/// Part of a file that could not be read as a record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unread {
    /// Where.
    pub provenance: Provenance,
    /// Why.
    pub fault: Fault,
}

/// What was found at one place of a file.
#[derive(Debug)]
pub enum Outcome<'r> {
    /// An event.
    Event(Event<'r>),
    /// Something that could not be read.
    Unread(Unread),
}

/// Reads the events of a verified log: each says *verified*.
pub fn events(log: &VerifiedLog<'_>, limits: &Limits, visit: impl FnMut(Outcome<'_>)) -> Tally {
    read(&Origin::of(log), log.content(), limits, visit)
}

pub(crate) fn origin(log: &VerifiedLog<'_>) -> Origin {
    Origin::of(log)
}

/// A file that nothing vouches for. Its events say so.
#[derive(Clone, Debug)]
pub struct Unverified<'c> {
    origin: Origin,
    content: &'c [u8],
}

impl<'c> Unverified<'c> {
    /// A file by its content ([`reader::content`]); `reason` is why it is not
    /// verified, if it was checked.
    pub fn new(log: Location, content: &'c [u8], reason: Option<Code>) -> Self {
        let inner = Inner {
            log,
            sha256: Sha256::of(content),
            standing: Standing::Unverified { reason },
        };
        Self {
            origin: Origin(Arc::new(inner)),
            content,
        }
    }

    /// The file.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Bytes of its content.
    pub(crate) fn size(&self) -> usize {
        self.content.len()
    }

    /// Reads its events: none says *verified*.
    pub fn events(&self, limits: &Limits, visit: impl FnMut(Outcome<'_>)) -> Tally {
        read(&self.origin, self.content, limits, visit)
    }
}

fn read(
    origin: &Origin,
    content: &[u8],
    limits: &Limits,
    mut visit: impl FnMut(Outcome<'_>),
) -> Tally {
    let provenance = |place| Provenance {
        origin: origin.clone(),
        place,
    };
    reader::read(content, limits, &mut |item| match item {
        Item::Record(place, record) => visit(Outcome::Event(Event {
            record,
            provenance: provenance(place),
        })),
        Item::Unread(place, fault) => visit(Outcome::Unread(Unread {
            provenance: provenance(place),
            fault,
        })),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provenance_is_one_flat_object() {
        let content = br#"[{"eventID":"a"}]"#;
        let log = Location::File("events.json".into());
        let log = Unverified::new(log, content, Some(Code::LogUnreferenced));
        let mut stated = Vec::new();
        log.events(&Limits::default(), |outcome| {
            if let Outcome::Event(event) = outcome {
                stated.push(serde_json::to_value(event.provenance()).unwrap());
            }
        });
        let expected = serde_json::json!({
            "log": "events.json", "sha256": Sha256::of(content).to_string(),
            "answer": "unchecked", "reason": "log-unreferenced",
            "index": 0, "offset": 1, "length": 15, "wrapper": "nothing",
        });
        assert_eq!(stated, [expected]);
    }

    #[test]
    fn what_is_not_verified_says_so() {
        let content = br#"[{"eventID":"a"},7]"#;
        let file = Location::File("events.json".into());
        for (reason, answer) in [
            (None, Answer::Unchecked),
            (Some(Code::LogUnreferenced), Answer::Unchecked),
            (Some(Code::LogHashMismatch), Answer::Failed),
        ] {
            let log = Unverified::new(file.clone(), content, reason);
            let mut answers = Vec::new();
            log.events(&Limits::default(), |outcome| {
                let provenance = match &outcome {
                    Outcome::Event(event) => event.provenance(),
                    Outcome::Unread(unread) => &unread.provenance,
                };
                assert_eq!(provenance.origin().sha256(), Sha256::of(content));
                assert_eq!(provenance.verdict(), Verdict::Unverified { reason });
                answers.push((provenance.place().index, provenance.verdict().answer()));
            });
            assert_eq!(answers, [(0, answer), (1, answer)]);
        }
    }

    #[test]
    fn the_better_proved_comes_first_then_the_place() {
        let provenance = |path: &str, reason| {
            let log = Location::File(path.to_owned());
            let mut found = None;
            let content = br#"{"eventID":"a"}"#;
            Unverified::new(log, content, reason).events(&Limits::default(), |outcome| {
                if let Outcome::Event(event) = outcome {
                    found = Some(event.provenance().clone());
                }
            });
            found.unwrap()
        };
        let failed = provenance("a", Some(Code::LogHashMismatch));
        let (b, c) = (provenance("b", None), provenance("c", None));
        assert!(b < failed && b < c && c < failed);
    }
}
