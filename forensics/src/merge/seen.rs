//! Which events were seen before, while many threads read.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError};

use foldhash::quality::RandomState;

use super::{Amendment, Id};
use crate::record::Record;

/// Keys of events, from all threads. Of the copies of an event exactly one is
/// the first, whichever is read first: what is counted does not depend on it,
/// as long as the copies say the same.
///
/// Keys are kept as hashes of 128 bits under random seeds, about 32 bytes
/// each.
#[derive(Debug)]
pub struct Seen {
    shards: Vec<Mutex<Hashes>>,
    seeds: [RandomState; 2],
    room: usize,
}

/// What is kept is a hash already.
type Hashes = HashSet<u128, BuildHasherDefault<Itself>>;

#[derive(Debug, Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let low = bytes.first_chunk().copied().unwrap_or_default();
        self.0 = u64::from_le_bytes(low);
    }

    fn write_u128(&mut self, hash: u128) {
        self.write(&hash.to_le_bytes());
    }
}

/// Whether an event was seen before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sighting {
    /// It was not, or it has no id to tell, or it corrects another.
    First,
    /// It was.
    Again,
    /// It was not seen among those that there was room to remember.
    Unremembered,
}

const SHARDS: usize = 64;

impl Default for Seen {
    /// Room for 32 million events.
    fn default() -> Self {
        Self::with_room(32_000_000)
    }
}

impl Seen {
    /// Remembers about this many events at most: whoever writes the records
    /// chooses how many there are.
    pub fn with_room(events: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            seeds: [RandomState::default(), RandomState::default()],
            room: events.div_ceil(SHARDS),
        }
    }

    /// Notes a record, and says whether its event was seen before. A record
    /// that corrects another may keep its id, and is always the first.
    pub fn note(&self, record: &Record<'_>) -> Sighting {
        let Some(id) = record.id() else {
            return Sighting::First;
        };
        if record.addendum.is_some() && Amendment::of(record).is_some() {
            return Sighting::First;
        }
        self.remember(&Id::new(id), record.account())
    }

    /// Notes an event by its [key](super::EventKey), and says whether it was
    /// seen before.
    pub fn remember(&self, id: &Id, account: Option<&str>) -> Sighting {
        let [shard, rest] =
            [&self.seeds[0], &self.seeds[1]].map(|seed| seed.hash_one((id, account)));
        let hash = u128::from(shard) << 64 | u128::from(rest);
        #[expect(clippy::cast_possible_truncation, reason = "below SHARDS")]
        let shard = &self.shards[(shard % SHARDS as u64) as usize];
        let mut known = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < self.room {
            match known.insert(hash) {
                true => Sighting::First,
                false => Sighting::Again,
            }
        } else if known.contains(&hash) {
            Sighting::Again
        } else {
            Sighting::Unremembered
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(seen: &Seen, text: &str) -> Sighting {
        seen.note(&Record::parse(text).unwrap())
    }

    #[test]
    fn of_copies_one_is_the_first() {
        let seen = Seen::default();
        let one = r#"{"eventID":"a","recipientAccountId":"111122223333"}"#;
        let other = r#"{"eventID":"a","recipientAccountId":"444455556666"}"#;
        assert_eq!(note(&seen, one), Sighting::First);
        assert_eq!(note(&seen, other), Sighting::First);
        assert_eq!(note(&seen, one), Sighting::Again);
    }

    #[test]
    fn what_cannot_be_told_is_not_dropped() {
        let seen = Seen::default();
        for text in [
            r#"{"eventName":"x"}"#,
            r#"{"eventID":"a","addendum":{"reason":"UPDATED_DATA"}}"#,
        ] {
            assert_eq!(note(&seen, text), Sighting::First);
            assert_eq!(note(&seen, text), Sighting::First);
        }
    }

    #[test]
    fn a_full_memory_says_so() {
        let seen = Seen::with_room(0);
        let text = r#"{"eventID":"a"}"#;
        assert_eq!(note(&seen, text), Sighting::Unremembered);
        assert_eq!(note(&seen, text), Sighting::Unremembered);
    }
}
