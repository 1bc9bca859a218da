//! The bucket as CloudTrail delivered it, then as the intruder left it, then
//! as a mirror on disk.
//!
//! The manifest is written here and not by [`Store::write_mirror`], because a
//! mirror of a live bucket also records when each object was last modified: the
//! edited and the planted log betray themselves by it, to whoever believes a
//! manifest.

use std::{collections::BTreeMap, io, path::Path};

use serde_json::json;

use crate::{
    ChainBuilder, SealedDigest, SigningKey, Store, compact_json, sha256_hex, string_to_sign,
};

use super::{
    cast::LOG_BUCKET, clock::Second, crimes::Marks, plan::Chain, seed::Seed, trail_keys::TrailKeys,
};

/// Objects and the time each was last written.
pub(super) struct Bucket {
    store: Store,
    modified: BTreeMap<String, Second>,
}

impl Bucket {
    /// What CloudTrail delivers: every log, every digest, signed in order.
    pub(super) fn delivered(chains: &[Chain], keys: &TrailKeys) -> Self {
        let mut bucket = Self {
            store: Store::new(),
            modified: BTreeMap::new(),
        };
        for chain in chains {
            bucket.deliver(chain, keys);
        }
        bucket
    }

    /// One chain. The builder links and drafts; the Region's own key signs.
    fn deliver(&mut self, chain: &Chain, keys: &TrailKeys) {
        let mut builder = ChainBuilder::new(chain.trail.clone(), SigningKey::trail_a());
        let mut seed = Seed::of(&format!("delivery/{}", chain.place.label()));
        for window in &chain.windows {
            let files: Vec<_> = window.logs.iter().map(|log| log.file.clone()).collect();
            for log in &window.logs {
                self.modified
                    .insert(log.key.clone(), log.delivered.after(1 + seed.below(40)));
            }
            let key = keys.at(chain.place.region, window.end);
            builder.set_fingerprint(&key.fingerprint());
            let entries = builder.put_logs(&mut self.store, &files);
            let body = builder.draft(window.start.timestamp(), window.end.timestamp(), entries);
            let content = body.to_json();
            let previous = body.previous_digest_signature.as_deref();
            let text = string_to_sign(
                &body.digest_end_time,
                &body.digest_s3_bucket,
                &body.digest_s3_object,
                &content,
                previous,
            );
            let signature = key.sign(&text);
            let handle = SealedDigest {
                body,
                content,
                signature,
            }
            .put(&mut self.store);
            let written = window.end.after(200 + seed.below(500));
            self.modified.insert(handle.key.clone(), written);
            builder.set_previous(Some(handle));
        }
    }

    /// What the intruder does to it.
    pub(super) fn suffer(&mut self, marks: &Marks) {
        self.store
            .put(LOG_BUCKET, &marks.edited, marks.edited_bytes.clone());
        self.modified
            .insert(marks.edited.clone(), Second::of("2026-03-11T05:06:44Z"));
        self.store.remove(LOG_BUCKET, &marks.deleted_log);
        self.store.remove(LOG_BUCKET, &marks.deleted_digest);
        self.store
            .put(LOG_BUCKET, &marks.planted, marks.planted_bytes.clone());
        self.modified
            .insert(marks.planted.clone(), Second::of("2026-03-11T05:17:55Z"));
    }

    /// Lays it down as a mirror.
    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        let mut manifest = Vec::new();
        for (bucket, key, object) in self.store.iter() {
            let path = root.join(bucket).join(key);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, &object.bytes)?;
            let line = json!({
                "bucket": bucket,
                "key": key,
                "size": object.bytes.len(),
                "sha256": sha256_hex(&object.bytes),
                // With SSE-KMS an ETag is no hash of anything.
                "etag": Seed::of(&format!("etag/{key}/{}", object.bytes.len())).hex(32),
                "last_modified": self.modified.get(key).map(|time| time.rfc3339()),
                "metadata": object.metadata,
            });
            manifest.extend(compact_json(&line));
            manifest.push(b'\n');
        }
        std::fs::write(root.join("manifest.jsonl"), manifest)
    }
}
