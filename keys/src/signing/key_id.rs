//! The name of an evidence key.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::sha256::Sha256;

/// SHA-256 of a key's SubjectPublicKeyInfo in DER, as 64 lower-case hex digits.
///
/// So the id follows from the key alone, whatever tool wrote its file:
/// `openssl pkey -pubin -in KEY.pub -outform DER | sha256sum` prints it. It is
/// what a report prints to be compared by people, and the `keyid` of an envelope,
/// where it is a hint only.
///
/// securesystemslib hashes its own JSON description of a key by default, so its
/// ids differ; it takes ours where it is told (`SSlibKey.from_crypto(key, keyid)`).
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyId(Sha256);

impl KeyId {
    /// The id of the key that this SubjectPublicKeyInfo is.
    pub(super) fn of_spki(der: &[u8]) -> Self {
        Self(Sha256::of(der))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl Serialize for KeyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for KeyId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeyId".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Sha256::json_schema(generator)
    }
}
