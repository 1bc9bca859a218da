//! Times as key lists print them.
//!
//! Version 1 of the AWS CLI prints seconds since 1970, as a number; version 2
//! prints ISO 8601 with an offset, unless it is configured otherwise; wrappers
//! print either as a string. A time without an offset is refused: it would be a
//! guess.

use jiff::Timestamp;
use serde::Deserialize;

use super::error::{EntryProblem, excerpt};

/// A time as found, not yet read.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a time: a number or a string")]
pub(super) enum ListedTime {
    /// Seconds since 1970.
    Number(serde_json::Number),
    /// Seconds since 1970, or ISO 8601.
    Text(String),
}

impl ListedTime {
    /// Reads the time; `member` names it in the error.
    pub(super) fn read(&self, member: &'static str) -> Result<Timestamp, EntryProblem> {
        let text = match self {
            // The shortest text that gives the same number: no digit is made up.
            Self::Number(number) => &number.to_string(),
            Self::Text(text) => text.trim(),
        };
        epoch(text)
            .or_else(|| text.parse().ok())
            .ok_or_else(|| EntryProblem::Time {
                member,
                found: excerpt(text),
            })
    }
}

/// Seconds since 1970 with up to nine decimals, as `1436317441` or
/// `1436317441.5`. Milliseconds are out of range, and so refused.
fn epoch(text: &str) -> Option<Timestamp> {
    let (seconds, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if !is_digits(seconds) || !is_digits(decimals) || decimals.len() > 9 {
        return None;
    }
    let nanoseconds = format!("{decimals:0<9}").parse().ok()?;
    Timestamp::new(seconds.parse().ok()?, nanoseconds).ok()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Timestamp, EntryProblem> {
        let listed: ListedTime = serde_json::from_str(json).unwrap();
        listed.read("ValidityStartTime")
    }

    #[test]
    fn every_spelling_of_the_aws_cli_is_read() {
        let at: Timestamp = "2015-07-08T01:04:01Z".parse().unwrap();
        for json in [
            "1436317441",
            "1436317441.0",
            "1.436317441e9",
            r#""1436317441""#,
            r#""1436317441.0""#,
            r#""1436317441.000""#,
            r#""2015-07-08T01:04:01Z""#,
            r#""2015-07-08T01:04:01+00:00""#,
            r#""2015-07-08T01:04:01.000000+00:00""#,
            r#""2015-07-08T03:04:01+02:00""#,
            r#"" 2015-07-08T01:04:01Z\n""#,
        ] {
            assert_eq!(read(json), Ok(at), "{json}");
        }
    }

    #[test]
    fn fractions_are_kept() {
        let at: Timestamp = "2023-07-10T09:31:14.123Z".parse().unwrap();
        assert_eq!(read("1688981474.123"), Ok(at));
        assert_eq!(read(r#""1688981474.123""#), Ok(at));
        assert_eq!(read(r#""2023-07-10T09:31:14.123000+00:00""#), Ok(at));
    }

    #[test]
    fn a_guess_is_not_made() {
        for json in [
            r#""""#,
            r#""2015-07-08""#,
            r#""2015-07-08T01:04:01""#,
            r#""yesterday""#,
            r#""1436317441.""#,
            r#"".5""#,
            r#""1436317441.0000000001""#,
            "1436317441000",
            "-5",
            "1e300",
        ] {
            let refused = read(json).unwrap_err();
            assert!(refused.to_string().contains("ValidityStartTime"), "{json}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,40}") {
            let _ = ListedTime::Text(text).read("time");
        }

        #[test]
        fn epoch_seconds_round_trip(seconds in 0..253_402_000_000i64) {
            let read = ListedTime::Number(seconds.into()).read("time").unwrap();
            prop_assert_eq!(read.as_second(), seconds);
        }
    }
}
