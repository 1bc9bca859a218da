//! What AWS listed, in the keyring's own form. Whether it makes sense is for
//! [`Keyring::parse`](trailseal_keys::Keyring::parse) to say: what is missing
//! is passed on as missing.

use aws_sdk_cloudtrail::types::PublicKey;
use data_encoding::BASE64;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_keys::{KEYRING_SCHEMA, Provenance, Region};

use crate::time;

#[derive(Serialize)]
struct Listing<'a> {
    schema: &'static str,
    keys: Vec<ListedKey<'a>>,
    provenance: &'a Provenance,
}

#[derive(Serialize)]
struct ListedKey<'a> {
    region: &'a Region,
    fingerprint: Option<&'a str>,
    value: Option<String>,
    valid_from: Option<Timestamp>,
    valid_to: Option<Timestamp>,
}

pub(super) fn to_json(region: &Region, keys: &[PublicKey], provenance: &Provenance) -> String {
    let keys = keys
        .iter()
        .map(|key| ListedKey {
            region,
            fingerprint: key.fingerprint(),
            value: key.value().map(|der| BASE64.encode(der.as_ref())),
            valid_from: key.validity_start_time().and_then(time::from_sdk),
            valid_to: key.validity_end_time().and_then(time::from_sdk),
        })
        .collect();
    let listing = Listing {
        schema: KEYRING_SCHEMA,
        keys,
        provenance,
    };
    // Strings and times always serialise; an empty text would be refused.
    serde_json::to_string(&listing).unwrap_or_default()
}
