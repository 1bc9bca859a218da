//! The keys that sign the sample's digests: two a Region, because CloudTrail's
//! keys are a Region's own and follow each other about every thirty days.
//!
//! They are throw-away keys, committed in the open beside this file. Nothing
//! that they signed may be trusted outside tests and demonstrations.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use data_encoding::{BASE64, HEXLOWER};
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use crate::compact_json;

use super::{
    cast::{HOME, IRELAND, SYDNEY},
    clock::Second,
};

/// A Region's key and the time in which CloudTrail would sign with it.
pub(super) struct TrailKey {
    region: &'static str,
    valid_from: Second,
    valid_to: Second,
    /// The first second that this key signs.
    signs_from: Second,
    pair: KeyPair,
}

impl TrailKey {
    /// Lowercase-hex MD5 of the DER: the form of CloudTrail's fingerprints.
    pub(super) fn fingerprint(&self) -> String {
        HEXLOWER.encode(&Md5::digest(self.der()))
    }

    /// DER of PKCS#1 `RSAPublicKey` (RFC 8017, appendix A.1.1).
    fn der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256, in lowercase hex.
    pub(super) fn sign(&self, text: &str) -> String {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .expect("the buffer has the size of the modulus");
        HEXLOWER.encode(&signature)
    }

    /// The key's entry in a `trailseal-keyring/1`.
    fn entry(&self) -> String {
        line(&json!({
            "region": self.region,
            "fingerprint": self.fingerprint(),
            "value": BASE64.encode(self.der()),
            "valid_from": self.valid_from.rfc3339(),
            "valid_to": self.valid_to.rfc3339(),
        }))
    }
}

/// One line of JSON whose order of members does not depend on the build.
fn line(value: &Value) -> String {
    String::from_utf8(compact_json(value)).expect("JSON is UTF-8")
}

/// All keys of the sample.
pub(super) struct TrailKeys(Vec<TrailKey>);

impl TrailKeys {
    /// Reads the committed keys. Ireland and Sydney rotate inside the sample's
    /// two days, us-east-1 does not.
    pub(super) fn load() -> Self {
        // Region, PEM, valid from, valid to, signs from.
        let keys = [
            (
                HOME,
                include_str!("keys/us-east-1-1.pem"),
                "2026-02-21T14:12:07Z",
                "2026-03-24T14:12:07Z",
                "2026-02-21T14:12:07Z",
            ),
            (
                HOME,
                include_str!("keys/us-east-1-2.pem"),
                "2026-03-22T14:12:07Z",
                "2026-04-22T14:12:07Z",
                "2026-03-23T14:12:07Z",
            ),
            (
                IRELAND,
                include_str!("keys/eu-west-1-1.pem"),
                "2026-02-08T09:30:41Z",
                "2026-03-11T09:30:41Z",
                "2026-02-08T09:30:41Z",
            ),
            (
                IRELAND,
                include_str!("keys/eu-west-1-2.pem"),
                "2026-03-09T09:30:41Z",
                "2026-04-09T09:30:41Z",
                "2026-03-10T18:00:00Z",
            ),
            (
                SYDNEY,
                include_str!("keys/ap-southeast-2-1.pem"),
                "2026-02-09T21:03:55Z",
                "2026-03-12T21:03:55Z",
                "2026-02-09T21:03:55Z",
            ),
            (
                SYDNEY,
                include_str!("keys/ap-southeast-2-2.pem"),
                "2026-03-10T21:03:55Z",
                "2026-04-10T21:03:55Z",
                "2026-03-11T12:00:00Z",
            ),
        ];
        let read = |(region, pem, from, to, signs): (&'static str, &str, &str, &str, &str)| {
            let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            let der = BASE64
                .decode(base64.as_bytes())
                .expect("a committed PEM file");
            TrailKey {
                region,
                valid_from: Second::of(from),
                valid_to: Second::of(to),
                signs_from: Second::of(signs),
                pair: KeyPair::from_pkcs8(&der).expect("an RSA key in PKCS#8"),
            }
        };
        Self(keys.into_iter().map(read).collect())
    }

    /// The key that signs a digest of the Region at that time.
    pub(super) fn at(&self, region: &str, time: Second) -> &TrailKey {
        self.0
            .iter()
            .filter(|key| key.region == region && key.signs_from <= time)
            .max_by_key(|key| key.signs_from)
            .expect("each Region has a key from the beginning")
    }

    /// The keyring file. Its provenance names no endpoint, because none was asked.
    pub(super) fn keyring(&self) -> Vec<u8> {
        let keys: Vec<String> = self
            .0
            .iter()
            .map(|key| format!("    {}", key.entry()))
            .collect();
        let provenance = line(&json!({
            "fetched_at": "2026-03-12T09:00:00Z",
            "tool": "trailseal-test-vectors (throw-away keys, private halves are public)",
        }));
        let keys = keys.join(",\n");
        format!(
            "{{\n  \"schema\": \"trailseal-keyring/1\",\n  \"keys\": [\n{keys}\n  ],\n  \"provenance\": {provenance}\n}}\n"
        )
        .into_bytes()
    }

    /// A table of the keys, for STORY.md.
    pub(super) fn table(&self) -> String {
        let mut text =
            String::from("| Region | Fingerprint | Valid | First signs |\n|---|---|---|---|\n");
        for key in &self.0 {
            let (from, to) = (key.valid_from.rfc3339(), key.valid_to.rfc3339());
            let (signs, fingerprint) = (key.signs_from.rfc3339(), key.fingerprint());
            let line = format!(
                "| {} | `{fingerprint}` | {from} to {to} | {signs} |\n",
                key.region
            );
            text.push_str(&line);
        }
        text
    }
}
