//! What the tests share.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

use proptest::test_runner::{Config, RngSeed};
use trailseal_forensics::reader::{self, Fault, Item, Limits, Place, Tally};

/// What was found in a file, as values.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub texts: Vec<String>,
    pub places: Vec<Place>,
    pub faults: Vec<(Place, Fault)>,
    pub tally: Tally,
}

impl Found {
    /// The ids of the records, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        let id = |text: &String| {
            let record = trailseal_forensics::Record::parse(text).unwrap();
            record.id().unwrap_or_default().to_owned()
        };
        self.texts.iter().map(id).collect()
    }
}

/// Reads, and checks what holds for every file: each thing that was seen was
/// kept or reported, has an index of its own and lies inside the file.
pub(crate) fn read_within(content: &[u8], limits: &Limits) -> Found {
    let mut found = Found::default();
    let mut indices = Vec::new();
    found.tally = reader::read(content, limits, &mut |item| {
        let place = match item {
            Item::Record(place, record) => {
                found.texts.push(record.text().to_owned());
                found.places.push(place);
                place
            }
            Item::Unread(place, fault) => {
                found.faults.push((place, fault));
                place
            }
        };
        assert!(place.offset + place.length <= content.len() as u64);
        indices.push(place.index);
    });
    let tally = found.tally;
    assert_eq!(tally.seen, tally.kept + tally.unread);
    assert_eq!(tally.kept, found.texts.len() as u64);
    assert_eq!(tally.unread, found.faults.len() as u64 + tally.unreported);
    assert!(indices.is_sorted_by(|one, other| one < other));
    found
}

pub(crate) fn read(content: impl AsRef<[u8]>) -> Found {
    read_within(content.as_ref(), &Limits::default())
}

/// So many cases, the same ones every time. `PROPTEST_CASES` and
/// `PROPTEST_RNG_SEED` ask for more or for others.
pub(crate) fn config(cases: u32) -> Config {
    let asked = Config::default();
    Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => asked.cases,
            None => cases,
        },
        rng_seed: match asked.rng_seed {
            RngSeed::Random => RngSeed::Fixed(1),
            fixed @ RngSeed::Fixed(_) => fixed,
        },
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..asked
    }
}
