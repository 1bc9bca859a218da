//! CloudTrail's public keys, from the Regions that signed with them:
//! [`ListPublicKeys`].
//!
//! What AWS answers is written in the keyring's own form and read back by
//! [`Keyring::parse`], so a key from the network passes the same checks as one
//! from a file.
//!
//! [`ListPublicKeys`]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html

mod endpoint;
mod listing;
mod period;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::types::PublicKey;
use trailseal_keys::{FingerprintPolicy, Keyring, KeyringError, Limits, Provenance, Region};

pub use period::{Period, PeriodError};

use crate::call_error::{CallError, CallErrorKind};
use crate::caller::{self, Caller};
use crate::connection::Connection;
use crate::each_region::{disabled_if_good_elsewhere, in_each};
use crate::operation::Operation;
use crate::time;

static LIST_PUBLIC_KEYS: Operation = Operation {
    name: "cloudtrail:ListPublicKeys",
    permission: "cloudtrail:ListPublicKeys",
    without: "keys have to be given in files (--keys)",
};

/// Pages of one answer at most. `NextToken` is reserved today; a Region has had
/// fewer than 300 keys since 2015.
const PAGES: usize = 100;

/// Why a Region's keys were not fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// What was answered is no list of CloudTrail's keys.
    #[error("what was answered is refused: {0}")]
    Keys(#[from] KeyringError),
}

/// The keys that a Region signed with in a period, and a margin around it. There
/// may be none.
///
/// # Errors
/// [`FetchError`]
pub fn fetch(
    connection: &Connection,
    region: &Region,
    period: Period,
) -> Result<Keyring, FetchError> {
    let arn = known_caller(caller::identify(connection, region))?;
    connection.block_on(list(
        region.clone(),
        connection.config_in(region),
        period,
        provenance(period, arn),
    ))
}

/// The same for several Regions at once, in their order.
///
/// A Region that refuses credentials which another one accepts is reported as
/// [`RegionDisabled`](crate::CallErrorKind::RegionDisabled), if it is one that
/// can be.
pub fn fetch_each(
    connection: &Connection,
    regions: &[Region],
    period: Period,
) -> Vec<(Region, Result<Keyring, FetchError>)> {
    let Some(first) = regions.first() else {
        return Vec::new();
    };
    let home = connection.region();
    let caller = caller::identify(connection, home.as_ref().unwrap_or(first));
    let arn = match known_caller(caller) {
        Ok(arn) => arn,
        Err(error) => {
            let every = |region: &Region| (region.clone(), Err(error.clone().into()));
            return regions.iter().map(every).collect();
        }
    };
    let known = arn.is_some();
    let provenance = provenance(period, arn);

    let calls = regions.iter().map(|region| {
        let config = connection.config_in(region);
        let call = list(region.clone(), config, period, provenance.clone());
        (region.clone(), call)
    });
    let mut results = in_each(connection, &LIST_PUBLIC_KEYS, calls);
    if known || results.iter().any(|(_, answer)| answer.is_ok()) {
        for (region, answer) in &mut results {
            if let Err(FetchError::Call(error)) = answer {
                disabled_if_good_elsewhere(region, error);
            }
        }
    }
    results
}

/// That the caller is not known is not fatal: the keyring then does not say who
/// asked. Without credentials there is nobody to ask, here or elsewhere, and
/// only the first search for them says what is wrong.
fn known_caller(answer: Result<Caller, CallError>) -> Result<Option<String>, CallError> {
    match answer {
        Ok(caller) => Ok(Some(caller.arn)),
        Err(error) => match error.kind {
            CallErrorKind::ExpiredCredentials | CallErrorKind::NoCredentials => Err(error),
            _ => Ok(None),
        },
    }
}

fn provenance(period: Period, caller_arn: Option<String>) -> Provenance {
    Provenance {
        endpoint: None,
        caller_arn,
        fetched_at: Some(period.now()),
        tool: Some(crate::TOOL.to_owned()),
    }
}

async fn list(
    region: Region,
    config: SdkConfig,
    period: Period,
    mut provenance: Provenance,
) -> Result<Keyring, FetchError> {
    let asked = endpoint::Asked::default();
    let client = Client::from_conf(
        aws_sdk_cloudtrail::config::Builder::from(&config)
            .interceptor(asked.clone())
            .build(),
    );
    let keys = pages(&client, period)
        .await
        .map_err(|error| error.at(&region))?;
    provenance.endpoint = asked.endpoint();
    let json = listing::to_json(&region, &keys, &provenance);
    let origin = format!("{} in {region}", LIST_PUBLIC_KEYS.name);
    Ok(Keyring::parse(
        json.as_bytes(),
        &origin,
        Some(&region),
        FingerprintPolicy::Refuse,
    )?)
}

async fn pages(client: &Client, period: Period) -> Result<Vec<PublicKey>, CallError> {
    let (from, to) = period.asked();
    let mut keys = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..PAGES {
        let page = client
            .list_public_keys()
            .start_time(time::to_sdk(from))
            .end_time(time::to_sdk(to))
            .set_next_token(token.take())
            .send()
            .await
            .map_err(|error| CallError::of(&LIST_PUBLIC_KEYS, &error))?;
        keys.extend(page.public_key_list.unwrap_or_default());
        if keys.len() > Limits::KEYS {
            break;
        }
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(keys);
        }
    }
    let found = keys.len();
    Err(CallError::malformed(
        &LIST_PUBLIC_KEYS,
        &format!(
            "expected at most {PAGES} pages and {} keys, found more ({found} keys so far); ask for a shorter time",
            Limits::KEYS
        ),
    ))
}
