//! `trailseal`: proves which AWS CloudTrail logs are untouched.
//!
//! The command line and nothing else: what was typed is turned into what it
//! means, the libraries work, and what they concluded is written down. Only
//! this crate prints, reads the clock and the environment, and ends the
//! process; [`exit`] says how.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the one crate that talks to a terminal"
)]

mod check;
mod commands;
mod escape;
mod exit;
#[cfg(feature = "aws")]
mod http;
mod interrupt;
mod ledger;
mod near;
mod new_folder;
mod output;
mod progress;
mod render;
mod time_arg;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    // Usage errors, --help and --version end here.
    let cli = commands::Cli::parse();
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}
