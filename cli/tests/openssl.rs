//! Bundles checked without trailseal: by the script in them, by the commands of
//! VERIFY.md, by an archive's tool for bags, by another reader of envelopes.
//!
//! Needs openssl, and what `conformance/setup` installs; `scripts/test` runs these,
//! `scripts/test --offline` does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test code"
)]

mod bundle;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[cfg(feature = "aws")]
use bundle::answering;
use bundle::{Desk, Dice, change, files, vectors};

/// The script as it is in the source: a bundle's own may be altered, too.
fn script(bundle: &Path, key: Option<&Path>) -> Output {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("bash");
    command.arg(source.join("../forensics/src/report/bundle/verify.sh"));
    if let Some(key) = key {
        command.arg("-k").arg(key);
    }
    command.arg(bundle).output().expect("bash is there")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn python() -> Command {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(source.join("../target/conformance-tools/bin/python"))
}

#[test]
#[ignore = "needs openssl"]
fn the_script_verifies_a_bundle_of_each_kind_of_key() {
    for algorithm in ["ecdsa-p256", "ed25519", "rsa-3072"] {
        let desk = Desk::new();
        let made = desk.trailseal(&[
            "keys",
            "generate",
            "--no-passphrase",
            "--algorithm",
            algorithm,
            "-o",
            "k.pem",
        ]);
        assert_eq!(made.status.code(), Some(0));
        assert_eq!(desk.report("b", &["--signing-key", "k.pem"]), Some(1));
        let (bundle, key) = (desk.path("b"), desk.path("k.pem.pub"));
        let checked = script(&bundle, Some(&key));
        assert_eq!(
            checked.status.code(),
            Some(0),
            "{algorithm}: {}",
            said(&checked)
        );
        assert!(said(&checked).contains("VERIFIED"));
        let checked = script(&bundle, None);
        assert_eq!(
            checked.status.code(),
            Some(3),
            "{algorithm}: {}",
            said(&checked)
        );
        let checked = script(&bundle, Some(&desk.path("key.pem.pub")));
        assert_eq!(
            checked.status.code(),
            Some(1),
            "{algorithm}: {}",
            said(&checked)
        );
        by_hand(&bundle);
    }
}

/// Types the commands of VERIFY.md.
fn by_hand(bundle: &Path) {
    let text = fs::read_to_string(bundle.join("VERIFY.md")).unwrap();
    let blocks: Vec<&str> = text
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .collect();
    assert!(blocks.len() >= 4, "{text}");
    let all = format!("set -euo pipefail\n{}", blocks.concat());
    let run = |commands: &str| {
        let output = Command::new("bash")
            .arg("-c")
            .arg(commands)
            .current_dir(bundle)
            .output();
        output.expect("bash is there")
    };
    let typed = run(&all);
    assert!(typed.status.success(), "{}\n{all}", said(&typed));
    let printed = said(&typed);
    let key = text
        .lines()
        .find(|line| line.starts_with("    "))
        .unwrap()
        .trim();
    assert!(printed.contains(key), "{printed}");
    assert!(
        !printed.contains('<') && !printed.contains("FAILED"),
        "{printed}"
    );

    let report = bundle.join("data/report.html");
    let before = fs::read(&report).unwrap();
    fs::write(&report, "altered").unwrap();
    assert!(said(&run(&all)).contains("data/report.html: FAILED"));
    fs::write(&report, before).unwrap();
}

#[test]
#[ignore = "needs openssl"]
fn the_script_notices_any_changed_byte_and_names_its_file() {
    let desk = Desk::new();
    desk.signed("b");
    let (bundle, key) = (desk.path("b"), desk.path("key.pem.pub"));
    let mut dice = Dice(42);
    for _ in 0..50 {
        let (name, before) = change(&bundle, &mut dice);
        let checked = script(&bundle, Some(&key));
        assert_eq!(checked.status.code(), Some(1), "{name}: {}", said(&checked));
        assert!(said(&checked).contains(&name), "{name}: {}", said(&checked));
        fs::write(bundle.join(&name), before).unwrap();
    }
    for (name, word) in [
        ("data/evidence/extra", "additional"),
        ("statement.json", "additional"),
    ] {
        fs::write(bundle.join(name), "x").unwrap();
        let checked = script(&bundle, Some(&key));
        assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
        assert!(
            said(&checked).contains(&format!("{name}: {word}")),
            "{}",
            said(&checked)
        );
        fs::remove_file(bundle.join(name)).unwrap();
    }
    let checked = script(&bundle, Some(&key));
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
}

/// More objects than a statement names: the manifest names them in its place.
#[test]
#[ignore = "needs openssl"]
fn a_bundle_of_many_objects_is_checked_like_one_of_few() {
    const MANY: usize = 10_050;
    let desk = Desk::new();
    let bucket = "example-org-cloudtrail-logs";
    let region = "AWSLogs/o-exampleorgid/111122223333/CloudTrail/us-east-1/2026/03/10";
    let copy = desk.path("copy");
    let sample = Path::new(&vectors("sample")).join(bucket);
    for name in files(&sample) {
        let path = copy.join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(sample.join(&name), path).unwrap();
    }
    let planted = fs::read(
        copy.join(region)
            .join(files(&copy.join(region)).first().unwrap()),
    )
    .unwrap();
    for number in 0..MANY {
        let name = format!("111122223333_CloudTrail_us-east-1_20260310T1200Z_{number:016}.json.gz");
        fs::write(copy.join(region).join(name), &planted).unwrap();
    }
    let made = desk.trailseal(&[
        "report",
        "copy",
        "--keys",
        &vectors("sample-keys.json"),
        "--out",
        "b",
        "--at",
        bundle::AT,
        "--signing-key",
        "key.pem",
        "--include-objects",
        "failed",
    ]);
    assert_eq!(made.status.code(), Some(1), "{}", said(&made));
    let (bundle, key) = (desk.path("b"), desk.path("key.pem.pub"));
    let envelope = fs::metadata(bundle.join("statement.dsse.json"))
        .unwrap()
        .len();
    assert!(envelope < 20_000, "{envelope}");
    let checked = || {
        let (code, verdict) = desk.verify("b", &["--key", "key.pem.pub"]);
        let script = script(&bundle, Some(&key));
        assert_eq!(script.status.code(), code, "{verdict}\n{}", said(&script));
        (code, format!("{verdict}{}", said(&script)))
    };
    let (code, both) = checked();
    assert_eq!(code, Some(0), "{both}");
    by_hand(&bundle);

    let object = format!(
        "data/evidence/{bucket}/{region}/111122223333_CloudTrail_us-east-1_20260310T1200Z_0000000000000042.json.gz"
    );
    let before = fs::read(bundle.join(&object)).unwrap();
    fs::write(bundle.join(&object), "altered").unwrap();
    let (code, both) = checked();
    assert_eq!(
        (code, both.matches(&object).count() > 1),
        (Some(1), true),
        "{both}"
    );
    fs::remove_file(bundle.join(&object)).unwrap();
    let (code, both) = checked();
    assert_eq!(
        (code, both.matches(&object).count() > 1),
        (Some(1), true),
        "{both}"
    );
    fs::write(bundle.join(&object), &before).unwrap();
    let extra = format!("data/evidence/{bucket}/planted");
    fs::write(bundle.join(&extra), "x").unwrap();
    let (code, both) = checked();
    assert_eq!(
        (code, both.matches(&extra).count() > 1),
        (Some(1), true),
        "{both}"
    );
    fs::remove_file(bundle.join(&extra)).unwrap();
    // Whoever removes a file from the manifest, too, alters what the statement names.
    let manifest = fs::read_to_string(bundle.join("manifest-sha256.txt")).unwrap();
    let fewer: String = manifest
        .lines()
        .filter(|line| !line.ends_with(&object))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(bundle.join("manifest-sha256.txt"), fewer).unwrap();
    fs::remove_file(bundle.join(&object)).unwrap();
    let (code, both) = checked();
    assert_eq!(
        (code, both.contains("manifest-sha256.txt")),
        (Some(1), true),
        "{both}"
    );
}

#[test]
#[ignore = "needs openssl"]
fn the_script_says_that_nobody_signed() {
    let desk = Desk::new();
    assert_eq!(desk.report("b", &["--unsigned"]), Some(1));
    let checked = script(&desk.path("b"), None);
    assert_eq!(checked.status.code(), Some(3), "{}", said(&checked));
    assert!(said(&checked).contains("NOBODY SIGNED"));
}

#[test]
#[ignore = "needs conformance/setup"]
fn the_bag_is_one_for_the_library_of_congress() {
    let desk = Desk::new();
    desk.signed("b");
    let check = "import sys, bagit; bagit.Bag(sys.argv[1]).validate()";
    let run = || python().arg("-c").arg(check).arg(desk.path("b")).output();
    let checked = run().expect("conformance/setup installs bagit");
    assert!(checked.status.success(), "{}", said(&checked));
    fs::write(desk.path("b/data/report.json"), "{}").unwrap();
    assert!(!run().unwrap().status.success());
}

/// The models of trestle are made from NIST's schema.
#[test]
#[ignore = "needs conformance/setup"]
fn assessment_results_are_those_of_oscal() {
    const CHECK: &str = "import sys\n\
        from trestle.oscal.assessment_results import AssessmentResults, Model\n\
        m = Model.model_validate_json(open(sys.argv[1]).read())\n\
        print(m.assessment_results.metadata.oscal_version)";
    let desk = Desk::new();
    let controls = "cis,hipaa,iso27001,nist,pci,soc2";
    let more = [
        "--unsigned",
        "--controls",
        controls,
        "--oscal",
        "--case-number",
        "IR-7",
    ];
    assert_eq!(desk.report("b", &more), Some(1));
    let path = desk.path("b/data/oscal-assessment-results.json");
    let run = || {
        python()
            .arg("-c")
            .arg(CHECK)
            .arg(&path)
            .output()
            .expect("conformance/setup ran")
    };
    let checked = run();
    assert!(checked.status.success(), "{}", said(&checked));
    let text = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("\"methods\"", "\"method\""),
        ("\"au-9\"", "\"9\""),
        ("not-satisfied", "unknown"),
    ] {
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        assert!(!run().status.success(), "{from}");
    }
}

#[test]
#[ignore = "needs conformance/setup"]
fn the_envelope_is_one_for_securesystemslib() {
    let desk = Desk::new();
    desk.signed("b");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let envelope = fs::read(desk.path("b/statement.dsse.json")).unwrap();
    let envelope: serde_json::Value = serde_json::from_slice(&envelope).unwrap();
    let key_id = envelope["signatures"][0]["keyid"].as_str().expect("an id");
    let checked = python()
        .arg(source.join("../keys/tests/securesystemslib/check.py"))
        .arg(desk.path("b/statement.dsse.json"))
        .args([key_id, "ed25519"])
        .arg(desk.path("key.pem.pub"))
        .output()
        .expect("conformance/setup installs securesystemslib");
    assert!(checked.status.success(), "{}", said(&checked));
    let statement: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(statement["predicateType"], "urn:trailseal:evidence:v1");
}

/// OpenSSL as an authority, with its files in a folder.
struct Authority(PathBuf);

impl Authority {
    fn beside(desk: &Desk) -> Self {
        let authority = Self(desk.path(""));
        let write = |name: &str, text: &str| fs::write(desk.path(name), text).unwrap();
        write("ext", "extendedKeyUsage=critical,timeStamping\n");
        write(
            "ts.cnf",
            "[tsa]\ndefault_tsa = t\n[t]\nserial = serial\nsigner_cert = tsa.pem\n\
             signer_key = tsa.key\ncerts = ca.pem\nsigner_digest = sha256\n\
             default_policy = 1.2.3.4\ndigests = sha256\naccuracy = secs:1\nordering = no\n\
             tsa_name = no\ness_cert_id_chain = no\n",
        );
        write("serial", "01\n");
        authority.openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Example-CA -days 30",
        );
        authority.openssl(
            "req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=Example-TSA",
        );
        authority.openssl(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile ext -out tsa.pem",
        );
        authority
    }

    fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .output()
            .expect("openssl is there");
        assert!(output.status.success(), "{arguments}: {}", said(&output));
    }

    /// The answer to a request in the folder.
    fn stamps(&self, request: &str) -> Vec<u8> {
        self.openssl(&format!(
            "ts -reply -config ts.cnf -section t -queryfile {request} -out stamped.tsr"
        ));
        fs::read(self.0.join("stamped.tsr")).unwrap()
    }
}

#[cfg(feature = "aws")]
#[test]
#[ignore = "needs openssl"]
fn an_authority_on_the_network_stamps_a_new_bundle() {
    let desk = Desk::new();
    let authority = Authority::beside(&desk);
    let folder = desk.path("");
    let honest = answering(move |request| {
        fs::write(folder.join("asked.tsq"), request).unwrap();
        (200, authority.stamps("asked.tsq"))
    });
    let asking = |url: &str| {
        let more = [
            "--signing-key",
            "key.pem",
            "--timestamp-url",
            url,
            "--tsa-ca",
            "ca.pem",
        ];
        more.map(str::to_owned)
    };
    let more = asking(&honest);
    assert_eq!(
        desk.report("b", &more.each_ref().map(String::as_str)),
        Some(1)
    );
    let (code, verdict) = desk.verify("b", &["--key", "key.pem.pub", "--tsa-ca", "ca.pem"]);
    assert_eq!(code, Some(0), "{verdict}");
    assert!(
        verdict.to_string().contains("says CN=Example-TSA"),
        "{verdict}"
    );

    // Later, of a bundle that has none.
    assert_eq!(desk.report("c", &["--signing-key", "key.pem"]), Some(1));
    let stamp = |url: &str| {
        desk.trailseal(&[
            "report",
            "timestamp",
            "c",
            "--timestamp-url",
            url,
            "--tsa-ca",
            "ca.pem",
        ])
    };
    // The right bytes, and not the answer to this request: an old one, perhaps.
    let authority = Authority(desk.path(""));
    authority.openssl("ts -query -data c/statement.dsse.json -sha256 -cert -no_nonce -out old.tsq");
    let old = authority.stamps("old.tsq");
    let refused = stamp(&answering(move |_| (200, old.clone())));
    assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
    assert!(
        said(&refused).contains("the answer to another request"),
        "{}",
        said(&refused)
    );
    assert!(!desk.path("c/statement.tsr").exists());
    let stamped = stamp(&honest);
    assert_eq!(stamped.status.code(), Some(0), "{}", said(&stamped));
    assert!(
        said(&stamped).contains("by CN=Example-TSA"),
        "{}",
        said(&stamped)
    );
    let (code, verdict) = desk.verify("c", &["--key", "key.pem.pub", "--tsa-ca", "ca.pem"]);
    assert_eq!(code, Some(0), "{verdict}");

    assert_eq!(desk.report("d.zip", &["--signing-key", "key.pem"]), Some(1));
    let asking = ["--timestamp-url", &honest, "--tsa-ca", "ca.pem"];
    let stamped = desk.trailseal(&[&["report", "timestamp", "d.zip"], &asking[..]].concat());
    assert_eq!(stamped.status.code(), Some(0), "{}", said(&stamped));
    let (code, verdict) = desk.verify("d.zip", &["--key", "key.pem.pub", "--tsa-ca", "ca.pem"]);
    assert_eq!(code, Some(0), "{verdict}");
}

#[test]
#[ignore = "needs openssl"]
fn a_time_stamp_of_openssl_is_attached_and_believed() {
    let desk = Desk::new();
    desk.signed("b");
    let authority = Authority::beside(&desk);

    let asked = desk.trailseal(&["report", "timestamp", "b"]);
    assert_eq!(asked.status.code(), Some(0), "{}", said(&asked));
    fs::write(desk.path("answer.tsr"), authority.stamps("b/statement.tsq")).unwrap();
    let attached = desk.trailseal(&[
        "report",
        "timestamp",
        "b",
        "--attach",
        "answer.tsr",
        "--tsa-ca",
        "ca.pem",
    ]);
    assert_eq!(attached.status.code(), Some(0), "{}", said(&attached));

    let (code, verdict) = desk.verify("b", &["--key", "key.pem.pub", "--tsa-ca", "ca.pem"]);
    assert_eq!(code, Some(0), "{verdict}");
    assert!(
        verdict.to_string().contains("says CN=Example-TSA"),
        "{verdict}"
    );
    let (code, verdict) = desk.verify("b", &["--key", "key.pem.pub"]);
    assert_eq!(code, Some(3), "no CA to check it with: {verdict}");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checked = Command::new("bash")
        .arg(source.join("../forensics/src/report/bundle/verify.sh"))
        .args([
            Path::new("-k"),
            &desk.path("key.pem.pub"),
            Path::new("-c"),
            &desk.path("ca.pem"),
        ])
        .arg(desk.path("b"))
        .output()
        .expect("bash is there");
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
    assert!(said(&checked).contains("4. stamped"), "{}", said(&checked));

    // Of another bundle it says nothing.
    assert_eq!(desk.report("c", &["--signing-key", "key.pem"]), Some(1));
    fs::copy(desk.path("b/statement.tsr"), desk.path("c/statement.tsr")).unwrap();
    let (code, verdict) = desk.verify("c", &["--key", "key.pem.pub", "--tsa-ca", "ca.pem"]);
    assert_eq!(code, Some(1), "{verdict}");
}

/// As of a folder; the request lies beside it, and nothing else in it changes.
#[test]
#[ignore = "needs openssl"]
fn a_time_stamp_is_attached_to_a_zip() {
    let desk = Desk::new();
    let more = ["--signing-key", "key.pem", "--include-objects", "failed"];
    assert_eq!(desk.report("b.zip", &more), Some(1));
    let authority = Authority::beside(&desk);
    let before = fs::read(desk.path("b.zip")).unwrap();
    let asked = desk.trailseal(&["report", "timestamp", "b.zip"]);
    assert_eq!(asked.status.code(), Some(0), "{}", said(&asked));
    assert!(said(&asked).contains("b.zip.tsq"), "{}", said(&asked));
    assert!(fs::read(desk.path("b.zip")).unwrap() == before);

    fs::write(desk.path("answer.tsr"), authority.stamps("b.zip.tsq")).unwrap();
    let attach = |bundle: &str| {
        let of_answer = ["--attach", "answer.tsr", "--tsa-ca", "ca.pem"];
        desk.trailseal(&[&["report", "timestamp", bundle], &of_answer[..]].concat())
    };
    // Twice: the second takes the place of the first.
    let once = [(); 2].map(|()| {
        let attached = attach("b.zip");
        assert_eq!(attached.status.code(), Some(0), "{}", said(&attached));
        fs::read(desk.path("b.zip")).unwrap()
    });
    assert!(once[0] == once[1] && once[0] != before);
    let more = ["--key", "key.pem.pub", "--tsa-ca", "ca.pem", "--deep"];
    let (code, verdict) = desk.verify("b.zip", &more);
    assert_eq!(code, Some(0), "{verdict}");
    assert!(
        verdict.to_string().contains("says CN=Example-TSA"),
        "{verdict}"
    );

    // The same files as those of a folder that got the same answer.
    let more = ["--signing-key", "key.pem", "--include-objects", "failed"];
    assert_eq!(desk.report("b", &more), Some(1));
    let attached = attach("b");
    assert_eq!(attached.status.code(), Some(0), "{}", said(&attached));
    let mut zip = zip::ZipArchive::new(fs::File::open(desk.path("b.zip")).unwrap()).unwrap();
    let names = files(&desk.path("b"));
    assert_eq!(zip.len(), names.len());
    for (index, name) in names.iter().enumerate() {
        let mut entry = zip.by_index(index).unwrap();
        assert_eq!(entry.name().unwrap(), format!("evidence/{name}"));
        let runs = entry.unix_mode().unwrap() & 0o100 != 0;
        assert_eq!(runs, name == "verify.sh", "{name}");
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        assert!(
            bytes == fs::read(desk.path("b").join(name)).unwrap(),
            "{name}"
        );
    }

    // Of another bundle the answer says nothing.
    assert_eq!(desk.report("c.zip", &["--signing-key", "key.pem"]), Some(1));
    let other = fs::read(desk.path("c.zip")).unwrap();
    assert_eq!(attach("c.zip").status.code(), Some(2));
    assert!(fs::read(desk.path("c.zip")).unwrap() == other);
}
