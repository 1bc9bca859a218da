//! Where keys came from: the part of a keyring that a report prints.

use std::collections::BTreeSet;
use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::trusted_key::TrustedKey;
use crate::region::Region;

/// One file of keys, as it was used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeySource {
    /// The file's path as given, or another name for the bytes. Untrusted text
    /// when others chose the file's name.
    pub origin: String,
    /// SHA-256 of the bytes, in lowercase hex.
    pub sha256: String,
    /// The number of keys listed.
    pub keys: usize,
    /// How many of them name no Region and so serve every Region.
    pub keys_for_every_region: usize,
    /// The Regions that the others serve, sorted.
    pub regions: Vec<Region>,
    /// Where the file says that its keys were fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
}

impl KeySource {
    pub(super) fn describe(
        origin: &str,
        bytes: &[u8],
        keys: &[TrustedKey],
        provenance: Option<Provenance>,
    ) -> Self {
        let regions: BTreeSet<&Region> = keys.iter().filter_map(TrustedKey::region).collect();
        Self {
            origin: origin.to_owned(),
            sha256: HEXLOWER.encode(digest(&SHA256, bytes).as_ref()),
            keys: keys.len(),
            keys_for_every_region: keys.iter().filter(|key| key.region().is_none()).count(),
            regions: regions.into_iter().cloned().collect(),
            provenance,
        }
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            origin,
            sha256,
            keys,
            ..
        } = self;
        let noun = if *keys == 1 { "key" } else { "keys" };
        write!(f, "{origin}: {keys} {noun}")?;
        let regions: Vec<&str> = self.regions.iter().map(Region::as_str).collect();
        match (self.keys_for_every_region, regions.as_slice()) {
            (0, []) => {}
            (0, regions) => write!(f, ", serves {}", regions.join(", "))?,
            (_, []) => f.write_str(", serves every Region")?,
            (every, regions) => write!(
                f,
                ", serves {}; {every} of them every Region",
                regions.join(", ")
            )?,
        }
        write!(f, ", sha256 {sha256}")?;
        match &self.provenance {
            Some(provenance) => write!(f, ", {provenance}"),
            None => Ok(()),
        }
    }
}

/// What a keyring file says about how its keys were fetched. A statement by
/// whoever wrote the file: as good as the way the file came to you.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(expecting = "an object with endpoint, caller_arn, fetched_at and tool")]
pub struct Provenance {
    /// The endpoint that was asked, such as
    /// `https://cloudtrail.eu-west-1.amazonaws.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The ARN of the identity that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller_arn: Option<String>,
    /// When it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<Timestamp>,
    /// The program that asked, with its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fetched")?;
        if let Some(endpoint) = &self.endpoint {
            write!(f, " from {endpoint}")?;
        }
        if let Some(caller) = &self.caller_arn {
            write!(f, " by {caller}")?;
        }
        if let Some(time) = &self.fetched_at {
            write!(f, " at {time}")?;
        }
        if let Some(tool) = &self.tool {
            write!(f, " with {tool}")?;
        }
        Ok(())
    }
}
