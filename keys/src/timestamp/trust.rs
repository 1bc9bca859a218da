//! The certificates that are trusted.

use std::fmt;

use der::pem;
use thiserror::Error;

use super::bounds::{self, Limits};
use super::certificate::Certificate;
use super::error::TimeStampError;

/// The certificates of the CAs whose authorities are believed.
#[derive(Clone)]
pub struct TrustAnchors(Vec<Vec<u8>>);

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

impl TrustAnchors {
    /// Reads a PEM file of one or several certificates. Text between them is
    /// passed over.
    ///
    /// # Errors
    /// [`TrustAnchorsError`]; one certificate that cannot be read is enough.
    pub fn from_pem(text: &[u8]) -> Result<Self, TrustAnchorsError> {
        if text.len() > Limits::TRUSTED_BYTES {
            return Err(TrustAnchorsError::TooLarge);
        }
        let text = str::from_utf8(text).map_err(|_| TrustAnchorsError::NotText)?;
        let mut certificates = Vec::new();
        let mut rest = text;
        while let Some((_, begun)) = rest.split_once(BEGIN) {
            let number = certificates.len() + 1;
            if number > Limits::TRUSTED {
                return Err(TrustAnchorsError::TooLarge);
            }
            let unreadable = |reason: String| TrustAnchorsError::Certificate { number, reason };
            let (body, after) = begun
                .split_once(END)
                .ok_or_else(|| unreadable("it has no end".to_owned()))?;
            let block = format!("{BEGIN}{body}{END}");
            let (_, der) =
                pem::decode_vec(block.as_bytes()).map_err(|error| unreadable(error.to_string()))?;
            bounds::check(&der)
                .and_then(|()| Certificate::parse(&der).map(|_| ()))
                .map_err(|error| unreadable(error.to_string()))?;
            certificates.push(der);
            rest = after;
        }
        if certificates.is_empty() {
            return Err(TrustAnchorsError::None);
        }
        Ok(Self(certificates))
    }

    /// The certificates, each of which was read before.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate<'_>>, TimeStampError> {
        self.0.iter().map(|der| Certificate::parse(der)).collect()
    }
}

impl fmt::Debug for TrustAnchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().filter_map(|der| {
                let certificate = Certificate::parse(der).ok()?;
                Some(certificate.subject())
            }))
            .finish()
    }
}

/// What is no file of trusted certificates.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum TrustAnchorsError {
    /// One certificate cannot be read.
    #[error("certificate {number}: {reason}")]
    Certificate {
        /// Its number, counted from 1.
        number: usize,
        /// Why not.
        reason: String,
    },
    /// No certificate.
    #[error(
        "expected certificates in PEM ({BEGIN}), found none; `openssl x509 -inform DER -in FILE` rewrites one that is in DER"
    )]
    None,
    /// No text.
    #[error(
        "expected certificates in PEM, found bytes that are no text; `openssl x509 -inform DER -in FILE` rewrites one that is in DER"
    )]
    NotText,
    /// More than anyone trusts.
    #[error(
        "expected at most {} certificates and {} bytes, found more; keep those of the time-stamp authority",
        Limits::TRUSTED,
        Limits::TRUSTED_BYTES
    )]
    TooLarge,
}
