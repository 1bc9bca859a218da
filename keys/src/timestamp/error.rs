//! Why a time stamp is not believed.

use jiff::Timestamp;
use thiserror::Error;

use super::bounds::Limits;
use crate::sha256::Sha256;

/// Why a time stamp is not believed, or not understood.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum TimeStampError {
    /// An algorithm that is too weak or not known here.
    #[error(
        "{what}: expected RSA PKCS#1 v1.5 or ECDSA on P-256 or P-384, with SHA-256, SHA-384 or SHA-512, found {found}"
    )]
    Algorithm {
        /// What is made with it.
        what: &'static str,
        /// Its object identifier.
        found: String,
    },
    /// A signed attribute is missing, is there twice, or is about something else.
    #[error(
        "the signed attribute {attribute}: expected {expected}, found another, none, or several"
    )]
    Attribute {
        /// Its name.
        attribute: &'static str,
        /// What it has to say.
        expected: &'static str,
    },
    /// The signer's certificate, or one between it and a trusted one.
    #[error("the certificate of {subject}: {problem}")]
    Certificate {
        /// Whose. Untrusted text.
        subject: String,
        /// What is wrong with it.
        problem: CertificateProblem,
    },
    /// The token is about other bytes.
    #[error(
        "expected a time stamp of the SHA-256 {expected}, found one of {found}: it belongs to other bytes, or these were altered"
    )]
    Imprint {
        /// The hash that was to be stamped.
        expected: Sha256,
        /// The hash that was, in hex, with its algorithm.
        found: String,
    },
    /// Not the DER that it should be.
    #[error("expected {what}, found bytes that are none: {reason}")]
    Malformed {
        /// What was to be read.
        what: &'static str,
        /// The parser's reason.
        reason: String,
    },
    /// The authority granted nothing.
    #[error("the authority refused, with the status {status}{reason}")]
    NotGranted {
        /// The status, as RFC 3161 calls it.
        status: &'static str,
        /// What it said, if anything, after `: `. Untrusted text.
        reason: String,
    },
    /// The answer is to another request.
    #[error(
        "expected the random number of the request, found another or none: this is the answer to another request"
    )]
    Nonce,
    /// The signature does not belong to this content.
    #[error("the signature is not the signer's over this token: it was altered")]
    Signature,
    /// The certificate of the signer is not in the token.
    #[error(
        "expected the certificate of the one signer in the token, found none or several signers; ask with certReq"
    )]
    Signer,
    /// More than an authority sends.
    #[error(
        "expected a time stamp within the limits ({} bytes, {} members of one structure, {} levels), found more {what}",
        Limits::BYTES,
        Limits::MEMBERS,
        Limits::DEPTH
    )]
    TooLarge {
        /// Of what.
        what: &'static str,
    },
}

impl TimeStampError {
    /// Makes an error of the parser's.
    pub(super) fn malformed(what: &'static str) -> impl Fn(der::Error) -> Self {
        move |error| Self::Malformed {
            what,
            reason: error.to_string(),
        }
    }

    /// What is wrong without the parser's noticing.
    pub(super) fn not(what: &'static str, reason: &str) -> Self {
        Self::Malformed {
            what,
            reason: reason.to_owned(),
        }
    }
}

/// What is wrong with a certificate.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// It was not valid at that time.
    #[error("was valid from {from} to {to}, and not at {at}")]
    Expired {
        /// The first second of its validity.
        from: Timestamp,
        /// The last second.
        to: Timestamp,
        /// The time of the stamp.
        at: Timestamp,
    },
    /// An extension that must be understood, and is not.
    #[error(
        "has a critical extension that is not understood, or has one twice or malformed: {oid}"
    )]
    Extension {
        /// Its object identifier.
        oid: String,
    },
    /// Nothing trusted leads to it.
    #[error(
        "was issued by {issuer}, of which no certificate is trusted or in the token; trust the authority's own CA"
    )]
    Issuer {
        /// By whom. Untrusted text.
        issuer: String,
    },
    /// It may not be a CA's.
    #[error("issued another one, and is no CA's, or not one of as many levels")]
    NotACa,
    /// It is not the issuer's signature.
    #[error("is not signed by its issuer: it was altered, or another CA of that name issued it")]
    Signature,
    /// The way to a trusted one is too long or branches too often.
    #[error("is more than {} certificates away from a trusted one", Limits::CHAIN)]
    TooFar,
    /// It is for something else.
    #[error("is not for {purpose}")]
    Usage {
        /// What it should be for.
        purpose: &'static str,
    },
}
