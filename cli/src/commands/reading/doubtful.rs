//! Logs that are not verified: counted, or read all the same.

use std::collections::BTreeMap;

use trailseal_forensics::provenance::{Location, Unverified};
use trailseal_verifier::limits::Limits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::{Code, Finding, Subject};

use super::Admission;
use super::extract::{AT_ONCE, Unreadable, Waiting, extract};

/// Logs that are not verified, in the order in which the run comes upon them.
pub(in super::super) struct Doubtful<'s, S> {
    source: &'s S,
    limits: Limits,
    admission: Admission,
    /// Logs that will be read all the same.
    waiting: Vec<Waiting<ObjectRef>>,
    /// Logs that were left out, by the reason. `None`: no digest covers the
    /// time of their delivery.
    pub(super) left_out: BTreeMap<Option<Code>, u64>,
}

impl<'s, S: Source> Doubtful<'s, S> {
    pub(in super::super) fn new(source: &'s S, limits: Limits, admission: Admission) -> Self {
        Self {
            source,
            limits,
            admission,
            waiting: Vec::new(),
            left_out: BTreeMap::new(),
        }
    }

    /// Notes the log of a finding, if it is about one.
    pub(in super::super) fn finding(&mut self, finding: &Finding) {
        if let (true, Subject::Object(object)) = (finding.code.is_of_log(), &finding.object) {
            self.note(object, Some(finding.code));
        }
    }

    /// Notes a log.
    pub(in super::super) fn note(&mut self, object: &ObjectRef, reason: Option<Code>) {
        let is_there = !matches!(reason, Some(Code::LogAbsent | Code::LogUnread));
        match self.admission {
            Admission::All if is_there => self.waiting.push(Waiting {
                place: object.clone(),
                reason,
            }),
            Admission::All | Admission::Verified => {
                *self.left_out.entry(reason).or_default() += 1;
            }
        }
    }

    /// Whether enough logs wait to be read.
    pub(in super::super) fn is_due(&self) -> bool {
        self.waiting.len() >= AT_ONCE
    }

    /// Reads the logs that wait, on all processors.
    pub(in super::super) fn read<R: Send>(
        &mut self,
        read: impl Fn(&Unverified<'_>) -> R + Sync,
    ) -> Vec<Result<R, Unreadable>> {
        let waiting = std::mem::take(&mut self.waiting);
        let (source, limits) = (self.source, self.limits);
        extract(
            &waiting,
            limits.log_inflated,
            |object| Location::Object(object.clone()),
            |object| {
                let read = source.read(object, limits.log_stored);
                read.map(|object| object.bytes)
                    .map_err(|error| error.to_string())
            },
            read,
        )
    }
}
