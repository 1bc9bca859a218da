//! The secret that a stored key is encrypted with.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

/// A passphrase: bytes, since a file or an environment variable may hold any.
/// Overwritten when it is dropped.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// The longest one, in bytes; `openssl` reads no more of a line.
    pub const MAX_BYTES: usize = 1024;

    /// Takes a passphrase.
    ///
    /// # Errors
    /// [`PassphraseInvalid`] if it is empty or longer than [`Self::MAX_BYTES`].
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, PassphraseInvalid> {
        match bytes.len() {
            0 => Err(PassphraseInvalid::Empty),
            1..=Self::MAX_BYTES => Ok(Self(bytes)),
            found => Err(PassphraseInvalid::TooLong { found }),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Takes the same time whatever the bytes are.
impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for Passphrase {}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(hidden)")
    }
}

/// Bytes that are no passphrase.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum PassphraseInvalid {
    /// There are none.
    #[error("expected a passphrase, found nothing")]
    Empty,
    /// There are too many.
    #[error(
        "expected a passphrase of at most {} bytes, found {found}",
        Passphrase::MAX_BYTES
    )]
    TooLong {
        /// How many.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(bytes: &[u8]) -> Result<Passphrase, PassphraseInvalid> {
        Passphrase::new(Zeroizing::new(bytes.to_vec()))
    }

    #[test]
    fn neither_nothing_nor_a_file_is_a_passphrase() {
        assert_eq!(passphrase(b""), Err(PassphraseInvalid::Empty));
        assert!(passphrase(&[b'x'; 1024]).is_ok());
        let found = 1025;
        assert_eq!(
            passphrase(&[b'x'; 1025]),
            Err(PassphraseInvalid::TooLong { found })
        );
    }

    #[test]
    fn it_is_compared_and_not_shown() {
        let one = passphrase(b"correct horse").unwrap();
        assert_eq!(one, passphrase(b"correct horse").unwrap());
        assert_ne!(one, passphrase(b"correct house").unwrap());
        assert_ne!(one, passphrase(b"correct").unwrap());
        assert!(!format!("{one:?}").contains("horse"));
    }
}
