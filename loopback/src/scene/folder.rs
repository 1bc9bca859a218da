//! Folders that become buckets: mirrors and plain copies.
//!
//! Bytes stay on disk until they are asked for.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Component, Path};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use md5::{Digest, Md5};
use serde::Deserialize;

use super::SceneError;
use crate::store::{Object, Store, Unread};

/// One line of a manifest. Members that it does not need are passed over.
#[derive(Deserialize)]
struct Entry {
    bucket: String,
    key: String,
    size: u64,
    sha256: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    path: Option<String>,
    unread: Option<Unread>,
    etag: Option<String>,
    version_id: Option<String>,
    last_modified: Option<Timestamp>,
}

pub(super) fn mirror(root: &Path, store: &Store) -> Result<(), SceneError> {
    let manifest = root.join("manifest.jsonl");
    let file = File::open(&manifest).map_err(|source| SceneError::unread(&manifest, source))?;
    for (at, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|source| SceneError::unread(&manifest, source))?;
        let malformed = |problem: String| SceneError::Malformed {
            path: manifest.clone(),
            line: Some(at + 1),
            problem,
        };
        let entry: Entry =
            serde_json::from_str(&line).map_err(|error| malformed(error.to_string()))?;
        let path = match &entry.path {
            Some(path) => path.clone(),
            None => format!("{}/{}", entry.bucket, entry.key),
        };
        if !is_plain(&path) {
            return Err(malformed(format!(
                "expected a path of plain components, found {path:?}; state `path` beside the key"
            )));
        }
        let etag = entry.etag.clone().unwrap_or_else(|| entry.opaque_etag());
        let mut object = Object::file(root.join(path), entry.size, etag).metadata(entry.metadata);
        object.last_modified = entry.last_modified.or_else(|| stamp(&entry.key));
        object.unread = entry.unread;
        object.version_id = entry.version_id;
        store.insert_base(&entry.bucket, &entry.key, object);
    }
    Ok(())
}

impl Entry {
    /// Looks like an `ETag` and changes with the content, which is all that a
    /// client may rely on.
    fn opaque_etag(&self) -> String {
        let hash = self.sha256.as_ref().and_then(|hash| hash.get(..32));
        hash.map_or_else(|| opaque_etag(&self.key, self.size), str::to_owned)
    }
}

fn opaque_etag(key: &str, size: u64) -> String {
    HEXLOWER.encode(&Md5::digest(format!("{size} {key}")))
}

/// Nothing outside the mirror is served.
fn is_plain(path: &str) -> bool {
    let is_normal = |part: Component<'_>| matches!(part, Component::Normal(_));
    let all_normal = Path::new(path).components().all(is_normal);
    // Paths drop `.` and empty components, which a key means.
    all_normal && path.split('/').all(|part| !part.is_empty() && part != ".")
}

pub(super) fn plain(root: &Path, bucket: &str, store: &Store) -> Result<(), SceneError> {
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).map_err(|source| SceneError::unread(&folder, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| SceneError::unread(&folder, source))?;
            let path = entry.path();
            let about = entry
                .metadata()
                .map_err(|source| SceneError::unread(&path, source))?;
            if about.is_dir() {
                folders.push(path);
            } else if about.is_file() {
                let key = path
                    .strip_prefix(root)
                    .ok()
                    .and_then(Path::to_str)
                    .ok_or_else(|| {
                        SceneError::malformed(&path, "expected a name in UTF-8; S3 holds no other")
                    })?;
                let modified = about
                    .modified()
                    .ok()
                    .and_then(|at| Timestamp::try_from(at).ok());
                let size = about.len();
                let mut object = Object::file(path.clone(), size, opaque_etag(key, size));
                object.last_modified = stamp(key).or(modified);
                store.insert_base(bucket, key, object);
            }
        }
    }
    Ok(())
}

/// When CloudTrail delivered a log or digest, by the stamp in its name: files
/// of a checkout bear the time of the checkout.
fn stamp(key: &str) -> Option<Timestamp> {
    let name = key.rsplit('/').next()?;
    let stamp = name
        .split(['_', '.'])
        .find(|part| part.len() >= 14 && part.ends_with('Z'))?;
    let (date, time) = stamp.strip_suffix('Z')?.split_once('T')?;
    let (year, month, day) = (date.get(..4)?, date.get(4..6)?, date.get(6..)?);
    let (hour, minute, second) = (time.get(..2)?, time.get(2..4)?, time.get(4..)?);
    let second = if second.is_empty() { "00" } else { second };
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_logs_and_digests() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let log = "x/111122223333_CloudTrail_eu-west-1_20260302T0827Z_AW7UzuWBtMVoS2JX.json.gz";
        assert_eq!(stamp(log), Some(at("2026-03-02T08:27:00Z")));
        let digest = "x/1_CloudTrail-Digest_eu-west-1_t_eu-west-1_20260302T160713Z.json.gz";
        assert_eq!(stamp(digest), Some(at("2026-03-02T16:07:13Z")));
        assert_eq!(stamp("x/20269902T160713Z.json"), None);
        assert_eq!(stamp("x/ééééééééZ_éTéZ"), None);
    }

    #[test]
    fn nothing_outside_is_served() {
        for path in ["../x", "/etc/passwd", "a/../../x", "a//b", "a/./b", "a/"] {
            assert!(!is_plain(path), "{path}");
        }
        assert!(is_plain("unsafe-keys/0001"));
    }
}
