//! What the policy makes of a finding.

use jiff::{Timestamp, ToSpan as _};
use trailseal_verifier::id::{AccountId, Region};
use trailseal_verifier::verdict::Answer;

use super::config::{Accept, Policy};
use super::day::start_of;
use super::life::is_in_force;
use super::policy_code::PolicyCode;
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
        } else if finding.answer == Answer::Failed {
            Level::Fail
        } else {
            PolicyCode::named(&finding.code).map_or(Level::Warn, PolicyCode::level)
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

#[cfg(test)]
mod tests {
    use trailseal_verifier::coverage::Interval;

    use super::*;

    fn finding(code: &str, answer: Answer) -> KnownFinding {
        let at: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        KnownFinding {
            number: None,
            id: "00".to_owned(),
            source: "org".to_owned(),
            code: code.to_owned(),
            answer,
            subject: String::new(),
            object: None,
            account: Some("111122223333".to_owned()),
            region: Some("eu-west-1".to_owned()),
            chain: Some("111122223333/eu-west-1/trail@eu-west-1/hourly".to_owned()),
            window: Some(Interval::new(at, at)),
            detail: String::new(),
            day: None,
            due: None,
            first_seen: at,
            last_seen: at,
            resolved: None,
            acknowledged: None,
        }
    }

    fn now() -> Timestamp {
        "2026-03-03T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn failed_fails_and_unchecked_warns_unless_the_policy_says_otherwise() {
        let mut policy = Policy::default();
        let level = |policy: &Policy, code, answer| policy.level(&finding(code, answer), now()).0;
        let tail = "policy-tail-lag";
        let unexpected = "policy-account-unexpected";
        assert_eq!(level(&policy, "log-absent", Answer::Failed), Level::Fail);
        assert_eq!(level(&policy, "log-unread", Answer::Unchecked), Level::Warn);
        assert_eq!(level(&policy, tail, Answer::Unchecked), Level::Fail);
        assert_eq!(level(&policy, unexpected, Answer::Unchecked), Level::Warn);
        policy.warn = vec!["log-absent".to_owned(), tail.to_owned()];
        policy.fail = vec!["log-unread".to_owned()];
        assert_eq!(level(&policy, "log-absent", Answer::Failed), Level::Warn);
        assert_eq!(level(&policy, "log-unread", Answer::Unchecked), Level::Fail);
        assert_eq!(level(&policy, tail, Answer::Unchecked), Level::Warn);
    }

    #[test]
    fn what_is_accepted_fits_in_every_respect_and_ends() {
        let accept = |toml: &str| -> Accept {
            let text = format!("reason = \"known\"\n{toml}");
            toml::from_str(&text).unwrap()
        };
        let restart = finding("chain-restart", Answer::Unchecked);
        for toml in [
            "",
            "account = \"111122223333\"\nregion = \"eu-west-1\"\ntrail = \"trail\"",
            "from = \"2026-03-02\"\nto = \"2026-03-02\"",
            "until = \"2026-03-03\"",
        ] {
            let accept = accept(&format!("code = \"chain-restart\"\n{toml}"));
            assert!(accept.fits(&restart, now()), "{toml}");
        }
        for toml in [
            "account = \"444455556666\"",
            "region = \"us-east-1\"",
            "trail = \"rail\"",
            "from = \"2026-03-03\"",
            "to = \"2026-03-01\"",
            "until = \"2026-03-02\"",
        ] {
            let accept = accept(&format!("code = \"chain-restart\"\n{toml}"));
            assert!(!accept.fits(&restart, now()), "{toml}");
        }
        let other = accept("code = [\"log-absent\", \"log-unread\"]");
        assert!(!other.fits(&restart, now()));
    }
}
