//! What a step of a chain did, in words.

use trailseal_forensics::actor::{Actor, CredentialId, Text};
use trailseal_forensics::session::{
    Basis, Behind, Confidence, Deed, EventRef, IssueKind, Step, StepLink, Target,
};

use super::name::name;
use super::who::{self, who};
use crate::render::text::{count, counted, duration, time};

/// The event as CloudTrail names it.
pub(super) fn event(kind: IssueKind) -> &'static str {
    match kind {
        IssueKind::AssumeRole => "AssumeRole",
        IssueKind::AssumeRoleWithSaml => "AssumeRoleWithSAML",
        IssueKind::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
        IssueKind::AssumeRoot => "AssumeRoot",
        IssueKind::GetSessionToken => "GetSessionToken",
        IssueKind::GetFederationToken => "GetFederationToken",
        IssueKind::GetSigninToken => "GetSigninToken",
        IssueKind::ConsoleLogin => "ConsoleLogin",
        IssueKind::SwitchRole => "SwitchRole",
        IssueKind::CreateAccessKey => "CreateAccessKey",
        IssueKind::GetCredentialsForIdentity => "GetCredentialsForIdentity",
        IssueKind::RolesAnywhere => "CreateSession",
        IssueKind::PodIdentity => "AssumeRoleForPodIdentity",
        IssueKind::IdentityCenter => "Federate or GetRoleCredentials",
    }
}

/// How a session came about, before the name of whoever asked for it.
pub(super) fn came_about(kind: IssueKind) -> &'static str {
    match kind {
        IssueKind::AssumeRole => "assumed by",
        IssueKind::AssumeRoleWithSaml => "assumed through SAML by",
        IssueKind::AssumeRoleWithWebIdentity => "assumed with a web identity by",
        IssueKind::AssumeRoot => "taken with AssumeRoot by",
        IssueKind::GetSessionToken => "asked for with GetSessionToken by",
        IssueKind::GetFederationToken => "asked for with GetFederationToken by",
        IssueKind::GetSigninToken => "taken to the console by",
        IssueKind::ConsoleLogin => "begun with a sign-in to the console by",
        IssueKind::SwitchRole => "switched to in the console by",
        IssueKind::CreateAccessKey => "made by",
        IssueKind::GetCredentialsForIdentity => "obtained through Cognito by",
        IssueKind::RolesAnywhere => "obtained through Roles Anywhere by",
        IssueKind::PodIdentity => "obtained through EKS Pod Identity by",
        IssueKind::IdentityCenter => "taken in the portal of Identity Center by",
    }
}

/// An event that issued a credential or opened a session.
pub(super) fn issued(
    kind: IssueKind,
    issuer: Option<&Actor>,
    credential: Option<&CredentialId>,
    target: &Target,
) -> String {
    let mut text = event(kind).to_owned();
    if let Some(issuer) = issuer {
        text.push_str(&format!(" by {}", who(issuer)));
    }
    let whom = who::target(target);
    match (credential, kind, &target.role) {
        (Some(credential), ..) => {
            text.push_str(&format!(" gave {} to {whom}", name(credential.as_str())));
        }
        (None, IssueKind::ConsoleLogin, _) => text.push_str(" opened the console"),
        (None, IssueKind::IdentityCenter, Some(set)) => {
            text.push_str(&format!(" took permission set {}", name(set)));
        }
        (None, ..) => text.push_str(&format!(" opened {whom}")),
    }
    text
}

/// How often a session or key was used, and when.
pub(super) fn used<R>(events: u64, records: &[EventRef<R>]) -> String {
    match records {
        [] => counted(events, "event"),
        [only] => format!("{} at {}", counted(events, "event"), time(only.time)),
        [first, .., last] => format!(
            "{}, {} to {} ({})",
            counted(events, "event"),
            time(first.time),
            time(last.time),
            duration(last.time.duration_since(first.time))
        ),
    }
}

/// What records of a session say of who stands behind it.
pub(super) fn notes(behind: &Behind) -> Vec<String> {
    let Behind {
        source_identity,
        on_behalf_of,
        web_provider,
        instance,
        instance_metadata,
        issued_to,
        delegate,
        sign_in_session,
        from_console,
        assumed_root,
        invoked_by,
        direct,
    } = behind;
    let said = |words: &str, text: &Option<Text>| {
        let text = text.as_ref()?;
        Some(format!("{words} {}", name(text)))
    };
    let person = on_behalf_of.as_ref().map(|person| {
        let store = person.store.as_ref();
        let store = store.map_or_else(String::new, |store| format!(" of {}", name(store)));
        format!("for Identity Center user {}{store}", name(&person.user))
    });
    let on = |is: &bool, words: &str| is.then(|| words.to_owned());
    let by = if *direct {
        "also through"
    } else {
        "only through"
    };
    [
        said("sourceIdentity", source_identity),
        person,
        said("web identity provider", web_provider),
        said("named like EC2 instance", instance),
        said(
            "credentials from instance metadata, version",
            instance_metadata,
        ),
        said("credentials issued to", issued_to),
        said("delegated from account", delegate),
        on(from_console, "credentials from the console"),
        said("sign-in session", sign_in_session),
        on(assumed_root, "root through AssumeRoot"),
        said(by, invoked_by),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What ties a step to the one before, after "tied by".
pub(super) fn because<R>(link: StepLink, step: &Step<R>) -> String {
    let mut text = format!("{} ({})", basis(link.basis), confidence(link.confidence));
    if link.candidates > 1 {
        let noun = match step.deed {
            Deed::Used { .. } => "sessions",
            Deed::Issued { .. } => "events",
        };
        text.push_str(&format!(
            "; {} {noun} fit, and this is the nearest in time",
            count(link.candidates as u64)
        ));
    }
    text
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Credential => "the same key",
        Basis::SignInSession => "the same sign-in to the console",
        Basis::ArnAndTime => "the same ARN, and the session began within seconds of the event",
        Basis::PermissionSetAndTime => "the same permission set, taken just before",
        Basis::PrincipalAndTime => {
            "the same principal, in the time that its session can have lasted"
        }
        Basis::Arn => "the same ARN; no record says when the session began",
    }
}

/// How far a link carries, in one word.
pub(super) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Strong => "strong",
        Confidence::Likely => "likely",
        Confidence::Weak => "weak",
    }
}

/// What that word means.
pub(super) fn meaning(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Strong => "the records state it",
        Confidence::Likely => "nothing else on record fits",
        Confidence::Weak => "it fits, as other things may",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trailseal_forensics::actor::Text;
    use trailseal_forensics::session::Caller;

    #[test]
    fn an_ambiguous_link_says_so() {
        let step = Step::<()> {
            actor: None,
            deed: Deed::Used {
                session: Caller {
                    name: Text::new("AKIAIOSFODNN7EXAMPLE"),
                    party: Text::new("AIDACKCEVSQ6C2EXAMPLE"),
                    created: None,
                },
                events: 1,
                created: None,
                behind: Box::default(),
            },
            events: Vec::new(),
            link: None,
        };
        let link = StepLink {
            basis: Basis::Arn,
            confidence: Confidence::Weak,
            candidates: 3,
        };
        assert_eq!(
            because(link, &step),
            "the same ARN; no record says when the session began (weak); 3 sessions fit, and this \
             is the nearest in time"
        );
    }
}
