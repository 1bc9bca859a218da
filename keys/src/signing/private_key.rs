//! A private key in memory.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use der::Decode as _;
use pkcs8::PrivateKeyInfo;
use thiserror::Error;
use zeroize::Zeroizing;

use super::algorithm::{EC, ED25519, KeyKind, P256, RSA};
use super::evidence_key::{EvidenceKey, EvidenceKeyError};
use super::passphrase::Passphrase;
use super::pbes2;
use super::pem::{self, ENCRYPTED_PRIVATE_KEY, PRIVATE_KEY};
use super::signer::{SignError, Signer};

/// A private key that signs evidence, and its public half.
pub struct PrivateKey {
    pair: Pair,
    public: EvidenceKey,
}

enum Pair {
    EcdsaP256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    /// Makes a new key, from aws-lc's generator of random numbers.
    ///
    /// # Errors
    /// [`PrivateKeyError::Library`] if there is no randomness.
    pub fn generate(kind: KeyKind) -> Result<Self, PrivateKeyError> {
        Self::of(match kind {
            KeyKind::EcdsaP256 => {
                Pair::EcdsaP256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)?)
            }
            KeyKind::Ed25519 => Pair::Ed25519(Ed25519KeyPair::generate()?),
            KeyKind::Rsa3072 => Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa3072)?),
        })
    }

    /// Reads a key from the DER of a PKCS#8 `PrivateKeyInfo`.
    ///
    /// # Errors
    /// [`PrivateKeyError`] if it is none, or of another kind than [`KeyKind`]; RSA
    /// keys may have 2048 to 8192 bits.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let algorithm = PrivateKeyInfo::from_der(der)
            .map_err(PrivateKeyError::not_a_private_key)?
            .algorithm;
        Self::of(match algorithm.oid {
            ED25519 => Pair::Ed25519(Ed25519KeyPair::from_pkcs8(der)?),
            EC if algorithm.parameters_oid().ok() == Some(P256) => Pair::EcdsaP256(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, der)?,
            ),
            EC => return Err(EvidenceKeyError::Curve.into()),
            RSA => Pair::Rsa(RsaKeyPair::from_pkcs8(der)?),
            other => {
                let found = other.to_string();
                return Err(EvidenceKeyError::Algorithm { found }.into());
            }
        })
    }

    fn of(pair: Pair) -> Result<Self, PrivateKeyError> {
        let spki: PublicKeyX509Der<'_> = match &pair {
            Pair::EcdsaP256(pair) => pair.public_key().as_der(),
            Pair::Ed25519(pair) => pair.public_key().as_der(),
            Pair::Rsa(pair) => pair.public_key().as_der(),
        }?;
        let public = EvidenceKey::from_spki_der(spki.as_ref())?;
        Ok(Self { pair, public })
    }

    /// The key in PEM, encrypted with a passphrase.
    ///
    /// # Errors
    /// [`PrivateKeyError::Library`] if there is no randomness.
    pub fn to_encrypted_pem(&self, passphrase: &Passphrase) -> Result<String, PrivateKeyError> {
        let encrypted = pbes2::encrypt(&self.to_pkcs8_der()?, passphrase)?;
        pem::encode(ENCRYPTED_PRIVATE_KEY, &encrypted).map_err(PrivateKeyError::not_a_private_key)
    }

    /// The key in PEM, for whoever reads it to use.
    ///
    /// # Errors
    /// None that is known of: the library's errors are passed on.
    pub fn to_unprotected_pem(&self) -> Result<Zeroizing<String>, PrivateKeyError> {
        pem::encode(PRIVATE_KEY, &self.to_pkcs8_der()?)
            .map(Zeroizing::new)
            .map_err(PrivateKeyError::not_a_private_key)
    }

    /// Version 1 for all: OpenSSL reads no other of Ed25519.
    fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let bytes = |der: &[u8]| Zeroizing::new(der.to_vec());
        match &self.pair {
            Pair::EcdsaP256(pair) => pair.to_pkcs8v1().map(|der| bytes(der.as_ref())),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map(|der| bytes(der.as_ref())),
            Pair::Rsa(pair) => {
                let der: Pkcs8V1Der<'_> = pair.as_der()?;
                Ok(bytes(der.as_ref()))
            }
        }
    }
}

impl Signer for PrivateKey {
    fn public(&self) -> &EvidenceKey {
        &self.public
    }

    fn sign_unchecked(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::EcdsaP256(pair) => pair.sign(&random, message).map(|s| s.as_ref().to_vec()),
            Pair::Ed25519(pair) => pair.try_sign(message).map(|s| s.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map(|()| signature)
            }
        };
        signature.map_err(|Unspecified| SignError::Library {
            key: self.public.id(),
        })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// What is no private key that signs evidence.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// aws-lc failed where it should not: it has no randomness or no memory.
    #[error("aws-lc could not do its work: it has no randomness or no memory")]
    Library,
    /// No private key at all.
    #[error("expected a private key (PKCS#8), found none that is accepted: {reason}")]
    NotAPrivateKey {
        /// The library's reason.
        reason: String,
    },
    /// Its public half is none that checks evidence.
    #[error(transparent)]
    Public(#[from] EvidenceKeyError),
}

impl PrivateKeyError {
    #[allow(clippy::needless_pass_by_value, reason = "used with map_err")]
    fn not_a_private_key(error: impl ToString) -> Self {
        Self::NotAPrivateKey {
            reason: error.to_string(),
        }
    }
}

impl From<KeyRejected> for PrivateKeyError {
    fn from(error: KeyRejected) -> Self {
        Self::not_a_private_key(error)
    }
}

impl From<Unspecified> for PrivateKeyError {
    fn from(_: Unspecified) -> Self {
        Self::Library
    }
}

#[cfg(test)]
mod tests;
