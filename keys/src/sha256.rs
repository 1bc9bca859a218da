//! SHA-256 values, as CloudTrail's digests and evidence write them: lower-case
//! hex.

use std::fmt;
use std::io::{self, Read};

use aws_lc_rs::digest::{Context, Digest, SHA256, digest};
use data_encoding::HEXLOWER;
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A SHA-256 value.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_digest(digest(&SHA256, bytes))
    }

    /// The hash of all that was fed to a SHA-256 context.
    pub fn finish(context: Context) -> Self {
        Self::from_digest(context.finish())
    }

    /// The hash of all that can be read.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn of_reader(reader: &mut impl Read) -> io::Result<Self> {
        let mut context = Context::new(&SHA256);
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(Self::finish(context)),
                Ok(length) => context.update(&buffer[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn from_digest(digest: Digest) -> Self {
        let mut value = [0; 32];
        value.copy_from_slice(digest.as_ref());
        Self(value)
    }

    /// Reads 64 lower-case hex digits, the only form that CloudTrail writes.
    pub fn parse(hex: &str) -> Option<Self> {
        let mut value = [0; 32];
        if hex.len() != 64 {
            return None;
        }
        HEXLOWER.decode_mut(hex.as_bytes(), &mut value).ok()?;
        Some(Self(value))
    }
}

impl From<[u8; 32]> for Sha256 {
    fn from(value: [u8; 32]) -> Self {
        Self(value)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        let expected = &"a SHA-256 in 64 lower-case hex digits";
        Self::parse(&hex).ok_or_else(|| {
            let found: String = hex.chars().take(80).collect();
            D::Error::invalid_value(Unexpected::Str(&found), expected)
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Sha256 {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sha256".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4, example "abc".
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn hashes_and_prints_as_the_standard_does() {
        assert_eq!(Sha256::of(b"abc").to_string(), ABC);
        assert_eq!(Sha256::parse(ABC), Some(Sha256::of(b"abc")));
    }

    #[test]
    fn only_lower_case_hex_of_the_right_length() {
        assert_eq!(Sha256::parse(&ABC.to_uppercase()), None);
        assert_eq!(Sha256::parse(&ABC[1..]), None);
        assert_eq!(Sha256::parse(""), None);
        assert_eq!(Sha256::parse(&"é".repeat(32)), None);
    }
}
