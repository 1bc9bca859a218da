//! Scheduled checks: one run over many sources, what changed since the last one,
//! and what the policy makes of it.

pub(crate) mod notify;
pub(crate) mod output;
pub(crate) mod report;
