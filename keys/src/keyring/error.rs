//! Why keys could not be read. Every message says what was expected, what was
//! found and what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::native::KEYRING_SCHEMA;
use super::parse::Limits;
use crate::fingerprint::{Fingerprint, FingerprintInvalid};
use crate::public_key::PublicKeyError;
use crate::region::{Region, RegionInvalid};
use crate::validity::ValidityInverted;

/// The command that makes a file of keys.
const RECIPE: &str = "`aws cloudtrail list-public-keys --region REGION --start-time TIME --end-time TIME > REGION.json`";

/// A keyring that could not be loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// One key of a file is refused.
    #[error("{origin}: {entry}: {problem}")]
    Entry {
        /// The file.
        origin: String,
        /// The entry's place in it, such as `PublicKeyList[3]`.
        entry: String,
        /// What is wrong with it.
        problem: EntryProblem,
    },
    /// A whole file is refused.
    #[error("{origin}: {problem}")]
    File {
        /// The file.
        origin: String,
        /// What is wrong with it.
        problem: FileProblem,
    },
    /// A file in a directory of keys is not named for a Region.
    #[error(
        "{}: in a directory of keys, expected files named for the Region whose keys they hold, such as eu-west-1.json; rename it, or give it by its own path and not by its directory's", path.display()
    )]
    FileName {
        /// The file.
        path: PathBuf,
    },
    /// There is no key in any of the files, so nothing could be checked.
    #[error(
        "expected at least one public key, found none (paths given: {origins}): nothing could be checked; list the keys of the time to be checked with {RECIPE}"
    )]
    NoKeys {
        /// The paths given, for the message.
        origins: String,
    },
    /// A file or directory cannot be read.
    #[error("{}: cannot read keys: {error}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// The reason, from the operating system.
        error: io::Error,
    },
}

/// What is wrong with a file of keys.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum FileProblem {
    /// Both forms at once.
    #[error("expected either a PublicKeyList or a schema, found both; give them in two files")]
    Ambiguous,
    /// Not JSON, or a member of the wrong kind.
    #[error("expected the JSON of a key list: {reason}; list the keys again with {RECIPE}")]
    Json {
        /// The parser's reason, with line and column.
        reason: String,
    },
    /// More bytes than a key list has.
    #[error(
        "expected a key list of at most {} bytes, found more; is it a key list?",
        Limits::FILE_BYTES
    )]
    TooLarge,
    /// More keys than CloudTrail has had.
    #[error(
        "expected at most {} keys in a keyring, found {found} or more; keep the Regions and times to be checked",
        Limits::KEYS
    )]
    TooManyKeys {
        /// The number when counting stopped.
        found: usize,
    },
    /// JSON, but neither form.
    #[error(
        "expected the output of {RECIPE} or a keyring with \"schema\": \"{KEYRING_SCHEMA}\", found neither a PublicKeyList nor a schema"
    )]
    UnknownForm,
    /// A form of our own from another version.
    #[error(
        "expected the schema {KEYRING_SCHEMA}, found {found:?}: a newer version of this program may read it; or list the keys again with {RECIPE}"
    )]
    UnknownSchema {
        /// The schema found, cut to 64 characters.
        found: String,
    },
    /// The text is UTF-16.
    #[error(
        "expected UTF-8, found UTF-16, which `>` writes in Windows PowerShell; write the file with `| Out-File -Encoding utf8`"
    )]
    Utf16,
}

/// What is wrong with one key of a list.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum EntryProblem {
    /// The value is not base64.
    #[error("expected a key in base64, found text that is not: {reason}")]
    Base64 {
        /// The decoder's reason, with the position.
        reason: String,
    },
    /// The fingerprint is not one.
    #[error(transparent)]
    Fingerprint(#[from] FingerprintInvalid),
    /// The fingerprint is another key's.
    #[error(
        "expected the fingerprint {computed}, the MD5 of the key, found {listed}: the list was altered, or does not come from CloudTrail; list the keys again, or accept such keys if you know why"
    )]
    FingerprintMismatch {
        /// The fingerprint listed.
        listed: Fingerprint,
        /// The MD5 of the key.
        computed: Fingerprint,
    },
    /// A member is missing or of the wrong kind.
    #[error("expected a key: {reason}")]
    Json {
        /// The parser's reason.
        reason: String,
    },
    /// The key is not one.
    #[error(transparent)]
    PublicKey(#[from] PublicKeyError),
    /// The Region is not one.
    #[error(transparent)]
    Region(#[from] RegionInvalid),
    /// The key says another Region than the name of its file.
    #[error(
        "expected a key of {expected}, for which the file is named, found one of {found}; give the file by its own path and not by its directory's"
    )]
    RegionContradicted {
        /// The Region that the file is named for.
        expected: Region,
        /// The Region that the key says.
        found: Region,
    },
    /// A time is not one.
    #[error(
        "expected {member} as seconds since 1970 or as a date and time with its offset, such as 2023-07-10T09:31:14Z, found {found:?}"
    )]
    Time {
        /// The member's name.
        member: &'static str,
        /// What was found instead, cut to 64 characters.
        found: String,
    },
    /// The validity ends before it starts.
    #[error(transparent)]
    Validity(#[from] ValidityInverted),
    /// The value is longer than any key's.
    #[error(
        "expected a key of at most {} characters of base64, found {found}",
        Limits::VALUE_CHARS
    )]
    ValueTooLong {
        /// The length found.
        found: usize,
    },
}

/// The beginning of a text of any length, for an error.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(64).collect()
}
