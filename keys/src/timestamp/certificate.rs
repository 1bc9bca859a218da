//! A certificate, and what it may be used for.

use der::oid::db::rfc5280::{
    ANY_EXTENDED_KEY_USAGE, ID_CE_BASIC_CONSTRAINTS, ID_CE_CERTIFICATE_POLICIES,
    ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE, ID_KP_TIME_STAMPING,
};
use der::oid::{AssociatedOid, ObjectIdentifier};
use der::{AnyRef, Decode, Reader as _, SliceReader};
use jiff::Timestamp;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::time::Time;
use x509_cert::{TbsCertificate, Version};

use super::error::{CertificateProblem, TimeStampError};
use super::signature::Scheme;

/// A certificate, read, with the bytes that it was read from: signatures and hashes
/// are over those.
pub(super) struct Certificate<'d> {
    pub(super) der: &'d [u8],
    signed: &'d [u8],
    read: x509_cert::Certificate,
}

/// Critical extensions that are looked at. Of policies none is asked for, so any is
/// right.
const UNDERSTOOD: [ObjectIdentifier; 4] = [
    ID_CE_BASIC_CONSTRAINTS,
    ID_CE_CERTIFICATE_POLICIES,
    ID_CE_EXT_KEY_USAGE,
    ID_CE_KEY_USAGE,
];

impl<'d> Certificate<'d> {
    pub(super) fn parse(der: &'d [u8]) -> Result<Self, TimeStampError> {
        let read = || {
            let read = x509_cert::Certificate::from_der(der)?;
            let content = AnyRef::from_der(der)?.value();
            let signed = SliceReader::new(content)?.tlv_bytes()?;
            Ok(Self { der, signed, read })
        };
        let certificate: Self = read().map_err(TimeStampError::malformed("a certificate"))?;
        // The outer one is not signed.
        if certificate.tbs().signature != certificate.read.signature_algorithm {
            let reason = "it states two algorithms of its signature";
            return Err(TimeStampError::not("a certificate", reason));
        }
        Ok(certificate)
    }

    pub(super) fn tbs(&self) -> &TbsCertificate {
        &self.read.tbs_certificate
    }

    pub(super) fn subject(&self) -> String {
        excerpt(&self.tbs().subject)
    }

    pub(super) fn issuer(&self) -> String {
        excerpt(&self.tbs().issuer)
    }

    /// That it signs time stamps, and nothing else: RFC 3161, section 2.3.
    pub(super) fn is_for_time_stamps(&self) -> Result<(), CertificateProblem> {
        self.extensions_are_understood()?;
        let usage = self.extension::<ExtendedKeyUsage>()?;
        let alone = usage.is_some_and(|(critical, ExtendedKeyUsage(purposes))| {
            critical && purposes == [ID_KP_TIME_STAMPING]
        });
        let signs = self
            .extension::<KeyUsage>()?
            .is_none_or(|(_, usage)| usage.digital_signature() || usage.non_repudiation());
        if alone && signs {
            Ok(())
        } else {
            let purpose = "time stamps alone (extendedKeyUsage, critical)";
            Err(CertificateProblem::Usage { purpose })
        }
    }

    /// That it may issue certificates for time stamps, with so many CAs between it
    /// and the signer.
    pub(super) fn is_for_issuing(&self, between: usize) -> Result<(), CertificateProblem> {
        self.extensions_are_understood()?;
        let enough = |limit: Option<u8>| limit.is_none_or(|limit| usize::from(limit) >= between);
        let ca = self
            .extension::<BasicConstraints>()?
            .is_some_and(|(_, basic)| basic.ca && enough(basic.path_len_constraint));
        if self.tbs().version != Version::V3 || !ca {
            return Err(CertificateProblem::NotACa);
        }
        let signs = self
            .extension::<KeyUsage>()?
            .is_none_or(|(_, usage)| usage.key_cert_sign());
        if !signs {
            let purpose = "signing certificates (keyUsage)";
            return Err(CertificateProblem::Usage { purpose });
        }
        let suits =
            |oid: &ObjectIdentifier| [ANY_EXTENDED_KEY_USAGE, ID_KP_TIME_STAMPING].contains(oid);
        let stamps = self
            .extension::<ExtendedKeyUsage>()?
            .is_none_or(|(_, ExtendedKeyUsage(purposes))| purposes.iter().any(suits));
        if stamps {
            Ok(())
        } else {
            let purpose = "time stamps (extendedKeyUsage)";
            Err(CertificateProblem::Usage { purpose })
        }
    }

    /// That it was valid at a time; both ends count.
    pub(super) fn was_valid(&self, at: Timestamp) -> Result<(), CertificateProblem> {
        let validity = &self.tbs().validity;
        let (from, to) = (
            timestamp(validity.not_before),
            timestamp(validity.not_after),
        );
        if (from.as_second()..=to.as_second()).contains(&at.as_second()) {
            Ok(())
        } else {
            Err(CertificateProblem::Expired { from, to, at })
        }
    }

    /// That the issuer's key signed it.
    pub(super) fn is_signed_by(&self, issuer: &Certificate<'_>) -> Result<(), CertificateProblem> {
        let key = &issuer.tbs().subject_public_key_info;
        let signature = self.read.signature.as_bytes();
        let scheme = Scheme::named(&self.read.signature_algorithm, None);
        match (scheme, signature) {
            (Some(scheme), Some(signature)) if scheme.verifies(key, self.signed, signature) => {
                Ok(())
            }
            _ => Err(CertificateProblem::Signature),
        }
    }

    pub(super) fn problem(&self, problem: CertificateProblem) -> TimeStampError {
        TimeStampError::Certificate {
            subject: self.subject(),
            problem,
        }
    }

    /// An extension and whether it is critical. One that is there twice could be
    /// read in two ways.
    pub(super) fn extension<'c, T: AssociatedOid + Decode<'c>>(
        &'c self,
    ) -> Result<Option<(bool, T)>, CertificateProblem> {
        let problem = |_| CertificateProblem::Extension {
            oid: T::OID.to_string(),
        };
        let mut found = self.tbs().filter::<T>();
        let first = found.next().transpose().map_err(problem)?;
        if found.next().is_some() {
            let oid = T::OID.to_string();
            return Err(CertificateProblem::Extension { oid });
        }
        Ok(first)
    }

    fn extensions_are_understood(&self) -> Result<(), CertificateProblem> {
        let unknown = self
            .tbs()
            .extensions
            .iter()
            .flatten()
            .find(|extension| extension.critical && !UNDERSTOOD.contains(&extension.extn_id));
        match unknown {
            None => Ok(()),
            Some(extension) => Err(CertificateProblem::Extension {
                oid: extension.extn_id.to_string(),
            }),
        }
    }
}

/// The library holds times from 1970 to 9999.
fn timestamp(time: Time) -> Timestamp {
    let seconds = time.to_unix_duration().as_secs();
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX)
}

fn excerpt(name: &impl ToString) -> String {
    name.to_string().chars().take(200).collect()
}
