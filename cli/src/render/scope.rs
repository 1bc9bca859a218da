//! What was looked at, with what, and how: the part that makes a report
//! repeatable.

use std::path::Path;

use jiff::SignedDuration;
use trailseal_keys::KeySource;
use trailseal_verifier::id::{AccountId, BucketName, OrganizationId, Region, TrailName};
use trailseal_verifier::report::TrailScope;

use super::page::{Ink, Page};
use super::text::{bytes, counted, duration, time};
use super::{BucketOrigin, Conclusion, Context, Filters};
use crate::escape::Printable;

/// Lines of each kind before "and N more".
const SHOWN: usize = 8;
const LABEL: usize = 9;

/// Writes the section.
pub(super) fn write(page: &mut Page, conclusion: Conclusion<'_>) {
    let Conclusion {
        report,
        context,
        finished,
        ..
    } = conclusion;
    page.heading("SCOPE", "");
    field(page, "path", &context.input.path);
    for warning in &context.input.warnings {
        page.beside(
            2,
            ("WARNING", Some(Ink::Doubtful)),
            LABEL,
            &Printable(warning).to_string(),
        );
    }
    let buckets: Vec<&str> = report
        .scope
        .buckets
        .iter()
        .map(BucketName::as_str)
        .collect();
    let note = match (buckets.len(), context.input.bucket) {
        (0, _) => "none found",
        (_, BucketOrigin::Assumed) => {
            " (taken from the digests themselves; name it with --bucket to have it checked)"
        }
        (_, BucketOrigin::Stated) => "",
    };
    field(page, "bucket", &format!("{}{note}", capped(&buckets)));
    let asked = report.scope.from.is_some() || report.scope.to.is_some();
    for trail in report.scope.trails.iter().take(SHOWN) {
        write_trail(page, trail, asked);
    }
    more(page, report.scope.trails.len(), "trail");
    if let Some(filters) = filters(&context.filters) {
        field(page, "only", &filters);
    }
    write_keys(page, context);
    let tally = &report.tally;
    let checked = format!(
        "{} and {}; {} of events proved",
        counted(tally.digests.total(), "digest"),
        counted(tally.logs.total(), "log file"),
        bytes(tally.verified_bytes)
    );
    field(page, "checked", &checked);
    field(
        page,
        "tool",
        concat!("trailseal ", env!("CARGO_PKG_VERSION")),
    );
    field(page, "command", &command_line(&context.command));
    let elapsed = finished.duration_since(context.started);
    let run = format!("{}, {}", time(context.started), short(elapsed));
    field(page, "run", &run);
}

/// A duration of a run.
fn short(elapsed: SignedDuration) -> String {
    match elapsed.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        millis @ 1000..120_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        _ => duration(elapsed),
    }
}

fn field(page: &mut Page, name: &'static str, text: &str) {
    page.beside(2, (name, None), LABEL, &Printable(text).to_string());
}

fn more(page: &mut Page, all: usize, noun: &str) {
    if let Some(rest) = all.checked_sub(SHOWN).filter(|rest| *rest > 0) {
        let rest = u64::try_from(rest).unwrap_or(u64::MAX);
        field(page, "", &format!("and {} more", counted(rest, noun)));
    }
}

fn capped(names: &[&str]) -> String {
    let mut text = names
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

fn write_trail(page: &mut Page, trail: &TrailScope, asked: bool) {
    let mut text = format!("{}, home {}", trail.trail, trail.home);
    if let Some(account) = &trail.account {
        text.push_str(&format!(", account {account}"));
    }
    if let Some(organization) = &trail.organization {
        text.push_str(&format!(", organization {organization}"));
    }
    field(page, "trail", &text);
    let text = match trail.range {
        None => "none: no digest of it is verified".to_owned(),
        Some(range) => format!(
            "{} to {} ({}), {}",
            time(range.start),
            time(range.end),
            duration(range.length()),
            if asked {
                "as asked"
            } else {
                "the span of its digests"
            }
        ),
    };
    field(page, "range", &text);
}

/// What the run was narrowed to, if it was.
fn filters(filters: &Filters) -> Option<String> {
    let Filters {
        accounts,
        regions,
        trails,
        organization,
    } = filters;
    let list = |name: &str, values: Vec<&str>| {
        (!values.is_empty()).then(|| format!("{name} {}", capped(&values)))
    };
    let parts: Vec<String> = [
        list("account", accounts.iter().map(AccountId::as_str).collect()),
        list("Region", regions.iter().map(Region::as_str).collect()),
        list("trail", trails.iter().map(TrailName::as_str).collect()),
        list(
            "organization",
            organization.iter().map(OrganizationId::as_str).collect(),
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn write_keys(page: &mut Page, context: &Context) {
    let sources = context.keyring.sources();
    for source in sources.iter().take(SHOWN) {
        field(page, "keys", &describe(source));
        field(page, "", &format!("sha256 {}", source.sha256));
        if let Some(provenance) = &source.provenance {
            field(page, "", &provenance.to_string());
        }
    }
    more(page, sources.len(), "file");
    let warnings = context.keyring.warnings();
    for warning in warnings.iter().take(SHOWN) {
        let text = Printable(warning).to_string();
        page.beside(2, ("WARNING", Some(Ink::Doubtful)), LABEL, &text);
    }
    more(page, warnings.len(), "warning");
}

/// A file of keys, and whom its keys serve.
pub(super) fn describe(source: &KeySource) -> String {
    let keys = u64::try_from(source.keys).unwrap_or(u64::MAX);
    let mut text = format!("{}: {}", source.origin, counted(keys, "key"));
    if !source.regions.is_empty() {
        let regions: Vec<&str> = source.regions.iter().map(Region::as_str).collect();
        text.push_str(&format!(" of {}", capped(&regions)));
    }
    match source.keys_for_every_region {
        0 => {}
        1 if source.keys == 1 => text.push_str("; it states no Region, so it serves every Region"),
        all if all == source.keys => {
            text.push_str("; they state no Region, so they serve every Region");
        }
        some => text.push_str(&format!(
            "; {some} of them state no Region and serve every Region"
        )),
    }
    text
}

/// The command line, quoted for a POSIX shell.
fn command_line(arguments: &[String]) -> String {
    let Some((program, rest)) = arguments.split_first() else {
        return String::new();
    };
    // Where the program lay says nothing about the run.
    let name = Path::new(program)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or(program);
    let words = [name].into_iter().chain(rest.iter().map(String::as_str));
    words.map(quote).collect::<Vec<_>>().join(" ")
}

fn quote(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn command_lines_can_be_pasted() {
        let command =
            ["target/release/trailseal", "verify", "my copy", "it's", ""].map(str::to_owned);
        assert_eq!(
            command_line(&command),
            r"trailseal verify 'my copy' 'it'\''s' ''"
        );
    }

    #[test]
    fn a_narrowed_run_says_so() {
        assert_eq!(filters(&Filters::default()), None);
        let narrow = Filters {
            accounts: vec![
                "111122223333".parse().unwrap(),
                "444455556666".parse().unwrap(),
            ],
            regions: vec!["eu-west-1".parse().unwrap()],
            ..Filters::default()
        };
        let text = filters(&narrow).unwrap();
        assert_eq!(text, "account 111122223333, 444455556666; Region eu-west-1");
    }

    #[test]
    fn keys_without_a_region_are_noted() {
        let source = fixture::context().keyring.sources()[0].clone();
        let source = KeySource {
            keys: 2,
            keys_for_every_region: 2,
            ..source
        };
        let text = describe(&source);
        assert_eq!(
            text,
            "keys.json: 2 keys; they state no Region, so they serve every Region"
        );
    }
}
