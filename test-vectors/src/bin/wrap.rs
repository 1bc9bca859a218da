//! `wrap INPUT_DIR OUT_DIR`: makes a signed bucket of a folder of CloudTrail
//! log files, to try a verifier on real events.
//!
//! Files whose name ends in `.json` or `.json.gz` are taken, at any depth. A
//! file that holds `{"Records":[…]}` is delivered byte for byte; an array of
//! records is put inside `{"Records":…}`. Everything else is skipped and named.

// A command-line tool: it reports on standard error and nothing else.
#![allow(clippy::print_stderr)]

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::Parser;
use serde::Deserialize;
use serde_json::Value;
use trailseal_test_vectors::wrapping::{WrapInput, WrapPlan, wrap};
use trailseal_test_vectors::{Trail, compact_json};

/// CloudTrail writes at most 50 MB; a file that inflates to more than this is
/// no log.
const MOST_BYTES: u64 = 512 << 20;

/// 2000 to 2100, in seconds since 1970: an event outside would ask for hours
/// that no trail has had.
const POSSIBLE_TIMES: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// Makes a signed bucket of a folder of CloudTrail log files, with a throw-away
/// key: for tests, never as evidence.
#[derive(Parser)]
struct Args {
    /// Folder of log files (.json, .json.gz), searched recursively.
    input: PathBuf,
    /// Folder to make; must not exist. A mirror: objects and manifest.jsonl.
    out: PathBuf,
    /// Account of files whose first record states none.
    #[arg(long, default_value = "111122223333")]
    account: String,
    /// Region of files whose first record states none.
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// Name of the trail.
    #[arg(long, default_value = "wrapped")]
    trail: String,
    /// Name of the bucket.
    #[arg(long, default_value = "wrapped-trail-logs")]
    bucket: String,
    /// Key prefix before AWSLogs, without its closing slash.
    #[arg(long, default_value = "")]
    prefix: String,
    /// Make it an organization trail of this organization (o-…).
    #[arg(long)]
    organization: Option<String>,
    /// Start of the first hour, RFC 3339; older files are delivered in it.
    #[arg(long)]
    start: Option<jiff::Timestamp>,
    /// Deliver so many files an hour in each chain, whatever their events' times.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    per_hour: Option<u16>,
    /// Some publishers replace Regions by names no Region can have (us-north-2r).
    /// Cut such names, in the records too, to their longest possible beginning;
    /// without this, such files are skipped.
    #[arg(long)]
    repair_regions: bool,
    /// Write a plain copy, as `aws s3 sync` does: no manifest, no signatures.
    #[arg(long)]
    plain: bool,
    /// Where to write the public keys [default: OUT_DIR with -keys.json at its end].
    #[arg(long)]
    keys: Option<PathBuf>,
}

/// What decides where a record's file is delivered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Placed {
    recipient_account_id: Option<String>,
    aws_region: Option<String>,
    event_time: Option<String>,
}

#[derive(Deserialize)]
struct RecordsFile {
    #[serde(rename = "Records")]
    records: Vec<Placed>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    ensure!(
        !args.out.exists(),
        "{} exists: name a folder that does not",
        args.out.display()
    );
    let keys = match &args.keys {
        Some(keys) => keys.clone(),
        None => {
            let name = args.out.file_name().context("OUT_DIR has no name")?;
            args.out
                .with_file_name(format!("{}-keys.json", name.to_string_lossy()))
        }
    };
    ensure!(
        !keys.exists(),
        "{} exists: name another file with --keys",
        keys.display()
    );
    ensure!(
        is_account(&args.account),
        "--account {}: expected 12 digits",
        args.account
    );
    ensure!(
        possible_region(&args.region) == args.region,
        "--region {}: not a Region's name",
        args.region
    );

    let mut inputs = Vec::new();
    for file in log_files(&args.input)? {
        match read_input(&file, &args) {
            Ok(input) => inputs.push(input),
            Err(reason) => eprintln!("skipped {}: {reason:#}", file.display()),
        }
    }
    ensure!(
        !inputs.is_empty(),
        "{} holds no log files",
        args.input.display()
    );

    let mut trail = Trail::new(&args.bucket, &args.account, &args.region, &args.trail)
        .with_prefix(&args.prefix);
    if let Some(organization) = &args.organization {
        trail = trail.with_organization(organization);
    }
    let plan = WrapPlan {
        trail,
        start: args.start,
        per_hour: args.per_hour.map(usize::from),
    };
    let wrapped = wrap(inputs, &plan);
    for note in &wrapped.notes {
        eprintln!("note: {note}");
    }
    let written = if args.plain {
        wrapped.store.write_plain_copy(&args.out, &args.bucket)
    } else {
        wrapped.store.write_mirror(&args.out)
    };
    written.with_context(|| format!("could not write {}", args.out.display()))?;
    std::fs::write(&keys, wrapped.keyring.to_json())
        .with_context(|| format!("could not write {}", keys.display()))?;
    eprintln!(
        "{} logs in {} chains with {} digests, in {}; keys in {}",
        wrapped.logs,
        wrapped.chains,
        wrapped.digests,
        args.out.display(),
        keys.display()
    );
    Ok(())
}

/// All `.json` and `.json.gz` files below `folder`, sorted. Symbolic links are
/// not followed.
fn log_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("could not list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && (name.ends_with(".json") || name.ends_with(".json.gz")) {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn read_input(file: &Path, args: &Args) -> anyhow::Result<WrapInput> {
    let content = read_content(file)?;
    let (mut content, records) = match content.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => {
            let records: Vec<Placed> = serde_json::from_slice(&content)?;
            let wrapped = [b"{\"Records\":", content.trim_ascii(), b"}"].concat();
            (wrapped, records)
        }
        Some(b'{') => {
            let file: RecordsFile = serde_json::from_slice(&content)?;
            (content, file.records)
        }
        _ => bail!("neither {{\"Records\":[…]}} nor an array of records"),
    };
    for time in records
        .iter()
        .filter_map(|record| record.event_time.as_ref())
    {
        let parsed: jiff::Timestamp = time
            .parse()
            .with_context(|| format!("eventTime {time:?}"))?;
        ensure!(
            POSSIBLE_TIMES.contains(&parsed.as_second()),
            "eventTime {time:?}: not between 2000 and 2100"
        );
    }
    let first = records.first();
    let stated =
        |pick: fn(&Placed) -> &Option<String>| first.and_then(|record| pick(record).clone());
    let account =
        stated(|record| &record.recipient_account_id).unwrap_or_else(|| args.account.clone());
    ensure!(
        is_account(&account),
        "account {account:?}: expected 12 digits"
    );
    let mut region = stated(|record| &record.aws_region).unwrap_or_else(|| args.region.clone());
    let possible = possible_region(&region);
    if possible != region {
        ensure!(
            args.repair_regions && !possible.is_empty(),
            "no Region can be called {region:?} (see --repair-regions)"
        );
        let possible = possible.to_owned();
        content = with_repaired_regions(&content)?;
        region = possible;
    }
    let name = file
        .strip_prefix(&args.input)
        .unwrap_or(file)
        .to_string_lossy()
        .into_owned();
    Ok(WrapInput {
        name,
        content,
        account,
        region,
    })
}

/// The bytes of a file, inflated if they are gzip, up to [`MOST_BYTES`].
fn read_content(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut stored = Vec::new();
    std::fs::File::open(file)?
        .take(MOST_BYTES + 1)
        .read_to_end(&mut stored)?;
    let mut content = Vec::new();
    if stored.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(&stored[..])
            .take(MOST_BYTES + 1)
            .read_to_end(&mut content)?;
    } else {
        content = stored;
    }
    ensure!(
        content.len() as u64 <= MOST_BYTES,
        "inflates to more than {MOST_BYTES} bytes"
    );
    Ok(content)
}

fn with_repaired_regions(content: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut file: Value = serde_json::from_slice(content)?;
    let records = file.get_mut("Records").and_then(Value::as_array_mut);
    for record in records.into_iter().flatten() {
        if let Some(region) = record.get("awsRegion").and_then(Value::as_str) {
            let possible = Value::from(possible_region(region));
            record["awsRegion"] = possible;
        }
    }
    Ok(compact_json(&file))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The longest beginning of `text` that has the shape of a Region's name,
/// `[a-z]{2,5}(-[a-z]+)+-[0-9]+`; empty if there is none.
fn possible_region(text: &str) -> &str {
    let Some((words, rest)) = text.rsplit_once('-') else {
        return "";
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let parts: Vec<&str> = words.split('-').collect();
    let lowercase =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let sound = digits > 0
        && parts.len() >= 2
        && (2..=5).contains(&parts[0].len())
        && parts.iter().all(lowercase);
    if sound {
        &text[..words.len() + 1 + digits]
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_by_shape() {
        assert_eq!(possible_region("us-gov-west-1"), "us-gov-west-1");
        assert_eq!(possible_region("us-north-2r"), "us-north-2");
        assert_eq!(possible_region("eusc-de-east-1"), "eusc-de-east-1");
        for text in ["", "aws-global", "us-1", "../x-1", "us-east-", "US-east-1"] {
            assert_eq!(possible_region(text), "", "{text}");
        }
    }
}
