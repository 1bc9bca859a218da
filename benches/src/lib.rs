//! What the benchmarks share: data of a stated size, and measuring.
//!
//! * Data: [`synthetic`] writes signed mirrors, [`empty_chain`] makes long
//!   chains in memory, [`records`] makes the events inside the logs.
//! * Measuring: [`measured`] runs a walk and notes wall time and processor
//!   time, [`series`] holds repeated figures, [`table`] prints them.
//!
//! How to run them and how to read them: `README.md` of this crate.
//!
//! Absent on purpose: any figure. Figures are in `README.md`, with the
//! machine and the commit that they belong to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a tool for developers whose inputs are its own: a panic is a broken benchmark"
)]

pub mod empty_chain;
pub mod measured;
pub mod one_digest;
pub mod records;
pub mod rng;
pub mod series;
pub mod synthetic;
pub mod table;
