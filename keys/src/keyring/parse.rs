//! From the bytes of one file to a keyring: limits, which form it is, and its
//! entries one by one, so that an error can name the entry.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::error::{EntryProblem, FileProblem, KeyringError, excerpt};
use super::native::KEYRING_SCHEMA;
use super::source::{KeySource, Provenance};
use super::warning::KeyringWarning;
use super::{FingerprintPolicy, Keyring, aws_cli, native};
use crate::region::Region;

/// What a keyring may hold at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits;

impl Limits {
    /// Bytes of a file. A key takes about 600, so this is 25,000 keys: a Region
    /// has had fewer than 300 since 2015.
    pub const FILE_BYTES: usize = 16 << 20;

    /// Keys of a keyring. Fifty Regions with a new key every month need 100 years
    /// to reach it.
    pub const KEYS: usize = 100_000;

    /// Characters of base64 of one key. The largest key accepted, of 8192 bits,
    /// takes 1,416 and line breaks.
    pub const VALUE_CHARS: usize = 8 << 10;
}

/// The outermost object of either form. Unknown members are ignored.
#[derive(Deserialize)]
#[serde(expecting = "an object with a PublicKeyList or a schema")]
struct Document<'a> {
    #[serde(borrow, rename = "PublicKeyList")]
    public_key_list: Option<Vec<&'a RawValue>>,
    #[serde(rename = "NextToken")]
    next_token: Option<IgnoredAny>,
    #[serde(borrow)]
    schema: Option<Cow<'a, str>>,
    #[serde(borrow)]
    keys: Option<Vec<&'a RawValue>>,
    provenance: Option<Provenance>,
}

/// A file's list of keys, by form.
enum Form<'a> {
    AwsCli(Vec<&'a RawValue>),
    Native(Vec<&'a RawValue>, Option<Arc<Provenance>>),
}

pub(super) fn parse(
    bytes: &[u8],
    origin: &str,
    region: Option<&Region>,
    policy: FingerprintPolicy,
) -> Result<Keyring, KeyringError> {
    let refused = |problem| KeyringError::File {
        origin: origin.to_owned(),
        problem,
    };
    let document = read_document(bytes).map_err(refused)?;
    let mut warnings = Vec::new();
    if document.next_token.is_some() {
        warnings.push(KeyringWarning::ListIncomplete {
            origin: origin.to_owned(),
        });
    }

    let form = Form::of(document).map_err(refused)?;
    let listed = form.entries().len();
    if listed > Limits::KEYS {
        return Err(refused(FileProblem::TooManyKeys { found: listed }));
    }
    if listed == 0 {
        warnings.push(KeyringWarning::NoKeys {
            origin: origin.to_owned(),
        });
    }

    let shared_origin: Arc<str> = origin.into();
    let mut keys = Vec::with_capacity(listed);
    for (position, raw) in form.entries().iter().enumerate() {
        let key = form
            .read(raw, region)
            .and_then(|entry| entry.check(&shared_origin, policy))
            .map_err(|problem| KeyringError::Entry {
                origin: origin.to_owned(),
                entry: form.place(position),
                problem,
            })?;
        let (listed, computed) = (key.fingerprint(), key.public_key().fingerprint());
        if listed != computed {
            warnings.push(KeyringWarning::FingerprintMismatch {
                origin: origin.to_owned(),
                entry: form.place(position),
                listed,
                computed,
            });
        }
        keys.push(key);
    }

    let source = KeySource::describe(origin, bytes, &keys, form.into_provenance());
    Ok(Keyring::of(keys, vec![source], warnings))
}

fn read_document(bytes: &[u8]) -> Result<Document<'_>, FileProblem> {
    if bytes.len() > Limits::FILE_BYTES {
        return Err(FileProblem::TooLarge);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(FileProblem::Utf16);
    }
    let without_mark = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(without_mark).map_err(|error| FileProblem::Json {
        reason: error.to_string(),
    })
}

impl<'a> Form<'a> {
    fn of(document: Document<'a>) -> Result<Self, FileProblem> {
        match (document.public_key_list, document.schema) {
            (Some(entries), None) => Ok(Self::AwsCli(entries)),
            (None, Some(schema)) if schema == KEYRING_SCHEMA => Ok(Self::Native(
                document.keys.unwrap_or_default(),
                document.provenance.map(Arc::new),
            )),
            (None, Some(schema)) => Err(FileProblem::UnknownSchema {
                found: excerpt(&schema),
            }),
            (None, None) => Err(FileProblem::UnknownForm),
            (Some(_), Some(_)) => Err(FileProblem::Ambiguous),
        }
    }

    fn entries(&self) -> &[&'a RawValue] {
        match self {
            Self::AwsCli(entries) | Self::Native(entries, _) => entries,
        }
    }

    fn read(
        &self,
        raw: &'a RawValue,
        region: Option<&Region>,
    ) -> Result<super::entry::Entry<'a>, EntryProblem> {
        match self {
            Self::AwsCli(_) => aws_cli::read(raw, region),
            Self::Native(_, provenance) => native::read(raw, region, provenance.as_ref()),
        }
    }

    /// Where an entry is, in the notation of `jq`.
    fn place(&self, position: usize) -> String {
        match self {
            Self::AwsCli(_) => format!("PublicKeyList[{position}]"),
            Self::Native(..) => format!("keys[{position}]"),
        }
    }

    fn into_provenance(self) -> Option<Provenance> {
        match self {
            Self::AwsCli(_) => None,
            Self::Native(_, provenance) => provenance.map(Arc::unwrap_or_clone),
        }
    }
}
