//! The folder of a proof, which appears when it is complete.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use jiff::Timestamp;
use serde::Serialize;

use super::proof::Proof;
use crate::exit::Failure;
use crate::render::visible_json;

/// The name and version of `proof.json`.
const PROOF_SCHEMA: &str = "trailseal-proof/1";

const SCRIPT: &str = include_str!("verify.sh");

/// Fails before the work is done if the folder cannot be made.
pub(super) fn is_free(folder: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(folder).is_ok() {
        return Err(Failure::Usage(anyhow!(
            "{}: is there already; name a folder that is not",
            folder.display()
        )));
    }
    let parent = parent(folder);
    if parent.is_dir() {
        return Ok(());
    }
    Err(Failure::Usage(anyhow!(
        "{}: there is no folder {}; make it first",
        folder.display(),
        parent.display()
    )))
}

fn parent(folder: &Path) -> &Path {
    match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes the files beside the folder, and puts them in their place.
pub(super) fn write(folder: &Path, proof: &Proof, at: Timestamp) -> Result<(), Failure> {
    written(folder, proof, at)
        .with_context(|| format!("{}: cannot be written", folder.display()))
        .map_err(Failure::CouldNotRun)
}

fn written(folder: &Path, proof: &Proof, at: Timestamp) -> Result<()> {
    let beside = tempfile::Builder::new()
        .prefix(".trailseal-")
        .suffix(".part")
        .tempdir_in(parent(folder))?;
    let put = |name: &str, bytes: &[u8]| -> Result<()> {
        let mut file = File::create_new(beside.path().join(name))?;
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
    permit(beside.path())?;
    fs::rename(beside.path(), folder)?;
    Ok(())
}

/// A folder like any other, and a script that can be run.
fn permit(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.join("verify.sh"), mode.clone())?;
        fs::set_permissions(folder, mode)?;
    }
    Ok(())
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
