//! How what is not a report is written.

use clap::ValueEnum;

/// The formats of a table.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum TableFormat {
    /// A table.
    #[default]
    Human,
    /// One JSON document.
    Json,
}
