//! What is done when all logs were read.

use rusqlite::{Connection, params};

use super::super::error::Failure;
use super::super::schema::{BY_EVENT_ID, INDEXES, VERSION};
use super::super::{Verification, actors, sessions};
use super::Built;
use super::writer::{State, Writer};

impl Writer {
    /// Completes the case, within the transaction.
    pub(super) fn finish(
        mut self,
        verification: &Verification,
    ) -> Result<(Connection, Built), Failure> {
        if self.state == State::New {
            self.db.execute_batch(BY_EVENT_ID)?;
        }
        // Before the other indexes: they take the place of what was staged.
        self.settle_copies()?;
        self.settle_amendments()?;
        actors::store(&self.db, &self.roster)?;
        sessions::store(&self.db, &self.graph)?;
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
        // Helps whoever asks in SQL; a sample is enough.
        self.db
            .execute_batch("PRAGMA analysis_limit = 1000; ANALYZE")?;
        self.state_verification(verification)?;
        self.db.pragma_update(None, "user_version", VERSION)?;
        self.db.flush_prepared_statement_cache();
        Ok((self.db, self.built))
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
