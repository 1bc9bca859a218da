//! Every output, read by a program that somebody else wrote.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::{Output, deliver};
use crate::http::stub::{Request, server};
use crate::render::check::fixture::report;

const OUTPUTS: &str = r#"
[[output]]
kind = "junit"
path = "junit.xml"
[[output]]
kind = "sarif"
path = "sarif.json"
[[output]]
kind = "ocsf"
path = "ocsf.jsonl"
[[output]]
kind = "asff"
path = "asff.jsonl"
account = "111122223333"
region = "us-east-1"
[[output]]
kind = "emf"
path = "emf.jsonl"
[[output]]
kind = "openmetrics"
path = "metrics.prom"
[[output]]
kind = "webhook"
url_file = "webhook.url"
secret_file = "webhook.secret"
"#;

#[derive(Deserialize)]
struct Configuration {
    output: Vec<Output>,
}

#[test]
#[ignore = "needs conformance/setup"]
fn receivers_accept_every_output() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (address, server) = server(&["204 No Content\r\n\r\n"]);
    fs::write(path("webhook.url"), address).unwrap();
    fs::write(path("webhook.secret"), "correct horse battery staple\n").unwrap();

    let configuration: Configuration = toml::from_str(OUTPUTS).unwrap();
    for delivery in deliver(&report(), &configuration.output, folder.path()) {
        assert!(!delivery.is_failed(), "{delivery}");
    }
    let Request { head, body } = server.join().unwrap().remove(0);
    let signature = head
        .lines()
        .find_map(|line| line.strip_prefix("x-trailseal-signature: "))
        .unwrap();
    fs::write(path("webhook.signature"), signature).unwrap();
    fs::write(path("webhook.body"), body).unwrap();

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = Command::new(root.join("target/output-tools/bin/python"))
        .arg(root.join("conformance/outputs.py"))
        .arg(folder.path())
        .output()
        .expect("conformance/setup installs it");
    let said = String::from_utf8_lossy(&read.stdout);
    let problem = String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{said}{problem}");
    print!("{said}");
}
