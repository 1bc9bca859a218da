//! Finished texts made of events that somebody else recorded: what shapes cannot
//! have is the variety of real ones.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use memchr::memmem;
use serde_json::Value;
use trailseal_forensics::reader::{self, Item, Limits};
use trailseal_test_vectors::compact_json;

use super::{Pool, TIME, Text, UUID};

/// All events of the files of a folder, in the order of their names and places.
///
/// # Errors
/// A file cannot be read, or none holds events.
pub fn read(folder: &Path) -> anyhow::Result<Vec<Value>> {
    let mut events = Vec::new();
    read_folder(folder, &mut events)?;
    ensure!(!events.is_empty(), "{} holds no events", folder.display());
    Ok(events)
}

fn read_folder(folder: &Path, events: &mut Vec<Value>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(&path, events)?;
        } else if path.extension().is_some_and(|it| it == "json") {
            let content = fs::read(&path).with_context(|| path.display().to_string())?;
            reader::read(&content, &Limits::default(), &mut |item| {
                if let Item::Record(_, record) = item {
                    events.extend(serde_json::from_str::<Value>(record.text()));
                }
            });
        }
    }
    Ok(())
}

impl Pool {
    /// A pool of these events, as if they were of this account and Region. Those
    /// that state neither time nor account are left out.
    #[must_use]
    pub fn of_events(events: &[Value], account: &str, region: &str) -> Self {
        let texts = events.iter().filter_map(|event| {
            let own = event.get("recipientAccountId")?.as_str()?;
            let mut event = event.clone();
            event["awsRegion"] = region.into();
            let text = String::from_utf8(compact_json(&event)).ok()?;
            Text::of(text.replace(own, account).into_bytes())
        });
        Self(texts.collect())
    }
}

impl Text {
    /// Finds what is unique in a record.
    fn of(bytes: Vec<u8>) -> Option<Self> {
        let value = |name: &str, length: usize| {
            let start = memmem::find(&bytes, format!("\"{name}\":\"").as_bytes())?;
            let start = start + name.len() + 4;
            (bytes.get(start + length) == Some(&b'"')).then_some(start)
        };
        let time = value("eventTime", TIME)?;
        let ids = ["eventID", "requestID"].map(|name| value(name, UUID));
        Some(Self {
            time,
            ids: ids.into_iter().flatten().collect(),
            bytes,
        })
    }
}
