//! `case MIRROR CASE`: builds a case of a mirror, in the pass that verifies it,
//! and asks it questions.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it did")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Parser;
use jiff::Timestamp;
use trailseal_benches::measured::{self, Elapsed, timed};
use trailseal_forensics::case::{Builder, Built, Case, Verification};
use trailseal_forensics::lookup::{Attribute, Criterion, Filter};
use trailseal_forensics::reader::Limits;
use trailseal_forensics::session::Query;
use trailseal_verifier::source::Directory;
use trailseal_verifier::verdict::Finding;
use trailseal_verifier::walk::{self, Progress, Request};

/// Builds a case of a mirror and asks it questions.
#[derive(Parser)]
struct Args {
    /// A mirror that `synthetic` wrote, its keys beside it.
    mirror: PathBuf,
    /// The case: built if it is not there, added to if it is.
    case: PathBuf,
    /// Threads that read; 0 for one per processor.
    #[arg(long, default_value_t = 0)]
    jobs: usize,
    /// Only ask.
    #[arg(long)]
    ask: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if !args.ask {
        let (built, elapsed) = timed(|| build(&args));
        tell(&built?, elapsed, &args.case)?;
    }
    ask(&args.case)
}

fn build(args: &Args) -> anyhow::Result<Built> {
    let source = Directory::open(&args.mirror, None)?;
    let keys = format!("{}-keys.json", args.mirror.display());
    let keyring = measured::keyring(Path::new(&keys))?;
    let request = Request {
        jobs: args.jobs,
        ..Request::default()
    };
    let mut builder = if args.case.exists() {
        Builder::extend(&args.case)?
    } else {
        Builder::create(&args.case)?
    };
    let progress = Progress::default();
    let mut findings: Vec<Finding> = Vec::new();
    let (report, read) = timed(|| {
        builder.fed(Limits::default(), &progress, |feed| {
            walk::verify(&source, &keyring, &request, feed, &mut findings, &progress)
        })
    });
    let report = report??;
    println!(
        "logs read and written in {:.2} s ({:.2} s of processor time)",
        read.wall, read.cpu
    );
    if let Some(finding) = findings.first() {
        bail!(
            "the data is not healthy: {} {}",
            finding.code,
            finding.object
        );
    }
    let verification = Verification {
        at: Timestamp::UNIX_EPOCH,
        tool: "benchmark".into(),
        command: "case".into(),
        input: args.mirror.display().to_string(),
        keyrings: Vec::new(),
        outcome: report.outcome,
        interrupted: report.interrupted,
        report: serde_json::to_string(&report)?,
    };
    let (built, finish) = timed(|| builder.finish(&verification));
    println!(
        "completed in {:.2} s ({:.2} s of processor time)",
        finish.wall, finish.cpu
    );
    Ok(built?)
}

fn tell(built: &Built, elapsed: Elapsed, case: &Path) -> anyhow::Result<()> {
    let rate = built.events as f64 / elapsed.wall;
    let bytes = std::fs::metadata(case)?.len() as f64 / 1e6;
    println!(
        "{} logs, {} events, {} copies in {:.2} s ({:.2} s of processor time): {rate:.0} events/s; \
         the case has {bytes:.0} MB",
        built.logs, built.events, built.copies, elapsed.wall, elapsed.cpu
    );
    Ok(())
}

/// Questions about something that the case holds.
fn ask(path: &Path) -> anyhow::Result<()> {
    let (case, elapsed) = timed(|| Case::open(path));
    let case = case?;
    say("open", 0, elapsed);
    let (graph, elapsed) = timed(|| case.graph());
    let graph = graph?;
    say("sessions", graph.uses().count() as u64, elapsed);
    let (roster, elapsed) = timed(|| case.actors());
    say("actors", roster?.entries().len() as u64, elapsed);
    if let Some(usage) = graph.uses().nth(5) {
        let query = Query::parse(usage.actor.id.as_str())?;
        let (answer, elapsed) = timed(|| graph.resolve().whois(&query));
        say("whois", answer.chains.len() as u64, elapsed);
    }
    let (middle, some) = sample(&case)?;
    for (attribute, value) in some {
        let filter = Filter::default().and(Criterion::new(attribute, &value)?);
        let shown = &value[..value.floor_char_boundary(40)];
        question(&case, &format!("{}={shown}", attribute.as_str()), &filter)?;
    }
    let hour = middle.checked_add(jiff::SignedDuration::from_mins(10))?;
    let range = Filter::between(Some(middle), Some(hour))?;
    question(&case, "ten minutes", &range)?;
    let refused = Criterion::new(Attribute::ErrorCode, "*")?;
    question(&case, "ten minutes, ErrorCode=*", &range.and(refused))?;
    let (rows, elapsed) = timed(|| -> anyhow::Result<u64> {
        let sql = "SELECT event_name, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC";
        let mut statement = case.sql(sql)?;
        let mut rows = statement.rows()?;
        let mut count = 0;
        while rows.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    });
    say("SQL: events by name", rows?, elapsed);
    Ok(())
}

type Sample = (Timestamp, Vec<(Attribute, String)>);

/// What an event in the midst of the case says.
fn sample(case: &Case) -> anyhow::Result<Sample> {
    let sql = "SELECT unix_time, event_id, event_name, access_key, username, source_address, \
               actor_id, error_code, region, text.text FROM events \
               JOIN resource ON resource.event = events.id JOIN text ON text.id = resource.arn \
               WHERE events.id > (SELECT max(id) / 2 FROM event) AND access_key IS NOT NULL LIMIT 1";
    let mut statement = case.sql(sql)?;
    let mut rows = statement.rows()?;
    let row = rows
        .next()?
        .context("the case has no event with a key and a resource")?;
    let mut some = Vec::new();
    let mut time = Timestamp::UNIX_EPOCH;
    let attributes = [
        Attribute::EventId,
        Attribute::EventName,
        Attribute::AccessKeyId,
        Attribute::Username,
        Attribute::Address,
        Attribute::Actor,
        Attribute::ErrorCode,
        Attribute::Region,
        Attribute::ResourceName,
    ];
    for (at, value) in row.iter().enumerate() {
        use trailseal_forensics::case::Value;
        match value {
            Value::Integer(second) => time = Timestamp::from_second(*second)?,
            Value::Text(text) if at > 0 => some.push((attributes[at - 1], text.to_string())),
            _ => {}
        }
    }
    some.push((Attribute::EventName, "Delete*".to_owned()));
    Ok((time, some))
}

fn question(case: &Case, what: &str, filter: &Filter) -> anyhow::Result<()> {
    let mut first = None;
    let clock = std::time::Instant::now();
    let (found, elapsed) = timed(|| {
        case.events(filter, |_| {
            first.get_or_insert_with(|| clock.elapsed());
            ControlFlow::Continue(())
        })
    });
    say(what, found?.events, elapsed);
    if let Some(first) = first {
        println!("    the first after {:.1} ms", first.as_secs_f64() * 1e3);
    }
    Ok(())
}

fn say(what: &str, count: u64, elapsed: Elapsed) {
    println!("{what}: {count} in {:.1} ms", elapsed.wall * 1e3);
}
