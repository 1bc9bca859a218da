//! Bundles in ZIPs: written, read, and lied in.

use super::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn zip(path: &Path, entries: &[(String, Vec<u8>)]) {
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

fn entries(bundle: &Path, root: &str) -> Vec<(String, Vec<u8>)> {
    let names = files(bundle).into_iter();
    names
        .map(|name| {
            (
                format!("{root}{name}"),
                fs::read(bundle.join(&name)).unwrap(),
            )
        })
        .collect()
}

#[test]
fn a_zip_of_a_bundle_is_read_as_the_folder() {
    let desk = Desk::new();
    desk.signed("b");
    for root in ["", "b/", "some/where/"] {
        zip(&desk.path("b.zip"), &entries(&desk.path("b"), root));
        let (code, said) = desk.verify("b.zip", &["--key", "key.pem.pub", "--deep"]);
        assert_eq!(code, Some(0), "{root}: {said}");
    }
    let verify = ["report", "verify", "b.zip", "--key", "key.pem.pub"];
    let text = |more: &[&str]| {
        let told = desk.trailseal(&[&verify, more].concat());
        String::from_utf8(told.stdout).unwrap()
    };
    assert!(text(&[]).contains("--deep"));
    assert!(!text(&["--deep"]).contains("--deep"), "it was done");
}

#[test]
fn a_bundle_is_written_as_a_zip_where_its_name_says_so() {
    let desk = Desk::new();
    let more = ["--signing-key", "key.pem", "--include-objects", "failed"];
    for name in ["one.zip", "two.ZIP"] {
        assert_eq!(desk.report(name, &more), Some(1));
    }
    let read = |name: &str| fs::read(desk.path(name)).unwrap();
    assert!(read("one.zip") == read("two.ZIP"), "the same bytes");
    let left: Vec<String> = files(&desk.path(""))
        .into_iter()
        .filter(|name| name.contains("part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let (code, said) = desk.verify("one.zip", &["--key", "key.pem.pub", "--deep"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(desk.report("one.zip", &more), Some(2), "it is there");

    // The files are those of the folder, each with its name, in order.
    assert_eq!(desk.report("folder", &more), Some(1));
    let mut zip = zip::ZipArchive::new(fs::File::open(desk.path("one.zip")).unwrap()).unwrap();
    let names = files(&desk.path("folder"));
    assert_eq!(zip.len(), names.len());
    for (index, name) in names.iter().enumerate() {
        let mut entry = zip.by_index(index).unwrap();
        assert_eq!(entry.name().unwrap(), format!("evidence/{name}"));
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        assert!(bytes == read(&format!("folder/{name}")), "{name}");
    }
}

/// Some programs unpack what the directory says, others what stands before the entry.
#[test]
fn an_entry_that_says_two_things_is_refused() {
    let desk = Desk::new();
    desk.report("b.zip", &["--signer", "key.pem"]);
    let whole = fs::read(desk.path("b.zip")).unwrap();
    let (code, _) = desk.verify("b.zip", &["--key", "key.pem.pub"]);
    assert_eq!(code, Some(0));
    // Of the first entry's header: method, checksum, sizes, name, and its length.
    for at in [8, 14, 18, 22, 30, 26] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(desk.path("b.zip"), bytes).unwrap();
        let (code, said) = desk.verify("b.zip", &["--key", "key.pem.pub"]);
        assert_eq!(code, Some(4), "{at}: {said}");
    }
    // Of the directory's first entry: where its header is.
    let directory = whole
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    let mut bytes = whole.clone();
    bytes[directory + 42] ^= 1;
    fs::write(desk.path("b.zip"), bytes).unwrap();
    assert_eq!(desk.verify("b.zip", &["--key", "key.pem.pub"]).0, Some(4));
}

#[test]
fn names_that_lead_elsewhere_are_named_and_not_followed() {
    let desk = Desk::new();
    desk.signed("b");
    for name in [
        "../escaped",
        "/escaped",
        "data/evidence/../../../escaped",
        "data\\evidence\\x",
    ] {
        let mut all = entries(&desk.path("b"), "");
        all.push((name.to_owned(), b"x".to_vec()));
        zip(&desk.path("b.zip"), &all);
        let (code, said) = desk.verify("b.zip", &["--key", "key.pem.pub", "--deep"]);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(blamed(&said).contains("no regular file"), "{name}: {said}");
        assert!(!desk.path("escaped").exists() && !Path::new("/escaped").exists());
    }
}

/// A library keeps the last of two, another program may unpack the first.
#[test]
fn a_name_that_stands_there_twice_is_refused() {
    let desk = Desk::new();
    desk.signed("b");
    let mut all = entries(&desk.path("b"), "");
    all.insert(0, ("data/report.htmm".to_owned(), b"forged".to_vec()));
    zip(&desk.path("b.zip"), &all);
    let mut bytes = fs::read(desk.path("b.zip")).unwrap();
    let name = b"data/report.htmm";
    while let Some(at) = bytes.windows(name.len()).position(|some| some == name) {
        bytes[at + name.len() - 1] = b'l';
    }
    fs::write(desk.path("b.zip"), bytes).unwrap();
    assert_eq!(desk.verify("b.zip", &["--key", "key.pem.pub"]).0, Some(4));
}

#[test]
fn what_is_no_zip_could_not_be_read() {
    let desk = Desk::new();
    fs::write(desk.path("b.zip"), "PK\u{3}\u{4} and nothing").unwrap();
    assert_eq!(desk.verify("b.zip", &["--key", "key.pem.pub"]).0, Some(4));
    assert_eq!(desk.verify("none", &["--key", "key.pem.pub"]).0, Some(4));
}

#[test]
fn what_would_be_lost_is_not_written_anew() {
    let desk = Desk::new();
    desk.signed("b");
    let stamp = |name: &str| desk.trailseal(&["report", "timestamp", name]).status.code();
    let all = entries(&desk.path("b"), "");
    zip(&desk.path("b.zip"), &all);
    assert_eq!(stamp("b.zip"), Some(0));
    assert!(desk.path("b.zip.tsq").is_file());
    let beside = [all, vec![("../x".to_owned(), b"x".to_vec())]].concat();
    zip(&desk.path("c.zip"), &beside);
    assert_eq!(stamp("c.zip"), Some(2));
    assert!(!desk.path("c.zip.tsq").exists());
    let absent = desk.trailseal(&["report", "timestamp", "none.zip"]);
    let said = String::from_utf8_lossy(&absent.stderr);
    assert!(said.contains("none.zip: No such file"), "{said}");
    assert_eq!(absent.status.code(), Some(2));
    assert_eq!(desk.report("d.zip", &["--unsigned"]), Some(1));
    assert_eq!(stamp("d.zip"), Some(2), "nobody signed it");
}
