//! What reading a case may do, and for how long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::error::Failure;

/// Stops what a [`Case`](super::Case) does, from any thread.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<Steering>);

#[derive(Debug, Default)]
struct Steering {
    cancelled: AtomicBool,
    /// Steps of SQLite's machine that are left.
    left: AtomicI64,
    /// Whether the statements are this program's own.
    asking: AtomicBool,
}

/// Steps between two looks at whether to stop.
const STRIDE: i32 = 10_000;

impl Cancel {
    /// Stops what is going on, and all that is asked afterwards.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// Watches over a connection: from now on it only reads.
    pub(super) fn over(db: &mut Connection) -> rusqlite::Result<Self> {
        let steering = Arc::new(Steering::default());
        let watched = Arc::clone(&steering);
        let stop = move || {
            let left = watched.left.fetch_sub(STRIDE.into(), Ordering::Relaxed);
            left < 0 || watched.cancelled.load(Ordering::Relaxed)
        };
        db.progress_handler(STRIDE, Some(stop))?;
        let watched = Arc::clone(&steering);
        db.authorizer(Some(move |context: AuthContext<'_>| {
            let own = watched.asking.load(Ordering::Relaxed);
            match context.action {
                AuthAction::Transaction { .. } if own => Authorization::Allow,
                action => allowed(action),
            }
        }))?;
        Ok(Self(steering))
    }

    /// Asks one question in one transaction: otherwise each of its many small
    /// statements locks the file anew, looks whether it has changed, and forgets
    /// what it read if so.
    pub(super) fn asking<T>(
        &self,
        db: &Connection,
        ask: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if !db.is_autocommit() {
            return ask(db);
        }
        self.0.asking.store(true, Ordering::Relaxed);
        let begun = db.execute_batch("BEGIN").map_err(Failure::from);
        let answer = begun.and_then(|()| ask(db));
        let ended = match db.is_autocommit() {
            true => Ok(()),
            // Nothing was written.
            false => db.execute_batch("ROLLBACK").map_err(Failure::from),
        };
        self.0.asking.store(false, Ordering::Relaxed);
        answer.and_then(|answer| ended.map(|()| answer))
    }

    /// Allows so many steps. A file whose pages go round in circles would take
    /// any number.
    pub(super) fn allow(&self, steps: i64) {
        self.0.left.store(steps, Ordering::Relaxed);
    }
}

/// Whether a part of a statement only reads the case.
fn allowed(action: AuthAction<'_>) -> Authorization {
    let reads = match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => {
            !["load_extension", "fts3_tokenizer"].contains(&function_name)
        }
        AuthAction::Pragma {
            pragma_name,
            pragma_value,
        } => is_question(pragma_name, pragma_value.is_some()),
        _ => false,
    };
    match reads {
        true => Authorization::Allow,
        false => Authorization::Deny,
    }
}

/// Whether a pragma asks for something, and changes nothing.
fn is_question(name: &str, has_value: bool) -> bool {
    const OF_A_TABLE: [&str; 6] = [
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "table_info",
        "table_xinfo",
    ];
    const OF_THE_FILE: [&str; 8] = [
        "application_id",
        "data_version",
        "encoding",
        "freelist_count",
        "page_count",
        "page_size",
        "table_list",
        "user_version",
    ];
    let name = name.to_ascii_lowercase();
    OF_A_TABLE.contains(&&*name) || OF_THE_FILE.contains(&&*name) && !has_value
}
