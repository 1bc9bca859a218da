//! Chains: digest after digest, each signed over its predecessor's signature.

use jiff::{SignedDuration, Timestamp};

use crate::digest::{DigestBody, DigestHandle, LogEntry, whole_second};
use crate::keys::SigningKey;
use crate::log::LogFile;
use crate::store::Store;
use crate::trail::{DigestKind, Trail};

/// Delivers logs and digests of one trail in one account and Region.
///
/// What it makes is always healthy; vectors break it afterwards, in the
/// [`Store`], or take a [`Self::draft`] and sign it themselves.
#[derive(Debug, Clone)]
pub struct ChainBuilder {
    trail: Trail,
    kind: DigestKind,
    key: &'static SigningKey,
    fingerprint: String,
    generated_after: SignedDuration,
    previous: Option<DigestHandle>,
}

impl ChainBuilder {
    /// An hourly chain that begins with its next digest.
    #[must_use]
    pub fn new(trail: Trail, key: &'static SigningKey) -> Self {
        Self {
            trail,
            kind: DigestKind::Hourly,
            key,
            fingerprint: key.fingerprint(),
            generated_after: SignedDuration::ZERO,
            previous: None,
        }
    }

    /// A backfill chain, whose digests are generated `generated_after` the end
    /// of their windows and say so in `backfill-generation-timestamp`.
    #[must_use]
    pub fn backfill(
        trail: Trail,
        key: &'static SigningKey,
        generated_after: SignedDuration,
    ) -> Self {
        Self {
            kind: DigestKind::Backfill,
            generated_after,
            ..Self::new(trail, key)
        }
    }

    /// Signs with another key from here on.
    #[must_use]
    pub fn with_key(mut self, key: &'static SigningKey) -> Self {
        self.set_key(key);
        self
    }

    /// Signs with another key from here on.
    pub fn set_key(&mut self, key: &'static SigningKey) {
        self.key = key;
        self.fingerprint = key.fingerprint();
    }

    /// Prints another fingerprint from here on (the key's SPKI one, or a wrong one).
    pub fn set_fingerprint(&mut self, fingerprint: &str) {
        self.fingerprint = fingerprint.into();
    }

    /// Makes the next digest a starting digest: its predecessor is null.
    pub fn restart(&mut self) {
        self.previous = None;
    }

    /// Delivers to another bucket and prefix from here on; the next digest still
    /// names its predecessor in the old bucket.
    pub fn move_to(&mut self, bucket: &str, prefix: &str) {
        self.trail.bucket = bucket.into();
        self.trail.prefix = prefix.into();
    }

    /// The trail it delivers for.
    #[must_use]
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// The newest digest made so far.
    #[must_use]
    pub fn previous(&self) -> Option<&DigestHandle> {
        self.previous.as_ref()
    }

    /// Names `digest` as predecessor of the next one.
    pub fn set_previous(&mut self, digest: Option<DigestHandle>) {
        self.previous = digest;
    }

    /// Stores `logs` and the digest of the hour that begins at `start`.
    pub fn hour(
        &mut self,
        store: &mut Store,
        start: Timestamp,
        logs: Vec<LogFile>,
    ) -> DigestHandle {
        self.window(store, start, start + SignedDuration::from_hours(1), logs)
    }

    /// Stores `logs` and the digest of the window from `start` to `end`.
    pub fn window(
        &mut self,
        store: &mut Store,
        start: Timestamp,
        end: Timestamp,
        logs: Vec<LogFile>,
    ) -> DigestHandle {
        let entries = logs
            .into_iter()
            .map(|log| self.put_log(store, &log))
            .collect();
        let body = self.draft(start, end, entries);
        self.put(store, &body)
    }

    /// Stores `logs` where the trail delivers them, and returns the entries that
    /// an honest digest lists for them.
    pub fn put_logs(&self, store: &mut Store, logs: &[LogFile]) -> Vec<LogEntry> {
        logs.iter().map(|log| self.put_log(store, log)).collect()
    }

    fn put_log(&self, store: &mut Store, log: &LogFile) -> LogEntry {
        let key = self.trail.log_key(log.family, log.stamp, &log.unique);
        store.put(&self.trail.bucket, &key, log.packed());
        LogEntry::new(&self.trail.bucket, &key, log)
    }

    /// The honest digest of a window, not yet signed: the place to say
    /// something else before [`Self::put`] or [`DigestBody::seal`].
    #[must_use]
    pub fn draft(&self, start: Timestamp, end: Timestamp, log_files: Vec<LogEntry>) -> DigestBody {
        let newest = log_files.iter().map(|log| &log.newest_event_time).max();
        let oldest = log_files.iter().map(|log| &log.oldest_event_time).min();
        let mut body = DigestBody {
            aws_account_id: self.trail.account.clone(),
            digest_start_time: whole_second(start),
            digest_end_time: whole_second(end),
            digest_s3_bucket: self.trail.bucket.clone(),
            digest_s3_object: self.trail.digest_key(end, self.kind),
            digest_public_key_fingerprint: self.fingerprint.clone(),
            digest_signature_algorithm: "SHA256withRSA".into(),
            newest_event_time: newest.cloned(),
            oldest_event_time: oldest.cloned(),
            previous_digest_s3_bucket: None,
            previous_digest_s3_object: None,
            previous_digest_hash_value: None,
            previous_digest_hash_algorithm: None,
            previous_digest_signature: None,
            log_files,
        };
        body.link_to(self.previous.as_ref());
        body
    }

    /// Signs `body` with the chain's key, stores it where it says it belongs,
    /// and makes it the predecessor of the next digest.
    pub fn put(&mut self, store: &mut Store, body: &DigestBody) -> DigestHandle {
        let sealed = body.seal(self.key);
        let mut object = sealed.to_stored();
        if self.kind == DigestKind::Backfill {
            let generated = crate::time(&body.digest_end_time) + self.generated_after;
            object.metadata.insert(
                "backfill-generation-timestamp".into(),
                generated.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
            );
        }
        let handle = sealed.handle();
        store.put_object(&handle.bucket, &handle.key, object);
        self.previous = Some(handle.clone());
        handle
    }
}
