//! Any bytes are a token or an error, and none is believed but the one that was
//! signed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use trailseal_keys::Sha256;
use trailseal_keys::timestamp::{Expected, Token, TrustAnchors};

static TRUSTED: LazyLock<TrustAnchors> = LazyLock::new(|| {
    TrustAnchors::from_pem(include_bytes!("../../keys/tests/timestamp/ecdsa/ca.pem"))
        .expect("a certificate")
});

fuzz_target!(|bytes: &[u8]| {
    let _ = TrustAnchors::from_pem(bytes);
    for token in [Token::from_response(bytes), Token::parse(bytes)] {
        let Ok(token) = token else { continue };
        let expected = Expected {
            digest: Sha256::of(b"trailseal"),
            nonce: None,
        };
        if let Ok(stamp) = token.verify(expected, &TRUSTED) {
            assert_eq!(stamp.serial(), "20");
        }
        assert_eq!(Token::parse(token.der()).expect("its own bytes"), token);
    }
});
