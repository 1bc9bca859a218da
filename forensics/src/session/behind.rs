//! What records of a session say of who stands behind it.

use serde::{Deserialize, Serialize};

use crate::actor::{Text, assumed_role, from_console};
use crate::record::{Flag, Record};

/// What the records of a session say of who stands behind it, beside the
/// identity itself.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Behind {
    /// `sourceIdentity`: set once, kept through chained roles.
    pub source_identity: Option<Text>,
    /// The user of IAM Identity Center.
    pub on_behalf_of: Option<Person>,
    /// The web identity provider.
    pub web_provider: Option<Text>,
    /// The EC2 instance, by the name of the session. Whoever assumes a role may
    /// choose such a name too, unless [`instance_metadata`](Self::instance_metadata)
    /// is stated.
    pub instance: Option<Text>,
    /// The version of the instance metadata service that delivered the
    /// credentials.
    pub instance_metadata: Option<Text>,
    /// The resource that the credentials were issued to, such as a function.
    pub issued_to: Option<Text>,
    /// The account that a temporary delegation came from.
    pub delegate: Option<Text>,
    /// The session of a sign-in to the console.
    pub sign_in_session: Option<Text>,
    /// Whether the credentials came from the console.
    pub from_console: bool,
    /// Whether the session came from `AssumeRoot`.
    pub assumed_root: bool,
    /// The service that made calls for the principal (`invokedBy`).
    pub invoked_by: Option<Text>,
    /// Whether the principal made calls without a service in between.
    pub direct: bool,
}

/// A user of IAM Identity Center.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Person {
    /// The user's id in the identity store.
    pub user: Text,
    /// The ARN of the identity store.
    pub store: Option<Text>,
}

impl Behind {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let Some(identity) = record.user_identity.as_deref() else {
            return Self::default();
        };
        let context = identity.session_context.as_deref();
        let scope = identity.in_scope_of.as_deref();
        let delegate = identity.invoked_by_delegate.as_deref();
        let person = identity.on_behalf_of.as_deref().and_then(|person| {
            Some(Person {
                user: Text::of(person.user_id.as_deref())?,
                store: Text::of(person.identity_store_arn.as_deref()),
            })
        });
        let session = identity.arn.as_deref().and_then(assumed_role);
        let instance = session
            .map(|(_, name)| name)
            .filter(|name| is_instance(name));
        Self {
            source_identity: Text::of(context.and_then(|it| it.source_identity.as_deref())),
            on_behalf_of: person,
            web_provider: Text::of(context.and_then(|it| {
                it.web_id_federation_data
                    .as_ref()?
                    .federated_provider
                    .as_deref()
            })),
            instance: Text::of(instance),
            instance_metadata: Text::of(context.and_then(|it| it.ec2_role_delivery.as_deref())),
            issued_to: Text::of(scope.and_then(|it| {
                it.credentials_issued_to
                    .as_deref()
                    .or(it.source_arn.as_deref())
            })),
            delegate: Text::of(delegate.and_then(|it| it.account_id.as_deref())),
            sign_in_session: Text::of(context.and_then(|it| it.sign_in_session_arn.as_deref())),
            from_console: from_console(record),
            assumed_root: context
                .and_then(|it| it.assumed_root)
                .is_some_and(Flag::is_true),
            invoked_by: Text::of(identity.invoked_by.as_deref()),
            direct: identity.invoked_by.as_deref().is_none_or(str::is_empty),
        }
    }

    /// Adds what another record of the session says. Where two contradict each
    /// other, which never happens in CloudTrail, the smaller text stays, so
    /// that the order of the records does not matter.
    pub(super) fn merge(&mut self, other: Self) {
        settle(&mut self.source_identity, other.source_identity);
        settle(&mut self.on_behalf_of, other.on_behalf_of);
        settle(&mut self.web_provider, other.web_provider);
        settle(&mut self.instance, other.instance);
        settle(&mut self.instance_metadata, other.instance_metadata);
        settle(&mut self.issued_to, other.issued_to);
        settle(&mut self.delegate, other.delegate);
        settle(&mut self.sign_in_session, other.sign_in_session);
        self.from_console |= other.from_console;
        self.assumed_root |= other.assumed_root;
        settle(&mut self.invoked_by, other.invoked_by);
        self.direct |= other.direct;
    }
}

/// The one that is stated, and of two the smaller.
pub(super) fn settle<T: Ord>(own: &mut Option<T>, other: Option<T>) {
    *own = own.take().into_iter().chain(other).min();
}

pub(super) fn is_instance(name: &str) -> bool {
    name.strip_prefix("i-").is_some_and(|hex| {
        matches!(hex.len(), 8 | 17) && hex.bytes().all(|b| b.is_ascii_hexdigit())
    })
}
