//! What a copy of many objects takes of memory. Slow, so only run when asked
//! for: `cargo test -p trailseal-cli --test mirror_memory -- --ignored`.

#![cfg(all(feature = "aws", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use trailseal_loopback::{Faults, Object, Scene, Server};

const OBJECTS: u64 = 100_000;
const MOST_KIB: u64 = 200 << 10;

#[test]
#[ignore = "takes minutes"]
fn memory_does_not_grow_with_the_bytes() {
    let scene = Scene::new().bucket("logs");
    let object = Object::new(vec![b'x'; 20_000]).metadata([("signature", "0".repeat(512))]);
    for number in 0..OBJECTS {
        let (day, of_day) = (number % 28 + 1, number / 28);
        let key = format!(
            "AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/2026/03/{day:02}/\
             111122223333_CloudTrail_us-east-1_202603{day:02}T0000Z_{of_day:016}.json.gz"
        );
        scene.store().insert("logs", &key, object.clone()).unwrap();
    }
    let server = Server::start(scene, Faults::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for run in ["first", "again"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trailseal"))
            .args([
                "mirror",
                "s3://logs",
                folder.path().to_str().unwrap(),
                "--no-verify",
            ])
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "hidden-secret")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT_URL", server.endpoint())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut most = 0;
        while child.try_wait().unwrap().is_none() {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with("VmHWM:"));
            let peak = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
            most = peak.unwrap_or(most);
            // Between two looks at the peak, which only grows.
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(child.wait().unwrap().success());
        eprintln!("{run}: {most} KiB at most");
        assert!(most < MOST_KIB, "{run}: {most} KiB");
    }
}
