//! The commands, one file each: what can be typed, and what it does.

mod actors;
mod antiforensics;
mod case;
mod check;
mod completions;
#[cfg(feature = "aws")]
mod connect;
mod events;
mod evidence;
mod evidence_footer;
mod explain;
mod keys;
mod ledger;
mod lines;
#[cfg(feature = "aws")]
mod mirror;
mod output_args;
mod page_args;
mod prove;
mod reading;
#[cfg(feature = "aws")]
mod recover;
mod report;
mod scope;
mod sessions;
mod sql;
mod table_format;
mod timeline;
mod trace;
#[cfg(feature = "aws")]
mod trails;
mod verify;
mod whois;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand, ValueEnum};

use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::render::Colour;
#[cfg(feature = "aws")]
pub(crate) use verify::Verdict;

#[cfg(feature = "aws")]
const LIVE: &str = "  Verify the last week of a live bucket:
    trailseal verify s3://BUCKET --from 7d

  Make a copy that can be verified offline, and fetch the keys for it:
    trailseal mirror s3://BUCKET ./copy
    trailseal keys fetch --from 2026-01-01 --region eu-west-1 -o keys.json

";
#[cfg(not(feature = "aws"))]
const LIVE: &str = "";

const EXAMPLES: &str = "  Verify a copy:
    trailseal verify ./copy --keys keys.json

  Ask what a code in a report means:
    trailseal explain tail-uncovered
";

/// Proves which AWS CloudTrail logs are untouched, and says exactly what is
/// missing, altered or unproven.
#[derive(Debug, Parser)]
#[command(name = "trailseal", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = format!("Examples:\n{LIVE}{EXAMPLES}\n{EXIT_CODES}"))]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Verify(Box<verify::Args>),
    Timeline(Box<timeline::Args>),
    Events(Box<events::Args>),
    Antiforensics(Box<antiforensics::Args>),
    Actors(Box<actors::Args>),
    Whois(Box<whois::Args>),
    Trace(Box<trace::Args>),
    Prove(Box<prove::Args>),
    #[command(subcommand)]
    Case(case::Command),
    Sql(sql::Args),
    Report(Box<report::Args>),
    Check(Box<check::Args>),
    #[command(subcommand)]
    Ledger(ledger::Command),
    Explain(explain::Args),
    #[command(subcommand)]
    Keys(keys::Command),
    #[cfg(feature = "aws")]
    Mirror(Box<mirror::Args>),
    #[cfg(feature = "aws")]
    Recover(Box<recover::Args>),
    #[cfg(feature = "aws")]
    Trails(trails::Args),
    Completions(completions::Args),
}

impl Cli {
    /// Does what was typed.
    ///
    /// # Errors
    /// If there is no result.
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            Command::Verify(args) => args.run(),
            Command::Timeline(args) => args.run(),
            Command::Events(args) => args.run(),
            Command::Antiforensics(args) => args.run(),
            Command::Actors(args) => args.run(),
            Command::Whois(args) => args.run(),
            Command::Trace(args) => args.run(),
            Command::Prove(args) => args.run(),
            Command::Case(command) => command.run(),
            Command::Sql(args) => args.run(),
            Command::Report(args) => args.run(),
            Command::Check(args) => args.run(),
            Command::Ledger(command) => command.run(),
            Command::Explain(args) => args.run(),
            Command::Keys(command) => command.run(),
            #[cfg(feature = "aws")]
            Command::Mirror(args) => args.run(),
            #[cfg(feature = "aws")]
            Command::Recover(args) => args.run(),
            #[cfg(feature = "aws")]
            Command::Trails(args) => args.run(),
            Command::Completions(args) => args.run(),
        }
    }
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

/// When to colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum ColourArg {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColourArg {
    /// Whether to colour what goes to `place`.
    fn resolve(self, place: Place) -> Colour {
        match self {
            Self::Always => Colour::On,
            Self::Never => Colour::Off,
            // See https://no-color.org: set and not empty.
            Self::Auto if place == Place::Terminal && !is_set("NO_COLOR") => {
                if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
                    Colour::Off
                } else {
                    Colour::On
                }
            }
            Self::Auto => Colour::Off,
        }
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Where results go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// A file or a pipe.
    Elsewhere,
    /// Someone looks at it.
    Terminal,
}

impl Place {
    /// The standard output.
    fn stdout() -> Self {
        use std::io::IsTerminal as _;
        if std::io::stdout().is_terminal() {
            Self::Terminal
        } else {
            Self::Elsewhere
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn colour_is_for_terminals_unless_asked_for() {
        assert_eq!(ColourArg::Auto.resolve(Place::Elsewhere), Colour::Off);
        assert_eq!(ColourArg::Always.resolve(Place::Elsewhere), Colour::On);
        assert_eq!(ColourArg::Never.resolve(Place::Terminal), Colour::Off);
    }
}
