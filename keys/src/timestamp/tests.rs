use proptest::prelude::*;

use super::*;
use crate::Sha256;

/// What `tests/timestamp/authority` made.
struct Stamped {
    ca: &'static [u8],
    response: &'static [u8],
}

const RSA: Stamped = Stamped {
    ca: include_bytes!("../../tests/timestamp/rsa/ca.pem"),
    response: include_bytes!("../../tests/timestamp/rsa/response.tsr"),
};

/// With a second CA between, whose certificate is in the token.
const ECDSA: Stamped = Stamped {
    ca: include_bytes!("../../tests/timestamp/ecdsa/ca.pem"),
    response: include_bytes!("../../tests/timestamp/ecdsa/response.tsr"),
};

const NONCE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];

fn request() -> Request {
    Request {
        digest: Sha256::of(b"trailseal"),
        nonce: Nonce::new(NONCE),
    }
}

fn anchors(pem: &[u8]) -> TrustAnchors {
    TrustAnchors::from_pem(pem).unwrap()
}

fn verify(response: &[u8], ca: &TrustAnchors) -> Result<TimeStamp, TimeStampError> {
    Token::from_response(response)?.verify(request().into(), ca)
}

#[test]
fn our_request_is_the_one_that_was_stamped() {
    let stamped = include_bytes!("../../tests/timestamp/request.tsq");
    assert_eq!(request().to_der().unwrap(), stamped);
}

#[test]
fn time_stamps_of_openssl_verify() {
    for (stamped, time) in [
        (RSA, "2026-11-28T23:05:30Z"),
        (ECDSA, "2026-11-28T23:05:30Z"),
    ] {
        let stamp = verify(stamped.response, &anchors(stamped.ca)).unwrap();
        assert_eq!(stamp.time().to_string(), time);
        assert_eq!(stamp.accuracy().unwrap().as_micros(), 1_500_100);
        assert_eq!(stamp.authority(), "CN=signer,O=trailseal tests");
        assert_eq!(stamp.serial(), "20");
        assert_eq!(stamp.policy(), "1.2.3.4.1");
    }
}

#[test]
fn a_token_alone_verifies_later_without_its_number() {
    let token = Token::from_response(RSA.response).unwrap();
    let stored = Token::parse(token.der()).unwrap();
    assert_eq!(stored, token);
    let expected = Expected {
        digest: request().digest,
        nonce: None,
    };
    assert!(stored.verify(expected, &anchors(RSA.ca)).is_ok());
}

#[test]
fn several_authorities_may_be_trusted_at_once() {
    let both = [b"# both\n", ECDSA.ca, b"text between\n", RSA.ca].concat();
    for stamped in [RSA, ECDSA] {
        assert!(verify(stamped.response, &anchors(&both)).is_ok());
    }
}

#[test]
fn a_token_of_other_bytes_or_of_another_request_is_refused() {
    let token = Token::from_response(RSA.response).unwrap();
    let other = Expected {
        digest: Sha256::of(b"other"),
        nonce: None,
    };
    let error = token.verify(other, &anchors(RSA.ca)).unwrap_err();
    assert!(matches!(error, TimeStampError::Imprint { .. }), "{error}");
    let found = request().digest.to_string();
    assert!(error.to_string().contains(&found), "{error}");

    let other = Request {
        nonce: Nonce::new([0; 8]),
        ..request()
    };
    let error = token.verify(other.into(), &anchors(RSA.ca)).unwrap_err();
    assert_eq!(error, TimeStampError::Nonce);
}

/// Both CAs have the same name.
#[test]
fn another_ca_is_refused() {
    let error = verify(RSA.response, &anchors(ECDSA.ca)).unwrap_err();
    let TimeStampError::Certificate { problem, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(problem, CertificateProblem::Signature);
    let error = verify(ECDSA.response, &anchors(RSA.ca)).unwrap_err();
    assert!(error.to_string().contains("CN=middle"), "{error}");
}

#[test]
fn what_was_refused_says_so() {
    // A TimeStampResp of PKIStatusInfo alone: rejection, "no".
    let refused = [
        0x30, 0x09, 0x30, 0x07, 2, 1, 2, 0x30, 4, 0x0c, 2, b'n', b'o',
    ];
    let refused = [&[0x30, 0x0b, 0x30, 0x09], &refused[4..]].concat();
    let error = Token::from_response(&refused).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the authority refused, with the status rejection: no"
    );
    let mut modified = RSA.response.to_vec();
    assert_eq!(modified[4..9], [0x30, 3, 2, 1, 0]);
    modified[8] = 1;
    let error = Token::from_response(&modified).unwrap_err();
    assert!(error.to_string().contains("grantedWithMods"), "{error}");
    let empty = [0x30, 5, 0x30, 3, 2, 1, 0];
    let error = Token::from_response(&empty).unwrap_err();
    assert!(error.to_string().contains("without a token"), "{error}");
}

#[test]
fn trusted_certificates_are_read_all_or_none() {
    let text = str::from_utf8(RSA.ca).unwrap();
    let middle = text.len() / 2;
    for (pem, expected) in [
        (String::new(), "found none"),
        (text[..middle].to_owned(), "certificate 1: it has no end"),
        (
            format!("{text}{}", text.replace("MII", "MIJ")),
            "certificate 2: ",
        ),
        (text.repeat(65), "at most 64 certificates"),
    ] {
        let error = TrustAnchors::from_pem(pem.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(TrustAnchors::from_pem(&[0x30, 0x82, 0xff]).is_err());
    assert!(format!("{:?}", anchors(RSA.ca)).contains("CN=ca"));
}

/// Every byte of these tokens is signed, or is compared with what is. Of all bytes
/// that could stand in the place of each, only one other verifies: the last of
/// `rsaEncryption`, exchanged so that it says `sha256WithRSAEncryption`, which is
/// the same beside SHA-256.
#[test]
fn no_token_with_a_flipped_bit_verifies() {
    for stamped in [RSA, ECDSA] {
        let ca = anchors(stamped.ca);
        for at in 0..stamped.response.len() {
            let mut response = stamped.response.to_vec();
            response[at] ^= 1 << (at % 8);
            assert!(verify(&response, &ca).is_err(), "byte {at}");
        }
    }
}

proptest! {
    #[test]
    fn no_token_with_other_bytes_verifies(
        rsa in any::<bool>(),
        at in any::<prop::sample::Index>(),
        flip in prop::sample::select(vec![1u8, 2, 4, 8, 16, 32, 64, 128]),
        cut in prop_oneof![Just(0), 0..1600usize],
        more in prop::collection::vec(any::<u8>(), 0..3),
    ) {
        let stamped = if rsa { RSA } else { ECDSA };
        let mut response = stamped.response.to_vec();
        let at = at.index(response.len());
        response[at] ^= flip;
        response.truncate(response.len().saturating_sub(cut));
        response.extend(more);
        prop_assert!(verify(&response, &anchors(stamped.ca)).is_err());
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Token::from_response(&bytes).is_err());
        prop_assert!(Token::parse(&bytes).is_err());
        prop_assert!(TrustAnchors::from_pem(&bytes).is_err());
    }
}
