//! How AWS is reached, as it is typed: whose credentials, which endpoint, which
//! Regions.

use anyhow::anyhow;
use trailseal_aws::{Connection, OpenError, Settings, regions};
use trailseal_keys::Region;

use crate::exit::Failure;

/// Whose credentials, and which endpoint.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct ConnectionArgs {
    /// The profile of ~/.aws/config to ask with.
    #[arg(long, value_name = "NAME", help_heading = "AWS")]
    profile: Option<String>,
    /// Ask another endpoint, for every service.
    #[arg(long, value_name = "URL", help_heading = "AWS")]
    endpoint_url: Option<String>,
}

impl ConnectionArgs {
    /// Opens a connection; `region` is for calls that name none.
    ///
    /// # Errors
    /// If the endpoint is none, or no threads can be started.
    pub(super) fn open(self, region: Option<Region>) -> Result<Connection, Failure> {
        let settings = Settings {
            profile: self.profile,
            endpoint_url: self.endpoint_url,
            region,
            ..Settings::default()
        };
        Connection::open(settings).map_err(|error| match error {
            OpenError::Endpoint { .. } => Failure::Usage(anyhow!("--endpoint-url: {error}")),
            _ => Failure::CouldNotRun(error.into()),
        })
    }
}

/// Which Regions.
#[derive(Debug, clap::Args)]
pub(super) struct RegionArgs {
    /// The Regions to ask; if not given, the configured one.
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        help_heading = "AWS"
    )]
    region: Vec<Region>,
    /// Ask every Region; those that the account has not enabled are skipped.
    #[arg(long, conflicts_with = "region", help_heading = "AWS")]
    all_regions: bool,
}

/// How the Regions were chosen: one that was named has to answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Chosen {
    /// All there are; some may be off.
    All,
    /// By name, or by configuration.
    ByName,
}

impl RegionArgs {
    /// A connection, and the Regions to ask, each once.
    ///
    /// # Errors
    /// If there is no connection, or no Region is named or configured.
    pub(super) fn connect(
        mut self,
        connection: ConnectionArgs,
    ) -> Result<(Connection, Vec<Region>, Chosen), Failure> {
        self.region.sort();
        self.region.dedup();
        let connection = connection.open(self.region.first().cloned())?;
        if self.all_regions {
            let all = regions::all(connection.region().as_ref());
            return Ok((connection, all, Chosen::All));
        }
        if self.region.is_empty() {
            self.region.extend(connection.region());
        }
        if self.region.is_empty() {
            return Err(Failure::Usage(anyhow!(
                "no Region is named or configured; give --region or --all-regions, or set AWS_REGION or the profile's region"
            )));
        }
        Ok((connection, self.region, Chosen::ByName))
    }
}
