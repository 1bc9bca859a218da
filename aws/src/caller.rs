//! Who is asking: [`GetCallerIdentity`], which needs no permission.
//!
//! [`GetCallerIdentity`]: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html

use aws_sdk_sts::config::Builder;
use aws_sdk_sts::config::retry::RetryConfig;
use trailseal_keys::Region;

use crate::call_error::CallError;
use crate::connection::Connection;
use crate::operation::Operation;

static GET_CALLER_IDENTITY: Operation = Operation {
    name: "sts:GetCallerIdentity",
    permission: "sts:GetCallerIdentity",
    without: "it is not known who asked",
};

/// Nice to know, and not worth a long wait: STS may be walled off where
/// CloudTrail is not.
const ATTEMPTS: u32 = 2;

/// An identity of AWS.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Caller {
    /// Its account.
    pub account: String,
    /// Its ARN, such as `arn:aws:sts::111122223333:assumed-role/Auditor/jane`.
    pub arn: String,
}

/// Asks the endpoint of a Region who the credentials belong to.
///
/// # Errors
/// [`CallError`]; also if the answer names nobody.
pub fn identify(connection: &Connection, region: &Region) -> Result<Caller, CallError> {
    let client = aws_sdk_sts::Client::new(&connection.config_in(region));
    let call = client.get_caller_identity().customize();
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
    let call = call.config_override(Builder::new().retry_config(retries));
    let answer = connection
        .block_on(call.send())
        .map_err(|error| CallError::of(&GET_CALLER_IDENTITY, &error).at(region))?;
    match (answer.account, answer.arn) {
        (Some(account), Some(arn)) => Ok(Caller { account, arn }),
        _ => Err(CallError::malformed(
            &GET_CALLER_IDENTITY,
            "expected an account and an ARN, found none",
        )
        .at(region)),
    }
}
