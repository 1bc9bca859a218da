//! Names that others chose, in sentences of ours.

use super::Printable;
use crate::telling::{Phrase, Piece, Untrusted};

/// Characters of a name that are shown: more than AWS allows for a session, a
/// user or a role, and enough for their ARNs.
const LONGEST: usize = 256;

/// A name as one word, or in quotes where it is none: `x, proved by CloudTrail`
/// must not read as words of ours.
pub fn name(text: &str) -> String {
    quoted(text, LONGEST)
}

/// The same, of a text that may be cut already.
pub fn untrusted(text: &Untrusted) -> String {
    let shown = name(&text.text);
    if text.cut == 0 {
        shown
    } else {
        format!("{shown}...")
    }
}

/// An id, which has 36 characters if CloudTrail made it.
pub fn id(text: &str) -> String {
    const LONGEST: usize = 40;
    quoted(text, LONGEST)
}

/// The value of a field, as it was written but for what does not show.
pub fn value(text: &str) -> String {
    capped(&Printable(text).to_string(), LONGEST)
}

/// A phrase of the library, its values as names.
pub fn phrase(phrase: &Phrase) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Ours(words) => words.to_string(),
        Piece::Theirs(value) => untrusted(value),
    };
    phrase.pieces().iter().map(piece).collect()
}

fn quoted(text: &str, longest: usize) -> String {
    let shown = capped(&Printable(text).to_string(), longest);
    let plain = |c: char| c.is_alphanumeric() || "-_./:@=+$*".contains(c);
    if !shown.is_empty() && shown.chars().all(plain) {
        return shown;
    }
    let quoted = shown.replace('"', r#"\""#);
    if quoted.split(' ').all(may_begin_a_line) {
        format!("\"{quoted}\"")
    } else {
        format!("\"{}\"", quoted.replace(' ', r"\u{20}"))
    }
}

/// Lines break at spaces. What comes after one must not look like a mark, a
/// label or an empty column; `AWS Internal` is as harmless as it is common.
fn may_begin_a_line(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(char::is_alphanumeric)
}

fn capped(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_plain_word_are_quoted() {
        assert_eq!(name("ci-run-8841"), "ci-run-8841");
        let arn = "arn:aws:iam::111122223333:user/mary.major";
        assert_eq!(name(arn), arn);
        assert_eq!(name(""), r#""""#);
        assert_eq!(name("AWS Internal"), r#""AWS Internal""#);
        assert_eq!(name("x, proved"), r#""x,\u{20}proved""#);
        assert_eq!(name(r#"x" by"#), r#""x\"\u{20}by""#);
        assert_eq!(name("a\u{1b}[2J\nb"), r#""a\u{1b}[2J\u{a}b""#);
    }

    #[test]
    fn endless_names_are_cut() {
        let shown = name(&"x".repeat(1 << 20));
        assert!(shown.len() < LONGEST + 10 && shown.contains("..."));
        let cut = Untrusted::new(&"x".repeat(1 << 20));
        assert!(untrusted(&cut).ends_with("..."));
    }
}
