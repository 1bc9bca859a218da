//! The part of CloudTrail that finding trails and their keys needs.
//!
//! Format reference: AWS CloudTrail API reference; protocol JSON 1.1.
//!
//! Absent on purpose: changing trails, Event history, Lake.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::reply::{AwsError, Reply};
use crate::scene::{Scene, Trail};

/// The operations of CloudTrail that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    ListPublicKeys,
    DescribeTrails,
    GetTrail,
    GetTrailStatus,
}

impl Operation {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [
            Self::ListPublicKeys,
            Self::DescribeTrails,
            Self::GetTrail,
            Self::GetTrailStatus,
        ]
        .into_iter()
        .find(|operation| operation.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ListPublicKeys => "ListPublicKeys",
            Self::DescribeTrails => "DescribeTrails",
            Self::GetTrail => "GetTrail",
            Self::GetTrailStatus => "GetTrailStatus",
        }
    }

    pub(crate) fn answer(
        self,
        scene: &Scene,
        region: &str,
        asked: &Map<String, Value>,
    ) -> Result<Reply, AwsError> {
        let body = match self {
            Self::ListPublicKeys => public_keys(scene, region, asked)?,
            Self::DescribeTrails => trails(scene, region, asked),
            Self::GetTrail => json!({"Trail": named(scene, region, asked)?.trail}),
            Self::GetTrailStatus => Value::Object(named(scene, region, asked)?.told_status()),
        };
        Ok(crate::reply::json(StatusCode::OK, &body))
    }
}

/// A bound that is not stated is now, and a key is told if any moment of its
/// validity lies in the range.
fn public_keys(scene: &Scene, region: &str, asked: &Map<String, Value>) -> Result<Value, AwsError> {
    let now = seconds(Timestamp::now());
    let bound = |name| asked.get(name).and_then(Value::as_f64).unwrap_or(now);
    let (start, end) = (bound("StartTime"), bound("EndTime"));
    if start > end {
        return Err(AwsError::new(
            StatusCode::BAD_REQUEST,
            "InvalidTimeRangeException",
            format!("StartTime {start} is after EndTime {end}"),
        ));
    }
    let keys = scene
        .keys
        .iter()
        .filter(|key| key.is_of(region))
        .filter_map(|key| {
            let (from, to) = (seconds(key.valid_from), seconds(key.valid_to));
            (from <= end && to >= start).then(|| {
                json!({
                    "Value": key.value,
                    "ValidityStartTime": from,
                    "ValidityEndTime": to,
                    "Fingerprint": key.fingerprint,
                })
            })
        });
    Ok(json!({"PublicKeyList": keys.collect::<Vec<_>>()}))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of any date fit in 53 bits"
)]
fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1_000.0
}

fn trails(scene: &Scene, region: &str, asked: &Map<String, Value>) -> Value {
    let shadows = asked.get("includeShadowTrails") != Some(&Value::Bool(false));
    let names: Vec<&str> = asked
        .get("trailNameList")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let here = scene.trails.iter().filter(|trail| {
        let seen = trail.is_at_home(region) || (shadows && trail.is_shadow(region));
        let by_arn = names.iter().any(|name| Some(*name) == trail.arn());
        let by_name = names.iter().any(|name| Some(*name) == trail.name());
        by_arn || (seen && (names.is_empty() || by_name))
    });
    json!({"trailList": here.map(|trail| &trail.trail).collect::<Vec<_>>()})
}

/// By name where the trail is seen, by ARN anywhere.
fn named<'s>(
    scene: &'s Scene,
    region: &str,
    asked: &Map<String, Value>,
) -> Result<&'s Trail, AwsError> {
    let name = asked
        .get("Name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let found = scene.trails.iter().find(|trail| {
        let seen = trail.is_at_home(region) || trail.is_shadow(region);
        trail.arn() == Some(name) || (seen && trail.name() == Some(name))
    });
    found.ok_or_else(|| {
        AwsError::new(
            StatusCode::BAD_REQUEST,
            "TrailNotFoundException",
            format!(
                "Unknown trail: {name} for the user: {}",
                crate::sts::ACCOUNT
            ),
        )
    })
}
