//! Actors in words: `session ci-run-8841 of role DeployRole (111122223333)`.

use trailseal_forensics::actor::{Actor, ActorId, ActorKind};
use trailseal_forensics::session::{Subject, Target};

use super::name::name;

/// What kind of identity, as a noun before a name.
pub(super) fn kind(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Root => "root",
        ActorKind::User => "user",
        ActorKind::RoleSession | ActorKind::Role => "role",
        ActorKind::FederatedUser => "federated user",
        ActorKind::SamlUser => "SAML user",
        ActorKind::WebIdentityUser => "web identity",
        ActorKind::DirectoryUser => "directory user",
        ActorKind::IdentityCenterUser => "Identity Center user",
        ActorKind::OtherAccount => "principal",
        ActorKind::Service => "service",
        ActorKind::Unknown => "unknown identity",
    }
}

/// An actor, with its account.
pub(super) fn who(actor: &Actor) -> String {
    let called = || name(actor.name.as_deref().unwrap_or(actor.id.as_str()));
    let mut text = match (actor.kind, &actor.session) {
        (ActorKind::Root, _) => "root".to_owned(),
        (ActorKind::RoleSession, Some(session)) => {
            format!("session {} of role {}", name(session), called())
        }
        (ActorKind::RoleSession, None) => format!("a session of role {}", called()),
        (ActorKind::OtherAccount, Some(session)) => {
            format!("session {} of {}", name(session), name(actor.id.as_str()))
        }
        (other, _) => format!("{} {}", kind(other), called()),
    };
    if let Some(account) = &actor.account {
        text.push_str(&format!(" ({})", name(account)));
    }
    if let Some(service) = &actor.invoked_by
        && actor.kind != ActorKind::Service
    {
        text.push_str(&format!(" through {}", name(service)));
    }
    text
}

/// Whom something was issued for.
pub(super) fn target(target: &Target) -> String {
    let role = target.role.as_deref().map(role_name);
    let mut text = match (&target.session, role, &target.name) {
        (Some(session), Some(role), _) => {
            format!("session {} of role {}", name(session), name(role))
        }
        (None, Some(role), _) => format!("role {}", name(role)),
        (_, None, Some(user)) => format!("user {}", name(user)),
        (session, None, None) => {
            let arn = target.arn.as_deref();
            let known = arn
                .or(session.as_deref())
                .or(target.id.as_ref().map(ActorId::as_str));
            match known {
                Some(known) => name(known),
                None => "someone unnamed".to_owned(),
            }
        }
    };
    if let Some(account) = &target.account {
        text.push_str(&format!(" ({})", name(account)));
    }
    text
}

/// Who stands behind a session, outside AWS or below it.
pub(super) fn subject(subject: &Subject) -> String {
    let (what, who, of) = match subject {
        Subject::Saml { subject, provider } => ("SAML subject", subject, provider.as_ref()),
        Subject::WebIdentity { subject, provider } => ("web identity", subject, provider.as_ref()),
        Subject::Cognito { identity, provider } => {
            ("Cognito identity", identity, provider.as_ref())
        }
        Subject::Certificate { subject } => ("certificate", subject, None),
        Subject::Pod {
            service_account,
            cluster,
        } => (
            "Kubernetes service account",
            service_account,
            cluster.as_ref(),
        ),
    };
    match of {
        Some(of) => format!("{what} {} of {}", name(who), name(of)),
        None => format!("{what} {}", name(who)),
    }
}

/// The role of an ARN with its path, or the text as it is.
fn role_name(role: &str) -> &str {
    role.split_once(":role/").map_or(role, |(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trailseal_forensics::Record;

    fn of(identity: &str) -> String {
        let text = format!(r#"{{"userIdentity":{identity}}}"#);
        who(&Actor::of(&Record::parse(&text).unwrap()))
    }

    #[test]
    fn each_kind_is_named_for_people() {
        for (identity, text) in [
            (
                r#"{"type":"IAMUser","principalId":"AIDACKCEVSQ6C2EXAMPLE","accountId":"111122223333","userName":"mary.major"}"#,
                "user mary.major (111122223333)",
            ),
            (
                r#"{"type":"AssumedRole","principalId":"AROADBQP57FF2AEXAMPLE:run","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/run","accountId":"111122223333"}"#,
                "session run of role Deploy (111122223333)",
            ),
            (
                r#"{"type":"Root","principalId":"111122223333","accountId":"111122223333"}"#,
                "root (111122223333)",
            ),
            (
                r#"{"type":"AWSAccount","principalId":"AIDACKCEVSQ6C2EXAMPLE","accountId":"444455556666"}"#,
                "principal AIDACKCEVSQ6C2EXAMPLE (444455556666)",
            ),
            (
                r#"{"type":"AWSService","invokedBy":"ec2.amazonaws.com"}"#,
                "service ec2.amazonaws.com",
            ),
            ("{}", "unknown identity unknown"),
        ] {
            assert_eq!(of(identity), text);
        }
    }

    #[test]
    fn a_forged_name_stays_a_name() {
        let forged = r#"{"type":"IAMUser","userName":"x (111122223333), verified\n= proof"}"#;
        assert_eq!(
            of(forged),
            r#"user "x\u{20}(111122223333),\u{20}verified\u{a}=\u{20}proof""#
        );
    }
}
