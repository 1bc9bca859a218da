//! What is doubtful about a keyring and was let pass.

use serde::Serialize;
use thiserror::Error;

use crate::fingerprint::Fingerprint;

/// Something that a reader of a report should know about the keys it rests on.
#[derive(Clone, Debug, Eq, Error, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KeyringWarning {
    /// A key is listed under a fingerprint that is not its own, and was taken.
    #[error(
        "{origin}: {entry}: listed under the fingerprint {listed}, but the MD5 of the key is {computed}; accepted as asked"
    )]
    FingerprintMismatch {
        /// The file.
        origin: String,
        /// The entry's place in it, such as `PublicKeyList[3]`.
        entry: String,
        /// The fingerprint listed.
        listed: Fingerprint,
        /// The MD5 of the key.
        computed: Fingerprint,
    },
    /// The list says that more keys follow.
    #[error(
        "{origin}: the list is incomplete (it ends with a NextToken); list the keys of a shorter time, in several files"
    )]
    ListIncomplete {
        /// The file.
        origin: String,
    },
    /// The list is empty.
    #[error(
        "{origin}: lists no key; `aws cloudtrail list-public-keys` gives the keys of the current time unless --start-time and --end-time say otherwise"
    )]
    NoKeys {
        /// The file.
        origin: String,
    },
}
