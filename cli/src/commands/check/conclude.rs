//! What the sources amount to together: what is new, open and resolved, and who is
//! missing or not expected.

use trailseal_verifier::verdict::Code;

use super::run::{Checking, Done};
use crate::check::PolicyCode;
use crate::check::accounts::Accounts;
use crate::check::assemble::Checked;
use crate::check::expected::expected;
use crate::check::life::{Lives, live};
use crate::check::observed::Observed;
use crate::check::report::Life;
use crate::check::settle::Settled;
use crate::check::unexpected::unexpected;
use crate::ledger::{KnownFinding, KnownSource};

impl Checking<'_> {
    /// What became of what was open, and what is new.
    pub(super) fn conclude(&self, mut looked: Vec<Done>) -> (Vec<Checked>, Lives) {
        self.expect(&mut looked);
        for Done { checked, settled } in &mut looked {
            if let Some(settled) = settled {
                self.compare(&checked.name, settled);
            }
        }
        let mut all = Lives::default();
        let mut checked = Vec::new();
        for Done {
            checked: source,
            settled,
        } in looked
        {
            let own = self.open_of(&source.name).cloned();
            match settled {
                Some(settled) => {
                    let lives = live(own.collect(), &settled, &source.name, self.now);
                    all.told.extend(lives.told);
                    all.pending.extend(lives.pending);
                    all.forgotten.extend(lives.forgotten);
                }
                // Of what could not be read nothing changes.
                None => {
                    let (pending, told): (Vec<_>, Vec<_>) =
                        own.partition(|finding| finding.due.is_some());
                    all.pending.extend(pending);
                    all.told
                        .extend(told.into_iter().map(|finding| (finding, Life::Open)));
                }
            }
            checked.push(source);
        }
        (checked, all)
    }

    fn open_of(&self, source: &str) -> impl Iterator<Item = &KnownFinding> {
        let of = move |finding: &&KnownFinding| finding.source == source;
        self.open.iter().filter(of)
    }

    /// Adds the accounts and Regions that are expected and that have no digests; or
    /// that nobody said which are. They are said of the first source that was read.
    fn expect(&self, looked: &mut [Done]) {
        let known: Vec<&KnownSource> = looked.iter().map(|done| &done.checked.known).collect();
        let missing = expected(&self.accounts, &self.config.policy, &known, self.now);
        let blind = looked.iter().any(|done| done.settled.is_none());
        let mut read = looked
            .iter_mut()
            .filter_map(|done| Some((&done.checked.name, done.settled.as_mut()?)));
        let Some((name, settled)) = read.next() else {
            return;
        };
        for observed in missing {
            let id = observed.id(name);
            // Perhaps they are in a source that could not be read.
            if !blind || self.open.iter().any(|finding| finding.id == id) {
                settled.observed.entry(id).or_insert(observed);
            }
        }
        if let Accounts::Unasked(why) = &self.accounts {
            let observed = Observed::unasked(why);
            settled.observed.insert(observed.id(name), observed);
        }
    }

    /// Adds the accounts and Regions that a source has and that are not expected.
    fn compare(&self, source: &str, settled: &mut Settled) {
        if matches!(self.accounts, Accounts::Unasked(_)) {
            // What was said of accounts stays, until it is known better.
            settled.looked.cut.extend([
                Code::NoDigests.as_str(),
                PolicyCode::AccountUnexpected.as_str(),
                PolicyCode::RegionUnexpected.as_str(),
            ]);
        }
        let policy = &self.config.policy;
        for observed in unexpected(&self.accounts, policy, settled, self.open_of(source)) {
            let id = observed.id(source);
            settled.observed.entry(id).or_insert(observed);
        }
    }
}
