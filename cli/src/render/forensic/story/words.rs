//! Words for harms, their targets and their ends.

use jiff::Timestamp;
use trailseal_forensics::antiforensics::{
    Basis, Chapter, Effect, End, Evidence, Hit, Holding, Relevance, Story, Target, TargetKind,
    Technique,
};
use trailseal_forensics::report::sections::Ended;
use trailseal_forensics::telling::Outcome;

use super::super::finding;
use super::super::name::{name, untrusted};
use super::effects::Found;
use crate::render::page::Ink;
use crate::render::text::time;

/// What became of an attempt, as a label.
pub(super) fn state(chapter: &Chapter, hit: &Hit) -> (&'static str, Option<Ink>) {
    let ended = Ended::of(chapter.end, &hit.outcome);
    let ink = match ended {
        Ended::Lasting | Ended::Open => Ink::Bad,
        Ended::Failed | Ended::Refused | Ended::TriedOut | Ended::Undone => Ink::Doubtful,
    };
    (ended.as_str(), Some(ink))
}

/// How it ended.
pub(super) fn end(story: &Story, chapter: &Chapter, hit: &Hit) -> String {
    match chapter.end {
        End::NotDone => match &hit.outcome {
            Outcome::Refused(reason) => format!("refused ({})", untrusted(&reason.code)),
            Outcome::Failed(reason) => format!("failed ({})", untrusted(&reason.code)),
            Outcome::Rehearsed => "a trial run, which would have been allowed".to_owned(),
            Outcome::Done => "not done".to_owned(),
        },
        End::Lasting => "nothing undoes it".to_owned(),
        End::Open => match undoing(chapter.technique) {
            Some(events) => format!("open: no {events} on record undoes it"),
            None => "open: nothing on record undoes it".to_owned(),
        },
        End::Undone(_) => match story.ending(chapter) {
            Some(by) => format!(
                "undone by {} at {}, by {}",
                untrusted(&by.event),
                at(by.at),
                actor(by)
            ),
            None => "undone".to_owned(),
        },
    }
}

fn undoing(technique: Technique) -> Option<String> {
    let events: Vec<&str> = technique.undone_by().collect();
    (!events.is_empty()).then(|| events.join(" or "))
}

/// What was done to which evidence.
pub(super) fn harm(chapter: &Chapter) -> String {
    let effect = effect(chapter.technique);
    match chapter.end {
        End::NotDone => format!("none; if done, it {effect}"),
        End::Lasting | End::Open | End::Undone(_) => effect,
    }
}

/// The time whose events it concerns, if it concerns those of some time.
pub(super) fn interval(story: &Story, chapter: &Chapter) -> Option<String> {
    let harmed = story.harmed(chapter)?;
    Some(if harmed.end == Timestamp::MAX {
        format!("from {} on", time(harmed.start))
    } else {
        finding::span(harmed)
    })
}

fn effect(technique: Technique) -> String {
    let verb = match technique.effect() {
        Effect::Blinds => "blinds",
        Effect::Destroys => "destroys",
        Effect::Alters => "alters",
        Effect::Weakens => "weakens",
        Effect::Silences => "silences",
    };
    let evidence = match technique.evidence() {
        Evidence::Trail => "all that a trail records",
        Evidence::PartOfTrail => "part of what a trail records",
        Evidence::Digests => "digests, the proof of logs",
        Evidence::Logs => "stored logs and digests",
        Evidence::Lake => "an event data store",
        Evidence::LogGroups => "log groups",
        Evidence::Alarms => "alarms and messages",
        Evidence::Detections => "findings of detectors",
        Evidence::Configurations => "histories of configurations",
        Evidence::Network => "records of network traffic",
        Evidence::Guardrails => "what the organization imposes",
        Evidence::Parameters => "what was asked in a request",
    };
    format!("{verb} {evidence}")
}

/// Whether it concerns evidence; nothing to say if it certainly does.
pub(super) fn relevance(chapter: &Chapter) -> Option<&'static str> {
    if chapter.relevance != Relevance::Possible {
        return None;
    }
    Some(match chapter.technique.holding() {
        Some(Holding::LogBucket) => "not known: it matters only if the bucket holds logs",
        Some(Holding::LogKey) => "not known: it matters only if logs are encrypted with the key",
        Some(Holding::LogGroup) => "not known: it matters only if evidence flows to the log group",
        Some(Holding::Alarm) => "not known: it matters only if it would have told of attacks",
        None => "not known",
    })
}

/// What was found, and how the act is tied to it. The object goes without
/// saying if it is the only target.
pub(super) fn found(found: &Found<'_>, target: Option<&Target>) -> String {
    let Found { finding, basis } = found;
    let subject = match (target, basis) {
        (Some(_), Basis::SameObject) => String::new(),
        _ => format!(" {}", finding::subject(finding)),
    };
    format!("{}{subject}: {}", finding.code, self::basis(*basis))
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::SameObject => "the event names this very object",
        Basis::SameTrail => "done to the trail, in that time",
        Basis::SamePlace => "done to the account or Region, in that time",
        Basis::Beginning => "the trail began with it",
        Basis::SameBucket => "perhaps: done to the bucket, without naming the object",
        Basis::MayStopDelivery => "perhaps: delivery may have stopped",
    }
}

/// What an act is aimed at.
pub(super) fn target(target: &Target) -> String {
    let kind = match target.kind {
        TargetKind::Trail => "trail",
        TargetKind::Bucket => "bucket",
        TargetKind::Object => {
            return format!("s3://{}/{}", name(&target.bucket), name(&target.name));
        }
        TargetKind::Key => "key",
        TargetKind::LogGroup => "log group",
        TargetKind::Alarm => "alarm",
        TargetKind::Region => "Region",
        TargetKind::Account => "account",
        TargetKind::Other => "",
    };
    let called = match target.name.as_str() {
        "" => "not named".to_owned(),
        text => name(text),
    };
    let place: Vec<String> = [&target.account, &target.region]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| name(text))
        .collect();
    let place = match place.as_slice() {
        [] => String::new(),
        parts => format!(" ({})", parts.join(", ")),
    };
    format!("{kind} {called}{place}").trim_start().to_owned()
}

/// The event, and whose record it is.
pub(super) fn event(hit: &Hit) -> String {
    format!(
        "{} in {} of {}",
        untrusted(&hit.event),
        untrusted(&hit.region),
        untrusted(&hit.account)
    )
}

/// Who acted, and from where.
pub(super) fn actor(hit: &Hit) -> String {
    let who = match hit.actor.text.as_str() {
        "" => "an unknown actor".to_owned(),
        _ => untrusted(&hit.actor),
    };
    match hit.address.text.as_str() {
        "" => who,
        _ => format!("{who} from {}", untrusted(&hit.address)),
    }
}

/// A time that may be missing.
pub(super) fn at(at: Option<Timestamp>) -> String {
    at.map_or("an unknown time".to_owned(), time)
}
