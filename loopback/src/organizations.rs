//! `DescribeOrganization`, which aws-cli asks for the keys of an organization
//! trail.
//!
//! Format reference: AWS Organizations API reference.

use hyper::StatusCode;
use serde_json::json;

use crate::reply::{AwsError, Reply};
use crate::scene::Scene;
use crate::sts::ACCOUNT;

pub(crate) fn describe(scene: &Scene) -> Result<Reply, AwsError> {
    let Some(id) = &scene.organization else {
        return Err(AwsError::new(
            StatusCode::BAD_REQUEST,
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        ));
    };
    let body = json!({"Organization": {
        "Id": id,
        "Arn": format!("arn:aws:organizations::{ACCOUNT}:organization/{id}"),
        "FeatureSet": "ALL",
        "MasterAccountId": ACCOUNT,
        "MasterAccountArn": format!("arn:aws:organizations::{ACCOUNT}:account/{id}/{ACCOUNT}"),
        "MasterAccountEmail": "management@example.com",
    }});
    Ok(crate::reply::json(StatusCode::OK, &body))
}
