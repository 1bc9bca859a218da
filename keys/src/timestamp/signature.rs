//! Signatures of authorities and CAs.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use der::Encode as _;
use der::oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ECDSA_WITH_SHA_512, ID_EC_PUBLIC_KEY, ID_SHA_256,
    ID_SHA_384, ID_SHA_512, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1,
    SHA_256_WITH_RSA_ENCRYPTION, SHA_384_WITH_RSA_ENCRYPTION, SHA_512_WITH_RSA_ENCRYPTION,
};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// A hash that is strong enough to be signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The one that an identifier names.
    pub(super) fn named(algorithm: &AlgorithmIdentifierOwned) -> Option<Self> {
        without_parameters(algorithm).then_some(())?;
        match algorithm.oid {
            ID_SHA_256 => Some(Self::Sha256),
            ID_SHA_384 => Some(Self::Sha384),
            ID_SHA_512 => Some(Self::Sha512),
            _ => None,
        }
    }

    pub(super) fn of(self, bytes: &[u8]) -> digest::Digest {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }
}

/// How something was signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scheme {
    Ecdsa(Hash),
    Rsa(Hash),
}

impl Scheme {
    /// The one that an identifier names. `rsaEncryption` names no hash: in a token
    /// it stands beside one.
    pub(super) fn named(
        algorithm: &AlgorithmIdentifierOwned,
        beside: Option<Hash>,
    ) -> Option<Self> {
        without_parameters(algorithm).then_some(())?;
        let scheme = match algorithm.oid {
            ECDSA_WITH_SHA_256 => Self::Ecdsa(Hash::Sha256),
            ECDSA_WITH_SHA_384 => Self::Ecdsa(Hash::Sha384),
            ECDSA_WITH_SHA_512 => Self::Ecdsa(Hash::Sha512),
            RSA_ENCRYPTION => Self::Rsa(beside?),
            SHA_256_WITH_RSA_ENCRYPTION => Self::Rsa(Hash::Sha256),
            SHA_384_WITH_RSA_ENCRYPTION => Self::Rsa(Hash::Sha384),
            SHA_512_WITH_RSA_ENCRYPTION => Self::Rsa(Hash::Sha512),
            _ => return None,
        };
        let (Self::Ecdsa(hash) | Self::Rsa(hash)) = scheme;
        beside.is_none_or(|beside| beside == hash).then_some(scheme)
    }

    /// Whether the key signed the message in this way. A key of another kind did
    /// not.
    pub(super) fn verifies(
        self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let Some(algorithm) = self.with(key) else {
            return false;
        };
        key.to_der().is_ok_and(|der| {
            UnparsedPublicKey::new(algorithm, der)
                .verify(message, signature)
                .is_ok()
        })
    }

    fn with(self, key: &SubjectPublicKeyInfoOwned) -> Option<&'static dyn VerificationAlgorithm> {
        let curve = || key.algorithm.parameters.as_ref()?.decode_as().ok();
        Some(match (self, key.algorithm.oid) {
            (Self::Rsa(hash), RSA_ENCRYPTION) => match hash {
                Hash::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
                Hash::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
                Hash::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
            },
            (Self::Ecdsa(hash), ID_EC_PUBLIC_KEY) => match (curve()?, hash) {
                (SECP_256_R_1, Hash::Sha256) => &ECDSA_P256_SHA256_ASN1,
                (SECP_256_R_1, Hash::Sha384) => &ECDSA_P256_SHA384_ASN1,
                (SECP_256_R_1, Hash::Sha512) => &ECDSA_P256_SHA512_ASN1,
                (SECP_384_R_1, Hash::Sha256) => &ECDSA_P384_SHA256_ASN1,
                (SECP_384_R_1, Hash::Sha384) => &ECDSA_P384_SHA384_ASN1,
                (SECP_384_R_1, Hash::Sha512) => &ECDSA_P384_SHA512_ASN1,
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// Absent or NULL: none of these algorithms has others, and both are written.
pub(super) fn without_parameters(algorithm: &AlgorithmIdentifierOwned) -> bool {
    algorithm
        .parameters
        .as_ref()
        .is_none_or(|parameters| parameters.is_null() && parameters.value().is_empty())
}
