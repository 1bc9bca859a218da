//! Events as rows, in the order in which they happened.
//!
//! * [`Line`]: what a timeline shows of one event, owned and compact, with the
//!   proof of the log that it came from. Only [`Line::of`] makes one, from an
//!   [`Event`](crate::Event).
//! * [`Sorter`](trailseal_verifier::sort::Sorter): any number of lines into one total
//!   order, in bounded memory.
//! * [`Unrepeated`]: of an event that was delivered several times, one line.
//! * [`Joined`]: the lines of one action together.
//!
//! What a line looks like in a file is decided in [`export`](crate::export).

mod build;
mod cell;
mod joined;
mod line;
mod run;
mod unrepeated;
mod words;

pub use cell::{Cell, Column};
pub use joined::{Deed, Joined};
pub use line::{Access, Keep, Line, MAX_RESOURCES, MAX_TEXT, Resources};
pub use unrepeated::Unrepeated;
