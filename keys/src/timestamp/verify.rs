//! The checks that make a token a time stamp.

use cms::signed_data::SignerInfo;
use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE, ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_MESSAGE_DIGEST,
};
use der::{AnyRef, Encode as _};

use super::bounds::Limits;
use super::certificate::Certificate;
use super::chain::Search;
use super::error::TimeStampError;
use super::ess;
use super::request::{Nonce, Request};
use super::signature::{Hash, Scheme};
use super::token::{ID_CT_TST_INFO, Token};
use super::trust::TrustAnchors;
use super::tst_info::TstInfo;
use super::verified::TimeStamp;
use crate::sha256::Sha256;

/// What a token has to be about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Expected {
    /// The hash of the bytes.
    pub digest: Sha256,
    /// The number of the request, for who has just asked. It is not needed to
    /// believe a token later: that the hash is the right one is enough.
    pub nonce: Option<Nonce>,
}

impl From<Request> for Expected {
    fn from(request: Request) -> Self {
        Self {
            digest: request.digest,
            nonce: Some(request.nonce),
        }
    }
}

impl Token {
    /// Checks everything that the [module](super) lists.
    ///
    /// # Errors
    /// [`TimeStampError`]: the first thing that is wrong.
    pub fn verify(
        &self,
        expected: Expected,
        trusted: &TrustAnchors,
    ) -> Result<TimeStamp, TimeStampError> {
        let info = TstInfo::parse(self.info())?;
        info.is_of(expected.digest)?;
        if let Some(nonce) = expected.nonce {
            let nonce = nonce
                .to_integer()
                .map_err(TimeStampError::malformed("a nonce"))?;
            if info.nonce.as_ref() != Some(&nonce) {
                return Err(TimeStampError::Nonce);
            }
        }
        let time = info.time()?;

        let offered = self.certificates()?;
        let mut named = offered.iter().filter(|certificate| self.names(certificate));
        let (Some(signer), None) = (named.next(), named.next()) else {
            return Err(TimeStampError::Signer);
        };
        self.is_signed_by(signer)?;
        signer
            .is_for_time_stamps()
            .and_then(|()| signer.was_valid(time))
            .map_err(|problem| signer.problem(problem))?;
        let mut search = Search {
            trusted: &trusted.certificates()?,
            offered: &offered,
            at: time,
            budget: Limits::SIGNATURES,
        };
        search.reaches_trust(signer, 0)?;

        Ok(TimeStamp {
            time,
            accuracy: info.accuracy()?,
            authority: signer.subject(),
            serial: data_encoding::HEXLOWER.encode(info.serial_number.as_bytes()),
            policy: info.policy.to_string(),
        })
    }

    /// The signature over the attributes, and what they say of content and signer:
    /// RFC 5652, section 5.4.
    fn is_signed_by(&self, certificate: &Certificate<'_>) -> Result<(), TimeStampError> {
        let signer = self.signer();
        let hash = Hash::named(&signer.digest_alg).ok_or_else(|| TimeStampError::Algorithm {
            what: "the hash of the token",
            found: signer.digest_alg.oid.to_string(),
        })?;
        let scheme = Scheme::named(&signer.signature_algorithm, Some(hash)).ok_or_else(|| {
            TimeStampError::Algorithm {
                what: "the signature of the token",
                found: signer.signature_algorithm.oid.to_string(),
            }
        })?;

        let content_type = attribute(signer, ID_CONTENT_TYPE, "contentType", "id-ct-TSTInfo")?;
        if content_type.and_then(|value| value.decode_as().ok()) != Some(ID_CT_TST_INFO) {
            return Err(TimeStampError::Attribute {
                attribute: "contentType",
                expected: "id-ct-TSTInfo",
            });
        }
        let digest = attribute(signer, ID_MESSAGE_DIGEST, "messageDigest", CONTENT)?
            .and_then(|value| value.decode_as::<OctetStringRef<'_>>().ok());
        if digest.is_none_or(|digest| digest.as_bytes() != hash.of(self.info()).as_ref()) {
            return Err(TimeStampError::Attribute {
                attribute: "messageDigest",
                expected: CONTENT,
            });
        }
        let v1 = attribute(signer, ID_AA_SIGNING_CERTIFICATE, ESS, SIGNER)?;
        let v2 = attribute(signer, ID_AA_SIGNING_CERTIFICATE_V_2, ESS, SIGNER)?;
        let named = match (v1, v2) {
            (None, None) => false,
            (v1, v2) => {
                v1.is_none_or(|value| ess::v1_names(value, certificate) == Some(true))
                    && v2.is_none_or(|value| ess::v2_names(value, certificate) == Some(true))
            }
        };
        if !named {
            return Err(TimeStampError::Attribute {
                attribute: ESS,
                expected: SIGNER,
            });
        }

        // What is signed is their DER as a SET, whatever the order and tag in the
        // token.
        let signed = signer.signed_attrs.to_der();
        let signed = signed.map_err(TimeStampError::malformed("signed attributes"))?;
        let key = &certificate.tbs().subject_public_key_info;
        if scheme.verifies(key, &signed, signer.signature.as_bytes()) {
            Ok(())
        } else {
            Err(TimeStampError::Signature)
        }
    }
}

const CONTENT: &str = "the hash of the TSTInfo";
const ESS: &str = "signingCertificate";
const SIGNER: &str = "the certificate of the signer";

/// The one value of a signed attribute, if it is there.
fn attribute<'t>(
    signer: &'t SignerInfo,
    oid: ObjectIdentifier,
    attribute: &'static str,
    expected: &'static str,
) -> Result<Option<AnyRef<'t>>, TimeStampError> {
    let several = TimeStampError::Attribute {
        attribute,
        expected,
    };
    let attributes = signer.signed_attrs.iter().flat_map(|set| set.iter());
    let mut found = attributes.filter(|attribute| attribute.oid == oid);
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => match one.values.as_slice() {
            [value] => Ok(Some(value.into())),
            _ => Err(several),
        },
        (Some(_), Some(_)) => Err(several),
    }
}
