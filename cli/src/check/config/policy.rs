//! What a configuration asks of its sources.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::Deserialize;
use trailseal_forensics::report::control::Framework;
use trailseal_verifier::id::{AccountId, Region, TrailName};
use trailseal_verifier::verdict::Code;

use super::words;
use crate::check::policy_code::PolicyCode;
use crate::near::near;

/// What is expected, and what becomes of what is found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Policy {
    /// Accounts that must have digests in some source.
    #[serde(deserialize_with = "words::accounts")]
    pub(crate) accounts: ExpectedAccounts,
    /// Regions in which each of them must; without accounts, in which each
    /// account that has digests must.
    #[serde(deserialize_with = "words::list")]
    pub(crate) regions: Vec<Region>,
    /// How far behind the newest verified digest of an account and Region may be.
    #[serde(deserialize_with = "words::length")]
    pub(crate) max_tail_lag: SignedDuration,
    /// How long a log that no digest names may wait for a backfill digest.
    #[serde(deserialize_with = "words::length")]
    pub(crate) backfill_grace: SignedDuration,
    /// Codes that fail the check though their answer is *unchecked*.
    pub(crate) fail: Vec<String>,
    /// Codes that only warn though their answer is *failed*.
    pub(crate) warn: Vec<String>,
    /// Frameworks under whose controls findings are grouped.
    pub(crate) controls: Vec<String>,
    /// What is accepted.
    pub(crate) accept: Vec<Accept>,
}

/// Who says which accounts are expected.
#[derive(Clone, Debug)]
pub(crate) enum ExpectedAccounts {
    /// The configuration; if it names none, each is as good as the other.
    Listed(Vec<AccountId>),
    /// AWS Organizations, when a check begins.
    #[cfg(feature = "aws")]
    Organization,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            accounts: ExpectedAccounts::Listed(Vec::new()),
            regions: Vec::new(),
            max_tail_lag: SignedDuration::from_hours(3),
            backfill_grace: SignedDuration::from_hours(6),
            fail: Vec::new(),
            warn: Vec::new(),
            controls: Vec::new(),
            accept: Vec::new(),
        }
    }
}

/// What is known and accepted. What is left out fits everything.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accept {
    /// The codes.
    #[serde(deserialize_with = "words::one_or_many")]
    pub(crate) code: Vec<String>,
    #[serde(default, deserialize_with = "words::optional")]
    pub(crate) account: Option<AccountId>,
    #[serde(default, deserialize_with = "words::optional")]
    pub(crate) region: Option<Region>,
    #[serde(default, deserialize_with = "words::optional")]
    pub(crate) trail: Option<TrailName>,
    /// The first day of the time that it may concern.
    #[serde(default, deserialize_with = "words::day")]
    pub(crate) from: Option<Date>,
    /// The last day.
    #[serde(default, deserialize_with = "words::day")]
    pub(crate) to: Option<Date>,
    /// Why.
    pub(crate) reason: String,
    /// The last day on which it is accepted.
    #[serde(default, deserialize_with = "words::day")]
    pub(crate) until: Option<Date>,
}

impl Policy {
    pub(super) fn check(&self) -> Result<(), (String, String)> {
        let accepted = self.accept.iter().map(|accept| ("code", &accept.code));
        for (key, codes) in [("fail", &self.fail), ("warn", &self.warn)]
            .into_iter()
            .chain(accepted)
        {
            for code in codes {
                known_code(code).map_err(|problem| (key.to_owned(), problem))?;
            }
        }
        if let Some(both) = self.fail.iter().find(|code| self.warn.contains(code)) {
            return Err(("warn".to_owned(), format!("{both:?} stands in `fail` too")));
        }
        for name in &self.controls {
            if let Err(error) = Framework::named(name) {
                return Err(("controls".to_owned(), error.to_string()));
            }
        }
        match self
            .accept
            .iter()
            .any(|accept| accept.reason.trim().is_empty())
        {
            true => {
                let problem = "say why it is accepted".to_owned();
                Err(("reason".to_owned(), problem))
            }
            false => Ok(()),
        }
    }
}

fn known_code(word: &str) -> Result<(), String> {
    let codes: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .chain(PolicyCode::ALL.into_iter().map(PolicyCode::as_str))
        .collect();
    if codes.contains(&word) {
        return Ok(());
    }
    let near = near(word, &codes);
    Err(match near.is_empty() {
        true => format!("there is no code {word:?}; trailseal explain --all lists them"),
        false => format!(
            "there is no code {word:?}; did you mean {}?",
            near.join(" or ")
        ),
    })
}
