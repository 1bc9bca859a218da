//! Who signs a bundle, as it is typed.

use anyhow::anyhow;
use trailseal_forensics::report::SignedBy;
use trailseal_keys::signing::Signer;

use super::super::keys::{KeyArgs, KeyPlace, PassphraseArgs};
use crate::exit::Failure;

/// Who signs.
#[derive(Debug, clap::Args)]
pub(super) struct SigningArgs {
    /// The private key that signs the bundle: a PEM file as `trailseal keys generate` makes
    /// it, env:VAR, or awskms:KEY (an id or ARN, reached as the environment says).
    #[arg(
        long,
        visible_alias = "signer",
        value_name = "KEY",
        help_heading = "Signature"
    )]
    signing_key: Option<KeyPlace>,

    /// Sign nothing: whoever holds the bundle can then change all of it, and it says so.
    #[arg(long, conflicts_with = "signing_key", help_heading = "Signature")]
    unsigned: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// Who signs, ready to do so.
pub(super) enum Signature {
    By(Box<dyn Signer>),
    Nobody,
}

impl SigningArgs {
    /// A key without anybody at the terminal.
    pub(super) fn with(key: KeyPlace, passphrase: PassphraseArgs) -> Self {
        Self {
            signing_key: Some(key),
            unsigned: false,
            passphrase,
        }
    }

    /// Opens the key: before the work, because it may take a passphrase.
    ///
    /// # Errors
    /// If there is no key, or it cannot be used.
    pub(super) fn open(&self) -> Result<Signature, Failure> {
        match &self.signing_key {
            Some(place) => Ok(Signature::By(
                place.signer(&KeyArgs::with(self.passphrase.clone()))?,
            )),
            None if self.unsigned => Ok(Signature::Nobody),
            None => Err(Failure::Usage(anyhow!(
                "who signs? give --signing-key FILE, as `trailseal keys generate` makes it, or say \
                 --unsigned"
            ))),
        }
    }
}

impl Signature {
    /// The same for the report.
    pub(super) fn signed_by(&self) -> SignedBy {
        match self {
            Self::By(signer) => SignedBy::Signed {
                key: signer.public().id(),
                algorithm: signer.public().algorithm(),
            },
            Self::Nobody => SignedBy::Unsigned,
        }
    }
}
