//! Log files: `{"Records":[…]}`, compact, one gzip member.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::gzip::{gzip, sha256_hex};
use crate::record::compact_json;

/// The families of log objects CloudTrail writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Management and data events.
    CloudTrail,
    /// Insights events.
    Insight,
    /// VPC endpoint network-activity events.
    NetworkActivity,
    /// Aggregated data events.
    Aggregated,
}

impl Family {
    /// The folder and the part of the file name that say the family.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::CloudTrail => "CloudTrail",
            Self::Insight => "CloudTrail-Insight",
            Self::NetworkActivity => "CloudTrail-NetworkActivity",
            Self::Aggregated => "CloudTrail-Aggregated",
        }
    }
}

/// One log file before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Delivery time; only its minute shows in the file name.
    pub stamp: Timestamp,
    /// The 16 characters at the end of the file name.
    pub unique: String,
    /// Which family it belongs to.
    pub family: Family,
    /// The inflated bytes.
    pub content: Vec<u8>,
    newest: Timestamp,
    oldest: Timestamp,
}

impl LogFile {
    /// A file of the family CloudTrail with these records. Its 16 characters are
    /// derived from the content, so they differ from file to file and never from
    /// run to run; its event times are those of the records.
    #[must_use]
    pub fn new(stamp: Timestamp, records: Vec<Value>) -> Self {
        let times: Vec<Timestamp> = records.iter().filter_map(event_time).collect();
        let records = Map::from_iter([("Records".to_owned(), Value::Array(records))]);
        let content = compact_json(&Value::Object(records));
        Self::with_times(stamp, content, &times)
    }

    /// A file with these bytes inside, whatever they are.
    #[must_use]
    pub fn raw(stamp: Timestamp, content: Vec<u8>) -> Self {
        let parsed: Option<Value> = serde_json::from_slice(&content).ok();
        let times: Vec<Timestamp> = parsed
            .as_ref()
            .and_then(|value| value["Records"].as_array())
            .map_or_else(Vec::new, |records| {
                records.iter().filter_map(event_time).collect()
            });
        Self::with_times(stamp, content, &times)
    }

    fn with_times(stamp: Timestamp, content: Vec<u8>, times: &[Timestamp]) -> Self {
        Self {
            unique: unique(stamp, &content),
            family: Family::CloudTrail,
            newest: times.iter().max().copied().unwrap_or(stamp),
            oldest: times.iter().min().copied().unwrap_or(stamp),
            stamp,
            content,
        }
    }

    /// In another family.
    #[must_use]
    pub fn in_family(mut self, family: Family) -> Self {
        self.family = family;
        self
    }

    /// With 16 characters of one's own choice.
    #[must_use]
    pub fn with_unique(mut self, unique: &str) -> Self {
        self.unique = unique.into();
        self
    }

    /// The object's bytes: one gzip member.
    #[must_use]
    pub fn packed(&self) -> Vec<u8> {
        gzip(&self.content)
    }

    /// Lowercase-hex SHA-256 of the inflated bytes.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256_hex(&self.content)
    }

    /// Time of the newest event (the delivery time where there is none).
    #[must_use]
    pub fn newest_event(&self) -> Timestamp {
        self.newest
    }

    /// Time of the oldest event (the delivery time where there is none).
    #[must_use]
    pub fn oldest_event(&self) -> Timestamp {
        self.oldest
    }
}

fn event_time(record: &Value) -> Option<Timestamp> {
    record["eventTime"].as_str()?.parse().ok()
}

/// 16 letters and digits from a hash: no meaning, as in the real names.
fn unique(stamp: Timestamp, content: &[u8]) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut seed = stamp.as_second().to_be_bytes().to_vec();
    seed.extend_from_slice(content);
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &seed).as_ref()[..16]
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gzip::gunzip;
    use crate::time;

    #[test]
    fn content_is_compact_and_times_are_the_records() {
        let stamp = time("2026-03-02T08:15:00Z");
        let records = vec![
            json!({"eventTime": "2026-03-02T08:12:00Z"}),
            json!({"eventTime": "2026-03-02T08:10:30Z"}),
        ];
        let log = LogFile::new(stamp, records);
        assert!(
            log.content
                .starts_with(br#"{"Records":[{"eventTime":"2026"#)
        );
        assert_eq!(gunzip(&log.packed()), log.content);
        assert_eq!(log.oldest_event(), time("2026-03-02T08:10:30Z"));
        assert_eq!(log.unique.len(), 16);
        assert_eq!(LogFile::raw(stamp, log.content.clone()), log);
        assert_eq!(LogFile::raw(stamp, b"x".to_vec()).newest_event(), stamp);
    }
}
