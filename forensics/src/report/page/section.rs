//! The sections of a report, in their order.

use std::collections::BTreeMap;

use trailseal_verifier::id::{AccountId, OrganizationId, Region, TrailName};
use trailseal_verifier::report::Counts;
use trailseal_verifier::verdict::{Answer, Code, Finding, Subject};

use super::super::bundle::{EVIDENCE, Include, KEYS, OBJECTS, REPORT_JSON};
use super::super::evidence::{Evidence, SignedBy};
use super::super::rows::hours_proved;
use super::super::scale::percent_proved;
use super::super::text::{bytes, count, counted, duration, plural, time};
use super::super::{Basis, StatedVerification};
use super::{
    Banner, Block, Findings, Foot, Item, Notice, Number, Page, SHOWN, Table, Tone, certificate,
    coverage, method, records, word,
};
use crate::visible::name::{name, value};

/// Characters of a name or a detail that are shown: more than an honest one has.
const LONGEST: usize = 1200;

pub(super) fn page(evidence: &Evidence) -> Page {
    let made = time(evidence.made);
    let mut title = format!("CloudTrail evidence report, {made}");
    if let Some(number) = &evidence.case.number {
        title.push_str(&format!(", case {number}"));
    }
    let signer = match evidence.signature {
        SignedBy::Signed { key, .. } => format!("signed by key {}", &key.to_string()[..16]),
        SignedBy::Unsigned => "UNSIGNED".to_owned(),
    };
    let foot = Foot {
        made: format!("trailseal {}, {made}, {signer}", evidence.tool.version),
        bundle: format!("{OBJECTS}: {}", evidence.objects.root),
    };
    let mut blocks = vec![
        Block::Banner(Banner {
            answer: evidence.outcome(),
            word: word(evidence.outcome()),
            sentence: evidence.summary.clone(),
            state: format!("{}: {}", evidence.state, evidence.state.description()),
        }),
        Block::Numbers(numbers(evidence)),
    ];
    if matches!(evidence.signature, SignedBy::Unsigned) {
        blocks.push(Block::Notice(Notice {
            tone: Tone::Bad,
            title: "Nobody signed this report",
            items: vec!["Whoever holds it could have changed all of it.".to_owned()],
        }));
    }
    blocks.push(Block::Fields(who(evidence)));
    blocks.push(Block::Heading("Coverage"));
    blocks.extend(coverage::overview(&evidence.report));
    blocks.push(Block::Notice(proved(evidence)));
    blocks.push(Block::Notice(not_proved(evidence)));
    blocks.push(Block::Heading("What was asked"));
    blocks.push(Block::Fields(scope(evidence)));
    blocks.push(Block::Heading("Findings"));
    blocks.extend(findings(evidence));
    blocks.extend(records::blocks(evidence));
    blocks.extend(coverage::by_day(&evidence.report));
    blocks.push(Block::Heading("Chains"));
    blocks.push(Block::Table(chains(evidence)));
    if !evidence.controls.is_empty() {
        blocks.push(Block::Heading("Controls"));
        blocks.extend(evidence.controls.iter().flat_map(controls));
    }
    blocks.extend(method::blocks());
    blocks.push(Block::Heading("CloudTrail keys"));
    blocks.extend(keys(evidence));
    blocks.push(Block::Heading("This bundle"));
    blocks.extend(bundle(evidence));
    blocks.extend(certificate::blocks());
    Page {
        title,
        foot,
        blocks,
    }
}

/// The numbers of the first sheet.
fn numbers(evidence: &Evidence) -> Vec<Number> {
    let tally = &evidence.report.tally;
    let absent = evidence.codes.get(&Code::DigestAbsent).copied();
    let of = |counts: Counts, absent: u64, noun: &str| {
        let all = counts.total().saturating_add(absent);
        Number {
            value: format!("{} of {}", count(counts.verified), count(all)),
            label: format!("{} verified", plural(all, noun)),
            tone: match (counts.failed.saturating_add(absent), counts.unchecked) {
                (0, 0) if all > 0 => Tone::Good,
                (0, _) => Tone::Doubtful,
                _ => Tone::Bad,
            },
        }
    };
    let hours = hours_proved(&evidence.report);
    let all_findings = tally
        .findings_failed
        .saturating_add(tally.findings_unchecked);
    vec![
        of(tally.logs, 0, "log file"),
        of(tally.digests, absent.unwrap_or(0), "digest"),
        Number {
            value: hours
                .as_ref()
                .map_or("none", |hours| &hours.share)
                .to_owned(),
            label: hours
                .as_ref()
                .map_or("of the time proved".to_owned(), |hours| {
                    format!(
                        "of {} proved, over {}",
                        counted(hours.hours, "hour"),
                        counted(hours.chains, "hourly chain")
                    )
                }),
            tone: match hours {
                Some(hours) if hours.share == "100 %" => Tone::Good,
                _ => evidence.outcome().into(),
            },
        },
        Number {
            value: count(all_findings),
            label: format!(
                "{}: {} failed, {} unchecked",
                plural(all_findings, "finding"),
                count(tally.findings_failed),
                count(tally.findings_unchecked)
            ),
            tone: match (tally.findings_failed, tally.findings_unchecked) {
                (0, 0) => Tone::Good,
                (0, _) => Tone::Doubtful,
                _ => Tone::Bad,
            },
        },
    ]
}

/// Who made and signed it.
fn who(evidence: &Evidence) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = evidence
        .case
        .lines()
        .map(|(name, text)| (name.to_owned(), text.to_string()))
        .collect();
    fields.push(("made".to_owned(), time(evidence.made)));
    fields.push(signed_by(evidence));
    fields
}

fn signed_by(evidence: &Evidence) -> (String, String) {
    let signer = match evidence.signature {
        SignedBy::Signed { key, algorithm } => format!("key {key} ({algorithm})"),
        SignedBy::Unsigned => "nobody".to_owned(),
    };
    ("signed by".to_owned(), signer)
}

fn proved(evidence: &Evidence) -> Notice {
    let tally = &evidence.report.tally;
    let mut items = vec![
        format!(
            "{} of {} that are there are signed with the CloudTrail keys below.",
            count(tally.digests.verified),
            counted(tally.digests.total(), "digest")
        ),
        format!(
            "{} of {} that verified digests name are, byte for byte, what CloudTrail delivered: {} \
             of events.",
            count(tally.logs.verified),
            counted(tally.logs.total(), "log file"),
            bytes(tally.verified_bytes)
        ),
    ];
    if tally.findings_failed > 0 {
        items.push(format!(
            "{} in which something signed contradicts what was found: something was altered or is \
             missing.",
            counted(tally.findings_failed, "finding")
        ));
    }
    let (tone, title) = match evidence.basis {
        Basis::Evidence => (Tone::Good, "What this report proves"),
        Basis::Case(_) => (
            Tone::Doubtful,
            "What the case states, and nobody checked again",
        ),
    };
    Notice {
        tone: match evidence.outcome() {
            Answer::Failed => Tone::Bad,
            Answer::Verified | Answer::Unchecked => tone,
        },
        title,
        items,
    }
}

fn not_proved(evidence: &Evidence) -> Notice {
    let mut items = evidence.not_proved.clone();
    let strays = &evidence.report.strays;
    items.extend(
        strays
            .examples
            .iter()
            .take(5)
            .map(|stray| capped(&format!("Not looked at: {stray}"))),
    );
    if matches!(evidence.basis, Basis::Evidence) {
        items.push(
            "That the CloudTrail keys are CloudTrail's: that rests on where the keyring came from."
                .to_owned(),
        );
    }
    items.push(
        "When it was made: the time is that of the machine that made it, or was given to it. A time \
         that others vouch for is in statement.tsr, if the bundle has that file."
            .to_owned(),
    );
    Notice {
        tone: Tone::Doubtful,
        title: "What it does not prove",
        items,
    }
}

fn scope(evidence: &Evidence) -> Vec<(String, String)> {
    let report = &evidence.report;
    let mut fields = Vec::new();
    let mut field = |name: &str, text: String| fields.push((name.to_owned(), text));
    field("source", evidence.input.path.clone());
    for warning in &evidence.input.warnings {
        field("WARNING", capped(warning));
    }
    for source in &evidence.sources {
        field("", format!("{}, sha256 {}", source.name, source.sha256));
    }
    if let Basis::Case(case) = &evidence.basis {
        for stated in &case.verifications {
            field("it states", capped(&verification(stated)));
        }
        if case.more > 0 {
            field(
                "",
                format!("and {}", counted(case.more, "older verification")),
            );
        }
    }
    let buckets: Vec<String> = report
        .scope
        .buckets
        .iter()
        .map(ToString::to_string)
        .collect();
    field(
        "buckets",
        if buckets.is_empty() {
            "none found".to_owned()
        } else {
            buckets.join(", ")
        },
    );
    for trail in report.scope.trails.iter().take(SHOWN) {
        let mut text = format!("{}, home {}", trail.trail, trail.home);
        if let Some(account) = &trail.account {
            text.push_str(&format!(", account {account}"));
        }
        if let Some(organization) = &trail.organization {
            text.push_str(&format!(", organization {organization}"));
        }
        field("trail", text);
        let asked = report.scope.from.is_some() || report.scope.to.is_some();
        let range = trail.range.map_or_else(
            || "none: no digest of it is verified".to_owned(),
            |range| {
                format!(
                    "{} to {} ({}), {}",
                    time(range.start),
                    time(range.end),
                    duration(range.length()),
                    if asked {
                        "as asked"
                    } else {
                        "the span of its digests"
                    }
                )
            },
        );
        field("range", range);
    }
    if let Some(only) = only(evidence) {
        field("only", only);
    }
    field("command", evidence.command.join(" "));
    field(
        "tool",
        format!("{} {}", evidence.tool.name, evidence.tool.version),
    );
    fields
}

/// A verification that a case states.
fn verification(stated: &StatedVerification) -> String {
    format!(
        "{} with {}: {}{}; verified {}; {}",
        time(stated.at),
        name(&stated.tool),
        stated.outcome,
        if stated.interrupted {
            ", interrupted"
        } else {
            ""
        },
        name(&stated.input),
        value(&stated.command),
    )
}

/// What the run was narrowed to, if it was.
fn only(evidence: &Evidence) -> Option<String> {
    let filters = &evidence.filters;
    let list = |name: &str, values: Vec<&str>| {
        (!values.is_empty()).then(|| format!("{name} {}", values.join(", ")))
    };
    let parts: Vec<String> = [
        list(
            "account",
            filters.accounts.iter().map(AccountId::as_str).collect(),
        ),
        list(
            "Region",
            filters.regions.iter().map(Region::as_str).collect(),
        ),
        list(
            "trail",
            filters.trails.iter().map(TrailName::as_str).collect(),
        ),
        list(
            "organization",
            filters
                .organization
                .iter()
                .map(OrganizationId::as_str)
                .collect(),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn chains(evidence: &Evidence) -> Table {
    let rows = super::super::rows::rows(&evidence.report);
    let row = |row: super::super::rows::Row<'_>| {
        let Some(chain) = row.chain else {
            let none = || "none".to_owned();
            return vec![row.label, none(), none(), String::new(), String::new()];
        };
        let of =
            |counts: Counts| format!("{} of {}", count(counts.verified), count(counts.total()));
        vec![
            row.label,
            of(chain.digests),
            of(chain.logs),
            percent_proved(&chain.coverage).unwrap_or_default(),
            chain.ends.map(time).unwrap_or_default(),
        ]
    };
    Table::new(
        &[
            "chain",
            "digests verified",
            "logs verified",
            "time proved",
            "ends",
        ],
        rows.into_iter().map(row),
    )
}

fn findings(evidence: &Evidence) -> Vec<Block> {
    if evidence.codes.is_empty() {
        return vec![Block::Paragraph("None.".to_owned())];
    }
    let mut by_code: BTreeMap<Code, Vec<&Finding>> = BTreeMap::new();
    for finding in &evidence.findings {
        let alike = by_code.entry(finding.code).or_default();
        if alike.len() < SHOWN {
            alike.push(finding);
        }
    }
    let mut codes: Vec<_> = evidence.codes.iter().collect();
    codes.sort_by_key(|(code, _)| std::cmp::Reverse(code.answer()));
    let group = |(code, all): (&Code, &u64)| {
        let items: Vec<Item> = by_code
            .get(code)
            .into_iter()
            .flatten()
            .map(|f| item(f))
            .collect();
        Block::Findings(Findings {
            code: code.as_str(),
            answer: code.answer(),
            count: *all,
            description: code.description(),
            next_step: code.next_step(),
            more: all.saturating_sub(items.len() as u64),
            items,
        })
    };
    codes.into_iter().map(group).collect()
}

fn item(finding: &Finding) -> Item {
    let object = match &finding.object {
        Subject::Scope(None, None) => "any account and Region".to_owned(),
        other => other.to_string(),
    };
    let time = finding.interval.map(|interval| {
        format!(
            "{} to {} ({})",
            time(interval.start),
            time(interval.end),
            duration(interval.length())
        )
    });
    Item {
        object: capped(&object),
        detail: capped(&finding.detail),
        time,
    }
}

/// Text that an attacker may have made as long as he liked, cut.
fn capped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}... (cut; {REPORT_JSON} has all of it)", &text[..end]),
    }
}

fn controls(assessment: &super::super::control::Assessment) -> Vec<Block> {
    let intro = format!(
        "{}. What the evidence here shows for each control, and what it does not: no control is met \
         by the integrity of logs alone.",
        assessment.source
    );
    let rows = assessment.controls.iter().map(|control| {
        let found: Vec<String> = control
            .findings
            .iter()
            .map(|(code, number)| format!("{code} {}", count(*number)))
            .collect();
        let evidence = format!("{} ({})", word(control.evidence), control.state);
        vec![
            format!("{} {}", control.id, control.asks),
            if found.is_empty() {
                evidence
            } else {
                format!("{evidence}: {}", found.join(", "))
            },
            control.shows.clone(),
            control.lacks.clone(),
        ]
    });
    vec![
        Block::Subheading(format!("{} {}", assessment.title, assessment.version)),
        Block::Paragraph(intro),
        Block::Table(Table::new(
            &["control", "evidence for it", "shown", "not shown"],
            rows,
        )),
    ]
}

fn keys(evidence: &Evidence) -> Vec<Block> {
    let mut fields = Vec::new();
    for source in &evidence.keys.sources {
        fields.push((
            source.origin.clone(),
            format!(
                "{}, sha256 {}",
                counted(source.keys as u64, "key"),
                source.sha256
            ),
        ));
        if let Some(provenance) = &source.provenance {
            fields.push((String::new(), provenance.to_string()));
        }
    }
    if let Basis::Case(case) = &evidence.basis {
        let newest = case.verifications.last().into_iter();
        for keyring in newest.flat_map(|stated| &stated.keyrings) {
            fields.push(("the case names".to_owned(), capped(keyring)));
        }
        return vec![
            Block::Fields(fields),
            Block::Paragraph(
                "The case holds no keys, so there are none in this bundle.".to_owned(),
            ),
        ];
    }
    for warning in &evidence.keys.warnings {
        fields.push(("WARNING".to_owned(), warning.to_string()));
    }
    let rows = evidence.keys.listed.iter().map(|key| {
        vec![
            key.region
                .as_ref()
                .map_or("every Region", Region::as_str)
                .to_owned(),
            key.fingerprint.to_string(),
            time(key.validity.start()),
            time(key.validity.end()),
        ]
    });
    vec![
        Block::Fields(fields),
        Block::Table(Table::new(
            &["Region", "fingerprint", "valid from", "valid to"],
            rows,
        )),
    ]
}

fn bundle(evidence: &Evidence) -> Vec<Block> {
    let objects = &evidence.objects;
    let mut fields = vec![
        (
            "inventory".to_owned(),
            format!("{OBJECTS}: {}", counted(objects.leaves, "line")),
        ),
        (
            "Merkle root".to_owned(),
            format!("{} ({})", objects.root, objects.tree),
        ),
    ];
    if let Some(included) = &evidence.included {
        let which = match included.policy {
            Include::All => "all that are there",
            Include::Failed => "those that are not verified, and the digests that name them",
            Include::None => "none",
        };
        fields.push((
            "objects".to_owned(),
            format!(
                "{EVIDENCE}/: {which}: {}, {}; {} could not be read again",
                counted(included.objects, "file"),
                bytes(included.bytes),
                count(included.unread)
            ),
        ));
    }
    if let Some(events) = &evidence.events {
        let which = if events.filtered {
            "those asked for"
        } else {
            "all"
        };
        fields.push((
            "events".to_owned(),
            format!(
                "{which}: {}, {} of them from verified log files; {} repeated, {} undated, {} records unread",
                counted(events.events, "event"),
                count(events.verified),
                count(events.repeated),
                count(events.undated),
                count(events.unread)
            ),
        ));
    }
    fields.push(signed_by(evidence));
    let rows = evidence
        .attachments
        .iter()
        .map(|file| vec![file.name.clone(), count(file.size), file.sha256.to_string()]);
    vec![
        Block::Paragraph(format!(
            "All of this as data is in {REPORT_JSON}{}. VERIFY.md says how to check the bundle with \
             openssl and sha256sum alone.",
            match evidence.basis {
                Basis::Evidence => format!("; the keys are in {KEYS}"),
                Basis::Case(_) => String::new(),
            }
        )),
        Block::Fields(fields),
        Block::Table(Table::new(&["file", "bytes", "sha256"], rows)),
    ]
}
