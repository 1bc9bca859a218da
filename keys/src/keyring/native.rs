//! Our own form of a keyring, which says what AWS's does not: the Region of each
//! key, and how the keys were fetched.
//!
//! ```json
//! {
//!   "schema": "trailseal-keyring/1",
//!   "keys": [{
//!     "region": "eu-west-1",
//!     "fingerprint": "8eba5db5bea9b640d1c96a77256fe7f2",
//!     "value": "MIIBCgKC…",
//!     "valid_from": "2015-07-08T01:04:01Z",
//!     "valid_to": "2015-08-07T01:04:01Z"
//!   }],
//!   "provenance": {
//!     "endpoint": "https://cloudtrail.eu-west-1.amazonaws.com",
//!     "caller_arn": "arn:aws:iam::123456789012:user/auditor",
//!     "fetched_at": "2026-01-05T09:00:00Z",
//!     "tool": "trailseal 0.1.0"
//!   }
//! }
//! ```
//!
//! `region` and `provenance` may be missing: a key without Region serves every
//! Region. A key may have a `provenance` of its own, which replaces the file's;
//! joining files that were fetched differently needs it. Unknown members are
//! ignored; a change of meaning gets a new number in `schema`.

use std::borrow::Cow;
use std::sync::Arc;

use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::entry::Entry;
use super::error::EntryProblem;
use super::source::Provenance;
use super::time::ListedTime;
use super::trusted_key::TrustedKey;
use crate::fingerprint::Fingerprint;
use crate::region::Region;

/// The name and version of our own form of a keyring file: a JSON object with
/// `schema` (this text), `keys` (each `region`, `fingerprint`, `value` in base64,
/// `valid_from`, `valid_to`) and `provenance` ([`Provenance`]).
pub const KEYRING_SCHEMA: &str = "trailseal-keyring/1";

#[derive(Deserialize)]
#[serde(expecting = "an object with region, fingerprint, value, valid_from and valid_to")]
struct ReadKey<'a> {
    #[serde(borrow)]
    region: Option<Cow<'a, str>>,
    #[serde(borrow)]
    fingerprint: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
    valid_from: ListedTime,
    valid_to: ListedTime,
    provenance: Option<Provenance>,
}

/// Reads one entry of `keys`. `region` is the one that the file is named for;
/// `provenance` the file's.
pub(super) fn read<'a>(
    raw: &'a RawValue,
    region: Option<&Region>,
    provenance: Option<&Arc<Provenance>>,
) -> Result<Entry<'a>, EntryProblem> {
    let key: ReadKey<'a> = serde_json::from_str(raw.get()).map_err(|error| EntryProblem::Json {
        reason: error.to_string(),
    })?;
    let said: Option<Region> = key.region.map(|name| name.parse()).transpose()?;
    if let (Some(expected), Some(found)) = (region, &said)
        && expected != found
    {
        return Err(EntryProblem::RegionContradicted {
            expected: expected.clone(),
            found: found.clone(),
        });
    }
    Ok(Entry {
        start: key.valid_from.read("valid_from")?,
        end: key.valid_to.read("valid_to")?,
        value: key.value,
        fingerprint: key.fingerprint,
        region: said.or_else(|| region.cloned()),
        provenance: key.provenance.map(Arc::new).or_else(|| provenance.cloned()),
    })
}

#[derive(Serialize)]
struct WrittenKeyring<'a> {
    schema: &'static str,
    keys: Vec<WrittenKey<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'a Provenance>,
}

#[derive(Serialize)]
struct WrittenKey<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a Region>,
    fingerprint: Fingerprint,
    value: String,
    valid_from: Timestamp,
    valid_to: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<&'a Provenance>,
}

/// Writes keys in the order given. The provenance is the file's if all share it,
/// otherwise each key's own.
pub(super) fn write(keys: &[TrustedKey]) -> Result<String, serde_json::Error> {
    let shared = keys
        .first()
        .and_then(TrustedKey::provenance)
        .filter(|first| keys.iter().all(|key| key.provenance() == Some(first)));
    let keys = keys
        .iter()
        .map(|key| WrittenKey {
            region: key.region(),
            fingerprint: key.fingerprint(),
            value: BASE64.encode(key.public_key().der()),
            valid_from: key.validity().start(),
            valid_to: key.validity().end(),
            provenance: key.provenance().filter(|_| shared.is_none()),
        })
        .collect();
    let mut json = serde_json::to_string_pretty(&WrittenKeyring {
        schema: KEYRING_SCHEMA,
        keys,
        provenance: shared,
    })?;
    json.push('\n');
    Ok(json)
}
