//! One key of a list, whatever its form: from texts to a [`TrustedKey`].

use std::borrow::Cow;
use std::sync::Arc;

use data_encoding::BASE64_MIME;
use jiff::Timestamp;

use super::error::EntryProblem;
use super::parse::Limits;
use super::policy::FingerprintPolicy;
use super::source::Provenance;
use super::trusted_key::TrustedKey;
use crate::fingerprint::Fingerprint;
use crate::public_key::PublicKey;
use crate::region::Region;
use crate::validity::Validity;

/// What either form says about a key.
pub(super) struct Entry<'a> {
    /// The DER, in base64 with or without line breaks.
    pub(super) value: Cow<'a, str>,
    pub(super) fingerprint: Cow<'a, str>,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) region: Option<Region>,
    pub(super) provenance: Option<Arc<Provenance>>,
}

impl Entry<'_> {
    /// Checks the key by itself: its bytes, its fingerprint, its validity.
    pub(super) fn check(
        self,
        origin: &Arc<str>,
        policy: FingerprintPolicy,
    ) -> Result<TrustedKey, EntryProblem> {
        let fingerprint: Fingerprint = self.fingerprint.parse()?;
        let validity = Validity::new(self.start, self.end)?;
        let public_key = PublicKey::from_der(&decode(&self.value)?)?;

        let computed = public_key.fingerprint();
        if fingerprint != computed && policy == FingerprintPolicy::Refuse {
            return Err(EntryProblem::FingerprintMismatch {
                listed: fingerprint,
                computed,
            });
        }
        Ok(TrustedKey {
            public_key,
            fingerprint,
            validity,
            region: self.region,
            origin: Arc::clone(origin),
            provenance: self.provenance,
        })
    }
}

fn decode(value: &str) -> Result<Vec<u8>, EntryProblem> {
    if value.len() > Limits::VALUE_CHARS {
        return Err(EntryProblem::ValueTooLong { found: value.len() });
    }
    BASE64_MIME
        .decode(value.as_bytes())
        .map_err(|error| EntryProblem::Base64 {
            reason: error.to_string(),
        })
}
