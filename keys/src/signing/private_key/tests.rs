use proptest::prelude::*;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::DecodePublicKey as _;
use rsa::sha2::Sha256;
use rsa::signature::Verifier as _;

use super::*;

/// RFC 8410, section 10.3: a private key as others write it, and its public half.
#[test]
fn the_ed25519_key_of_the_rfc_is_read() {
    let public = b"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    let public = data_encoding::BASE64.decode(public).unwrap();
    let key = PrivateKey::from_pkcs8_der(&private_of_the_rfc()).unwrap();
    assert_eq!(key.public().spki_der(), public);
    assert_eq!(*key.to_pkcs8_der().unwrap(), private_of_the_rfc());
}

fn private_of_the_rfc() -> Vec<u8> {
    let text = b"MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
    data_encoding::BASE64.decode(text).unwrap()
}

#[test]
fn another_library_verifies_an_rsa_signature() {
    let key = PrivateKey::generate(KeyKind::Rsa3072).unwrap();
    let signature = key.sign(b"message").unwrap();
    assert_eq!(signature.len(), 384);
    let public = rsa::RsaPublicKey::from_public_key_der(key.public().spki_der()).unwrap();
    let second = VerifyingKey::<Sha256>::new(public);
    let signature = Signature::try_from(signature.as_slice()).unwrap();
    assert!(second.verify(b"message", &signature).is_ok());
}

#[test]
fn a_key_of_another_kind_is_refused_by_name() {
    let mut der = private_of_the_rfc();
    der[11] = 0x6e;
    let error = PrivateKey::from_pkcs8_der(&der).unwrap_err();
    assert!(error.to_string().contains("1.3.101.110"), "{error}");
}

#[test]
fn an_rsa_key_of_1024_bits_is_refused() {
    use rsa::pkcs8::EncodePrivateKey as _;
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 1024).unwrap();
    let der = key.to_pkcs8_der().unwrap();
    assert!(PrivateKey::from_pkcs8_der(der.as_bytes()).is_err());
}

#[test]
fn bytes_after_a_key_are_refused() {
    let mut der = private_of_the_rfc();
    der.push(0);
    assert!(matches!(
        PrivateKey::from_pkcs8_der(&der),
        Err(PrivateKeyError::NotAPrivateKey { .. })
    ));
}

proptest! {
    #[test]
    fn mutated_keys_never_panic(
        changes in prop::collection::vec((0..48usize, any::<u8>()), 1..4),
        cut in 0..48usize,
    ) {
        let mut der = private_of_the_rfc();
        for (at, byte) in changes {
            der[at] = byte;
        }
        der.truncate(der.len() - cut);
        if let Ok(key) = PrivateKey::from_pkcs8_der(&der) {
            prop_assert!(key.sign(b"message").is_ok());
        }
    }
}
