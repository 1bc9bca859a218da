//! Who did it: one normal form for every kind of identity.
//!
//! Reference: CloudTrail User Guide, "CloudTrail userIdentity element". What a
//! session came from is the business of [`crate::session`].

mod doing;
mod id;
mod identity;
mod roster;
mod sample;
mod stored;
mod summary;
mod text;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::record::{IdentityType, Record, UserIdentity};

pub(crate) use doing::{Doing, Times, from_console, is_of_console, is_refusal, is_sign_in};
pub use id::{ActorId, CredentialId, IdError, IdForm};
pub(crate) use id::{is_account, is_unique_id};
use identity::{HIDDEN, credential, mfa, present, sign_in_with_mfa, stable_id};
pub(crate) use identity::{assumed_role, credential_text, split_principal};
pub use roster::{Entry, Roster};
pub use sample::Sample;
pub(crate) use stored::{MAX_COUNT, count, sum};
pub use summary::{ActorSummary, MfaCounts};
pub use text::Text;

/// The actor of a record. Two records of one session have equal actors, but
/// for what a service did on its behalf (`invoked_by`).
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Actor {
    /// The most stable identifier that is stated: of a session, its role.
    pub id: ActorId,
    /// What kind of identity.
    pub kind: ActorKind,
    /// The actor's account, which may be another than the record's.
    pub account: Option<Text>,
    /// A name for people: user, role, subject, service.
    pub name: Option<Text>,
    /// The name of a role's session, chosen by whoever assumed the role.
    pub session: Option<Text>,
    /// The ARN, as it was written.
    pub arn: Option<Text>,
    /// The key that signed the request, or the session of an Identity Center
    /// portal.
    pub credential: Option<CredentialId>,
    /// Whether a second factor was used.
    pub mfa: Mfa,
    /// The service that made the call for the actor.
    pub invoked_by: Option<Text>,
}

/// What kind of identity.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// The root user, also through `AssumeRoot`.
    Root,
    /// An IAM user, with a key of its own or a temporary one.
    User,
    /// A session of a role.
    RoleSession,
    /// A role by itself.
    Role,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// A user of a SAML provider, about to become a role's session.
    SamlUser,
    /// A user of a web identity provider, about to become a role's session.
    WebIdentityUser,
    /// A user of a directory.
    DirectoryUser,
    /// A user of IAM Identity Center.
    IdentityCenterUser,
    /// A principal of another account, of which little is said.
    OtherAccount,
    /// A service.
    Service,
    /// CloudTrail does not know, or this crate does not know the type.
    Unknown,
}

/// Whether a second factor was used.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mfa {
    /// It was.
    Used,
    /// It was not.
    NotUsed,
    /// Not stated. Of federated users and roles "false" states nothing: their
    /// provider may have asked for one.
    Unstated,
}

impl Actor {
    /// The actor of a record. Of a record that names nobody, one that is
    /// unknown.
    pub fn of(record: &Record<'_>) -> Arc<Self> {
        let mut actor = Self::by_identity(record);
        if actor.mfa == Mfa::Unstated {
            let mfa = match sign_in_with_mfa(record) {
                Some(true) => Mfa::Used,
                Some(false) if actor.kind.has_mfa() => Mfa::NotUsed,
                Some(false) | None => return actor,
            };
            Arc::make_mut(&mut actor).mfa = mfa;
        }
        actor
    }

    /// What the identity of a record says alone: all, but for sign-ins.
    pub(crate) fn by_identity(record: &Record<'_>) -> Arc<Self> {
        match &record.user_identity {
            Some(identity) => Arc::clone(identity.actor(Self::of_identity)),
            None => Arc::new(Self::of_identity(&UserIdentity::default())),
        }
    }

    fn of_identity(identity: &UserIdentity<'_>) -> Self {
        let kind = ActorKind::of(identity);
        let context = identity.session_context.as_deref();
        let issuer = context.and_then(|context| context.session_issuer.as_ref());
        let principal = present(identity.principal_id.as_deref());
        let arn = present(identity.arn.as_deref());
        let (_, session) = split_principal(principal.unwrap_or_default());
        let session = match kind {
            ActorKind::RoleSession | ActorKind::OtherAccount => {
                session.or_else(|| assumed_role(arn?).map(|(_, session)| session))
            }
            _ => None,
        };
        let role = || match kind {
            ActorKind::RoleSession => issuer
                .and_then(|issuer| present(issuer.user_name.as_deref()))
                .or_else(|| assumed_role(arn?).map(|(role, _)| role)),
            _ => None,
        };
        let user_name = present(identity.user_name.as_deref()).filter(|name| *name != HIDDEN);
        let invoked_by = present(identity.invoked_by.as_deref());
        let service = (kind == ActorKind::Service).then_some(invoked_by).flatten();
        let account = present(identity.account_id.as_deref());
        let issuer_account = || present(issuer?.account_id.as_deref());
        Self {
            id: stable_id(identity, kind),
            kind,
            account: Text::of(account.or_else(issuer_account)),
            name: Text::of(user_name.or_else(role).or(service)),
            session: Text::of(session),
            arn: Text::of(arn),
            credential: credential(identity),
            mfa: mfa(identity, kind),
            invoked_by: Text::of(invoked_by),
        }
    }

    /// What an ARN alone tells, such as the one a role was switched from.
    pub(crate) fn of_arn(arn: &str) -> Self {
        let account = arn.split(':').nth(4).filter(|text| is_account(text));
        let (kind, name, session) = if let Some((role, session)) = assumed_role(arn) {
            (ActorKind::RoleSession, Some(role), Some(session))
        } else if let Some((_, path)) = arn.split_once(":user/") {
            (ActorKind::User, path.rsplit('/').next(), None)
        } else if arn.ends_with(":root") {
            (ActorKind::Root, None, None)
        } else {
            (ActorKind::Unknown, None, None)
        };
        Self {
            id: ActorId::parse(arn).unwrap_or_else(|_| ActorId::unknown()),
            kind,
            account: Text::of(account),
            name: Text::of(name),
            session: Text::of(session),
            arn: Text::of(Some(arn)),
            credential: None,
            mfa: Mfa::Unstated,
            invoked_by: None,
        }
    }

    /// Whether these are the same principal, and, of a role, the same name of
    /// a session.
    pub fn is_same_party(&self, other: &Self) -> bool {
        self.id == other.id && self.session == other.session
    }
}

impl ActorKind {
    fn of(identity: &UserIdentity<'_>) -> Self {
        let Some(stated) = &identity.identity_type else {
            // Service events may state account and service only.
            return match present(identity.invoked_by.as_deref()) {
                Some(_) => Self::Service,
                None => Self::Unknown,
            };
        };
        match stated.known() {
            Some(IdentityType::Root) => Self::Root,
            Some(IdentityType::IamUser) => Self::User,
            Some(IdentityType::AssumedRole) => Self::RoleSession,
            Some(IdentityType::Role) => Self::Role,
            Some(IdentityType::FederatedUser) => Self::FederatedUser,
            Some(IdentityType::SamlUser) => Self::SamlUser,
            Some(IdentityType::WebIdentityUser) => Self::WebIdentityUser,
            Some(IdentityType::Directory) => Self::DirectoryUser,
            Some(IdentityType::AwsAccount) => Self::OtherAccount,
            Some(IdentityType::AwsService) => Self::Service,
            Some(IdentityType::IdentityCenterUser) => Self::IdentityCenterUser,
            Some(IdentityType::Unknown) | None => Self::Unknown,
        }
    }

    /// Whether "no second factor" means that there was none.
    fn has_mfa(self) -> bool {
        matches!(self, Self::Root | Self::User)
    }
}
