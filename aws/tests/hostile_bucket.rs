//! What a hasty or hostile bucket makes of verdicts and copies.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod common;
#[path = "../../verifier/tests/common/mod.rs"]
mod vectors;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

use common::connect;
use trailseal_aws::s3::copy::{Copy, Copying, Scope};
use trailseal_aws::s3::{Bucket, S3, S3Url};
use trailseal_loopback::{Faults, Scene, Server};
use trailseal_test_vectors::{ChainBuilder, SigningKey, Store, Trail};
use trailseal_verifier::report::Report;
use trailseal_verifier::source::ReadErrorKind;
use trailseal_verifier::source::mirror::Mirror;
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::{Request, Search};
use vectors::kit::{ACCOUNT, BUCKET, REGION, healthy, hour, keys, log};

/// A trail with a prefix, and one without.
fn two_trails() -> Store {
    let (mut store, _) = healthy(3);
    let audit = Trail::new(BUCKET, ACCOUNT, REGION, "audit").with_prefix("audit");
    let mut chain = ChainBuilder::new(audit.clone(), SigningKey::trail_a());
    for index in 0..3 {
        chain.hour(&mut store, hour(index), vec![log(&audit, index, 0)]);
    }
    store
}

fn over_s3(store: &Store, urls: &[&str]) -> (Report, Vec<Finding>) {
    let folder = tempfile::tempdir().unwrap();
    store.write_mirror(folder.path()).unwrap();
    let server = Server::start(Scene::mirror(folder.path()).unwrap(), Faults::default()).unwrap();
    let connection = connect(&server.endpoint());
    let urls: Vec<S3Url> = urls.iter().map(|url| url.parse().unwrap()).collect();
    let source = S3::open(&connection, &urls).unwrap();
    let request = Request {
        readers: 8,
        search: Search::Near,
        ..Request::default()
    };
    vectors::run(&source, keys(), &request)
}

#[test]
fn a_bucket_and_a_prefix_of_it_are_one_thing() {
    let mut store = two_trails();
    store.retain(|_, key| key.starts_with("audit/"));
    let (whole, inside) = (format!("s3://{BUCKET}"), format!("s3://{BUCKET}/audit"));
    let (report, findings) = over_s3(&store, &[&whole, &inside]);
    assert_eq!((report.outcome, findings), (Answer::Verified, Vec::new()));
}

#[test]
fn a_folder_awslogs_in_the_root_hides_no_prefix() {
    let mut store = two_trails();
    let altered: Vec<String> = store
        .iter()
        .map(|(_, key, _)| key.to_owned())
        .filter(|key| key.starts_with("audit/") && key.contains("/CloudTrail/"))
        .collect();
    for key in &altered {
        store.object_mut(BUCKET, key).bytes = b"altered".to_vec();
    }
    let (report, findings) = over_s3(&store, &[&format!("s3://{BUCKET}")]);
    assert_ne!(report.outcome, Answer::Verified, "{findings:?}");
}

/// Answers HEAD with success, listings with so many keys, and reads with an
/// error.
fn serve(status: u16, body: &'static str, listed: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream, status, body, listed));
        }
    });
    endpoint
}

fn answer(mut stream: TcpStream, status: u16, body: &str, listed: usize) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    lines
        .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .for_each(drop);
    let (status, body) = if first.starts_with("HEAD") {
        (200, String::new())
    } else if first.contains("list-type=2") {
        let entry = |n| format!("<Contents><Key>AWSLogs/{n:04}</Key><Size>1</Size></Contents>");
        let entries: String = (0..listed).map(entry).collect();
        let page = format!(
            "<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
        );
        (200, page)
    } else {
        (status, body.to_owned())
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Told\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

#[test]
fn only_a_key_that_is_not_there_is_absent() {
    let absent = "<Error><Code>NoSuchKey</Code><Message>no</Message></Error>";
    let no_bucket = "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>";
    let proxy = "<html>not found</html>";
    for (body, is_absent) in [(absent, true), (no_bucket, false), (proxy, false)] {
        let connection = connect(&serve(404, body, 0));
        let bucket = Bucket::find(&connection, &BUCKET.parse().unwrap()).unwrap();
        let error = bucket.fetch("key", None, 100).wait().unwrap_err();
        assert_eq!(error.kind == ReadErrorKind::Absent, is_absent, "{error}");
    }
}

#[test]
fn objects_under_a_disabled_kms_key_do_not_end_a_copy() {
    let body = "<Error><Code>KMS.DisabledException</Code><Message>off</Message></Error>";
    let connection = connect(&serve(400, body, 150));
    let bucket = Bucket::find(&connection, &BUCKET.parse().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    let copying = Copying::default();
    let copy = Copy::plan(&bucket, "", &Scope::default(), &mirror, &copying).unwrap();
    let fetches = copy.fetch(8, &copying).unwrap();
    assert_eq!(fetches.unread.objects, 150);
}

#[test]
fn a_folder_awslogs_in_the_root_hides_no_prefix_from_a_narrowed_copy() {
    let mut store = two_trails();
    store.retain(|_, key| key.starts_with("audit/"));
    store.put(BUCKET, "AWSLogs/x", b"planted".to_vec());
    let folder = tempfile::tempdir().unwrap();
    store.write_mirror(folder.path()).unwrap();
    let server = Server::start(Scene::mirror(folder.path()).unwrap(), Faults::default()).unwrap();
    let connection = connect(&server.endpoint());
    let bucket = Bucket::find(&connection, &BUCKET.parse().unwrap()).unwrap();
    let scope = Scope {
        accounts: vec![ACCOUNT.parse().unwrap()],
        ..Scope::default()
    };
    let copied = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(copied.path()).unwrap();
    let copying = Copying::default();
    let copy = Copy::plan(&bucket, "", &scope, &mirror, &copying).unwrap();
    let of_trail = store.iter().filter(|(_, key, _)| key.starts_with("audit/"));
    assert_eq!(copy.listed.objects, of_trail.count() as u64);
}
