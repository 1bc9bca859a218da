//! Conformance with `aws cloudtrail validate-logs`.
//!
//! Every test vector is put into a loopback AWS. The AWS CLI, as it is
//! published, validates each trail of it in each account and Region; trailseal
//! verifies the same with `--format aws-cli`. What they print and how they exit
//! must be equal, byte for byte, but for the differences that
//! `test-vectors/divergences.toml` lists with their reasons. A difference that
//! is not listed fails the suite, and so does a listed one that is no more.
//!
//! `conformance/setup` installs the AWS CLI; then
//! `cargo test -p trailseal-conformance -- --ignored`.

mod aws_cli;
mod difference;
mod divergences;
mod program;
mod trail;
mod vector;

pub use aws_cli::{AwsCli, arguments};
pub use difference::{Difference, Side};
pub use divergences::{Divergences, Entry};
pub use program::{Printed, Program};
pub use trail::Trail;
pub use vector::{Asked, Vector};
