//! Where a JSON value ends, judged by brackets and strings alone.
//!
//! What serde_json reads is read by serde_json. This is for what it refuses:
//! to find where the next record may begin, and for the depth of what it
//! accepts without recursion.

use memchr::{memchr2, memchr2_iter, memchr3};

/// How far a value goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Extent {
    /// Its bytes; at least one if there are any.
    pub(super) length: usize,
    /// What is there.
    pub(super) end: End,
}

/// What is found where a value stops.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    /// Its brackets are closed.
    Closed,
    /// Another record seems to begin.
    Next,
    /// The bytes end first.
    Open,
}

/// How far the valid value goes that `bytes` begins with.
pub(super) fn extent(bytes: &[u8]) -> Extent {
    extent_until(bytes, |_| None)
}

/// How far the broken record goes that `bytes` begins with: to where its
/// brackets close or the next record seems to begin.
pub(super) fn broken(bytes: &[u8], among: Among) -> Extent {
    extent_until(bytes, |at| match among {
        Among::Array if bytes[at] == b'\n' => None,
        Among::Array => record_at_quote(bytes, at),
        Among::Documents if bytes[at] == b'\n' => document_at_newline(bytes, at),
        Among::Documents => record_at_quote(bytes, at).or_else(|| first_at_quote(bytes, at)),
    })
}

/// `next` is asked at every quote and newline, inside strings too: in a broken
/// record one cannot know what is inside.
fn extent_until(bytes: &[u8], next: impl Fn(usize) -> Option<usize>) -> Extent {
    let found = |length, end| Extent { length, end };
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let (b'"' | b'\n', Some(length)) = (byte, next(at)) {
            return found(length, End::Next);
        }
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => at += 1,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ if !in_string && depth == 0 => return found(at + scalar(&bytes[at..]), End::Closed),
            _ => {}
        }
        at += 1;
        if in_string {
            let rest = bytes.get(at..).unwrap_or_default();
            at += memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
        } else if depth == 0 {
            return found(at, End::Closed);
        }
    }
    found(bytes.len(), End::Open)
}

/// The length of the string that `bytes` begins with, quotes included.
pub(super) fn string(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn scalar(bytes: &[u8]) -> usize {
    let end = |b: &u8| matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
    bytes.iter().position(end).unwrap_or(bytes.len()).max(1)
}

/// Whether valid JSON is nested deeper than this.
pub(super) fn is_deeper(json: &str, limit: usize) -> bool {
    let bytes = json.as_bytes();
    // Too few brackets to be deep: nearly every record.
    if memchr2_iter(b'{', b'[', bytes).nth(limit).is_none() {
        return false;
    }
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => string(&bytes[at..]).unwrap_or(bytes.len()),
            _ => 1,
        };
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

/// What surrounds a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Among {
    /// Other elements of an array.
    Array,
    /// Other documents, mostly one a line.
    Documents,
}

/// Where, after its first byte, another record of an array seems to begin.
pub(super) fn next_in_array(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'"', bytes).find_map(|at| record_at_quote(bytes, at))
}

/// Where, after the first line, another document seems to begin.
pub(super) fn next_line(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes).find_map(|at| document_at_newline(bytes, at))
}

/// Names that records begin with: `eventVersion` as CloudTrail writes them,
/// the others where something sorted their members.
const FIRST_NAMES: [&[u8]; 8] = [
    b"eventVersion",
    b"awsRegion",
    b"eventCategory",
    b"eventID",
    b"eventId",
    b"eventName",
    b"eventTime",
    b"additionalEventData",
];

/// The bracket of the record whose first name this quote opens, if it stands
/// behind a comma. In a string of a sound record the quotes would be escaped.
fn record_at_quote(bytes: &[u8], quote: usize) -> Option<usize> {
    let rest = &bytes[quote + 1..];
    let named = |name: &&[u8]| rest.starts_with(name) && rest.get(name.len()) == Some(&b'"');
    FIRST_NAMES.iter().find(|name| named(name))?;
    let brace = before(bytes, quote).filter(|at| bytes[*at] == b'{')?;
    before(bytes, brace).filter(|at| bytes[*at] == b',')?;
    Some(brace)
}

/// The bracket of the first record of an array, if this quote opens its name:
/// what lies around the array is broken then.
fn first_at_quote(bytes: &[u8], quote: usize) -> Option<usize> {
    if !bytes[quote + 1..].starts_with(b"eventVersion\"") {
        return None;
    }
    let brace = before(bytes, quote).filter(|at| bytes[*at] == b'{')?;
    before(bytes, brace).filter(|at| bytes[*at] == b'[')?;
    Some(brace)
}

fn document_at_newline(bytes: &[u8], newline: usize) -> Option<usize> {
    let begins = matches!(bytes.get(newline + 1), Some(b'{' | b'['));
    begins.then_some(newline + 1)
}

/// The last byte before `at` that is no white space.
fn before(bytes: &[u8], at: usize) -> Option<usize> {
    bytes[..at].iter().rposition(|b| !is_space(*b))
}

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extents_of_values() {
        for (text, length) in [
            (r#"{"a":"}\"{"},"#, 12),
            (r"[[],{}] ", 7),
            (r#""a\\",1"#, 5),
            ("12.5e3]", 6),
            ("null}", 4),
            (",", 1),
            ("]", 1),
        ] {
            let end = End::Closed;
            assert_eq!(extent(text.as_bytes()), Extent { length, end }, "{text}");
        }
        for open in ["", r#"{"a":"#, r#""a\"#, r#""a\""#, "[{}"] {
            let length = open.len();
            let end = End::Open;
            assert_eq!(extent(open.as_bytes()), Extent { length, end }, "{open}");
        }
    }

    #[test]
    fn brackets_in_strings_are_not_depth() {
        let wide = format!("[{}]", vec!["[]"; 50].join(","));
        let quoted = format!("[\"{}\"]", "[{".repeat(50));
        for text in [&wide, &quoted] {
            assert!(!is_deeper(text, 2), "{text}");
        }
        assert!(is_deeper(&wide, 1));
        assert!(is_deeper(&"[".repeat(101), 100));
    }

    #[test]
    fn the_next_record_is_told_from_text_that_looks_like_one() {
        let text = br#"{"a":"\"eventVersion\"","b":{"eventVersion":1}, { "eventVersion":"1.08"}"#;
        let found = next_in_array(text).unwrap();
        assert!(text[found..].starts_with(br#"{ "eventVersion":"1.08"#));
        assert_eq!(next_in_array(br#"{"eventVersion":"1.08"}"#), None);
        assert_eq!(next_line(b"{\n  {\n{"), Some(6));
        let end = End::Next;
        for (among, broken_record, length) in [
            (Among::Array, r#"{"a":"b},{"eventVersion":"1"}"#, 9),
            (Among::Array, r#"{"a":"b"},{"eventVersion":"1"}"#, 9),
            (Among::Documents, "{\"a\":\"b\n{\"c\":1}", 8),
            (Among::Documents, "{\"a\":[1,\n{\"c\":1}", 9),
        ] {
            let found = broken(broken_record.as_bytes(), among);
            let closed = broken_record.starts_with(r#"{"a":"b"}"#);
            let end = if closed { End::Closed } else { end };
            assert_eq!(found, Extent { length, end }, "{broken_record}");
        }
    }
}
