//! A key with what was said about it where it was listed.

use std::sync::Arc;

use super::source::Provenance;
use crate::fingerprint::Fingerprint;
use crate::public_key::PublicKey;
use crate::region::Region;
use crate::validity::Validity;

/// A public key that the caller chose to trust, and where it was listed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrustedKey {
    pub(super) public_key: PublicKey,
    pub(super) fingerprint: Fingerprint,
    pub(super) validity: Validity,
    pub(super) region: Option<Region>,
    pub(super) origin: Arc<str>,
    pub(super) provenance: Option<Arc<Provenance>>,
}

impl TrustedKey {
    /// The key itself.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The fingerprint as listed, by which digests name the key. It differs from
    /// that of [`PublicKey::fingerprint`] only under
    /// [`FingerprintPolicy::Accept`](crate::FingerprintPolicy::Accept).
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// From when to when the key signs, as listed.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// The Region whose digests the key signs; `None` if its list does not say,
    /// and the key is tried for every Region.
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The [`KeySource::origin`](crate::KeySource::origin) of the file that listed
    /// the key first.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How the key was fetched, if its list says so.
    pub fn provenance(&self) -> Option<&Provenance> {
        self.provenance.as_deref()
    }

    /// What makes two listings one: everything but where they were found. Also
    /// the order of a keyring.
    pub(super) fn identity(&self) -> impl Ord {
        (
            self.region.as_ref(),
            self.fingerprint,
            self.validity,
            self.public_key.der(),
        )
    }
}
