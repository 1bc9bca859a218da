//! What proves one event, collected and checked again.

use std::fmt::Display;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use trailseal_forensics::provenance::{Location, Verdict};
use trailseal_forensics::reader::Place;
use trailseal_keys::{Keyring, TrustedKey};
use trailseal_verifier::digest::{Checked, DigestClaims, Supplied, check};
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::limits::Limits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Object, Source};

use super::Sighted;
use crate::escape::Printable;
use crate::exit::Failure;

/// S3 user metadata of a digest that holds its signature in hex.
const SIGNATURE: &str = "signature";

/// One event and its proof.
pub(super) struct Proof {
    /// The record, verbatim.
    pub(super) record: String,
    /// Where it is in the content of the log.
    pub(super) place: Place,
    /// The log.
    pub(super) log: ObjectRef,
    /// Its stored bytes.
    pub(super) log_bytes: Vec<u8>,
    /// The hash of its content.
    pub(super) log_sha256: Sha256,
    /// The digest that signed for the log.
    pub(super) digest: ObjectRef,
    /// Its stored bytes.
    pub(super) digest_bytes: Vec<u8>,
    /// Its signature, in hex.
    pub(super) signature: String,
    /// The key that made the signature.
    pub(super) key: TrustedKey,
    /// The Region whose keys sign it.
    pub(super) region: String,
}

impl Proof {
    /// Collects what proves a record, and checks that it does.
    pub(super) fn of(
        sighted: Sighted,
        source: &impl Source,
        keyring: &Keyring,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let Sighted {
            provenance,
            record,
            supplied,
        } = sighted;
        let (Location::Object(log), Verdict::Verified { digest }) =
            (provenance.origin().log(), provenance.verdict())
        else {
            return Err(changed("the record is of no verified log"));
        };
        let read = |object: &ObjectRef, limit| -> Result<Object, Failure> {
            let read = source.read(object, limit);
            read.with_context(|| format!("{object}: cannot be read again"))
                .map_err(Failure::CouldNotRun)
        };
        let log_object = read(log, limits.log_stored)?;
        let (log_sha256, place) = (provenance.origin().sha256(), provenance.place());
        let mut inflater = Inflater::new();
        let content = inflater
            .inflate(&log_object.bytes, limits.log_inflated)
            .map_err(|error| changed(format!("{log}: {error}")))?;
        let within = usize::try_from(place.offset)
            .ok()
            .zip(usize::try_from(place.length).ok())
            .and_then(|(offset, length)| content.get(offset..offset.checked_add(length)?));
        if Sha256::of(content) != log_sha256 || within != Some(record.as_bytes()) {
            return Err(changed(format!("{log}: it is not what was verified")));
        }

        let digest_object = read(digest, limits.digest_stored)?;
        let signature = digest_object.metadata.get(SIGNATURE).cloned();
        let signatures: Vec<String> = signature.into_iter().chain(supplied).collect();
        let (signature, key) = signed_by(digest, &digest_object, &signatures, keyring, limits)?;
        Ok(Self {
            record,
            place,
            log: log.clone(),
            log_bytes: log_object.bytes,
            log_sha256,
            digest: digest.clone(),
            digest_bytes: digest_object.bytes,
            signature,
            region: DigestKey::parse(&digest.key)
                .map(|key| key.place.region.to_string())
                .unwrap_or_default(),
            key,
        })
    }

    /// What is said when it is written.
    pub(super) fn summary(&self, folder: &Path) -> String {
        format!(
            "PROVED  {}\n  log     {}\n  digest  {}\n  key     {} of {}\n  written to {}: verify.sh checks it with openssl\n",
            Printable(&format!("record {} of the log", self.place.index)),
            Printable(&self.log),
            Printable(&self.digest),
            self.key.fingerprint(),
            Printable(&self.region),
            Printable(folder.display()),
        )
    }
}

/// The signature that proves a digest, and the key that made it.
fn signed_by(
    at: &ObjectRef,
    object: &Object,
    signatures: &[String],
    keyring: &Keyring,
    limits: &Limits,
) -> Result<(String, TrustedKey), Failure> {
    let key = DigestKey::parse(&at.key)
        .ok_or_else(|| changed(format_args!("{at}: its key is no digest's")))?;
    let mut inflater = Inflater::new();
    let content = inflater
        .inflate(&object.bytes, limits.digest_inflated)
        .map_err(|error| changed(format!("{at}: {error}")))?;
    for signature in signatures {
        let claims =
            DigestClaims::parse(content).map_err(|error| changed(format!("{at}: {error}")))?;
        let mut metadata = object.metadata.clone();
        metadata.insert(SIGNATURE.to_owned(), signature.clone());
        let fingerprint = claims.fingerprint.to_string();
        let text = claims.signed_text();
        let checked = check(claims, at, &key, &metadata, keyring, |_| Supplied::Nothing);
        if !matches!(checked, Checked::Verified(_)) {
            continue;
        }
        let bytes = data_encoding::HEXLOWER_PERMISSIVE
            .decode(signature.as_bytes())
            .unwrap_or_default();
        let mut candidates = keyring.candidates(&key.place.region, &fingerprint);
        let signer = candidates.find(|candidate| {
            let public_key = candidate.public_key();
            public_key
                .verify_pkcs1_sha256(text.as_bytes(), &bytes)
                .is_ok()
        });
        if let Some(signer) = signer {
            return Ok((signature.clone(), signer.clone()));
        }
    }
    Err(changed(format!(
        "{at}: its signature is found neither in its metadata nor in the digest that follows"
    )))
}

fn changed(detail: impl Display) -> Failure {
    Failure::CouldNotRun(anyhow!(
        "{detail}; it changed while it was read: run the command again"
    ))
}
