//! The check of one digest, which needs no other digest.

use std::cell::RefCell;
use std::collections::BTreeMap;

use data_encoding::HEXLOWER_PERMISSIVE;
use jiff::Timestamp;
use trailseal_keys::{Keyring, SIGNING_SKEW, TrustedKey};

use super::{DigestClaims, HASH_ALGORITHM, SIGNATURE_ALGORITHM};
use crate::layout::{ChainKind, DigestKey};
use crate::object::ObjectRef;
use crate::verdict::Code;

/// S3 user metadata of a digest that holds its signature in hex.
const SIGNATURE: &str = "signature";
/// S3 user metadata of a digest that names the algorithm.
const ALGORITHM: &str = "signature-algorithm";
/// S3 user metadata of a backfill digest: when it was made, which is when its
/// key must have been valid.
const BACKFILL_TIME: &str = "backfill-generation-timestamp";

/// A digest whose signature was checked. Only [`check`] makes one.
#[derive(Clone, Debug)]
pub struct VerifiedDigest<'d> {
    claims: DigestClaims<'d>,
    signature: SignatureSource,
}

impl<'d> VerifiedDigest<'d> {
    /// What it says: all of it is signed.
    pub fn claims(&self) -> &DigestClaims<'d> {
        &self.claims
    }

    /// Where the signature that proves it was found.
    pub fn signature_source(&self) -> SignatureSource {
        self.signature
    }
}

/// Where a signature was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignatureSource {
    /// In the metadata of the digest's own object.
    Metadata,
    /// In a later digest that names this one as its predecessor.
    Successor,
}

/// What later digests say about a signature that the metadata does not hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Supplied {
    /// One of them states a signature that fits.
    Fits,
    /// A verified one states a signature, and it does not fit.
    Refuted,
    /// None states one, or only such as are not verified themselves: what
    /// they say proves nothing against this digest.
    Nothing,
}

/// What the check of one digest concluded.
#[derive(Debug)]
pub enum Checked<'d> {
    /// Signed by a key of the keyring.
    Verified(VerifiedDigest<'d>),
    /// Contradicted or not checkable. Its claims are only claims.
    Not {
        /// What it says.
        claims: DigestClaims<'d>,
        /// The reason.
        code: Code,
        /// Expected and found, in words.
        detail: String,
    },
}

impl Checked<'_> {
    fn not<'d>(claims: DigestClaims<'d>, code: Code, detail: String) -> Checked<'d> {
        Checked::Not {
            claims,
            code,
            detail,
        }
    }
}

/// Checks one digest: its place, its algorithms, its key and its signature.
///
/// `supplied` is asked only when the metadata does not settle the matter: it
/// looks into later digests for a signature (in hex) that fits this one.
pub fn check<'d>(
    claims: DigestClaims<'d>,
    at: &ObjectRef,
    key: &DigestKey,
    metadata: &BTreeMap<String, String>,
    keyring: &Keyring,
    supplied: impl FnOnce(&dyn Fn(&str) -> bool) -> Supplied,
) -> Checked<'d> {
    if let Some(detail) = misplacement(&claims, at, key) {
        return Checked::not(claims, Code::DigestMoved, detail);
    }
    if let Some(detail) = unsupported_algorithm(&claims, metadata) {
        return Checked::not(claims, Code::DigestAlgorithmUnsupported, detail);
    }
    let keys: Vec<&TrustedKey> = keyring
        .candidates(&key.place.region, &claims.fingerprint)
        .collect();
    if keys.is_empty() {
        let detail = format!(
            "signed with key {}, which the keyring does not hold for {}",
            claims.fingerprint, key.place.region
        );
        return Checked::not(claims, Code::DigestKeyUnknown, detail);
    }

    let text = claims.signed_text();
    let signers = |hex: &str| -> Vec<&TrustedKey> {
        let Ok(signature) = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()) else {
            return Vec::new();
        };
        let signed = |key: &&TrustedKey| {
            key.public_key()
                .verify_pkcs1_sha256(text.as_bytes(), &signature)
                .is_ok()
        };
        keys.iter().copied().filter(signed).collect()
    };
    let own = metadata.get(SIGNATURE);
    let mut signed_by = own.map(|hex| signers(hex)).unwrap_or_default();
    let mut signature = SignatureSource::Metadata;
    if signed_by.is_empty() {
        signature = SignatureSource::Successor;
        let found = RefCell::new(Vec::new());
        let answer = supplied(&|hex| {
            found.replace(signers(hex));
            !found.borrow().is_empty()
        });
        signed_by = found.into_inner();
        if signed_by.is_empty() {
            return if own.is_some() || answer == Supplied::Refuted {
                let detail = format!("no key {} made its signature", claims.fingerprint);
                Checked::not(claims, Code::DigestSignatureInvalid, detail)
            } else {
                let detail =
                    "no signature in its metadata, and no verified digest after it states one";
                Checked::not(claims, Code::DigestSignatureAbsent, detail.to_owned())
            };
        }
    }

    let signed_at = signing_time(&claims, key.kind, metadata);
    let in_window = |key: &&TrustedKey| key.validity().contains_within(signed_at, SIGNING_SKEW);
    if !signed_by.iter().any(in_window) {
        let windows: Vec<String> = signed_by
            .iter()
            .map(|key| format!("{} to {}", key.validity().start(), key.validity().end()))
            .collect();
        let detail = format!(
            "signed at {signed_at} with key {}, valid {}",
            claims.fingerprint,
            windows.join(" and ")
        );
        return Checked::not(claims, Code::DigestKeyOutOfWindow, detail);
    }
    Checked::Verified(VerifiedDigest { claims, signature })
}

fn misplacement(claims: &DigestClaims<'_>, at: &ObjectRef, key: &DigestKey) -> Option<String> {
    if claims.bucket != at.bucket.as_str() || claims.object != at.key {
        return Some(format!(
            "says it belongs at s3://{}/{}",
            claims.bucket, claims.object
        ));
    }
    // Which account an organization trail's digests state is not documented.
    let account = &key.place.account;
    let own_trail = key.place.root.organization().is_none();
    (own_trail && claims.account != account.as_str()).then(|| {
        format!(
            "says it belongs to account {}, its path says {account}",
            claims.account
        )
    })
}

fn unsupported_algorithm(
    claims: &DigestClaims<'_>,
    metadata: &BTreeMap<String, String>,
) -> Option<String> {
    let named = [
        Some(claims.signature_algorithm.as_ref()),
        metadata.get(ALGORITHM).map(String::as_str),
    ];
    if let Some(other) = named
        .into_iter()
        .flatten()
        .find(|name| *name != SIGNATURE_ALGORITHM)
    {
        return Some(format!(
            "signed with {other:?}, expected {SIGNATURE_ALGORITHM}"
        ));
    }
    let previous = claims.previous.as_ref()?;
    (previous.hash_algorithm != HASH_ALGORITHM).then(|| {
        format!(
            "its predecessor is hashed with {:?}, expected {HASH_ALGORITHM}",
            previous.hash_algorithm
        )
    })
}

/// An hourly digest is signed when its window ends; a backfill digest when it
/// is generated, which only its metadata tells. Without that, the end of the
/// window is the earliest it can have been.
fn signing_time(
    claims: &DigestClaims<'_>,
    kind: ChainKind,
    metadata: &BTreeMap<String, String>,
) -> Timestamp {
    match kind {
        ChainKind::Hourly => claims.end,
        ChainKind::Backfill => metadata
            .get(BACKFILL_TIME)
            .and_then(|text| text.parse().ok())
            // Metadata is not signed: it may not claim a time before the window's end.
            .filter(|at: &Timestamp| at.duration_since(claims.end) >= -SIGNING_SKEW)
            .unwrap_or(claims.end),
    }
}
