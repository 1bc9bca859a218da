//! `trailseal report`: a signed bundle of evidence, and what becomes of one that
//! comes back.

mod args;
#[cfg(feature = "aws")]
mod authority;
mod bundle;
mod events;
mod evidence;
mod exhibits;
mod listed;
mod make;
mod order;
mod pack;
mod run;
mod sections;
mod signing;
mod stamp;
mod stated;
mod telling;
mod timestamp;
mod tree;
mod verify;
mod zipped;

pub(super) use args::Args;
pub(super) use order::Order;
