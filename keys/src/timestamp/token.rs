//! A token, read and not yet believed.

use cms::cert::IssuerAndSerialNumber;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::OctetString;
use der::oid::ObjectIdentifier;
use der::oid::db::rfc5911::ID_SIGNED_DATA;
use der::{AnyRef, Decode as _, Encode as _, Header, Reader as _, SliceReader, Tag, TagNumber};
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::bounds;
use super::certificate::Certificate;
use super::error::TimeStampError;
use super::response;
use super::signature::Hash;

/// `id-ct-TSTInfo` of RFC 3161, section 2.4.2.
pub(super) const ID_CT_TST_INFO: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

const WHAT: &str = "a time-stamp token (CMS SignedData)";

/// A time-stamp token: CMS signed data ([RFC 5652]) with a `TSTInfo` in it.
///
/// [RFC 5652]: https://www.rfc-editor.org/rfc/rfc5652#section-5
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Token {
    der: Vec<u8>,
    /// The SignedData in it.
    content: Vec<u8>,
    /// The TSTInfo in that.
    info: Vec<u8>,
    signer: SignerInfo,
}

impl Token {
    /// Takes the token from the answer to a request: the DER of a `TimeStampResp`.
    ///
    /// # Errors
    /// [`TimeStampError::NotGranted`] if the authority refused; others if the
    /// answer is none.
    pub fn from_response(der: &[u8]) -> Result<Self, TimeStampError> {
        Self::parse(&response::token(der)?)
    }

    /// Reads the DER of a token, as [`Token::der`] returns it and
    /// `openssl ts -reply -token_out` writes it.
    ///
    /// # Errors
    /// [`TimeStampError`]; nothing is verified yet.
    pub fn parse(der: &[u8]) -> Result<Self, TimeStampError> {
        let malformed = TimeStampError::malformed(WHAT);
        bounds::check(der)?;
        let outer = ContentInfo::from_der(der).map_err(&malformed)?;
        if outer.content_type != ID_SIGNED_DATA {
            return Err(TimeStampError::not(WHAT, "its content is of another type"));
        }
        let signed: SignedData = outer.content.decode_as().map_err(&malformed)?;
        if signed.version != CmsVersion::V3 {
            return Err(TimeStampError::not(WHAT, "it is of another version than 3"));
        }
        let content = &signed.encap_content_info;
        let info = match &content.econtent {
            Some(info) if content.econtent_type == ID_CT_TST_INFO => info,
            _ => return Err(TimeStampError::not(WHAT, "there is no TSTInfo in it")),
        };
        let info: OctetString = info.decode_as().map_err(&malformed)?;
        let signers = signed.signer_infos.0.into_vec();
        let Ok([signer]) = <[SignerInfo; 1]>::try_from(signers) else {
            return Err(TimeStampError::Signer);
        };
        let hash = Hash::named(&signer.digest_alg);
        let listed = |algorithm: &AlgorithmIdentifierOwned| Hash::named(algorithm) == hash;
        if !signed.digest_algorithms.iter().all(listed) {
            return Err(TimeStampError::not(
                WHAT,
                "it lists another hash than its one signer's",
            ));
        }
        Ok(Self {
            der: der.to_vec(),
            content: outer.content.to_der().map_err(&malformed)?,
            info: info.into_bytes(),
            signer,
        })
    }

    /// The bytes, to be kept: they prove the time for as long as the hash and the
    /// signature hold.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The TSTInfo.
    pub(super) fn info(&self) -> &[u8] {
        &self.info
    }

    pub(super) fn signer(&self) -> &SignerInfo {
        &self.signer
    }

    /// The certificates in it. The library has read them, and has not kept their
    /// bytes, which are what was signed.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate<'_>>, TimeStampError> {
        raw_certificates(&self.content)
            .map_err(TimeStampError::malformed(WHAT))?
            .into_iter()
            .map(Certificate::parse)
            .collect()
    }

    /// Whether the certificate is the one that the signer names.
    pub(super) fn names(&self, certificate: &Certificate<'_>) -> bool {
        let tbs = certificate.tbs();
        match (&self.signer.sid, self.signer.version) {
            (SignerIdentifier::IssuerAndSerialNumber(named), CmsVersion::V1) => {
                let IssuerAndSerialNumber {
                    issuer,
                    serial_number,
                } = named;
                *issuer == tbs.issuer && *serial_number == tbs.serial_number
            }
            (SignerIdentifier::SubjectKeyIdentifier(named), CmsVersion::V3) => certificate
                .extension::<SubjectKeyIdentifier>()
                .is_ok_and(|found| found.is_some_and(|(_, own)| own == *named)),
            _ => false,
        }
    }
}

/// The DER of each X.509 certificate of a SignedData: the members of `[0]`, after
/// version, digestAlgorithms and encapContentInfo.
fn raw_certificates(signed_data: &[u8]) -> der::Result<Vec<&[u8]>> {
    let content = AnyRef::from_der(signed_data)?.value();
    let mut reader = SliceReader::new(content)?;
    for _ in 0..3 {
        reader.tlv_bytes()?;
    }
    let tag = Tag::ContextSpecific {
        constructed: true,
        number: TagNumber::new(0),
    };
    let header = Header::decode(&mut reader)?;
    if header.tag != tag {
        return Ok(Vec::new());
    }
    let mut members = SliceReader::new(reader.read_slice(header.length)?)?;
    let mut certificates = Vec::new();
    while !members.is_finished() {
        let is_certificate = members.peek_tag()? == Tag::Sequence;
        let member = members.tlv_bytes()?;
        if is_certificate {
            certificates.push(member);
        }
    }
    Ok(certificates)
}
