//! Words and numbers for the eye, as every report has them.

#[cfg(feature = "aws")]
pub(crate) use trailseal_forensics::report::text::plural;
pub(crate) use trailseal_forensics::report::text::{
    COLUMNS, bytes, count, counted, duration, sentence_list, time, width, wrap,
};
