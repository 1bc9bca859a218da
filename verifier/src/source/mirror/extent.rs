//! `extent.jsonl`: which prefixes of which buckets were copied whole.
//!
//! ```text
//! {"bucket":"logs","prefix":"AWSLogs/111122223333/","listed":"2026-03-10"}
//! {"bucket":"logs","prefix":"AWSLogs/444455556666/","listed":"2026-03-04","until":"2026-03-03"}
//! ```
//!
//! An object that is not in a mirror was deleted only if it would have been
//! copied. A part that the last run did not list again has `until`: what was
//! delivered on that day or later may have come after its listing.
//!
//! Not trusted, like the manifest: with fewer lines, what is absent is
//! unchecked; with more, it is failed. Neither proves anything.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::layout::EXTENT;
use super::lines::{Lines, Tail};
use super::{Copied, MirrorError};
use crate::id::BucketName;
use crate::source::Extent;

type Part = (BucketName, String);

#[derive(Deserialize, Serialize)]
struct Line {
    bucket: String,
    prefix: String,
    listed: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
}

#[derive(Clone, Copy)]
struct Dates {
    listed: Date,
    until: Option<Date>,
}

impl Dates {
    /// Those of a part that is not the newest any more. A day is left for files
    /// that arrive late.
    fn aged(self) -> Self {
        Self {
            until: self.until.or(Some(self.listed.saturating_sub(1.day()))),
            ..self
        }
    }

    fn covers(self, other: Self) -> bool {
        match (self.until, other.until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(until), Some(other)) => until >= other,
        }
    }
}

/// What a mirror says that it holds; `None` if it says nothing.
pub(in super::super) fn read(root: &Path) -> Result<Option<Extent>, MirrorError> {
    let parts = parts(root)?;
    Ok(parts.map(|parts| {
        let parts = parts.into_iter().map(|(part, dates)| (part, dates.until));
        Extent::dated(parts)
    }))
}

fn parts(root: &Path) -> Result<Option<BTreeMap<Part, Dates>>, MirrorError> {
    let path = root.join(EXTENT);
    let mut parts = BTreeMap::new();
    let lines = Lines::open(&path, Tail::Whole, |_, number, line| {
        let damaged = |fault: String| MirrorError::Damaged {
            path: path.clone(),
            line: number,
            fault,
        };
        let line: Line = serde_json::from_slice(line).map_err(|e| damaged(e.to_string()))?;
        let bucket = line.bucket.parse();
        let bucket = bucket.map_err(|error| damaged(format!("bucket {error}")))?;
        let dates = Dates {
            listed: line.listed,
            until: line.until,
        };
        parts.insert((bucket, line.prefix), dates);
        Ok(())
    })?;
    Ok(lines.map(|_| parts))
}

/// The lines of what was said before and what was copied now, without parts
/// that lie within another.
pub(super) fn merged(root: &Path, copied: Copied<'_>) -> Result<Vec<u8>, MirrorError> {
    let older = parts(root)?.unwrap_or_default();
    let older = older.into_iter().map(|(part, dates)| (part, dates.aged()));
    let mut parts: BTreeMap<Part, Dates> = older.collect();
    let dates = Dates {
        listed: copied.listed,
        until: None,
    };
    parts.extend(copied.parts.iter().map(|part| (part.clone(), dates)));

    let mut text = Vec::new();
    // The parts around the one at hand: each begins with the one before.
    let mut around: Vec<(&Part, Dates)> = Vec::new();
    for (part, dates) in &parts {
        let (bucket, prefix) = part;
        while around
            .pop_if(|((of, outer), _)| of != bucket || !prefix.starts_with(outer.as_str()))
            .is_some()
        {}
        if around.iter().any(|(_, outer)| outer.covers(*dates)) {
            continue;
        }
        around.push((part, *dates));
        let line = Line {
            bucket: bucket.to_string(),
            prefix: prefix.clone(),
            listed: dates.listed,
            until: dates.until,
        };
        text.extend(serde_json::to_vec(&line).unwrap_or_default());
        text.push(b'\n');
    }
    Ok(text)
}
