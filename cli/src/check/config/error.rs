//! What is wrong with a configuration, and on which line.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::near::near;

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// There is none.
    #[error("{path}: cannot be read: {error}; `trailseal check --init` writes one to begin with")]
    Unread {
        path: PathBuf,
        error: std::io::Error,
    },
    /// It is longer than any.
    #[error("{path}: is longer than {limit} bytes")]
    TooLong { path: PathBuf, limit: u64 },
    /// Something in it is wrong.
    #[error("{path}:{line}: {problem}")]
    Wrong {
        path: PathBuf,
        line: usize,
        problem: String,
    },
}

/// The text of a file.
pub(super) fn read(path: &Path, limit: u64) -> Result<String, ConfigError> {
    let unread = |error| ConfigError::Unread {
        path: path.to_owned(),
        error,
    };
    let file = File::open(path).map_err(unread)?;
    let mut text = String::new();
    file.take(limit + 1)
        .read_to_string(&mut text)
        .map_err(unread)?;
    if text.len() as u64 > limit {
        return Err(ConfigError::TooLong {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(text)
}

/// What is wrong, before the file is named.
#[derive(Debug)]
pub(super) struct Fault {
    line: usize,
    problem: String,
}

impl Fault {
    /// What the parser says.
    pub(super) fn of_toml(error: &toml::de::Error, text: &str) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let message = error.message().trim();
        Self {
            line: line_of(text, start),
            problem: match suggestion(message) {
                Some(nearest) => format!("{message}; did you mean {nearest}?"),
                None => message.to_owned(),
            },
        }
    }

    /// A problem with the value of a key, found by its first use.
    pub(super) fn at(text: &str, key: &str, problem: &str) -> Self {
        let is_key = |line: &str| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        // Where a key is used more than once, the last that fits the problem.
        let quoted = |line: &&str| {
            line.split('"')
                .any(|part| !part.is_empty() && problem.contains(&format!("{part:?}")))
        };
        let lines: Vec<&str> = text.lines().collect();
        let position = lines
            .iter()
            .position(|line| is_key(line) && quoted(line))
            .or_else(|| lines.iter().position(|line| is_key(line)));
        Self {
            line: position.map_or(1, |position| position + 1),
            problem: format!("{key}: {problem}"),
        }
    }

    /// The same, of this file.
    pub(super) fn of(self, path: &Path) -> ConfigError {
        ConfigError::Wrong {
            path: path.to_owned(),
            line: self.line,
            problem: self.problem,
        }
    }
}

fn line_of(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or(text);
    before.bytes().filter(|byte| *byte == b'\n').count() + 1
}

/// The key that was meant, from the parser's list of those that there are.
fn suggestion(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field `")?;
    let (found, rest) = rest.split_once('`')?;
    let expected: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    near(found, &expected)
        .first()
        .map(|&nearest| nearest.to_owned())
}
