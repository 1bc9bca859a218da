//! Which events may name a resource: looking for one would otherwise read
//! every record, because a name can be any string of a request or an answer.
//!
//! For each event a case keeps a Bloom filter (Bloom 1970, "Space/time trade-offs
//! in hash coding with allowable errors") of all texts by which it names
//! resources. It never denies what is there; what it affirms is looked at.

use rusqlite::{Connection, params};
use twox_hash::XxHash3_64;

use super::error::Failure;
use crate::lookup::any_resource;
use crate::record::Record;

/// With these, one event in seven hundred is looked at in vain.
const BITS_A_NAME: usize = 16;
const PROBES: u32 = 5;

/// The filters of the events of one log, one after the other: before each its
/// length in bytes. Events that name more than a hundred things are looked at in
/// vain more often.
#[derive(Debug, Default)]
pub(super) struct Mentioned {
    filters: Vec<u8>,
    hashes: Vec<u64>,
}

impl Mentioned {
    /// Notes what the next event names.
    pub(super) fn add(&mut self, record: &Record<'_>) {
        self.hashes.clear();
        any_resource(record, |_| true, &mut |name| {
            self.hashes.push(hash(name));
            false
        });
        self.hashes.sort_unstable();
        self.hashes.dedup();
        let bytes = (self.hashes.len() * BITS_A_NAME).div_ceil(8);
        let length = u8::try_from(bytes).unwrap_or(u8::MAX);
        self.filters.push(length);
        let start = self.filters.len();
        self.filters.resize(start + usize::from(length), 0);
        let filter = &mut self.filters[start..];
        for hash in &self.hashes {
            for (byte, bit) in probes(*hash, filter.len()) {
                filter[byte] |= bit;
            }
        }
    }

    /// Writes them, the first as that of the event of this id.
    pub(super) fn store(&self, db: &Connection, first: i64) -> Result<(), Failure> {
        let mut insert = db.prepare_cached("INSERT INTO mentioned VALUES (NULL, ?1, ?2)")?;
        insert.execute(params![first, self.filters])?;
        Ok(())
    }
}

/// The events that may name one of these, by their ids, in order.
pub(super) fn mentioning(db: &Connection, names: &[&str]) -> Result<Vec<i64>, Failure> {
    let hashes: Vec<u64> = names.iter().map(|name| hash(name)).collect();
    let mut select = db.prepare("SELECT first, filters FROM mentioned")?;
    let mut rows = select.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let first: i64 = row.get(0)?;
        let filters = row.get_ref(1)?;
        let filters = filters.as_blob().map_err(rusqlite::Error::from)?;
        let may_name = (first..).zip(each(filters));
        let may_name = may_name.filter(|(_, it)| hashes.iter().any(|hash| may_hold(it, *hash)));
        ids.extend(may_name.map(|(id, _)| id));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The filters of several events.
fn each(mut filters: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = filters.split_first()?;
        let (filter, rest) = rest.split_at_checked(usize::from(*length))?;
        filters = rest;
        Some(filter)
    })
}

/// Stays the same for as long as there are cases of this version.
fn hash(name: &str) -> u64 {
    XxHash3_64::oneshot(name.as_bytes())
}

fn may_hold(filter: &[u8], hash: u64) -> bool {
    !filter.is_empty() && probes(hash, filter.len()).all(|(byte, bit)| filter[byte] & bit != 0)
}

/// The bits of a hash in a filter of so many bytes, at most 255: which byte, and
/// its mask. Twelve bits of the hash choose each.
fn probes(hash: u64, bytes: usize) -> impl Iterator<Item = (usize, u8)> {
    (0..PROBES).map(move |at| {
        let choice = usize::try_from((hash >> (12 * at)) & 0xfff).unwrap_or_default();
        let bit = (choice * bytes * 8) >> 12;
        (bit / 8, 1 << (bit % 8))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn noted(events: &[Vec<String>]) -> Vec<u8> {
        let mut mentioned = Mentioned::default();
        for names in events {
            let json = serde_json::json!({ "requestParameters": names }).to_string();
            mentioned.add(&Record::parse(&json).unwrap());
        }
        mentioned.filters
    }

    #[test]
    fn little_else_is_found() {
        let names = |event: usize| (0..event % 20).map(move |at| format!("bucket-{event}-{at}"));
        let events: Vec<_> = (0..2_000).map(|event| names(event).collect()).collect();
        let filters = noted(&events);
        let others = (0..100).map(|at| hash(&format!("key-{at}")));
        let found = |hash| each(&filters).filter(|it| may_hold(it, hash)).count();
        let found: usize = others.map(found).sum();
        assert!(found < 600, "{found} of 200,000");
    }

    #[test]
    fn where_very_much_is_named_all_of_it_is_found() {
        let names: Vec<_> = (0..3_000).map(|at| format!("bucket-{at}")).collect();
        let filters = noted(std::slice::from_ref(&names));
        let filter = each(&filters).next().unwrap();
        assert!(names.iter().all(|name| may_hold(filter, hash(name))));
    }

    #[test]
    fn names_within_arns_are_names() {
        let arn = "arn:aws:iam::111122223333:role/ci/deploy".to_owned();
        let filters = noted(&[vec![arn.clone()]]);
        let filter = each(&filters).next().unwrap();
        for name in [&*arn, "role/ci/deploy", "ci/deploy", "deploy"] {
            assert!(may_hold(filter, hash(name)), "{name}");
        }
    }

    /// The expected one is that of another program, the Python package `xxhash`.
    #[test]
    fn hashes_are_those_of_the_cases_that_there_are() {
        assert_eq!(hash("customer-exports"), 0x7cee_5ac4_7fef_8660);
    }

    proptest! {
        #[test]
        fn what_was_noted_is_found(
            events in prop::collection::vec(prop::collection::vec(any::<String>(), 0..9), 0..9),
        ) {
            let filters = noted(&events);
            prop_assert_eq!(each(&filters).count(), events.len());
            for (filter, names) in each(&filters).zip(&events) {
                prop_assert!(names.iter().all(|name| may_hold(filter, hash(name))));
            }
        }

        #[test]
        fn anything_can_be_asked(
            filters in prop::collection::vec(any::<u8>(), 0..300),
            hash in any::<u64>(),
        ) {
            let _ = each(&filters).filter(|filter| may_hold(filter, hash)).count();
        }
    }
}
