use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudtrail::error::{ConnectorError, ErrorMetadata};
use aws_sdk_cloudtrail::operation::list_public_keys::ListPublicKeysError;

use super::*;

static OPERATION: Operation = Operation {
    name: "s3:ListObjectsV2",
    permission: "s3:ListBucket",
    without: "nothing can be listed",
};

type Failed = SdkError<ListPublicKeysError, HttpResponse>;

fn answer(status: u16, code: Option<&str>, message: &str) -> CallError {
    let mut metadata = ErrorMetadata::builder();
    if let Some(code) = code {
        metadata = metadata.code(code);
    }
    let error = ListPublicKeysError::generic(metadata.message(message).build());
    let raw = HttpResponse::new(status.try_into().unwrap(), Vec::new().into());
    CallError::of(&OPERATION, &Failed::service_error(error, raw))
}

fn dispatch(error: ConnectorError) -> CallError {
    CallError::of(&OPERATION, &Failed::dispatch_failure(error))
}

#[test]
fn codes_decide_before_statuses() {
    for (status, code, kind) in [
        (400, "AccessDeniedException", CallErrorKind::Denied),
        (403, "AccessDenied", CallErrorKind::Denied),
        (403, "InvalidObjectState", CallErrorKind::Archived),
        (400, "ThrottlingException", CallErrorKind::Throttled),
        (503, "SlowDown", CallErrorKind::Throttled),
        (400, "TrailNotFoundException", CallErrorKind::NoSuch),
        (404, "NoSuchBucket", CallErrorKind::NoSuch),
        (400, "NotFoundException", CallErrorKind::NoSuch),
        (
            400,
            "ExpiredTokenException",
            CallErrorKind::ExpiredCredentials,
        ),
        (403, "InvalidAccessKeyId", CallErrorKind::RefusedCredentials),
        (
            400,
            "UnrecognizedClientException",
            CallErrorKind::RefusedCredentials,
        ),
        (
            403,
            "RegionDisabledException",
            CallErrorKind::RegionDisabled,
        ),
        (301, "PermanentRedirect", CallErrorKind::WrongRegion),
        (500, "InternalError", CallErrorKind::Other),
    ] {
        let error = answer(status, Some(code), "because");
        assert_eq!(error.kind, kind, "{code}");
        assert_eq!(error.code.as_deref(), Some(code));
        assert_eq!(error.status, Some(status));
        assert!(error.to_string().contains("because"));
    }
}

#[test]
fn an_answer_without_a_code_is_judged_by_its_status() {
    for (status, kind) in [
        (403, CallErrorKind::Denied),
        (404, CallErrorKind::NoSuch),
        (503, CallErrorKind::Throttled),
        (504, CallErrorKind::Unreachable),
        (418, CallErrorKind::Other),
    ] {
        let error = answer(status, None, "");
        assert_eq!(error.kind, kind);
        assert_eq!(error.detail, format!("HTTP status {status}"));
    }
}

#[test]
fn a_denial_names_the_permission_and_what_it_costs() {
    let error = answer(403, Some("AccessDenied"), "no").at("bucket logs");
    assert_eq!(
        error.to_string(),
        "s3:ListObjectsV2 (bucket logs): denied: AccessDenied, no; it needs the permission \
         s3:ListBucket, without which nothing can be listed"
    );
}

#[test]
fn the_quoted_request_of_a_wrong_signature_is_left_out() {
    let error = answer(
        403,
        Some("SignatureDoesNotMatch"),
        "The signature does not match.\n\nThe Canonical String is\nx-amz-security-token:SECRET",
    );
    assert_eq!(error.kind, CallErrorKind::RefusedCredentials);
    assert!(!format!("{error} {error:?}").contains("SECRET"));
    let error = answer(403, Some("AccessDenied"), &"long ".repeat(1_000));
    assert_eq!(error.detail.chars().count(), CallError::DETAIL_CHARS + 1);
}

#[test]
fn without_an_answer_the_causes_are_told() {
    let refused = io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused");
    let error = dispatch(ConnectorError::io(refused.into()));
    assert_eq!(error.kind, CallErrorKind::Unreachable);
    assert!(error.detail.contains("connection refused"), "{error}");
    let error = CallError::of(&OPERATION, &Failed::timeout_error("too late"));
    assert_eq!(error.kind, CallErrorKind::Unreachable);
    let error = CallError::of(&OPERATION, &Failed::construction_failure("no Region"));
    assert_eq!((error.kind, error.status), (CallErrorKind::Other, None));
}

#[test]
fn credentials_that_cannot_be_got_are_not_a_dead_network() {
    let wrapped = |error| dispatch(ConnectorError::other(Box::new(error), None)).kind;
    assert_eq!(
        wrapped(CredentialsError::not_loaded("no provider in the chain")),
        CallErrorKind::NoCredentials
    );
    assert_eq!(
        wrapped(CredentialsError::provider_error(
            "the SSO token has expired and cannot be refreshed"
        )),
        CallErrorKind::ExpiredCredentials
    );
}
