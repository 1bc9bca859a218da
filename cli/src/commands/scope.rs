//! Which accounts, Regions and organization, as it is typed.

use trailseal_verifier::id::{AccountId, OrganizationId, Region, TrailName};

use crate::render::Filters;

/// The section of the help that they stand in, with the range.
const SECTION: &str = "Range and scope";

/// What a command is narrowed to.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct ScopeArgs {
    /// Only these accounts; a verdict expects digests of each.
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = SECTION)]
    pub(super) account: Vec<AccountId>,

    /// Only these Regions; a verdict expects digests of each.
    #[arg(long, value_name = "REGION", value_delimiter = ',', help_heading = SECTION)]
    pub(super) region: Vec<Region>,

    /// Only the folders of this organization.
    #[arg(long, value_name = "O-ID", help_heading = SECTION)]
    pub(super) organization: Option<OrganizationId>,
}

impl ScopeArgs {
    /// Whether nothing is left out.
    pub(super) fn is_everything(&self) -> bool {
        self.account.is_empty() && self.region.is_empty() && self.organization.is_none()
    }

    /// The same as a report states it, with the trails that were named.
    pub(super) fn filters(self, trails: Vec<TrailName>) -> Filters {
        Filters {
            accounts: self.account,
            regions: self.region,
            trails,
            organization: self.organization,
        }
    }
}
