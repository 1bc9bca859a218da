//! The objects in the bundle, verified again.

use std::collections::BTreeMap;

use trailseal_keys::Sha256;
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Answer, Finding, Subject};
use trailseal_verifier::walk::Sink;

use super::lines::Said;
use super::{Check, Counted};
use crate::report::inventory::Place;
use crate::report::text::counted;

const NAME: &str = "evidence";

/// Compares what a verification of the objects in the bundle says with what the
/// inventory says: give it to [`trailseal_verifier::walk::verify`] as its sink.
#[derive(Debug)]
pub struct Deep<'b> {
    expected: &'b BTreeMap<Place, Said>,
    seen: BTreeMap<Place, Said>,
}

impl<'b> Deep<'b> {
    /// Expects what an inventory says.
    pub fn new(inventory: &'b Counted) -> Self {
        Self {
            expected: &inventory.included,
            seen: BTreeMap::new(),
        }
    }

    fn note(&mut self, object: &ObjectRef, answer: Answer, sha256: Option<Sha256>) {
        let place = Place::from(object);
        if !self.expected.contains_key(&place) {
            return;
        }
        let said = Said { answer, sha256 };
        // One digest may vouch for what another is silent about.
        let seen = self.seen.entry(place).or_insert(said);
        if answer == Answer::Verified {
            *seen = said;
        }
    }

    /// What came of it.
    pub fn finish(self) -> Check {
        let (mut again, mut unknown, mut wrong) = (0_u64, Vec::new(), Vec::new());
        for (place, said) in self.expected {
            let name = format!("s3://{}/{}", place.bucket, place.key);
            let seen = self.seen.get(place);
            let contents = seen.and_then(|seen| seen.sha256).zip(said.sha256);
            let answer = seen.map_or(Answer::Unchecked, |seen| seen.answer);
            if contents.is_some_and(|(seen, said)| seen != said) {
                wrong.push(format!("{name}: its content is not that of the inventory"));
            } else if answer == said.answer {
                again += 1;
            } else if answer == Answer::Unchecked {
                unknown.push(format!("{name}: {} there, unchecked here", said.answer));
            } else {
                wrong.push(format!("{name}: {} there, {answer} here", said.answer));
            }
        }
        let all = counted(self.expected.len() as u64, "included object");
        if self.expected.is_empty() {
            let detail = "the bundle includes no objects to verify again";
            return Check::of(NAME, Answer::Unchecked, detail);
        }
        if !wrong.is_empty() {
            let detail = format!("{} of {all} are not as reported", wrong.len());
            return Check::failed(NAME, detail).about(wrong);
        }
        if !unknown.is_empty() {
            let detail = format!(
                "{again} of {all} are as reported; of {} what vouches for them is not in the bundle",
                unknown.len()
            );
            return Check::of(NAME, Answer::Unchecked, detail).about(unknown);
        }
        Check::verified(NAME, format!("{all} verified again, each as reported"))
    }
}

impl Sink<()> for Deep<'_> {
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
