//! CloudTrail records by the gigabyte.
//!
//! `shapes.tsv` holds one event a line, with a weight before it and `@names@`
//! where events of one kind differ. Each account and Region has a [`Pool`] of
//! finished texts, made once; a log is a sequence of copies in which only what
//! no two events share (times and ids) is overwritten. So gigabytes cost little
//! more than copying, and still compress about as well as real logs do.

mod events;

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

pub use self::events::read as read_events;
use crate::rng::Rng;

const SHAPES: &str = include_str!("shapes.tsv");
/// Finished texts in one pool: more than one window of deflate (32 KiB) holds.
const POOL: usize = 512;
const ROLES: [&str; 8] = [
    "orders-api",
    "billing-worker",
    "web-frontend",
    "AWSServiceRoleForAutoScaling",
    "ci-deploy",
    "etl-nightly",
    "eks-node-group",
    "session-cleanup",
];
const USERS: [&str; 6] = ["alice", "bob", "carla", "deploy", "dmitri", "monitoring"];
const AGENTS: [&str; 6] = [
    "aws-sdk-go-v2/1.36.3 os/linux lang/go#1.24.1 md/GOOS#linux md/GOARCH#arm64 api/s3#1.78.2",
    "aws-cli/2.24.16 md/awscrt#0.23.8 ua/2.1 os/linux#6.8.0-1024-aws md/arch#x86_64 lang/python#3.12.9 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#ec2.describe-instances",
    "Boto3/1.37.4 md/Botocore#1.37.4 ua/2.0 os/linux#5.10.234-225.910.amzn2.x86_64 md/arch#x86_64 lang/python#3.11.11 md/pyimpl#CPython Botocore/1.37.4",
    "APN/1.0 HashiCorp/1.0 Terraform/1.11.1 (+https://www.terraform.io) terraform-provider-aws/5.89.0 aws-sdk-go-v2/1.36.2 os/linux lang/go#1.23.6 md/GOOS#linux md/GOARCH#amd64 api/iam#1.39.1",
    "aws-sdk-java/2.30.31 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.128-136.201.amzn2023.aarch64 lang/java#21.0.6 md/OpenJDK_64-Bit_Server_VM#21.0.6+7-LTS md/vendor#Amazon.com_Inc. cfg/auth-source#stat",
    "aws-sdk-js/3.758.0 ua/2.1 os/linux#6.1.119-129.201.amzn2023.x86_64 lang/js md/nodejs#22.13.1 api/dynamodb#3.758.0",
];

/// Finished records of one account and Region.
pub struct Pool(Vec<Text>);

/// One record, and where in it the parts lie that are unique.
struct Text {
    bytes: Vec<u8>,
    time: usize,
    ids: Vec<usize>,
}

/// Bytes of `2026-03-02T08:07:13Z`.
const TIME: usize = 20;
/// Bytes of a UUID.
const UUID: usize = 36;

impl Pool {
    /// The pool of this account and Region.
    ///
    /// # Panics
    /// If `shapes.tsv` is broken.
    #[must_use]
    pub fn new(account: &str, region: &str, day: &str, mut rng: Rng) -> Self {
        let shapes: Vec<&str> = SHAPES
            .lines()
            .flat_map(|line| {
                let (weight, shape) = line.split_once('\t').expect("a weight and a shape");
                std::iter::repeat_n(shape, weight.parse().expect("a weight"))
            })
            .collect();
        let actors: Vec<Actor> = (0..24).map(|_| Actor::new(&mut rng)).collect();
        let actors: Vec<&Actor> = actors.iter().collect();
        let texts = (0..POOL).map(|_| {
            let shape = rng.pick(&shapes);
            let actor = rng.pick(&actors);
            Text::new(shape, [account, region, day], actor, &mut rng)
        });
        Self(texts.collect())
    }

    /// The inflated bytes of one log of so many records, whose times rise
    /// through the five minutes before its delivery.
    #[must_use]
    pub fn log(&self, records: usize, delivered: Timestamp, rng: &mut Rng) -> Vec<u8> {
        let mut log = b"{\"Records\":[".to_vec();
        let begun = delivered - SignedDuration::from_mins(5);
        let mut second = String::new();
        let mut at = 0;
        let mut run = 0..0;
        for index in 0..records {
            let elapsed = (300 * index / records) as i64;
            if second.is_empty() || elapsed != at {
                let time = begun + SignedDuration::from_secs(elapsed);
                (second, at) = (time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), elapsed);
            }
            if run.is_empty() {
                run = self.run(rng);
            }
            let text = &self.0[run.start];
            run.start = (run.start + 1).min(run.end);
            if index > 0 {
                log.push(b',');
            }
            text.write(&mut log, &second, rng);
        }
        log.extend_from_slice(b"]}");
        log
    }

    /// A few neighbours of the pool: what one log says, the next one says
    /// again, in part.
    fn run(&self, rng: &mut Rng) -> Range<usize> {
        let start = usize::try_from(rng.below(self.0.len() as u64)).unwrap_or(0);
        let length = usize::try_from(1 + rng.below(4)).unwrap_or(1);
        start..(start + length).min(self.0.len())
    }
}

/// Who does something: names and ids that belong together.
struct Actor {
    role: &'static str,
    user: &'static str,
    agent: &'static str,
    aroa: String,
    aida: String,
    akid: String,
    session: String,
    ip: String,
    bucket: String,
    kms: String,
}

impl Actor {
    fn new(rng: &mut Rng) -> Self {
        let mut kms = vec![0; UUID];
        rng.uuid(&mut kms);
        let role = rng.pick(&ROLES);
        Self {
            role,
            user: rng.pick(&USERS),
            agent: rng.pick(&AGENTS),
            aroa: format!("AROA{}", rng.upper_text(17)),
            aida: format!("AIDA{}", rng.upper_text(17)),
            akid: format!("ASIA{}", rng.upper_text(16)),
            session: format!("i-0{}", rng.hex_text(16)),
            ip: format!("203.0.113.{}", 1 + rng.below(250)),
            bucket: format!("{role}-data-{}", rng.hex_text(4)).to_lowercase(),
            kms: String::from_utf8(kms).expect("hex digits"),
        }
    }
}

impl Text {
    fn new(shape: &str, place: [&str; 3], actor: &Actor, rng: &mut Rng) -> Self {
        let mut text = Self {
            bytes: Vec::with_capacity(shape.len() * 2),
            time: 0,
            ids: Vec::new(),
        };
        for (index, part) in shape.split('@').enumerate() {
            // Text and names alternate.
            if index % 2 == 0 {
                text.bytes.extend_from_slice(part.as_bytes());
            } else {
                text.fill(part, place, actor, rng);
            }
        }
        text
    }

    fn fill(&mut self, name: &str, place: [&str; 3], actor: &Actor, rng: &mut Rng) {
        let [account, region, day] = place;
        let value = match name {
            "account" => account.to_owned(),
            "agent" => actor.agent.to_owned(),
            "aida" => actor.aida.clone(),
            "akid" => actor.akid.clone(),
            "aroa" => actor.aroa.clone(),
            "bucket" => actor.bucket.clone(),
            "day" => day.to_owned(),
            "hex6" => rng.hex_text(6),
            "hex16" => rng.hex_text(16),
            "hex32" => rng.hex_text(32),
            "id2" => rng.letters(76),
            "instance" | "session" => actor.session.clone(),
            "ip" => actor.ip.clone(),
            "kms" => actor.kms.clone(),
            "object" => {
                let (day, part) = (day.replace('-', "/"), rng.below(100_000));
                format!("{}/{day}/part-{part:05}.snappy.parquet", actor.user)
            }
            "region" => region.to_owned(),
            "role" => actor.role.to_owned(),
            "time" => {
                self.time = self.bytes.len();
                "0".repeat(TIME)
            }
            "token" => rng.letters(300),
            "user" => actor.user.to_owned(),
            "uuid" => {
                self.ids.push(self.bytes.len());
                "0".repeat(UUID)
            }
            other => panic!("shapes.tsv: unknown name @{other}@"),
        };
        self.bytes.extend_from_slice(value.as_bytes());
    }

    fn write(&self, log: &mut Vec<u8>, time: &str, rng: &mut Rng) {
        let start = log.len();
        log.extend_from_slice(&self.bytes);
        let record = &mut log[start..];
        record[self.time..self.time + TIME].copy_from_slice(time.as_bytes());
        for id in &self.ids {
            rng.uuid(&mut record[*id..id + UUID]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_json_and_the_same_for_a_seed() {
        let delivered = "2026-03-02T08:15:00Z".parse().unwrap();
        let make = || {
            let pool = Pool::new("111122223333", "eu-west-1", "2026-03-02", Rng::new(&[7]));
            pool.log(900, delivered, &mut Rng::new(&[7, 1]))
        };
        let log = make();
        assert_eq!(log, make());
        let json: serde_json::Value = serde_json::from_slice(&log).unwrap();
        let records = json["Records"].as_array().unwrap();
        assert_eq!(records.len(), 900);
        for record in records {
            assert_eq!(record["recipientAccountId"], "111122223333");
            assert_eq!(record["awsRegion"], "eu-west-1");
            assert!(record["eventTime"].as_str().unwrap() < "2026-03-02T08:15:00Z");
        }
        assert_eq!(records[0]["eventTime"], "2026-03-02T08:10:00Z");
    }
}
