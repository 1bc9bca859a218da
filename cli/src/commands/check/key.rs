//! The key that signs a ledger's journal.

use anyhow::anyhow;
use trailseal_keys::signing::{EvidenceKey, Signer};

use super::super::keys::{KeyArgs, KeyPlace, PassphraseArgs};
use crate::check::config::Config;
use crate::exit::Failure;

/// The key of a configuration, and the public halves of all that may have signed.
///
/// # Errors
/// If one of them cannot be used.
pub(in super::super) fn signer_of(
    config: &Config,
    passphrase: &PassphraseArgs,
) -> Result<(Option<Box<dyn Signer>>, Vec<EvidenceKey>), Failure> {
    let Some(place) = &config.signing_key else {
        return Ok((None, Vec::new()));
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
    Ok((Some(signer), keys))
}
