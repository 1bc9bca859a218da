//! A private key as it lies in a file.

use std::fmt;

use thiserror::Error;

use super::passphrase::Passphrase;
use super::pbes2::{self, DecryptError};
use super::pem::{self, ENCRYPTED_PRIVATE_KEY, PRIVATE_KEY, PemError};
use super::private_key::{PrivateKey, PrivateKeyError};

/// What a PEM file of a private key holds: whether a passphrase is needed is known
/// before one is asked for.
#[derive(Debug)]
pub enum StoredKey {
    /// A key that needs its passphrase.
    Encrypted(EncryptedKey),
    /// A key that anyone who reads the file can use.
    Unprotected(Box<PrivateKey>),
}

impl StoredKey {
    /// Reads the text of a file: PEM with `ENCRYPTED PRIVATE KEY` or
    /// `PRIVATE KEY`, as [`PrivateKey`] and `openssl genpkey` write it.
    ///
    /// # Errors
    /// [`StoredKeyError`], which says how to rewrite a key in an older form.
    pub fn from_pem(text: &[u8]) -> Result<Self, StoredKeyError> {
        let block = pem::decode(text)?;
        match block.label {
            ENCRYPTED_PRIVATE_KEY => Ok(Self::Encrypted(EncryptedKey(block.der.to_vec()))),
            PRIVATE_KEY => {
                let key = PrivateKey::from_pkcs8_der(&block.der)?;
                Ok(Self::Unprotected(Box::new(key)))
            }
            other => Err(PemError::label(
                "a private key (ENCRYPTED PRIVATE KEY or PRIVATE KEY)",
                other,
            )
            .into()),
        }
    }
}

/// A private key that is encrypted with a passphrase.
pub struct EncryptedKey(Vec<u8>);

impl EncryptedKey {
    /// Decrypts the key. This takes its time, on purpose: so does each guess.
    ///
    /// # Errors
    /// [`StoredKeyError`]; a wrong passphrase is
    /// [`DecryptError::WrongPassphrase`].
    pub fn decrypt(&self, passphrase: &Passphrase) -> Result<PrivateKey, StoredKeyError> {
        let der = pbes2::decrypt(&self.0, passphrase)?;
        PrivateKey::from_pkcs8_der(&der).map_err(|error| match error {
            // Garbage whose padding fits.
            PrivateKeyError::NotAPrivateKey { .. } => DecryptError::WrongPassphrase.into(),
            other => other.into(),
        })
    }
}

impl fmt::Debug for EncryptedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptedKey(hidden)")
    }
}

/// Why a file of a private key cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum StoredKeyError {
    /// It cannot be decrypted.
    #[error(transparent)]
    Decrypt(#[from] DecryptError),
    /// It is no PEM file of a private key.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// What is in it is no key that signs evidence.
    #[error(transparent)]
    PrivateKey(#[from] PrivateKeyError),
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::signing::{KeyKind, Signer as _};

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.into())).unwrap()
    }

    #[test]
    fn a_stored_key_is_the_same_key_again() {
        for kind in [KeyKind::EcdsaP256, KeyKind::Ed25519, KeyKind::Rsa3072] {
            let key = PrivateKey::generate(kind).unwrap();
            let text = key.to_unprotected_pem().unwrap();
            let StoredKey::Unprotected(read) = StoredKey::from_pem(text.as_bytes()).unwrap() else {
                panic!("{kind:?}");
            };
            assert_eq!(read.public(), key.public());

            let text = key.to_encrypted_pem(&passphrase("correct horse")).unwrap();
            let StoredKey::Encrypted(read) = StoredKey::from_pem(text.as_bytes()).unwrap() else {
                panic!("{kind:?}");
            };
            let wrong = read.decrypt(&passphrase("correct house")).unwrap_err();
            assert_eq!(wrong, DecryptError::WrongPassphrase.into());
            let read = read.decrypt(&passphrase("correct horse")).unwrap();
            assert_eq!(read.public(), key.public());
            let signature = read.sign(b"message").unwrap();
            assert_eq!(key.public().verify(b"message", &signature), Ok(()));
        }
    }

    #[test]
    fn nothing_secret_is_in_debug_output() {
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let text = key.to_unprotected_pem().unwrap();
        let secret = text.lines().nth(1).unwrap().to_owned();
        let shown = format!("{key:?} {:?}", StoredKey::from_pem(text.as_bytes()));
        assert!(shown.contains(&key.public().id().to_string()), "{shown}");
        assert!(!shown.contains(&secret) && shown.len() < 500, "{shown}");
    }

    #[test]
    fn a_public_key_is_no_private_key() {
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let text = key.public().to_pem().unwrap();
        let error = StoredKey::from_pem(text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("\"PUBLIC KEY\""), "{error}");
    }
}
