//! securesystemslib, which in-toto and TUF are built on, as a second opinion on
//! envelopes.
//!
//! `conformance/setup`, then `cargo test -p trailseal-keys --test securesystemslib
//! -- --ignored`; `scripts/test` does both, `scripts/test --offline` neither.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code, which exchanges files with another program"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use trailseal_keys::dsse::{Envelope, PAYLOAD_TYPE_IN_TOTO};
use trailseal_keys::signing::{KeyKind, PrivateKey, SignatureAlgorithm, Signer};

const PAYLOAD: &str = "{\"_type\": \"https://in-toto.io/Statement/v1\", \"é\": \"\\n\"}";

fn scheme(algorithm: SignatureAlgorithm) -> &'static str {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => "ecdsa-sha2-nistp256",
        SignatureAlgorithm::Ed25519 => "ed25519",
        SignatureAlgorithm::RsaPkcs1Sha256 => "rsa-pkcs1v15-sha256",
    }
}

/// Has the other library check an envelope with these keys.
fn check(json: &str, keys: &[PrivateKey]) -> Output {
    let (folder, root) = (
        tempfile::tempdir().unwrap(),
        Path::new(env!("CARGO_MANIFEST_DIR")),
    );
    let mut command = Command::new(root.join("../target/conformance-tools/bin/python"));
    command.arg(root.join("tests/securesystemslib/check.py"));
    let envelope = folder.path().join("envelope.json");
    fs::write(&envelope, json).unwrap();
    command.arg(envelope);
    for key in keys {
        let public = key.public();
        let pem = folder.path().join(public.id().to_string());
        // With a line before it, as `trailseal keys public` writes it.
        fs::write(&pem, format!("key\n{}", public.to_pem().unwrap())).unwrap();
        command.arg(public.id().to_string());
        command.arg(scheme(public.algorithm())).arg(pem);
    }
    command
        .output()
        .expect("conformance/setup installs securesystemslib; scripts/test --offline does without")
}

#[test]
#[ignore = "needs conformance/setup"]
fn our_envelopes_verify_and_altered_ones_do_not() {
    let keys = [KeyKind::EcdsaP256, KeyKind::Ed25519, KeyKind::Rsa3072]
        .map(|kind| PrivateKey::generate(kind).unwrap());
    let signers = keys.each_ref().map(|key| key as &dyn Signer);
    let sign = |payload: &str| {
        let envelope = Envelope::sign(PAYLOAD_TYPE_IN_TOTO, payload.into(), &signers).unwrap();
        envelope.to_json().unwrap()
    };

    let json = sign(PAYLOAD);
    let checked = check(&json, &keys);
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
    assert_eq!(checked.stdout, PAYLOAD.as_bytes());

    let altered = json.replace("in-toto+json", "in-toto+jsom");
    let checked = check(&altered, &keys);
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(!checked.status.success() && said.contains("do not match threshold"));
}
