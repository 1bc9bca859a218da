//! Every vector that is a mirror, served as S3 and mirrored again: the same
//! findings.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;
#[path = "../../verifier/tests/common/mod.rs"]
mod vectors;

use common::connect;
use tempfile::TempDir;
use trailseal_aws::s3::Bucket;
use trailseal_aws::s3::copy::{Copy, Copying, Scope};
use trailseal_loopback::{Faults, Scene, Server};
use trailseal_verifier::source::mirror::{Copied, Mirror};
use trailseal_verifier::source::{Directory, Source as _};
use vectors::{cases, directory, keyring, named, run};

#[test]
fn a_mirror_of_every_vector_gives_its_findings() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    let (throttled, others): (Vec<_>, Vec<_>) = cases()
        .into_iter()
        .filter(|(_, case)| case.source == "mirror" && case.expect.outcome != "refused")
        .partition(|(_, case)| case.name == "logs-unread");
    // The SDK slows down for the rest of the process once it was throttled.
    for (folder, case) in others.into_iter().chain(throttled) {
        let scene = Scene::mirror(folder.join("objects")).unwrap();
        let server = Server::start(scene, Faults::default()).unwrap();
        let connection = connect(&server.endpoint());
        let copied = TempDir::new().unwrap();
        for name in directory(&folder, &case).buckets() {
            let bucket = Bucket::find(&connection, &name).unwrap();
            let mirror = Mirror::open(copied.path()).unwrap();
            let copying = Copying::default();
            let copy = Copy::plan(&bucket, "", &Scope::default(), &mirror, &copying).unwrap();
            copy.fetch(16, &copying).unwrap();
            let parts = [(name, String::new())];
            let listed = "2026-11-01".parse().unwrap();
            let copied = Copied {
                parts: &parts,
                listed,
            };
            mirror.finish(Some(copied)).unwrap();
        }
        if !copied.path().join("manifest.jsonl").exists() {
            continue;
        }
        let source = Directory::open(copied.path(), None).unwrap();
        let (report, findings) = run(&source, &keyring(&folder).unwrap(), &case.verify.request());
        let expected: std::collections::BTreeSet<_> = case
            .expect
            .finding
            .iter()
            .map(|finding| (finding.code.clone(), finding.object.clone()))
            .collect();
        let found = named(&findings);
        if found != expected || report.outcome.to_string() != case.expect.outcome {
            wrong.push(format!(
                "{}: {}, missing {:?}, not expected {:?}",
                case.name,
                report.outcome,
                expected.difference(&found),
                found.difference(&expected)
            ));
        }
        checked += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= 100, "only {checked} cases");
}
