//! Keys that sign evidence: made, looked at, and kept from harm.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn trailseal(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trailseal"))
        .args(arguments)
        .current_dir(folder)
        .env("PASSPHRASE", "correct horse")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a command that has to succeed.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let run = trailseal(folder, arguments);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    said(&run.stdout)
}

#[test]
fn both_halves_of_a_new_key_have_the_id_that_was_printed() {
    for (kind, algorithm) in [
        ("ed25519", "ed25519"),
        ("ecdsa-p256", "ecdsa-p256-sha256"),
        ("rsa-3072", "rsa-pkcs1-sha256"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| printed(folder.path(), arguments);
        let made = run(&[
            "keys",
            "generate",
            "--algorithm",
            kind,
            "-o",
            "key.pem",
            "--passphrase-env",
            "PASSPHRASE",
        ]);
        let (first, rest) = made.split_once('\n').unwrap();
        let id = first.strip_prefix(&format!("{algorithm} key ")).unwrap();
        assert_eq!(
            rest,
            "  private  key.pem, encrypted with the passphrase\n  public   key.pem.pub\n"
        );

        let stored = std::fs::read_to_string(folder.path().join("key.pem")).unwrap();
        assert!(stored.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
        let public = std::fs::read_to_string(folder.path().join("key.pem.pub")).unwrap();
        assert_eq!(run(&["keys", "public", "key.pem.pub"]), public);
        std::fs::write(folder.path().join("passphrase"), "correct horse\n").unwrap();
        let unlocked = run(&[
            "keys",
            "public",
            "key.pem",
            "--passphrase-file",
            "passphrase",
        ]);
        assert_eq!(unlocked, public);

        let json = run(&["keys", "public", "key.pem.pub", "--format", "json"]);
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["id"], id);
        assert_eq!(json["algorithm"], algorithm);
        assert!(public.ends_with(json["public_key"].as_str().unwrap()));
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_a_private_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let made = printed(
        folder.path(),
        &["keys", "generate", "-o", "key.pem", "--no-passphrase"],
    );
    assert!(made.contains("not encrypted: anyone who reads it can sign"));
    let mode = std::fs::metadata(folder.path().join("key.pem")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
}

#[test]
fn no_file_is_ever_replaced() {
    for taken in ["key.pem", "key.pem.pub"] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(taken), "mine").unwrap();
        let run = trailseal(
            folder.path(),
            &["keys", "generate", "-o", "key.pem", "--no-passphrase"],
        );
        assert_eq!(run.status.code(), Some(4), "{run:?}");
        let error = said(&run.stderr);
        let expected = format!("error: {taken}: is there already");
        assert!(error.starts_with(&expected), "{error}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "nothing else was written");
        let kept = std::fs::read(folder.path().join(taken)).unwrap();
        assert_eq!(kept, b"mine");
    }
}

#[test]
fn the_public_half_is_left_out_if_asked() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "keys",
        "generate",
        "-o",
        "key.pem",
        "--no-passphrase",
        "--no-public",
    ];
    assert!(!printed(folder.path(), &arguments).contains("key.pem.pub"));
    assert!(!folder.path().join("key.pem.pub").exists());
}

#[test]
fn a_wrong_passphrase_is_said_to_be_wrong_and_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    printed(
        folder.path(),
        &[
            "keys",
            "generate",
            "-o",
            "key.pem",
            "--passphrase-env",
            "PASSPHRASE",
        ],
    );
    std::fs::write(folder.path().join("wrong"), "battery staple\n").unwrap();
    let run = trailseal(
        folder.path(),
        &["keys", "public", "key.pem", "--passphrase-file", "wrong"],
    );
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(
        said(&run.stderr),
        "error: key.pem: the passphrase is wrong, or the file is damaged\n"
    );
}

#[test]
fn a_key_may_come_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let make = ["keys", "generate", "-o", "key.pem", "--no-passphrase"];
    printed(folder.path(), &make);
    let stored = std::fs::read_to_string(folder.path().join("key.pem")).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_trailseal"))
        .args(["keys", "public", "env:EVIDENCE_KEY"])
        .env("EVIDENCE_KEY", stored)
        .output()
        .unwrap();
    let public = std::fs::read(folder.path().join("key.pem.pub")).unwrap();
    assert_eq!(run.stdout, public);
}
