//! Keys: what is printed parses back, and what parses prints back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use common::config;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use trailseal_verifier::layout::{ChainKind, DigestKey, Family, LogKey, Place, Root, Stamp};

/// Regions of every partition, and others that may come.
fn region() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "us-east-1",
            "ap-southeast-7",
            "mx-central-1",
            "cn-northwest-1",
            "us-gov-west-1",
            "eusc-de-east-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "eu-isoe-west-1",
            "us-isof-south-1",
        ])
        .prop_map(str::to_owned),
        "[a-z]{2,5}(-[a-z]{1,6}){1,2}-[0-9]{1,3}",
    ]
}

/// Anything may stand left of `AWSLogs/`, that word and the like included.
fn prefix() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("AWSLogs".to_owned()),
        Just("o-exampleorgid".to_owned()),
        Just("111122223333".to_owned()),
        Just("CloudTrail-Digest".to_owned()),
        Just(String::new()),
        Just("..".to_owned()),
        "[a-z0-9._-]{1,20}",
        "\\PC{1,10}",
        "[\\x00-\\x2e]{1,5}",
    ];
    prop::collection::vec(part, 0..5).prop_map(|parts| {
        parts
            .iter()
            .map(|part| format!("{}/", part.replace('/', "_")))
            .collect()
    })
}

fn organization() -> impl Strategy<Value = Option<String>> {
    prop::option::of("o-[a-z0-9]{10,32}")
}

fn place() -> impl Strategy<Value = Place> {
    (prefix(), organization(), "[0-9]{12}", region()).prop_map(|(prefix, id, account, region)| {
        Place {
            root: Root::new(&prefix, id.map(|id| id.parse().unwrap())),
            account: account.parse().unwrap(),
            region: region.parse().unwrap(),
        }
    })
}

fn trail() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9._-]{3,60}",
        "[a-z_]{3,10}_us-east-1",
        "[a-z]{1,5}_20260301T120131Z",
        "[a-z]{1,5}_backfill",
        "_{3,8}",
        Just("x".repeat(128)),
    ]
}

fn any_date() -> impl Strategy<Value = (i16, i8, i8)> {
    (0_i16..=9999, 1_i8..=12, 1_i8..=28)
}

fn digest_key() -> impl Strategy<Value = DigestKey> {
    let time = (0..24_u32, 0..60_u32, 0..60_u32);
    let names = (trail(), region());
    (place(), names, any_date(), any_date(), time, any::<bool>()).prop_map(
        |(place, (trail, home), (y, m, d), folder, (hour, minute, second), backfill)| {
            let stamp = format!("{y:04}{m:02}{d:02}T{hour:02}{minute:02}{second:02}Z");
            DigestKey {
                stamp: Stamp::parse(&stamp).unwrap(),
                place,
                trail: trail.parse().unwrap(),
                home: home.parse().unwrap(),
                kind: if backfill {
                    ChainKind::Backfill
                } else {
                    ChainKind::Hourly
                },
                day: date(folder.0, folder.1, folder.2),
            }
        },
    )
}

/// A log's key, and what it must be read as.
fn log_key() -> impl Strategy<Value = (String, Place, Family, Date, Option<String>)> {
    // A stamp far from the day of its folder is not believed.
    let days = prop_oneof![3 => -1_i64..=1, 1 => 3_i64..300, 1 => -300_i64..-2];
    let name = prop_oneof![
        (days, 0..24_u32, 0..60_u32, "[A-Za-z0-9]{16}").prop_map(Some),
        Just(None),
    ];
    let day = (1_i16..=9998, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| date(y, m, d));
    let family = prop::sample::select(Family::LOGS.to_vec());
    (place(), family, day, name).prop_map(|(place, family, day, name)| {
        let folder = place.day_folder(family, day);
        let (account, region) = (&place.account, &place.region);
        let mut stamp = None;
        let name = name.map_or("whatever".to_owned(), |(days, hour, minute, unique)| {
            let other = day.saturating_add(days.days());
            let (y, m, d) = (other.year(), other.month(), other.day());
            if days.abs() <= 1 {
                stamp = Some(format!("{y:04}-{m:02}-{d:02}T{hour:02}:{minute:02}:00Z"));
            }
            format!("{y:04}{m:02}{d:02}T{hour:02}{minute:02}Z_{unique}")
        });
        let key = format!("{folder}{account}_{family}_{region}_{name}.json.gz");
        (key, place, family, day, stamp)
    })
}

/// Whatever parses, prints back.
fn prints_back(text: &str) -> Result<(), TestCaseError> {
    let (digest, log) = (DigestKey::parse(text), LogKey::parse(text));
    prop_assert!(digest.is_none() || log.is_none());
    if let Some(key) = digest {
        prop_assert_eq!(key.to_string(), text);
    }
    if let Some(key) = log {
        let folder = key.place.day_folder(key.family, key.day);
        let file = text.strip_prefix(&folder);
        prop_assert!(file.is_some_and(|file| !file.is_empty() && !file.contains('/')));
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn a_digest_key_prints_and_parses_back(key in digest_key()) {
        let text = key.to_string();
        // S3 has no longer keys.
        prop_assume!(text.len() <= 1024);
        prop_assert_eq!(DigestKey::parse(&text), Some(key), "{}", text);
        prop_assert_eq!(LogKey::parse(&text), None);
    }

    #[test]
    fn a_log_key_parses_to_its_parts((text, place, family, day, stamp) in log_key()) {
        prop_assume!(text.len() <= 1024);
        let key = LogKey::parse(&text).unwrap();
        prop_assert_eq!((&key.place, key.family, key.day), (&place, family, day));
        prop_assert_eq!(key.stamp.map(|stamp| stamp.instant().to_string()), stamp);
        prop_assert_eq!(DigestKey::parse(&text), None);
        prints_back(&text)?;
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        prints_back(&text)?;
    }

    #[test]
    fn a_key_with_one_character_changed_prints_back_if_it_parses(
        key in digest_key(),
        log in log_key(),
        at in any::<prop::sample::Index>(),
        new in prop_oneof![Just(None), any::<char>().prop_map(Some), "[/_0-9A-Z.-]".prop_map(|c| c.chars().next())],
        insert in any::<bool>(),
    ) {
        for text in [key.to_string(), log.0] {
            let mut letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len());
            if !insert {
                letters.remove(at);
            }
            letters.splice(at..at, new);
            prints_back(&letters.into_iter().collect::<String>())?;
        }
    }
}

#[test]
fn a_key_longer_than_s3_allows_is_no_key() {
    let rest = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/02/f.json.gz";
    let prefix = "p".repeat(1024 - rest.len() - 1);
    assert!(LogKey::parse(&format!("{prefix}/{rest}")).is_some());
    assert!(LogKey::parse(&format!("{prefix}p/{rest}")).is_none());
}
