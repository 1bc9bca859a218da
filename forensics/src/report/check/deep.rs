//! The objects in the bundle, verified again.

use trailseal_keys::Sha256;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::sort::{FileSorter, SortError};
use trailseal_verifier::verdict::{Answer, Finding, Subject};
use trailseal_verifier::walk::Sink;

use super::Check;
use super::named::Named;
use super::said::{By, Said};
use crate::report::inventory::Place;
use crate::report::text::counted;

/// The name of the check.
pub(super) const NAME: &str = "evidence";

/// What an inventory says of the objects that are in the bundle.
#[derive(Debug)]
pub struct Included(pub(super) FileSorter<Said>);

/// Compares what a verification of the objects in the bundle says with what the
/// inventory says: give it to [`trailseal_verifier::walk::verify`] as its sink.
///
/// Both are sorted in bounded memory, and compared side by side.
#[derive(Debug)]
pub struct Deep {
    said: FileSorter<Said>,
    broken: Option<SortError>,
}

impl Deep {
    /// Expects what an inventory says.
    pub fn new(included: Included) -> Self {
        Self {
            said: included.0,
            broken: None,
        }
    }

    fn note(&mut self, object: &ObjectRef, answer: Answer, sha256: Option<Sha256>) {
        if self.broken.is_some() {
            return;
        }
        let said = Said {
            place: Place::from(object),
            by: By::Verification,
            answer,
            sha256,
        };
        self.broken = self.said.push(said).err();
    }

    /// What came of it.
    ///
    /// # Errors
    /// If what was said cannot be sorted.
    pub fn finish(self) -> Result<Check, SortError> {
        if let Some(error) = self.broken {
            return Err(error);
        }
        let mut compared = Compared::default();
        let mut about: Option<About> = None;
        for said in self.said.finish()? {
            let said = said?;
            if about.as_ref().is_none_or(|about| about.place != said.place) {
                let next = About::new(said.place.clone());
                if let Some(about) = about.replace(next) {
                    compared.note(&about);
                }
            }
            if let Some(about) = &mut about {
                about.add(said);
            }
        }
        if let Some(about) = about {
            compared.note(&about);
        }
        Ok(compared.check())
    }
}

/// All that is said of one object.
struct About {
    place: Place,
    expected: Option<Said>,
    seen: Option<Said>,
}

impl About {
    fn new(place: Place) -> Self {
        Self {
            place,
            expected: None,
            seen: None,
        }
    }

    fn add(&mut self, said: Said) {
        match said.by {
            By::Inventory => self.expected = Some(said),
            // One digest may vouch for what another is silent about.
            By::Verification if self.seen.is_none() || said.answer == Answer::Verified => {
                self.seen = Some(said);
            }
            By::Verification => {}
        }
    }
}

#[derive(Default)]
struct Compared {
    all: u64,
    again: u64,
    unknown: Named,
    wrong: Named,
}

impl Compared {
    fn note(&mut self, about: &About) {
        // What was not included is nobody's business here.
        let Some(said) = &about.expected else {
            return;
        };
        self.all += 1;
        let name = format!("s3://{}/{}", about.place.bucket, about.place.key);
        let seen = about.seen.as_ref();
        let contents = seen.and_then(|seen| seen.sha256).zip(said.sha256);
        let answer = seen.map_or(Answer::Unchecked, |seen| seen.answer);
        if contents.is_some_and(|(seen, said)| seen != said) {
            let what = "its content is not that of the inventory";
            self.wrong.push(format!("{name}: {what}"));
        } else if answer == said.answer {
            self.again += 1;
        } else if answer == Answer::Unchecked {
            let what = format!("{name}: {} there, unchecked here", said.answer);
            self.unknown.push(what);
        } else {
            let what = format!("{name}: {} there, {answer} here", said.answer);
            self.wrong.push(what);
        }
    }

    fn check(self) -> Check {
        let all = counted(self.all, "included object");
        if self.all == 0 {
            let detail = "the bundle includes no objects to verify again";
            return Check::of(NAME, Answer::Unchecked, detail);
        }
        if !self.wrong.is_empty() {
            let detail = format!("{} of {all} are not as reported", self.wrong.count());
            return Check::failed(NAME, detail).about(self.wrong.into_files());
        }
        if !self.unknown.is_empty() {
            let detail = format!(
                "{} of {all} are as reported; of {} what vouches for them is not in the bundle",
                self.again,
                self.unknown.count()
            );
            return Check::of(NAME, Answer::Unchecked, detail).about(self.unknown.into_files());
        }
        Check::verified(NAME, format!("{all} verified again, each as reported"))
    }
}

impl Sink<()> for Deep {
    fn digest(&mut self, _: &ChainId, outcome: &DigestOutcome, _: Vec<Option<()>>) {
        let hash = outcome.link.as_ref().map(|link| link.hash);
        self.note(&outcome.object, outcome.answer(), hash);
        if outcome.answer() == Answer::Verified {
            for log in &outcome.logs {
                self.note(&log.object, log.answer(), log.hash);
            }
        }
    }

    fn finding(&mut self, finding: Finding) {
        if let (Subject::Object(object), true) =
            (&finding.object, finding.code.as_str().starts_with("log-"))
        {
            self.note(object, finding.answer, None);
        }
    }
}
