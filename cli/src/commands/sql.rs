//! `trailseal sql`: any question to a case.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::ValueEnum;
use trailseal_forensics::case::{Case, CaseError};

use super::output_args::OutputArgs;
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::interrupt::on_interrupt;
use crate::output::{Output, tolerate_broken_pipe};
use crate::render::Colour;
use crate::render::sql::{Csv, Form, Ndjson, Table};

const EXAMPLES: &str = "  Which calls failed most often, by whom?
    trailseal sql case.sqlite \"SELECT actor, event_name, error_code, count(*) AS events
      FROM events WHERE error_code IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT 20\"

  Into the parameters, with SQLite's JSON functions:
    trailseal sql case.sqlite \"SELECT time, json_extract(json, '$.requestParameters.bucketName')
      FROM events JOIN record ON record.event = events.id WHERE event_name = 'PutBucketPolicy'\"

  What is in it:
    trailseal sql case.sqlite \"SELECT name, sql FROM sqlite_schema WHERE type = 'view'\"

One statement that only reads. The tables and views are described in the file's
own schema; any other tool for SQLite opens it too.";

/// Ask a case a question in SQL; nothing is changed.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    /// The case, as `trailseal case build` wrote it.
    #[arg(value_name = "CASE")]
    case: PathBuf,

    /// The question.
    #[arg(value_name = "SELECT")]
    statement: String,

    /// How to write the rows.
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,

    #[command(flatten)]
    output: OutputArgs,
}

/// The formats of rows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Format {
    /// A table; long values are cut.
    #[default]
    Human,
    /// Comma-separated values; no cell is a formula.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let case = Case::open(&self.case).map_err(|error| Failure::CouldNotRun(error.into()))?;
        let cancel = case.cancel();
        on_interrupt(move || cancel.cancel()).map_err(Failure::CouldNotRun)?;
        let (mut output, colour) = self.output.open()?;
        match self.answer(&case, &mut output, colour) {
            Ok(rows) => {
                output.finish().map_err(Failure::CouldNotRun)?;
                Ok(match rows {
                    0 => Exit::Unchecked,
                    _ => Exit::Success,
                })
            }
            Err(Stopped::Case(CaseError::Stopped { .. })) => Ok(Exit::Interrupted),
            Err(Stopped::Case(error @ CaseError::Sql { .. })) => Err(Failure::Usage(error.into())),
            Err(Stopped::Case(error)) => Err(Failure::CouldNotRun(error.into())),
            Err(Stopped::Output(error)) => tolerate_broken_pipe(Err(error))
                .map(|()| Exit::Success)
                .map_err(Failure::CouldNotRun),
        }
    }

    /// Writes the rows, and says how many there are.
    fn answer(&self, case: &Case, output: &mut Output, colour: Colour) -> Result<u64, Stopped> {
        let mut statement = case.sql(&self.statement)?;
        let columns: Vec<String> = statement.columns().into_iter().map(str::to_owned).collect();
        let mut form: Box<dyn Form> = match self.format {
            Format::Human => Box::new(Table::new(columns, colour)),
            Format::Csv => Box::new(Csv::new(columns)),
            Format::Ndjson => Box::new(Ndjson::new(columns)),
        };
        let mut rows = statement.rows()?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            output.write_all(form.row(&row)?.as_bytes())?;
            count += 1;
        }
        output.write_all(form.end().as_bytes())?;
        Ok(count)
    }
}

/// Why not all rows were written.
enum Stopped {
    Case(CaseError),
    Output(io::Error),
}

impl From<CaseError> for Stopped {
    fn from(error: CaseError) -> Self {
        Self::Case(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
