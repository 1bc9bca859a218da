//! Every vector that is a mirror, served as S3: the same findings as from a
//! folder.

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
use trailseal_aws::s3::{S3, S3Url};
use trailseal_loopback::{Faults, Scene, Server};
use trailseal_verifier::source::Source as _;
use trailseal_verifier::walk::Request;
use vectors::{cases, directory, keyring, named, run};

#[test]
fn every_vector_gives_the_same_findings_over_s3() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for (folder, case) in cases() {
        if case.source != "mirror" || case.expect.outcome == "refused" {
            continue;
        }
        let scene = Scene::mirror(folder.join("objects")).unwrap();
        let server = Server::start(scene, Faults::default()).unwrap();
        let connection = connect(&server.endpoint());
        let urls: Vec<S3Url> = directory(&folder, &case)
            .buckets()
            .into_iter()
            .map(|bucket| S3Url::new(bucket, ""))
            .collect();
        let source = S3::open(&connection, &urls).unwrap();
        let request = Request {
            readers: 16,
            ..case.verify.request()
        };
        let (report, findings) = run(&source, &keyring(&folder).unwrap(), &request);
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
