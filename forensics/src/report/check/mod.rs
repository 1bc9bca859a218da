//! What became of a bundle that came back: is it whole, and who signed it?
//!
//! The caller reads the files and hands their bytes to [`Found`]; [`verdict`] says
//! what follows from them and from the keys. Every file that is missing, altered
//! or additional is named.
//!
//! Everything in a bundle is untrusted until the signature is verified with a key
//! that did *not* come with it.

mod bag;
mod deep;
mod found;
mod lines;
mod report;
mod signature;
mod stamp;

use std::collections::BTreeSet;

use trailseal_keys::signing::{EvidenceKey, KeyId};
use trailseal_verifier::verdict::Answer;

use super::bundle::statement::Statement;
use super::bundle::{MANIFEST, Naming, UNSIGNED_STATEMENT, is_object, is_unstated};
use super::text::counted;
pub use deep::Deep;
pub use found::{FileReader, Found, Kept, Limits};
pub use lines::Counted;
use signature::{Said, Signed};
pub use stamp::stamp;

/// One thing that was checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// The conclusion.
    pub answer: Answer,
    /// Expected and found, in words. May quote untrusted text: escape it for
    /// where it lands.
    pub detail: String,
    /// The files it is about, if some are not as they should be.
    pub files: Vec<String>,
}

impl Check {
    fn verified(name: &'static str, detail: impl Into<String>) -> Self {
        Self::of(name, Answer::Verified, detail)
    }

    fn failed(name: &'static str, detail: impl Into<String>) -> Self {
        Self::of(name, Answer::Failed, detail)
    }

    fn of(name: &'static str, answer: Answer, detail: impl Into<String>) -> Self {
        Self {
            name,
            answer,
            detail: detail.into(),
            files: Vec::new(),
        }
    }

    fn about(mut self, files: Vec<String>) -> Self {
        self.files = files;
        self
    }
}

/// What was concluded of a bundle.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Everything that was checked, in order.
    pub checks: Vec<Check>,
    /// The key whose signature was verified, and whether it was supplied or came
    /// with the bundle.
    pub signer: Option<Signer>,
    /// What the statement says, if there is one that can be read.
    pub stated: Option<Stated>,
}

/// Whose signature was verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signer {
    /// That of a key in the bundle: it shows that nothing was altered since
    /// whoever has that key signed it, and not who that is.
    Enclosed(KeyId),
    /// That of a key that was supplied.
    Supplied(KeyId),
}

/// The head of a statement, as it says it itself.
#[derive(Clone, Debug)]
pub struct Stated {
    /// When the bundle was made.
    pub made: String,
    /// The conclusion of the report.
    pub outcome: String,
    /// How much of what was asked has an answer.
    pub state: String,
    /// The lines of the inventory.
    pub objects: u64,
}

impl Verdict {
    /// The worst answer of all checks.
    pub fn answer(&self) -> Answer {
        let answers = self.checks.iter().map(|check| check.answer);
        answers.max().unwrap_or(Answer::Unchecked)
    }

    /// Adds what was concluded elsewhere.
    #[must_use]
    pub fn with(mut self, checks: impl IntoIterator<Item = Check>) -> Self {
        self.checks.extend(checks);
        self
    }
}

/// Concludes. `keys` are those supplied; with none, the bundle's own is tried,
/// and the whole is at best unchecked.
pub fn verdict(found: &Found, keys: &[EvidenceKey]) -> Verdict {
    let Signed {
        check,
        signer,
        statement,
    } = signature::check(found, keys);
    let mut checks = vec![check];
    let mut stated = None;
    match &statement {
        None => checks.push(Check::failed(
            "files",
            "without a statement that can be read, nothing says which files belong here",
        )),
        Some(statement) => {
            checks.push(files(found, statement));
            checks.extend(report::checks(found, &statement.predicate));
            let said = &statement.predicate;
            stated = Some(Stated {
                made: said.made.clone(),
                outcome: said.outcome.clone(),
                state: said.state.clone(),
                objects: said.objects.leaves,
            });
        }
    }
    checks.push(bag::check(found));
    Verdict {
        checks,
        signer,
        stated,
    }
}

/// Compares the files with the subjects of the statement, and with what a subject
/// names in its place.
fn files(found: &Found, statement: &Statement<Said>) -> Check {
    let subjects = &statement.subject;
    let mut wrong = Vec::new();
    let mut all = subjects.len() as u64;
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
    let mut named = BTreeSet::new();
    for subject in subjects {
        let name = subject.name.as_str();
        if is_unstated(name) || !named.insert(name) {
            wrong.push(format!(
                "{name}: the statement cannot name it, or names it twice"
            ));
            continue;
        }
        match found.files().get(name) {
            None => wrong.push(format!("{name}: missing")),
            Some(file) if file.sha256 != subject.digest.sha256 => wrong.push(format!(
                "{name}: altered: expected SHA-256 {}, found {}",
                subject.digest.sha256, file.sha256
            )),
            Some(_) => {}
        }
    }
    let signed = found.is_signed();
    for name in found.files().keys() {
        let is_known = named.contains(name.as_str())
            || (is_unstated(name) && !(signed && name == UNSIGNED_STATEMENT))
            || (naming == Naming::Manifest && is_object(name));
        if !is_known {
            wrong.push(format!(
                "{name}: additional: the statement does not name it"
            ));
        }
    }
    if naming == Naming::Manifest {
        let text = found.text(MANIFEST).unwrap_or_default();
        let compared = bag::beside(found, text, |name, file, said| {
            if !is_object(name) || named.contains(name) {
                return;
            }
            all += u64::from(said.is_some());
            match (file, said) {
                (None, _) => wrong.push(format!("{name}: missing")),
                (Some(_), None) => {
                    wrong.push(format!("{name}: additional: {MANIFEST} does not name it"));
                }
                (Some(file), Some(expected)) if file.sha256 != expected => wrong.push(format!(
                    "{name}: altered: expected SHA-256 {expected}, found {}",
                    file.sha256
                )),
                (Some(_), Some(_)) => {}
            }
        });
        if let Err(error) = compared {
            wrong.push(format!("{MANIFEST}: {error}"));
        }
    }
    wrong.extend(
        found
            .odd()
            .iter()
            .map(|odd| format!("{odd}: no regular file")),
    );
    let all = counted(all, "file");
    if wrong.is_empty() {
        return Check::verified("files", format!("{all} are there as stated, and no others"));
    }
    let count = counted(wrong.len() as u64, "file");
    Check::failed("files", format!("{count} of {all} not as stated")).about(wrong)
}
