//! What is said of an object that is in the bundle: by the inventory, and by whoever
//! verifies it again.

use std::cmp::Ordering;

use trailseal_keys::Sha256;
use trailseal_verifier::sort::{DamagedRun, Item, Scanner, push_bytes};
use trailseal_verifier::verdict::Answer;

use crate::report::inventory::Place;

/// Who says it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum By {
    Inventory,
    Verification,
}

/// What is said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Said {
    pub(super) place: Place,
    pub(super) by: By,
    pub(super) answer: Answer,
    pub(super) sha256: Option<Sha256>,
}

impl Item for Said {
    fn compare(&self, other: &Self) -> Ordering {
        (&self.place, self.by).cmp(&(&other.place, other.by))
    }

    fn size(&self) -> usize {
        const ALLOCATIONS: usize = 32;
        size_of::<Self>() + self.place.bucket.len() + self.place.key.len() + ALLOCATIONS
    }

    fn encode(&self, buffer: &mut Vec<u8>) {
        push_bytes(buffer, self.place.bucket.as_bytes());
        push_bytes(buffer, self.place.key.as_bytes());
        buffer.push(match self.by {
            By::Inventory => 0,
            By::Verification => 1,
        });
        buffer.push(match self.answer {
            Answer::Verified => 0,
            Answer::Unchecked => 1,
            Answer::Failed => 2,
        });
        let sha256 = self.sha256.as_ref().map_or(&[][..], |hash| hash.as_bytes());
        buffer.extend(sha256);
    }

    fn decode(bytes: &[u8]) -> Result<Self, DamagedRun> {
        let mut rest = Scanner::new(bytes);
        let place = Place {
            bucket: rest.text()?.to_owned(),
            key: rest.text()?.to_owned(),
        };
        let [by, answer] = *rest.take()?;
        let sha256 = match rest.rest() {
            [] => None,
            _ => Some((*rest.take::<32>()?).into()),
        };
        Ok(Self {
            place,
            by: match by {
                0 => By::Inventory,
                _ => By::Verification,
            },
            answer: match answer {
                0 => Answer::Verified,
                1 => Answer::Unchecked,
                _ => Answer::Failed,
            },
            sha256,
        })
    }
}
