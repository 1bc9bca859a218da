//! A bucket that grows hour by hour, on a loopback AWS, and the checks of it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use trailseal_loopback::{Faults, Member, Scene, Server};
use trailseal_test_vectors::{
    ChainBuilder, DigestHandle, Keyring, LogFile, PublishedKey, SigningKey, Store, Trail, time,
};

pub(crate) const BUCKET: &str = "example-org-cloudtrail-logs";
pub(crate) const ORGANIZATION: &str = "o-exampleorgid";

const REGIONS: [&str; 17] = [
    "us-east-1",
    "eu-west-1",
    "ap-southeast-2",
    "sa-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-southeast-1",
];

/// The start of the first window of the first chain.
pub(crate) fn start() -> Timestamp {
    time("2026-03-02T00:07:13Z")
}

/// So many hours after the start.
pub(crate) fn hour(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

/// When the check of an hour runs: some minutes after that hour's digests came.
pub(crate) fn check_time(hours: i64) -> Timestamp {
    hour(hours + 1) + SignedDuration::from_mins(50)
}

/// An organization's trail, its bucket, and a folder for configuration and ledger.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) desk: TempDir,
    pub(crate) chains: Vec<Chain>,
    scene: Scene,
    source: String,
}

/// One account in one Region.
pub(crate) struct Chain {
    pub(crate) builder: ChainBuilder,
    /// Digests and the keys of their logs, by the hour.
    pub(crate) digests: BTreeMap<i64, (DigestHandle, Vec<String>)>,
    /// Minutes by which its windows are later than the first chain's.
    offset: i64,
}

impl World {
    /// So many accounts in so many Regions, of which nothing is there yet.
    pub(crate) fn new(accounts: usize, regions: usize) -> Self {
        let desk = tempfile::tempdir().unwrap();
        let keys: Vec<PublishedKey> = [SigningKey::trail_a(), SigningKey::trail_b()]
            .into_iter()
            .map(|key| {
                PublishedKey::pkcs1(
                    key,
                    time("2026-02-20T00:00:00Z"),
                    time("2026-04-22T00:00:00Z"),
                )
            })
            .collect();
        let keyring = desk.path().join("keys.json");
        fs::write(&keyring, Keyring::new(keys).to_json()).unwrap();
        let scene = Scene::new().bucket(BUCKET).keys(&keyring).unwrap();
        let home = Trail::new(BUCKET, "111122220000", REGIONS[0], "org-trail")
            .with_organization(ORGANIZATION);
        let mut chains = Vec::new();
        for account in 0..accounts {
            for region in &REGIONS[..regions] {
                let trail = home
                    .in_account(&format!("11112222{account:04}"))
                    .in_region(region);
                let offset = i64::try_from(chains.len() % 20).unwrap();
                chains.push(Chain {
                    builder: ChainBuilder::new(trail, SigningKey::trail_a()),
                    digests: BTreeMap::new(),
                    offset,
                });
            }
        }
        let world = Self {
            server: Server::start(scene.clone(), Faults::default()).unwrap(),
            desk,
            chains,
            scene,
            source: format!("s3://{BUCKET}"),
        };
        world.configure("");
        world
    }

    /// Serves the same bucket, now with these accounts in the organization.
    pub(crate) fn organize(&mut self, members: impl IntoIterator<Item = Member>) {
        let scene = self.scene.clone().organization(ORGANIZATION);
        self.server = Server::start(scene.members(members), Faults::default()).unwrap();
    }

    /// Writes the configuration: one source, and more below it.
    pub(crate) fn configure(&self, more: &str) {
        let text = format!(
            "recheck_days = 7\n[[source]]\nname = \"org\"\nlocation = \"{}\"\n{more}\n",
            self.source
        );
        fs::write(self.path("trailseal.toml"), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.desk.path().join(name)
    }

    /// Delivers logs and digest of this hour to every chain.
    pub(crate) fn deliver_all(&mut self, hours: i64) {
        for index in 0..self.chains.len() {
            self.deliver(index, hours);
        }
    }

    /// Delivers logs and digest of this hour to one chain.
    pub(crate) fn deliver(&mut self, index: usize, hours: i64) {
        let objects = self.chains[index].make(hours);
        self.put(&objects);
    }

    /// Puts objects into the bucket.
    pub(crate) fn put(&self, objects: &Store) {
        for (bucket, key, object) in objects.iter() {
            let metadata: Vec<(&str, &str)> = object
                .metadata
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let store = self.server.store();
            store
                .put(bucket, key, object.bytes.clone(), &metadata)
                .unwrap();
        }
    }

    pub(crate) fn delete(&self, key: &str) {
        self.server.store().delete(BUCKET, key).unwrap();
    }

    /// A command in the folder, with the loopback AWS.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trailseal"));
        command
            .args(words)
            .current_dir(self.desk.path())
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "hidden-secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", self.server.endpoint());
        command
    }

    /// Runs a command.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The check after this hour.
    pub(crate) fn check(&self, hours: i64) -> Checked {
        self.check_with(hours, &[])
    }

    pub(crate) fn check_with(&self, hours: i64, more: &[&str]) -> Checked {
        let at = check_time(hours).to_string();
        let words = [&["check", "--format", "json", "--at", &at], more].concat();
        Checked::of(&self.run(&words))
    }
}

impl Chain {
    /// The window of an hour.
    pub(crate) fn window(&self, hours: i64) -> Timestamp {
        hour(hours) + SignedDuration::from_mins(self.offset)
    }

    /// A log delivered so many minutes into an hour.
    pub(crate) fn log(&self, hours: i64, minutes: i64) -> LogFile {
        let stamp = self.window(hours) + SignedDuration::from_mins(minutes);
        let trail = self.builder.trail();
        let at = (stamp - SignedDuration::from_mins(6)).to_string();
        LogFile::new(
            stamp,
            vec![json!({
                "eventVersion": "1.11",
                "eventTime": at,
                "eventSource": "ec2.amazonaws.com",
                "eventName": "DescribeInstances",
                "awsRegion": trail.region,
                "recipientAccountId": trail.account,
                "eventID": format!("{}-{}-{hours}-{minutes}", trail.account, trail.region),
            })],
        )
    }

    /// Logs and digest of this hour, and remembers them.
    pub(crate) fn make(&mut self, hours: i64) -> Store {
        let mut store = Store::new();
        let log = self.log(hours, 25);
        let logs = if hours % 3 == 2 { vec![] } else { vec![log] };
        self.make_with(&mut store, hours, logs);
        store
    }

    pub(crate) fn make_with(&mut self, store: &mut Store, hours: i64, logs: Vec<LogFile>) {
        let start = self.window(hours);
        let handle = self.builder.hour(store, start, logs);
        let keys = store
            .iter()
            .map(|(_, key, _)| key.to_owned())
            .filter(|key| !key.contains("CloudTrail-Digest"));
        self.digests.insert(hours, (handle, keys.collect()));
    }

    /// The key of an hour's digest.
    pub(crate) fn digest(&self, hours: i64) -> &str {
        &self.digests[&hours].0.key
    }

    /// The key of an hour's log.
    pub(crate) fn log_key(&self, hours: i64) -> &str {
        &self.digests[&hours].1[0]
    }
}

/// What a check said.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) code: Option<i32>,
    pub(crate) report: Value,
    pub(crate) stderr: String,
}

impl Checked {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            report: serde_json::from_slice(&output.stdout).unwrap_or(Value::Null),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Code and object, or account and Region, of the findings with this life.
    pub(crate) fn findings(&self, life: &str) -> Vec<(String, String)> {
        let all = self.report["findings"].as_array();
        let all = all.unwrap_or_else(|| panic!("{self:?}"));
        let text = |value: &Value| value.as_str().unwrap_or("*").to_owned();
        all.iter()
            .filter(|finding| finding["life"] == life)
            .map(|finding| {
                let subject = match &finding["object"] {
                    Value::String(object) => object.clone(),
                    _ => format!("{}/{}", text(&finding["account"]), text(&finding["region"])),
                };
                (text(&finding["code"]), subject)
            })
            .collect()
    }

    pub(crate) fn fresh(&self) -> Vec<(String, String)> {
        self.findings("new")
    }

    pub(crate) fn source(&self) -> &Value {
        &self.report["sources"][0]
    }

    /// How a chain stands.
    pub(crate) fn status(&self, chain: &Chain) -> &Value {
        let trail = chain.builder.trail();
        let chains = self.source()["chains"].as_array().unwrap();
        let fits = |status: &&Value| {
            status["account"] == trail.account.as_str() && status["region"] == trail.region.as_str()
        };
        chains.iter().find(fits).unwrap()
    }

    /// That nothing is amiss.
    #[track_caller]
    pub(crate) fn passes(&self) {
        let found = (self.code, &self.report["findings"]);
        assert_eq!(
            found,
            (Some(0), &json!([])),
            "{} {}",
            self.stderr,
            self.report
        );
    }
}

/// An object as findings name it.
pub(crate) fn object(key: &str) -> String {
    format!("s3://{BUCKET}/{key}")
}
