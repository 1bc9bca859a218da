//! Keys that sign evidence, as they are typed: a file or an environment variable.

use std::convert::Infallible;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow};
use trailseal_keys::signing::{
    EvidenceKey, EvidenceKeyError, PemError, PrivateKey, Signer, StoredKey,
};
use zeroize::Zeroizing;

use super::passphrase::PassphraseArgs;
use crate::exit::Failure;

/// Where a key lies.
#[derive(Clone, Debug)]
pub(in super::super) enum KeyPlace {
    /// The environment variable that holds its PEM.
    Environment(String),
    /// A PEM file.
    File(PathBuf),
}

impl FromStr for KeyPlace {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once(':') {
            Some(("env", variable)) => Self::Environment(variable.to_owned()),
            _ => Self::File(text.into()),
        })
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(variable) => write!(f, "env:{variable}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl KeyPlace {
    /// The public half of whatever key lies there: of a private one, or the key
    /// itself.
    ///
    /// # Errors
    /// If there is none, or its passphrase is not known.
    pub(in super::super) fn public(
        &self,
        passphrase: &PassphraseArgs,
    ) -> Result<EvidenceKey, Failure> {
        let pem = self.pem()?;
        match EvidenceKey::from_pem(&pem) {
            Ok(key) => Ok(key),
            // Perhaps a private key.
            Err(EvidenceKeyError::Pem(PemError::Label { .. })) => {
                Ok(self.private(&pem, passphrase)?.public().clone())
            }
            Err(error) => Err(self.usage(error)),
        }
    }

    /// The private key that lies there, which signs.
    ///
    /// # Errors
    /// As [`public`](Self::public), and if it is a public key.
    pub(in super::super) fn signer(
        &self,
        passphrase: &PassphraseArgs,
    ) -> Result<Box<dyn Signer>, Failure> {
        let pem = self.pem()?;
        Ok(Box::new(self.private(&pem, passphrase)?))
    }

    fn private(&self, pem: &[u8], passphrase: &PassphraseArgs) -> Result<PrivateKey, Failure> {
        let stored = StoredKey::from_pem(pem).map_err(|error| self.usage(error))?;
        match stored {
            StoredKey::Encrypted(key) => {
                let passphrase = passphrase
                    .known(&self.to_string())
                    .map_err(Failure::Usage)?;
                key.decrypt(&passphrase).map_err(|error| self.usage(error))
            }
            StoredKey::Unprotected(key) => Ok(*key),
        }
    }

    fn pem(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        match self {
            Self::Environment(variable) => std::env::var_os(variable)
                .map(|value| Zeroizing::new(value.into_encoded_bytes()))
                .ok_or_else(|| anyhow!("{self}: there is no such environment variable")),
            Self::File(path) => read(path).with_context(|| format!("{self}: cannot be read")),
        }
        .map_err(Failure::Usage)
    }

    fn usage(&self, error: impl std::error::Error + Send + Sync + 'static) -> Failure {
        Failure::Usage(anyhow::Error::new(error).context(self.to_string()))
    }
}

/// Reads a file, or as much of it as shows that it is too large to be a key.
fn read(path: &std::path::Path) -> Result<Zeroizing<Vec<u8>>> {
    let room = PemError::MAX_BYTES + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    File::open(path)?
        .take(u64::try_from(room)?)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
