//! A live bucket: found, opened, and its keys fetched.

use anyhow::anyhow;
use jiff::Timestamp;
use trailseal_aws::public_keys::{self, Period};
use trailseal_aws::s3::{S3, S3Url};
use trailseal_aws::trails::{self, Trail, TrailArn};
use trailseal_aws::{CallError, Connection};
use trailseal_keys::{Keyring, Region};
use trailseal_verifier::walk::{Delivery, Survey};

use super::super::connect::ConnectionArgs;
use super::super::keys::load;
use super::{LiveArgs, Plan, Trusted, Work};
use crate::exit::Failure;
use crate::render::{BucketOrigin, Input};

/// CloudTrail made no digests before: where the range has no start, keys are
/// asked for since then.
const FIRST_DIGESTS: Timestamp = Timestamp::constant(1_435_708_800, 0);

/// Buckets, and how to reach them.
#[derive(Clone, Debug)]
pub(in super::super) struct Live {
    what: What,
    pub(super) concurrency: u16,
    connection: ConnectionArgs,
}

#[derive(Clone, Debug)]
enum What {
    Buckets(Vec<S3Url>),
    Trail(TrailArn),
}

impl Live {
    /// The bucket of a trail.
    pub(super) fn trail(arn: TrailArn, args: &LiveArgs) -> Self {
        Self::of(What::Trail(arn), args)
    }

    /// These buckets.
    pub(super) fn buckets(urls: Vec<S3Url>, args: &LiveArgs) -> Self {
        Self::of(What::Buckets(urls), args)
    }

    fn of(what: What, args: &LiveArgs) -> Self {
        Self {
            what,
            concurrency: args.concurrency,
            connection: args.connection.clone(),
        }
    }

    /// Opens them, and does the work.
    pub(super) fn open<W: Work>(
        &self,
        plan: &Plan,
        started: Timestamp,
        work: W,
    ) -> Result<W::Output, Failure> {
        match &self.what {
            What::Buckets(urls) => {
                let connection = self.connection.clone().open(None)?;
                let texts: Vec<String> = urls.iter().map(S3Url::to_string).collect();
                let path = texts.join(" ");
                open(plan, &connection, urls, None, path, started, work)
            }
            What::Trail(arn) => {
                let connection = self.connection.clone().open(Some(arn.region().clone()))?;
                let trail = trails::find(&connection, arn).map_err(could_not)?;
                let prefix = trail.prefix.as_deref().unwrap_or_default();
                let url = S3Url::new(trail.bucket.clone(), prefix);
                let path = format!("{arn}, which delivers to {url}");
                let plan = narrowed(plan, &trail);
                open(
                    &plan,
                    &connection,
                    &[url],
                    Some(&trail),
                    path,
                    started,
                    work,
                )
            }
        }
    }
}

fn could_not(error: CallError) -> Failure {
    Failure::CouldNotRun(error.into())
}

fn open<W: Work>(
    plan: &Plan,
    connection: &Connection,
    urls: &[S3Url],
    trail: Option<&Trail>,
    path: String,
    started: Timestamp,
    work: W,
) -> Result<W::Output, Failure> {
    let mut input = Input {
        path,
        bucket: BucketOrigin::Stated,
        warnings: Vec::new(),
    };
    if trail.is_some_and(|trail| !trail.validation) {
        let text = "log file validation is off: the trail makes no digests any more";
        input.warnings.push(text.to_owned());
    }
    let source = S3::open(connection, urls).map_err(could_not)?;
    let cancel = source.cancel();
    let end = move || cancel.cancel();
    let prepare = |survey: &Survey<'_, S3<'_>>, input: &mut Input| {
        let regions: Vec<Region> = survey.regions().into_iter().collect();
        let keyring = match plan.keys.as_slice() {
            [] => {
                let from = survey
                    .start()
                    .map(|start| plan.keys_from.map_or(start, |at| at.min(start)));
                fetch_keys(connection, &regions, from, started, &mut input.warnings)?
            }
            files => load(files, plan.fingerprints)?,
        };
        let deliveries = match trail {
            Some(trail) => deliveries(connection, trail, &regions, input),
            None => Vec::new(),
        };
        Ok(Trusted {
            keyring,
            deliveries,
        })
    };
    plan.with(&source, input, started, end, prepare, work)
}

/// A trail of one account or one Region has digests of no other.
fn narrowed(plan: &Plan, trail: &Trail) -> Plan {
    let mut plan = plan.clone();
    if !trail.organization && plan.request.accounts.is_empty() {
        plan.request.accounts = vec![trail.arn.account().clone()];
        plan.filters.accounts.clone_from(&plan.request.accounts);
    }
    if !trail.multi_region && plan.request.regions.is_empty() {
        plan.request.regions = vec![trail.home_region.clone()];
        plan.filters.regions.clone_from(&plan.request.regions);
    }
    plan
}

/// The keys of every Region seen, up to now: a backfill digest is signed with
/// the key of the time when it was made, however old its window. A Region that
/// does not answer leaves its digests unchecked; that is said, and the others
/// are verified.
pub(in super::super) fn fetch_keys(
    connection: &Connection,
    regions: &[Region],
    from: Option<Timestamp>,
    started: Timestamp,
    warnings: &mut Vec<String>,
) -> Result<Keyring, Failure> {
    let from = from.unwrap_or(FIRST_DIGESTS);
    let period =
        Period::new(from, started, started).map_err(|error| Failure::Usage(error.into()))?;
    let mut parts = Vec::new();
    let mut first = None;
    for (region, answer) in public_keys::fetch_each(connection, regions, period) {
        match answer {
            Ok(keyring) => parts.push(keyring),
            Err(error) => {
                warnings.push(format!("no keys of {region}: {error}"));
                first.get_or_insert(error);
            }
        }
    }
    match first {
        Some(error) if parts.is_empty() => Err(Failure::CouldNotRun(
            anyhow!(error).context("without public keys nothing can be verified"),
        )),
        _ => Keyring::merge(parts).map_err(|error| Failure::CouldNotRun(error.into())),
    }
}

/// When digests were last delivered, by the trail's own account.
fn deliveries(
    connection: &Connection,
    trail: &Trail,
    regions: &[Region],
    input: &mut Input,
) -> Vec<Delivery> {
    let mut asked: Vec<Region> = match trail.multi_region {
        true => regions.to_vec(),
        false => Vec::new(),
    };
    if !asked.contains(&trail.home_region) {
        asked.push(trail.home_region.clone());
    }
    let mut found = Vec::new();
    for region in asked {
        match trails::status_in(connection, &trail.arn, &region) {
            Ok(status) => {
                if let Some(error) = &status.digest_error {
                    input.warnings.push(format!(
                        "{region}: the trail's last digest could not be delivered: {error}"
                    ));
                }
                found.extend(status.latest_digest.map(|at| Delivery {
                    account: trail.arn.account().clone(),
                    region,
                    trail: trail.name.clone(),
                    home: trail.home_region.clone(),
                    at,
                }));
            }
            Err(error) => input.warnings.push(format!(
                "{region}: whether the newest digests were removed is not known: {error}"
            )),
        }
    }
    found
}
