//! What is replaced is kept.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::layout::{OBJECTS, SUPERSEDED, SUPERSEDED_JOURNAL, SUPERSEDED_LIST, WORK};
use super::lines::{Lines, Tail};
use super::tree::{about, expect_file, hash_of};
use super::{Mirror, MirrorError, Record, Stored};
use crate::hash::Sha256;

const MAX_NAME: usize = 255;

impl Mirror {
    /// Moves what lies in the way of an object aside, if it is something else.
    pub(super) fn set_aside(
        &self,
        target: &Path,
        path: &str,
        old: Option<&Record>,
        new: &Record,
    ) -> Result<Stored, MirrorError> {
        let Some(there) = about(target)? else {
            return Ok(Stored::New);
        };
        expect_file(target, &there)?;
        let sha256 = hash_of(target)?;
        let hex = sha256.to_string();
        let is_olds = |old: &&Record| old.sha256.as_ref() == Some(&hex);
        // What the older line says is of the older file: after an interruption
        // a newer one may be there already, of which nothing is known.
        let old = old.filter(is_olds);
        if new.sha256.as_ref() == Some(&hex) && old.is_none_or(|old| old.metadata == new.metadata) {
            return Ok(Stored::Same);
        }
        let size = there.len();
        self.supersede(target, path, old, new, (sha256, size))?;
        Ok(Stored::Replaced { size })
    }

    fn supersede(
        &self,
        target: &Path,
        path: &str,
        old: Option<&Record>,
        new: &Record,
        (sha256, size): (Sha256, u64),
    ) -> Result<(), MirrorError> {
        let mut last = None;
        for kept in names(path, sha256) {
            let place = self.tree.path(&kept);
            // A folder may have the name of a file, or the other way round.
            if let Err(error) = self.tree.make_parents(&place) {
                last = Some(error);
                continue;
            }
            if let Some(there) = about(&place)?
                && let Err(error) = expect_file(&place, &there)
            {
                last = Some(error);
                continue;
            }
            let record = Record {
                bucket: new.bucket.clone(),
                key: new.key.clone(),
                size,
                sha256: Some(sha256.to_string()),
                etag: old.and_then(|old| old.etag.clone()),
                version_id: old.and_then(|old| old.version_id.clone()),
                last_modified: old.and_then(|old| old.last_modified),
                metadata: old.map(|old| old.metadata.clone()).unwrap_or_default(),
                path: Some(kept),
                unread: None,
            };
            let root = self.tree.root();
            self.state().note_superseded(root, &record.line()?)?;
            return fs::rename(target, &place).map_err(MirrorError::io(&place));
        }
        last.map_or(Ok(()), Err)
    }
}

/// Where to keep it: at its own name with the hash behind it, or where names
/// are short.
fn names(path: &str, sha256: Sha256) -> Vec<String> {
    let natural = format!("{SUPERSEDED}/{path}@{sha256}");
    let short = format!(
        "{SUPERSEDED}/{OBJECTS}/{}@{sha256}",
        Sha256::of(path.as_bytes())
    );
    let name = natural.rsplit('/').next().unwrap_or_default();
    match name.len() <= MAX_NAME {
        true => vec![natural, short],
        false => vec![short],
    }
}

/// The lines of all that was replaced, sorted, each once, and each with its file.
pub(super) fn lines(mirror: &Mirror) -> Result<BTreeSet<Vec<u8>>, MirrorError> {
    let root = mirror.tree.root();
    let mut lines = BTreeSet::new();
    let sources = [
        (root.join(SUPERSEDED_LIST), Tail::Whole),
        (root.join(WORK).join(SUPERSEDED_JOURNAL), Tail::Torn),
    ];
    for (path, tail) in sources {
        Lines::open(&path, tail, |_, _, line| {
            let record = serde_json::from_slice::<Record>(line);
            // Noted, and then the move did not happen.
            let moved = record.map_or(tail == Tail::Whole, |record| {
                tail == Tail::Whole
                    || record
                        .path
                        .is_some_and(|path| mirror.tree.size(&path).is_some())
            });
            if moved {
                let mut line = line.to_vec();
                if line.last() != Some(&b'\n') {
                    line.push(b'\n');
                }
                lines.insert(line);
            }
            Ok(())
        })?;
    }
    Ok(lines)
}
