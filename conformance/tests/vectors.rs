//! Every vector through the AWS CLI and through trailseal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use trailseal_conformance::{AwsCli, Difference, Divergences, Printed, Program, Trail, Vector};
use trailseal_loopback::{Faults, Scene, Server};

/// Processes of the AWS CLI at one time.
const AT_ONCE: usize = 2;

/// Vectors of which a folder cannot say what a bucket says: a key that is no
/// safe path, and a list of keys that is refused with other words.
const FOLDERS_DIFFER: [&str; 2] = [
    "keyring-fingerprint-is-not-the-md5",
    "listed-key-climbs-in-a-plain-copy",
];

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn divergences() -> Divergences {
    Divergences::read(&checkout().join("test-vectors/divergences.toml")).unwrap()
}

fn vectors() -> Vec<Vector> {
    let vectors = Vector::all(&checkout().join("test-vectors/cases")).unwrap();
    assert!(vectors.len() >= 100, "only {} vectors", vectors.len());
    vectors
}

/// The trail as CloudTrail tells of it.
fn told(trail: &Trail) -> trailseal_loopback::Trail {
    let told =
        trailseal_loopback::Trail::new(&trail.name, &trail.home, &trail.owner, &trail.bucket)
            .member("TrailARN", trail.arn())
            .member("IsOrganizationTrail", trail.organization.is_some());
    if trail.prefix.is_empty() {
        return told;
    }
    told.member("S3KeyPrefix", trail.prefix.as_str())
}

fn serve(vector: &Vector) -> Server {
    let scene = match &vector.plain {
        Some(bucket) => Scene::plain(&vector.objects, bucket),
        None => Scene::mirror(&vector.objects),
    };
    let mut scene = scene.unwrap().keys(&vector.keys).unwrap();
    for trail in &vector.trails {
        // Also where nothing is left in it.
        scene = scene.bucket(&trail.bucket);
    }
    let mut trails: Vec<&Trail> = vector.trails.iter().collect();
    trails.sort_by_key(|trail| trail.arn());
    trails.dedup_by_key(|trail| trail.arn());
    scene = scene.trails(trails.into_iter().map(told));
    if let Some(organization) = vector
        .trails
        .iter()
        .find_map(|trail| trail.organization.clone())
    {
        scene = scene.organization(organization);
    }
    Server::start(scene, Faults::default()).unwrap()
}

/// What is printed about one vector.
struct Answers {
    aws_cli: Printed,
    /// trailseal, of the folder.
    folder: Printed,
    /// trailseal, of the bucket that the AWS CLI is asked about.
    bucket: Printed,
}

/// Asks all, with every digest and log named or without.
fn ask(aws_cli: &mut AwsCli, trailseal: &Program, asked: (&Vector, &str), all: bool) -> Answers {
    let (vector, endpoint) = asked;
    let more: &[&str] = if all { &["--verbose"] } else { &[] };
    Answers {
        aws_cli: aws_cli.validate(vector, endpoint, more).unwrap(),
        folder: trailseal.verify_folder(vector, more).unwrap(),
        bucket: trailseal.verify_buckets(vector, endpoint, more).unwrap(),
    }
}

/// What was found out about one vector.
struct Found {
    /// What trailseal says otherwise of the bucket than the AWS CLI.
    difference: Option<Difference>,
    /// What trailseal says otherwise of the folder than of the bucket.
    disagreement: Option<String>,
}

fn look_into(aws_cli: &mut AwsCli, trailseal: &Program, vector: &Vector) -> Found {
    let server = serve(vector);
    let endpoint = server.endpoint();
    let mut answers = ask(aws_cli, trailseal, (vector, &endpoint), true);
    let same = Difference::is_only_of_detail(&answers.folder, &answers.bucket);
    let disagreement =
        (!same).then(|| Difference::between(&answers.folder, &answers.bucket).unwrap());
    let mut difference = Difference::between(&answers.aws_cli, &answers.bucket);
    if difference.is_none() {
        answers = ask(aws_cli, trailseal, (vector, &endpoint), false);
        difference = Difference::between(&answers.aws_cli, &answers.bucket);
    }
    Found {
        difference,
        disagreement: disagreement.map(|what| format!("{what:#?}")),
    }
}

fn look_into_all() -> BTreeMap<String, Found> {
    let trailseal = Program::build().unwrap();
    let waiting = Mutex::new(vectors());
    let all = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let mut aws_cli = AwsCli::start(&checkout()).unwrap();
                loop {
                    let Some(vector) = waiting.lock().unwrap().pop() else {
                        break;
                    };
                    let found = look_into(&mut aws_cli, &trailseal, &vector);
                    all.lock().unwrap().insert(vector.name, found);
                }
            });
        }
    });
    all.into_inner().unwrap()
}

#[test]
fn the_list_of_divergences_is_sound() {
    assert_eq!(divergences().faults(), [""; 0]);
}

#[test]
#[ignore = "needs conformance/setup"]
fn both_print_the_same_but_for_the_listed_divergences() {
    let (mut found, mut wrong) = (BTreeMap::new(), Vec::new());
    for (vector, of) in look_into_all() {
        if !FOLDERS_DIFFER.contains(&vector.as_str()) {
            wrong.extend(of.disagreement.map(|what| {
                format!("{vector}: the folder (aws_cli below) and the bucket disagree: {what}")
            }));
        }
        found.insert(vector, of.difference);
    }
    let list = divergences();
    let agree = found.values().filter(|found| found.is_none()).count();
    println!("{agree} of {} vectors: equal to the byte", found.len());
    for (class, vectors) in list.by_class() {
        println!("{:4}  {class}", vectors.len());
    }
    wrong.extend(list.compare(&found));
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// One vector word for word, for whoever looks into a difference:
/// `VECTOR=log-cut cargo test -p trailseal-conformance one_vector -- --ignored --nocapture`
#[test]
#[ignore = "needs conformance/setup"]
fn one_vector() {
    let Ok(name) = std::env::var("VECTOR") else {
        return;
    };
    let vectors = vectors();
    let vector = vectors.iter().find(|vector| vector.name == name);
    let vector = vector.expect("the name of a vector");
    let trailseal = Program::build().unwrap();
    let mut aws_cli = AwsCli::start(&checkout()).unwrap();
    let server = serve(vector);
    let endpoint = server.endpoint();
    for all in [true, false] {
        let answers = ask(&mut aws_cli, &trailseal, (vector, &endpoint), all);
        for (who, printed) in [
            ("aws-cli", answers.aws_cli),
            ("trailseal, folder", answers.folder),
            ("trailseal, bucket", answers.bucket),
        ] {
            let Printed {
                exit,
                stdout,
                stderr,
            } = printed;
            println!("== {who}: exit {exit}\n-- stdout\n{stdout}-- stderr\n{stderr}");
        }
    }
}
