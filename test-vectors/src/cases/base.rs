//! The healthy bucket that most vectors start from, and the draft of a vector.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::case::{Case, Expect, Finding, Keys, Outcome, SourceKind, Tally, Verify};
use crate::chain::ChainBuilder;
use crate::digest::{DigestBody, DigestHandle};
use crate::gzip::{gunzip, gzip, sha256_hex};
use crate::keyring::{Keyring, PublishedKey};
use crate::keys::SigningKey;
use crate::log::LogFile;
use crate::store::Store;
use crate::time;
use crate::trail::Trail;

/// The bucket of most vectors.
pub(super) const BUCKET: &str = "example-trail-logs";
/// The account of most vectors.
pub(super) const ACCOUNT: &str = "111122223333";
/// The Region of most vectors.
pub(super) const REGION: &str = "eu-west-1";

/// Logs delivered in each hour. Hours 2 and 5 are empty: what is done to their
/// digests concerns no log.
const LOGS_BY_HOUR: [usize; 8] = [1, 1, 0, 1, 2, 0, 1, 1];

/// Codes whose answer is *unchecked*; every other code's is *failed*.
const UNCHECKED: &[&str] = &[
    "chain-restart",
    "digest-algorithm-unsupported",
    "digest-key-out-of-window",
    "digest-key-unknown",
    "digest-signature-absent",
    "digest-unread",
    "head-uncovered",
    "log-algorithm-unsupported",
    "log-unread",
    "log-unreferenced",
    "log-unvouched",
    "no-digests",
    "tail-uncovered",
    "window-hole",
];

/// Defines the vectors of one module: each a function whose doc comment is the
/// vector's `about` and whose name, with hyphens, is the vector's name.
macro_rules! vectors {
    ($group:literal $( $(#[doc = $about:literal])+ fn $name:ident() $body:block )+) => {
        $( $(#[doc = $about])+ fn $name() -> crate::cases::base::Draft $body )+

        /// The vectors of this module, in its order.
        pub(super) fn all() -> Vec<crate::case::Case> {
            vec![$( $name().finish($group, stringify!($name), &[$($about),+]) ),+]
        }
    };
}
pub(super) use vectors;

/// The trail of most vectors.
pub(super) fn trail() -> Trail {
    Trail::new(BUCKET, ACCOUNT, REGION, "management-events")
}

/// Start of the window number `hour`. CloudTrail's hours do not begin on the
/// hour.
pub(super) fn hour(hour: i64) -> Timestamp {
    time("2026-03-02T08:07:13Z") + SignedDuration::from_hours(hour)
}

/// `time` so many minutes later (or earlier).
pub(super) fn after(time: Timestamp, minutes: i64) -> Timestamp {
    time + SignedDuration::from_mins(minutes)
}

/// `key`, published for 30 days around the vectors' day.
pub(super) fn published(key: &SigningKey) -> PublishedKey {
    PublishedKey::pkcs1(
        key,
        time("2026-02-20T00:00:00Z"),
        time("2026-03-22T00:00:00Z"),
    )
}

/// What most vectors' verifiers are given: the trail's key and nothing else.
pub(super) fn keys() -> Keys {
    Keys::File(Keyring::new(vec![published(SigningKey::trail_a())]))
}

/// A log with two records, delivered at `stamp`.
pub(super) fn log_at(trail: &Trail, stamp: Timestamp) -> LogFile {
    LogFile::new(stamp, records(trail, stamp))
}

/// Two records of the trail's account and Region, some minutes before `stamp`.
pub(super) fn records(trail: &Trail, stamp: Timestamp) -> Vec<Value> {
    vec![
        record(
            trail,
            after(stamp, -7),
            "ec2.amazonaws.com",
            "DescribeInstances",
        ),
        record(
            trail,
            after(stamp, -4),
            "s3.amazonaws.com",
            "GetBucketPolicy",
        ),
    ]
}

fn record(trail: &Trail, at: Timestamp, source: &str, name: &str) -> Value {
    let partition = match trail.region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("eusc") => "aws-eusc",
        _ if trail.region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let Trail {
        account, region, ..
    } = trail;
    let id = sha256_hex(format!("{account} {region} {at} {name}").as_bytes());
    let uuid = |from: usize| {
        let part = |start: usize, length: usize| &id[from + start..from + start + length];
        let (a, b, c, d, e) = (
            part(0, 8),
            part(8, 4),
            part(12, 3),
            part(15, 3),
            part(18, 12),
        );
        format!("{a}-{b}-4{c}-8{d}-{e}")
    };
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLEROLEID0001:inventory",
            "arn": format!("arn:{partition}:sts::{account}:assumed-role/Inventory/inventory"),
            "accountId": account,
            "accessKeyId": "ASIAEXAMPLEACCESSKEY",
        },
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "eventSource": source,
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "192.0.2.17",
        "userAgent": "aws-sdk-rust/1.3",
        "requestParameters": null,
        "responseElements": null,
        "requestID": uuid(0),
        "eventID": uuid(30),
        "readOnly": true,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": account,
        "eventCategory": "Management",
    })
}

/// The logs that the trail delivers in window number `hour`: well inside it.
pub(super) fn logs_of_hour(trail: &Trail, number: i64) -> Vec<LogFile> {
    let index = usize::try_from(number).expect("hours count from zero");
    let count = LOGS_BY_HOUR[index % LOGS_BY_HOUR.len()];
    [20, 40][..count]
        .iter()
        .map(|minute| log_at(trail, after(hour(number), *minute)))
        .collect()
}

/// A chain being delivered hour by hour.
pub(super) struct Base {
    pub(super) store: Store,
    pub(super) chain: ChainBuilder,
    pub(super) digests: Vec<DigestHandle>,
}

impl Base {
    /// The usual trail, healthy, with so many hours (6 end with an empty hour,
    /// 8 with a log).
    pub(super) fn hours(count: i64) -> Self {
        Self::of(trail(), 0..count)
    }

    /// Another trail, healthy, signed with the usual key.
    pub(super) fn of(trail: Trail, hours: Range<i64>) -> Self {
        let mut base = Self::new(ChainBuilder::new(trail, SigningKey::trail_a()));
        base.deliver(hours);
        base
    }

    /// Nothing delivered yet.
    pub(super) fn new(chain: ChainBuilder) -> Self {
        Self {
            store: Store::new(),
            chain,
            digests: Vec::new(),
        }
    }

    /// Delivers the usual logs of these hours and their digests.
    pub(super) fn deliver(&mut self, hours: Range<i64>) {
        for number in hours {
            let logs = logs_of_hour(self.chain.trail(), number);
            self.window(hour(number), hour(number + 1), logs);
        }
    }

    /// Delivers one window.
    pub(super) fn window(&mut self, start: Timestamp, end: Timestamp, logs: Vec<LogFile>) {
        let digest = self.chain.window(&mut self.store, start, end, logs);
        self.digests.push(digest);
    }

    /// Delivers an hour whose digest says what `edit` makes of the honest one,
    /// rightly signed.
    pub(super) fn deliver_edited(&mut self, number: i64, edit: impl FnOnce(&mut DigestBody)) {
        let logs = logs_of_hour(self.chain.trail(), number);
        let entries = self.chain.put_logs(&mut self.store, &logs);
        let mut body = self.chain.draft(hour(number), hour(number + 1), entries);
        edit(&mut body);
        let digest = self.chain.put(&mut self.store, &body);
        self.digests.push(digest);
    }

    /// Takes over the objects of another chain.
    pub(super) fn absorb(&mut self, other: Self) {
        self.store.merge(other.store);
    }

    /// `s3://…` of the digest of this index.
    pub(super) fn url(&self, digest: usize) -> String {
        self.digests[digest].url()
    }

    /// Deletes the digest of this index.
    pub(super) fn delete_digest(&mut self, digest: usize) {
        let DigestHandle { bucket, key, .. } = &self.digests[digest];
        self.store.remove(bucket, key);
    }

    /// Deletes the digest of this index and its logs.
    pub(super) fn delete_hour(&mut self, digest: usize) {
        self.delete_digest(digest);
        for log in &self.digests[digest].body.log_files {
            self.store.remove(&log.s3_bucket, &log.s3_object);
        }
    }

    /// Rewrites the text inside a digest; its metadata stays.
    pub(super) fn rewrite_digest(&mut self, digest: usize, edit: impl FnOnce(String) -> String) {
        let object = self.digest_object(digest);
        let text = String::from_utf8(gunzip(&object.bytes)).expect("JSON is UTF-8");
        let edited = edit(text.clone());
        assert_ne!(text, edited, "the edit must change something");
        object.bytes = gzip(edited.as_bytes());
    }

    /// The stored object of a digest.
    pub(super) fn digest_object(&mut self, digest: usize) -> &mut crate::store::Stored {
        let DigestHandle { bucket, key, .. } = &self.digests[digest];
        self.store.object_mut(bucket, key)
    }

    /// The stored object of the first log of a digest, and its `s3://…`.
    pub(super) fn log_object(&mut self, digest: usize) -> (&mut crate::store::Stored, String) {
        let (bucket, key) = self.digests[digest].log(0);
        let url = self.digests[digest].log_url(0);
        (self.store.object_mut(bucket, key), url)
    }

    /// Lays the metadata of every object aside, as tools that copy only bytes do.
    pub(super) fn lose_metadata(&mut self) {
        for (_, _, object) in self.store.iter_mut() {
            object.metadata.clear();
        }
    }

    /// The vector of this store, so far expected to be verified.
    pub(super) fn draft(self) -> Draft {
        Draft::new(self.store)
    }
}

/// A vector without its name.
pub(super) struct Draft {
    store: Store,
    source: SourceKind,
    verify: Verify,
    findings: Vec<Finding>,
    tally: Option<Tally>,
    keys: Keys,
    refused: bool,
}

impl Draft {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            source: SourceKind::Mirror,
            verify: Verify::default(),
            findings: Vec::new(),
            tally: None,
            keys: keys(),
            refused: false,
        }
    }

    /// Adds an expected finding.
    pub(super) fn finds(mut self, code: &str, object: impl Into<String>) -> Self {
        self.findings.push(Finding {
            code: code.into(),
            object: object.into(),
        });
        self
    }

    /// Adds an expected finding for every log that `digest` lists.
    pub(super) fn finds_logs_of(self, code: &str, digest: &DigestHandle) -> Self {
        (0..digest.body.log_files.len()).fold(self, |draft, index| {
            draft.finds(code, digest.log_url(index))
        })
    }

    /// States the counts.
    pub(super) fn tally(mut self, digests_verified: usize, logs_verified: usize) -> Self {
        self.tally = Some(Tally {
            digests_verified,
            logs_verified,
        });
        self
    }

    /// Lays the objects down as a plain copy.
    pub(super) fn plain(mut self) -> Self {
        self.source = SourceKind::Plain;
        self
    }

    /// Gives the verifier other keys.
    pub(super) fn with_keys(mut self, keys: Keys) -> Self {
        self.keys = keys;
        self
    }

    /// Gives the verifier one list of these keys.
    pub(super) fn with_ring(self, ring: Vec<PublishedKey>) -> Self {
        self.with_keys(Keys::File(Keyring::new(ring)))
    }

    /// Asks for a range that begins here.
    pub(super) fn from(mut self, from: Timestamp) -> Self {
        self.verify.from = Some(from.to_string());
        self
    }

    /// Asks for a range that ends here.
    pub(super) fn to(mut self, to: Timestamp) -> Self {
        self.verify.to = Some(to.to_string());
        self
    }

    /// Asks for an account by name.
    pub(super) fn account(mut self, account: &str) -> Self {
        self.verify.accounts.push(account.into());
        self
    }

    /// Asks for a Region by name.
    pub(super) fn region(mut self, region: &str) -> Self {
        self.verify.regions.push(region.into());
        self
    }

    /// Says which bucket a plain copy is of.
    pub(super) fn bucket(mut self, bucket: &str) -> Self {
        self.verify.bucket = Some(bucket.into());
        self
    }

    /// Asks for an organization by name.
    pub(super) fn organization(mut self, organization: &str) -> Self {
        self.verify.organization = Some(organization.into());
        self
    }

    /// Asks for a trail by name.
    pub(super) fn trail(mut self, trail: &str) -> Self {
        self.verify.trail = Some(trail.into());
        self
    }

    /// Expects the verifier to refuse the input.
    pub(super) fn refused(mut self) -> Self {
        self.refused = true;
        self
    }

    /// Gives the vector its name and its reason.
    pub(super) fn finish(mut self, group: &'static str, name: &str, about: &[&str]) -> Case {
        self.findings.sort();
        let outcome = if self.refused {
            Outcome::Refused
        } else if self.findings.is_empty() {
            Outcome::Verified
        } else if self
            .findings
            .iter()
            .all(|finding| UNCHECKED.contains(&finding.code.as_str()))
        {
            Outcome::Unchecked
        } else {
            Outcome::Failed
        };
        let about: Vec<&str> = about.iter().map(|line| line.trim()).collect();
        Case {
            name: name.replace('_', "-"),
            group,
            about: about.join(" "),
            source: self.source,
            verify: self.verify,
            expect: Expect {
                outcome,
                exit: outcome.exit(),
                findings: self.findings,
                tally: self.tally,
            },
            keys: self.keys,
            store: self.store,
        }
    }
}
