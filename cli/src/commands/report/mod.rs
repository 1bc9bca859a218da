//! `trailseal report`: a signed bundle of evidence, and what becomes of one that
//! comes back.

mod args;
#[cfg(feature = "aws")]
mod authority;
mod bundle;
mod events;
mod evidence;
mod exhibits;
mod make;
mod signing;
mod stamp;
mod timestamp;
mod verify;

pub(super) use args::Args;
