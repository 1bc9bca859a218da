//! `userIdentity` (CloudTrail User Guide, "CloudTrail userIdentity element").

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::field::{Field, object};
use super::oddity::{Notes, Path};
use super::value::{Flag, IdentityType, Open};
use crate::actor::Actor;

/// An identity that several records may share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SharedIdentity<'a>(Arc<Known<'a>>);

/// An identity, and the actor it is, once somebody asked.
#[derive(Debug)]
struct Known<'a> {
    identity: UserIdentity<'a>,
    actor: OnceLock<Arc<Actor>>,
    number: Option<usize>,
}

impl SharedIdentity<'_> {
    /// Which one of a file it is, to the letter, if it is kept to be shared:
    /// counted from 0.
    pub(crate) fn number(&self) -> Option<usize> {
        self.0.number
    }

    /// The actor that this identity says: told once for all records that share it.
    pub(crate) fn actor(&self, tell: impl FnOnce(&UserIdentity<'_>) -> Actor) -> &Arc<Actor> {
        let Known {
            identity, actor, ..
        } = &*self.0;
        actor.get_or_init(|| Arc::new(tell(identity)))
    }
}

impl<'a> Deref for SharedIdentity<'a> {
    type Target = UserIdentity<'a>;

    fn deref(&self) -> &Self::Target {
        &self.0.identity
    }
}

impl Serialize for SharedIdentity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.identity.serialize(serializer)
    }
}

/// Identities that were read before in the same file: a few of them make most
/// of its records, and each is the better part of reading one.
#[derive(Debug, Default)]
pub(crate) struct Identities<'a>(HashMap<&'a str, SharedIdentity<'a>, RandomState>);

/// How many are kept, and of how many bytes each: whoever wrote the records
/// chooses both.
const MAX_KEPT: usize = 512;
const MAX_BYTES: usize = 4096;

impl<'a> Field<'a> for SharedIdentity<'a> {
    const EXPECTED: &'static str = UserIdentity::EXPECTED;

    fn read(raw: &'a RawValue, at: &Path<'_>, notes: &mut Notes<'a>) -> Option<Self> {
        let known = notes.identities.as_ref();
        if let Some(identity) = known.and_then(|known| known.0.get(raw.get())) {
            return Some(identity.clone());
        }
        let before = notes.count();
        let identity = UserIdentity::read(raw, at, notes)?;
        // What is odd about one is noted for each record.
        let is_kept = notes.count() == before && raw.get().len() <= MAX_BYTES;
        let kept = notes.identities.as_mut().filter(|_| is_kept);
        let mut kept = kept.filter(|Identities(known)| known.len() < MAX_KEPT);
        let identity = Self(Arc::new(Known {
            identity,
            actor: OnceLock::new(),
            number: kept.as_ref().map(|Identities(known)| known.len()),
        }));
        if let Some(Identities(known)) = &mut kept {
            known.insert(raw.get(), identity.clone());
        }
        Some(identity)
    }
}

object! {
    /// Who made a call. A service event may hold only `accountId` and
    /// `invokedBy`, without a type.
    UserIdentity {
        /// What kind of identity.
        identity_type: "type" => Open<'a, IdentityType>,
        /// `AIDA…` of a user, `AROA…:session` of a role's session,
        /// `account:name` of a federated user, the account of root.
        principal_id: "principalId" => Cow<'a, str>,
        /// Its ARN. That of a role's session lacks the role's path.
        arn: "arn" => Cow<'a, str>,
        /// Its account. May be empty.
        account_id: "accountId" => Cow<'a, str>,
        /// The key that signed the request. May be empty.
        access_key_id: "accessKeyId" => Cow<'a, str>,
        /// The user; of root the account's alias.
        user_name: "userName" => Cow<'a, str>,
        /// The session whose temporary credentials were used.
        session_context: "sessionContext" => Box<SessionContext<'a>>,
        /// The service that made the call for the principal.
        invoked_by: "invokedBy" => Cow<'a, str>,
        /// Temporary delegation: who was delegated to.
        invoked_by_delegate: "invokedByDelegate" => Box<Delegate<'a>>,
        /// The SAML or web identity provider.
        identity_provider: "identityProvider" => Cow<'a, str>,
        /// The user of IAM Identity Center.
        on_behalf_of: "onBehalfOf" => Box<OnBehalfOf<'a>>,
        /// Groups the events of one session of an Identity Center portal.
        credential_id: "credentialId" => Cow<'a, str>,
        /// The resource that the credentials were issued to.
        in_scope_of: "inScopeOf" => Box<InScopeOf<'a>>,
    }
}

object! {
    /// `sessionContext`.
    SessionContext {
        /// Who issued the session. May be an empty object.
        session_issuer: "sessionIssuer" => SessionIssuer<'a>,
        /// Who stood behind a session of a web identity. May be an empty object.
        web_id_federation_data: "webIdFederationData" => WebIdFederationData<'a>,
        /// When it began, and whether with a second factor.
        attributes: "attributes" => SessionAttributes<'a>,
        /// Set once, and kept through chained roles.
        source_identity: "sourceIdentity" => Cow<'a, str>,
        /// Whether the session came from `AssumeRoot`.
        assumed_root: "assumedRoot" => Flag,
        /// The version of the instance metadata service, "1.0" or "2.0".
        ec2_role_delivery: "ec2RoleDelivery" => Cow<'a, str>,
        /// Groups the events of one sign-in to the console.
        sign_in_session_arn: "signInSessionArn" => Cow<'a, str>,
    }
}

object! {
    /// `sessionIssuer`: the role or user that issued a session.
    SessionIssuer {
        /// `Role`, `IAMUser` or `Root`.
        issuer_type: "type" => Open<'a, IdentityType>,
        /// Its unique id: `AROA…`, `AIDA…`.
        principal_id: "principalId" => Cow<'a, str>,
        /// Its ARN, with the role's path.
        arn: "arn" => Cow<'a, str>,
        /// Its account.
        account_id: "accountId" => Cow<'a, str>,
        /// The name of the role or user.
        user_name: "userName" => Cow<'a, str>,
    }
}

object! {
    /// `attributes` of a session.
    SessionAttributes {
        /// When the credentials were issued.
        creation_date: "creationDate" => Cow<'a, str>,
        /// Whether with a second factor. Always false for federated users,
        /// whatever their provider asked of them.
        mfa_authenticated: "mfaAuthenticated" => Flag,
    }
}

object! {
    /// `webIdFederationData`.
    WebIdFederationData {
        /// The provider.
        federated_provider: "federatedProvider" => Cow<'a, str>,
        /// What the provider said of the user.
        attributes: "attributes" => &'a RawValue,
    }
}

object! {
    /// `invokedByDelegate`.
    Delegate {
        /// The account.
        account_id: "accountId" => Cow<'a, str>,
    }
}

object! {
    /// `onBehalfOf`.
    OnBehalfOf {
        /// The user's id in the identity store.
        user_id: "userId" => Cow<'a, str>,
        /// The identity store.
        identity_store_arn: "identityStoreArn" => Cow<'a, str>,
    }
}

object! {
    /// `inScopeOf`.
    InScopeOf {
        /// The resource that made the service act, such as a function.
        source_arn: "sourceArn" => Cow<'a, str>,
        /// Its account.
        source_account: "sourceAccount" => Cow<'a, str>,
        /// What kind of resource issued the credentials.
        issuer_type: "issuerType" => Cow<'a, str>,
        /// The resource that they were issued to.
        credentials_issued_to: "credentialsIssuedTo" => Cow<'a, str>,
    }
}
