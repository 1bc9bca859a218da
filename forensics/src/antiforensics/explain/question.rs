//! What a finding asks of the story, and which chapters answer it.

use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::chain::{ChainId, DIGEST_PERIOD};
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::verdict::{Code, Finding, Subject};

use super::super::hit::Side;
use super::super::holdings::Relevance;
use super::super::story::{Chapter, End, Story};
use super::super::target::Target;
use super::super::technique::Technique::*;
use super::chain::Chain;
use super::{Basis, Cause};

/// What a finding asks of the story.
pub(super) struct Question<'f> {
    wanted: Wanted,
    object: Option<Target>,
    bucket: Option<&'f str>,
    chain: Option<Chain<'f>>,
    interval: Option<Interval>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Wanted {
    /// Who deleted it?
    Deletion,
    /// Who wrote it?
    Writing,
    /// Who deleted digests of this time?
    DigestDeletions,
    /// What kept digests from being made?
    Silence,
    /// What kept older ones from being made, or removed them?
    SilenceBefore,
}

impl<'f> Question<'f> {
    pub(super) fn of(finding: &'f Finding) -> Option<Self> {
        let wanted = match finding.code {
            Code::LogAbsent | Code::DigestAbsent => Wanted::Deletion,
            Code::ChainGap => Wanted::DigestDeletions,
            Code::ChainRestart | Code::WindowHole | Code::TailUncovered | Code::NoDigests => {
                Wanted::Silence
            }
            Code::HeadUncovered => Wanted::SilenceBefore,
            Code::DigestMalformed
            | Code::DigestTruncated
            | Code::DigestTrailingData
            | Code::DigestTooLarge
            | Code::DigestMoved
            | Code::DigestSignatureInvalid
            | Code::DigestSignatureAbsent
            | Code::LinkHashMismatch
            | Code::LinkSignatureMismatch
            | Code::LinkOverlap
            | Code::LogHashMismatch
            | Code::LogNotGzip
            | Code::LogTruncated
            | Code::LogTrailingData
            | Code::LogTooLarge
            | Code::LogUnreferenced
            | Code::LogMisplaced => Wanted::Writing,
            _ => return None,
        };
        let object = match &finding.object {
            Subject::Object(object) => Some(object),
            Subject::Scope(..) => None,
        };
        Some(Self {
            wanted,
            object: object.map(|one| Target::object(one.bucket.as_str(), &one.key)),
            bucket: object.map(|one| one.bucket.as_str()),
            chain: finding.chain.as_deref().and_then(Chain::parse),
            interval: finding.interval,
        })
    }

    /// The chapters that are worth looking at. There may be as many findings
    /// and chapters as an intruder likes, so objects are looked up.
    pub(super) fn candidates<'s>(&self, story: &'s Story) -> Vec<&'s Chapter> {
        match self.wanted {
            Wanted::DigestDeletions => story.chapters().iter().collect(),
            Wanted::Writing => story.of_object(self.object.as_ref()).collect(),
            Wanted::Deletion => {
                let of_object = story.of_object(self.object.as_ref());
                of_object.chain(story.of_no_object()).collect()
            }
            Wanted::Silence | Wanted::SilenceBefore => story.of_no_object().collect(),
        }
    }

    /// Whether a chapter is a cause, and the time it accounts for.
    pub(super) fn answer<'s>(
        &self,
        chapter: &Chapter,
        story: &'s Story,
    ) -> Option<(Cause<'s>, Option<Interval>)> {
        if chapter.end == End::NotDone {
            return None;
        }
        let hit = story.beginning(chapter)?;
        let basis = match self.wanted {
            Wanted::Deletion => self.deletion(chapter),
            Wanted::Writing => self.writing(chapter),
            Wanted::DigestDeletions => self.digest_deletion(chapter),
            Wanted::Silence => self.silence(chapter),
            Wanted::SilenceBefore => self.silence(chapter).or_else(|| self.on_bucket(chapter)),
        }?;
        let interval = story
            .harmed(chapter)
            .map(|time| time.widened(DIGEST_PERIOD));
        if self.is_about_time() && !self.is_in_time(chapter, hit.at, basis, interval) {
            return None;
        }
        let cause = Cause {
            hit,
            technique: chapter.technique,
            until: story.ending(chapter),
            basis,
        };
        Some((cause, interval))
    }

    /// Whether a harm fits the time asked about. One without a known end must
    /// begin where that time does: were it older, digests show that it ended.
    fn is_in_time(
        &self,
        chapter: &Chapter,
        at: Option<Timestamp>,
        basis: Basis,
        interval: Option<Interval>,
    ) -> bool {
        let Some(asked) = self.interval.filter(|_| basis != Basis::SameBucket) else {
            return true;
        };
        let Some(at) = at else {
            return false;
        };
        let from_start = asked.widened(DIGEST_PERIOD + DIGEST_PERIOD).start <= at;
        let ended = matches!(chapter.end, End::Undone(_));
        let began = ended || from_start || self.wanted == Wanted::SilenceBefore;
        let meets = interval.map_or(at <= asked.end, |harmed| {
            harmed.intersection(asked).is_some()
        });
        began && meets
    }

    fn is_about_time(&self) -> bool {
        matches!(self.wanted, Wanted::Silence | Wanted::SilenceBefore)
    }

    fn deletion(&self, chapter: &Chapter) -> Option<Basis> {
        let named = chapter.technique == LogObjectDeleted && self.names_object(chapter);
        named
            .then_some(Basis::SameObject)
            .or_else(|| self.on_bucket(chapter))
    }

    fn writing(&self, chapter: &Chapter) -> Option<Basis> {
        let named = chapter.technique == LogObjectWritten && self.names_object(chapter);
        named.then_some(Basis::SameObject)
    }

    fn names_object(&self, chapter: &Chapter) -> bool {
        let object = self.object.as_ref();
        object.is_some_and(|object| chapter.targets.contains(object))
    }

    /// Deletes objects of the bucket without naming them.
    fn on_bucket(&self, chapter: &Chapter) -> Option<Basis> {
        let deletes = matches!(
            chapter.technique,
            LogObjectsDeleted | LogBucketExpiry | LogBucketDeleted
        );
        (deletes && self.is_in_bucket(chapter)).then_some(Basis::SameBucket)
    }

    fn is_in_bucket(&self, chapter: &Chapter) -> bool {
        let bucket = chapter.targets.first().and_then(Target::in_bucket);
        self.bucket.is_some() && bucket == self.bucket
    }

    fn digest_deletion(&self, chapter: &Chapter) -> Option<Basis> {
        if chapter.technique != LogObjectDeleted {
            return self.on_bucket(chapter);
        }
        let chain = self.chain.as_ref()?;
        let time = self.interval?.widened(SignedDuration::from_secs(1));
        let missing = chapter.targets.iter().any(|target| {
            DigestKey::parse(&target.name).is_some_and(|key| {
                let stamp = key.stamp.instant();
                ChainId::of(&key).to_string() == chain.text
                    && time.start < stamp
                    && stamp < time.end
            })
        });
        missing.then_some(Basis::SameObject)
    }

    fn silence(&self, chapter: &Chapter) -> Option<Basis> {
        let chain = self.chain.as_ref();
        let target = chapter.targets.first()?;
        let on_trail = |fits: fn(&Chain<'_>, &Target) -> bool| {
            let same = chain.is_some_and(|chain| chain.is_of(target) && fits(chain, target));
            same.then_some(Basis::SameTrail)
        };
        match chapter.technique {
            TrailLoggingStopped | TrailDeleted | TrailValidationOff => on_trail(|_, _| true),
            TrailSingleRegion => on_trail(|chain, target| chain.region != target.region),
            TrailOrganizationOff => on_trail(|chain, target| chain.account != target.account),
            TrailBucketSet => on_trail(|_, _| true).map(|_| Basis::MayStopDelivery),
            RegionClosed => {
                let same = chain
                    .is_some_and(|one| one.region == target.name && one.account == target.account);
                same.then_some(Basis::SamePlace)
            }
            OrganizationLeft => {
                let left = if target.name.is_empty() {
                    &target.account
                } else {
                    &target.name
                };
                let same = chain.is_some_and(|one| one.in_organization && one.account == left);
                same.then_some(Basis::SamePlace)
            }
            LogBucketPolicyChanged
            | LogBucketPolicyDeleted
            | LogBucketEncryptionChanged
            | LogBucketDeleted => self.is_in_bucket(chapter).then_some(Basis::MayStopDelivery),
            LogKeyDisabled
            | LogKeyDeletionScheduled
            | LogKeyMaterialDeleted
            | LogKeyPolicyChanged => {
                let certain = chapter.relevance == Relevance::Certain;
                certain.then_some(Basis::MayStopDelivery)
            }
            _ => None,
        }
    }

    /// Remedies without a harm on record: the trail, or its validation, began
    /// when the first digest does.
    pub(super) fn beginnings<'s>(&self, story: &'s Story) -> Vec<Cause<'s>> {
        let (Wanted::SilenceBefore, Some(chain), Some(asked)) =
            (self.wanted, &self.chain, self.interval)
        else {
            return Vec::new();
        };
        let near = Interval::new(asked.end, asked.end).widened(DIGEST_PERIOD);
        let hits = story.loose_ends().iter();
        hits.filter(|hit| hit.at.is_some_and(|at| near.start <= at && at <= near.end))
            .filter_map(|hit| {
                let act = hit.acts.iter().find(|act| {
                    let starts = matches!(
                        act.technique,
                        TrailLoggingStopped | TrailDeleted | TrailValidationOff
                    );
                    act.side == Side::Remedy
                        && starts
                        && act.targets.iter().any(|target| chain.is_of(target))
                })?;
                Some(Cause {
                    hit,
                    technique: act.technique,
                    until: None,
                    basis: Basis::Beginning,
                })
            })
            .collect()
    }

    /// The time asked about that no firm cause accounts for.
    pub(super) fn rest(&self, causes: &[Cause<'_>], mut covered: Vec<Interval>) -> Vec<Interval> {
        let began = causes.iter().any(|cause| cause.basis == Basis::Beginning);
        let Some(asked) = self.interval.filter(|_| self.is_about_time() && !began) else {
            return Vec::new();
        };
        covered.sort();
        let mut rest = Vec::new();
        let mut at = asked.start;
        for interval in covered {
            if interval.start > at {
                rest.push(Interval::new(at, interval.start.min(asked.end)));
            }
            at = at.max(interval.end);
        }
        rest.push(Interval::new(at, asked.end));
        rest.retain(|interval| !interval.is_empty());
        rest
    }
}
