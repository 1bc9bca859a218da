//! Whether the files are those of the statement, and no others.

use std::collections::BTreeMap;

use trailseal_keys::Sha256;

use super::beside::Manifested;
use super::listed::Listed;
use super::named::Named;
use super::signature::Said;
use super::{Check, Found};
use crate::report::bundle::statement::Statement;
use crate::report::bundle::{MANIFEST, Naming, UNSIGNED_STATEMENT, is_object, is_unstated};
use crate::report::text::counted;

/// Compares the files with the subjects of the statement, and with what a subject
/// names in its place.
pub(super) struct Files<'s> {
    /// Those of the statement that were not seen yet.
    subjects: BTreeMap<&'s str, Sha256>,
    naming: Naming,
    is_signed: bool,
    /// The file that came last: a second one of its name is none of the bundle.
    last: String,
    all: u64,
    wrong: Named,
    odd: Named,
}

impl<'s> Files<'s> {
    pub(super) fn new(found: &Found, statement: &'s Statement<Said>) -> Self {
        let mut wrong = Named::default();
        let naming = match statement.predicate.named_in.as_deref() {
            None => Naming::Statement,
            Some(MANIFEST) => Naming::Manifest,
            Some(other) => {
                wrong.push(format!(
                    "{other}: expected {MANIFEST} to name the objects: look for a newer trailseal"
                ));
                Naming::Statement
            }
        };
        let mut subjects = BTreeMap::new();
        for subject in &statement.subject {
            let name = subject.name.as_str();
            if is_unstated(name) || subjects.insert(name, subject.digest.sha256).is_some() {
                wrong.push(format!(
                    "{name}: the statement cannot name it, or names it twice"
                ));
            }
        }
        if naming == Naming::Manifest
            && let Some(fault) = found.manifest.as_ref().and_then(|manifest| manifest.fault)
        {
            wrong.push(format!("{MANIFEST}: {fault}"));
        }
        Self {
            all: statement.subject.len() as u64,
            subjects,
            naming,
            is_signed: found.is_signed(),
            last: String::new(),
            wrong,
            odd: Named::default(),
        }
    }

    /// Takes a name, its file if there is one, and what the manifest says of it.
    pub(super) fn note(&mut self, name: &str, file: Option<&Listed>, said: Manifested) {
        if file.is_some() && self.last == name {
            self.odd
                .push(format!("{name} (a second time): no regular file"));
            return;
        }
        if file.is_some() {
            self.last.clear();
            self.last.push_str(name);
        }
        let expected = match (self.subjects.remove(name), self.naming, said) {
            (Some(expected), _, _) => Some(expected),
            (None, Naming::Manifest, Manifested::As(expected)) if is_object(name) => {
                self.all += 1;
                Some(expected)
            }
            _ => None,
        };
        match (file, expected) {
            (None, Some(_)) => self.wrong.push(format!("{name}: missing")),
            (Some(file), Some(expected)) if file.sha256 != expected => {
                self.wrong.push(format!(
                    "{name}: altered: expected SHA-256 {expected}, found {}",
                    file.sha256
                ));
            }
            (Some(_), None) if self.naming == Naming::Manifest && is_object(name) => {
                self.wrong
                    .push(format!("{name}: additional: {MANIFEST} does not name it"));
            }
            (Some(_), None) if !self.is_unstated(name) => {
                self.wrong.push(format!(
                    "{name}: additional: the statement does not name it"
                ));
            }
            (Some(_) | None, _) => {}
        }
    }

    /// Whether the statement leaves it out, because it is made from it.
    fn is_unstated(&self, name: &str) -> bool {
        is_unstated(name) && !(self.is_signed && name == UNSIGNED_STATEMENT)
    }

    /// What came of it. `odd` is what is no file.
    pub(super) fn check(mut self, odd: Named) -> Check {
        for name in std::mem::take(&mut self.subjects).into_keys() {
            self.wrong.push(format!("{name}: missing"));
        }
        self.wrong.append(self.odd);
        self.wrong.append(odd);
        let all = counted(self.all, "file");
        if self.wrong.is_empty() {
            return Check::verified("files", format!("{all} are there as stated, and no others"));
        }
        let count = counted(self.wrong.count(), "file");
        Check::failed("files", format!("{count} of {all} not as stated"))
            .about(self.wrong.into_files())
    }
}
