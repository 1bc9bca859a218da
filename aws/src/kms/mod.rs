//! A key of AWS KMS that signs evidence. Its private half never leaves KMS.
//!
//! [`GetPublicKey`] tells what it is, once; [`Sign`] is asked for each signature.
//! Keys for signing of RSA and of ECC_NIST_P256 will do: they sign as evidence keys
//! in files do, so who verifies need not know where a key lies. Ed25519 will not:
//! KMS takes no message of more than 4,096 bytes for it.
//!
//! [`GetPublicKey`]: https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
//! [`Sign`]: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html

mod key;

use std::fmt;

use aws_sdk_kms::Client;
use aws_sdk_kms::operation::get_public_key::GetPublicKeyOutput;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeyUsageType, MessageType, SigningAlgorithmSpec};
use trailseal_keys::Sha256;
use trailseal_keys::signing::{
    EvidenceKey, EvidenceKeyError, SignError, SignatureAlgorithm, Signer,
};

pub use key::{KmsKey, KmsKeyInvalid};

use crate::call_error::CallError;
use crate::connection::Connection;
use crate::operation::Operation;

static GET_PUBLIC_KEY: Operation = Operation {
    name: "kms:GetPublicKey",
    permission: "kms:GetPublicKey",
    without: "it is not known what the key is; the key's own policy must allow it, too",
};

static SIGN: Operation = Operation {
    name: "kms:Sign",
    permission: "kms:Sign",
    without: "nothing can be signed; the key's own policy must allow it, too",
};

/// What Sign takes as it is; of longer messages it takes the hash.
const RAW_BYTES: usize = 4096;

/// A key of KMS, known to be one that signs evidence.
pub struct KmsSigner {
    connection: Connection,
    client: Client,
    /// The key's own ARN: an alias may come to mean another key.
    arn: String,
    public: EvidenceKey,
    algorithm: SigningAlgorithmSpec,
}

impl KmsSigner {
    /// Asks for the public half, and whether the key will do.
    ///
    /// # Errors
    /// [`KmsError`]
    pub fn open(connection: Connection, key: &KmsKey) -> Result<Self, KmsError> {
        let config = match key.region().or_else(|| connection.region()) {
            Some(region) => connection.config_in(&region),
            None => return Err(KmsError::NoRegion { key: key.clone() }),
        };
        let client = Client::new(&config);
        let call = client.get_public_key().key_id(key.as_str());
        let answer = connection
            .block_on(call.send())
            .map_err(|error| CallError::of(&GET_PUBLIC_KEY, &error).at(key))?;
        let (public, algorithm) = suitable(key, &answer)?;
        Ok(Self {
            connection,
            client,
            arn: answer.key_id.unwrap_or_else(|| key.to_string()),
            public,
            algorithm,
        })
    }
}

/// The public half of a key that signs in one of our ways, and how KMS calls that.
/// What the key is, its own bytes say best.
fn suitable(
    key: &KmsKey,
    answer: &GetPublicKeyOutput,
) -> Result<(EvidenceKey, SigningAlgorithmSpec), KmsError> {
    let unsuitable = |found: String| KmsError::Unsuitable {
        key: key.clone(),
        found,
    };
    match &answer.key_usage {
        Some(KeyUsageType::SignVerify) => {}
        Some(other) => return Err(unsuitable(format!("one for {}", line(other.as_str())))),
        None => return Err(unsuitable("one without a usage".to_owned())),
    }
    let der = answer.public_key.as_ref().map_or(&[][..], Blob::as_ref);
    let public = EvidenceKey::from_spki_der(der).map_err(|error| KmsError::PublicKey {
        key: key.clone(),
        error,
    })?;
    let algorithm = match public.algorithm() {
        SignatureAlgorithm::EcdsaP256Sha256 => SigningAlgorithmSpec::EcdsaSha256,
        SignatureAlgorithm::Ed25519 => return Err(unsuitable("one of Ed25519".to_owned())),
        SignatureAlgorithm::RsaPkcs1Sha256 => SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
    };
    if answer.signing_algorithms().contains(&algorithm) {
        Ok((public, algorithm))
    } else {
        Err(unsuitable(format!(
            "one that does not sign with {algorithm}"
        )))
    }
}

fn line(text: &str) -> String {
    text.chars().take(64).collect()
}

impl Signer for KmsSigner {
    fn public(&self) -> &EvidenceKey {
        &self.public
    }

    fn sign_unchecked(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let (message_type, message) = sent(message);
        let call = self
            .client
            .sign()
            .key_id(&self.arn)
            .signing_algorithm(self.algorithm.clone())
            .message_type(message_type)
            .message(message);
        let remote = |error: CallError| SignError::Remote {
            key: self.public.id(),
            reason: Box::new(error.at(&self.arn)),
        };
        let answer = self
            .connection
            .block_on(call.send())
            .map_err(|error| remote(CallError::of(&SIGN, &error)))?;
        match answer.signature {
            Some(signature) => Ok(signature.into_inner()),
            None => Err(remote(CallError::malformed(
                &SIGN,
                "expected a signature, found none",
            ))),
        }
    }
}

/// A message, or its hash if it is long. The signature is the same.
fn sent(message: &[u8]) -> (MessageType, Blob) {
    if message.len() <= RAW_BYTES {
        (MessageType::Raw, Blob::new(message))
    } else {
        let hash = Sha256::of(message);
        (MessageType::Digest, Blob::new(hash.as_bytes().as_slice()))
    }
}

impl fmt::Debug for KmsSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsSigner")
            .field("arn", &self.arn)
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// Why a key of KMS does not sign evidence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KmsError {
    /// KMS did not answer, or refused.
    #[error(transparent)]
    Call(#[from] CallError),
    /// No Region is known.
    #[error(
        "{key}: no Region is configured; give the key's ARN, or set AWS_REGION or the profile's region"
    )]
    NoRegion {
        /// The key.
        key: KmsKey,
    },
    /// The public half is none.
    #[error("{key}: {error}")]
    PublicKey {
        /// The key.
        key: KmsKey,
        /// What is wrong with it.
        error: EvidenceKeyError,
    },
    /// A key for something else.
    #[error(
        "{key}: expected a key for SIGN_VERIFY of RSA_2048, RSA_3072, RSA_4096 or ECC_NIST_P256, found {found}; a key cannot be changed, make another with `aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256`"
    )]
    Unsuitable {
        /// The key.
        key: KmsKey,
        /// What it is for, or what it is.
        found: String,
    },
}

#[cfg(test)]
mod tests {
    use trailseal_keys::signing::{KeyKind, PrivateKey};

    use super::*;

    fn key() -> KmsKey {
        "alias/evidence".parse().unwrap()
    }

    fn answer(
        usage: KeyUsageType,
        kind: KeyKind,
        algorithm: SigningAlgorithmSpec,
    ) -> GetPublicKeyOutput {
        let own = PrivateKey::generate(kind).unwrap();
        GetPublicKeyOutput::builder()
            .key_usage(usage)
            .public_key(Blob::new(own.public().spki_der()))
            .signing_algorithms(algorithm)
            .build()
    }

    #[test]
    fn only_keys_that_sign_in_our_ways_will_do() {
        use KeyUsageType::{EncryptDecrypt, SignVerify};
        use SigningAlgorithmSpec::{EcdsaSha256, Ed25519Sha512, RsassaPssSha256};
        let good = answer(SignVerify, KeyKind::EcdsaP256, EcdsaSha256);
        assert_eq!(suitable(&key(), &good).unwrap().1, EcdsaSha256);
        for (answer, found) in [
            (
                answer(EncryptDecrypt, KeyKind::EcdsaP256, EcdsaSha256),
                "found one for ENCRYPT_DECRYPT",
            ),
            (
                answer(SignVerify, KeyKind::Ed25519, Ed25519Sha512),
                "found one of Ed25519",
            ),
            (
                answer(SignVerify, KeyKind::Rsa3072, RsassaPssSha256),
                "does not sign with RSASSA_PKCS1_V1_5_SHA_256",
            ),
        ] {
            let error = suitable(&key(), &answer).unwrap_err();
            assert!(error.to_string().contains(found), "{error}");
        }
        let empty = GetPublicKeyOutput::builder().key_usage(SignVerify).build();
        let error = suitable(&key(), &empty).unwrap_err();
        assert!(matches!(error, KmsError::PublicKey { .. }), "{error}");
    }

    #[test]
    fn of_a_long_message_the_hash_is_sent() {
        let (kind, short) = sent(&[7; 4096]);
        assert_eq!((kind, short.as_ref().len()), (MessageType::Raw, 4096));
        let (kind, long) = sent(&[7; 4097]);
        assert_eq!(kind, MessageType::Digest);
        assert_eq!(long.as_ref(), Sha256::of(&[7; 4097]).as_bytes());
    }
}
