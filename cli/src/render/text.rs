//! Words and numbers for the eye, as every report has them.

pub(crate) use trailseal_forensics::report::text::{
    COLUMNS, bytes, count, counted, duration, plural, sentence_list, time, width, wrap,
};
