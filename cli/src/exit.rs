//! How the process ends: five codes, and the error that leads to two of them.

use std::io::Write as _;
use std::process::ExitCode;

use trailseal_verifier::verdict::Answer;

use crate::escape::Printable;

/// The codes for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  everything in the range is verified, and the range is covered
  1  something failed: a signature contradicts what is there or what is missing
  2  usage or configuration: an argument, or the keys
  3  nothing failed, but part of the range is unchecked or uncovered
  4  could not run: no access, disk
Finding nothing is never 0.";

/// What the caller of the process learns without reading.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Exit {
    /// The work is done, and for a verification: all is proved.
    Success,
    /// Something failed the verification.
    Failed,
    /// The arguments or the keys are wrong.
    Usage,
    /// Nothing failed, but not all is proved.
    Unchecked,
    /// The work could not be done.
    CouldNotRun,
}

impl From<Answer> for Exit {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Verified => Self::Success,
            Answer::Unchecked => Self::Unchecked,
            Answer::Failed => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Unchecked => 3,
            Exit::CouldNotRun => 4,
        })
    }
}

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The user can mend it by calling differently.
    Usage(anyhow::Error),
    /// The machine or its permissions are in the way.
    CouldNotRun(anyhow::Error),
}

impl Failure {
    /// The code to end with.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::CouldNotRun(_) => Exit::CouldNotRun,
        }
    }

    /// Writes the error and its causes as one line.
    pub(crate) fn print(&self) {
        let (Self::Usage(error) | Self::CouldNotRun(error)) = self;
        let text = format!("{error:#}");
        // Nobody is left to be told if this fails.
        let _ = writeln!(std::io::stderr(), "error: {}", Printable(&text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_verified_whole_is_success() {
        assert_eq!(Exit::from(Answer::Verified), Exit::Success);
        assert_eq!(Exit::from(Answer::Unchecked), Exit::Unchecked);
        assert_eq!(Exit::from(Answer::Failed), Exit::Failed);
    }
}
