//! Untrusted text for a terminal.

pub(crate) use trailseal_forensics::visible::Printable;
#[cfg(test)]
pub(crate) use trailseal_forensics::visible::is_visible;
