//! OpenSSL as a second opinion on keys, signatures and time stamps.
//!
//! `cargo test -p trailseal-keys --test openssl -- --ignored`; `scripts/test` runs
//! them, `scripts/test --offline` does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code, which exchanges files with another program"
)]

mod keys;
mod program;
mod timestamp;
