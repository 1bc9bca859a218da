//! `trailseal ledger verify`: is it as trailseal left it?

use std::path::PathBuf;

use super::super::keys::{KeyArgs, KeyPlace, PassphraseArgs};
use super::place::{FormArgs, PlaceArgs, could_not};
use crate::exit::{Exit, Failure};
use crate::render::ledger::verdict_text;

const EXAMPLES: &str = "\
Examples:
  trailseal ledger verify --key check.pem.pub

Without a key, edits by hand are noticed, but not a ledger that somebody made up or
hashed anew: the answer is then unchecked. An older copy of the same ledger verifies,
too: compare the hash of the newest row with the one in the newest report.

Exit codes:
  0  every row is signed with the key given, and nothing was changed
  1  something was changed, removed or signed by somebody else
  2  usage or configuration
  3  nothing was changed, as far as can be seen without the key
  4  could not run";

/// Notice edits of the ledger: every row of its journal, and what it states.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// The public keys of those that may have signed.
    #[arg(long, value_name = "FILE", value_delimiter = ',')]
    key: Vec<PathBuf>,
    #[command(flatten)]
    form: FormArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let (_, ledger) = self.place.open()?;
        let args = KeyArgs::with(PassphraseArgs::default());
        let public = |path: &PathBuf| KeyPlace::File(path.clone()).public(&args);
        let keys = self.key.iter().map(public).collect::<Result<Vec<_>, _>>()?;
        let verdict = ledger.verify(&keys).map_err(could_not)?;
        self.form.write(&verdict, verdict_text)?;
        Ok(verdict.answer.into())
    }
}
