//! The fold of an hourly chain says what a naive reading of the rules says.
//!
//! The reference holds the whole history and paints it minute by minute. It
//! shares nothing with the fold but the words for findings and states.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod common;

use std::sync::Arc;

use common::config;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use trailseal_verifier::chain::{ClaimedPredecessor, DigestOutcome, Fault, HourlyFold, Link};
use trailseal_verifier::coverage::{Interval, State};
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::layout::DigestKey;
use trailseal_verifier::log::LogOutcome;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Extent;
use trailseal_verifier::verdict::{Answer, Code};

const BUCKET: &str = "example-logs";
/// Minutes before the first window.
const MARGIN: usize = 300;

/// What happens to one digest of a history.
#[derive(Clone, Copy, Debug)]
enum Step {
    Healthy,
    Deleted,
    /// Rejected; whether its JSON could be read.
    Rejected(bool),
    Unread,
    /// Readable, but for instance its key is unknown.
    Unchecked,
    /// Null predecessor, after so many minutes without digests.
    Restart(usize),
    /// Linked, but its window begins so many minutes late.
    Hole(usize),
    /// Linked, but its window begins so many minutes early.
    Overlap(usize),
    WrongHash,
    WrongSignature,
    /// The metadata was lost, and its successor vouches for it.
    Bare,
    /// Verified, but one of its logs is not.
    BadLog(Answer),
    /// Healthy, and between it and the next one somebody put a digest that no
    /// known key signed.
    Followed,
}

/// One digest of a history, with times in minutes.
#[derive(Clone, Debug)]
struct Digest {
    name: String,
    start: usize,
    end: usize,
    fault: Option<Code>,
    readable: bool,
    previous: Option<Named>,
    hash: String,
    stored_signature: Option<String>,
    log: Answer,
}

#[derive(Clone, Debug)]
struct Named {
    name: String,
    hash: String,
    signature: String,
}

fn at(minute: usize) -> Timestamp {
    let minutes = SignedDuration::from_mins(i64::try_from(minute).unwrap());
    "2026-03-02T08:07:13Z".parse::<Timestamp>().unwrap() + minutes
}

fn name(end: usize) -> String {
    let end = at(end);
    format!(
        "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/{}/\
         111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_{}.json.gz",
        end.strftime("%Y/%m/%d"),
        end.strftime("%Y%m%dT%H%M%SZ")
    )
}

/// The digests that are left of a history.
fn play(steps: &[Step]) -> Vec<Digest> {
    let mut left = Vec::new();
    let mut clock = MARGIN;
    let mut before: Option<Named> = None;
    let mut stranger: Option<Digest> = None;
    for (index, step) in steps.iter().enumerate() {
        let (mut start, mut previous) = (clock, before.clone());
        let mut digest_hash = Sha256::of(&index.to_le_bytes()).to_string();
        match step {
            Step::Restart(pause) => (start, previous) = (clock + pause, None),
            Step::Hole(minutes) => start = clock + minutes,
            Step::Overlap(minutes) => start = clock - minutes,
            Step::WrongHash => {
                if let Some(previous) = &mut previous {
                    previous.hash = Sha256::of(b"another").to_string();
                }
            }
            Step::WrongSignature => {
                if let Some(previous) = &mut previous {
                    previous.signature = "00".repeat(256);
                }
            }
            _ => {}
        }
        let end = start.max(clock) + 60;
        clock = end;
        let (fault, readable) = match step {
            Step::Rejected(readable) => (Some(Code::DigestSignatureInvalid), *readable),
            Step::Unread => (Some(Code::DigestUnread), false),
            Step::Unchecked => (Some(Code::DigestKeyUnknown), true),
            _ => (None, true),
        };
        let signature = format!("{index:0512x}");
        let digest = Digest {
            name: name(end),
            start,
            end,
            fault,
            readable,
            previous,
            hash: std::mem::take(&mut digest_hash),
            stored_signature: (!matches!(step, Step::Bare)).then(|| signature.clone()),
            log: match step {
                Step::BadLog(answer) => *answer,
                _ => Answer::Verified,
            },
        };
        before = Some(Named {
            name: digest.name.clone(),
            hash: digest.hash.clone(),
            signature,
        });
        // Only between two verified digests is it certain which is the stranger.
        if let Some(stranger) = stranger.take() {
            let joined = fault.is_none()
                && !matches!(step, Step::Deleted | Step::Restart(_) | Step::Followed);
            left.extend(joined.then_some(stranger));
        }
        if matches!(step, Step::Followed) {
            stranger = Some(Digest {
                name: name(end + 30),
                start: end,
                end: end + 30,
                fault: Some(Code::DigestKeyUnknown),
                previous: before.clone(),
                hash: Sha256::of(b"stranger").to_string(),
                ..digest.clone()
            });
        }
        if !matches!(step, Step::Deleted) {
            left.push(digest);
        }
    }
    left
}

fn object(name: &str) -> ObjectRef {
    ObjectRef::new(BUCKET.parse().unwrap(), name)
}

/// The same digest as the verifier knows it.
fn outcome(digest: &Digest) -> DigestOutcome {
    let log = |answer| LogOutcome {
        object: object("log"),
        signed: None,
        hash: None,
        verified_bytes: 0,
        fault: match answer {
            Answer::Verified => None,
            Answer::Unchecked => Some(fault(Code::LogUnread)),
            Answer::Failed => Some(fault(Code::LogAbsent)),
        },
    };
    let link = Link {
        object: object(&digest.name),
        window: Interval::new(at(digest.start), at(digest.end)),
        hash: Sha256::parse(&digest.hash).unwrap(),
        stored_signature: digest.stored_signature.clone(),
        verified: digest.fault.is_none(),
        predecessor: digest.previous.as_ref().map(|previous| ClaimedPredecessor {
            bucket: BUCKET.to_owned(),
            key: previous.name.clone(),
            hash: previous.hash.clone(),
            signature: previous.signature.clone(),
        }),
    };
    DigestOutcome {
        object: object(&digest.name),
        key: DigestKey::parse(&digest.name).unwrap(),
        fault: digest.fault.map(fault),
        link: digest.readable.then_some(link),
        logs: vec![log(Answer::Verified), log(digest.log)],
    }
}

fn fault(code: Code) -> Fault {
    Fault {
        code,
        detail: String::new(),
    }
}

fn state(answer: Answer) -> State {
    match answer {
        Answer::Verified => State::Proved,
        Answer::Unchecked => State::Unchecked,
        Answer::Failed => State::Failed,
    }
}

impl Digest {
    fn answer(&self) -> Answer {
        self.fault.map_or(Answer::Verified, Code::answer)
    }

    /// Whether it becomes part of the chain: rejected and unread ones do not.
    fn in_chain(&self) -> bool {
        self.readable && self.answer() != Answer::Failed
    }

    fn verified(&self) -> bool {
        self.fault.is_none()
    }

    /// The hour before its stamp.
    fn stamped(&self) -> (usize, usize) {
        (self.end - 60, self.end)
    }
}

/// Whether the caller promised that the copy goes back far enough.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Nothing,
    Everything,
}

/// The naive reading: findings as (code, object), and the state of each minute.
struct Reference {
    asked: Asked,
    findings: Vec<(Code, String)>,
    minutes: Vec<Option<State>>,
}

impl Reference {
    fn find(&mut self, code: Code, name: &str) {
        self.findings.push((code, name.to_owned()));
    }

    /// What was said first of a minute stands.
    fn paint(&mut self, minutes: std::ops::Range<usize>, state: State) {
        for minute in minutes {
            self.minutes[minute].get_or_insert(state);
        }
    }

    /// Takes back what was said of the time from here on.
    fn forget(&mut self, from: usize) {
        self.minutes[from..].fill(None);
    }

    fn of(digests: &[Digest], asked: Asked) -> Self {
        let length = digests.iter().map(|digest| digest.end).max().unwrap_or(0);
        let mut this = Self {
            asked,
            findings: Vec::new(),
            minutes: vec![None; length],
        };
        let chain: Vec<usize> = (0..digests.len())
            .filter(|index| digests[*index].in_chain())
            .collect();
        for (position, index) in chain.iter().enumerate() {
            let digest = &digests[*index];
            match position.checked_sub(1).map(|before| chain[before]) {
                None => this.head(&digests[..*index], digest),
                Some(before) => {
                    let older = &chain[..position];
                    let verified = older.iter().rev().find(|i| digests[**i].verified());
                    this.join(
                        &digests[before],
                        &digests[before + 1..*index],
                        digest,
                        verified.map(|index| &digests[*index]),
                    );
                }
            }
            if digest.verified() {
                // Time that only an unproved digest claims gives way.
                let older = chain[..position].iter().map(|index| &digests[*index]);
                let proved = older.filter(|d| d.verified()).map(|d| d.end).next_back();
                this.forget(digest.start.max(proved.unwrap_or(0)));
            }
            let answer = digest.answer().max(digest.log);
            this.paint(digest.start..digest.end, state(answer));
        }
        let after = chain.last().map_or(0, |last| last + 1);
        this.tail(
            &digests[after..],
            chain.last().map(|last| digests[*last].end),
        );
        this
    }

    /// Rejected and unread digests before the chain count as its time as long
    /// as they follow each other.
    fn head(&mut self, before: &[Digest], first: &Digest) {
        let mut reached = first.start;
        for digest in before.iter().rev() {
            let (start, end) = digest.stamped();
            if reached > end + 30 {
                break;
            }
            self.paint(start..end.min(reached), state(digest.answer()));
            self.paint(end.min(reached)..reached, State::Failed);
            reached = reached.min(start);
        }
    }

    /// Likewise after it.
    fn tail(&mut self, after: &[Digest], end: Option<usize>) {
        let mut reached = end;
        for digest in after {
            let (start, end) = digest.stamped();
            let from = reached.unwrap_or(start);
            if start > from + 30 {
                break;
            }
            self.paint(from..end, state(digest.answer()));
            reached = Some(from.max(end));
        }
    }

    fn join(
        &mut self,
        before: &Digest,
        waiting: &[Digest],
        digest: &Digest,
        verified: Option<&Digest>,
    ) {
        let stretch = before.end..digest.start.max(before.end);
        let Some(named) = &digest.previous else {
            self.find(Code::ChainRestart, &digest.name);
            self.fill(stretch, waiting, State::Uncovered);
            return;
        };
        if named.name == before.name {
            self.linked(before, named, digest);
            return;
        }
        // Two signed neighbours leave no room for what lies between them.
        if let Some(verified) = verified.filter(|v| digest.verified() && v.name == named.name) {
            self.find(Code::LinkOverlap, &before.name);
            self.forget(verified.end);
            self.linked(verified, named, digest);
            return;
        }
        // What was rejected or unread accounts for itself; nothing else shows
        // that a copy begins earlier than its first verified digest.
        let awaited = waiting.iter().any(|w| w.name == named.name);
        if digest.verified() && verified.is_none() && !awaited && self.asked == Asked::Nothing {
            self.find(Code::HeadUncovered, &digest.name);
            self.fill(stretch, waiting, State::Uncovered);
            return;
        }
        // Minutes that no digest accounts for, in runs; each run is so many
        // digests, and it ends before the next digest that is there. If that
        // could not be read, it may be a restart, and nothing need be missing.
        let (mut runs, mut free) = (Vec::new(), 0);
        for minute in stretch.clone() {
            let accounted = waiting
                .iter()
                .any(|w| (w.stamped().0..w.end).contains(&minute));
            if !accounted {
                free += 1;
            }
            if (accounted || minute + 1 == stretch.end) && free > 0 {
                let end = if accounted { minute } else { minute + 1 };
                let next = waiting.iter().find(|w| end <= w.stamped().0);
                if next.is_none_or(|next| next.answer() == Answer::Failed) {
                    runs.push(((free + 30) / 60, next.unwrap_or(digest).name.clone()));
                }
                free = 0;
            }
        }
        runs.retain(|(digests, _)| *digests > 0);
        let missing: usize = runs.iter().map(|(digests, _)| digests).sum();
        let last = runs.last().map(|(_, name)| name.clone());
        let rejected = waiting.iter().any(|w| w.answer() == Answer::Failed);
        let mut rest = State::Failed;
        if awaited {
            match last {
                Some(name) => self.find(Code::ChainGap, &name),
                None if rejected => {}
                None => rest = State::Unchecked,
            }
        } else if digest.verified() {
            self.find(Code::DigestAbsent, &named.name);
            if let Some(name) = last.filter(|_| missing >= 2) {
                self.find(Code::ChainGap, &name);
            }
        } else {
            match last {
                Some(name) => self.find(Code::ChainGap, &name),
                None => self.find(Code::LinkHashMismatch, &digest.name),
            }
        }
        self.fill(stretch, waiting, rest);
    }

    fn linked(&mut self, before: &Digest, named: &Named, digest: &Digest) {
        if named.hash != before.hash {
            self.find(Code::LinkHashMismatch, &digest.name);
        } else if before
            .stored_signature
            .as_ref()
            .is_some_and(|s| *s != named.signature)
        {
            self.find(Code::LinkSignatureMismatch, &digest.name);
        }
        if digest.start > before.end {
            self.find(Code::WindowHole, &digest.name);
            self.paint(before.end..digest.start, State::Uncovered);
        }
        if digest.start < before.end {
            self.find(Code::LinkOverlap, &digest.name);
        }
    }

    /// A stretch without digests of the chain: those that were rejected or
    /// unread account for their hour.
    fn fill(&mut self, stretch: std::ops::Range<usize>, waiting: &[Digest], rest: State) {
        for digest in waiting {
            let (start, end) = digest.stamped();
            let common = start.max(stretch.start)..end.min(stretch.end);
            self.paint(common, state(digest.answer()));
        }
        self.paint(stretch, rest);
    }
}

fn step() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        6 => Just(Step::Healthy),
        2 => any::<bool>().prop_map(Step::Rejected),
        2 => Just(Step::Unread),
        2 => Just(Step::Unchecked),
        1 => (0_usize..200).prop_map(Step::Restart),
        1 => (1_usize..100).prop_map(Step::Hole),
        1 => (1_usize..50).prop_map(Step::Overlap),
        1 => Just(Step::WrongHash),
        1 => Just(Step::WrongSignature),
        1 => Just(Step::Bare),
        1 => Just(Step::Followed),
        1 => prop_oneof![Just(Answer::Unchecked), Just(Answer::Failed)].prop_map(Step::BadLog),
    ];
    prop_oneof![
        8 => one.prop_map(|step| vec![step]),
        2 => (1_usize..6).prop_map(|count| vec![Step::Deleted; count]),
        2 => (1_usize..6).prop_map(|count| vec![Step::Healthy; count]),
    ]
}

proptest! {
    #![proptest_config(config(3000))]

    #[test]
    fn the_fold_equals_the_naive_reading(
        steps in prop::collection::vec(step(), 1..14).prop_map(|steps| steps.concat()),
        asked in prop_oneof![Just(Asked::Nothing), Just(Asked::Everything)],
    ) {
        let digests = play(&steps);
        let expected = Reference::of(&digests, asked);
        let copied = Extent::new([(BUCKET.parse().unwrap(), String::new())]);
        let mut fold = HourlyFold::new(Arc::new(copied)).since(match asked {
            Asked::Nothing => None,
            Asked::Everything => Some(at(0)),
        });
        let mut found = Vec::new();
        for digest in &digests {
            for finding in fold.push(&outcome(digest)) {
                found.push((finding.code, finding.object.to_string()));
            }
        }
        let folded = fold.finish();

        let mut wanted: Vec<_> = expected
            .findings
            .iter()
            .map(|(code, name)| (*code, object(name).to_string()))
            .collect();
        wanted.sort();
        found.sort();
        prop_assert_eq!(&found, &wanted, "{:#?}", digests);

        for minute in (5..expected.minutes.len()).step_by(10) {
            let spans = folded.tracks.whole.spans().iter();
            let mut here = spans.filter(|span| {
                (span.interval.start..span.interval.end).contains(&at(minute))
            });
            let state = here.next().map(|span| span.state);
            prop_assert_eq!(state, expected.minutes[minute], "minute {}: {:#?}", minute, digests);
            prop_assert!(here.next().is_none(), "two states at one time");
        }

        let chain: Vec<_> = digests.iter().filter(|digest| digest.in_chain()).collect();
        let ends = |link: Option<&Link>| link.map(|link| link.object.key.clone());
        prop_assert_eq!(ends(folded.head.as_ref().map(|head| &head.link)), chain.first().map(|d| d.name.clone()));
        prop_assert_eq!(ends(folded.tail.as_ref()), chain.last().map(|d| d.name.clone()));
    }
}
