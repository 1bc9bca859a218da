//! Keys that sign evidence, as they are typed: a file, an environment variable, or
//! AWS KMS.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, Result, anyhow};
#[cfg(feature = "aws")]
use trailseal_aws::kms::{KmsError, KmsKey, KmsSigner};
use trailseal_keys::signing::{
    EvidenceKey, EvidenceKeyError, PemError, PrivateKey, Signer, StoredKey,
};
use zeroize::Zeroizing;

#[cfg(feature = "aws")]
use super::super::connect::ConnectionArgs;
use super::passphrase::PassphraseArgs;
use crate::exit::Failure;

/// Where a key lies.
#[derive(Clone, Debug)]
pub(in super::super) enum KeyPlace {
    /// The environment variable that holds its PEM.
    Environment(String),
    /// A PEM file.
    File(PathBuf),
    /// AWS KMS.
    #[cfg(feature = "aws")]
    Kms(KmsKey),
}

impl FromStr for KeyPlace {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Ok(match text.split_once(':') {
            Some(("env", variable)) => Self::Environment(variable.to_owned()),
            #[cfg(feature = "aws")]
            Some(("awskms", key)) => Self::Kms(key.parse()?),
            #[cfg(not(feature = "aws"))]
            Some(("awskms", _)) => {
                return Err(anyhow!(
                    "this is the offline tool, which cannot ask AWS KMS"
                ));
            }
            _ => Self::File(text.into()),
        })
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(variable) => write!(f, "env:{variable}"),
            Self::File(path) => write!(f, "{}", path.display()),
            #[cfg(feature = "aws")]
            Self::Kms(key) => write!(f, "awskms:{key}"),
        }
    }
}

/// What opens a key, besides its place.
#[derive(Clone, Debug, Default, clap::Args)]
pub(in super::super) struct KeyArgs {
    #[command(flatten)]
    pub(in super::super) passphrase: PassphraseArgs,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl KeyArgs {
    /// With this passphrase; AWS is reached as the environment says.
    pub(in super::super) fn with(passphrase: PassphraseArgs) -> Self {
        Self {
            passphrase,
            #[cfg(feature = "aws")]
            connection: ConnectionArgs::default(),
        }
    }
}

/// What lies there.
pub(super) enum Key {
    /// A public key, which signs nothing.
    Public(EvidenceKey),
    /// A key that signs.
    Signing(Box<dyn Signer>),
}

impl Key {
    /// The public half.
    pub(super) fn public(&self) -> &EvidenceKey {
        match self {
            Self::Public(key) => key,
            Self::Signing(signer) => signer.public(),
        }
    }
}

impl KeyPlace {
    /// Opens whatever key lies there.
    ///
    /// # Errors
    /// If there is none, its passphrase is not known, or AWS does not answer.
    pub(super) fn open(&self, args: &KeyArgs) -> Result<Key, Failure> {
        let pem = match self {
            Self::Environment(variable) => std::env::var_os(variable)
                .map(|value| Zeroizing::new(value.into_encoded_bytes()))
                .ok_or_else(|| anyhow!("{self}: there is no such environment variable")),
            Self::File(path) => read(path).with_context(|| format!("{self}: cannot be read")),
            #[cfg(feature = "aws")]
            Self::Kms(key) => {
                let signer = KmsSigner::open(args.connection.clone().open(None)?, key);
                let signer = signer.map_err(|error| match error {
                    KmsError::Call(_) => Failure::CouldNotRun(error.into()),
                    _ => Failure::Usage(error.into()),
                })?;
                return Ok(Key::Signing(Box::new(signer)));
            }
        };
        let pem = pem.map_err(Failure::Usage)?;
        match EvidenceKey::from_pem(&pem) {
            Ok(key) => Ok(Key::Public(key)),
            // Perhaps a private key.
            Err(EvidenceKeyError::Pem(PemError::Label { .. })) => {
                let key = self.private(&pem, &args.passphrase)?;
                Ok(Key::Signing(Box::new(key)))
            }
            Err(error) => Err(self.usage(error)),
        }
    }

    /// Opens a key that signs.
    ///
    /// # Errors
    /// As [`open`](Self::open), or it is a public key.
    pub(in super::super) fn signer(&self, args: &KeyArgs) -> Result<Box<dyn Signer>, Failure> {
        match self.open(args)? {
            Key::Signing(signer) => Ok(signer),
            Key::Public(_) => Err(Failure::Usage(anyhow!(
                "{self}: is a public key, which signs nothing; give the private one"
            ))),
        }
    }

    /// The public half of whatever key lies there.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(in super::super) fn public(&self, args: &KeyArgs) -> Result<EvidenceKey, Failure> {
        Ok(self.open(args)?.public().clone())
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

    fn usage(&self, error: impl std::error::Error + Send + Sync + 'static) -> Failure {
        Failure::Usage(anyhow::Error::new(error).context(self.to_string()))
    }
}

/// Reads a file, or as much of it as shows that it is too large to be a key.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let room = PemError::MAX_BYTES + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    File::open(path)?
        .take(u64::try_from(room)?)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
