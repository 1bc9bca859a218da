//! Scheduled checks: one run over many sources, what changed since the last one,
//! and what the policy makes of it.
//!
//! ```text
//! config     what is checked, and what is asked of it
//! turns      which days have their turn to be verified again
//! pass       what one walk over a source saw
//! settle     the passes over a source, and what was known of it
//!            -> what is known now, and what was found
//! accounts   which accounts are expected
//! expected   accounts and Regions that are expected and not there
//! unexpected ... and those that are there and not expected
//! life       what was open, and what was found -> new, open, resolved
//! policy     what becomes of each finding
//! assemble   -> the report
//! period     which bundles of evidence are due
//! output     what is told of it, to whom
//! notify     ... and told
//! ```
//!
//! All of it but `notify` is functions of their arguments. What reads sources and writes the
//! ledger is in `commands/check`.

pub(crate) mod accounts;
pub(crate) mod assemble;
pub(crate) mod config;
pub(crate) mod day;
pub(crate) mod expected;
pub(crate) mod life;
mod merge;
pub(crate) mod notify;
pub(crate) mod observed;
pub(crate) mod output;
pub(crate) mod pass;
pub(crate) mod period;
mod policy;
mod policy_code;
pub(crate) mod report;
pub(crate) mod settle;
pub(crate) mod turns;
pub(crate) mod unexpected;

pub(crate) use policy_code::PolicyCode;
