//! Places and proofs, to and from columns.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Answer, Code};

use crate::provenance::{Location, Origin, Verdict};
use crate::reader::{Place, Wrapper};

/// Why columns are not what a case holds, in a few words.
pub(super) type Odd = &'static str;

/// A reference to a record, as it is stored: its log, and where in it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(super) struct At {
    pub(super) log: i64,
    position: i64,
    start: i64,
    length: i64,
    wrapper: i64,
}

impl At {
    /// Its columns, `position, start, length, wrapper`.
    pub(super) fn of(log: i64, place: Place) -> Self {
        Self {
            log,
            position: number(place.index),
            start: number(place.offset),
            length: number(place.length),
            wrapper: match place.wrapper {
                Wrapper::Nothing => 0,
                Wrapper::EventBridge => 1,
                Wrapper::LogEvent => 2,
                Wrapper::LookupEvents => 3,
            },
        }
    }

    /// Reads `log, position, start, length, wrapper`, from this column on.
    pub(super) fn read(row: &Row<'_>, from: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            log: row.get(from)?,
            position: row.get(from + 1)?,
            start: row.get(from + 2)?,
            length: row.get(from + 3)?,
            wrapper: row.get(from + 4)?,
        })
    }

    pub(super) fn columns(self) -> [i64; 5] {
        let Self {
            log,
            position,
            start,
            length,
            wrapper,
        } = self;
        [log, position, start, length, wrapper]
    }

    pub(super) fn place(self) -> Result<Place, Odd> {
        let number = |value| u64::try_from(value).map_err(|_| "a place below 0");
        Ok(Place {
            index: number(self.position)?,
            offset: number(self.start)?,
            length: number(self.length)?,
            wrapper: match self.wrapper {
                0 => Wrapper::Nothing,
                1 => Wrapper::EventBridge,
                2 => Wrapper::LogEvent,
                3 => Wrapper::LookupEvents,
                _ => return Err("an unknown wrapper"),
            },
        })
    }
}

/// A number as SQLite stores it. None that is counted is larger.
pub(super) fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A value whose JSON is a word.
pub(super) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// `location, bucket, sha256, answer, reason, digest` of a log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct OriginColumns {
    pub(super) location: String,
    pub(super) bucket: Option<String>,
    pub(super) sha256: String,
    pub(super) answer: String,
    pub(super) reason: Option<String>,
    pub(super) digest: Option<String>,
}

impl OriginColumns {
    pub(super) const NAMES: &'static str = "location, bucket, sha256, answer, reason, digest";

    pub(super) fn of(origin: &Origin) -> Self {
        let bucket = match origin.log() {
            Location::Object(object) => Some(object.bucket.to_string()),
            Location::File(_) => None,
        };
        let (reason, digest) = match origin.verdict() {
            Verdict::Verified { digest } => (None, Some(digest.to_string())),
            Verdict::Unverified { reason } => (reason, None),
        };
        Self {
            location: origin.log().to_string(),
            bucket,
            sha256: origin.sha256().to_string(),
            answer: origin.verdict().answer().to_string(),
            reason: reason.map(|code| code.as_str().to_owned()),
            digest,
        }
    }

    /// Reads [`NAMES`](Self::NAMES), from this column on.
    pub(super) fn read(row: &Row<'_>, from: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            location: row.get(from)?,
            bucket: row.get(from + 1)?,
            sha256: row.get(from + 2)?,
            answer: row.get(from + 3)?,
            reason: row.get(from + 4)?,
            digest: row.get(from + 5)?,
        })
    }

    pub(super) fn location(&self) -> Result<Location, Odd> {
        let Some(bucket) = &self.bucket else {
            return Ok(Location::File(self.location.clone()));
        };
        let object = object(&self.location)?;
        match object.bucket.as_str() == bucket {
            true => Ok(Location::Object(object)),
            false => Err("a log of another bucket"),
        }
    }

    pub(super) fn sha256(&self) -> Result<Sha256, Odd> {
        Sha256::parse(&self.sha256).ok_or("a hash that is none")
    }

    pub(super) fn origin(&self) -> Result<Origin, Odd> {
        let digest = self.digest.as_deref().map(object).transpose()?;
        let reason = self.reason.as_deref().map(str::parse::<Code>).transpose();
        let reason = reason.map_err(|_| "an unknown reason")?;
        let verdict = match (answer(&self.answer)?, &digest, reason) {
            (Answer::Verified, Some(digest), None) => Verdict::Verified { digest },
            (Answer::Unchecked | Answer::Failed, None, reason) => Verdict::Unverified { reason },
            _ => return Err("a log whose proof is incomplete"),
        };
        if verdict.answer() != answer(&self.answer)? {
            return Err("an answer that is not that of its reason");
        }
        Ok(Origin::recorded(self.location()?, self.sha256()?, verdict))
    }
}

/// `s3://bucket/key`
fn object(text: &str) -> Result<ObjectRef, Odd> {
    let parts = text.strip_prefix("s3://").and_then(|it| it.split_once('/'));
    let (bucket, key) = parts.ok_or("an object that is none")?;
    let bucket = bucket.parse().map_err(|_| "a bucket that is none")?;
    Ok(ObjectRef::new(bucket, key))
}

pub(super) fn answer(text: &str) -> Result<Answer, Odd> {
    let all = [Answer::Verified, Answer::Unchecked, Answer::Failed];
    let found = all.into_iter().find(|answer| answer.to_string() == text);
    found.ok_or("an answer that is none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_come_back_as_they_were() {
        let object = |key: &str| ObjectRef::new("example-logs".parse().unwrap(), key);
        let digest = object("d/x\n.json.gz");
        let hash = Sha256::of(b"x");
        for (log, verdict) in [
            (
                Location::Object(object("a//b s3://c")),
                Verdict::Verified { digest: &digest },
            ),
            (
                Location::File("s3://example-logs/a".into()),
                Verdict::Unverified { reason: None },
            ),
            (
                Location::Object(object("")),
                Verdict::Unverified {
                    reason: Some(Code::LogHashMismatch),
                },
            ),
        ] {
            let origin = Origin::recorded(log, hash, verdict);
            let columns = OriginColumns::of(&origin);
            assert_eq!(columns.origin(), Ok(origin));
            let forged = OriginColumns {
                answer: "verified".into(),
                digest: None,
                ..columns
            };
            assert!(forged.origin().is_err());
        }
    }

    #[test]
    fn places_come_back_as_they_were() {
        let place = Place {
            index: 3,
            offset: 1 << 40,
            length: 7,
            wrapper: Wrapper::LogEvent,
        };
        assert_eq!(At::of(1, place).place(), Ok(place));
        let odd = At {
            wrapper: 9,
            ..At::of(1, place)
        };
        assert!(odd.place().is_err());
    }
}
