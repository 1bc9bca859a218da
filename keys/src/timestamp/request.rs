//! What an authority is asked.

use der::asn1::{Int, OctetString};
use der::oid::db::rfc5912::ID_SHA_256;
use der::{Any, Decode as _, Encode as _};
use x509_cert::spki::AlgorithmIdentifier;
use x509_tsp::{MessageImprint, TimeStampReq, TspVersion};

use super::error::TimeStampError;
use crate::sha256::Sha256;

/// A number that ties an answer to its request. The caller draws it at random, so
/// that an old answer cannot be passed off as a new one.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Nonce(u64);

impl Nonce {
    /// Takes eight random bytes.
    pub fn new(random: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(random))
    }

    pub(super) fn to_integer(self) -> der::Result<Int> {
        Int::from_der(&self.0.to_der()?)
    }
}

/// A request to stamp the SHA-256 of some bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Request {
    /// The hash.
    pub digest: Sha256,
    /// The number that the answer has to repeat.
    pub nonce: Nonce,
}

impl Request {
    /// The media type of the body of an HTTP request: RFC 3161, section 3.4.
    pub const MEDIA_TYPE: &str = "application/timestamp-query";

    /// The DER of a `TimeStampReq`. It names no policy, and asks for the signer's
    /// certificate to be in the token.
    ///
    /// # Errors
    /// None that is known of: the encoder's error is passed on.
    pub fn to_der(&self) -> Result<Vec<u8>, TimeStampError> {
        let request = || {
            TimeStampReq {
                version: TspVersion::V1,
                message_imprint: MessageImprint {
                    hash_algorithm: AlgorithmIdentifier {
                        oid: ID_SHA_256,
                        parameters: Some(Any::null()),
                    },
                    hashed_message: OctetString::new(self.digest.as_bytes().as_slice())?,
                },
                req_policy: None,
                nonce: Some(self.nonce.to_integer()?),
                cert_req: true,
                extensions: None,
            }
            .to_der()
        };
        request().map_err(TimeStampError::malformed("a TimeStampReq"))
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    /// The rest is what `openssl ts -query -cert` writes.
    fn hex(nonce: [u8; 8]) -> String {
        let request = Request {
            digest: Sha256::of(b"abc"),
            nonce: Nonce::new(nonce),
        };
        HEXLOWER.encode(&request.to_der().unwrap())
    }

    #[test]
    fn a_request_is_what_openssl_writes() {
        assert_eq!(
            hex([0x31, 0x4c, 0xfc, 0xe4, 0xe0, 0x65, 0x18, 0x27]),
            concat!(
                "3043020101",
                "3031300d060960864801650304020105000420",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "0208314cfce4e0651827",
                "0101ff"
            )
        );
    }

    #[test]
    fn numbers_are_positive_and_short() {
        assert!(hex([0x80, 0, 0, 0, 0, 0, 0, 1]).contains("02090080000000000000010101ff"));
        assert!(hex([0, 0, 0, 0, 0, 0, 0, 1]).ends_with("0201010101ff"));
        assert!(hex([0; 8]).ends_with("0201000101ff"));
    }
}
