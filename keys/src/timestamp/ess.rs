//! The signed attribute that names the signer's certificate: ESS, [RFC 5035] and,
//! with SHA-1, [RFC 2634].
//!
//! Without it, a token could be laid at the door of another certificate with the
//! same key. Finding one with the same SHA-1 takes a second preimage, which nobody
//! can; so the old form is read.
//!
//! [RFC 2634]: https://www.rfc-editor.org/rfc/rfc2634#section-5.4
//! [RFC 5035]: https://www.rfc-editor.org/rfc/rfc5035#section-4

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use der::asn1::{AnyRef, OctetStringRef};
use der::{Decode as _, Sequence};
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::certificate::Certificate;
use super::signature::Hash;

/// `IssuerSerial`: which certificate is meant, in another way.
#[derive(Sequence)]
struct IssuerSerial {
    issuer: GeneralNames,
    serial_number: SerialNumber,
}

/// `ESSCertIDv2`.
#[derive(Sequence)]
struct CertIdV2<'d> {
    #[asn1(optional = "true")]
    hash_algorithm: Option<AlgorithmIdentifierOwned>,
    cert_hash: OctetStringRef<'d>,
    #[asn1(optional = "true")]
    issuer_serial: Option<IssuerSerial>,
}

/// `ESSCertID`.
#[derive(Sequence)]
struct CertIdV1<'d> {
    cert_hash: OctetStringRef<'d>,
    #[asn1(optional = "true")]
    issuer_serial: Option<IssuerSerial>,
}

/// `SigningCertificate` and `SigningCertificateV2`; the first of `certs` is the
/// signer's.
#[derive(Sequence)]
struct SigningCertificate<'d> {
    certs: AnyRef<'d>,
    #[asn1(optional = "true")]
    policies: Option<AnyRef<'d>>,
}

/// Whether a `SigningCertificateV2` names the certificate.
pub(super) fn v2_names(attribute: AnyRef<'_>, certificate: &Certificate<'_>) -> Option<bool> {
    let list: SigningCertificate<'_> = attribute.decode_as().ok()?;
    let id = CertIdV2::from_der(first(list.certs)?).ok()?;
    let hash = match &id.hash_algorithm {
        None => Hash::Sha256,
        Some(algorithm) => Hash::named(algorithm)?,
    };
    let same = hash.of(certificate.der).as_ref() == id.cert_hash.as_bytes();
    Some(same && agrees(id.issuer_serial.as_ref(), certificate))
}

/// Whether a `SigningCertificate` names the certificate.
pub(super) fn v1_names(attribute: AnyRef<'_>, certificate: &Certificate<'_>) -> Option<bool> {
    let list: SigningCertificate<'_> = attribute.decode_as().ok()?;
    let id = CertIdV1::from_der(first(list.certs)?).ok()?;
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der);
    let same = hash.as_ref() == id.cert_hash.as_bytes();
    Some(same && agrees(id.issuer_serial.as_ref(), certificate))
}

/// The DER of the first element of a list.
fn first(list: AnyRef<'_>) -> Option<&[u8]> {
    use der::{Reader as _, SliceReader, Tag, Tagged as _};
    (list.tag() == Tag::Sequence).then_some(())?;
    SliceReader::new(list.value()).ok()?.tlv_bytes().ok()
}

fn agrees(stated: Option<&IssuerSerial>, certificate: &Certificate<'_>) -> bool {
    let tbs = certificate.tbs();
    stated.is_none_or(|stated| {
        let issuer = GeneralName::DirectoryName(tbs.issuer.clone());
        stated.serial_number == tbs.serial_number && stated.issuer == [issuer]
    })
}
