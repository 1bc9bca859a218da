//! The throw-away private keys that sign the vectors.
//!
//! They are committed under `keys/` as PKCS#8 PEM and protect nothing. Nothing
//! that they signed may be trusted outside tests.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use data_encoding::{BASE64, HEXLOWER};
use md5::{Digest as _, Md5};

/// An RSA key that signs digests as CloudTrail does: PKCS#1 v1.5 with SHA-256,
/// which is deterministic.
#[derive(Debug)]
pub struct SigningKey {
    name: &'static str,
    pair: KeyPair,
    pkcs1: Vec<u8>,
    spki: Vec<u8>,
}

macro_rules! committed_key {
    ($(#[$doc:meta])* $function:ident, $name:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $function() -> &'static Self {
            static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
                SigningKey::from_pem($name, include_str!(concat!("../keys/", $name, ".pem")))
            });
            &KEY
        }
    };
}

impl SigningKey {
    committed_key!(
        /// The key that signs most trails (2048 bits).
        trail_a, "trail-a");
    committed_key!(
        /// A second 2048-bit key: the one that follows [`Self::trail_a`], or
        /// another Region's.
        trail_b, "trail-b");
    committed_key!(
        /// A third 2048-bit key.
        trail_c, "trail-c");
    committed_key!(
        /// A 3072-bit key: sizes must not be fixed.
        trail_3072, "trail-3072");
    committed_key!(
        /// A 2048-bit key that no honest keyring holds.
        attacker, "attacker");

    fn from_pem(name: &'static str, pem: &str) -> Self {
        let base64: String = pem
            .lines()
            .skip_while(|line| !line.starts_with("-----BEGIN"))
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let der = BASE64.decode(base64.as_bytes()).expect("a PEM body");
        let pair = KeyPair::from_pkcs8(&der).expect("an RSA key in PKCS#8");
        let pkcs1 = pair.public_key().as_ref().to_vec();
        let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("an SPKI form");
        let spki = spki.as_ref().to_vec();
        Self {
            name,
            pair,
            pkcs1,
            spki,
        }
    }

    /// The name of the key's file under `keys/`, without its extension.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Lowercase-hex MD5 of the PKCS#1 form: the fingerprint that CloudTrail
    /// gives a key that it lists as PKCS#1.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        md5_hex(&self.pkcs1)
    }

    /// Lowercase-hex MD5 of the SPKI form: the fingerprint of the same key when
    /// it is listed as SPKI.
    #[must_use]
    pub fn spki_fingerprint(&self) -> String {
        md5_hex(&self.spki)
    }

    /// DER `RSAPublicKey` (RFC 8017, appendix A.1.1).
    #[must_use]
    pub fn public_pkcs1(&self) -> &[u8] {
        &self.pkcs1
    }

    /// DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7).
    #[must_use]
    pub fn public_spki(&self) -> &[u8] {
        &self.spki
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message`, in lowercase hex.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> String {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .expect("an RSA key signs");
        HEXLOWER.encode(&signature)
    }
}

/// Lowercase-hex MD5: a label, never a security boundary.
pub(crate) fn md5_hex(der: &[u8]) -> String {
    HEXLOWER.encode(&Md5::digest(der))
}

#[cfg(test)]
mod tests {
    use rsa::RsaPublicKey;
    use rsa::pkcs1::DecodeRsaPublicKey as _;
    use rsa::pkcs1v15::{Signature, VerifyingKey};
    use rsa::pkcs8::DecodePublicKey as _;
    use rsa::sha2::Sha256;
    use rsa::signature::Verifier as _;
    use rsa::traits::PublicKeyParts as _;

    use super::*;

    #[test]
    fn another_implementation_accepts_the_signatures() {
        for (key, bytes) in [
            (SigningKey::trail_a(), 256),
            (SigningKey::trail_b(), 256),
            (SigningKey::trail_c(), 256),
            (SigningKey::trail_3072(), 384),
            (SigningKey::attacker(), 256),
        ] {
            let public = RsaPublicKey::from_pkcs1_der(key.public_pkcs1()).unwrap();
            assert_eq!(
                public,
                RsaPublicKey::from_public_key_der(key.public_spki()).unwrap()
            );
            assert_eq!(public.size(), bytes, "{}", key.name());
            let signature = HEXLOWER.decode(key.sign(b"text").as_bytes()).unwrap();
            VerifyingKey::<Sha256>::new(public)
                .verify(b"text", &Signature::try_from(&signature[..]).unwrap())
                .unwrap();
            assert_eq!(key.sign(b"text"), key.sign(b"text"));
        }
    }
}
