//! What of a record can be looked for and counted.

use std::ops::ControlFlow;

use crate::record::{IdentityType, Open, Record, Resource, UserIdentity};

/// One thing that a record says. The first eight are the `AttributeKey`s of
/// `LookupEvents`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Attribute {
    /// The access key that signed the request.
    AccessKeyId,
    /// `eventID`.
    EventId,
    /// `eventName`.
    EventName,
    /// `eventSource`; `s3` stands for `s3.amazonaws.com`.
    EventSource,
    /// `readOnly`: `true` for reads, `false` for writes.
    ReadOnly,
    /// A resource: its ARN, its name within that, or a string of the request or
    /// the answer. `LookupEvents` has names for each action, by a list that AWS
    /// does not publish; a name that the record does not spell is not found.
    ResourceName,
    /// The type of a resource, such as `AWS::S3::Object`.
    ResourceType,
    /// What `LookupEvents` calls the user; see [`username`].
    Username,
    /// `errorCode`; `*` for any error.
    ErrorCode,
    /// `sourceIPAddress`: an address, a network such as `198.51.100.0/24`, or
    /// the name of a service.
    Address,
    /// The account that received the record.
    Account,
    /// The Region.
    Region,
    /// Who, by any of their identifiers or names: those of the user or role
    /// and of who stands behind it.
    Actor,
    /// The session: its name, its ARN, the sign-in to the console or to the
    /// portal of Identity Center that it belongs to.
    Session,
    /// `userAgent`.
    UserAgent,
    /// `eventCategory`.
    EventCategory,
}

impl Attribute {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::AccessKeyId,
        Self::EventId,
        Self::EventName,
        Self::EventSource,
        Self::ReadOnly,
        Self::ResourceName,
        Self::ResourceType,
        Self::Username,
        Self::ErrorCode,
        Self::Address,
        Self::Account,
        Self::Region,
        Self::Actor,
        Self::Session,
        Self::UserAgent,
        Self::EventCategory,
    ];

    /// Its name, as `LookupEvents` spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessKeyId => "AccessKeyId",
            Self::EventId => "EventId",
            Self::EventName => "EventName",
            Self::EventSource => "EventSource",
            Self::ReadOnly => "ReadOnly",
            Self::ResourceName => "ResourceName",
            Self::ResourceType => "ResourceType",
            Self::Username => "Username",
            Self::ErrorCode => "ErrorCode",
            Self::Address => "Address",
            Self::Account => "Account",
            Self::Region => "Region",
            Self::Actor => "Actor",
            Self::Session => "Session",
            Self::UserAgent => "UserAgent",
            Self::EventCategory => "EventCategory",
        }
    }

    /// The attribute of this name, whatever its case.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|attribute| attribute.as_str().eq_ignore_ascii_case(name))
    }

    /// Visits what a record says of it, the most lasting identifier first.
    /// Nothing empty.
    pub(super) fn each<'r>(
        self,
        record: &'r Record<'_>,
        visit: &mut dyn FnMut(&'r str) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let identity = record.user_identity.as_deref();
        let resources = record.resources.as_deref().unwrap_or_default();
        let mut some = |text: Option<&'r str>| match text {
            Some(text) if !text.is_empty() => visit(text),
            _ => ControlFlow::Continue(()),
        };
        match self {
            Self::AccessKeyId => some(identity.and_then(|who| who.access_key_id.as_deref())),
            Self::EventId => some(record.id()),
            Self::EventName => some(record.event_name.as_deref()),
            Self::EventSource => some(record.event_source.as_deref()),
            Self::ReadOnly => some(record.read_only.map(|flag| match flag.is_true() {
                true => "true",
                false => "false",
            })),
            Self::ResourceName => resources
                .iter()
                .try_for_each(|resource| some(arn(resource))),
            Self::ResourceType => resources
                .iter()
                .try_for_each(|resource| some(resource.resource_type.as_deref())),
            Self::Username => some(username(record)),
            Self::ErrorCode => some(record.error_code.as_deref()),
            Self::Address => some(record.source_ip_address.as_deref()),
            Self::Account => some(record.account()),
            Self::Region => some(record.aws_region.as_deref()),
            Self::Actor => identity.map_or(ControlFlow::Continue(()), |who| {
                actor(who).into_iter().try_for_each(some)
            }),
            Self::Session => identity.map_or(ControlFlow::Continue(()), |who| {
                session(who).into_iter().try_for_each(some)
            }),
            Self::UserAgent => some(record.user_agent.as_deref()),
            Self::EventCategory => {
                let category = record.event_category.as_ref();
                some(category.map(Open::text))
            }
        }
    }
}

/// The ARN of a resource, or what its ARNs begin with.
pub(crate) fn arn<'r>(resource: &'r Resource<'_>) -> Option<&'r str> {
    resource.arn.as_deref().or(resource.arn_prefix.as_deref())
}

/// The user's name as `LookupEvents` prints it: `userName`; of a role's
/// session the name of the session; of the root user `root`.
pub fn username<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let identity = record.user_identity.as_deref()?;
    let kind = identity.identity_type.as_ref().and_then(Open::known);
    if kind == Some(IdentityType::Root) {
        return Some("root");
    }
    let name = identity.user_name.as_deref();
    name.filter(|name| !name.is_empty())
        .or_else(|| session_name(identity))
}

/// What follows the colon in `principalId`.
fn session_name<'r>(identity: &'r UserIdentity<'_>) -> Option<&'r str> {
    let (_, name) = identity.principal_id.as_deref()?.split_once(':')?;
    Some(name)
}

fn actor<'r>(identity: &'r UserIdentity<'_>) -> [Option<&'r str>; 11] {
    let context = identity.session_context.as_deref();
    let issuer = context.and_then(|context| context.session_issuer.as_ref());
    let behind = identity.on_behalf_of.as_deref();
    let principal = identity.principal_id.as_deref();
    [
        issuer.and_then(|issuer| issuer.principal_id.as_deref()),
        principal.map(|id| id.split_once(':').map_or(id, |(id, _)| id)),
        issuer.and_then(|issuer| issuer.arn.as_deref()),
        identity.arn.as_deref(),
        principal,
        identity.user_name.as_deref(),
        issuer.and_then(|issuer| issuer.user_name.as_deref()),
        behind.and_then(|behind| behind.user_id.as_deref()),
        context.and_then(|context| context.source_identity.as_deref()),
        session_name(identity),
        identity.invoked_by.as_deref(),
    ]
}

fn session<'r>(identity: &'r UserIdentity<'_>) -> [Option<&'r str>; 5] {
    let context = identity.session_context.as_deref();
    let kind = identity.identity_type.as_ref().and_then(Open::known);
    let is_session = matches!(
        kind,
        Some(IdentityType::AssumedRole | IdentityType::FederatedUser)
    );
    [
        session_name(identity),
        identity.arn.as_deref().filter(|_| is_session),
        identity.principal_id.as_deref().filter(|_| is_session),
        context.and_then(|context| context.sign_in_session_arn.as_deref()),
        identity.credential_id.as_deref(),
    ]
}
