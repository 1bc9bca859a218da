use trailseal_forensics::Record;
use trailseal_forensics::actor::Roster;

use super::*;
use crate::render::forensic::sample::{self, sample};

fn actors(asked: Option<&str>, order: Order) -> Actors<'static> {
    Actors::of(&sample().verified.roster, asked, order)
}

fn told(asked: Option<&str>, order: Order, rows: usize) -> String {
    let actors = actors(asked, order);
    sample::text(|page| roster_text(page, &actors, rows))
}

#[test]
fn totals_come_first_then_one_row_an_actor() {
    let text = told(None, Order::Events, 100);
    let all = actors(None, Order::Events).list().len();
    assert!(
        text.starts_with(&format!("{all} actors, 3,002 events: ")),
        "{text}"
    );
    let row = text.lines().find(|line| line.starts_with("user ci-deploy"));
    let row: Vec<&str> = row.unwrap().split_whitespace().collect();
    assert_eq!(
        row[..5],
        ["user", "ci-deploy", "111122223333", "30", "1"],
        "{text}"
    );
    // A name that does not fit its column has a line of its own.
    assert!(
        text.contains("\nrole OrganizationAccountAccessRole\n"),
        "{text}"
    );
    assert!(!text.contains("more actors"), "{text}");
}

#[test]
fn rows_are_sorted_and_the_rest_is_counted() {
    let text = told(None, Order::Denials, 3);
    assert!(text.contains("most denied first"), "{text}");
    assert!(text.contains("more actors with"), "{text}");
    for (order, number) in [
        (Order::Events, 0),
        (Order::Writes, 1),
        (Order::Errors, 2),
        (Order::Denials, 3),
    ] {
        let actors = actors(None, order);
        let numbers = actors.list().iter().map(|(_, entry)| {
            let it = &entry.summary;
            [it.events, it.writes, it.errors, it.denials][number]
        });
        assert!(numbers.rev().is_sorted(), "{order:?}");
    }
    let first = actors(None, Order::First);
    let times = first
        .list()
        .iter()
        .filter_map(|(_, entry)| entry.summary.first);
    assert!(times.is_sorted());
}

#[test]
fn one_actor_is_told_in_full() {
    let text = told(Some("SVC-metrics"), Order::Name, 10);
    assert!(
        text.starts_with("user svc-metrics-sync (444455556666): 26 events"),
        "{text}"
    );
    for part in [
        "AIDAIOPBUR6SGNEXAMPLE",
        "AKIAR36EHLPNCEXAMPLE",
        "203.0.113.77",
        "203.0.113.142",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn nobody_is_said_too() {
    assert_eq!(
        told(Some("nobody-of-this-name"), Order::Name, 10),
        "0 actors, 0 events\n"
    );
}

#[test]
fn the_document_has_everyone_and_everything() {
    let actors = actors(None, Order::Writes);
    let document = sample::json(|about| roster_json(&actors, about));
    assert_eq!(document["schema"], "trailseal-actors/1");
    assert_eq!(document["order"], "writes");
    assert_eq!(document["totals"]["events"], 3002);
    let list = document["actors"].as_array().unwrap();
    assert_eq!(list.len(), actors.list().len());
    assert!(
        list.iter()
            .all(|one| one["id"].is_string() && one["addresses"]["kept"].is_object())
    );
}

#[test]
fn hostile_names_keep_the_table_whole() {
    let evil = "x\\u001b[2J\\n9 9 9\\u202e日本".repeat(5000);
    let mut roster = Roster::default();
    for id in ["AIDACKCEVSQ6C2EXAMPLE", "AIDACKCEVSQ6C3EXAMPLE"] {
        let record = format!(
            r#"{{"eventTime":"2026-03-10T10:00:00Z","awsRegion":"{evil}","userAgent":"{evil}","sourceIPAddress":"{evil}","userIdentity":{{"type":"IAMUser","principalId":"{id}","accountId":"{evil}","userName":"{evil}"}}}}"#
        );
        roster.add(&Record::parse(&record).unwrap());
    }
    let all = Actors::of(&roster, None, Order::Events);
    let table = sample::text(|page| roster_text(page, &all, 10));
    let one = Actors::of(&roster, Some("q6c2"), Order::Events);
    let detail = sample::text(|page| roster_text(page, &one, 10));
    assert!(table.len() < 5000 && detail.len() < 10_000);
    assert!(detail.contains(r"x\u{1b}[2J"), "{detail}");
}
