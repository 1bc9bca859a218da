//! One event as a row.

use std::cmp::Ordering;

use jiff::Timestamp;
use trailseal_verifier::verdict::Answer;

/// Longest text of one field, in bytes: what CloudTrail writes is at most 1 KB.
/// What was cut ends in `…`.
pub const MAX_TEXT: usize = 2048;

/// Most resources of one line; [`Line::resources_omitted`] counts the rest.
pub const MAX_RESOURCES: usize = 32;

/// One event, owned and compact: two allocations.
///
/// A member that the record lacks, and one that is empty, are both `None`; the
/// difference is in the record. Texts are untrusted and verbatim, but for
/// their length: escape them for where they land.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    pub(super) time: Option<Timestamp>,
    pub(super) access: Option<Access>,
    pub(super) answer: Answer,
    pub(super) index: u64,
    pub(super) resources_omitted: u32,
    /// All texts, one after the other: the parts, then the resources.
    pub(super) text: Box<str>,
    /// Where each text ends.
    pub(super) ends: Box<[u32]>,
}

/// Whether an event changes anything.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Access {
    /// `readOnly` is true.
    Read,
    /// `readOnly` is false.
    Write,
}

/// Whether a line holds the whole record too.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Keep {
    /// Only what a row shows.
    Row,
    /// The record as well, verbatim: [`Line::record`].
    Record,
}

macro_rules! parts {
    ($($(#[$doc:meta])+ $part:ident $accessor:ident,)+) => {
        /// What every line has a text of, maybe an empty one, in this order.
        #[derive(Clone, Copy)]
        pub(super) enum Part { $($part),+ }

        impl Part {
            pub(super) const COUNT: usize = [$(Part::$part),+].len();
        }

        impl Line {
            $($(#[$doc])+ pub fn $accessor(&self) -> Option<&str> { self.part(Part::$part) })+
        }
    };
}

parts! {
    /// `eventID`.
    EventId event_id,
    /// The account that received the record.
    Account account,
    /// The Region.
    Region region,
    /// `eventSource`: the service.
    Source source,
    /// `eventName`: the action.
    Name name,
    /// `eventCategory`.
    Category category,
    /// Who, in words.
    ActorName actor,
    /// Who, by the most lasting identifier that the record holds.
    ActorId actor_id,
    /// The access key that signed the request.
    Credential credential,
    /// The name of the session.
    Session session,
    /// `sourceIPAddress`: an address, or the name of a service.
    Address address,
    /// `userAgent`.
    Agent agent,
    /// `errorCode`; `None` if the request succeeded.
    ErrorCode error_code,
    /// What happened, in a sentence.
    Sentence sentence,
    /// `sharedEventID`, if it joins the records that several accounts received
    /// of one action.
    Shared shared_event_id,
    /// The event that this record corrects, in the same account
    /// ([`Amendment`](crate::merge::Amendment)).
    Corrects corrects,
    /// The log that the event was read from: `s3://bucket/key`, or a path.
    Log log,
    /// The SHA-256 of that log's content, in hex.
    LogHash log_sha256,
    /// The digest that signed for the log, if it is verified.
    Digest digest,
    /// Why the log is not verified, if that was checked: a code of
    /// [`trailseal_verifier::verdict::Code`].
    Reason reason,
    /// The record, verbatim, if it was [kept](Keep::Record).
    Record record,
}

impl Line {
    /// When; `None` if the record says no time that can be read.
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// Whether it changes anything, if the record says so.
    pub fn access(&self) -> Option<Access> {
        self.access
    }

    /// The ARNs of what was touched, at most [`MAX_RESOURCES`].
    pub fn resources(&self) -> Resources<'_> {
        Resources {
            line: self,
            next: Part::COUNT,
        }
    }

    /// How many resources are not in [`resources`](Self::resources).
    pub fn resources_omitted(&self) -> u32 {
        self.resources_omitted
    }

    /// The place of the record in its log, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The verdict on the log.
    pub fn answer(&self) -> Answer {
        self.answer
    }

    /// The total order of a timeline: time, account, event id, log, index.
    /// Lines without a time come last.
    pub fn compare(&self, other: &Self) -> Ordering {
        let time = |line: &Self| (line.time.is_none(), line.time);
        time(self)
            .cmp(&time(other))
            .then_with(|| self.account().cmp(&other.account()))
            .then_with(|| self.event_id().cmp(&other.event_id()))
            .then_with(|| self.log().cmp(&other.log()))
            .then_with(|| self.index.cmp(&other.index))
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        const ALLOCATIONS: usize = 32;
        size_of::<Self>() + self.text.len() + size_of_val(&*self.ends) + ALLOCATIONS
    }

    fn part(&self, part: Part) -> Option<&str> {
        self.at(part as usize).filter(|text| !text.is_empty())
    }

    pub(super) fn at(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start as usize..end as usize)
    }
}

/// The resources of a line.
#[derive(Clone, Debug)]
pub struct Resources<'l> {
    line: &'l Line,
    next: usize,
}

impl<'l> Iterator for Resources<'l> {
    type Item = &'l str;

    fn next(&mut self) -> Option<&'l str> {
        let text = self.line.at(self.next)?;
        self.next += 1;
        Some(text)
    }
}

impl PartialEq for Resources<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.clone().eq(other.clone())
    }
}
