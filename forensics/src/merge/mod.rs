//! One event that was recorded several times, in several places, or in parts.
//!
//! Building blocks, not a store: keys that two records of the same event (or
//! action) share, and decisions about two records at hand. Whoever holds the
//! events, in memory or in a database, brings records of the same key together
//! and asks.
//!
//! * [`EventKey`], [`compare`]: the same event delivered twice; [`Seen`] notices
//!   it while events are read in parallel.
//! * [`SharedKey`], [`Perspective`]: one action, as several accounts saw it.
//! * [`Amendment`]: a later record that corrects an earlier one.
//! * [`omitted()`]: values that were left out for their size.

mod addendum;
mod duplicate;
mod key;
mod omitted;
mod seen;
mod shared;

pub use addendum::{Amended, Amendment, AmendmentError};
pub use duplicate::{Copies, compare};
pub use key::{EventKey, Id};
pub use omitted::{Omitted, omitted};
pub use seen::{Seen, Sighting};
pub use shared::{Perspective, SharedKey};
