//! `trailseal prove`: one event, with all that a stranger needs to check it.

mod folder;
mod proof;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use jiff::Timestamp;
use trailseal_forensics::lookup::{Attribute, Criterion, Filter, Fit};
use trailseal_forensics::provenance::Verdict;
use trailseal_forensics::{Event, Provenance};
use trailseal_verifier::chain::DigestOutcome;
use trailseal_verifier::limits::Limits;
use trailseal_verifier::source::Source;
use trailseal_verifier::verdict::Code;

use super::evidence::{Opened, Work};
use super::reading::{Admission, Fold, Reading, ReadingArgs, Take, Walk};
use crate::escape::Printable;
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::new_folder::NewFolder;
use crate::output;
use proof::Proof;

const EXAMPLES: &str = "  The proof of one event, of the night in which it was delivered:
    trailseal prove 86ff9d69-2f2c-4f89-8f2c-2cba1b633260 ./copy --keys keys.json \\
      --from 2026-03-11 --to 2026-03-12 --out stop-logging
    stop-logging/verify.sh

The folder holds the record, its log, the digest that signed for the log, the
digest's signature, the public key, and a script of a few lines that checks them
with openssl. Whoever checks must know from elsewhere that the key is CloudTrail's.";

/// Write the smallest proof of one event that a stranger can check.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    /// The eventID of the event.
    #[arg(value_name = "EVENT-ID")]
    id: String,

    #[command(flatten)]
    reading: ReadingArgs,

    /// The folder to write, which must not be there yet.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let folder = NewFolder::open(&self.out).map_err(Failure::Usage)?;
        let criterion = Criterion::new(Attribute::EventId, &self.id)
            .map_err(|error| Failure::Usage(error.into()))?;
        let asked = self.reading.resolve(started)?;
        let filter = asked.filter.and(criterion);
        let Reading::Walked(plan, _) = asked.reading else {
            return Err(Failure::Usage(anyhow!(
                "a proof is made of verified logs: give a copy or bucket, and --keys FILE"
            )));
        };
        let limits = plan.request.limits;
        let proof = plan.open(
            started,
            Proving {
                id: &self.id,
                filter: &filter,
                limits,
            },
        )?;
        match proof {
            Ok(proof) => {
                folder::write(folder, &proof, started)?;
                let text = proof.summary(&self.out);
                output::print(&text).map_err(Failure::CouldNotRun)?;
                // What is wrong elsewhere in the copy takes nothing from this proof.
                Ok(Exit::Success)
            }
            Err(unproved) => {
                let text = format!("{}\n", Printable(&unproved.detail));
                // Nobody is left to be told if this fails.
                let _ = std::io::stderr().write_all(text.as_bytes());
                Ok(unproved.exit)
            }
        }
    }
}

/// Why there is no proof, though everything was read.
struct Unproved {
    detail: String,
    exit: Exit,
}

/// Looks the event up, and collects what proves it.
struct Proving<'p> {
    id: &'p str,
    filter: &'p Filter,
    limits: Limits,
}

impl Work for Proving<'_> {
    type Output = Result<Proof, Unproved>;

    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<Self::Output, Failure> {
        let source = opened.source;
        let keyring = opened.context.keyring.clone();
        let mut found = Found::default();
        let walk = Walk {
            fold: &ById(self.filter),
            take: &mut found,
            admission: Admission::All,
            limits: self.limits,
        };
        let gathered = walk.run(opened)?;
        match found.the_one(self.id) {
            Ok(one) => Proof::of(one, source, &keyring, &self.limits).map(Ok),
            Err(_) if gathered.interrupted => Ok(Err(Unproved {
                detail: format!("interrupted before event {} was found", self.id),
                exit: Exit::Interrupted,
            })),
            Err(unproved) => Ok(Err(unproved)),
        }
    }
}

struct ById<'f>(&'f Filter);

impl Fold for ById<'_> {
    type Part = Vec<(Provenance, String)>;

    fn begin(&self) -> Self::Part {
        Vec::new()
    }

    fn add(&self, part: &mut Self::Part, event: &Event<'_>) {
        if self.0.fits(event.record()) == Fit::Yes {
            let text = event.record().text().to_owned();
            part.push((event.provenance().clone(), text));
        }
    }
}

/// A record of the event, and the signature of its digest, if the digest that
/// follows states it.
struct Sighted {
    provenance: Provenance,
    record: String,
    supplied: Option<String>,
}

/// Records of the event: copies, and those of several accounts.
#[derive(Default)]
struct Found(Vec<Sighted>);

impl Take<Vec<(Provenance, String)>> for Found {
    fn part(&mut self, part: Vec<(Provenance, String)>) -> Result<()> {
        let sighted = |(provenance, record)| Sighted {
            provenance,
            record,
            supplied: None,
        };
        self.0.extend(part.into_iter().map(sighted));
        Ok(())
    }

    fn digest(&mut self, outcome: &DigestOutcome) {
        let named = outcome
            .link
            .as_ref()
            .and_then(|link| link.predecessor.as_ref());
        let Some(named) = named else { return };
        for sighted in &mut self.0 {
            if let Verdict::Verified { digest } = sighted.provenance.verdict()
                && digest.bucket.as_str() == named.bucket
                && digest.key == named.key
            {
                sighted.supplied.get_or_insert(named.signature.clone());
            }
        }
    }
}

impl Found {
    /// The record to prove: the best proved.
    fn the_one(self, id: &str) -> Result<Sighted, Unproved> {
        let best = self.0.into_iter();
        let Some(best) = best.min_by(|a, b| a.provenance.cmp(&b.provenance)) else {
            return Err(Unproved {
                detail: format!(
                    "no event has the id {id} in what was read: check the id, and --from and --to"
                ),
                exit: Exit::Unchecked,
            });
        };
        let Verdict::Unverified { reason } = best.provenance.verdict() else {
            return Ok(best);
        };
        Err(Unproved {
            detail: format!(
                "event {id} is in {}, which is not verified ({}): nothing proves it",
                best.provenance.origin().log(),
                reason.map_or("no digest covers it", Code::as_str)
            ),
            exit: best.provenance.verdict().answer().into(),
        })
    }
}
