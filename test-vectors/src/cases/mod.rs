//! The vectors, grouped by what they break.
//!
//! Each is a function over the kit; its doc comment is the `about` of its
//! `case.toml`, so that scenario and reason stand in one place.

mod absent;
mod backfill;
mod base;
mod coverage;
mod digest;
mod healthy;
mod hostile;
mod keys;
mod layout;
mod link;
mod log;
mod plain;
mod planted;

use crate::case::Case;

/// All vectors, in the order of the README's table. Names are unique.
#[must_use]
pub fn all() -> Vec<Case> {
    [
        healthy::all(),
        layout::all(),
        keys::all(),
        digest::all(),
        absent::all(),
        link::all(),
        log::all(),
        coverage::all(),
        planted::all(),
        backfill::all(),
        plain::all(),
        hostile::all(),
    ]
    .concat()
}
