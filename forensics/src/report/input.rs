//! What a run looked at, as it was named.

use serde::Serialize;
use trailseal_verifier::id::{AccountId, OrganizationId, Region, TrailName};

/// What was read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Input {
    /// The path as it was given.
    pub path: String,
    /// How the bucket's name is known.
    pub bucket: BucketOrigin,
    /// What is doubtful about the copy.
    pub warnings: Vec<String>,
}

/// How the bucket's name is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum BucketOrigin {
    /// Taken from the digests themselves: a copy of the digests of one bucket
    /// in another would not be noticed.
    Assumed,
    /// From the copy's manifest or the command line.
    Stated,
}

/// What the run was narrowed to. Empty: not narrowed.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Filters {
    /// Only these accounts.
    pub accounts: Vec<AccountId>,
    /// Only these Regions.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub regions: Vec<Region>,
    /// Only these trails.
    pub trails: Vec<TrailName>,
    /// Only this organization.
    pub organization: Option<OrganizationId>,
}

impl Filters {
    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        let Self {
            accounts,
            regions,
            trails,
            organization,
        } = self;
        accounts.is_empty() && regions.is_empty() && trails.is_empty() && organization.is_none()
    }
}
