//! Events that issue a credential, or open a session.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::behind::settle;
use super::evidence::EventRef;
use crate::actor::{Actor, ActorId, ActorKind, CredentialId, IdForm, Text, count};

/// One action that issued a credential or opened a session, with all its
/// records: the same action is recorded in the account of the caller and in
/// that of the target.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Issue<R> {
    /// What kind of event.
    pub kind: IssueKind,
    /// When.
    pub time: Timestamp,
    /// Its records, at most [`Issue::MAX_COPIES`], one for each account and id.
    pub copies: Vec<EventRef<R>>,
    /// How many records were seen, duplicates included.
    #[serde(deserialize_with = "count")]
    pub records: u64,
    /// Who asked, as the records say: that with most detail comes first. More
    /// than one that is not the same party is a contradiction.
    pub issuers: Vec<Actor>,
    /// The session that asked.
    pub caller: Option<Caller>,
    /// Whom it was issued for.
    pub target: Target,
    /// The key that was issued. Sign-ins to the console state none.
    pub credential: Option<CredentialId>,
    /// Until when it works.
    pub expires: Option<Timestamp>,
    /// `sourceIdentity`, which stays with all that follows.
    pub source_identity: Option<Text>,
    /// Who stands behind it, outside AWS.
    pub subject: Option<Subject>,
    /// The session of a sign-in to the console.
    pub sign_in_session: Option<Text>,
}

/// What kind of event issued it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum IssueKind {
    /// sts `AssumeRole`.
    AssumeRole,
    /// sts `AssumeRoleWithSAML`.
    AssumeRoleWithSaml,
    /// sts `AssumeRoleWithWebIdentity`.
    AssumeRoleWithWebIdentity,
    /// sts `AssumeRoot`.
    AssumeRoot,
    /// sts `GetSessionToken`.
    GetSessionToken,
    /// sts `GetFederationToken`.
    GetFederationToken,
    /// signin `GetSigninToken`: from a key to the console.
    GetSigninToken,
    /// signin `ConsoleLogin`.
    ConsoleLogin,
    /// signin `SwitchRole`.
    SwitchRole,
    /// iam `CreateAccessKey`.
    CreateAccessKey,
    /// cognito-identity `GetCredentialsForIdentity`.
    GetCredentialsForIdentity,
    /// rolesanywhere `CreateSession`.
    RolesAnywhere,
    /// eks-auth `AssumeRoleForPodIdentity`.
    PodIdentity,
    /// sso `Federate` and `GetRoleCredentials`: a permission set was taken in
    /// the portal of Identity Center.
    IdentityCenter,
}

/// A session or long-term key, as its events are known by.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caller {
    /// The key, or the principal where none is stated.
    pub name: Text,
    /// `principalId`, or the ARN.
    pub party: Text,
    /// When the session began.
    pub created: Option<Timestamp>,
}

/// Whom it was issued for.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Target {
    /// The account.
    pub account: Option<Text>,
    /// The principal: `AROA…` of a role, `AIDA…` of a user, else its ARN.
    pub id: Option<ActorId>,
    /// The ARN of the session or principal.
    pub arn: Option<Text>,
    /// The role, with its path; of Identity Center the permission set.
    pub role: Option<Text>,
    /// The name of the user.
    pub name: Option<Text>,
    /// The name of the session.
    pub session: Option<Text>,
}

/// Who stands behind a session, outside AWS or below it.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Subject {
    /// The subject of a SAML assertion.
    Saml {
        /// The subject.
        subject: Text,
        /// The issuer or provider.
        provider: Option<Text>,
    },
    /// The subject of a web identity token.
    WebIdentity {
        /// The subject.
        subject: Text,
        /// The provider.
        provider: Option<Text>,
    },
    /// An identity of a Cognito identity pool.
    Cognito {
        /// The identity.
        identity: Text,
        /// The provider it signed in with.
        provider: Option<Text>,
    },
    /// A certificate, through Roles Anywhere.
    Certificate {
        /// The ARN of its subject.
        subject: Text,
    },
    /// A service account of a Kubernetes cluster.
    Pod {
        /// `NAMESPACE/SERVICE-ACCOUNT`.
        service_account: Text,
        /// The cluster.
        cluster: Option<Text>,
    },
}

impl<R: Clone + Ord> Issue<R> {
    /// How many records of one action are kept, and how many versions of who
    /// asked. CloudTrail writes two of the one and two of the other.
    pub const MAX_COPIES: usize = 8;

    /// Who asked, as the record with most detail says.
    pub fn issuer(&self) -> Option<&Actor> {
        self.issuers.first()
    }

    /// Whether its records name different parties.
    pub fn is_contradictory(&self) -> bool {
        let pairs = self.issuers.windows(2);
        pairs
            .into_iter()
            .any(|pair| !pair[0].is_same_party(&pair[1]))
    }

    /// The same with other references.
    pub(crate) fn refer<S, E>(
        self,
        refer: &mut impl FnMut(R) -> Result<S, E>,
    ) -> Result<Issue<S>, E> {
        let copies = self.copies.into_iter().map(|copy| copy.refer(refer));
        Ok(Issue {
            kind: self.kind,
            time: self.time,
            copies: copies.collect::<Result<_, E>>()?,
            records: self.records,
            issuers: self.issuers,
            caller: self.caller,
            target: self.target,
            credential: self.credential,
            expires: self.expires,
            source_identity: self.source_identity,
            subject: self.subject,
            sign_in_session: self.sign_in_session,
        })
    }

    /// Adds another record of the same action.
    pub(super) fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.time = self.time.min(other.time);
        self.copies.extend(other.copies);
        self.copies.sort();
        self.copies
            .dedup_by(|a, b| a.id.is_some() && a.id == b.id && a.account == b.account);
        self.copies.truncate(Self::MAX_COPIES);
        self.issuers.extend(other.issuers);
        self.issuers
            .sort_by(|a, b| (detail(a), a).cmp(&(detail(b), b)));
        self.issuers.dedup();
        self.issuers.truncate(Self::MAX_COPIES);
        settle(&mut self.caller, other.caller);
        settle(&mut self.target.account, other.target.account);
        settle(&mut self.target.id, other.target.id);
        settle(&mut self.target.arn, other.target.arn);
        settle(&mut self.target.role, other.target.role);
        settle(&mut self.target.name, other.target.name);
        settle(&mut self.target.session, other.target.session);
        settle(&mut self.expires, other.expires);
        settle(&mut self.source_identity, other.source_identity);
        settle(&mut self.subject, other.subject);
        settle(&mut self.sign_in_session, other.sign_in_session);
    }
}

/// The target's copy knows the caller only by account and id.
fn detail(actor: &Actor) -> bool {
    actor.kind == ActorKind::OtherAccount
}

/// Whether an actor is whom something was issued for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Agreement {
    /// By all that is stated.
    Yes,
    /// Too little is stated.
    Unstated,
    /// They are different.
    No,
}

impl Target {
    pub(super) fn agreement(&self, actor: &Actor) -> Agreement {
        let unique = |id: &&ActorId| id.form() == IdForm::Unique;
        let checks = [
            same(self.account.as_deref(), actor.account.as_deref()),
            same(
                self.id.as_ref().filter(unique).map(ActorId::as_str),
                Some(&actor.id).filter(unique).map(ActorId::as_str),
            ),
            same(self.session.as_deref(), actor.session.as_deref()),
            same(self.name.as_deref(), actor.name.as_deref()),
        ];
        if checks.contains(&Agreement::No) {
            return Agreement::No;
        }
        let arn = same(self.arn.as_deref(), actor.arn.as_deref());
        // The account alone names root only.
        let named = if actor.kind == ActorKind::Root { 0 } else { 1 };
        let yes = checks[named..].contains(&Agreement::Yes) || arn == Agreement::Yes;
        if yes {
            Agreement::Yes
        } else {
            Agreement::Unstated
        }
    }
}

fn same(own: Option<&str>, other: Option<&str>) -> Agreement {
    match (own, other) {
        (Some(own), Some(other)) if own == other => Agreement::Yes,
        (Some(_), Some(_)) => Agreement::No,
        _ => Agreement::Unstated,
    }
}
