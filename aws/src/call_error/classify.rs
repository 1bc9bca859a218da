//! From error codes, statuses and chains of causes to a kind.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudtrail::config::http::HttpResponse;
use aws_sdk_cloudtrail::error::SdkError;

use super::CallErrorKind;
use super::detail::causes;

/// What an answer means. Codes are those of [S3], of [CloudTrail], of [KMS] and of
/// the common errors of all services.
///
/// [KMS]: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_Errors
/// [S3]: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
/// [CloudTrail]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
pub(super) fn answer(code: Option<&str>, status: Option<u16>) -> CallErrorKind {
    code.and_then(by_code).unwrap_or_else(|| by_status(status))
}

fn by_code(code: &str) -> Option<CallErrorKind> {
    Some(match code {
        "InvalidObjectState" => CallErrorKind::Archived,
        "AccessDenied"
        | "AccessDeniedException"
        | "AllAccessDisabled"
        | "NotAuthorized"
        | "UnauthorizedOperation" => CallErrorKind::Denied,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => {
            CallErrorKind::ExpiredCredentials
        }
        "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "MissingSecurityHeader" => CallErrorKind::NoCredentials,
        "NoSuchBucket"
        | "NoSuchKey"
        | "NoSuchVersion"
        | "NotFound"
        | "NotFoundException"
        | "ResourceNotFoundException"
        | "TrailNotFoundException" => CallErrorKind::NoSuch,
        "AuthFailure"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "InvalidToken"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => CallErrorKind::RefusedCredentials,
        "OptInRequired" | "RegionDisabledException" => CallErrorKind::RegionDisabled,
        "BandwidthLimitExceeded"
        | "PriorRequestNotComplete"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException" => CallErrorKind::Throttled,
        "RequestTimeout" | "RequestTimeoutException" => CallErrorKind::Unreachable,
        "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException"
        | "IncorrectEndpoint"
        | "InvalidHomeRegionException"
        | "PermanentRedirect"
        | "TemporaryRedirect" => CallErrorKind::WrongRegion,
        // The key is disabled, about to be deleted, or in no state to decrypt.
        code if code.starts_with("KMS.") => CallErrorKind::Denied,
        _ => return None,
    })
}

fn by_status(status: Option<u16>) -> CallErrorKind {
    match status {
        Some(301 | 307 | 308) => CallErrorKind::WrongRegion,
        Some(401 | 403) => CallErrorKind::Denied,
        Some(404 | 410) => CallErrorKind::NoSuch,
        Some(429 | 503) => CallErrorKind::Throttled,
        Some(502 | 504) => CallErrorKind::Unreachable,
        _ => CallErrorKind::Other,
    }
}

/// What it means that there was no answer.
pub(super) fn failure<E>(error: &SdkError<E, HttpResponse>) -> CallErrorKind
where
    E: Error + 'static,
{
    if let Some(kind) = causes(error).find_map(credentials) {
        return kind;
    }
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => CallErrorKind::Unreachable,
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
            CallErrorKind::Unreachable
        }
        _ => CallErrorKind::Other,
    }
}

/// The credentials are looked for at the first call, and fail it.
fn credentials(cause: &(dyn Error + 'static)) -> Option<CallErrorKind> {
    let error = cause.downcast_ref::<CredentialsError>()?;
    // Neither SSO nor the other providers say so in a type.
    let expired = causes(error).any(|cause| cause.to_string().contains("expired"));
    Some(if expired {
        CallErrorKind::ExpiredCredentials
    } else {
        CallErrorKind::NoCredentials
    })
}
