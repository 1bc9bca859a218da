//! What `userIdentity` says, piece by piece.

use serde_json::value::RawValue;

use super::doing::is_sign_in;
use super::id::{is_account, is_unique_id};
use super::{ActorId, ActorKind, CredentialId, Mfa};
use crate::record::{Flag, Record, UserIdentity};

/// What stands for a name that may be a password typed in the wrong place.
pub(super) const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Unique id, then ARN, then the user of an identity store, then what the
/// principal is called, then the account, then the service.
pub(super) fn stable_id(identity: &UserIdentity<'_>, kind: ActorKind) -> ActorId {
    let principal = present(identity.principal_id.as_deref());
    let context = identity.session_context.as_deref();
    let issuer = context
        .and_then(|context| present(context.session_issuer.as_ref()?.principal_id.as_deref()))
        .filter(|_| kind == ActorKind::RoleSession);
    let unique = principal
        .map(|principal| split_principal(principal).0)
        .into_iter()
        .chain(issuer)
        .find(|id| is_unique_id(id));
    let named = || {
        let account = present(identity.account_id.as_deref())?;
        let name = present(identity.user_name.as_deref()).filter(|name| *name != HIDDEN)?;
        Some(format!("{account}:{name}"))
    };
    let service = present(identity.invoked_by.as_deref());
    let account = present(identity.account_id.as_deref());
    let first = unique
        .or(present(identity.arn.as_deref()))
        .map(str::to_owned)
        .or_else(|| person(identity))
        .or_else(|| principal.filter(|id| !is_account(id)).map(str::to_owned))
        .or_else(named);
    let last = match kind {
        ActorKind::Service => service.or(account),
        _ => account.or(service),
    };
    [first.as_deref(), last, principal]
        .into_iter()
        .flatten()
        .find_map(|text| ActorId::parse(text).ok())
        .unwrap_or_else(ActorId::unknown)
}

/// `STORE/USER` of `onBehalfOf`: user ids are unique in their store only.
pub(super) fn person(identity: &UserIdentity<'_>) -> Option<String> {
    let person = identity.on_behalf_of.as_deref()?;
    let user = present(person.user_id.as_deref())?;
    let store = present(person.identity_store_arn.as_deref());
    Some(match store.and_then(|arn| arn.rsplit('/').next()) {
        Some(store) => format!("{store}/{user}"),
        None => user.to_owned(),
    })
}

/// The key or portal session of an identity.
pub(super) fn credential(identity: &UserIdentity<'_>) -> Option<CredentialId> {
    credential_text(identity).and_then(|text| CredentialId::parse(text).ok())
}

/// The same, as it was written.
pub(crate) fn credential_text<'r>(identity: &'r UserIdentity<'_>) -> Option<&'r str> {
    present(identity.access_key_id.as_deref()).or(present(identity.credential_id.as_deref()))
}

pub(super) fn mfa(identity: &UserIdentity<'_>, kind: ActorKind) -> Mfa {
    let context = identity.session_context.as_deref();
    let stated = context.and_then(|context| context.attributes.as_ref()?.mfa_authenticated);
    match stated.map(Flag::is_true) {
        Some(true) => Mfa::Used,
        Some(false) if kind.has_mfa() => Mfa::NotUsed,
        _ => Mfa::Unstated,
    }
}

/// `MFAUsed` of a sign-in to the console.
pub(super) fn sign_in_with_mfa(record: &Record<'_>) -> Option<bool> {
    #[derive(serde::Deserialize)]
    struct SignIn {
        #[serde(rename = "MFAUsed")]
        used: String,
    }

    if !is_sign_in(record) {
        return None;
    }
    let data = record.additional_event_data.map(RawValue::get)?;
    let sign_in: SignIn = serde_json::from_str(data).ok()?;
    match &*sign_in.used {
        "Yes" => Some(true),
        "No" => Some(false),
        _ => None,
    }
}

/// `ID:SESSION`, or an id alone.
pub(crate) fn split_principal(principal: &str) -> (&str, Option<&str>) {
    match principal.split_once(':') {
        Some((id, session)) if is_unique_id(id) => (id, Some(session)),
        _ => (principal, None),
    }
}

/// Role and session of `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
pub(crate) fn assumed_role(arn: &str) -> Option<(&str, &str)> {
    let (_, path) = arn.split_once(":assumed-role/")?;
    path.split_once('/')
}

pub(super) fn present(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
