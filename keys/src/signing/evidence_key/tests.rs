use proptest::prelude::*;

use super::*;
use crate::signing::{KeyKind, PrivateKey, Signer as _};

const KINDS: [KeyKind; 3] = [KeyKind::EcdsaP256, KeyKind::Ed25519, KeyKind::Rsa3072];

fn key(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind).unwrap()
}

/// RFC 8032, section 7.1, test 2, and its key as RFC 8410 has it.
#[test]
fn the_ed25519_vector_of_the_rfc_verifies() {
    let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
    let key = EvidenceKey::from_spki_der(&hex(concat!(
        "302a300506032b6570032100",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )))
    .unwrap();
    let signature = hex(concat!(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ));
    assert_eq!(key.algorithm(), SignatureAlgorithm::Ed25519);
    assert_eq!(key.verify(&[0x72], &signature), Ok(()));
    assert_eq!(key.verify(&[0x73], &signature), Err(SignatureInvalid));
}

#[test]
fn pem_and_der_are_the_same_key_and_the_id_is_the_hash_of_the_der() {
    for kind in KINDS {
        let made = key(kind);
        let public = made.public();
        let pem = public.to_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.ends_with("-----\n"));
        assert_eq!(&EvidenceKey::from_pem(pem.as_bytes()).unwrap(), public);
        assert_eq!(
            &EvidenceKey::from_spki_der(public.spki_der()).unwrap(),
            public
        );
        let hash = crate::Sha256::of(public.spki_der());
        assert_eq!(public.id().to_string(), hash.to_string());
    }
}

#[test]
fn a_key_verifies_what_it_signed_and_nothing_else() {
    for kind in KINDS {
        let (signer, other) = (key(kind), key(kind));
        let signature = signer.sign(b"message").unwrap();
        assert_eq!(signer.public().verify(b"message", &signature), Ok(()));
        assert!(signer.public().verify(b"messagf", &signature).is_err());
        assert!(other.public().verify(b"message", &signature).is_err());
        for at in 0..signature.len() {
            let mut changed = signature.clone();
            changed[at] ^= 1;
            assert!(
                signer.public().verify(b"message", &changed).is_err(),
                "{kind:?}, byte {at}"
            );
        }
        let longer = [signature.as_slice(), &[0]].concat();
        assert!(signer.public().verify(b"message", &longer).is_err());
        assert!(signer.public().verify(b"message", &[]).is_err());
    }
}

/// The same key with its point compressed would have a second id.
#[test]
fn a_second_way_to_write_a_key_is_refused() {
    let made = key(KeyKind::EcdsaP256);
    let der = made.public().spki_der();
    let (head, point) = der.split_at(26);
    let mut compressed = head.to_vec();
    (compressed[1], compressed[24]) = (0x39, 0x22);
    compressed.push(2 + (point[64] & 1));
    compressed.extend_from_slice(&point[1..33]);
    assert_eq!(compressed.len(), 59);
    assert!(ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &compressed).is_ok());
    assert_eq!(
        EvidenceKey::from_spki_der(&compressed),
        Err(EvidenceKeyError::NotCanonical)
    );
}

#[test]
fn other_kinds_of_keys_are_refused_by_name() {
    let mut der = key(KeyKind::Ed25519).public().spki_der().to_vec();
    der[8] = 0x71;
    let error = EvidenceKey::from_spki_der(&der).unwrap_err();
    let found = "1.3.101.113".to_owned();
    assert_eq!(error, EvidenceKeyError::Algorithm { found });

    let mut der = key(KeyKind::EcdsaP256).public().spki_der().to_vec();
    der[22] = 6;
    assert_eq!(
        EvidenceKey::from_spki_der(&der),
        Err(EvidenceKeyError::Curve)
    );
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(EvidenceKey::from_spki_der(&bytes).is_err());
        prop_assert!(EvidenceKey::from_pem(&bytes).is_err());
    }

    #[test]
    fn random_signatures_never_verify(signature in prop::collection::vec(any::<u8>(), 0..500)) {
        let made = key(KeyKind::Ed25519);
        prop_assert!(made.public().verify(b"message", &signature).is_err());
        let made = key(KeyKind::EcdsaP256);
        prop_assert!(made.public().verify(b"message", &signature).is_err());
    }
}
