//! Values as they are written in a configuration.

use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::policy::ExpectedAccounts;

/// One text or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A text or a list of texts.
pub(super) fn one_or_many<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(input)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

/// A list of texts, each of which is parsed.
pub(super) fn list<'de, D, T>(input: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: std::fmt::Display>,
{
    let texts = Vec::<String>::deserialize(input)?;
    let parsed = |text: String| text.parse::<T>().map_err(D::Error::custom);
    texts.into_iter().map(parsed).collect()
}

/// A list of accounts, or the word for those of the organization.
pub(super) fn accounts<'de, D: Deserializer<'de>>(input: D) -> Result<ExpectedAccounts, D::Error> {
    let texts = match OneOrMany::deserialize(input)? {
        OneOrMany::Many(texts) => texts,
        OneOrMany::One(word) if word == "organization" => {
            return organization().map_err(D::Error::custom);
        }
        OneOrMany::One(word) => {
            return Err(D::Error::custom(format!(
                "expected a list of accounts or \"organization\", found {word:?}"
            )));
        }
    };
    let parsed = |text: String| text.parse().map_err(D::Error::custom);
    let listed = texts.into_iter().map(parsed).collect::<Result<_, _>>()?;
    Ok(ExpectedAccounts::Listed(listed))
}

#[cfg(feature = "aws")]
fn organization() -> Result<ExpectedAccounts, &'static str> {
    Ok(ExpectedAccounts::Organization)
}

#[cfg(not(feature = "aws"))]
fn organization() -> Result<ExpectedAccounts, &'static str> {
    Err(
        "accounts = \"organization\": this is the offline tool, which links no network code; list \
         the accounts",
    )
}

/// A text that may be there and is parsed.
pub(super) fn optional<'de, D, T>(input: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: std::fmt::Display>,
{
    let text = String::deserialize(input)?;
    text.parse().map(Some).map_err(D::Error::custom)
}

/// A day, as `2026-03-01`.
pub(super) fn day<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Date>, D::Error> {
    let text = String::deserialize(input)?;
    let day = (text.len() == "2026-03-01".len())
        .then(|| text.parse().ok())
        .flatten();
    day.map(Some)
        .ok_or_else(|| D::Error::custom(format!("expected a day like 2026-03-01, found {text:?}")))
}

/// A length of time, as `90m`, `3h` or `2d`.
pub(super) fn length<'de, D: Deserializer<'de>>(input: D) -> Result<SignedDuration, D::Error> {
    let text = String::deserialize(input)?;
    parse_length(&text).ok_or_else(|| {
        D::Error::custom(format!(
            "expected a time like 90m, 3h or 2d, found {text:?}"
        ))
    })
}

fn parse_length(text: &str) -> Option<SignedDuration> {
    let minutes_each = match text.chars().last()? {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return None,
    };
    let digits = text.get(..text.len() - 1)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: i64 = digits.parse().ok().filter(|count| *count <= 1_000_000)?;
    Some(SignedDuration::from_mins(count * minutes_each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_a_unit() {
        assert_eq!(parse_length("90m"), Some(SignedDuration::from_mins(90)));
        assert_eq!(parse_length("2d"), Some(SignedDuration::from_hours(48)));
        for text in ["", "h", "3", "-3h", "3 h", "1.5h", "99999999d", "3w"] {
            assert_eq!(parse_length(text), None, "{text}");
        }
    }
}
