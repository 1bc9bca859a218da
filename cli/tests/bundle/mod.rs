//! A bundle of the committed sample, for the tests that look at bundles.

use std::fs;
#[cfg(feature = "aws")]
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
#[cfg(feature = "aws")]
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
#[cfg(feature = "aws")]
use std::thread;

use tempfile::TempDir;

/// The time that every bundle here was made at.
pub(crate) const AT: &str = "2026-03-13T00:00:00Z";

/// A folder with a key, in which bundles are made.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let made = desk.trailseal(&["keys", "generate", "--no-passphrase", "-o", "key.pem"]);
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs trailseal in the folder.
    pub(crate) fn trailseal(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_trailseal"))
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    /// Makes a bundle of the sample, and says with which code.
    pub(crate) fn report(&self, name: &str, more: &[&str]) -> Option<i32> {
        let (sample, keys) = (vectors("sample"), vectors("sample-keys.json"));
        let mut arguments = vec![
            "report", &sample, "--keys", &keys, "--out", name, "--at", AT,
        ];
        arguments.extend(more);
        let output = self.trailseal(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() < Some(4), "{said}");
        output.status.code()
    }

    /// The same, signed, with what is not verified in it.
    pub(crate) fn signed(&self, name: &str) {
        let more = ["--signing-key", "key.pem", "--include-objects", "failed"];
        assert_eq!(self.report(name, &more), Some(1), "the sample has failures");
    }

    /// Verifies a bundle: the code, and what was said as JSON.
    pub(crate) fn verify(&self, name: &str, more: &[&str]) -> (Option<i32>, serde_json::Value) {
        let mut arguments = vec!["report", "verify", name, "--format", "json"];
        arguments.extend(more);
        let output = self.trailseal(&arguments);
        let said = serde_json::from_slice(&output.stdout);
        (output.status.code(), said.unwrap_or_default())
    }
}

/// A server on loopback that gives each request's body to `answer`, and sends the
/// status and body that this makes of it; its address.
#[cfg(feature = "aws")]
pub(crate) fn answering(answer: impl Fn(Vec<u8>) -> (u16, Vec<u8>) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).unwrap();
            }
            let head = head.to_ascii_lowercase();
            assert!(
                head.contains("content-type: application/timestamp-query"),
                "{head}"
            );
            let mut lines = head.lines();
            let length = lines.find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.unwrap().parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let (status, body) = answer(body);
            let head = format!(
                "HTTP/1.1 {status} Said\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let stream = reader.get_mut();
            // Who has read enough may be gone.
            let _ = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(&body));
        }
    });
    format!("http://{address}/tsa?key=secret")
}

/// A path among the vectors.
pub(crate) fn vectors(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
    root.join(name).to_str().unwrap().to_owned()
}

/// The files below a folder, by their names.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                names.push(name.to_str().unwrap().to_owned());
            }
        }
    }
    names.sort();
    names
}

/// Numbers that look random, and are the same each time.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Changes one byte of a bundle; its file, and what it was.
pub(crate) fn change(bundle: &Path, dice: &mut Dice) -> (String, Vec<u8>) {
    let has_bytes = |name: &String| fs::metadata(bundle.join(name)).unwrap().len() > 0;
    let names: Vec<String> = files(bundle).into_iter().filter(has_bytes).collect();
    let name = names[dice.below(names.len())].clone();
    let path = bundle.join(&name);
    let before = fs::read(&path).unwrap();
    let mut bytes = before.clone();
    let at = dice.below(bytes.len());
    bytes[at] ^= u8::try_from(1 + dice.below(255)).unwrap();
    fs::write(&path, bytes).unwrap();
    (name, before)
}
