//! Any bytes are records and faults that add up; what is kept comes back whole,
//! and two readings of it agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use trailseal_forensics::Record;
use trailseal_forensics::merge::{Amendment, Copies, EventKey, compare, omitted};
use trailseal_forensics::reader::{Item, Limits, read};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let (mut kept, mut unread) = (0, 0);
    let tally = read(bytes, &limits, &mut |item| {
        let place = match item {
            Item::Unread(place, fault) => {
                unread += 1;
                assert!(!fault.to_string().is_empty());
                place
            }
            Item::Record(place, record) => {
                kept += 1;
                let rebuilt = record.to_json().expect("a record prints");
                let again = Record::parse(rebuilt.get()).expect("what was printed is a record");
                assert_eq!(EventKey::of(&again), EventKey::of(&record));
                // A number beyond f64 is JSON, and no value.
                if let Ok(original) = serde_json::from_str::<Value>(record.text()) {
                    let value = serde_json::from_str::<Value>(rebuilt.get()).expect("a value");
                    assert_eq!(value, original);
                }
                assert_eq!(compare(&record, &again), Copies::Same);
                if let Some(amendment) = Amendment::of(&record) {
                    let _ = amendment.apply(&record, &record);
                }
                let _ = (omitted(&record), record.time());
                place
            }
        };
        assert!(place.offset + place.length <= bytes.len() as u64);
    });
    assert_eq!(tally.seen, tally.kept + tally.unread);
    assert_eq!(
        (tally.kept, tally.unread - tally.unreported),
        (kept, unread)
    );
});
