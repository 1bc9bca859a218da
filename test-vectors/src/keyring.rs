//! Published public keys, in the form `aws cloudtrail list-public-keys` prints.

use data_encoding::BASE64;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::keys::{SigningKey, md5_hex};
use crate::record::compact_json;

/// One entry of `PublicKeyList`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedKey {
    /// DER of the key, PKCS#1 or SPKI.
    pub value: Vec<u8>,
    /// Lowercase hex; the MD5 of `value` in an honest keyring.
    pub fingerprint: String,
    /// Start of the published validity.
    pub valid_from: Timestamp,
    /// End of the published validity.
    pub valid_to: Timestamp,
}

impl PublishedKey {
    /// `key` listed as PKCS#1, as CloudTrail documents it.
    #[must_use]
    pub fn pkcs1(key: &SigningKey, valid_from: Timestamp, valid_to: Timestamp) -> Self {
        Self::from_der(key.public_pkcs1(), valid_from, valid_to)
    }

    /// `key` listed as SPKI, as one of CloudTrail's printed samples is.
    #[must_use]
    pub fn spki(key: &SigningKey, valid_from: Timestamp, valid_to: Timestamp) -> Self {
        Self::from_der(key.public_spki(), valid_from, valid_to)
    }

    fn from_der(der: &[u8], valid_from: Timestamp, valid_to: Timestamp) -> Self {
        Self {
            value: der.to_vec(),
            fingerprint: md5_hex(der),
            valid_from,
            valid_to,
        }
    }
}

/// What one call of ListPublicKeys returned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keyring {
    /// The keys, in the order they are printed.
    pub keys: Vec<PublishedKey>,
}

impl Keyring {
    /// A keyring of these keys.
    #[must_use]
    pub fn new(keys: Vec<PublishedKey>) -> Self {
        Self { keys }
    }

    /// The output of `aws cloudtrail list-public-keys` of version 2 of the
    /// command line: times in ISO 8601.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        self.print(|time| Value::String(time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()))
    }

    /// The same as version 1 of the command line prints it: times as seconds
    /// since 1970 with a fraction.
    #[must_use]
    pub fn to_json_with_epoch_times(&self) -> Vec<u8> {
        // Whole seconds of any real date are exact in an f64.
        #[allow(clippy::cast_precision_loss)]
        self.print(|time| json!(time.as_second() as f64))
    }

    fn print(&self, time: impl Fn(Timestamp) -> Value) -> Vec<u8> {
        let lines: Vec<String> = self
            .keys
            .iter()
            .map(|key| {
                let entry = json!({
                    "Fingerprint": key.fingerprint,
                    "ValidityEndTime": time(key.valid_to),
                    "ValidityStartTime": time(key.valid_from),
                    "Value": BASE64.encode(&key.value),
                });
                let entry = String::from_utf8(compact_json(&entry)).expect("JSON is UTF-8");
                format!("        {entry}")
            })
            .collect();
        let body = lines.join(",\n");
        format!("{{\n    \"PublicKeyList\": [\n{body}\n    ]\n}}\n").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    #[test]
    fn prints_what_the_command_line_prints() {
        let key = PublishedKey::pkcs1(
            SigningKey::trail_a(),
            time("2026-02-20T00:00:00Z"),
            time("2026-03-22T00:00:00Z"),
        );
        let ring = Keyring::new(vec![key.clone(), key]);
        let printed: Value = serde_json::from_slice(&ring.to_json()).unwrap();
        let entry = &printed["PublicKeyList"][1];
        assert_eq!(entry["ValidityStartTime"], "2026-02-20T00:00:00+00:00");
        assert_eq!(entry["Fingerprint"], SigningKey::trail_a().fingerprint());
        let printed: Value = serde_json::from_slice(&ring.to_json_with_epoch_times()).unwrap();
        assert_eq!(
            printed["PublicKeyList"][0]["ValidityEndTime"],
            1_774_137_600.0
        );
    }
}
