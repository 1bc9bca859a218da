//! Whatever signs evidence.

use std::error::Error;

use thiserror::Error;

use super::evidence_key::EvidenceKey;
use super::key_id::KeyId;

/// A key that signs, wherever its private half lies: in memory, or in AWS KMS.
pub trait Signer {
    /// The public half, which says how it signs and what it is called.
    fn public(&self) -> &EvidenceKey;

    /// Signs a message without looking at what came out.
    ///
    /// # Errors
    /// [`SignError`], but for [`SignError::DoesNotVerify`].
    fn sign_unchecked(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;

    /// Signs a message, and checks the signature with the public half: a fault in
    /// memory, or a key that was exchanged, is noticed before anyone relies on it.
    ///
    /// # Errors
    /// [`SignError`]
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let signature = self.sign_unchecked(message)?;
        match self.public().verify(message, &signature) {
            Ok(()) => Ok(signature),
            Err(_) => Err(SignError::DoesNotVerify {
                key: self.public().id(),
            }),
        }
    }
}

/// Why there is no signature.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The signature that was made is not one.
    #[error(
        "key {key}: its own public half does not verify the signature that was made; nothing was signed, and this machine or this key is not to be relied on"
    )]
    DoesNotVerify {
        /// The key.
        key: KeyId,
    },
    /// aws-lc did not sign.
    #[error("key {key}: aws-lc did not sign; is there memory and randomness?")]
    Library {
        /// The key.
        key: KeyId,
    },
    /// Who holds the private half did not sign.
    #[error("key {key}: {reason}")]
    Remote {
        /// The key.
        key: KeyId,
        /// Why not.
        reason: Box<dyn Error + Send + Sync>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::{KeyKind, PrivateKey};

    /// Signs with another key than it says.
    struct Exchanged(PrivateKey, PrivateKey);

    impl Signer for Exchanged {
        fn public(&self) -> &EvidenceKey {
            self.0.public()
        }

        fn sign_unchecked(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
            self.1.sign_unchecked(message)
        }
    }

    #[test]
    fn a_signature_of_another_key_is_noticed_by_the_signer() {
        let key = || PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let exchanged = Exchanged(key(), key());
        let error = exchanged.sign(b"message").unwrap_err();
        assert!(matches!(error, SignError::DoesNotVerify { .. }));
        assert!(
            error
                .to_string()
                .contains(&exchanged.public().id().to_string())
        );
    }
}
