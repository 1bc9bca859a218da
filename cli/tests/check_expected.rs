//! Accounts and Regions that `trailseal check` expects, and what becomes of others.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod watched;

use std::fs;

use serde_json::Value;
use trailseal_loopback::{Faults, Member};
use trailseal_test_vectors::gzip;
use watched::{BUCKET, Checked, ORGANIZATION, World, hour};

fn world(accounts: usize, regions: usize) -> World {
    let mut world = World::new(accounts, regions);
    for at in 0..3 {
        world.deliver_all(at);
    }
    world
}

fn pair(code: &str, scope: &str) -> (String, String) {
    (code.to_owned(), scope.to_owned())
}

fn levels(checked: &Checked) -> Vec<&str> {
    let all = checked.report["findings"].as_array().unwrap();
    all.iter()
        .map(|finding| finding["level"].as_str().unwrap())
        .collect()
}

#[test]
fn an_account_that_nobody_expects_is_told_until_it_is_expected() {
    let world = world(2, 2);
    let accounts = "[policy]\naccounts = [\"111122220000\"]\n";
    let files = ["text", "json", "junit", "sarif", "ocsf", "openmetrics"];
    let outputs: String = files
        .iter()
        .map(|kind| format!("[[output]]\nkind = \"{kind}\"\npath = \"out.{kind}\"\n"))
        .collect();
    let asff = "[[output]]\nkind = \"asff\"\npath = \"out.asff\"\naccount = \"999988887777\"\n\
                region = \"eu-west-1\"\n";
    world.configure(&format!("{accounts}{outputs}{asff}"));
    let told = world.check(2);
    let expected = pair("policy-account-unexpected", "111122220001/*");
    assert_eq!((told.code, told.fresh()), (Some(3), vec![expected]));
    assert_eq!(levels(&told), ["warn"]);
    let finding = &told.report["findings"][0];
    let detail = finding["detail"].as_str().unwrap();
    assert!(detail.ends_with("in eu-west-1, us-east-1"), "{detail}");
    for kind in files
        .into_iter()
        .chain(["asff"])
        .filter(|it| *it != "openmetrics")
    {
        let text = fs::read_to_string(world.path(&format!("out.{kind}"))).unwrap();
        assert!(
            text.contains("policy-account-unexpected") && text.contains("111122220001"),
            "{kind}: {text}"
        );
    }
    let metrics = fs::read_to_string(world.path("out.openmetrics")).unwrap();
    assert!(
        metrics.contains("findings{source=\"org\",level=\"warn\"} 1"),
        "{metrics}"
    );

    world.configure(&format!(
        "{accounts}fail = [\"policy-account-unexpected\"]\n"
    ));
    let failed = world.check(2);
    assert_eq!((failed.code, levels(&failed)), (Some(3), vec!["fail"]));
    assert_eq!(failed.report["state"], "fail");

    world.configure("[policy]\naccounts = [\"111122220000\", \"111122220001\"]\n");
    let joined = world.check(2);
    assert_eq!(
        (joined.code, joined.findings("resolved").len()),
        (Some(0), 1)
    );
    world.configure("");
    world.check(2).passes();
}

#[test]
fn a_region_that_nobody_expects_is_told_for_each_account_and_accepted_for_one() {
    let world = world(2, 2);
    let regions = "[policy]\nregions = [\"us-east-1\"]\n";
    world.configure(regions);
    let told = world.check(2);
    let expected = ["111122220000/eu-west-1", "111122220001/eu-west-1"];
    let expected = expected.map(|scope| pair("policy-region-unexpected", scope));
    let mut found = told.fresh();
    found.sort();
    assert_eq!((told.code, found), (Some(3), expected.to_vec()));

    world.configure(&format!(
        "{regions}[[policy.accept]]\ncode = \"policy-region-unexpected\"\n\
         account = \"111122220000\"\nregion = \"eu-west-1\"\nreason = \"a branch\"\n"
    ));
    let accepted = world.check(2);
    assert_eq!(accepted.code, Some(3));
    assert_eq!(levels(&accepted), ["warn", "accepted"]);

    // Of an account that is not expected its Regions say nothing more.
    world.configure("[policy]\nregions = [\"us-east-1\"]\naccounts = [\"111122220000\"]\n");
    let stranger = world.check(2);
    let expected = pair("policy-account-unexpected", "111122220001/*");
    assert_eq!(stranger.fresh(), [expected]);
    assert_eq!(stranger.findings("resolved").len(), 1);
}

#[test]
fn logs_alone_make_an_account_and_what_cannot_be_listed_is_not_gone() {
    let world = world(1, 1);
    let folder = format!("AWSLogs/{ORGANIZATION}/999988887777");
    let planted = format!(
        "{folder}/CloudTrail/eu-west-1/2026/03/02/999988887777_CloudTrail_eu-west-1_\
         20260302T0105Z_O0T5epZtK0Mcs0Gu.json.gz"
    );
    let records = gzip(b"{\"Records\":[]}");
    world
        .server
        .store()
        .put(BUCKET, &planted, records, &[])
        .unwrap();
    world.configure("[policy]\naccounts = [\"111122220000\"]\n");
    let told = world.check(2);
    let unexpected = pair("policy-account-unexpected", "999988887777/*");
    assert!(told.fresh().contains(&unexpected), "{}", told.report);

    world.server.set_faults(Faults {
        deny_list: vec![folder],
        ..Faults::default()
    });
    let denied = world.check(2);
    assert!(denied.findings("open").contains(&unexpected), "{denied:?}");
    let detail = |checked: &Checked| -> String {
        let all = checked.report["findings"].as_array().unwrap();
        let ours = |finding: &&Value| finding["code"] == "policy-account-unexpected";
        all.iter().find(ours).unwrap()["detail"].to_string()
    };
    assert!(detail(&denied).contains("could not be listed"));

    world.server.set_faults(Faults::default());
    world.delete(&planted);
    let gone = world.check(2);
    assert!(gone.findings("resolved").contains(&unexpected), "{gone:?}");
    assert_eq!(gone.code, Some(0), "{}", gone.report);
}

const FROM_ORGANIZATION: &str = "[policy]\naccounts = \"organization\"\n";

fn denied() -> Faults {
    Faults {
        deny_calls: vec!["ListAccounts".to_owned()],
        ..Faults::default()
    }
}

fn prod() -> Member {
    Member::new("111122220000", "production")
}

/// Members that were closed: with any other they are two answers.
fn closed() -> impl Iterator<Item = Member> {
    (0..20).map(|number| Member::new(format!("4444555{number:05}"), "old").state("CLOSED"))
}

#[test]
fn the_organization_says_who_is_expected() {
    let mut world = world(3, 1);
    let parted = || Member::new("111122220001", "parted");
    let sandbox = || Member::new("999988887777", "sandbox");
    world.organize(closed().chain([
        prod(),
        parted().state("SUSPENDED"),
        sandbox().joined(hour(-100)),
        Member::new("777788889999", "just joined").joined(hour(3)),
    ]));
    world.configure(FROM_ORGANIZATION);
    let told = world.check(2);
    assert_eq!(world.server.requests()["ListAccounts"], 2);
    let expected = [
        pair("no-digests", "999988887777/*"),
        pair("policy-account-unexpected", "111122220002/*"),
    ];
    let mut found = told.fresh();
    found.sort();
    assert_eq!((told.code, found), (Some(3), expected.to_vec()));
    let all = told.report["findings"].to_string();
    assert!(all.contains("the organization's \\\"sandbox\\\""), "{all}");

    // The suspended account falls silent, the one that is no member goes on.
    for at in 3..8 {
        world.deliver(0, at);
        world.deliver(2, at);
    }
    world.organize([prod(), parted().state("SUSPENDED"), sandbox()]);
    let silent = world.check(7);
    assert_eq!(silent.fresh(), [], "{}", silent.report);
    world.organize([prod(), parted(), sandbox()]);
    let missed = world.check(7);
    let expected = [pair("policy-tail-lag", "111122220001/us-east-1")];
    assert_eq!(missed.fresh(), expected);

    world.organize([prod(), Member::new("111122220002", "joined")]);
    let left = world.check(7);
    let expected = [pair("policy-account-unexpected", "111122220001/*")];
    assert_eq!(left.fresh(), expected);
    assert_eq!(left.findings("resolved").len(), 2, "{}", left.report);
}

#[test]
fn an_organization_that_cannot_be_asked_is_not_one_of_nobody() {
    let mut world = world(2, 1);
    world.configure(FROM_ORGANIZATION);
    let unasked = pair("policy-organization-unasked", "*/*");
    world.organize([prod(), Member::new("999988887777", "sandbox")]);
    let told = world.check(2);
    let before = told.fresh();
    assert_eq!(before.len(), 2, "{}", told.report);

    world.server.set_faults(denied());
    let denied_now = world.check(2);
    assert_eq!(
        (denied_now.code, denied_now.fresh()),
        (Some(3), vec![unasked.clone()])
    );
    assert_eq!(denied_now.findings("open").len(), 2, "nothing is resolved");
    let all = denied_now.report["findings"].as_array().unwrap();
    let finding = all
        .iter()
        .find(|it| it["code"] == unasked.0.as_str())
        .unwrap();
    let detail = finding["detail"].as_str().unwrap();
    assert!(
        detail.contains("denied") && detail.contains("the permission organizations:ListAccounts"),
        "{detail}"
    );

    world.server.set_faults(Faults::default());
    let again = world.check(2);
    assert_eq!(again.findings("resolved"), [unasked]);
    assert_eq!(again.findings("open").len(), 2);

    // Nothing else is amiss, and somebody accepts that nobody is asked.
    world.organize([prod(), Member::new("111122220001", "other")]);
    world.check(2);
    world.server.set_faults(denied());
    let alone = world.check(2);
    assert_eq!((alone.code, levels(&alone)), (Some(3), vec!["warn"]));
    assert_eq!(alone.report["outcome"], "unchecked");
    world.configure(&format!(
        "{FROM_ORGANIZATION}[[policy.accept]]\ncode = \"policy-organization-unasked\"\n\
         reason = \"known\"\n"
    ));
    let accepted = world.check(2);
    assert_eq!(
        (accepted.code, levels(&accepted)),
        (Some(3), vec!["accepted"])
    );
    assert_eq!(accepted.report["state"], "warn");
}

#[test]
fn who_would_be_asked_is_said_and_not_asked() {
    let mut world = world(1, 1);
    world.organize([prod()]);
    world.configure(FROM_ORGANIZATION);
    let dry = world.run(&["check", "--dry-run"]);
    let text = String::from_utf8(dry.stdout).unwrap();
    assert!(text.contains("organizations:ListAccounts"), "{text}");
    assert!(world.server.requests().is_empty());
    world.check(2).passes();
}
