//! What AWS or the network said, fit for one line of a message.
//!
//! The answer to a wrong signature quotes the whole signed request, the session
//! token included, from its second line on. So only first lines are kept, and
//! of these a few hundred characters.

use std::error::Error;

use super::CallError;

/// The first line, cut.
pub(super) fn line(text: &str) -> String {
    let first = text
        .trim_start()
        .split(['\n', '\r'])
        .next()
        .unwrap_or_default()
        .trim_end();
    let mut kept: String = first.chars().take(CallError::DETAIL_CHARS).collect();
    if kept.len() < first.len() {
        kept.push('…');
    }
    kept
}

/// Of an answer: its code and message, or at least its status.
pub(super) fn of_answer(code: Option<&str>, message: Option<&str>, status: Option<u16>) -> String {
    let message = message.filter(|text| !text.trim().is_empty());
    match (code, message, status) {
        (Some(code), Some(message), _) => line(&format!("{code}, {}", message.trim_start())),
        (Some(text), None, _) | (None, Some(text), _) => line(text),
        (None, None, Some(status)) => format!("HTTP status {status}"),
        (None, None, None) => "no reason given".to_owned(),
    }
}

/// What the SDK says around a cause, and the kind of the error says too.
const AROUND: [&str; 7] = [
    "an error occurred while loading credentials",
    "dispatch failure",
    "io error",
    "other",
    "response error",
    "service error",
    "unhandled error",
];

/// Of a failure: its causes, without those that repeat what was said.
pub(super) fn of_chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for cause in causes(error) {
        let said = line(&cause.to_string());
        let has_cause = cause.source().is_some();
        if said.is_empty() || text.contains(&said) || (has_cause && AROUND.contains(&said.as_str()))
        {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&said);
    }
    line(&text)
}

/// An error and its causes, outermost first. Sixteen are more than there are.
pub(super) fn causes<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
    .take(16)
}
