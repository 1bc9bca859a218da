//! [OpenMetrics] text, for the textfile collector of Prometheus' node exporter.
//!
//! The collector reads the older text format, so everything here is what both know:
//! gauges, without time stamps. What the evidence can make many of is bounded: a
//! series a source, and one for each of the chains that are longest without a digest.
//!
//! [OpenMetrics]: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md

use std::cmp::Reverse;
use std::fmt::{Display, Write as _};

use super::figures::Figures;
use super::wording;
use crate::check::report::{ChainStatus, CheckReport, SourceReport, State};

/// How many chains of a source have a series of their own.
const CHAINS: usize = 500;

/// The report as one exposition.
pub(crate) fn openmetrics(report: &CheckReport) -> String {
    let mut out = Exposition::default();
    run(&mut out, report);
    let sources: Vec<(&SourceReport, Figures)> = report
        .sources
        .iter()
        .map(|source| (source, Figures::of_source(report, source)))
        .collect();
    of_sources(&mut out, &sources);
    chains(&mut out, report);
    out.0.push_str("# EOF\n");
    out.0
}

fn run(out: &mut Exposition, report: &CheckReport) {
    out.family(
        "trailseal_check_build",
        "",
        "The program that checked; always 1.",
    );
    out.sample(
        "trailseal_check_build",
        &[("version", report.tool.version)],
        1,
    );
    out.single(
        "trailseal_check_run",
        "",
        "The run's number in the ledger.",
        report.run.number,
    );
    let ended = report.run.ended.as_second();
    let help = "When the run ended: alert if it is long ago.";
    out.single(
        "trailseal_check_ended_timestamp_seconds",
        "seconds",
        help,
        ended,
    );
    let lasted = report.run.ended.duration_since(report.run.began);
    let help = "How long the run took.";
    out.single(
        "trailseal_check_duration_seconds",
        "seconds",
        help,
        lasted.as_secs_f64(),
    );
    let help = "What the policy says: 0 passes, 1 passes with warnings, 2 fails.";
    out.single("trailseal_check_state", "", help, number(report.state));
}

fn of_sources(out: &mut Exposition, sources: &[(&SourceReport, Figures)]) {
    let name = "trailseal_check_source_state";
    out.family(name, "", "As trailseal_check_state, of one source.");
    for (source, _) in sources {
        out.sample(name, &[("source", &source.name)], number(source.state));
    }
    let name = "trailseal_check_source_readable";
    out.family(
        name,
        "",
        "Whether anything of the source could be verified.",
    );
    for (source, figures) in sources {
        out.sample(name, &[("source", &source.name)], 1 - figures.unread);
    }
    for table in &TABLES {
        out.family(table.name, table.unit, table.help);
        for (source, figures) in sources {
            for column in table.columns {
                let labels = [
                    ("source", source.name.as_str()),
                    (table.label, column.value),
                ];
                out.sample(table.name, &labels, (column.of)(figures));
            }
        }
    }
}

/// A metric whose samples differ in the source and one more label.
struct Table {
    name: &'static str,
    unit: &'static str,
    help: &'static str,
    label: &'static str,
    columns: &'static [Column],
}

/// One value of the label, and what it stands for.
struct Column {
    value: &'static str,
    of: fn(&Figures) -> u64,
}

const fn column(value: &'static str, of: fn(&Figures) -> u64) -> Column {
    Column { value, of }
}

const TABLES: [Table; 4] = [
    Table {
        name: "trailseal_check_open_findings",
        unit: "",
        help: "Open findings, by what the policy makes of them.",
        label: "level",
        columns: &[
            column("fail", |figures| figures.failing),
            column("warn", |figures| figures.warned),
            column("accepted", |figures| figures.accepted),
        ],
    },
    Table {
        name: "trailseal_check_changed_findings",
        unit: "",
        help: "Findings that this run saw first, or found gone.",
        label: "life",
        columns: &[
            column("new", |figures| figures.new),
            column("resolved", |figures| figures.resolved),
        ],
    },
    Table {
        name: "trailseal_check_verified_files",
        unit: "",
        help: "Files that this run verified, for the first time or again.",
        label: "kind",
        columns: &[
            column("digest", |figures| figures.digests),
            column("log", |figures| figures.logs),
        ],
    },
    Table {
        name: "trailseal_check_time_seconds",
        unit: "seconds",
        help: "Time that is proved, failed, or neither, over all chains.",
        label: "answer",
        columns: &[
            column("verified", |figures| figures.proved),
            column("failed", |figures| figures.failed),
            column("unchecked", |figures| figures.unproved),
        ],
    },
];

fn chains(out: &mut Exposition, report: &CheckReport) {
    let name = "trailseal_check_chain_age_seconds";
    let help = "From the end of a chain's newest verified digest to the start of the run.";
    out.family(name, "seconds", help);
    for source in &report.sources {
        for (chain, age) in oldest(source) {
            let labels = [
                ("source", source.name.as_str()),
                ("account", &chain.account),
                ("region", &chain.region),
                ("trail", &chain.trail),
                ("chain", &chain.id),
            ];
            out.sample(name, &labels, age);
        }
    }
    let name = "trailseal_check_chains";
    out.family(
        name,
        "",
        "How many chains there are; the oldest have an age.",
    );
    for source in &report.sources {
        out.sample(name, &[("source", &source.name)], source.chains.len());
    }
}

fn oldest(source: &SourceReport) -> Vec<(&ChainStatus, i64)> {
    let chains = source.chains.iter();
    let mut aged: Vec<_> = chains
        .filter_map(|chain| Some((chain, chain.lag_seconds?)))
        .collect();
    aged.sort_by_key(|(_, age)| Reverse(*age));
    aged.truncate(CHAINS);
    aged
}

fn number(state: State) -> u8 {
    match state {
        State::Pass => 0,
        State::Warn => 1,
        State::Fail => 2,
    }
}

#[derive(Default)]
struct Exposition(String);

impl Exposition {
    /// Begins a metric; its samples follow.
    fn family(&mut self, name: &str, unit: &str, help: &str) {
        let _ = writeln!(self.0, "# TYPE {name} gauge");
        if !unit.is_empty() {
            let _ = writeln!(self.0, "# UNIT {name} {unit}");
        }
        let _ = writeln!(self.0, "# HELP {name} {help}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (position, (label, text)) in labels.iter().enumerate() {
            self.0.push_str(if position == 0 { "{" } else { "," });
            let _ = write!(self.0, "{label}=\"{}\"", escaped(text));
        }
        if !labels.is_empty() {
            self.0.push('}');
        }
        let _ = writeln!(self.0, " {value}");
    }

    fn single(&mut self, name: &str, unit: &str, help: &str, value: impl Display) {
        self.family(name, unit, help);
        self.sample(name, &[], value);
    }
}

/// A label's value: what does not show as itself is written out, line feeds included.
fn escaped(text: &str) -> String {
    wording::plain(text)
        .replace('\\', r"\\")
        .replace('"', r#"\""#)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{HOSTILE, report, snapshot};
    use super::*;

    #[test]
    fn looks_as_committed() {
        snapshot("metrics.prom", &openmetrics(&report()));
    }

    #[test]
    fn the_evidence_adds_no_lines_and_few_series() {
        let mut report = report();
        let chain = report.sources[0].chains[0].clone();
        report.sources[0].chains = (0..2_000)
            .map(|lag| ChainStatus {
                id: format!("{HOSTILE}/{lag}"),
                lag_seconds: Some(lag),
                ..chain.clone()
            })
            .collect();
        let text = openmetrics(&report);
        assert_eq!(text.matches("# EOF\n").count(), 1);
        assert!(text.ends_with("\n# EOF\n"));
        assert_eq!(
            text.matches("trailseal_check_chain_age_seconds{").count(),
            CHAINS
        );
        assert!(text.contains("/1999\"} 1999\n") && !text.contains("/1499\"}"));
        let known = |line: &str| line.starts_with("# ") || line.starts_with("trailseal_check_");
        assert!(text.lines().all(known), "{text}");
    }
}
