//! The same events, whatever is asked for.

use std::ops::ControlFlow;

use proptest::prelude::*;
use trailseal_forensics::Record;
use trailseal_forensics::lookup::{Attribute, Criterion, Filter, Fit};
use trailseal_forensics::record::Open;
use trailseal_forensics::timeline::Line;

use super::common::config;
use super::support::{direct, lines, open, whole};

/// Those of all lines that fit.
fn expected(filter: &Filter) -> (Vec<&'static Line>, u64) {
    let mut undated = 0;
    let mut fitting = Vec::new();
    for line in &direct().lines {
        match filter.fits(&Record::parse(line.record().unwrap()).unwrap()) {
            Fit::Yes => fitting.push(line),
            Fit::Undated => undated += 1,
            Fit::No => {}
        }
    }
    (fitting, undated)
}

#[track_caller]
fn check(filter: &Filter) -> usize {
    let case = trailseal_forensics::case::Case::open(whole()).unwrap();
    let (found, undated) = lines(&case, filter);
    let (expected, expected_undated) = expected(filter);
    assert_eq!(undated, expected_undated, "{filter:?}");
    let found: Vec<&Line> = found.iter().collect();
    assert_eq!(found.len(), expected.len(), "{filter:?}");
    assert!(found == expected, "{filter:?}");
    found.len()
}

#[test]
fn each_way_to_ask_finds_what_it_names() {
    for (criterion, some) in [
        ("EventName=StopLogging", true),
        ("EventName=Stop*", true),
        ("EventSource=sts", true),
        ("ReadOnly=false", true),
        ("ErrorCode=*", true),
        ("ErrorCode=AccessDenied", true),
        ("Account=444455556666", true),
        ("Region=eu-west-1", true),
        ("EventCategory=Data", true),
        ("AccessKeyId=AKIACIDEPLOY2EXAMPLE", true),
        ("AccessKeyId=AKIACIDEPLOY*", true),
        ("AccessKeyId=no key at all", false),
        ("Username=ci-deploy", true),
        ("Username=root", true),
        ("Actor=mary.major", true),
        ("Actor=arn:aws:iam::111122223333:user/mary.major", true),
        ("Session=org-sync", true),
        ("Address=203.0.113.77", true),
        ("Address=203.0.113.0/24", true),
        ("Address=lambda.amazonaws.com", true),
        ("UserAgent=*aws-cli*", true),
        ("EventId=c485acca-e819-497d-b6a1-7a9b93e5b733", true),
        ("EventId=c485*", true),
        ("EventId=none", false),
        ("ResourceName=example-customer-exports", true),
        ("ResourceName=*customer*", true),
        ("ResourceType=AWS::S3::Object", true),
        ("Text=backdoor", false),
        ("Text=Customer-Exports", true),
    ] {
        let filter = Filter::default().and(criterion.parse::<Criterion>().unwrap());
        assert_eq!(check(&filter) > 0, some, "{criterion}");
    }
}

#[test]
fn a_resource_is_found_by_what_a_request_says() {
    let named = direct().lines.iter().filter_map(|line| {
        let record: serde_json::Value = serde_json::from_str(line.record().unwrap()).unwrap();
        let parameters = record["requestParameters"].as_object()?;
        parameters
            .values()
            .find_map(|value| value.as_str().map(str::to_owned))
    });
    let named: std::collections::BTreeSet<String> = named.collect();
    assert!(named.len() > 10, "{named:?}");
    for name in named.iter().step_by(named.len() / 6) {
        let criterion = Criterion::new(Attribute::ResourceName, name).unwrap();
        assert!(check(&Filter::default().and(criterion)) > 0, "{name}");
    }
}

#[test]
fn it_can_be_stopped() {
    let case = open();
    let mut visited = 0;
    let found = case.events(&Filter::default(), |_| {
        visited += 1;
        if visited == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert_eq!((visited, found.unwrap().events), (3, 3));
    case.cancel().cancel();
    let stopped = case.events(&Filter::default(), |_| ControlFlow::Continue(()));
    let text = stopped.unwrap_err().to_string();
    assert!(text.ends_with("stopped"), "{text}");
}

/// A value that some record has, or one like it.
fn value(record: &Record<'_>, attribute: Attribute, form: usize) -> Option<String> {
    let identity = record.user_identity.as_deref();
    let found = match attribute {
        Attribute::AccessKeyId => identity?.access_key_id.as_deref(),
        Attribute::Account => record.account(),
        Attribute::Actor => identity?
            .arn
            .as_deref()
            .or(identity?.principal_id.as_deref()),
        Attribute::Address => record.source_ip_address.as_deref(),
        Attribute::ErrorCode => record.error_code.as_deref(),
        Attribute::EventCategory => record.event_category.as_ref().map(Open::text),
        Attribute::EventId => record.id(),
        Attribute::EventName => record.event_name.as_deref(),
        Attribute::EventSource => record.event_source.as_deref(),
        Attribute::ReadOnly => record
            .read_only
            .map(|it| if it.is_true() { "true" } else { "false" }),
        Attribute::Region => record.aws_region.as_deref(),
        Attribute::ResourceName => record.resources.as_ref()?.first()?.arn.as_deref(),
        Attribute::ResourceType => record.resources.as_ref()?.first()?.resource_type.as_deref(),
        Attribute::Session => identity?
            .principal_id
            .as_deref()?
            .split_once(':')
            .map(|it| it.1),
        Attribute::UserAgent => record.user_agent.as_deref(),
        Attribute::Username => trailseal_forensics::lookup::username(record),
    }?;
    let middle = found.floor_char_boundary(found.len() / 2);
    Some(match form {
        0..=3 => found.to_owned(),
        4 => format!("{}*", &found[..middle]),
        5 => format!("*{}", &found[middle..]),
        _ => format!("{found}x"),
    })
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn any_filter_gives_the_same_events(
        parts in prop::collection::vec((any::<prop::sample::Index>(), 0..16usize, 0..7usize), 0..4),
        alike in prop::option::of((any::<prop::sample::Index>(), 0..7usize)),
        text in prop::option::of("[a-z]{1,3}"),
        from in prop::option::of(-3_600i64..180_000),
        length in prop::option::of(1i64..100_000),
    ) {
        let start = "2026-03-10T00:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
        let at = |second: i64| jiff::Timestamp::from_second(start + second).unwrap();
        let to = length.map(|length| at(from.unwrap_or(0) + length));
        let mut filter = Filter::between(from.map(at), to).unwrap();
        let add = |filter: &mut Filter, which: prop::sample::Index, attribute, form| {
            let line = which.get(&direct().lines);
            let record = Record::parse(line.record().unwrap()).unwrap();
            if let Some(value) = value(&record, attribute, form)
                && let Ok(criterion) = Criterion::new(attribute, &value)
            {
                *filter = std::mem::take(filter).and(criterion);
            }
        };
        for (which, attribute, form) in &parts {
            add(&mut filter, *which, Attribute::ALL[*attribute], *form);
        }
        if let (Some((which, form)), Some((_, attribute, _))) = (alike, parts.first()) {
            add(&mut filter, which, Attribute::ALL[*attribute], form);
        }
        if let Some(text) = text {
            filter = filter.and(Criterion::text(&text).unwrap());
        }
        check(&filter);
    }
}
