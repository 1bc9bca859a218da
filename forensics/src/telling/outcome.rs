//! Whether what was asked was done.

use serde::Serialize;

use crate::record::Record;

use super::phrase::Untrusted;
use super::select::select;

/// What became of a request.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused(Reason),
    /// It was not done for another reason.
    Failed(Reason),
    /// It was a trial run, which would have been allowed (EC2's `DryRun`).
    Rehearsed,
}

/// Why something was not done.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reason {
    /// The error code.
    pub code: Untrusted,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Untrusted>,
}

impl Outcome {
    /// What became of the request of a record.
    pub fn of(record: &Record<'_>) -> Self {
        let message = record.error_message.as_deref();
        if let Some(code) = record.error_code.as_deref().filter(|code| !code.is_empty()) {
            let reason = Reason {
                code: Untrusted::new(code),
                message: message.map(Untrusted::new),
            };
            return if code.ends_with("DryRunOperation") {
                Self::Rehearsed
            } else if is_refusal(code) {
                Self::Refused(reason)
            } else {
                Self::Failed(reason)
            };
        }
        if says_failure(record) {
            return Self::Failed(Reason {
                code: Untrusted::new("Failure"),
                message: message.map(Untrusted::new),
            });
        }
        Self::Done
    }

    /// Whether it was done.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }

    /// Why it was not done.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Refused(reason) | Self::Failed(reason) => Some(reason),
            Self::Done | Self::Rehearsed => None,
        }
    }
}

/// Services spell refusals in many ways: `AccessDenied`,
/// `AccessDeniedException`, `Client.UnauthorizedOperation`,
/// `VpceAccessDenied`, `NotAuthorized`. Organization trails add theirs
/// (CloudTrail API, `StopLogging`, errors).
fn is_refusal(code: &str) -> bool {
    const PARTS: [&str; 6] = [
        "AccessDenied",
        "Unauthorized",
        "NotAuthorized",
        "Forbidden",
        "AuthFailure",
        "PermissionDenied",
    ];
    const WHOLE: [&str; 3] = [
        "NotOrganizationMasterAccountException",
        "NotOrganizationManagementAccountException",
        "NoManagementAccountSLRExistsException",
    ];
    PARTS.iter().any(|part| code.contains(part)) || WHOLE.contains(&code)
}

/// Sign-ins have no error code: the response says whether they worked.
fn says_failure(record: &Record<'_>) -> bool {
    let Some(name @ ("ConsoleLogin" | "SwitchRole" | "ExitRole" | "RenewRole")) =
        record.event_name.as_deref()
    else {
        return false;
    };
    let path = format!("res/{name}");
    select(record, &path)
        .iter()
        .any(|found| found.text().as_deref() == Some("Failure"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(members: &str) -> Outcome {
        Outcome::of(&Record::parse(&format!("{{{members}}}")).unwrap())
    }

    #[test]
    fn refused_failed_rehearsed_and_done_are_told_apart() {
        for code in [
            "AccessDenied",
            "AccessDeniedException",
            "Client.UnauthorizedOperation",
            "VpceAccessDenied",
            "NotOrganizationMasterAccountException",
        ] {
            let outcome = outcome(&format!(r#""errorCode":"{code}""#));
            assert!(matches!(outcome, Outcome::Refused(_)), "{code}");
        }
        assert!(matches!(
            outcome(r#""errorCode":"TrailNotFoundException""#),
            Outcome::Failed(_)
        ));
        assert_eq!(
            outcome(r#""errorCode":"Client.DryRunOperation""#),
            Outcome::Rehearsed
        );
        assert_eq!(outcome(r#""errorCode":"""#), Outcome::Done);
    }

    #[test]
    fn a_failed_sign_in_has_no_error_code() {
        let failed = r#""eventName":"ConsoleLogin","errorMessage":"Failed authentication","responseElements":{"ConsoleLogin":"Failure"}"#;
        let Outcome::Failed(reason) = outcome(failed) else {
            panic!("the sign-in failed");
        };
        assert_eq!(reason.message.unwrap().text, "Failed authentication");
        let worked = r#""eventName":"ConsoleLogin","responseElements":{"ConsoleLogin":"Success"}"#;
        assert_eq!(outcome(worked), Outcome::Done);
    }
}
