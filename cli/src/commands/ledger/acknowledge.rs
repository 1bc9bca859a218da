//! `trailseal ledger acknowledge`: somebody knows of a finding.

use anyhow::anyhow;
use jiff::Timestamp;
use serde_json::json;

use super::super::check::Signing;
use super::super::keys::PassphraseArgs;
use super::place::{FormArgs, PlaceArgs, could_not};
use crate::check::report::Acknowledgement;
use crate::exit::{Exit, Failure};
use crate::ledger::{Draft, EntryKind, Ledger};
use crate::render::ledger::{LedgerAcknowledgement, acknowledgement_text};
use crate::time_arg::{TimeArg, present};

/// Longest name or reason, in bytes.
const MAX_WORDS: usize = 1_000;

const EXAMPLES: &str = "\
Examples:
  trailseal ledger acknowledge 3f9c0a11d2e4b576 --by ops --why \"change 4711\"
  trailseal ledger acknowledge 3f9c0a11d2e4b576 --by ops --why \"is restored\" --until 2026-06-30

The acknowledgement is a row of the ledger's journal, signed like a check. Until it
ends, or the finding comes back after it was resolved, the finding does not count.";

/// Accept findings that are open: who, why, and until when.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// The ids of the findings, as reports have them.
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Who says so.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// When it counts again; without it, never.
    #[arg(long, value_name = "TIME")]
    until: Option<TimeArg>,
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(flatten)]
    form: FormArgs,
    /// In the place of the clock.
    #[arg(long, value_name = "TIME", hide = true)]
    at: Option<Timestamp>,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let now = self.at.unwrap_or_else(present);
        let acknowledgement = self.acknowledgement(now)?;
        let config = self.place.config()?;
        // There must be one: an acknowledgement makes no ledger.
        drop(Ledger::read(&config.ledger).map_err(could_not)?);
        let Signing { signer, keys } = Signing::of(&config, &self.passphrase)?;
        let form = self.form.open()?;
        let mut ledger = Ledger::open(&config.ledger).map_err(could_not)?;
        ledger.trust(&keys).map_err(could_not)?;
        let writing = ledger.write().map_err(could_not)?;
        let mut open = writing.open_findings().map_err(could_not)?;
        for id in &self.ids {
            let mut fitting = open
                .iter_mut()
                .filter(|it| it.id == *id && it.due.is_none());
            let finding = fitting.next().ok_or_else(|| {
                Failure::Usage(anyhow!(
                    "no finding {id} is open; `trailseal ledger findings` lists those that are"
                ))
            })?;
            finding.acknowledged = Some(acknowledgement.clone());
            writing.finding(finding).map_err(could_not)?;
        }
        let Acknowledgement { by, why, until, .. } = &acknowledgement;
        let draft = Draft {
            kind: EntryKind::Acknowledgement,
            began: now,
            ended: now,
            state: None,
            outcome: None,
            detail: json!({"findings": self.ids, "by": by, "why": why, "until": until}),
        };
        let entry = writing
            .finish(draft, signer.as_deref())
            .map_err(could_not)?;
        let made = LedgerAcknowledgement::of(&entry, self.ids, acknowledgement);
        form.write(&made, acknowledgement_text)?;
        Ok(Exit::Success)
    }

    fn acknowledgement(&self, now: Timestamp) -> Result<Acknowledgement, Failure> {
        for (option, text) in [("--by", &self.by), ("--why", &self.why)] {
            if text.trim().is_empty() || text.len() > MAX_WORDS {
                return Err(Failure::Usage(anyhow!(
                    "{option}: expected 1 to {MAX_WORDS} bytes of text"
                )));
            }
        }
        let until = match self.until {
            None => None,
            Some(TimeArg::At(until)) if until > now => Some(until),
            Some(_) => {
                return Err(Failure::Usage(anyhow!("--until: expected a time to come")));
            }
        };
        Ok(Acknowledgement {
            by: self.by.clone(),
            why: self.why.clone(),
            at: now,
            until,
        })
    }
}
