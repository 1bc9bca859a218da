//! The key that signs a ledger's journal.

use anyhow::anyhow;
use trailseal_keys::signing::{EvidenceKey, Signer};

use super::super::keys::{KeyArgs, KeyPlace, PassphraseArgs};
use crate::check::config::Config;
use crate::exit::Failure;

/// Who signs, and who may have signed.
pub(in super::super) struct Signing {
    /// The key of the configuration, if it names one.
    pub(in super::super) signer: Option<Box<dyn Signer>>,
    /// The public halves of all that may have signed.
    pub(in super::super) keys: Vec<EvidenceKey>,
}

impl Signing {
    /// The keys of a configuration.
    ///
    /// # Errors
    /// If one of them cannot be used.
    pub(in super::super) fn of(
        config: &Config,
        passphrase: &PassphraseArgs,
    ) -> Result<Self, Failure> {
        let Some(place) = &config.signing_key else {
            return Ok(Self {
                signer: None,
                keys: Vec::new(),
            });
        };
        let args = KeyArgs::with(passphrase.clone());
        let place: KeyPlace = place
            .parse()
            .map_err(|error| Failure::Usage(anyhow!("signing_key: {error}")))?;
        let signer = place.signer(&args)?;
        let mut keys = vec![signer.public().clone()];
        for path in &config.former_keys {
            keys.push(KeyPlace::File(path.clone()).public(&args)?);
        }
        Ok(Self {
            signer: Some(signer),
            keys,
        })
    }
}
