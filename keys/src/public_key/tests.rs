use std::sync::LazyLock;

use aws_lc_rs::digest::{Digest, SHA256};
use aws_lc_rs::encoding::Pkcs8V1Der;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use proptest::prelude::*;
use rsa::pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _};
use rsa::sha2::{Digest as _, Sha256};
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};

use super::*;
use crate::published::{KEYS, SIGNATURES, key_named};

/// A private key in the `rsa` crate, made by aws-lc because it is quicker.
fn private_key(size: KeySize) -> RsaPrivateKey {
    let pair = KeyPair::generate(size).unwrap();
    let pkcs8: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    RsaPrivateKey::from_pkcs8_der(pkcs8.as_ref()).unwrap()
}

static KEY_2048: LazyLock<RsaPrivateKey> = LazyLock::new(|| private_key(KeySize::Rsa2048));

fn pkcs1(key: &rsa::RsaPublicKey) -> Vec<u8> {
    key.to_pkcs1_der().unwrap().as_bytes().to_vec()
}

fn spki(key: &rsa::RsaPublicKey) -> Vec<u8> {
    key.to_public_key_der().unwrap().as_bytes().to_vec()
}

/// The DER of a key with an odd modulus of exactly `bits` bits. Nobody knows
/// its factors, which reading it does not need.
fn modulus_of(bits: usize, exponent: u32) -> Vec<u8> {
    let one = BigUint::from(1u8);
    let modulus = (&one << (bits - 1)) + &one;
    pkcs1(&rsa::RsaPublicKey::new_unchecked(
        modulus,
        BigUint::from(exponent),
    ))
}

fn sign(key: &RsaPrivateKey, message: &[u8]) -> Vec<u8> {
    key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
        .unwrap()
}

fn second_opinion(key: &rsa::RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    key.verify(
        Pkcs1v15Sign::new::<Sha256>(),
        &Sha256::digest(message),
        signature,
    )
    .is_ok()
}

#[test]
fn genuine_keys_are_read_in_both_encodings() {
    for genuine in &KEYS {
        let key = PublicKey::from_der(&genuine.der()).unwrap();
        assert_eq!(
            key.encoding().to_string().starts_with("PKCS#1"),
            genuine.pkcs1
        );
        assert_eq!(key.fingerprint().to_string(), genuine.fingerprint);
        assert_eq!(key.modulus_bits(), 2048);
        assert_eq!(key.der(), genuine.der());
    }
}

/// AWS printed the signatures and the hash of the signed text, not the text. Both
/// libraries must find that hash, rightly padded, under AWS's key.
#[test]
fn genuine_signatures_open_with_their_key_and_with_no_other() {
    for genuine in &SIGNATURES {
        let (signature, hash) = (genuine.signature(), genuine.sha256_of_signed_text());
        for listed in &KEYS {
            let key = PublicKey::from_der(&listed.der()).unwrap();
            let second = rsa::RsaPublicKey::from_public_key_der(key.der())
                .or_else(|_| rsa::RsaPublicKey::from_pkcs1_der(key.der()))
                .unwrap();
            let digest = Digest::import_less_safe(&hash, &SHA256).unwrap();
            let opens = key.parsed.verify_digest_sig(&digest, &signature).is_ok();
            let second_opens = second
                .verify(Pkcs1v15Sign::new::<Sha256>(), &hash, &signature)
                .is_ok();
            assert_eq!(opens, listed.fingerprint == genuine.key);
            assert_eq!(second_opens, opens);
        }
    }
}

#[test]
fn genuine_signatures_are_refused_for_any_other_message() {
    for genuine in &SIGNATURES {
        let key = PublicKey::from_der(&key_named(genuine.key).der()).unwrap();
        for message in [b"".as_slice(), b"null", &genuine.sha256_of_signed_text()] {
            let checked = key.verify_pkcs1_sha256(message, &genuine.signature());
            assert_eq!(checked, Err(SignatureInvalid));
        }
    }
}

#[test]
fn both_libraries_agree_on_signatures_at_every_size_and_encoding() {
    let message = b"2015-08-17T14:01:31Z\nbucket/key\nhash\nnull";
    for (size, bits) in [
        (KeySize::Rsa2048, 2048),
        (KeySize::Rsa3072, 3072),
        (KeySize::Rsa4096, 4096),
    ] {
        let private = private_key(size);
        let public = private.to_public_key();
        let signature = sign(&private, message);
        for der in [pkcs1(&public), spki(&public)] {
            let key = PublicKey::from_der(&der).unwrap();
            assert_eq!(key.modulus_bits(), bits);

            let mut wrong_bit = signature.clone();
            wrong_bit[100] ^= 1;
            let longer = [signature.as_slice(), &[0]].concat();
            let padded = [&[0], signature.as_slice()].concat();
            for (message, signature) in [
                (message.as_slice(), signature.as_slice()),
                (b"another message", &signature),
                (message, &wrong_bit),
                (message, &longer),
                (message, &padded),
                (message, &signature[..signature.len() - 1]),
                (message, &[]),
            ] {
                let ours = key.verify_pkcs1_sha256(message, signature).is_ok();
                assert_eq!(ours, second_opinion(&public, message, signature));
            }
            assert!(key.verify_pkcs1_sha256(message, &signature).is_ok());
        }
    }
}

#[test]
fn a_signature_over_another_hash_is_refused() {
    let key = PublicKey::from_der(&pkcs1(&KEY_2048.to_public_key())).unwrap();
    let hash = rsa::sha2::Sha512::digest(b"message");
    let signature = KEY_2048
        .sign(Pkcs1v15Sign::new::<rsa::sha2::Sha512>(), &hash)
        .unwrap();
    assert_eq!(
        key.verify_pkcs1_sha256(b"message", &signature),
        Err(SignatureInvalid)
    );
}

#[test]
fn the_limits_of_the_modulus_are_exact() {
    for bits in [2048, 2056, 3000, 8191, 8192] {
        let key = PublicKey::from_der(&modulus_of(bits, 65_537)).unwrap();
        assert_eq!(usize::try_from(key.modulus_bits()).unwrap(), bits);
    }
    for found in [1024, 2047, 8193, 16_384] {
        let refused = PublicKey::from_der(&modulus_of(found, 65_537)).unwrap_err();
        let found = u32::try_from(found).unwrap();
        assert_eq!(refused, PublicKeyError::ModulusSize { found });
        assert!(
            refused.to_string().contains("2048 to 8192 bits"),
            "{refused}"
        );
    }
}

#[test]
fn a_modulus_or_exponent_that_the_library_will_not_have_is_refused() {
    for der in [
        modulus_of(16_385, 65_537),
        modulus_of(2048, 1),
        modulus_of(2048, 2),
    ] {
        let refused = PublicKey::from_der(&der).unwrap_err();
        assert!(
            matches!(refused, PublicKeyError::Rejected { .. }),
            "{refused}"
        );
    }
}

#[test]
fn both_encodings_give_the_same_pem() {
    let key = KEY_2048.to_public_key();
    let expected = key.to_public_key_pem(pkcs8::LineEnding::LF).unwrap();
    for der in [pkcs1(&key), spki(&key)] {
        assert_eq!(
            PublicKey::from_der(&der).unwrap().to_pem().unwrap(),
            expected
        );
    }
}

#[test]
fn bytes_after_the_key_are_refused() {
    let public = KEY_2048.to_public_key();
    for mut der in [pkcs1(&public), spki(&public)] {
        let expected = der.len();
        der.push(0);
        let found = der.len();
        let refused = PublicKey::from_der(&der).unwrap_err();
        assert_eq!(refused, PublicKeyError::TrailingBytes { expected, found });
    }
}

#[test]
fn a_key_that_was_cut_is_refused_at_every_length() {
    let der = spki(&KEY_2048.to_public_key());
    for found in 0..der.len() {
        let expected = if found < 4 {
            PublicKeyError::NotDer
        } else {
            PublicKeyError::Truncated {
                expected: der.len(),
                found,
            }
        };
        assert_eq!(PublicKey::from_der(&der[..found]), Err(expected));
    }
}

#[test]
fn other_bytes_are_refused() {
    let pem = b"-----BEGIN PUBLIC KEY-----";
    assert_eq!(PublicKey::from_der(pem), Err(PublicKeyError::NotDer));
    let empty_sequence = [0x30, 0x00];
    let refused = PublicKey::from_der(&empty_sequence).unwrap_err();
    assert!(
        matches!(refused, PublicKeyError::Rejected { .. }),
        "{refused}"
    );
}

/// An id-RSASSA-PSS key holds the same numbers, and the library reads it; a signer
/// with PKCS#1 v1.5 does not have one.
#[test]
fn the_algorithm_identifier_must_be_rsa_encryption() {
    let mut der = spki(&KEY_2048.to_public_key());
    // SEQUENCE (4 bytes), SEQUENCE (2), OBJECT IDENTIFIER (11), NULL (2).
    let (id_rsassa_pss, null) = (0x0a, 17..19);
    der[16] = id_rsassa_pss;
    assert!(PublicKey::from_der(&der).is_err());

    // Without the NULL, as RFC 4055 has it.
    der.drain(null);
    (der[3], der[5]) = (der[3] - 2, der[5] - 2);
    assert!(RsaPublicKey::from_der(&der).is_ok());
    assert_eq!(PublicKey::from_der(&der), Err(PublicKeyError::NotCanonical));
}

#[test]
fn keys_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<PublicKey>();
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(PublicKey::from_der(&bytes).is_err());
    }

    #[test]
    fn mutated_der_never_panics_and_is_never_read_in_two_ways(
        which in 0..KEYS.len(),
        changes in prop::collection::vec((0..300usize, any::<u8>()), 1..4),
        cut in prop_oneof![Just(0), 0..300usize],
    ) {
        let mut der = KEYS[which].der();
        for (at, byte) in changes {
            if let Some(place) = der.get_mut(at) {
                *place = byte;
            }
        }
        der.truncate(der.len().saturating_sub(cut));
        if let Ok(key) = PublicKey::from_der(&der) {
            prop_assert_eq!(key.der(), &der);
            prop_assert!(PublicKey::MODULUS_BITS.contains(&key.modulus_bits()));
            prop_assert!(key.verify_pkcs1_sha256(b"message", &[1; 256]).is_err());
        }
    }

    #[test]
    fn random_signatures_never_verify(signature in prop::collection::vec(any::<u8>(), 0..600)) {
        let key = PublicKey::from_der(&KEYS[0].der()).unwrap();
        prop_assert!(key.verify_pkcs1_sha256(b"message", &signature).is_err());
    }
}
