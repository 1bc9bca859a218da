//! How the process ends: five codes, and the error that leads to two of them.

use std::fmt;
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
  4  could not run: no access, network, disk
130  interrupted: what was proved so far is reported
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
    /// The user ended it.
    Interrupted,
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

impl Exit {
    /// The process's code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unchecked => 3,
            Self::CouldNotRun => 4,
            // 128 and the number of SIGINT, as shells have it.
            Self::Interrupted => 130,
        }
    }

    /// The code for those who know only 0 and 1, as callers of
    /// `aws cloudtrail validate-logs` do: what is not verified is not 0.
    pub(crate) fn of_two(answer: Answer) -> Self {
        match answer {
            Answer::Verified => Self::Success,
            Answer::Unchecked | Answer::Failed => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
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
        // Nobody is left to be told if this fails.
        let _ = writeln!(std::io::stderr(), "error: {self}");
    }
}

/// The error and its causes in one line, as they may be printed.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(error) | Self::CouldNotRun(error)) = self;
        Printable(format!("{error:#}")).fmt(f)
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
        assert_eq!(Exit::of_two(Answer::Verified), Exit::Success);
        assert_eq!(Exit::of_two(Answer::Unchecked), Exit::Failed);
    }
}
