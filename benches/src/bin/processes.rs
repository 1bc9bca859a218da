//! `processes start|memory -- COMMAND…`: how soon a command prints, and how
//! much memory it takes, from outside.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clap::{Parser, Subcommand};
use trailseal_benches::series::Series;
use trailseal_benches::table;

/// Measures a command from outside.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The time from its start to its first output and to its end.
    Start {
        /// How often it is started, after one start that does not count.
        #[arg(long, default_value_t = 20)]
        times: usize,
        #[command(flatten)]
        command: Arguments,
    },
    /// Its largest resident set, one row for each command, separated by `,`.
    Memory {
        #[command(flatten)]
        command: Arguments,
    },
}

#[derive(clap::Args)]
struct Arguments {
    /// The exit code that it must have.
    #[arg(long, default_value_t = 0)]
    exit: i32,
    /// The command and its arguments.
    #[arg(last = true, required = true)]
    command: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    match Args::parse().what {
        What::Start { times, command } => start(times, &command),
        What::Memory { command } => memory(&command),
    }
}

fn start(times: usize, arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(times > 0, "at least one start");
    let (mut first, mut end) = (Series::default(), Series::default());
    for round in 0..=times {
        let clock = Instant::now();
        let mut child = arguments.spawn(&arguments.command)?;
        let mut output = child.stdout.take().context("no output")?;
        let mut byte = [0; 1];
        let read = output.read(&mut byte)?;
        let printed = clock.elapsed();
        std::io::copy(&mut output, &mut std::io::sink())?;
        arguments.check(child.wait()?)?;
        let ended = clock.elapsed();
        ensure!(read == 1, "the command prints nothing");
        if round > 0 {
            first.push(printed.as_secs_f64() * 1e3);
            end.push(ended.as_secs_f64() * 1e3);
        }
    }
    let row = vec![
        times.to_string(),
        format!("{first:.1}"),
        format!("{end:.1}"),
    ];
    let columns = ["starts", "first output, ms", "end, ms"];
    print!("{}", table::markdown(&columns, &[row]));
    Ok(())
}

fn memory(arguments: &Arguments) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for command in arguments.command.split(|argument| argument == ",") {
        let clock = Instant::now();
        let mut child = arguments.spawn(command)?;
        let mut output = child.stdout.take().context("no output")?;
        let drain = std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let mut peak = 0;
        let status = loop {
            peak = peak.max(high_water(&child));
            if let Some(status) = child.try_wait()? {
                break status;
            }
            // The mark only rises, so all that can be missed is what a process
            // takes in its last moments.
            std::thread::sleep(Duration::from_millis(2));
        };
        arguments.check(status)?;
        drop(drain.join());
        ensure!(peak > 0, "no /proc, or the command ended at once");
        rows.push(vec![
            format!("`{}`", command[1..].join(" ")),
            format!("{:.1}", peak as f64 / 1024.0),
            format!("{:.1}", clock.elapsed().as_secs_f64()),
        ]);
    }
    let columns = ["command", "largest resident set, MiB", "s"];
    print!("{}", table::markdown(&columns, &rows));
    Ok(())
}

impl Arguments {
    fn spawn(&self, command: &[String]) -> anyhow::Result<Child> {
        let (program, arguments) = command.split_first().context("no command")?;
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {program}"))
    }

    fn check(&self, status: ExitStatus) -> anyhow::Result<()> {
        let expected = self.exit;
        ensure!(
            status.code() == Some(expected),
            "expected exit code {expected}, found {status}"
        );
        Ok(())
    }
}

/// The largest resident set so far, in KiB (proc(5), `VmHWM`); 0 if unknown.
fn high_water(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|kibibytes| kibibytes.trim().parse().ok())
        .unwrap_or(0)
}
