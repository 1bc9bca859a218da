//! From a record to what it issued.
//!
//! Shapes: IAM User Guide, "Logging IAM and AWS STS API calls with CloudTrail";
//! CloudTrail User Guide, "AWS Management Console sign-in events"; IAM Roles
//! Anywhere User Guide, "CreateSession API"; EKS Auth API Reference,
//! "AssumeRoleForPodIdentity"; Amazon Cognito Developer Guide, "Logging API
//! calls"; IAM Identity Center User Guide, "Sign-in events".

use std::borrow::Cow;
use std::sync::Arc;

use super::behind::Behind;
use super::evidence::EventRef;
use super::forms::{account_of, expiry, session_arn};
use super::issue::{Issue, IssueKind, Subject, Target};
use super::json::Members;
use super::usage::Key;
use crate::actor::{Actor, ActorId, CredentialId, Text, assumed_role, split_principal};
use crate::record::Record;

impl IssueKind {
    /// What a record issues, going by its name.
    pub(super) fn of(record: &Record<'_>) -> Option<Self> {
        let source = record.event_source.as_deref()?;
        let (service, _) = source.split_once(".amazonaws.com")?;
        Some(match (service, record.event_name.as_deref()?) {
            ("sts", "AssumeRole") => Self::AssumeRole,
            ("sts", "AssumeRoleWithSAML") => Self::AssumeRoleWithSaml,
            ("sts", "AssumeRoleWithWebIdentity") => Self::AssumeRoleWithWebIdentity,
            ("sts", "AssumeRoot") => Self::AssumeRoot,
            ("sts", "GetSessionToken") => Self::GetSessionToken,
            ("sts", "GetFederationToken") => Self::GetFederationToken,
            ("signin", "GetSigninToken") => Self::GetSigninToken,
            ("signin", "ConsoleLogin") => Self::ConsoleLogin,
            ("signin", "SwitchRole") => Self::SwitchRole,
            ("iam", "CreateAccessKey") => Self::CreateAccessKey,
            ("cognito-identity", "GetCredentialsForIdentity") => Self::GetCredentialsForIdentity,
            ("rolesanywhere", "CreateSession") => Self::RolesAnywhere,
            ("eks-auth", "AssumeRoleForPodIdentity") => Self::PodIdentity,
            ("sso", "Federate" | "GetRoleCredentials") => Self::IdentityCenter,
            _ => return None,
        })
    }
}

/// What a record issued, if it did. `event` refers to it.
pub(super) fn issue<R: Clone + Ord>(
    record: &Record<'_>,
    kind: IssueKind,
    event: EventRef<R>,
) -> Option<Issue<R>> {
    let parts = Parts::of(record);
    if record.error_code.is_some() || !parts.succeeded(kind) {
        return None;
    }
    let switched = kind == IssueKind::SwitchRole;
    let behind = Behind::of(record);
    let actor = Arc::unwrap_or_clone(Actor::of(record));
    let issuer = match parts.data.text("SwitchFrom").filter(|_| switched) {
        Some(from) => Some(Actor::of_arn(&from)),
        None => (!switched).then(|| actor.clone()),
    };
    let answer = parts.answer(kind);
    let credentials = answer.object("credentials");
    let credential = match kind {
        // The new session is the one the record itself is of.
        IssueKind::SwitchRole => actor.credential.clone(),
        IssueKind::ConsoleLogin | IssueKind::IdentityCenter => None,
        IssueKind::CreateAccessKey => credential(&answer.object("accessKey")),
        _ => credential(&credentials),
    };
    let source_identity = answer
        .text("sourceIdentity")
        .or_else(|| parts.request.text("sourceIdentity"));
    Some(Issue {
        kind,
        time: event.time,
        copies: vec![event],
        records: 1,
        issuers: issuer.into_iter().collect(),
        caller: Key::of(record).filter(|_| !switched).map(Key::to_caller),
        target: parts.target(kind, record, &actor),
        credential,
        expires: credentials.text("expiration").as_deref().and_then(expiry),
        source_identity: Text::of(source_identity.as_deref()).or(behind.source_identity),
        subject: parts.subject(kind, record),
        sign_in_session: behind.sign_in_session,
    })
}

/// The raw members of a record that issuing events are told by.
struct Parts<'a> {
    request: Members<'a>,
    response: Members<'a>,
    data: Members<'a>,
    details: Members<'a>,
}

impl<'a> Parts<'a> {
    fn of(record: &Record<'a>) -> Self {
        Self {
            request: Members::of(record.request_parameters),
            response: Members::of(record.response_elements),
            data: Members::of(record.additional_event_data),
            details: Members::of(record.service_event_details),
        }
    }

    /// Sign-ins have no error code: their answer says how they ended.
    fn succeeded(&self, kind: IssueKind) -> bool {
        let name = match kind {
            IssueKind::ConsoleLogin => "ConsoleLogin",
            IssueKind::SwitchRole => "SwitchRole",
            _ => return true,
        };
        self.response.text(name).as_deref() == Some("Success")
    }

    /// Where the answer with the credentials is.
    fn answer(&self, kind: IssueKind) -> Members<'a> {
        let nested = self.response.object("credentialSet");
        match kind {
            IssueKind::RolesAnywhere => nested,
            _ => self.response.clone(),
        }
    }

    fn target(&self, kind: IssueKind, record: &Record<'_>, actor: &Actor) -> Target {
        match kind {
            IssueKind::GetSessionToken
            | IssueKind::GetSigninToken
            | IssueKind::ConsoleLogin
            | IssueKind::SwitchRole => Target {
                account: actor.account.clone(),
                id: Some(actor.id.clone()),
                arn: actor.arn.clone(),
                role: None,
                name: actor.name.clone(),
                session: actor.session.clone(),
            },
            IssueKind::GetFederationToken => {
                let user = self.response.object("federatedUser");
                let arn = user.text("arn");
                Target {
                    account: actor.account.clone(),
                    id: arn.as_deref().and_then(|arn| ActorId::parse(arn).ok()),
                    arn: Text::of(arn.as_deref()),
                    ..Target::default()
                }
            }
            IssueKind::CreateAccessKey => {
                let key = self.response.object("accessKey");
                let name = key
                    .text("userName")
                    .or_else(|| self.request.text("userName"));
                Target {
                    account: Text::of(record.account()).or(actor.account.clone()),
                    name: Text::of(name.as_deref()).or(actor.name.clone()),
                    ..Target::default()
                }
            }
            IssueKind::AssumeRoot => {
                let root = self.request.text("targetPrincipal");
                let root = root.as_deref();
                let account = root.map(|text| account_of(text).unwrap_or(text));
                Target {
                    account: Text::of(account),
                    ..Target::default()
                }
            }
            IssueKind::IdentityCenter => {
                let named = |name| self.details.text(name).or_else(|| self.request.text(name));
                let account = named("account_id").or_else(|| named("accountId"));
                let role = named("role_name").or_else(|| named("roleName"));
                Target {
                    account: Text::of(account.as_deref()),
                    role: Text::of(role.as_deref()),
                    ..Target::default()
                }
            }
            _ => self.role_session(kind, record),
        }
    }

    fn role_session(&self, kind: IssueKind, record: &Record<'_>) -> Target {
        let answer = self.answer(kind);
        let assumed = answer.object("assumedRoleUser");
        let id = assumed
            .text("assumedRoleId")
            .or_else(|| assumed.text("assumeRoleId"));
        let id = id.as_deref().map(split_principal);
        let role = self
            .request
            .text("roleArn")
            .or_else(|| answer.text("roleArn"))
            .or_else(|| role_of_resources(record).map(Cow::Borrowed));
        let asked = self.request.text("roleSessionName");
        let arn = assumed
            .text("arn")
            .or_else(|| session_arn(role.as_deref()?, asked.as_deref()?).map(Cow::Owned));
        let session = id
            .and_then(|(_, session)| session)
            .or_else(|| arn.as_deref().and_then(assumed_role).map(|(_, name)| name));
        let account = arn.as_deref().or(role.as_deref()).and_then(account_of);
        Target {
            account: Text::of(account),
            id: id.and_then(|(id, _)| ActorId::parse(id).ok()),
            arn: Text::of(arn.as_deref()),
            role: Text::of(role.as_deref()),
            name: None,
            session: Text::of(session),
        }
    }

    fn subject(&self, kind: IssueKind, record: &Record<'_>) -> Option<Subject> {
        let identity = record.user_identity.as_deref();
        let user = identity.and_then(|it| it.user_name.as_deref());
        let provider = identity.and_then(|it| Text::of(it.identity_provider.as_deref()));
        let text = |name| Text::of(self.response.text(name).as_deref());
        match kind {
            IssueKind::AssumeRoleWithSaml => Some(Subject::Saml {
                subject: text("subject").or_else(|| Text::of(user))?,
                provider: provider.or_else(|| text("issuer")),
            }),
            IssueKind::AssumeRoleWithWebIdentity => Some(Subject::WebIdentity {
                subject: text("subjectFromWebIdentityToken").or_else(|| Text::of(user))?,
                provider: text("provider").or(provider),
            }),
            IssueKind::GetCredentialsForIdentity => Some(Subject::Cognito {
                identity: text("identityId")
                    .or_else(|| Text::of(self.request.text("identityId").as_deref()))?,
                provider: Text::of(self.request.object("logins").first_name()),
            }),
            IssueKind::RolesAnywhere => Some(Subject::Certificate {
                subject: text("subjectArn")?,
            }),
            IssueKind::PodIdentity => {
                let subject = self.response.object("subject");
                let namespace = subject.text("namespace")?;
                let account = subject.text("serviceAccount")?;
                Some(Subject::Pod {
                    service_account: Text::new(&format!("{namespace}/{account}")),
                    cluster: Text::of(self.request.text("clusterName").as_deref()),
                })
            }
            _ => None,
        }
    }
}

fn credential(members: &Members<'_>) -> Option<CredentialId> {
    CredentialId::parse(&members.text("accessKeyId")?).ok()
}

/// `resources` name the role where the parameters were too large to keep.
fn role_of_resources<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let mut resources = record.resources.iter().flatten();
    resources
        .find(|it| it.resource_type.as_deref() == Some("AWS::IAM::Role"))?
        .arn
        .as_deref()
}
