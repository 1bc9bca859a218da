//! The committed sample against the generator, and the four crimes found again
//! by a reading of the format that shares no code with it: `rsa` and `flate2`
//! on the files on disk.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use data_encoding::{BASE64, HEXLOWER};
use rsa::{
    RsaPublicKey,
    pkcs1::DecodeRsaPublicKey as _,
    pkcs1v15::{Signature, VerifyingKey},
    sha2::{Digest as _, Sha256},
    signature::Verifier as _,
};
use serde_json::Value;

use super::Sample;

/// Where the sample is committed.
fn committed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder, by relative path.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// One gzip member.
fn inflate(bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut content)
        .unwrap();
    content
}

fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The committed mirror: metadata from the manifest, objects from their files.
struct Mirror {
    metadata: BTreeMap<String, Value>,
    keys: BTreeMap<(String, String), RsaPublicKey>,
}

impl Mirror {
    fn open() -> Self {
        let manifest = fs::read_to_string(committed().join("sample/manifest.jsonl")).unwrap();
        let mut metadata = BTreeMap::new();
        for line in manifest.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let key = line["key"].as_str().unwrap().to_owned();
            let stored = fs::read(Self::path(line["bucket"].as_str().unwrap(), &key)).unwrap();
            assert_eq!(line["sha256"], sha256(&stored), "{key}");
            assert_eq!(line["size"], stored.len(), "{key}");
            metadata.insert(key, line["metadata"].clone());
        }
        let ring = fs::read(committed().join("sample-keys.json")).unwrap();
        let ring: Value = serde_json::from_slice(&ring).unwrap();
        assert_eq!(ring["schema"], "trailseal-keyring/1");
        let keys = ring["keys"].as_array().unwrap().iter().map(|key| {
            let text = |name: &str| key[name].as_str().unwrap().to_owned();
            let der = BASE64.decode(text("value").as_bytes()).unwrap();
            (
                (text("region"), text("fingerprint")),
                RsaPublicKey::from_pkcs1_der(&der).unwrap(),
            )
        });
        Self {
            metadata,
            keys: keys.collect(),
        }
    }

    fn path(bucket: &str, key: &str) -> PathBuf {
        committed().join("sample").join(bucket).join(key)
    }

    /// The inflated object, if it is there.
    fn content(key: &str) -> Option<Vec<u8>> {
        fs::read(Self::path("example-org-cloudtrail-logs", key))
            .ok()
            .map(|bytes| inflate(&bytes))
    }

    /// Keys of one family.
    fn family(&self, family: &str) -> Vec<&str> {
        let part = format!("/{family}/");
        self.metadata
            .keys()
            .map(String::as_str)
            .filter(|key| key.contains(&part))
            .collect()
    }

    /// A digest whose signature, place and key hold.
    fn digest(&self, key: &str) -> Value {
        let content = Self::content(key).unwrap();
        let digest: Value = serde_json::from_slice(&content).unwrap();
        assert_eq!(digest["digestS3Object"], key);
        let region = key.split('/').nth(4).unwrap().to_owned();
        let fingerprint = digest["digestPublicKeyFingerprint"]
            .as_str()
            .unwrap()
            .to_owned();
        let text = format!(
            "{}\nexample-org-cloudtrail-logs/{key}\n{}\n{}",
            digest["digestEndTime"].as_str().unwrap(),
            sha256(&content),
            digest["previousDigestSignature"].as_str().unwrap_or("null"),
        );
        let signature = self.metadata[key]["signature"].as_str().unwrap();
        let signature = HEXLOWER.decode(signature.as_bytes()).unwrap();
        VerifyingKey::<Sha256>::new(self.keys[&(region, fingerprint)].clone())
            .verify(
                text.as_bytes(),
                &Signature::try_from(signature.as_slice()).unwrap(),
            )
            .unwrap();
        digest
    }
}

#[test]
fn the_committed_sample_is_what_the_generator_writes() {
    let folder = tempfile::tempdir().unwrap();
    super::write(folder.path()).unwrap();
    let made = files(&folder.path().join("sample"));
    let there = files(&committed().join("sample"));
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&there), "run the binary `generate`");
    for (name, bytes) in &made {
        assert!(
            bytes == &there[name],
            "{} differs: run the binary `generate`",
            name.display()
        );
    }
    let keys = |root: &Path| fs::read(root.join("sample-keys.json")).unwrap();
    assert_eq!(keys(folder.path()), keys(&committed()));
    let size: usize = made.values().map(Vec::len).sum();
    assert!(size < 5_000_000, "{size} bytes");
    assert!(
        (350..=550).contains(
            &there
                .keys()
                .filter(|name| name.to_string_lossy().contains("/CloudTrail/"))
                .count()
        )
    );
}

#[test]
fn an_independent_check_finds_exactly_the_four_crimes() {
    let mirror = Mirror::open();
    let mut findings = BTreeSet::new();
    let mut named = BTreeMap::new();
    let mut predecessors = BTreeMap::new();
    for key in mirror.family("CloudTrail-Digest") {
        let digest = mirror.digest(key);
        for log in digest["logFiles"].as_array().unwrap() {
            let hash = log["hashValue"].as_str().unwrap().to_owned();
            named.insert(log["s3Object"].as_str().unwrap().to_owned(), hash);
        }
        if let Some(previous) = digest["previousDigestS3Object"].as_str() {
            let hash = digest["previousDigestHashValue"]
                .as_str()
                .unwrap()
                .to_owned();
            predecessors.insert(previous.to_owned(), hash);
        }
    }
    for (key, hash) in &predecessors {
        match Mirror::content(key) {
            Some(content) => assert_eq!(&sha256(&content), hash, "{key}"),
            None => {
                findings.insert(("digest-absent", key.clone()));
            }
        }
    }
    for (key, hash) in &named {
        match Mirror::content(key) {
            Some(content) if &sha256(&content) == hash => {}
            Some(_) => {
                findings.insert(("log-hash-mismatch", key.clone()));
            }
            None => {
                findings.insert(("log-absent", key.clone()));
            }
        }
    }
    let marks = Sample::build().marks;
    for key in mirror.family("CloudTrail") {
        if !named.contains_key(key) {
            // Delivered in the hour without a digest, or planted?
            let stamp = key.rsplit('_').nth(1).unwrap();
            let sydney = key.contains("444455556666/CloudTrail/ap-southeast-2/");
            let lost = sydney && ("20260311T0331Z".."20260311T0431Z").contains(&stamp);
            let code = if lost {
                "log-unvouched"
            } else {
                "log-unreferenced"
            };
            findings.insert((code, key.to_owned()));
        }
    }
    let bucket = "s3://example-org-cloudtrail-logs/";
    let found: BTreeSet<(String, String)> = findings
        .into_iter()
        .map(|(code, key)| (code.to_owned(), format!("{bucket}{key}")))
        .collect();
    let expect = super::expectation();
    let expected: BTreeSet<(String, String)> = expect
        .findings
        .into_iter()
        .map(|finding| (finding.code, finding.object))
        .collect();
    assert_eq!(found, expected);
    assert!(marks.unvouched.len() >= 2, "{:?}", marks.unvouched);
    let tally = expect.tally.unwrap();
    assert_eq!(
        tally.digests_verified,
        mirror.family("CloudTrail-Digest").len()
    );
    assert_eq!(tally.logs_verified, named.len() - 2);
}

#[test]
fn every_record_is_where_it_says_and_the_silence_is_kept() {
    let mirror = Mirror::open();
    let mut types = BTreeSet::new();
    let mut versions = BTreeSet::new();
    let mut ids = BTreeMap::new();
    let planted = Sample::build().marks.planted;
    for key in mirror.family("CloudTrail") {
        let log: Value = serde_json::from_slice(&Mirror::content(key).unwrap()).unwrap();
        let place: Vec<&str> = key.split('/').collect();
        let records = log["Records"].as_array().unwrap();
        assert!((1..=13).contains(&records.len()), "{key}");
        for record in records {
            assert_eq!(record["recipientAccountId"], place[2], "{key}");
            assert_eq!(record["awsRegion"], place[4], "{key}");
            let time = record["eventTime"].as_str().unwrap();
            assert!(time.ends_with('Z') && time.len() == 20, "{time}");
            let silence = "2026-03-11T04:21:34Z".."2026-03-11T04:27:52Z";
            assert_eq!(silence.contains(&time), key == planted, "{key} {time}");
            let address = record["sourceIPAddress"].as_str().unwrap();
            let digits = address
                .chars()
                .all(|letter| letter.is_ascii_digit() || letter == '.');
            let documentation = ["192.0.2.", "198.51.100.", "203.0.113.", "10."];
            assert!(
                !digits || documentation.iter().any(|net| address.starts_with(net)),
                "{address}"
            );
            let identity = record["userIdentity"]["type"].as_str().unwrap_or("none");
            types.insert(identity.to_owned());
            versions.insert(record["eventVersion"].as_str().unwrap().to_owned());
            *ids.entry(record["eventID"].as_str().unwrap().to_owned())
                .or_insert(0) += 1;
        }
    }
    let expected = [
        "AWSAccount",
        "AWSService",
        "AssumedRole",
        "Directory",
        "FederatedUser",
        "IAMUser",
        "IdentityCenterUser",
        "Role",
        "Root",
        "SAMLUser",
        "Unknown",
        "WebIdentityUser",
        "none",
    ];
    assert_eq!(types.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(
        versions.into_iter().collect::<Vec<_>>(),
        ["1.08", "1.09", "1.10", "1.11"]
    );
    let twice: Vec<_> = ids.iter().filter(|(_, count)| **count > 1).collect();
    assert_eq!(twice.len(), 1, "{twice:?}");
}

#[test]
fn identifiers_are_of_the_documentation_kind() {
    let mirror = Mirror::open();
    for key in mirror.family("CloudTrail") {
        let text = String::from_utf8(Mirror::content(key).unwrap()).unwrap();
        for prefix in ["AKIA", "ASIA", "AIDA", "AROA"] {
            for (at, _) in text.match_indices(prefix) {
                let id: String = text[at..]
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect();
                assert!(
                    id.ends_with("EXAMPLE") || !text[..at].ends_with('"'),
                    "{key}: {id}"
                );
            }
        }
    }
}
