//! The encryption of stored keys: PBES2 of [RFC 8018], as `openssl` writes it.
//!
//! The key is derived from the passphrase with PBKDF2-HMAC-SHA-256, and the
//! private key is encrypted with AES-256 in CBC mode. scrypt would resist
//! guessing on graphics cards better, but aws-lc-rs does not offer it: the choice
//! was between it and doing all work on secrets in one reviewed library. What
//! counts is the passphrase.
//!
//! CBC does not say whether a passphrase was right. What it decrypts has to be a
//! private key that the library accepts; a wrong passphrase and a damaged file are
//! not told apart.
//!
//! [RFC 8018]: https://www.rfc-editor.org/rfc/rfc8018#section-6.2

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{
    AES_128, AES_128_KEY_LEN, AES_256, AES_256_KEY_LEN, DecryptionContext,
    PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{pbkdf2, rand};
use der::{Decode as _, Encode as _};
use pkcs8::EncryptedPrivateKeyInfo;
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{EncryptionScheme as Cipher, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf};
use thiserror::Error;
use zeroize::Zeroizing;

use super::passphrase::Passphrase;

/// What OWASP's password storage cheat sheet asks of PBKDF2-HMAC-SHA-256.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();
/// A file that asks for more only keeps the machine busy.
const MAX_ITERATIONS: u32 = 10_000_000;
const SALT_BYTES: usize = 16;
const BLOCK_BYTES: usize = 16;

/// Encrypts the DER of a private key: an `EncryptedPrivateKeyInfo`.
pub(super) fn encrypt(plain: &[u8], passphrase: &Passphrase) -> Result<Vec<u8>, Unspecified> {
    let mut salt = [0; SALT_BYTES];
    rand::fill(&mut salt)?;
    let prf = pbkdf2::PBKDF2_HMAC_SHA256;
    let key = derive::<AES_256_KEY_LEN>(prf, ITERATIONS, &salt, passphrase);
    let key = UnboundCipherKey::new(&AES_256, &*key)?;
    // Room for the padding: a buffer that grows leaves a copy behind.
    let mut data = Zeroizing::new(Vec::with_capacity(plain.len() + BLOCK_BYTES));
    data.extend_from_slice(plain);
    let context = PaddedBlockEncryptingKey::cbc_pkcs7(key)?.encrypt(&mut *data)?;
    let DecryptionContext::Iv128(iv) = context else {
        return Err(Unspecified);
    };
    let kdf = Pbkdf2Params::hmac_with_sha256(ITERATIONS.get(), &salt).map_err(|_| Unspecified)?;
    let encrypted = EncryptedPrivateKeyInfo {
        encryption_algorithm: EncryptionScheme::Pbes2(Parameters {
            kdf: Kdf::Pbkdf2(kdf),
            encryption: Cipher::Aes256Cbc { iv: iv.as_ref() },
        }),
        encrypted_data: &data,
    };
    encrypted.to_der().map_err(|_| Unspecified)
}

/// Decrypts an `EncryptedPrivateKeyInfo` to what should be the DER of a private
/// key.
pub(super) fn decrypt(
    der: &[u8],
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, DecryptError> {
    let encrypted = EncryptedPrivateKeyInfo::from_der(der).map_err(DecryptError::unsupported)?;
    let EncryptionScheme::Pbes2(parameters) = &encrypted.encryption_algorithm else {
        return Err(DecryptError::unsupported("it is older than PBES2"));
    };
    let Kdf::Pbkdf2(kdf) = &parameters.kdf else {
        return Err(DecryptError::unsupported("scrypt"));
    };
    let prf = match kdf.prf {
        Pbkdf2Prf::HmacWithSha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        Pbkdf2Prf::HmacWithSha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Pbkdf2Prf::HmacWithSha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        Pbkdf2Prf::HmacWithSha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return Err(DecryptError::unsupported("PBKDF2 with another hash")),
    };
    let iterations = NonZeroU32::new(kdf.iteration_count)
        .filter(|count| count.get() <= MAX_ITERATIONS)
        .ok_or(DecryptError::Iterations {
            found: kdf.iteration_count,
        })?;

    let (key, iv) = match parameters.encryption {
        Cipher::Aes128Cbc { iv } => {
            let key = derive::<AES_128_KEY_LEN>(prf, iterations, kdf.salt, passphrase);
            (UnboundCipherKey::new(&AES_128, &*key), iv)
        }
        Cipher::Aes256Cbc { iv } => {
            let key = derive::<AES_256_KEY_LEN>(prf, iterations, kdf.salt, passphrase);
            (UnboundCipherKey::new(&AES_256, &*key), iv)
        }
        _ => return Err(DecryptError::unsupported("neither AES-128 nor AES-256")),
    };
    let wrong = |Unspecified| DecryptError::WrongPassphrase;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key.map_err(wrong)?).map_err(wrong)?;
    let mut data = Zeroizing::new(encrypted.encrypted_data.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let len = key.decrypt(&mut data, context).map_err(wrong)?.len();
    data.truncate(len);
    Ok(data)
}

fn derive<const BYTES: usize>(
    prf: pbkdf2::Algorithm,
    iterations: NonZeroU32,
    salt: &[u8],
    passphrase: &Passphrase,
) -> Zeroizing<[u8; BYTES]> {
    let mut key = Zeroizing::new([0; BYTES]);
    pbkdf2::derive(prf, iterations, salt, passphrase.as_bytes(), &mut *key);
    key
}

/// Why an encrypted key cannot be decrypted.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum DecryptError {
    /// An absurd number of iterations.
    #[error("expected 1 to {MAX_ITERATIONS} iterations of PBKDF2, found {found}")]
    Iterations {
        /// The number found.
        found: u32,
    },
    /// Encrypted in another way.
    #[error(
        "expected a key encrypted with PBES2 (PBKDF2 and AES-CBC), found another encryption: {reason}; `openssl pkey -aes256 -in FILE` rewrites it"
    )]
    Unsupported {
        /// What is different.
        reason: String,
    },
    /// The passphrase is wrong, or the file is damaged.
    #[error("the passphrase is wrong, or the file is damaged")]
    WrongPassphrase,
}

impl DecryptError {
    #[allow(clippy::needless_pass_by_value, reason = "used with map_err")]
    fn unsupported(reason: impl ToString) -> Self {
        Self::Unsupported {
            reason: reason.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.into())).unwrap()
    }

    #[test]
    fn what_was_encrypted_is_decrypted_with_that_passphrase_only() {
        let right = passphrase("correct horse");
        let encrypted = encrypt(b"a private key", &right).unwrap();
        assert_eq!(*decrypt(&encrypted, &right).unwrap(), b"a private key");
        // One wrong passphrase in 256 leaves a padding that fits, and garbage.
        let wrong = decrypt(&encrypted, &passphrase("correct house"));
        assert!(
            wrong.as_deref().ok() != Some(&b"a private key".to_vec()),
            "{wrong:?}"
        );
        assert_ne!(encrypted, encrypt(b"a private key", &right).unwrap());
    }

    #[test]
    fn a_file_cannot_ask_for_hours_of_work() {
        let (salt, iv) = ([0; 16], [0; 16]);
        for found in [0, MAX_ITERATIONS + 1, u32::MAX] {
            let kdf = Pbkdf2Params {
                salt: &salt,
                iteration_count: found,
                key_length: None,
                prf: Pbkdf2Prf::HmacWithSha256,
            };
            let info = EncryptedPrivateKeyInfo {
                encryption_algorithm: EncryptionScheme::Pbes2(Parameters {
                    kdf: Kdf::Pbkdf2(kdf),
                    encryption: Cipher::Aes256Cbc { iv: &iv },
                }),
                encrypted_data: &[0; 16],
            };
            assert_eq!(
                decrypt(&info.to_der().unwrap(), &passphrase("x")),
                Err(DecryptError::Iterations { found })
            );
        }
    }
}
