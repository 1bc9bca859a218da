//! Rows that many events have in common, by what they say.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// Several texts, each maybe absent, as bytes that are equal if they are.
pub(super) type Key = Arc<[u8]>;

/// What a map needs for an entry beside its key, about.
const ENTRY: usize = 64;

/// Different keys, numbered from 0 in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Keys {
    numbers: HashMap<Key, usize, RandomState>,
    list: Vec<Key>,
    given: usize,
    buffer: Vec<u8>,
    bytes: usize,
}

impl Keys {
    /// The number of a key.
    pub(super) fn add(&mut self, texts: &[Option<&str>]) -> usize {
        self.buffer.clear();
        encode(texts, &mut self.buffer);
        if let Some(number) = self.numbers.get(&*self.buffer) {
            return *number;
        }
        let key: Key = self.buffer.as_slice().into();
        let number = self.list.len();
        self.bytes += key.len() + ENTRY;
        self.list.push(Arc::clone(&key));
        self.numbers.insert(key, number);
        number
    }

    /// Those that came since this was called before, in order.
    pub(super) fn take_fresh(&mut self) -> Vec<Key> {
        let fresh = self.list[self.given..].to_vec();
        self.given = self.list.len();
        fresh
    }

    /// The texts of the key of a number.
    pub(super) fn texts(&self, number: usize) -> Vec<Option<&str>> {
        decode(&self.list[number])
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        self.bytes
    }
}

/// Before each text its length and one, or zero if it is absent.
pub(super) fn encode(texts: &[Option<&str>], into: &mut Vec<u8>) {
    for text in texts {
        let length = text.map_or(0, |text| text.len() as u64 + 1);
        into.extend_from_slice(&length.to_le_bytes());
        into.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
}

/// The texts of a key.
pub(super) fn decode(mut key: &[u8]) -> Vec<Option<&str>> {
    let mut texts = Vec::new();
    while let Some((length, rest)) = key.split_first_chunk() {
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let Some((text, after)) = rest.split_at_checked(length.saturating_sub(1)) else {
            break;
        };
        texts.push(std::str::from_utf8(text).ok().filter(|_| length > 0));
        key = after;
    }
    texts
}

/// The rows of a table by their keys, as many as there is memory for. What was
/// not asked for lately is forgotten: its row is then written again, under
/// another id.
#[derive(Debug)]
pub(super) struct Remembered {
    recent: HashMap<Key, i64, RandomState>,
    older: HashMap<Key, i64, RandomState>,
    bytes: usize,
    limit: usize,
}

impl Remembered {
    /// At most so many bytes, about.
    pub(super) fn within(limit: usize) -> Self {
        Self {
            recent: HashMap::default(),
            older: HashMap::default(),
            bytes: 0,
            limit,
        }
    }

    /// The id of a row.
    pub(super) fn id(&mut self, key: &Key) -> Option<i64> {
        if let Some(id) = self.recent.get(key) {
            return Some(*id);
        }
        let id = *self.older.get(key)?;
        self.insert(Arc::clone(key), id);
        Some(id)
    }

    /// Remembers the id of a row.
    pub(super) fn insert(&mut self, key: Key, id: i64) {
        self.bytes += key.len() + ENTRY;
        if self.bytes > self.limit / 2 {
            self.older = std::mem::take(&mut self.recent);
            self.bytes = key.len() + ENTRY;
        }
        self.recent.insert(key, id);
    }

    /// Whether half of the memory is in use.
    pub(super) fn is_half_full(&self) -> bool {
        self.bytes > self.limit / 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_equal_if_all_texts_are() {
        let sets: [&[Option<&str>]; 6] = [
            &[Some("a"), None],
            &[None, Some("a")],
            &[Some("a"), Some("")],
            &[Some(""), Some("a")],
            &[Some("a\0"), None],
            &[],
        ];
        let mut keys = Keys::default();
        for (number, texts) in sets.iter().enumerate() {
            assert_eq!((keys.add(texts), keys.add(texts)), (number, number));
        }
        let fresh = keys.take_fresh();
        assert!(fresh.iter().map(|key| decode(key)).eq(sets));
        assert_eq!((keys.add(sets[1]), keys.add(&[Some("b")])), (1, sets.len()));
        assert_eq!(keys.take_fresh().len(), 1);
        assert!(decode(&[7, 0, 0, 0, 0, 0, 0, 0, b'x']).is_empty());
    }

    #[test]
    fn what_is_asked_for_stays() {
        let key = |at: i64| -> Key { at.to_le_bytes().as_slice().into() };
        let mut rows = Remembered::within(100 * 72);
        rows.insert(key(0), 0);
        for at in 1..1_000 {
            rows.insert(key(at), at);
            assert_eq!(rows.id(&key(0)), Some(0));
        }
        assert_eq!(rows.id(&key(1)), None);
        assert!(rows.recent.len() + rows.older.len() <= 101);
    }
}
