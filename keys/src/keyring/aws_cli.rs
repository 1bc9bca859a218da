//! The output of [`aws cloudtrail list-public-keys`], as it is.
//!
//! ```json
//! {"PublicKeyList": [{
//!     "Value": "MIIBCgKC…",
//!     "ValidityStartTime": 1436317441.0,
//!     "ValidityEndTime": "2015-08-07T01:04:01+00:00",
//!     "Fingerprint": "8eba5db5bea9b640d1c96a77256fe7f2"
//! }]}
//! ```
//!
//! It does not say which Region was asked; the name of the file may.
//!
//! [`aws cloudtrail list-public-keys`]: https://docs.aws.amazon.com/cli/latest/reference/cloudtrail/list-public-keys.html

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::entry::Entry;
use super::error::EntryProblem;
use super::time::ListedTime;
use crate::region::Region;

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an object with Value, ValidityStartTime, ValidityEndTime and Fingerprint"
)]
struct ListedKey<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
    validity_start_time: ListedTime,
    validity_end_time: ListedTime,
    #[serde(borrow)]
    fingerprint: Cow<'a, str>,
}

/// Reads one entry of a `PublicKeyList`.
pub(super) fn read<'a>(
    raw: &'a RawValue,
    region: Option<&Region>,
) -> Result<Entry<'a>, EntryProblem> {
    let listed: ListedKey<'a> =
        serde_json::from_str(raw.get()).map_err(|error| EntryProblem::Json {
            reason: error.to_string(),
        })?;
    Ok(Entry {
        start: listed.validity_start_time.read("ValidityStartTime")?,
        end: listed.validity_end_time.read("ValidityEndTime")?,
        value: listed.value,
        fingerprint: listed.fingerprint,
        region: region.cloned(),
        provenance: None,
    })
}
