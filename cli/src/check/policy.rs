//! What the policy makes of a finding.

use jiff::{Timestamp, ToSpan as _};
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::verdict::Answer;

use super::config::{Accept, Policy};
use super::day::start_of;
use super::life::is_in_force;
use super::report::{Acknowledgement, Level};
use crate::ledger::KnownFinding;

impl Policy {
    /// What becomes of a finding, and who accepted it if somebody did.
    pub(crate) fn level(
        &self,
        finding: &KnownFinding,
        now: Timestamp,
    ) -> (Level, Option<Acknowledgement>) {
        let known = finding.acknowledged.clone();
        if known.as_ref().is_some_and(|known| is_in_force(known, now)) {
            return (Level::Accepted, known);
        }
        if let Some(accept) = self.accept.iter().find(|accept| accept.fits(finding, now)) {
            return (Level::Accepted, Some(accept.acknowledgement(finding)));
        }
        let named = |codes: &[String]| codes.contains(&finding.code);
        let level = if named(&self.fail) {
            Level::Fail
        } else if named(&self.warn) {
            Level::Warn
        } else if finding.answer == Answer::Failed || finding.code.starts_with("policy-") {
            Level::Fail
        } else {
            Level::Warn
        };
        (level, known)
    }
}

impl Accept {
    /// Whether it is about this finding, now.
    fn fits(&self, finding: &KnownFinding, now: Timestamp) -> bool {
        let is = |expected: Option<&str>, found: &Option<String>| {
            expected.is_none_or(|expected| found.as_deref() == Some(expected))
        };
        let of_trail = self.trail.as_ref().is_none_or(|trail| {
            let name = format!("/{trail}@");
            finding
                .chain
                .as_ref()
                .is_some_and(|chain| chain.contains(&name))
        });
        let begins = self.from.is_none_or(|from| {
            finding
                .window
                .is_some_and(|window| window.start >= start_of(from))
        });
        let ends = self.to.is_none_or(|to| {
            let end = to.checked_add(1.day()).map_or(Timestamp::MAX, start_of);
            finding.window.is_some_and(|window| window.end <= end)
        });
        self.code.contains(&finding.code)
            && is(
                self.account.as_ref().map(AccountId::as_str),
                &finding.account,
            )
            && is(self.region.as_ref().map(Region::as_str), &finding.region)
            && of_trail
            && begins
            && ends
            && self.end().is_none_or(|end| now < end)
    }

    /// When it counts no more.
    fn end(&self) -> Option<Timestamp> {
        let last = self.until?;
        Some(last.checked_add(1.day()).map_or(Timestamp::MAX, start_of))
    }

    fn acknowledgement(&self, finding: &KnownFinding) -> Acknowledgement {
        Acknowledgement {
            by: "the policy".to_owned(),
            why: self.reason.clone(),
            at: finding.first_seen,
            until: self.end(),
        }
    }
}
