//! Cases: what is built is what reading the logs gives, whatever happens on the
//! way and whatever the records hold.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

#[path = "case/about.rs"]
mod about;
#[path = "case/build.rs"]
mod build;
mod common;
#[path = "case/copies.rs"]
mod copies;
#[path = "case/hostile.rs"]
mod hostile;
#[path = "case/lookup.rs"]
mod lookup;
#[path = "case/sql.rs"]
mod sql;
#[path = "case/support.rs"]
mod support;
