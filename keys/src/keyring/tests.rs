use data_encoding::BASE64;
use proptest::prelude::*;

use super::*;
use crate::published::{KEYS, PublishedKey, list_public_keys};

fn region(name: &str) -> Region {
    name.parse().unwrap()
}

fn parse(json: &str) -> Result<Keyring, KeyringError> {
    Keyring::parse(
        json.as_bytes(),
        "keys.json",
        None,
        FingerprintPolicy::Refuse,
    )
}

fn parse_for(json: &str, name: &str) -> Result<Keyring, KeyringError> {
    Keyring::parse(
        json.as_bytes(),
        "dir/file.json",
        Some(&region(name)),
        FingerprintPolicy::Refuse,
    )
}

fn all() -> String {
    list_public_keys(&KEYS.each_ref())
}

/// A list of one entry with the first key's members, some of them replaced.
fn with(member: &str, json: &str) -> String {
    let mut entry: serde_json::Value = serde_json::from_str(&KEYS[0].listed()).unwrap();
    entry[member] = serde_json::from_str(json).unwrap();
    serde_json::json!({ "PublicKeyList": [entry] }).to_string()
}

fn native(members: &str) -> String {
    let PublishedKey {
        fingerprint, value, ..
    } = &KEYS[0];
    format!(
        r#"{{"schema":"trailseal-keyring/1","keys":[{{{members}"fingerprint":"{fingerprint}","value":"{value}","valid_from":"2015-07-08T01:04:01Z","valid_to":"2015-08-07T01:04:01Z"}}]}}"#
    )
}

fn entry_problem(result: Result<Keyring, KeyringError>) -> EntryProblem {
    match result {
        Err(KeyringError::Entry { problem, .. }) => problem,
        other => panic!("expected a refused entry, found {other:?}"),
    }
}

fn file_problem(result: Result<Keyring, KeyringError>) -> FileProblem {
    match result {
        Err(KeyringError::File { origin, problem }) => {
            assert_eq!(origin, "keys.json");
            problem
        }
        other => panic!("expected a refused file, found {other:?}"),
    }
}

#[test]
fn the_output_of_the_aws_cli_is_read_as_it_is() {
    let keyring = parse(&all()).unwrap();
    assert_eq!(keyring.keys().len(), 4);
    assert_eq!(keyring.warnings(), []);
    for listed in &KEYS {
        let candidates: Vec<_> = keyring
            .candidates(&region("us-east-1"), listed.fingerprint)
            .collect();
        let [key] = candidates.as_slice() else {
            panic!("expected one candidate, found {candidates:?}");
        };
        assert_eq!(key.public_key().der(), listed.der());
        assert_eq!(key.validity().start().as_second(), listed.valid_from);
        assert_eq!(key.validity().end().as_second(), listed.valid_to);
        assert_eq!((key.region(), key.origin()), (None, "keys.json"));
    }
}

#[test]
fn a_source_says_what_it_serves() {
    let [everywhere] = parse(&all())
        .unwrap()
        .sources()
        .to_vec()
        .try_into()
        .unwrap();
    let everywhere: KeySource = everywhere;
    assert_eq!((everywhere.keys, everywhere.keys_for_every_region), (4, 4));
    assert!(
        everywhere
            .to_string()
            .contains("4 keys, serves every Region, sha256 "),
        "{everywhere}"
    );

    let keyring = parse_for(&all(), "eu-west-1").unwrap();
    let there = &keyring.sources()[0];
    assert_eq!(there.regions, [region("eu-west-1")]);
    assert_eq!(there.keys_for_every_region, 0);
    assert!(
        there.to_string().contains("serves eu-west-1, sha256 "),
        "{there}"
    );
    assert_eq!(there.sha256, everywhere.sha256);
    assert_eq!(there.sha256.len(), 64);
}

#[test]
fn a_source_of_both_kinds_says_both() {
    let some = native(r#""region":"eu-west-1","#);
    let entry = r#"{"fingerprint":"#;
    let rest = native("")
        .split_once(entry)
        .map(|(_, rest)| format!("{entry}{rest}"))
        .unwrap();
    let both = some.replace("]}", &format!(",{rest}"));
    let source = parse(&both).unwrap().sources()[0].clone();
    assert_eq!((source.keys, source.keys_for_every_region), (2, 1));
    let text = source.to_string();
    assert!(
        text.contains("2 keys, serves eu-west-1; 1 of them every Region, sha256"),
        "{text}"
    );
}

#[test]
fn a_key_of_one_region_is_no_candidate_elsewhere() {
    let keyring = parse_for(&all(), "eu-west-1").unwrap();
    let named = KEYS[0].fingerprint;
    assert_eq!(keyring.candidates(&region("eu-west-1"), named).count(), 1);
    assert_eq!(keyring.candidates(&region("eu-west-2"), named).count(), 0);
}

#[test]
fn the_keys_of_the_region_come_before_those_of_every_region() {
    let keyring = Keyring::merge([
        parse(&all()).unwrap(),
        parse_for(&all(), "eu-west-1").unwrap(),
    ])
    .unwrap();
    let regions: Vec<_> = keyring
        .candidates(&region("eu-west-1"), KEYS[2].fingerprint)
        .map(|key| key.region().map(Region::as_str))
        .collect();
    assert_eq!(regions, [Some("eu-west-1"), None]);
}

#[test]
fn a_text_that_is_no_fingerprint_has_no_candidate() {
    let keyring = parse(&all()).unwrap();
    for text in [
        "",
        "8eba",
        &KEYS[0].fingerprint.to_uppercase(),
        "../../etc/passwd",
    ] {
        assert_eq!(keyring.candidates(&region("us-east-1"), text).count(), 0);
    }
}

#[test]
fn a_key_listed_twice_is_kept_once_unless_its_validity_differs() {
    let twice = list_public_keys(&[&KEYS[0], &KEYS[0], &KEYS[1]]);
    let keyring = parse(&twice).unwrap();
    assert_eq!((keyring.keys().len(), keyring.sources()[0].keys), (2, 3));

    let longer = with("ValidityEndTime", "1438909442");
    let both = Keyring::merge([keyring, parse(&longer).unwrap()]).unwrap();
    assert_eq!(both.keys().len(), 3);
    let ends: Vec<_> = both
        .candidates(&region("us-east-1"), KEYS[0].fingerprint)
        .map(|key| key.validity().end().as_second())
        .collect();
    assert_eq!(ends, [1_438_909_441, 1_438_909_442]);
}

#[test]
fn order_depends_on_the_keys_only() {
    let forwards = parse(&all()).unwrap();
    let mut reversed = KEYS.each_ref();
    reversed.reverse();
    let backwards = parse(&list_public_keys(&reversed)).unwrap();
    assert_eq!(forwards.keys(), backwards.keys());
    assert_eq!(forwards.to_json().unwrap(), backwards.to_json().unwrap());
}

#[test]
fn base64_may_be_wrapped_and_unknown_members_are_ignored() {
    let wrapped = KEYS[0]
        .value
        .as_bytes()
        .chunks(64)
        .collect::<Vec<_>>()
        .join(b"\n".as_slice());
    let wrapped = String::from_utf8(wrapped).unwrap();
    for text in [
        &wrapped,
        &wrapped.replace('\n', "\r\n"),
        &format!("{wrapped}\n"),
    ] {
        let value = serde_json::Value::from(text.as_str()).to_string();
        assert_eq!(parse(&with("Value", &value)).unwrap().keys().len(), 1);
    }
    assert!(parse(&with("Added", "[1]")).is_ok());
    assert!(parse(&all().replacen('{', r#"{"ResponseMetadata":{},"#, 1)).is_ok());
    assert!(parse(&format!("\u{feff}{}", all())).is_ok());
}

#[test]
fn an_incomplete_or_empty_list_is_a_warning() {
    let keyring = parse(r#"{"PublicKeyList":[],"NextToken":"abc"}"#).unwrap();
    assert!(keyring.is_empty());
    let origin = "keys.json".to_owned();
    assert_eq!(
        keyring.warnings(),
        [
            KeyringWarning::ListIncomplete {
                origin: origin.clone()
            },
            KeyringWarning::NoKeys { origin },
        ]
    );
    let null = all().replacen('{', r#"{"NextToken":null,"#, 1);
    assert_eq!(parse(&null).unwrap().warnings(), []);
}

#[test]
fn a_wrong_fingerprint_refuses_the_file_or_becomes_a_warning() {
    let other = KEYS[1].fingerprint;
    let json = with("Fingerprint", &format!("{other:?}"));
    let problem = entry_problem(parse(&json));
    let (listed, computed) = (other.parse().unwrap(), KEYS[0].fingerprint.parse().unwrap());
    assert_eq!(
        problem,
        EntryProblem::FingerprintMismatch { listed, computed }
    );

    let accepted = Keyring::parse(
        json.as_bytes(),
        "keys.json",
        None,
        FingerprintPolicy::Accept,
    )
    .unwrap();
    let warning = KeyringWarning::FingerprintMismatch {
        origin: "keys.json".to_owned(),
        entry: "PublicKeyList[0]".to_owned(),
        listed,
        computed,
    };
    assert_eq!(accepted.warnings(), std::slice::from_ref(&warning));
    assert_eq!(accepted.candidates(&region("us-east-1"), other).count(), 1);
    assert_eq!(
        accepted
            .candidates(&region("us-east-1"), KEYS[0].fingerprint)
            .count(),
        0
    );

    let json = serde_json::to_value(&warning).unwrap();
    assert_eq!(json["code"], "fingerprint-mismatch");
    assert_eq!(json["listed"], other);
}

#[test]
fn an_entry_that_is_refused_is_named() {
    let broken = format!(
        r#"{{"PublicKeyList":[{},{{"Value":"AA=="}}]}}"#,
        KEYS[0].listed()
    );
    let refused = parse(&broken).unwrap_err().to_string();
    assert!(
        refused.starts_with("keys.json: PublicKeyList[1]: expected a key: missing field"),
        "{refused}"
    );
}

#[test]
fn entries_are_refused_for_what_is_wrong_with_them() {
    use EntryProblem as P;
    let trailing = BASE64.encode(&[KEYS[0].der(), vec![0]].concat());
    let long = "A".repeat(Limits::VALUE_CHARS + 1);
    for (member, json, expected) in [
        (
            "Value",
            r#""MIIB*""#,
            (|p| matches!(p, P::Base64 { .. })) as fn(&P) -> bool,
        ),
        ("Value", &format!("{trailing:?}"), |p| {
            matches!(p, P::PublicKey(_))
        }),
        ("Value", &format!("{long:?}"), |p| {
            matches!(p, P::ValueTooLong { found: 8193 })
        }),
        ("Value", "7", |p| matches!(p, P::Json { .. })),
        ("Fingerprint", r#""8EBA""#, |p| {
            matches!(p, P::Fingerprint(_))
        }),
        ("ValidityStartTime", r#""2015-07-08""#, |p| {
            matches!(p, P::Time { .. })
        }),
        ("ValidityStartTime", "[]", |p| matches!(p, P::Json { .. })),
        ("ValidityEndTime", "5", |p| matches!(p, P::Validity(_))),
    ] {
        let problem = entry_problem(parse(&with(member, json)));
        assert!(expected(&problem), "{member}: {problem}");
    }
}

#[test]
fn files_are_refused_for_what_is_wrong_with_them() {
    assert!(matches!(file_problem(parse("")), FileProblem::Json { .. }));
    assert!(matches!(
        file_problem(parse("[]")),
        FileProblem::Json { .. }
    ));
    assert!(matches!(
        file_problem(parse(&all()[1..])),
        FileProblem::Json { .. }
    ));
    assert!(matches!(
        file_problem(parse(&all()[..500])),
        FileProblem::Json { .. }
    ));
    assert!(matches!(
        file_problem(parse(&format!("{} 1", all()))),
        FileProblem::Json { .. }
    ));
    assert_eq!(file_problem(parse("{}")), FileProblem::UnknownForm);
    assert_eq!(
        file_problem(parse(r#"{"keys":[]}"#)),
        FileProblem::UnknownForm
    );
    let both = r#"{"schema":"trailseal-keyring/1","PublicKeyList":[]}"#;
    assert_eq!(file_problem(parse(both)), FileProblem::Ambiguous);
    let newer = FileProblem::UnknownSchema {
        found: "trailseal-keyring/2".to_owned(),
    };
    assert_eq!(
        file_problem(parse(r#"{"schema":"trailseal-keyring/2"}"#)),
        newer
    );

    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let refused = Keyring::parse(&utf16, "keys.json", None, FingerprintPolicy::Refuse);
    assert_eq!(file_problem(refused), FileProblem::Utf16);
    assert_eq!(
        file_problem(parse(&" ".repeat(Limits::FILE_BYTES + 1))),
        FileProblem::TooLarge
    );
    let many = format!(r#"{{"PublicKeyList":[{}0]}}"#, "0,".repeat(Limits::KEYS));
    let too_many = FileProblem::TooManyKeys {
        found: Limits::KEYS + 1,
    };
    assert_eq!(file_problem(parse(&many)), too_many);
}

#[test]
fn messages_say_the_way_out() {
    for (json, way_out) in [
        ("{}", "aws cloudtrail list-public-keys --region REGION"),
        ("", "aws cloudtrail list-public-keys --region REGION"),
        (
            r#"{"schema":"x"}"#,
            "expected the schema trailseal-keyring/1, found \"x\"",
        ),
    ] {
        let message = parse(json).unwrap_err().to_string();
        assert!(message.contains(way_out), "{message}");
    }
}

#[test]
fn our_own_form_says_the_region() {
    let keyring = parse(&native(r#""region":"eu-west-1","#)).unwrap();
    assert_eq!(keyring.keys()[0].region(), Some(&region("eu-west-1")));
    let without = native("");
    assert_eq!(parse(&without).unwrap().keys()[0].region(), None);
    let named = parse_for(&without, "eu-west-2").unwrap();
    assert_eq!(named.keys()[0].region(), Some(&region("eu-west-2")));

    let contradicted = entry_problem(parse_for(&native(r#""region":"eu-west-1","#), "eu-west-2"));
    assert!(
        matches!(contradicted, EntryProblem::RegionContradicted { .. }),
        "{contradicted}"
    );
    let no_region = entry_problem(parse(&native(r#""region":"nowhere","#)));
    assert!(matches!(no_region, EntryProblem::Region(_)), "{no_region}");
}

#[test]
fn our_own_form_round_trips() {
    let provenance = r#"{"endpoint":"https://cloudtrail.eu-west-1.amazonaws.com","caller_arn":"arn:aws:iam::123456789012:user/auditor","fetched_at":"2026-01-05T09:00:00Z","tool":"trailseal 0.1.0"}"#;
    let own = native(r#""region":"eu-west-1","#)
        .replace("]}", &format!(r#"],"provenance":{provenance}}}"#));
    let with_provenance = parse(&own).unwrap();
    assert!(with_provenance.sources()[0].to_string().ends_with(
        "fetched from https://cloudtrail.eu-west-1.amazonaws.com by arn:aws:iam::123456789012:user/auditor at 2026-01-05T09:00:00Z with trailseal 0.1.0"
    ));

    let mixed = Keyring::merge([
        with_provenance.clone(),
        parse(&all()).unwrap(),
        parse_for(&all(), "us-east-1").unwrap(),
    ])
    .unwrap();
    for keyring in [with_provenance, mixed] {
        let json = keyring.to_json().unwrap();
        let read = parse(&json).unwrap();
        assert_eq!(read.to_json().unwrap(), json);
        assert_eq!(read.keys().len(), keyring.keys().len());
        for (a, b) in read.keys().iter().zip(keyring.keys()) {
            assert!(a.identity() == b.identity());
            assert_eq!(a.provenance(), b.provenance());
        }
    }
}

#[test]
fn our_own_form_is_written_as_documented() {
    let json = parse(&native(r#""region":"eu-west-1","#))
        .unwrap()
        .to_json()
        .unwrap();
    let expected = format!(
        r#"{{
  "schema": "trailseal-keyring/1",
  "keys": [
    {{
      "region": "eu-west-1",
      "fingerprint": "{}",
      "value": "{}",
      "valid_from": "2015-07-08T01:04:01Z",
      "valid_to": "2015-08-07T01:04:01Z"
    }}
  ]
}}
"#,
        KEYS[0].fingerprint, KEYS[0].value
    );
    assert_eq!(json, expected);
}

#[test]
fn nothing_merged_is_nothing() {
    let keyring = Keyring::merge([]).unwrap();
    assert!(keyring.is_empty());
    assert!(keyring.sources().is_empty());
    assert_eq!(parse(&keyring.to_json().unwrap()).unwrap().keys(), []);
}

#[test]
fn too_many_keys_in_all_are_refused() {
    let four = parse(&all()).unwrap();
    let merged = Keyring::merge(std::iter::repeat_n(four, Limits::KEYS / 4 + 1));
    let found = Limits::KEYS + 4;
    assert_eq!(file_problem(merged), FileProblem::TooManyKeys { found });
}

#[test]
fn keyrings_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Keyring>();
}

/// JSON of any shape, with the members that the parser looks for.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        "\\PC{0,20}".prop_map(Into::into),
        prop::sample::select(
            KEYS.iter()
                .flat_map(|k| [k.value, k.fingerprint])
                .collect::<Vec<_>>()
        )
        .prop_map(Into::into),
        Just(KEYRING_SCHEMA.into()),
    ];
    let member = prop::sample::select(vec![
        "PublicKeyList",
        "NextToken",
        "Value",
        "ValidityStartTime",
        "ValidityEndTime",
        "Fingerprint",
        "schema",
        "keys",
        "provenance",
        "region",
        "fingerprint",
        "value",
        "valid_from",
        "valid_to",
        "endpoint",
        "fetched_at",
        "other",
    ]);
    leaf.prop_recursive(4, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::vec((member.clone(), inner), 0..6).prop_map(|members| {
                members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn json_of_any_shape_never_panics(json in any_json()) {
        let _ = parse(&json.to_string());
        let list = serde_json::json!({ "PublicKeyList": [json.clone()] });
        let _ = parse(&list.to_string());
        let own = serde_json::json!({ "schema": KEYRING_SCHEMA, "keys": [json] });
        let _ = parse(&own.to_string());
    }

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Keyring::parse(&bytes, "keys.json", None, FingerprintPolicy::Accept).is_err());
    }

    #[test]
    fn a_changed_byte_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = all().into_bytes();
        *at.get_mut(&mut bytes) = byte;
        let _ = Keyring::parse(&bytes, "keys.json", None, FingerprintPolicy::Accept);
    }
}
