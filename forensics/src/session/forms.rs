//! Forms of text in requests and answers: ARNs, and when something expires.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::event_time::EventTime;

/// The ARN of a session of a role; the path of the role is not part of it.
pub(super) fn session_arn(role: &str, session: &str) -> Option<String> {
    let (head, path) = role.split_once(":role/")?;
    let (partition, _) = head.strip_prefix("arn:")?.split_once(":iam:")?;
    let account = account_of(role)?;
    let name = path.rsplit('/').next()?;
    Some(format!(
        "arn:{partition}:sts::{account}:assumed-role/{name}/{session}"
    ))
}

pub(super) fn account_of(arn: &str) -> Option<&str> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    Some(account).filter(|text| !text.is_empty())
}

/// Read in the forms in use: "Jan 22, 2021 12:46:28 AM", "Oct 2, 2019, 11:12:29 PM",
/// and RFC 3339.
pub(super) fn expiry(text: &str) -> Option<Timestamp> {
    const LONGEST: usize = 40;
    if text.len() > LONGEST {
        return None;
    }
    if let Ok(time) = EventTime::parse(text) {
        return Some(time.at);
    }
    // Newer Java runtimes write a narrow no-break space before AM and PM.
    let text = text.replace(['\u{202f}', ','], " ");
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let time = DateTime::strptime("%b %d %Y %I:%M:%S %p", words.join(" ")).ok()?;
    Offset::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_expiry() {
        for (text, time) in [
            ("Jan 22, 2021 12:46:28 AM", "2021-01-22T00:46:28Z"),
            ("Oct 2, 2019, 11:12:29 PM", "2019-10-02T23:12:29Z"),
            ("Mar 11, 2026, 2:12:54\u{202f}AM", "2026-03-11T02:12:54Z"),
            ("2026-03-11T02:12:54Z", "2026-03-11T02:12:54Z"),
        ] {
            assert_eq!(expiry(text), time.parse().ok(), "{text}");
        }
        assert_eq!(expiry("soon"), None);
        assert_eq!(expiry(&"1".repeat(1 << 20)), None);
    }

    #[test]
    fn the_path_of_a_role_is_not_in_the_arn_of_its_session() {
        let arn = session_arn("arn:aws-cn:iam::111122223333:role/ci/Deploy", "run");
        let expected = "arn:aws-cn:sts::111122223333:assumed-role/Deploy/run";
        assert_eq!(arn.as_deref(), Some(expected));
        assert_eq!(session_arn("Deploy", "run"), None);
    }
}
