//! Where an object lies: bucket and key.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::id::BucketName;

/// One object of S3, printed as `s3://bucket/key`. The key is verbatim: it may
/// hold any Unicode, control characters included, so escape it for where it
/// lands.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ObjectRef {
    /// The bucket.
    pub bucket: BucketName,
    /// The key, as S3 lists it or as a digest names it.
    pub key: String,
}

impl ObjectRef {
    /// The object of this key in this bucket.
    pub fn new(bucket: BucketName, key: impl Into<String>) -> Self {
        Self {
            bucket,
            key: key.into(),
        }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

impl Serialize for ObjectRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ObjectRef {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ObjectRef".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "s3://bucket/key" })
    }
}
