//! Which service a request is for, and the form of its errors.

use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Map, Value};

use crate::faults::Faults;
use crate::reply::{AwsError, Failure, Reply};
use crate::request::Call;
use crate::scene::Scene;
use crate::{cloudtrail, organizations, s3, sts};

/// A service and one of its operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    S3(s3::Operation),
    CloudTrail(cloudtrail::Operation),
    Organizations(organizations::Operation),
    Sts,
    /// A JSON service or an operation that is not served.
    UnknownJson,
}

impl Service {
    /// The JSON services name their operation in a header, the query protocol
    /// of STS in a form; everything else is S3.
    pub(crate) fn of(call: &Call) -> Self {
        if let Some(target) = call.header("x-amz-target") {
            return match target.rsplit_once('.') {
                Some((service, name)) if service.ends_with("CloudTrail_20131101") => {
                    cloudtrail::Operation::named(name).map_or(Self::UnknownJson, Self::CloudTrail)
                }
                Some((service, name)) if service.ends_with("AWSOrganizationsV20161128") => {
                    organizations::Operation::named(name)
                        .map_or(Self::UnknownJson, Self::Organizations)
                }
                _ => Self::UnknownJson,
            };
        }
        let is_form = call
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if call.method == Method::POST && call.bucket.is_empty() && is_form {
            return Self::Sts;
        }
        Self::S3(s3::Operation::of(call))
    }

    pub(crate) fn operation(self) -> &'static str {
        match self {
            Self::S3(operation) => operation.name(),
            Self::CloudTrail(operation) => operation.name(),
            Self::Organizations(operation) => operation.name(),
            Self::Sts => "GetCallerIdentity",
            Self::UnknownJson => "Unknown",
        }
    }

    pub(crate) fn answer(
        self,
        scene: &Scene,
        faults: &Faults,
        call: &Call,
        body: &Bytes,
    ) -> Result<Reply, Failure> {
        if let Self::S3(operation) = self {
            return s3::answer(operation, scene, faults, call, body);
        }
        if call.scope.is_none() {
            return Err(AwsError::new(
                StatusCode::BAD_REQUEST,
                "MissingAuthenticationTokenException",
                "The request is not signed; any credentials will do",
            )
            .into());
        }
        if faults.denies_call(self.operation()) {
            return Err(AwsError::new(
                StatusCode::BAD_REQUEST,
                "AccessDeniedException",
                "You don't have permissions to access this resource.",
            )
            .into());
        }
        let answered = match self {
            Self::CloudTrail(operation) => {
                parameters(body).and_then(|asked| operation.answer(scene, call.region(), &asked))
            }
            Self::Organizations(operation) => {
                parameters(body).and_then(|asked| operation.answer(scene, &asked))
            }
            Self::Sts => sts::answer(body),
            Self::S3(_) | Self::UnknownJson => Err(AwsError::new(
                StatusCode::BAD_REQUEST,
                "UnknownOperationException",
                format!(
                    "the loopback does not serve {:?}",
                    call.header("x-amz-target")
                ),
            )),
        };
        answered.map_err(Failure::from)
    }

    pub(crate) fn tell(self, error: AwsError, call: &Call) -> Reply {
        match self {
            Self::S3(_) => error.into_s3(&call.target),
            Self::Sts => error.into_query(sts::NAMESPACE),
            Self::CloudTrail(_) | Self::Organizations(_) | Self::UnknownJson => error.into_json(),
        }
    }
}

fn parameters(body: &[u8]) -> Result<Map<String, Value>, AwsError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|error| {
        AwsError::new(
            StatusCode::BAD_REQUEST,
            "SerializationException",
            error.to_string(),
        )
    })
}
