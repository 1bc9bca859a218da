//! STORY.md: the truth of the sample, written from the data it describes.

use std::fmt::Write as _;

use super::{
    LOG_BUCKET, MANAGEMENT, PRODUCTION, Sample,
    cast::{
        BACKDOOR, BACKUP, BACKUP_ADDRESS, BROKER, CI_ADDRESS, CI_DEPLOY, CI_KEY, CUSTOMER_BUCKET,
        DEPLOY_ROLE, DIEGO, HOME, INTRUDER, INTRUDER_COPY, MARY, OFFICE, ORG_ACCESS, ORGANIZATION,
        TERRAFORM_ROLE, TRAIL, VPN, trail_arn,
    },
    crimes::READS,
    intrusion::{LOGGING_STARTS, LOGGING_STOPS, backdoor_key, backup_key},
    plan::Log,
};

/// The whole text.
pub(super) fn tell(sample: &Sample) -> String {
    let mut text = String::new();
    let parts = [
        trail(sample),
        cast(),
        timeline(sample),
        crimes(sample),
        verdict(sample),
        reconstruction(sample),
        noise(),
    ];
    for part in parts {
        text.push_str(&part);
    }
    text
}

/// Where a log's key ends: the file name, enough to find it.
fn file_name(key: &str) -> &str {
    key.rsplit('/').next().unwrap_or(key)
}

/// What the trail is and how much of it there is.
fn trail(sample: &Sample) -> String {
    let logs = sample.logs().count();
    let records: usize = sample.logs().map(|(_, log)| log.events.len()).sum();
    let digests: usize = sample.chains.iter().map(|chain| chain.windows.len()).sum();
    let arn = trail_arn();
    let mut text = format!(
        "# The story of the sample

Written by the generator (`cargo run -p trailseal-test-vectors --bin generate`) from the data it
describes; do not edit. Everything is invented: documentation account numbers, addresses and
names, throw-away keys. Nothing here was ever delivered by AWS.

This folder is a mirror: `manifest.jsonl` and the objects under `{LOG_BUCKET}/`. The keyring is
`../sample-keys.json`.

## The trail

Organization trail `{TRAIL}` (`{arn}`), organization `{ORGANIZATION}`, bucket `{LOG_BUCKET}` in
the management account, not versioned, no Object Lock. It records management events of all
Regions, object writes in the log bucket itself, and all object calls in `{CUSTOMER_BUCKET}`.
CloudTrail's own writes are not recorded (recursive logging is off). An administrator created it
at 2026-03-10T00:00:45Z, so each chain starts with a digest that has no predecessor.

CloudTrail delivered {logs} logs with {records} records, and {digests} hourly digests in six
chains. Many digests of the quiet Regions are empty: each asserts that nothing was delivered.

| Account | Region | First window starts | Last window ends | Logs delivered | Empty digests |
|---|---|---|---|---|---|
"
    );
    for chain in &sample.chains {
        let count: usize = chain.windows.iter().map(|window| window.logs.len()).sum();
        let empty = chain
            .windows
            .iter()
            .filter(|window| window.logs.is_empty())
            .count();
        let first = chain
            .windows
            .first()
            .map(|window| window.start.rfc3339())
            .unwrap_or_default();
        let last = chain
            .windows
            .last()
            .map(|window| window.end.rfc3339())
            .unwrap_or_default();
        let (account, region) = (chain.place.account, chain.place.region);
        let _ = writeln!(
            text,
            "| {account} | {region} | {first} | {last} | {count} | {empty} |"
        );
    }
    let _ = write!(
        text,
        "
Keys: two a Region. Ireland and Sydney rotate inside the two days; us-east-1 does not, its second
key is in the keyring and signs nothing yet.

{}",
        sample.keys.table()
    );
    text
}

/// Who takes part.
fn cast() -> String {
    let mut text = format!(
        "
## The cast

{MANAGEMENT} is the management account (also pipelines and the log bucket), {PRODUCTION} the
production account. The home Region is {HOME}.

| Who | Identity | Stable id | Key | Address |
|---|---|---|---|---|
"
    );
    let users = [
        (
            CI_DEPLOY,
            CI_KEY.to_owned(),
            CI_ADDRESS,
            "pipelines; **its key leaks**",
        ),
        (BACKUP, BACKUP.key(), BACKUP_ADDRESS, "nightly backup check"),
        (
            MARY,
            MARY.key(),
            OFFICE,
            "administrator; **innocent, blamed by the planted log**",
        ),
        (
            DIEGO,
            DIEGO.key(),
            VPN,
            "developer who mistypes his password",
        ),
        (
            BROKER,
            BROKER.key(),
            "192.0.2.201",
            "hands federation tokens to a partner",
        ),
        (
            BACKDOOR,
            backdoor_key(),
            INTRUDER,
            "**the intruder's user in production**",
        ),
    ];
    for (user, key, address, who) in users {
        let _ = writeln!(
            text,
            "| {who} | `{}` | `{}` | `{key}` | {address} |",
            user.arn(),
            user.id()
        );
    }
    let _ = writeln!(
        text,
        "| **the intruder as backup-operator** | `{}` | `{}` | `{}` | {INTRUDER} |",
        BACKUP.arn(),
        BACKUP.id(),
        backup_key()
    );
    for (role, who) in [
        (
            DEPLOY_ROLE,
            "pipelines' role; its path is lost in session ARNs",
        ),
        (TERRAFORM_ROLE, "pipelines' role in production"),
        (ORG_ACCESS, "the management account's way into production"),
    ] {
        let _ = writeln!(text, "| {who} | `{}` | `{}` | | |", role.arn(), role.id());
    }
    let _ = write!(
        text,
        "
The intruder works from {INTRUDER} and copies objects to {INTRUDER_COPY}. Identity Center people
(saanvi.sarkar, li.juan, kwaku.mensah, akua.mansa) come from {OFFICE} and {VPN}.
"
    );
    text
}

/// What the fate of a log is, in a word.
fn fate(sample: &Sample, key: &str) -> &'static str {
    let marks = &sample.marks;
    if key == marks.edited {
        "altered"
    } else if key == marks.deleted_log {
        "deleted"
    } else if marks.unvouched.iter().any(|unvouched| unvouched == key) {
        "unvouched"
    } else {
        "verified"
    }
}

/// The intrusion, record by record.
fn timeline(sample: &Sample) -> String {
    let mut text = String::from(
        "
## The intrusion

As CloudTrail delivered it, before the tampering. *Proof* says what the tampering left of the log
that holds the record.

| Time (UTC) | Account, Region | Event | What it is | eventID | Log | Proof |
|---|---|---|---|---|---|---|
",
    );
    for (event, key) in sample.noted() {
        let code = event.record["errorCode"]
            .as_str()
            .map_or_else(String::new, |code| format!(" ({code})"));
        let note = event.note.as_deref().unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {}, {} | `{}`{code} | {note} | `{}` | `{}` | {} |",
            event.time.rfc3339(),
            event.place.account,
            event.place.region,
            event.name(),
            event.id(),
            file_name(key),
            fate(sample, key),
        );
    }
    let _ = write!(
        text,
        "
Between {LOGGING_STOPS} and {LOGGING_STARTS} no trail of the organization recorded anything: no
delivered record of any account or Region has a time in between. In these minutes the intruder made the
second key of `{}`, `{}`; its first use at 04:41:05Z is on record, its making is not. Digests kept
coming on the hour and the chains do not break: CloudTrail breaks a chain one hour after logging
or validation is switched off, and this was six minutes. **No digest shows this interval; only the
two records do.** Event history (90 days) of the account would still hold the `CreateAccessKey`.
",
        BACKUP.name,
        backup_key()
    );
    text
}

/// The four crimes.
fn crimes(sample: &Sample) -> String {
    let marks = &sample.marks;
    let lost = lost_log(sample);
    let reads = lost
        .events
        .iter()
        .filter(|event| event.note.is_some())
        .count();
    let mut text = format!(
        "
## The four crimes

Exactly these objects differ from what CloudTrail delivered.

1. **A log edited.** `{}`
   In {} of its records `sourceIPAddress` was changed from {INTRUDER} to {CI_ADDRESS}, so that the
   first use of the leaked key looks like the pipelines. Valid gzip, valid JSON.
2. **A log deleted.** `{}`
   It held {reads} reads of `pii/customers/` among {} records.
3. **A digest deleted.** `{}`
   The hour in which instances were started in a Region that nobody uses. Its logs are untouched.
4. **A log planted.** `{}`
   It says that {} made the key `{}` at 04:24:18Z, while nothing was recorded.

The planted records:

| Time (UTC) | Event | Claimed actor | eventID |
|---|---|---|---|
",
        marks.edited,
        marks.changed,
        marks.deleted_log,
        lost.events.len(),
        marks.deleted_digest,
        marks.planted,
        MARY.name,
        backup_key(),
    );
    for event in &marks.planted_events {
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | `{}` |",
            event.time.rfc3339(),
            event.name(),
            MARY.name,
            event.id()
        );
    }
    text
}

/// The deleted log, as it was.
fn lost_log(sample: &Sample) -> &Log {
    let (_, log) = sample
        .logs()
        .find(|(chain, log)| chain.place == READS && log.key == sample.marks.deleted_log)
        .expect("the deleted log was delivered");
    log
}

/// What a verifier must say.
fn verdict(sample: &Sample) -> String {
    let expect = sample.expect();
    let mut text = String::from(
        "
## What `trailseal verify` must report

Outcome **failed**, exit code 1, with these findings and no other:

| Code | Answer | Object |
|---|---|---|
",
    );
    for finding in &expect.findings {
        let answer = match finding.code.as_str() {
            "log-unreferenced" | "log-unvouched" => "unchecked",
            _ => "failed",
        };
        let _ = writeln!(
            text,
            "| `{}` | {answer} | `{}` |",
            finding.code, finding.object
        );
    }
    if let Some(tally) = expect.tally {
        let _ = write!(
            text,
            "
{} digests are verified and one is absent. {} logs are verified, one is altered, one is absent,
{} are left unvouched by the missing digest, one is named by no digest.
",
            tally.digests_verified,
            tally.logs_verified,
            sample.marks.unvouched.len()
        );
    }
    text.push_str(
        "
Coverage by verified digests (times of delivery):

| Account | Region | Proved | Failed |
|---|---|---|---|
",
    );
    for chain in &sample.chains {
        let first = chain
            .windows
            .first()
            .map(|window| window.start.rfc3339())
            .unwrap_or_default();
        let last = chain
            .windows
            .last()
            .map(|window| window.end.rfc3339())
            .unwrap_or_default();
        let hole = chain
            .windows
            .iter()
            .find(|window| window.digest_key == sample.marks.deleted_digest);
        let (proved, failed) = match hole {
            Some(hole) => (
                format!(
                    "{first} to {}, {} to {last}",
                    hole.start.rfc3339(),
                    hole.end.rfc3339()
                ),
                format!("{} to {}", hole.start.rfc3339(), hole.end.rfc3339()),
            ),
            None => (format!("{first} to {last}"), String::from("none")),
        };
        let (account, region) = (chain.place.account, chain.place.region);
        let _ = writeln!(text, "| {account} | {region} | {proved} | {failed} |");
    }
    text
}

/// What can still be found out, and from what.
fn reconstruction(sample: &Sample) -> String {
    let lost = lost_log(sample);
    let turns = sample
        .noted()
        .iter()
        .filter(|(event, key)| event.name() == "GetObject" && *key != lost.key)
        .count();
    format!(
        "
## What an investigator can reconstruct

From verified logs alone:

* The chain of credentials: `{CI_KEY}` → session `ci-run-8841` of `{}` → session `org-sync` of
  `{}` → user `{}` with key `{}`. Both copies of the step into the other account are proved and
  share one sharedEventID and requestID.
* That the session `ci-run-8841` is not a pipeline's: address and program differ, it lasts four
  hours instead of one, and no run has that number (`ci-run-8839` and `ci-run-8842` do).
* {turns} reads of `{CUSTOMER_BUCKET}` from {INTRUDER_COPY}, the refused attempts on the trail,
  and the pair `StopLogging` / `StartLogging` with its six minutes and nineteen seconds.
* The cover-up: the four writes to the log bucket by key `{}` from {INTRUDER} are object-level
  records in verified logs and name the very objects that fail.
* Which log is missing and what it must have hashed to: the digest still says so, with the times
  of its oldest and newest event.

Only with unverified logs admitted, and marked so:

* The first minutes of discovery (altered log). Its addresses cannot be believed. That some were
  changed is proved, which ones is not; the user agent in it, though, still is the intruder's.
* The instances in Sydney (unvouched logs: probably untouched, but nothing proves it).
* The planted log. Whoever reads it without a verifier finds the missing `CreateAccessKey` and
  blames {}. Three things contradict it: no digest names the file, its times lie between
  `StopLogging` and `StartLogging`, and no record issues the session it shows.

Not from this bucket at all:

* Which objects were read in the deleted log (S3 server access logs, or a copy of the bucket,
  would say), and what was done while logging was off (Event history would say).

What survives elsewhere: Event history of both accounts for 90 days; the successor's copy of the
deleted digest's hash and signature, so that a copy of it found anywhere can be proved; the
digest's hashes of the edited and the deleted log, likewise.
",
        DEPLOY_ROLE.arn(),
        ORG_ACCESS.arn(),
        BACKDOOR.name,
        backdoor_key(),
        backup_key(),
        MARY.name,
    )
}

/// What else is in the sample for readers of records.
fn noise() -> String {
    String::from(
        "
## Peculiar records, all innocent

* Every identity type: Root (signed in, and through `AssumeRoot`), IAMUser, AssumedRole, Role,
  FederatedUser, SAMLUser, WebIdentityUser, Directory, AWSAccount, AWSService,
  IdentityCenterUser, Unknown, and a service event whose identity has no type.
* One record delivered twice with the same eventID (`PutDashboard`, 2026-03-10T16:05:12Z); its
  parameters were too large and are replaced by the `omitted` marker.
* One record delivered two hours late, with an `addendum` (`ReceiveMessage`,
  2026-03-10T13:41:55Z).
* A failed sign-in with a hidden user name, another with a wrong password.
* Sessions of instance roles, which no recorded `AssumeRole` issues.
",
    )
}
