//! `report_pages FOLDER`: how long the pages of a large report take, and how large
//! they are: two years of 40 accounts, and 10,000 findings with hostile text.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use trailseal_benches::measured::timed;
use trailseal_forensics::report::bundle::Objects;
use trailseal_forensics::report::case::Case;
use trailseal_forensics::report::page::Page;
use trailseal_forensics::report::sections::Sections;
use trailseal_forensics::report::{
    Basis, BucketOrigin, EVIDENCE_SCHEMA, Evidence, Filters, Findings, Input, Keys, SignedBy,
    State, Tool, unproved,
};
use trailseal_forensics::visible::write_indented;
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::coverage::{Coverage, Interval, State as Covered};
use trailseal_verifier::layout::ChainKind;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::report::{ChainReport, Counts, Report, Scope, Strays, Tally, TrailScope};
use trailseal_verifier::verdict::{Answer, Code, Finding};

/// Makes the pages of a large report, and measures that.
#[derive(Parser)]
struct Args {
    /// The folder for report.json, report.html and report.pdf.
    folder: PathBuf,
    /// Accounts, each with one chain.
    #[arg(long, default_value_t = 40)]
    accounts: u64,
    /// Findings.
    #[arg(long, default_value_t = 10_000)]
    findings: u64,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let evidence = evidence(&args)?;
    fs::create_dir_all(&args.folder).context("the folder")?;
    let (json, took) = timed(|| {
        let mut json = Vec::new();
        write_indented(&mut json, &evidence).map(|()| json)
    });
    let json = json?;
    println!("report.json  {:>11} bytes  {:.2} s", json.len(), took.wall);
    fs::write(args.folder.join("report.json"), &json)?;
    let page = Page::of(&evidence);
    let (html, took) = timed(|| page.html());
    println!("report.html  {:>11} bytes  {:.2} s", html.len(), took.wall);
    fs::write(args.folder.join("report.html"), &html)?;
    let (pdf, took) = timed(|| page.pdf(evidence.made));
    let pdf = pdf?;
    println!("report.pdf   {:>11} bytes  {:.2} s", pdf.len(), took.wall);
    fs::write(args.folder.join("report.pdf"), &pdf)?;
    Ok(())
}

fn evidence(args: &Args) -> anyhow::Result<Evidence> {
    let start: Timestamp = "2024-01-01T00:00:00Z".parse()?;
    let end: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    let range = Interval::new(start, end);
    let mut findings = Findings::default();
    for number in 0..args.findings {
        findings.note(finding(number, args.accounts)?);
    }
    let chains = (0..args.accounts)
        .map(|number| chain(number, range))
        .collect::<anyhow::Result<_>>()?;
    let counts = |verified, failed| Counts {
        verified,
        unchecked: 0,
        failed,
    };
    let report = Report {
        outcome: Answer::Failed,
        scope: Scope {
            buckets: vec!["example-trail-logs".parse()?],
            from: Some(start),
            to: Some(end),
            trails: vec![TrailScope {
                organization: None,
                account: Some("111122223333".parse()?),
                trail: "main".parse()?,
                home: "us-east-1".parse()?,
                range: Some(range),
            }],
            reconciled: true,
        },
        tally: Tally {
            digests: counts(17_544 * args.accounts, 0),
            logs: counts(1_000_000, args.findings),
            findings_failed: args.findings,
            ..Tally::default()
        },
        chains,
        places: Vec::new(),
        strays: Strays::default(),
        interrupted: false,
    };
    let filters = Filters::default();
    Ok(Evidence {
        schema: EVIDENCE_SCHEMA,
        tool: Tool::THIS,
        made: end,
        state: State::of(&report),
        summary: findings.headline.sentence(&report),
        case: Case::default(),
        signature: SignedBy::Unsigned,
        command: vec!["trailseal".to_owned(), "report".to_owned()],
        input: Input {
            path: "copy".to_owned(),
            bucket: BucketOrigin::Stated,
            warnings: Vec::new(),
        },
        basis: Basis::Evidence,
        sections: Sections::default(),
        sources: Vec::new(),
        keys: Keys {
            sources: Vec::new(),
            warnings: Vec::new(),
            listed: Vec::new(),
        },
        codes: findings.headline.codes().clone(),
        not_proved: unproved(&report, &filters)
            .into_iter()
            .map(|item| item.text)
            .collect(),
        filters,
        report,
        findings_left_out: findings.left_out(),
        findings: findings.kept,
        objects: Objects {
            file: String::new(),
            leaves: 0,
            root: String::new(),
            tree: Objects::TREE.to_owned(),
        },
        included: None,
        events: None,
        controls: Vec::new(),
        attachments: Vec::new(),
    })
}

/// One chain that fails for an hour each month.
fn chain(number: u64, range: Interval) -> anyhow::Result<ChainReport> {
    let mut coverage = Coverage::default();
    let mut at = range.start;
    while at < range.end {
        let failed = at.saturating_add(SignedDuration::from_hours(29 * 24))?;
        let next = at.saturating_add(SignedDuration::from_hours(30 * 24))?;
        coverage.push(Interval::new(at, failed.min(range.end)), Covered::Proved);
        let hour = failed.saturating_add(SignedDuration::from_hours(1))?;
        coverage.push(Interval::new(failed, hour.min(range.end)), Covered::Failed);
        coverage.push(Interval::new(hour, next.min(range.end)), Covered::Proved);
        at = next;
    }
    let chain = ChainId {
        organization: None,
        account: format!("{number:012}").parse()?,
        region: "us-east-1".parse()?,
        trail: "main".parse()?,
        home: "us-east-1".parse()?,
        kind: ChainKind::Hourly,
    };
    Ok(ChainReport {
        id: chain.to_string(),
        chain,
        locations: vec!["s3://example-trail-logs".to_owned()],
        digests: Counts {
            verified: 17_544,
            ..Counts::default()
        },
        logs: Counts::default(),
        ends: coverage.end(),
        coverage,
    })
}

fn finding(number: u64, accounts: u64) -> anyhow::Result<Finding> {
    let codes = Code::ALL;
    let code = codes[usize::try_from(number)? % codes.len()];
    let account = number % accounts.max(1);
    let key = format!(
        "AWSLogs/{account:012}/CloudTrail/us-east-1/2025/01/01/{account:012}_CloudTrail_us-east-1_\
         20250101T0000Z_<img src=x onerror=alert({number})>.json.gz"
    );
    let object = ObjectRef::new("example-trail-logs".parse()?, key);
    let detail = "</li><script>alert(1)</script>\u{202e} expected this, found that";
    Ok(Finding::on(code, object, detail))
}
