//! When an event happened.
//!
//! CloudTrail writes RFC 3339 in UTC, to the second: `2026-03-11T02:01:31Z`.
//! Aggregated records are also seen with a space for the `T` and without the
//! `Z`. Whatever else is a time is read too, and the form says what was
//! unusual, because a time that other tools read otherwise is worth knowing.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Longest text that is looked at: RFC 3339 with nanoseconds and an offset.
const MAX_LENGTH: usize = 40;

/// A time, and how it was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EventTime {
    /// The instant.
    pub at: Timestamp,
    /// How it was written.
    pub form: TimeForm,
}

/// How a time was written. What is listed first takes precedence.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TimeForm {
    /// `2026-03-11T02:01:31Z`
    Standard,
    /// Without an offset: taken as UTC.
    NoOffset,
    /// With an offset other than `Z`.
    Offset,
    /// Otherwise unusual: a space, a fraction of a second, lower case.
    Unusual,
}

/// Text that is not a time.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{found:?} is not a time such as 2026-03-11T02:01:31Z")]
pub struct EventTimeError {
    /// The text, cut to a reasonable length.
    pub found: String,
}

impl EventTime {
    /// Reads a time.
    ///
    /// # Errors
    /// The text is none in any accepted form.
    pub fn parse(text: &str) -> Result<Self, EventTimeError> {
        standard(text)
            .map(|at| Self {
                at,
                form: TimeForm::Standard,
            })
            .or_else(|| tolerated(text))
            .ok_or_else(|| EventTimeError {
                found: text[..text.floor_char_boundary(MAX_LENGTH)].to_owned(),
            })
    }
}

/// Exactly the form that CloudTrail writes.
fn standard(text: &str) -> Option<Timestamp> {
    let b: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let separated = (b[4], b[7], b[10], b[13], b[16], b[19]);
    if separated != (b'-', b'-', b'T', b':', b':', b'Z') {
        return None;
    }
    let digit = |at: usize| {
        let value = b[at].wrapping_sub(b'0');
        i8::try_from(value).ok().filter(|value| *value < 10)
    };
    let two = |at| Some(digit(at)? * 10 + digit(at + 1)?);
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let time = DateTime::new(year, two(5)?, two(8)?, two(11)?, two(14)?, two(17)?, 0);
    Offset::UTC.to_timestamp(time.ok()?).ok()
}

fn tolerated(text: &str) -> Option<EventTime> {
    if text.len() > MAX_LENGTH || !text.as_bytes().first()?.is_ascii_digit() {
        return None;
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        let form = if text.ends_with(['Z', 'z']) {
            TimeForm::Unusual
        } else {
            TimeForm::Offset
        };
        return Some(EventTime { at, form });
    }
    // A bare date is no time.
    if !text.contains(':') {
        return None;
    }
    let local: DateTime = text.parse().ok()?;
    Some(EventTime {
        at: Offset::UTC.to_timestamp(local).ok()?,
        form: TimeForm::NoOffset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_in_use() {
        let at: Timestamp = "2025-10-30T23:45:00Z".parse().unwrap();
        for (text, form) in [
            ("2025-10-30T23:45:00Z", TimeForm::Standard),
            ("2025-10-30 23:45:00", TimeForm::NoOffset),
            ("2025-10-30T23:45:00", TimeForm::NoOffset),
            ("2025-10-31T00:45:00+01:00", TimeForm::Offset),
            ("2025-10-30T23:45:00.000Z", TimeForm::Unusual),
            ("2025-10-30 23:45:00Z", TimeForm::Unusual),
        ] {
            assert_eq!(EventTime::parse(text), Ok(EventTime { at, form }), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let long = "2".repeat(1 << 20);
        for text in [
            "",
            "yesterday",
            "2025-02-30T00:00:00Z",
            "2025-10-30T25:00:00Z",
            "2025-10-30",
            "2025-1é-30T23:45:00",
            "20251030T2345é",
            "/025-10-30T23:45:00Z",
            &long,
        ] {
            let error = EventTime::parse(text).unwrap_err();
            assert!(error.found.len() <= MAX_LENGTH);
        }
    }
}
