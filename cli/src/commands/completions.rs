//! `trailseal completions`: completions for a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Cli;
use crate::exit::{Exit, Failure};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  trailseal completions bash > ~/.local/share/bash-completion/completions/trailseal
  trailseal completions zsh > ~/.zfunc/_trailseal
  trailseal completions fish > ~/.config/fish/completions/trailseal.fish";

/// Print completions for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The shell.
    shell: Shell,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "trailseal", &mut script);
        output::print(&String::from_utf8_lossy(&script)).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}
