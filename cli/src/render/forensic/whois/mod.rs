//! The human or machine behind a key: `trailseal whois`.

mod end;
mod json;
mod sentence;
mod text;

#[cfg(test)]
pub(in crate::render) use json::WhoisBody;
pub(crate) use json::whois_json;
pub(crate) use sentence::whois_sentence;
pub(crate) use text::whois_text;

#[cfg(test)]
mod tests;
