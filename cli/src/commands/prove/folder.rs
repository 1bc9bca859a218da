//! The folder of a proof, which appears when it is complete.

use std::fs::File;
use std::io::Write as _;

use anyhow::{Context as _, Result, anyhow};
use jiff::Timestamp;
use serde::Serialize;

use super::proof::Proof;
use crate::exit::Failure;
use crate::new_folder::{NewFolder, make_executable};
use crate::render::visible_json;

/// The name and version of `proof.json`.
const PROOF_SCHEMA: &str = "trailseal-proof/1";

const SCRIPT: &str = include_str!("verify.sh");

/// Writes the files, and puts the folder in its place.
pub(super) fn write(folder: NewFolder, proof: &Proof, at: Timestamp) -> Result<(), Failure> {
    written(&folder, proof, at)
        .context("the proof cannot be written")
        .and_then(|()| folder.finish())
        .map_err(Failure::CouldNotRun)
}

fn written(folder: &NewFolder, proof: &Proof, at: Timestamp) -> Result<()> {
    let put = |name: &str, bytes: &[u8]| -> Result<()> {
        let mut file = File::create_new(folder.path().join(name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(())
    };
    put("event.json", proof.record.as_bytes())?;
    put("log.json.gz", &proof.log_bytes)?;
    put("digest.json.gz", &proof.digest_bytes)?;
    put("digest-signature.hex", proof.signature.as_bytes())?;
    put(
        "public-key.pem",
        proof.key.public_key().to_pem()?.as_bytes(),
    )?;
    put("proof.json", document(proof, at)?.as_bytes())?;
    put("verify.sh", script(proof)?.as_bytes())?;
    make_executable(&folder.path().join("verify.sh"))
}

fn script(proof: &Proof) -> Result<String> {
    let key = &proof.log.key;
    // CloudTrail's keys are plain; any other would be code here.
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'.');
    if !key.bytes().all(plain) {
        return Err(anyhow!("the key {key:?} cannot stand in a script"));
    }
    Ok(SCRIPT
        .replace("@LOG@", key)
        .replace("@OFFSET@", &proof.place.offset.to_string())
        .replace("@LENGTH@", &proof.place.length.to_string()))
}

fn document(proof: &Proof, at: Timestamp) -> Result<String> {
    #[derive(Serialize)]
    struct Object<'a> {
        bucket: &'a str,
        key: &'a str,
    }
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        tool: &'static str,
        made: Timestamp,
        record: Record,
        log: Object<'a>,
        log_sha256: String,
        digest: Object<'a>,
        region: &'a str,
        key_fingerprint: String,
        key_listed_in: &'a str,
    }
    #[derive(Serialize)]
    struct Record {
        index: u64,
        offset: u64,
        length: u64,
    }
    visible_json::document(&Document {
        schema: PROOF_SCHEMA,
        tool: concat!("trailseal ", env!("CARGO_PKG_VERSION")),
        made: at,
        record: Record {
            index: proof.place.index,
            offset: proof.place.offset,
            length: proof.place.length,
        },
        log: Object {
            bucket: proof.log.bucket.as_str(),
            key: &proof.log.key,
        },
        log_sha256: proof.log_sha256.to_string(),
        digest: Object {
            bucket: proof.digest.bucket.as_str(),
            key: &proof.digest.key,
        },
        region: &proof.region,
        key_fingerprint: proof.key.fingerprint().to_string(),
        key_listed_in: proof.key.origin(),
    })
}
