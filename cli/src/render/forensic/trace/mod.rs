//! Everything that followed from a key: `trailseal trace`.

mod entry;
mod json;
mod text;

pub(crate) use json::trace_json;
pub(crate) use text::trace_text;

#[cfg(test)]
mod tests;
