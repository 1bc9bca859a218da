//! A public key that checks evidence, as PEM and as JSON.

use anyhow::Result;
use serde::Serialize;
use trailseal_keys::signing::{EvidenceKey, KeyId, SignatureAlgorithm};

use super::visible_json;

/// PEM, after a line for people: RFC 7468, section 2, has readers pass over it.
///
/// # Errors
/// None that is known of: the encoder's error is passed on.
pub(crate) fn evidence_key_pem(key: &EvidenceKey) -> Result<String> {
    Ok(format!(
        "{} key {}\n{}",
        key.algorithm(),
        key.id(),
        key.to_pem()?
    ))
}

/// The same as one document.
///
/// # Errors
/// None that is known of: the errors of the writers are passed on.
pub(crate) fn evidence_key_json(key: &EvidenceKey) -> Result<String> {
    let document = Document {
        schema: "trailseal-evidence-key/1",
        id: key.id(),
        algorithm: key.algorithm(),
        public_key: key.to_pem()?,
    };
    let mut text = Vec::new();
    visible_json::write_indented(&mut text, &document)?;
    text.push(b'\n');
    Ok(String::from_utf8(text)?)
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    id: KeyId,
    algorithm: SignatureAlgorithm,
    public_key: String,
}
