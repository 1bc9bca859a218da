//! Who signed the statement, and what it says.

use serde::Deserialize;
use trailseal_keys::dsse::{Envelope, PAYLOAD_TYPE_IN_TOTO, SignatureCheck};
use trailseal_keys::signing::EvidenceKey;
use trailseal_verifier::verdict::Answer;

use super::{Check, Found, Signer};
use crate::report::bundle::statement::{Objects, PREDICATE_TYPE, STATEMENT_TYPE, Statement};
use crate::report::bundle::{PUBLIC_KEY, STATEMENT, UNSIGNED_STATEMENT};

const NAME: &str = "signature";

/// What a statement says of a bundle, as far as it is compared.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Said {
    pub(super) made: String,
    pub(super) outcome: String,
    pub(super) state: String,
    pub(super) objects: Objects,
    /// Where the objects in the bundle are named, if not in the statement.
    #[serde(default)]
    pub(super) named_in: Option<String>,
}

/// The statement, and what became of its signature.
pub(super) struct Signed {
    pub(super) check: Check,
    pub(super) signer: Option<Signer>,
    /// Of an altered or unsigned bundle as well: what it names is compared, so
    /// that the reader learns what is wrong.
    pub(super) statement: Option<Statement<Said>>,
}

impl Signed {
    fn failed(detail: String) -> Self {
        Self {
            check: Check::failed(NAME, detail).about(vec![STATEMENT.to_owned()]),
            signer: None,
            statement: None,
        }
    }
}

pub(super) fn check(found: &Found, keys: &[EvidenceKey]) -> Signed {
    let Some(json) = found.text(STATEMENT) else {
        return unsigned(found);
    };
    let envelope = match Envelope::parse(json) {
        Ok(envelope) => envelope,
        Err(error) => return Signed::failed(format!("{STATEMENT}: {error}")),
    };
    let enclosed = match keys {
        [] => enclosed(found),
        _ => Ok(None),
    };
    let enclosed = match enclosed {
        Ok(key) => key,
        Err(detail) => return Signed::failed(detail),
    };
    let tried = enclosed.as_ref().map_or(keys, std::slice::from_ref);
    let verification = envelope.verify(tried);
    let Some(payload) = verification.payload() else {
        let names: Vec<String> = tried.iter().map(|key| key.id().to_string()).collect();
        let is_named = |check: &SignatureCheck| matches!(check, SignatureCheck::Failed(_));
        let reason = if verification.checks().iter().any(is_named) {
            "names the key, which did not sign this: statement or signature were altered"
        } else {
            "is of none of the keys: somebody else signed it, or nobody"
        };
        let detail = format!("{STATEMENT}: the signature {reason} ({})", names.join(", "));
        return Signed::failed(detail);
    };
    if payload.payload_type() != PAYLOAD_TYPE_IN_TOTO {
        return Signed::failed(format!(
            "{STATEMENT}: expected the type {PAYLOAD_TYPE_IN_TOTO}, found {:?}",
            payload.payload_type()
        ));
    }
    let statement = match parse(payload.bytes()) {
        Ok(statement) => statement,
        Err(detail) => return Signed::failed(format!("{STATEMENT}: {detail}")),
    };
    let Some(key) = verification.signers().into_iter().next() else {
        return Signed::failed(format!("{STATEMENT}: no key signed it"));
    };
    let signer = match enclosed {
        Some(_) => Signer::Enclosed(key),
        None => Signer::Supplied(key),
    };
    signed(signer, statement)
}

fn signed(signer: Signer, statement: Statement<Said>) -> Signed {
    let check = match signer {
        Signer::Enclosed(key) => Check::of(
            NAME,
            Answer::Unchecked,
            format!(
                "the statement is signed by key {key}, which came with the bundle: compare that \
                 name with the examiner's over another channel, or give the key with --key"
            ),
        ),
        Signer::Supplied(key) => Check::verified(
            NAME,
            format!("the statement is signed by key {key}, which was given"),
        ),
    };
    Signed {
        check,
        signer: Some(signer),
        statement: Some(statement),
    }
}

/// A bundle without signature. Whoever holds it can change all of it.
fn unsigned(found: &Found) -> Signed {
    let Some(json) = found.text(UNSIGNED_STATEMENT) else {
        return Signed::failed(format!(
            "{STATEMENT}: missing: nothing says what belongs here"
        ));
    };
    match parse(json) {
        Err(detail) => Signed::failed(format!("{UNSIGNED_STATEMENT}: {detail}")),
        Ok(statement) => Signed {
            check: Check::of(
                NAME,
                Answer::Unchecked,
                "nobody signed this bundle: whoever held it could have changed all of it",
            ),
            signer: None,
            statement: Some(statement),
        },
    }
}

/// The key that came with the bundle.
fn enclosed(found: &Found) -> Result<Option<EvidenceKey>, String> {
    let pem = found
        .text(PUBLIC_KEY)
        .ok_or_else(|| format!("{PUBLIC_KEY}: missing, and no key was given"))?;
    let key = EvidenceKey::from_pem(pem).map_err(|error| format!("{PUBLIC_KEY}: {error}"))?;
    Ok(Some(key))
}

fn parse(json: &[u8]) -> Result<Statement<Said>, String> {
    let statement: Statement<Said> =
        serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let Statement {
        kind,
        predicate_type,
        ..
    } = &statement;
    if (kind.as_str(), predicate_type.as_str()) != (STATEMENT_TYPE, PREDICATE_TYPE) {
        return Err(format!(
            "expected a statement of type {STATEMENT_TYPE} with a predicate of type \
             {PREDICATE_TYPE}, found {kind:?} with {predicate_type:?}"
        ));
    }
    Ok(statement)
}
