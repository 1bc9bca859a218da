//! The bag: BagIt 1.0, [RFC 8493].
//!
//! Archives know bags: any tool for them tells whether one is whole. A bag is not
//! signed; the statement is.
//!
//! [RFC 8493]: https://www.rfc-editor.org/rfc/rfc8493

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use thiserror::Error;
use trailseal_keys::Sha256;

use super::super::Tool;
use super::super::case::Case;

/// `bagit.txt`, always the same (section 2.1.1).
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// How much is below `data/`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Payload {
    /// Its bytes.
    pub bytes: u64,
    /// Its files.
    pub files: u64,
}

/// `bag-info.txt` (section 2.2.2).
pub fn info(case: &Case, made: Timestamp, payload: Payload) -> String {
    let date = made.to_zoned(TimeZone::UTC).date();
    let mut lines = vec![
        (
            "Bag-Software-Agent",
            format!("{} {}", Tool::THIS.name, Tool::THIS.version),
        ),
        ("Bagging-Date", date.to_string()),
        (
            "Payload-Oxum",
            format!("{}.{}", payload.bytes, payload.files),
        ),
    ];
    let said = [
        ("External-Identifier", &case.number),
        ("Contact-Name", &case.examiner),
        ("Source-Organization", &case.organization),
        ("External-Description", &case.purpose),
    ];
    lines.extend(
        said.into_iter()
            .filter_map(|(name, text)| Some((name, text.as_ref()?.to_string()))),
    );
    lines.sort();
    lines
        .into_iter()
        .map(|(name, text)| format!("{name}: {text}\n"))
        .collect()
}

/// A manifest (section 2.1.3): one line a file, in the order given.
pub fn manifest<'f>(files: impl IntoIterator<Item = (&'f str, Sha256)>) -> String {
    files
        .into_iter()
        .map(|(name, hash)| line(name, hash))
        .collect()
}

/// One line of a manifest.
pub fn line(name: &str, hash: Sha256) -> String {
    format!("{hash}  {}\n", encoded(name))
}

/// A name as a manifest writes it: what would end its line is written out.
fn encoded(name: &str) -> Cow<'_, str> {
    if !name.contains(['%', '\r', '\n']) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(
        name.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A"),
    )
}

fn decoded(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    let name = name.replace("%0D", "\r").replace("%0d", "\r");
    let name = name.replace("%0A", "\n").replace("%0a", "\n");
    Cow::Owned(name.replace("%25", "%"))
}

/// Reads a manifest, in the one form in which [`manifest`] writes it.
///
/// # Errors
/// [`ManifestInvalid`], with the line.
pub fn parse(text: &[u8]) -> Result<BTreeMap<String, Sha256>, ManifestInvalid> {
    let mut files = BTreeMap::new();
    if text.is_empty() {
        return Ok(files);
    }
    let lines = text.strip_suffix(b"\n").ok_or(ManifestInvalid::Cut)?;
    for (number, line) in (1..).zip(lines.split(|byte| *byte == b'\n')) {
        let (name, hash) = entry(line, number)?;
        if files.insert(name.into_owned(), hash).is_some() {
            return Err(ManifestInvalid::Twice { number });
        }
    }
    Ok(files)
}

/// The entry of one line, without its line feed, which is the `number`th.
///
/// # Errors
/// If it is none.
pub fn entry(line: &[u8], number: u64) -> Entry<'_> {
    let line = str::from_utf8(line).map_err(|_| ManifestInvalid::NotUtf8)?;
    let (hash, name) = line
        .split_once("  ")
        .filter(|(_, name)| !name.is_empty())
        .ok_or(ManifestInvalid::Line { number })?;
    let hash = Sha256::parse(hash).ok_or(ManifestInvalid::Line { number })?;
    Ok((decoded(name), hash))
}

/// A file that a manifest names, and its hash.
pub type Entry<'t> = Result<(Cow<'t, str>, Sha256), ManifestInvalid>;

/// What is no manifest.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum ManifestInvalid {
    /// Its last line has no end.
    #[error("expected a line feed at the end, found none: it is cut")]
    Cut,
    /// A line is none of a manifest.
    #[error("line {number}: expected a SHA-256 in lower-case hex, two spaces and a name")]
    Line {
        /// Counted from 1.
        number: u64,
    },
    /// It is not text.
    #[error("expected UTF-8, found other bytes")]
    NotUtf8,
    /// A line is not behind the one before it.
    #[error("line {number}: expected the names in order, each once")]
    Order {
        /// Counted from 1.
        number: u64,
    },
    /// A file is named twice.
    #[error("line {number}: names a file that an earlier line names")]
    Twice {
        /// Counted from 1.
        number: u64,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_cannot_end_a_line() {
        let hash = Sha256::of(b"");
        let text = manifest([("data/a%0A\nb", hash)]);
        assert_eq!(text, format!("{hash}  data/a%250A%0Ab\n"));
        let files = parse(text.as_bytes()).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["data/a%0A\nb"]);
    }

    #[test]
    fn a_manifest_has_one_form() {
        let hash = Sha256::of(b"");
        let line = |number| Err(ManifestInvalid::Line { number });
        assert_eq!(parse(format!("{hash} *a\n").as_bytes()), line(1));
        assert_eq!(
            parse(format!("{hash}  a").as_bytes()),
            Err(ManifestInvalid::Cut)
        );
        assert_eq!(parse(format!("{hash}  a\n\n").as_bytes()), line(2));
        assert_eq!(
            parse(format!("{hash}  a\n{hash}  a\n").as_bytes()),
            Err(ManifestInvalid::Twice { number: 2 })
        );
        assert_eq!(parse(b"\xff\n"), Err(ManifestInvalid::NotUtf8));
        assert!(parse(b"").unwrap().is_empty());
    }

    #[test]
    fn the_bag_says_what_the_examiner_says() {
        let case = Case {
            number: Some("IR-7".parse().unwrap()),
            ..Case::default()
        };
        let made = "2026-03-12T23:59:00Z".parse().unwrap();
        let info = info(
            &case,
            made,
            Payload {
                bytes: 12,
                files: 3,
            },
        );
        assert!(
            info.contains(
                "Bagging-Date: 2026-03-12\nExternal-Identifier: IR-7\nPayload-Oxum: 12.3\n"
            ),
            "{info}"
        );
    }

    proptest! {
        #[test]
        fn any_names_are_read_again(names: std::collections::BTreeSet<String>) {
            let hash = Sha256::of(b"x");
            let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
            let text = manifest(names.iter().map(|name| (name.as_str(), hash)));
            let read = parse(text.as_bytes());
            prop_assert_eq!(read.map(|files| files.into_keys().collect::<Vec<_>>()), Ok(names));
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }
    }
}
