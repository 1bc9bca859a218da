//! Untrusted text for a terminal, and for whatever else people look at.

pub(crate) use trailseal_forensics::visible::{Printable, is_visible};
