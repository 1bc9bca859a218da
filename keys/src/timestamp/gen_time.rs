//! The time in a token.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Reads a `GeneralizedTime` as [RFC 3161, section 2.4.2] restricts it: UTC with
/// seconds, and perhaps fractions of them, which the library's own type does not
/// take: `20261128225833.25Z`.
///
/// [RFC 3161, section 2.4.2]: https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2
pub(super) fn parse(text: &[u8]) -> Option<Timestamp> {
    let text = str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) {
        return None;
    }
    let nanoseconds = match fraction {
        None => 0,
        // One way to write a time: no zeros at the end.
        Some(digits_after) => {
            let fits = (1..=9).contains(&digits_after.len()) && !digits_after.ends_with('0');
            (fits && digits(digits_after)).then_some(())?;
            format!("{digits_after:0<9}").parse().ok()?
        }
    };
    let field = |from: usize, to: usize| whole.get(from..to)?.parse::<i8>().ok();
    let at = DateTime::new(
        whole.get(..4)?.parse().ok()?,
        field(4, 6)?,
        field(6, 8)?,
        field(8, 10)?,
        field(10, 12)?,
        field(12, 14)?,
        nanoseconds,
    );
    Offset::UTC.to_timestamp(at.ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_of_authorities_are_read() {
        for (text, expected) in [
            ("20261128225833Z", "2026-11-28T22:58:33Z"),
            ("20261128225833.25Z", "2026-11-28T22:58:33.25Z"),
            (
                "20240229000000.000000001Z",
                "2024-02-29T00:00:00.000000001Z",
            ),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn other_times_are_refused() {
        for text in [
            "",
            "Z",
            "20261128225833",
            "202611282258Z",
            "20261128225833+0100",
            "20261128225833.Z",
            "20261128225833.10Z",
            "20261128225833.1234567891Z",
            "20261128225833,5Z",
            "20261328225833Z",
            "20230229000000Z",
            "20261128225860Z",
            "+0261128225833Z",
            "2026112822583３Z",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[0-9.Z+é-]{0,24}") {
            let _ = parse(text.as_bytes());
        }
    }
}
