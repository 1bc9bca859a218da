//! A keyring as a table, and as JSON.

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;
use trailseal_keys::{
    Fingerprint, KeyEncoding, KeySource, Keyring, KeyringWarning, Region, TrustedKey, Validity,
};

use super::page::{Colour, Ink, Page};
use super::scope::describe;
use super::visible_json;
use crate::escape::Printable;

/// For each file what it is, one row a key, and what is doubtful.
pub(crate) fn keyring_table(keyring: &Keyring, colour: Colour) -> String {
    let mut page = Page::new(colour);
    for (position, source) in keyring.sources().iter().enumerate() {
        if position > 0 {
            page.line("");
        }
        page.paragraph(0, &Printable(describe(source)).to_string());
        page.line(&format!("sha256 {}", source.sha256));
        if let Some(provenance) = &source.provenance {
            page.paragraph(0, &Printable(provenance).to_string());
        }
        let keys = || {
            keyring
                .keys()
                .iter()
                .filter(|key| key.origin() == source.origin)
        };
        let column = keys()
            .map(|key| region(key).len())
            .max()
            .unwrap_or(0)
            .max(REGION.len());
        if keys().next().is_some() {
            page.line(&format!(
                "{REGION:column$}  {:32}  BITS  FORM    {:17}  VALID TO",
                "FINGERPRINT", "VALID FROM"
            ));
        }
        for key in keys() {
            page.line(&format!(
                "{:column$}  {:32}  {:4}  {:6}  {}  {}",
                region(key),
                key.fingerprint().to_string(),
                key.public_key().modulus_bits(),
                form(key.public_key().encoding()),
                minute(key.validity().start()),
                minute(key.validity().end()),
            ));
        }
    }
    for warning in keyring.warnings() {
        page.beside(
            0,
            ("WARNING", Some(Ink::Doubtful)),
            9,
            &Printable(warning).to_string(),
        );
    }
    page.into_text()
}

const REGION: &str = "REGION";

fn region(key: &TrustedKey) -> &str {
    key.region().map_or("(every)", Region::as_str)
}

fn form(encoding: KeyEncoding) -> &'static str {
    match encoding {
        KeyEncoding::Pkcs1 => "PKCS#1",
        KeyEncoding::Spki => "SPKI",
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

/// The same as one document.
///
/// # Errors
/// None that is known of: the error of the JSON writer is passed on.
pub(crate) fn keyring_json(keyring: &Keyring) -> Result<String> {
    let document = Document {
        schema: "trailseal-keys/1",
        sources: keyring.sources(),
        warnings: keyring.warnings(),
        keys: keyring.keys().iter().map(Key::of).collect(),
    };
    visible_json::document(&document)
}

#[derive(Serialize)]
struct Document<'k> {
    schema: &'static str,
    sources: &'k [KeySource],
    warnings: &'k [KeyringWarning],
    keys: Vec<Key<'k>>,
}

#[derive(Serialize)]
struct Key<'k> {
    /// Absent if the key serves every Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'k Region>,
    fingerprint: Fingerprint,
    bits: u32,
    encoding: KeyEncoding,
    validity: Validity,
    origin: &'k str,
}

impl<'k> Key<'k> {
    fn of(key: &'k TrustedKey) -> Self {
        Self {
            region: key.region(),
            fingerprint: key.fingerprint(),
            bits: key.public_key().modulus_bits(),
            encoding: key.public_key().encoding(),
            validity: key.validity(),
            origin: key.origin(),
        }
    }
}
