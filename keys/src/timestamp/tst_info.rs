//! The statement in a token.

use der::asn1::{AnyRef, Int, ObjectIdentifier};
use der::{Decode as _, Sequence, Tag, Tagged as _};
use jiff::{SignedDuration, Timestamp};
use x509_cert::ext::Extensions;
use x509_tsp::{Accuracy, MessageImprint, TspVersion};

use super::error::TimeStampError;
use super::gen_time;
use super::signature::Hash;
use crate::sha256::Sha256;

/// `TSTInfo` of RFC 3161, section 2.4.2. The library's own takes no fractions of
/// seconds.
#[derive(Sequence)]
pub(super) struct TstInfo<'d> {
    version: TspVersion,
    pub(super) policy: ObjectIdentifier,
    message_imprint: MessageImprint,
    pub(super) serial_number: Int,
    gen_time: AnyRef<'d>,
    #[asn1(optional = "true")]
    accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    ordering: bool,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<Int>,
    /// The authority's name for itself; the certificate has the one that counts.
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    tsa: Option<AnyRef<'d>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    extensions: Option<Extensions>,
}

const WHAT: &str = "a TSTInfo";

impl<'d> TstInfo<'d> {
    pub(super) fn parse(der: &'d [u8]) -> Result<Self, TimeStampError> {
        let info = Self::from_der(der).map_err(TimeStampError::malformed(WHAT))?;
        let critical = |extensions: &Extensions| extensions.iter().any(|e| e.critical);
        if info.extensions.as_ref().is_some_and(critical) {
            let reason = "a critical extension that is not understood";
            return Err(TimeStampError::not(WHAT, reason));
        }
        Ok(info)
    }

    /// Checks that the statement is about this hash.
    pub(super) fn is_of(&self, expected: Sha256) -> Result<(), TimeStampError> {
        let imprint = &self.message_imprint;
        let algorithm = &imprint.hash_algorithm;
        let found = imprint.hashed_message.as_bytes();
        if Hash::named(algorithm) == Some(Hash::Sha256) && found == expected.as_bytes() {
            return Ok(());
        }
        let found = data_encoding::HEXLOWER.encode(found);
        Err(TimeStampError::Imprint {
            expected,
            found: format!("{found:.128} (hash algorithm {})", algorithm.oid),
        })
    }

    pub(super) fn time(&self) -> Result<Timestamp, TimeStampError> {
        (self.gen_time.tag() == Tag::GeneralizedTime)
            .then(|| gen_time::parse(self.gen_time.value()))
            .flatten()
            .ok_or_else(|| TimeStampError::not(WHAT, "genTime is no time in UTC"))
    }

    /// How far the clock may have been off; a second is the smallest unit without.
    pub(super) fn accuracy(&self) -> Result<Option<SignedDuration>, TimeStampError> {
        let Some(accuracy) = &self.accuracy else {
            return Ok(None);
        };
        let thousandths = |part: Option<i16>| match part {
            None => Some(0),
            Some(part) => (1..=999).contains(&part).then_some(i64::from(part)),
        };
        let duration = || {
            let seconds = u32::try_from(accuracy.seconds.unwrap_or(0)).ok()?;
            let millis = thousandths(accuracy.millis)?;
            let micros = thousandths(accuracy.micros)?;
            Some(
                SignedDuration::from_secs(seconds.into())
                    + SignedDuration::from_micros(millis * 1000 + micros),
            )
        };
        duration()
            .map(Some)
            .ok_or_else(|| TimeStampError::not(WHAT, "accuracy is out of its bounds"))
    }
}
