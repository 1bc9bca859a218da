//! The public half of a key that signs evidence.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ED25519 as ED25519_VERIFICATION};
use aws_lc_rs::signature::{ParsedPublicKey, VerificationAlgorithm};
use der::Decode as _;
use pkcs8::spki::SubjectPublicKeyInfoRef;
use thiserror::Error;

use super::algorithm::{EC, ED25519, P256, RSA, SignatureAlgorithm};
use super::key_id::KeyId;
use super::pem::{self, PUBLIC_KEY, PemError};
use crate::public_key::{KeyEncoding, PublicKey, PublicKeyError, SignatureInvalid};

/// A public key that checks evidence, in one way that follows from its kind. Two
/// keys are equal when their DER is.
///
/// As with CloudTrail's keys, trust in it is trust in where you got it: a key that
/// came with the evidence proves nothing about who signed.
#[derive(Clone)]
pub struct EvidenceKey {
    parsed: Parsed,
    id: KeyId,
}

#[derive(Clone)]
enum Parsed {
    EcdsaP256(ParsedPublicKey),
    Ed25519(ParsedPublicKey),
    Rsa(PublicKey),
}

impl EvidenceKey {
    /// Reads a key from the PEM of a SubjectPublicKeyInfo (`PUBLIC KEY`).
    ///
    /// # Errors
    /// [`EvidenceKeyError`]
    pub fn from_pem(text: &[u8]) -> Result<Self, EvidenceKeyError> {
        let block = pem::decode(text)?;
        if block.label != PUBLIC_KEY {
            return Err(PemError::label("a public key (PUBLIC KEY)", block.label).into());
        }
        Self::from_spki_der(&block.der)
    }

    /// Reads a key from the DER of a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`EvidenceKeyError`] if it is none that [`SignatureAlgorithm`] knows, or is
    /// not written as the library writes it: one key has one DER, so one id.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, EvidenceKeyError> {
        let spki =
            SubjectPublicKeyInfoRef::from_der(der).map_err(EvidenceKeyError::not_a_public_key)?;
        let parsed = match spki.algorithm.oid {
            ED25519 => Parsed::Ed25519(parse(&ED25519_VERIFICATION, der)?),
            EC if spki.algorithm.parameters_oid().ok() == Some(P256) => {
                Parsed::EcdsaP256(parse(&ECDSA_P256_SHA256_ASN1, der)?)
            }
            EC => return Err(EvidenceKeyError::Curve),
            RSA => Parsed::Rsa(rsa(der)?),
            other => {
                return Err(EvidenceKeyError::Algorithm {
                    found: other.to_string(),
                });
            }
        };
        Ok(Self {
            parsed,
            id: KeyId::of_spki(der),
        })
    }

    /// Checks a signature over a message; the library hashes the message.
    ///
    /// # Errors
    /// [`SignatureInvalid`] when this key did not sign this message, whatever the
    /// reason.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureInvalid> {
        match &self.parsed {
            Parsed::EcdsaP256(key) | Parsed::Ed25519(key) => key
                .verify_sig(message, signature)
                .map_err(|_| SignatureInvalid),
            Parsed::Rsa(key) => key.verify_pkcs1_sha256(message, signature),
        }
    }

    /// How it signs.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        match self.parsed {
            Parsed::EcdsaP256(_) => SignatureAlgorithm::EcdsaP256Sha256,
            Parsed::Ed25519(_) => SignatureAlgorithm::Ed25519,
            Parsed::Rsa(_) => SignatureAlgorithm::RsaPkcs1Sha256,
        }
    }

    /// Its name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The SubjectPublicKeyInfo.
    pub fn spki_der(&self) -> &[u8] {
        match &self.parsed {
            Parsed::EcdsaP256(key) | Parsed::Ed25519(key) => key.as_ref(),
            Parsed::Rsa(key) => key.der(),
        }
    }

    /// The same in PEM, with a line feed at its end.
    ///
    /// # Errors
    /// None that is known of: the encoder's error is passed on.
    pub fn to_pem(&self) -> Result<String, EvidenceKeyError> {
        pem::encode(PUBLIC_KEY, self.spki_der()).map_err(EvidenceKeyError::not_a_public_key)
    }
}

fn parse(
    algorithm: &'static dyn VerificationAlgorithm,
    der: &[u8],
) -> Result<ParsedPublicKey, EvidenceKeyError> {
    let key = ParsedPublicKey::new(algorithm, der).map_err(EvidenceKeyError::not_a_public_key)?;
    let written: PublicKeyX509Der<'_> = key.as_der().map_err(EvidenceKeyError::not_a_public_key)?;
    if written.as_ref() != der {
        return Err(EvidenceKeyError::NotCanonical);
    }
    Ok(key)
}

fn rsa(der: &[u8]) -> Result<PublicKey, EvidenceKeyError> {
    let key = PublicKey::from_der(der)?;
    match key.encoding() {
        KeyEncoding::Spki => Ok(key),
        KeyEncoding::Pkcs1 => Err(EvidenceKeyError::NotCanonical),
    }
}

impl PartialEq for EvidenceKey {
    fn eq(&self, other: &Self) -> bool {
        self.spki_der() == other.spki_der()
    }
}

impl Eq for EvidenceKey {}

impl fmt::Debug for EvidenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvidenceKey")
            .field("algorithm", &self.algorithm())
            .field("id", &self.id)
            .finish()
    }
}

/// What is no public key that checks evidence.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum EvidenceKeyError {
    /// A key of another algorithm.
    #[error("expected an Ed25519, ECDSA P-256 or RSA key, found one of the algorithm {found}")]
    Algorithm {
        /// Its object identifier.
        found: String,
    },
    /// A key on another elliptic curve.
    #[error("expected a key on the curve P-256, found one on another")]
    Curve,
    /// A second way to write a key.
    #[error(
        "expected a public key as `openssl pkey -pubout` writes it, found one that is written otherwise"
    )]
    NotCanonical,
    /// No public key at all.
    #[error("expected a public key (SubjectPublicKeyInfo), found none that is accepted: {reason}")]
    NotAPublicKey {
        /// The library's reason.
        reason: String,
    },
    /// No PEM, or of something else.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// An RSA key that is too small, too large or malformed.
    #[error(transparent)]
    Rsa(#[from] PublicKeyError),
}

impl EvidenceKeyError {
    #[allow(clippy::needless_pass_by_value, reason = "used with map_err")]
    fn not_a_public_key(error: impl ToString) -> Self {
        Self::NotAPublicKey {
            reason: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
