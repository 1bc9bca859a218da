//! Why a call to AWS has no result.
//!
//! The kinds are what a caller acts on: an object that is not there is evidence,
//! one that may not be read is not, and neither is a Region that is off. The
//! message names the permission that is missing, what is lost without it, and
//! the way out.

mod classify;
mod detail;

use std::error::Error;
use std::fmt;

use aws_sdk_cloudtrail::config::http::HttpResponse;
use aws_sdk_cloudtrail::error::{ProvideErrorMetadata, SdkError};

use crate::operation::Operation;

/// A call that failed, after all retries.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CallError {
    /// Which call.
    pub operation: &'static Operation,
    /// What it means.
    pub kind: CallErrorKind,
    /// Which Region, bucket or object was asked for, where the caller said so.
    pub place: Option<String>,
    /// The error code that AWS gave, such as `AccessDeniedException`.
    pub code: Option<String>,
    /// The status of the HTTP response, if there was one.
    pub status: Option<u16>,
    /// What AWS or the network said: one line of at most [`Self::DETAIL_CHARS`]
    /// characters. Untrusted text.
    pub detail: String,
}

/// What a failed call means.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CallErrorKind {
    /// The object is in cold storage, to be restored first.
    Archived,
    /// A permission is missing.
    Denied,
    /// The session has ended.
    ExpiredCredentials,
    /// No credentials were found, or none could be got.
    NoCredentials,
    /// What was asked for does not exist.
    NoSuch,
    /// Anything else.
    Other,
    /// The access key is not known there. In a Region that is not enabled for
    /// the account, a good key is not known either.
    RefusedCredentials,
    /// The Region is not enabled for the account.
    RegionDisabled,
    /// Too many requests, for too long.
    Throttled,
    /// No answer, or half of one.
    Unreachable,
    /// The bucket or trail is in another Region.
    WrongRegion,
}

impl CallError {
    /// The longest [`detail`](Self::detail), in characters.
    pub const DETAIL_CHARS: usize = 300;

    /// What the SDK's error means. Error codes decide where there are any; a
    /// response without a body (of `HEAD`) is judged by its status.
    pub fn of<E>(operation: &'static Operation, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let metadata = match error {
            SdkError::ServiceError(answer) => Some(answer.err().meta()),
            _ => None,
        };
        let code = metadata
            .and_then(ProvideErrorMetadata::code)
            .map(detail::line);
        let status = error.raw_response().map(|raw| raw.status().as_u16());
        let (kind, detail) = match error {
            // An answer that the SDK cannot read, though AWS calls it a success.
            SdkError::ServiceError(_) if code.is_none() && status.is_some_and(is_success) => {
                (CallErrorKind::Other, detail::of_chain(error))
            }
            SdkError::ServiceError(_) => (
                classify::answer(code.as_deref(), status),
                detail::of_answer(
                    code.as_deref(),
                    metadata.and_then(ProvideErrorMetadata::message),
                    status,
                ),
            ),
            _ => (classify::failure(error), detail::of_chain(error)),
        };
        Self {
            operation,
            kind,
            place: None,
            code,
            status,
            detail,
        }
    }

    /// An answer that cannot be what AWS means.
    pub fn malformed(operation: &'static Operation, detail: &str) -> Self {
        Self::other(operation, CallErrorKind::Other, detail)
    }

    pub(crate) fn other(operation: &'static Operation, kind: CallErrorKind, detail: &str) -> Self {
        Self {
            operation,
            kind,
            place: None,
            code: None,
            status: None,
            detail: detail::line(detail),
        }
    }

    /// The same, saying what was asked for: a Region, a bucket, an object.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = Some(place.to_string());
        self
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation.name)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        let detail = &self.detail;
        let Operation {
            permission,
            without,
            ..
        } = self.operation;
        match self.kind {
            CallErrorKind::Archived => {
                write!(f, ": archived: {detail}; restore the object first")
            }
            CallErrorKind::Denied => write!(
                f,
                ": denied: {detail}; it needs the permission {permission}, without which {without}"
            ),
            CallErrorKind::ExpiredCredentials => write!(
                f,
                ": the credentials have expired: {detail}; sign in again (aws sso login), or renew the session token"
            ),
            CallErrorKind::NoCredentials => write!(
                f,
                ": no credentials: {detail}; sign in (aws sso login, aws configure), or name a profile with --profile"
            ),
            CallErrorKind::NoSuch => {
                write!(f, ": not found: {detail}; check the name and the Region")
            }
            CallErrorKind::Other => write!(f, ": {detail}"),
            CallErrorKind::RefusedCredentials => write!(
                f,
                ": the credentials are not accepted: {detail}; the access key is deleted or wrong, or the Region is not enabled for the account"
            ),
            CallErrorKind::RegionDisabled => write!(
                f,
                ": the Region is not enabled for the account: {detail}; leave it out"
            ),
            CallErrorKind::Throttled => write!(
                f,
                ": asked to slow down, at every attempt: {detail}; try again later, or with less at once"
            ),
            CallErrorKind::Unreachable => write!(
                f,
                ": no answer: {detail}; check the network, the proxy, the Region's name, and the endpoint if another one is set"
            ),
            CallErrorKind::WrongRegion => {
                write!(f, ": asked in the wrong Region: {detail}")
            }
        }
    }
}

impl Error for CallError {}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

#[cfg(test)]
mod tests;
