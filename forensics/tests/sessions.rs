//! Sessions: each kind of issuing event, how uses are tied to them, and the
//! story of the sample.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    reason = "a test"
)]

#[path = "sessions/edges.rs"]
mod edges;
#[path = "sessions/hostile.rs"]
mod hostile;
#[path = "sessions/sample.rs"]
mod sample;
#[path = "sessions/support.rs"]
mod support;
