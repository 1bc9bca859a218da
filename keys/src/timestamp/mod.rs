//! Time stamps by an authority that neither we nor the evidence's owner control:
//! [RFC 3161].
//!
//! A [`Request`] holds the hash of some bytes and a random number. The authority
//! answers with a [`Token`]: a signed statement that it saw that hash at a time.
//! [`Token::verify`] needs the authority's certificate (the CA's, in PEM), and
//! nothing else: neither a network nor a clock. The time against which certificates
//! are held is the token's own, which is right as long as the authority's key was
//! not stolen before it expired. Whether it was revoked is not asked: that needs
//! the network, and a list that may be gone when evidence is looked at.
//!
//! # What is checked
//!
//! * the answer says *granted*, and holds a token ([RFC 3161, section 2.4.2]);
//! * the token is about our hash, and has our number if one is expected;
//! * the signed attributes name this content, its hash, and the certificate of the
//!   signer ([RFC 5652, section 5.4], [RFC 5035]; the SHA-1 form of [RFC 2634] is
//!   read, too, because authorities still write it);
//! * the signature is RSA PKCS#1 v1.5 with SHA-256 or better, or ECDSA on P-256 or
//!   P-384;
//! * a chain of at most [`Limits::CHAIN`] certificates leads to one that is trusted;
//!   each was valid at that time, issuers are CAs, and the signer's certificate is
//!   for time stamping and for nothing else ([RFC 3161, section 2.3]).
//!
//! The library parses strictly: DER only, as RFC 3161 has it.
//!
//! Absent on purpose: asking an authority (that is network), revocation, and RSA-PSS.
//!
//! [RFC 2634]: https://www.rfc-editor.org/rfc/rfc2634#section-5.4
//! [RFC 3161]: https://www.rfc-editor.org/rfc/rfc3161
//! [RFC 3161, section 2.3]: https://www.rfc-editor.org/rfc/rfc3161#section-2.3
//! [RFC 3161, section 2.4.2]: https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2
//! [RFC 5035]: https://www.rfc-editor.org/rfc/rfc5035
//! [RFC 5652, section 5.4]: https://www.rfc-editor.org/rfc/rfc5652#section-5.4

mod bounds;
mod certificate;
mod chain;
mod error;
mod ess;
mod gen_time;
mod request;
mod response;
mod signature;
mod token;
mod trust;
mod tst_info;
mod verified;
mod verify;

#[cfg(test)]
mod tests;

pub use bounds::Limits;
pub use error::{CertificateProblem, TimeStampError};
pub use request::{Nonce, Request};
pub use token::Token;
pub use trust::{TrustAnchors, TrustAnchorsError};
pub use verified::TimeStamp;
pub use verify::Expected;
