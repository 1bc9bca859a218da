//! Characters that do not show as themselves.

/// Whether a character shows as itself: no control, format, bidirectional,
/// zero-width, combining, private or unassigned one, and no space but U+0020.
pub(super) fn is_visible(c: char) -> bool {
    // `escape_debug` escapes these classes, and besides them the quotes and
    // the backslash, which are visible.
    matches!(c, '\\' | '\'' | '"') || c.escape_debug().eq([c])
}

/// Whether all of a text is plain ASCII, which most texts are.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (b' '..=b'~').contains(&b))
}
