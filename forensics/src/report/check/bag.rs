//! Whether the bundle is the bag it says it is.

use std::collections::BTreeMap;

use trailseal_keys::Sha256;

use super::beside::Manifested;
use super::listed::Listed;
use super::named::Named;
use super::{Check, Found};
use crate::report::bundle::{BAG_INFO, BAGIT, MANIFEST, PAYLOAD, TAG_MANIFEST, bag};
use crate::report::text::counted;

/// Compares the files with what the bag says of them.
pub(super) struct Bag {
    wrong: Named,
    payload: bag::Payload,
    files: u64,
    tags: Tags,
    /// What the bag says of itself, in lines.
    info: String,
}

impl Bag {
    pub(super) fn new(found: &Found) -> Self {
        let mut wrong = Named::default();
        if found.text(BAGIT) != Some(bag::DECLARATION.as_bytes()) {
            wrong.push(format!("{BAGIT}: missing, or not that of a BagIt 1.0 bag"));
        }
        match &found.manifest {
            None => wrong.push(format!("{MANIFEST}: missing")),
            Some(manifest) => {
                if let Some(fault) = manifest.fault {
                    wrong.push(format!("{MANIFEST}: {fault}"));
                }
            }
        }
        let info = found.text(BAG_INFO).unwrap_or_default();
        Self {
            wrong,
            payload: bag::Payload::default(),
            files: 0,
            tags: Tags::new(found.text(TAG_MANIFEST)),
            info: String::from_utf8_lossy(info).into_owned(),
        }
    }

    /// Takes a name, its file if there is one, and what the manifest says of it.
    pub(super) fn note(&mut self, name: &str, file: Option<&Listed>, said: Manifested) {
        let is_payload = name.starts_with(PAYLOAD);
        if let Some(file) = file {
            self.files += 1;
            if is_payload {
                self.payload.files += 1;
                self.payload.bytes = self.payload.bytes.saturating_add(file.size);
            } else if name != TAG_MANIFEST {
                self.tags.note(name, file.sha256);
            }
        }
        match (file, said) {
            (Some(file), Manifested::As(hash)) if is_payload => {
                if file.sha256 != hash {
                    self.wrong
                        .push(format!("{name}: {MANIFEST} has another hash"));
                }
            }
            (_, Manifested::As(_)) => {
                let what = format!("{name}: {MANIFEST} names it, and it is not there");
                self.wrong.push(what);
            }
            (Some(_), Manifested::Not) if is_payload => {
                self.wrong
                    .push(format!("{name}: {MANIFEST} does not name it"));
            }
            (_, Manifested::Not | Manifested::Unknown) => {}
        }
    }

    pub(super) fn check(mut self) -> Check {
        if let Some(fault) = self.tags.fault() {
            self.wrong.push(format!("{TAG_MANIFEST}: {fault}"));
        }
        let oxum = format!(
            "Payload-Oxum: {}.{}",
            self.payload.bytes, self.payload.files
        );
        if !self.info.lines().any(|line| line == oxum) {
            self.wrong.push(format!(
                "{BAG_INFO}: its Payload-Oxum is not that of the files"
            ));
        }
        if self.wrong.is_empty() {
            let files = counted(self.files, "file");
            return Check::verified("bag", format!("a whole BagIt 1.0 bag of {files}"));
        }
        Check::failed("bag", "not the bag that its manifests describe")
            .about(self.wrong.into_files())
    }
}

/// The tag manifest, which follows from the files byte for byte.
struct Tags {
    said: Result<Said, String>,
    /// The first file of which it says something else.
    differs: Option<String>,
}

/// What it says, and what of that was not compared yet.
struct Said {
    /// Nothing, once a line was another.
    text: Option<Vec<u8>>,
    at: usize,
    names: BTreeMap<String, Sha256>,
}

impl Tags {
    fn new(text: Option<&[u8]>) -> Self {
        let parsed = |text: &[u8]| match bag::parse(text) {
            Ok(names) => Ok(Said {
                text: Some(text.to_vec()),
                at: 0,
                names,
            }),
            Err(error) => Err(error.to_string()),
        };
        Self {
            said: text.map_or(Err("missing".to_owned()), parsed),
            differs: None,
        }
    }

    fn note(&mut self, name: &str, sha256: Sha256) {
        let Ok(said) = &mut self.said else {
            return;
        };
        let line = bag::line(name, sha256);
        let rest = said.text.as_ref().and_then(|text| text.get(said.at..));
        if rest.is_some_and(|rest| rest.starts_with(line.as_bytes())) {
            said.at += line.len();
        } else {
            said.text = None;
        }
        if said.names.remove(name) != Some(sha256) && self.differs.is_none() {
            self.differs = Some(name.to_owned());
        }
    }

    fn fault(&self) -> Option<String> {
        let said = match &self.said {
            Ok(said) => said,
            Err(fault) => return Some(fault.clone()),
        };
        let name = self.differs.as_ref().or_else(|| said.names.keys().next());
        match name {
            Some(name) => Some(format!(
                "does not have the hash of {name}: one of the two was altered"
            )),
            None if said.text.as_ref().map(Vec::len) == Some(said.at) => None,
            None => Some("expected the files in order, each once".to_owned()),
        }
    }
}
