//! Everything that followed from a key: `trailseal trace`.

mod entry;
mod json;
mod text;

#[cfg(test)]
pub(in crate::render) use json::TraceBody;
pub(crate) use json::trace_json;
pub(crate) use text::trace_text;

#[cfg(test)]
mod tests;
