//! What became of a bundle that came back: is it whole, and who signed it?
//!
//! The caller reads the files and hands their bytes to [`Found`]; [`verdict`] says
//! what follows from them and from the keys. Every file that is missing, altered
//! or additional is named, up to ten thousand of them. Of a million files, memory holds
//! a few thousand: the rest is sorted in files of the caller's.
//!
//! Everything in a bundle is untrusted until the signature is verified with a key
//! that did *not* come with it.

mod bag;
mod beside;
mod deep;
mod files;
mod found;
mod lines;
mod listed;
mod named;
mod report;
mod said;
mod signature;
mod split;
mod stamp;

use trailseal_keys::signing::{EvidenceKey, KeyId};
use trailseal_verifier::sort::SortError;
use trailseal_verifier::verdict::Answer;

use bag::Bag;
use beside::beside;
pub use deep::{Deep, Included};
use files::Files;
pub use found::{FileReader, Found, Kept, Limits};
use signature::Signed;
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

    /// Whether the CloudTrail objects in it were verified again.
    pub fn is_deep(&self) -> bool {
        self.checks.iter().any(|check| check.name == deep::NAME)
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
///
/// # Errors
/// If what was found cannot be put in order.
pub fn verdict(mut found: Found, keys: &[EvidenceKey]) -> Result<Verdict, SortError> {
    let Signed {
        check,
        signer,
        statement,
    } = signature::check(&found, keys);
    let mut checks = vec![check];
    let mut files = statement.as_ref().map(|said| Files::new(&found, said));
    let mut bag = Bag::new(&found);
    let said = statement.as_ref().map(|statement| &statement.predicate);
    let reports = said.map(|said| report::checks(&found, said));
    let odd = std::mem::take(&mut found.odd);
    beside(found, |name, file, listed| {
        if let Some(files) = &mut files {
            files.note(name, file, listed);
        }
        bag.note(name, file, listed);
    })?;
    match files {
        None => checks.push(Check::failed(
            "files",
            "without a statement that can be read, nothing says which files belong here",
        )),
        Some(files) => checks.push(files.check(odd)),
    }
    checks.extend(reports.into_iter().flatten());
    checks.push(bag.check());
    Ok(Verdict {
        checks,
        signer,
        stated: said.map(|said| Stated {
            made: said.made.clone(),
            outcome: said.outcome.clone(),
            state: said.state.clone(),
            objects: said.objects.leaves,
        }),
    })
}
