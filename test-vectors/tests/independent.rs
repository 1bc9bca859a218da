//! A second reader of the vectors, from the files on disk, that shares no code
//! with the kit: flate2 for gzip, the `rsa` crate for keys and signatures,
//! `serde_json` for the text. It proves that what the kit calls healthy is.

// A test ends by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use data_encoding::{BASE64, HEXLOWER};
use rsa::RsaPublicKey;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use rsa::sha2::{Digest as _, Sha256};
use rsa::signature::Verifier as _;
use serde_json::Value;

fn cases_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// One object of a mirror, read by its manifest line.
struct Object {
    bytes: Vec<u8>,
    metadata: Value,
}

impl Object {
    fn inflated(&self) -> Vec<u8> {
        let mut content = Vec::new();
        flate2::read::MultiGzDecoder::new(&self.bytes[..])
            .read_to_end(&mut content)
            .unwrap();
        content
    }
}

fn mirror(root: &Path) -> BTreeMap<(String, String), Object> {
    let manifest = std::fs::read_to_string(root.join("manifest.jsonl")).unwrap();
    let lines: Vec<Value> = manifest
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut objects = BTreeMap::new();
    for line in lines.iter().filter(|line| line.get("unread").is_none()) {
        let (bucket, key) = (
            line["bucket"].as_str().unwrap(),
            line["key"].as_str().unwrap(),
        );
        let path = match line.get("path") {
            Some(path) => root.join(path.as_str().unwrap()),
            None => root.join(bucket).join(key),
        };
        let bytes =
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(line["size"], bytes.len());
        assert_eq!(line["sha256"].as_str().unwrap(), hex_hash(&bytes));
        let object = Object {
            bytes,
            metadata: line["metadata"].clone(),
        };
        objects.insert((bucket.to_owned(), key.to_owned()), object);
    }
    objects
}

fn hex_hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn keys(case: &Path) -> BTreeMap<String, RsaPublicKey> {
    let mut files = vec![case.join("keys.json")];
    if !files[0].exists() {
        files = std::fs::read_dir(case.join("keys"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
    }
    let mut keys = BTreeMap::new();
    for file in files {
        let ring: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        for entry in ring["PublicKeyList"].as_array().unwrap() {
            let der = BASE64
                .decode(entry["Value"].as_str().unwrap().as_bytes())
                .unwrap();
            let key = RsaPublicKey::from_pkcs1_der(&der)
                .or_else(|_| RsaPublicKey::from_public_key_der(&der))
                .unwrap();
            keys.insert(entry["Fingerprint"].as_str().unwrap().to_owned(), key);
        }
    }
    keys
}

/// The text that CloudTrail signs, by the user guide.
fn data_to_sign(digest: &Value, content: &[u8]) -> String {
    let text = |name: &str| digest[name].as_str().unwrap_or("null").to_owned();
    [
        text("digestEndTime"),
        format!("{}/{}", text("digestS3Bucket"), text("digestS3Object")),
        hex_hash(content),
        text("previousDigestSignature"),
    ]
    .join("\n")
}

/// Digests and logs that hold, in one healthy case.
fn check_healthy(name: &str) -> (usize, usize) {
    let case = cases_folder().join(name);
    let (objects, keys) = (mirror(&case.join("objects")), keys(&case));
    let (mut digests, mut logs) = (0, 0);
    let stated: BTreeMap<(String, String), String> = objects
        .iter()
        .filter(|((_, key), _)| key.contains("/CloudTrail-Digest/") && key.ends_with(".json.gz"))
        .filter_map(|(_, object)| serde_json::from_slice::<Value>(&object.inflated_or_empty()).ok())
        .filter_map(|digest| {
            let text = |name: &str| digest[name].as_str().map(str::to_owned);
            let place = (
                text("previousDigestS3Bucket")?,
                text("previousDigestS3Object")?,
            );
            Some((place, text("previousDigestSignature")?))
        })
        .collect();
    for (place, object) in &objects {
        if !place.1.contains("/CloudTrail-Digest/") || object.bytes == b"stray" {
            continue;
        }
        let content = object.inflated();
        let digest: Value = serde_json::from_slice(&content).unwrap();
        assert_eq!(digest["digestS3Bucket"], place.0.as_str(), "{name}");
        assert_eq!(digest["digestS3Object"], place.1.as_str(), "{name}");
        let signature = match object.metadata.get("signature") {
            Some(signature) => signature.as_str().unwrap(),
            None => &stated[place],
        };
        let signature = HEXLOWER.decode(signature.as_bytes()).unwrap();
        let key = &keys[digest["digestPublicKeyFingerprint"].as_str().unwrap()];
        VerifyingKey::<Sha256>::new(key.clone())
            .verify(
                data_to_sign(&digest, &content).as_bytes(),
                &Signature::try_from(&signature[..]).unwrap(),
            )
            .unwrap_or_else(|error| panic!("{name}: {place:?}: {error}"));
        if let (Some(bucket), Some(key)) = (
            digest["previousDigestS3Bucket"].as_str(),
            digest["previousDigestS3Object"].as_str(),
        ) && let Some(previous) = objects.get(&(bucket.to_owned(), key.to_owned()))
        {
            assert_eq!(
                digest["previousDigestHashValue"],
                hex_hash(&previous.inflated()).as_str()
            );
        }
        for log in digest["logFiles"].as_array().unwrap() {
            let place = (
                log["s3Bucket"].as_str().unwrap().to_owned(),
                log["s3Object"].as_str().unwrap().to_owned(),
            );
            assert_eq!(
                log["hashValue"],
                hex_hash(&objects[&place].inflated()).as_str(),
                "{name}: {place:?}"
            );
            logs += 1;
        }
        digests += 1;
    }
    (digests, logs)
}

impl Object {
    fn inflated_or_empty(&self) -> Vec<u8> {
        let mut content = Vec::new();
        match flate2::read::GzDecoder::new(&self.bytes[..]).read_to_end(&mut content) {
            Ok(_) => content,
            Err(_) => Vec::new(),
        }
    }
}

#[test]
fn healthy_cases_hold_for_another_reader() {
    let mut checked = 0;
    for case in trailseal_test_vectors::cases::all() {
        let verify = &case.verify;
        let whole = verify.from.is_none() && verify.accounts.is_empty();
        if case.expect.exit == 0
            && whole
            && case.source == trailseal_test_vectors::SourceKind::Mirror
        {
            let (digests, logs) = check_healthy(&case.name);
            if let Some(tally) = case.expect.tally {
                assert_eq!(
                    (digests, logs),
                    (tally.digests_verified, tally.logs_verified),
                    "{}",
                    case.name
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 30, "{checked} healthy cases");
}

/// The `openssl` command, where there is one, accepts a digest of each key size.
#[test]
fn openssl_accepts_the_signatures() {
    if Command::new("openssl")
        .arg("version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        return;
    }
    for name in ["healthy", "key-of-3072-bits", "spki-key"] {
        let case = cases_folder().join(name);
        let objects = mirror(&case.join("objects"));
        let (_, object) = objects
            .iter()
            .find(|((_, key), _)| key.contains("/CloudTrail-Digest/"))
            .unwrap();
        let content = object.inflated();
        let digest: Value = serde_json::from_slice(&content).unwrap();
        let key = &keys(&case)[digest["digestPublicKeyFingerprint"].as_str().unwrap()];
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let public = write(
            "key.pem",
            key.to_public_key_pem(LineEnding::LF).unwrap().as_bytes(),
        );
        let text = write("text", data_to_sign(&digest, &content).as_bytes());
        let signature = HEXLOWER
            .decode(object.metadata["signature"].as_str().unwrap().as_bytes())
            .unwrap();
        let signature = write("signature", &signature);
        let output = Command::new("openssl")
            .args(["dgst", "-sha256", "-verify"])
            .arg(public)
            .arg("-signature")
            .arg(signature)
            .arg(text)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
