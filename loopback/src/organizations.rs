//! `DescribeOrganization`, which aws-cli asks for the keys of an organization
//! trail, and `ListAccounts`.
//!
//! Format reference: AWS Organizations API reference; protocol JSON 1.1. `Status`
//! of an account was retired in September 2026; only `State` is told.

use hyper::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::reply::{AwsError, Reply};
use crate::scene::{Member, Scene};
use crate::sts::ACCOUNT;

/// Most accounts of one answer, by the service's own limit.
const PAGE: usize = 20;

/// The operations of Organizations that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    DescribeOrganization,
    ListAccounts,
}

impl Operation {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::DescribeOrganization, Self::ListAccounts]
            .into_iter()
            .find(|operation| operation.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DescribeOrganization => "DescribeOrganization",
            Self::ListAccounts => "ListAccounts",
        }
    }

    pub(crate) fn answer(
        self,
        scene: &Scene,
        asked: &Map<String, Value>,
    ) -> Result<Reply, AwsError> {
        let Some(id) = &scene.organization else {
            return Err(AwsError::new(
                StatusCode::BAD_REQUEST,
                "AWSOrganizationsNotInUseException",
                "Your account is not a member of an organization.",
            ));
        };
        let body = match self {
            Self::DescribeOrganization => describe(id),
            Self::ListAccounts => accounts(scene, id, asked)?,
        };
        Ok(crate::reply::json(StatusCode::OK, &body))
    }
}

fn describe(id: &str) -> Value {
    json!({"Organization": {
        "Id": id,
        "Arn": format!("arn:aws:organizations::{ACCOUNT}:organization/{id}"),
        "FeatureSet": "ALL",
        "MasterAccountId": ACCOUNT,
        "MasterAccountArn": format!("arn:aws:organizations::{ACCOUNT}:account/{id}/{ACCOUNT}"),
        "MasterAccountEmail": "management@example.com",
    }})
}

/// A token is the number of the account to go on with.
fn accounts(
    scene: &Scene,
    organization: &str,
    asked: &Map<String, Value>,
) -> Result<Value, AwsError> {
    let start = match asked.get("NextToken").and_then(Value::as_str) {
        None => 0,
        Some(token) => token
            .parse::<usize>()
            .ok()
            .filter(|start| *start < scene.members.len())
            .ok_or_else(|| {
                AwsError::new(
                    StatusCode::BAD_REQUEST,
                    "InvalidInputException",
                    "You provided an invalid pagination token.",
                )
            })?,
    };
    let most = asked.get("MaxResults").and_then(Value::as_u64);
    let most = most.map_or(PAGE, |most| usize::try_from(most).unwrap_or(PAGE));
    let most = most.min(PAGE).min(scene.page_size);
    let page = scene.members.iter().skip(start).take(most);
    let page: Vec<Value> = page.map(|member| account(member, organization)).collect();
    let next = start + page.len();
    let mut body = json!({"Accounts": page});
    if next < scene.members.len() {
        body["NextToken"] = json!(next.to_string());
    }
    Ok(body)
}

fn account(member: &Member, organization: &str) -> Value {
    let Member {
        id,
        name,
        state,
        joined,
    } = member;
    json!({
        "Id": id,
        "Arn": format!("arn:aws:organizations::{ACCOUNT}:account/{organization}/{id}"),
        "Email": format!("{id}@example.com"),
        "Name": name,
        "State": state,
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": joined.map(Timestamp::as_second),
    })
}
