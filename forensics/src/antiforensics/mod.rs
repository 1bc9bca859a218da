//! Anti-forensics: events that blind, destroy or discredit evidence, refused
//! attempts included, and whether they explain what the verifier found.
//!
//! * [`classify`]: one record → a [`Hit`] of the catalogue, with its
//!   [`Technique`]s; [`Scout`] finds those of verified logs.
//! * [`Story::of`]: hits → [`Chapter`]s in order of time: what was done to
//!   what, until when.
//! * [`explain()`]: a finding of the verifier and the story → an
//!   [`Explanation`].
//! * [`Technique::witnesses`]: what still tells of the same events.
//!
//! # What is absent
//!
//! Whether a bucket, key or log group holds evidence cannot be told from a
//! record: [`Holdings`] says what is known. Deletion by a lifecycle rule and
//! delivery that fails at the bucket leave no event at all, so *unexplained*
//! never means *impossible*. Everything here says what records state; whether
//! a record is proved is said by its provenance.

mod catalogue;
#[cfg(test)]
mod examples;
mod explain;
mod hit;
mod holdings;
mod scout;
mod selectors;
mod story;
mod target;
mod technique;
mod witness;

pub use explain::{Basis, Cause, Explanation, explain};
pub use hit::{Act, Hit, Side, classify};
pub use holdings::{Holdings, Relevance};
pub use scout::Scout;
pub use story::{Chapter, End, MAX_HITS, Story};
pub use target::{MAX_TARGETS, Target, TargetKind};
pub use technique::{Attack, Effect, Evidence, Holding, Technique};
pub use witness::Witness;
