//! Trails as CloudTrail describes them, and how their delivery goes.
//!
//! [`DescribeTrails`] lists a multi-Region trail in every Region; here it
//! appears once. [`GetTrailStatus`] is asked in the trail's home Region, which
//! is where its settings are kept; [`status_in`] asks another, since delivery
//! goes on in each Region by itself.
//!
//! [`DescribeTrails`]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
//! [`GetTrailStatus`]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html

mod arn;
mod status;
mod trail;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client;
use trailseal_keys::Region;

pub use arn::{TrailArn, TrailArnInvalid};
pub use status::Status;
pub use trail::Trail;

use crate::call_error::{CallError, CallErrorKind};
use crate::connection::Connection;
use crate::each_region::{disabled_if_good_elsewhere, in_each};
use crate::operation::Operation;

static DESCRIBE_TRAILS: Operation = Operation {
    name: "cloudtrail:DescribeTrails",
    permission: "cloudtrail:DescribeTrails",
    without: "the bucket has to be named (s3://BUCKET/PREFIX)",
};

static GET_TRAIL_STATUS: Operation = Operation {
    name: "cloudtrail:GetTrailStatus",
    permission: "cloudtrail:GetTrailStatus",
    without: "it is not known whether the trail is logging and delivering",
};

/// Trails of one answer at most: a Region shows five of its account and those
/// of the organization.
const TRAILS: usize = 1_000;

/// A trail and how it fares.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrailState {
    /// Its settings.
    pub trail: Trail,
    /// Its status in its home Region, or why that is not known.
    pub status: Result<Status, CallError>,
}

/// What several Regions said.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Described {
    /// Each trail once, ordered by home Region, name and ARN.
    pub trails: Vec<TrailState>,
    /// The Regions that did not answer, and why, in the order asked.
    pub unanswered: Vec<(Region, CallError)>,
}

/// All trails that show in these Regions, with their status.
///
/// A Region that refuses credentials which another one accepts is reported as
/// [`RegionDisabled`](CallErrorKind::RegionDisabled), if it is one that can be.
pub fn describe(connection: &Connection, regions: &[Region]) -> Described {
    let mut trails = BTreeMap::new();
    let mut unanswered = Vec::new();
    let mut answered = false;
    let calls = regions.iter().map(|region| {
        let call = describe_in(region.clone(), connection.config_in(region), None);
        (region.clone(), call)
    });
    for (region, answer) in in_each(connection, &DESCRIBE_TRAILS, calls) {
        match answer {
            Ok(found) => {
                answered = true;
                for trail in found {
                    trails.entry(trail.arn.clone()).or_insert(trail);
                }
            }
            Err(error) => unanswered.push((region, error)),
        }
    }
    if answered {
        for (region, error) in &mut unanswered {
            disabled_if_good_elsewhere(region, error);
        }
    }
    let mut trails = with_status(connection, trails.into_values().collect());
    trails.sort_by(|a, b| a.trail.order().cmp(&b.trail.order()));
    Described { trails, unanswered }
}

/// The trail of this ARN, asked for in the Region that the ARN names.
///
/// # Errors
/// [`CallError`]; a trail that is not there is
/// [`NoSuch`](CallErrorKind::NoSuch).
pub fn find(connection: &Connection, arn: &TrailArn) -> Result<Trail, CallError> {
    let config = connection.config_in(arn.region());
    let found =
        connection.block_on(describe_in(arn.region().clone(), config, Some(arn.clone())))?;
    found
        .into_iter()
        .find(|trail| trail.arn == *arn)
        .ok_or_else(|| {
            let detail = "there is no trail of this ARN, or it may not be seen";
            CallError::other(&DESCRIBE_TRAILS, CallErrorKind::NoSuch, detail).at(arn)
        })
}

/// How a trail's delivery goes in one Region. A multi-Region trail delivers in
/// each.
///
/// # Errors
/// [`CallError`]
pub fn status_in(
    connection: &Connection,
    arn: &TrailArn,
    region: &Region,
) -> Result<Status, CallError> {
    connection.block_on(ask_status(connection.config_in(region), arn.clone()))
}

fn with_status(connection: &Connection, trails: Vec<Trail>) -> Vec<TrailState> {
    let calls: Vec<_> = trails
        .iter()
        .map(|trail| {
            let home = &trail.home_region;
            let call = ask_status(connection.config_in(home), trail.arn.clone());
            (home.clone(), call)
        })
        .collect();
    let answers = in_each(connection, &GET_TRAIL_STATUS, calls);
    trails
        .into_iter()
        .zip(answers)
        .map(|(trail, (_, status))| TrailState { trail, status })
        .collect()
}

async fn describe_in(
    region: Region,
    config: SdkConfig,
    only: Option<TrailArn>,
) -> Result<Vec<Trail>, CallError> {
    let answer = Client::new(&config)
        .describe_trails()
        .set_trail_name_list(only.map(|arn| vec![arn.to_string()]))
        .include_shadow_trails(true)
        .send()
        .await
        .map_err(|error| CallError::of(&DESCRIBE_TRAILS, &error).at(&region))?;
    let listed = answer.trail_list.unwrap_or_default();
    if listed.len() > TRAILS {
        let detail = format!("expected at most {TRAILS} trails, found {}", listed.len());
        return Err(CallError::malformed(&DESCRIBE_TRAILS, &detail).at(&region));
    }
    listed
        .into_iter()
        .map(Trail::read)
        .collect::<Result<_, _>>()
        .map_err(|detail| CallError::malformed(&DESCRIBE_TRAILS, &detail).at(&region))
}

async fn ask_status(config: SdkConfig, arn: TrailArn) -> Result<Status, CallError> {
    let answer = Client::new(&config)
        .get_trail_status()
        .name(arn.to_string())
        .send()
        .await
        .map_err(|error| CallError::of(&GET_TRAIL_STATUS, &error).at(&arn))?;
    Ok(Status::read(answer))
}
