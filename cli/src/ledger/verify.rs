//! Whether a ledger is as trailseal left it.

use rusqlite::Connection;
use serde::Serialize;
use trailseal_keys::signing::EvidenceKey;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::verdict::Answer;

use super::content;
use super::error::Failure;
use super::journal::{self, Entry};

/// Most problems that are listed.
const MOST: usize = 100;

/// What a ledger's journal says of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LedgerVerdict {
    /// *Verified* only with a key that signed every row.
    pub(crate) answer: Answer,
    /// Rows of the journal.
    pub(crate) rows: u64,
    /// Rows whose signature was checked and is good.
    pub(crate) signed: u64,
    /// The hash of the newest row: compare it with the newest report.
    pub(crate) newest: Option<Sha256>,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub(crate) struct Problem {
    /// The row of the journal.
    pub(crate) row: u64,
    /// What is wrong with it.
    pub(crate) found: String,
}

/// Checks every row against the one before, its own hash and its signature, and
/// the tables against the newest.
pub(super) fn verify(db: &Connection, keys: &[EvidenceKey]) -> Result<LedgerVerdict, Failure> {
    let mut verdict = LedgerVerdict {
        answer: Answer::Unchecked,
        rows: 0,
        signed: 0,
        newest: None,
        problems: Vec::new(),
    };
    let mut last: Option<Entry> = None;
    journal::each(db, |entry| {
        verdict.rows += 1;
        let row = last.as_ref().map_or(0, |last| last.number) + 1;
        match entry {
            Ok(entry) => {
                verdict.row(&entry, last.as_ref(), row, keys);
                last = Some(entry);
            }
            Err(failure) => verdict.problem(row, format!("cannot be read: {failure:?}")),
        }
    })?;
    let content = content::hash(db)?;
    match &last {
        Some(last) if last.content != content => {
            let found = "the other tables are not as it left them".to_owned();
            verdict.problem(last.number, found);
        }
        Some(last) => verdict.newest = Some(last.hash),
        None => {}
    }
    verdict.answer = if !verdict.problems.is_empty() {
        Answer::Failed
    } else if verdict.rows > 0 && verdict.signed == verdict.rows {
        Answer::Verified
    } else {
        Answer::Unchecked
    };
    Ok(verdict)
}

impl LedgerVerdict {
    fn problem(&mut self, row: u64, found: String) {
        if self.problems.len() < MOST {
            self.problems.push(Problem { row, found });
        }
    }

    fn row(&mut self, entry: &Entry, last: Option<&Entry>, row: u64, keys: &[EvidenceKey]) {
        if entry.number != row {
            self.problem(row, format!("is missing; row {} follows", entry.number));
        } else if entry.previous != last.map(|last| last.hash) {
            self.problem(row, "does not follow from the row before".to_owned());
        }
        if entry.computed() != entry.hash {
            self.problem(entry.number, "was altered: its hash is another".to_owned());
        }
        if keys.is_empty() {
            return;
        }
        // Rows from before there was a key are not signed. After, none may be.
        let was_signed = last.is_some_and(|last| last.signer.is_some());
        match signature_fault(entry, keys) {
            None => self.signed += 1,
            Some(_) if entry.signer.is_none() && !was_signed => {}
            Some(found) => self.problem(entry.number, found),
        }
    }
}

/// What is wrong with the signature of a row, if anything.
pub(super) fn signature_fault(entry: &Entry, keys: &[EvidenceKey]) -> Option<String> {
    let (Some(signer), Some(signature)) = (&entry.signer, &entry.signature) else {
        return Some("is not signed".to_owned());
    };
    let Some(key) = keys.iter().find(|key| key.id().to_string() == *signer) else {
        return Some(format!(
            "is signed by {signer}, which is none of the keys given"
        ));
    };
    match key.verify(&entry.message(), signature) {
        Ok(()) => None,
        Err(_) => Some("its signature is not good".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use trailseal_keys::signing::{KeyKind, PrivateKey, Signer};

    use super::*;
    use crate::ledger::{Draft, EntryKind, KnownSource, Ledger};

    fn record(ledger: &mut Ledger, signer: Option<&dyn Signer>) {
        let at: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let writing = ledger.write().unwrap();
        let source = KnownSource {
            location: "s3://logs".to_owned(),
            secret: [7; 32],
            mark: Some(at),
            chains: Default::default(),
        };
        writing.source("org", &source).unwrap();
        let draft = Draft {
            kind: EntryKind::Check,
            began: at,
            ended: at,
            state: Some("pass".to_owned()),
            outcome: Some("verified".to_owned()),
            detail: serde_json::json!({}),
        };
        writing.finish(draft, signer).unwrap();
    }

    fn edit(path: &std::path::Path, sql: &str) {
        Connection::open(path).unwrap().execute_batch(sql).unwrap();
    }

    #[test]
    fn every_change_from_elsewhere_is_noticed() {
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let public = [key.public().clone()];
        for sql in [
            "UPDATE source SET location = 's3://other'",
            "UPDATE source SET mark = NULL",
            "UPDATE journal SET state = 'fail' WHERE number = 2",
            "UPDATE journal SET signature = zeroblob(64) WHERE number = 2",
            "UPDATE journal SET signature = NULL, signer = NULL WHERE number = 2",
            "DELETE FROM journal WHERE number = 2",
            "DELETE FROM journal WHERE number = 3",
            "INSERT INTO history VALUES ('org', '2026-03-01T00:00:00Z', 1, 1, 1, 1, 1, 1)",
            "UPDATE journal SET number = 4 WHERE number = 3",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("ledger");
            let mut ledger = Ledger::open(&path).unwrap();
            for _ in 0..3 {
                record(&mut ledger, Some(&key));
            }
            edit(&path, "UPDATE source SET location = 's3://other'");
            edit(&path, "UPDATE source SET location = 's3://logs'");
            let verdict = ledger.verify(&public).unwrap();
            assert_eq!((verdict.answer, verdict.rows), (Answer::Verified, 3));
            assert_eq!(ledger.verify(&[]).unwrap().answer, Answer::Unchecked);
            ledger.trust(&public).unwrap();

            edit(&path, sql);
            let verdict = ledger.verify(&public).unwrap();
            // What was newest may be cut off: then nothing contradicts but the
            // hash that the report has.
            let cut = sql.contains("number = 3") && sql.starts_with("DELETE");
            let expected = if cut {
                Answer::Verified
            } else {
                Answer::Failed
            };
            assert_eq!(verdict.answer, expected, "{sql}: {verdict:?}");
        }
    }

    #[test]
    fn another_key_or_none_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let other = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let mut ledger = Ledger::open(&folder.path().join("ledger")).unwrap();
        record(&mut ledger, None);
        assert!(ledger.trust(&[]).is_ok());
        assert!(
            ledger.trust(&[key.public().clone()]).is_err(),
            "it is not signed"
        );
        record(&mut ledger, Some(&other));
        assert!(ledger.trust(&[key.public().clone()]).is_err());
        assert!(
            ledger
                .trust(&[key.public().clone(), other.public().clone()])
                .is_ok()
        );
    }
}
