//! What is done when all logs were read.

use std::sync::mpsc;
use std::thread;

use rusqlite::{Connection, params};

use super::super::error::Failure;
use super::super::known::Known;
use super::super::schema::{BY_EVENT_ID, INDEXES, INDEXES_OF_EVENTS, VERSION};
use super::super::{Verification, actors, sessions};
use super::Built;
use super::file::CACHE;
use super::writer::{State, Writer};

/// What stays near the processor is sorted in half the time, in KiB.
const SORTED_AT_ONCE: i64 = 4 << 10;

/// Hundreds of rows on their way to the one who writes: usually fifty megabytes or
/// less.
const ROWS: usize = 200;

impl Writer {
    /// Completes the case, within the transaction.
    pub(super) fn finish(
        mut self,
        known: &Known,
        verification: &Verification,
    ) -> Result<(Connection, Built), Failure> {
        if self.built.logs > 0 || self.state == State::New {
            self.complete(known)?;
        }
        match self.state {
            State::New => {
                self.db.execute_batch(INDEXES)?;
                let sql = "INSERT INTO search (search) VALUES ('rebuild')";
                self.db.execute_batch(sql)?;
            }
            State::Old { newest_text } => {
                let sql =
                    "INSERT INTO search (rowid, text) SELECT id, text FROM text WHERE id > ?1";
                self.db.execute(sql, [newest_text])?;
            }
        }
        self.state_verification(verification)?;
        self.db.pragma_update(None, "user_version", VERSION)?;
        self.db.flush_prepared_statement_cache();
        Ok((self.db, self.built))
    }

    /// Completes what logs were added to. Sessions are tied together meanwhile.
    fn complete(&mut self, known: &Known) -> Result<(), Failure> {
        let graph = std::mem::take(&mut self.graph);
        thread::scope(|scope| {
            let (send, rows) = mpsc::sync_channel(ROWS);
            let sessions = scope.spawn(move || sessions::rows(&graph, known, &send));
            self.settle_events()?;
            sessions::store(&self.db, rows)?;
            match sessions.join() {
                Ok(made) => made,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })?;
        actors::store(&self.db, &self.roster)
    }

    /// Decides on what could not be decided before, and makes the indexes of
    /// events.
    fn settle_events(&mut self) -> Result<(), Failure> {
        if self.state == State::New {
            self.sort_in(SORTED_AT_ONCE)?;
            self.db.execute_batch(BY_EVENT_ID)?;
            self.sort_in(CACHE)?;
        }
        // Before the other indexes: they take the place of what was staged.
        self.settle_copies()?;
        self.settle_amendments()?;
        if self.state == State::New {
            self.sort_in(SORTED_AT_ONCE)?;
            self.db.execute_batch(INDEXES_OF_EVENTS)?;
        }
        Ok(())
    }

    /// Memory of SQLite, in KiB: what it sorts at one time, too.
    fn sort_in(&self, kib: i64) -> Result<(), Failure> {
        Ok(self.db.pragma_update(None, "cache_size", -kib)?)
    }

    fn state_verification(&self, verification: &Verification) -> Result<(), Failure> {
        let Verification {
            at,
            tool,
            command,
            input,
            keyrings,
            outcome,
            interrupted,
            report,
        } = verification;
        self.db.execute(
            "INSERT INTO verification VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                self.verification,
                at.to_string(),
                tool,
                command,
                input,
                outcome.to_string(),
                interrupted,
                report
            ],
        )?;
        for keyring in keyrings {
            self.db.execute(
                "INSERT INTO keyring VALUES (NULL, ?1, ?2, ?3)",
                params![self.verification, keyring.description, keyring.sha256],
            )?;
        }
        Ok(())
    }
}
