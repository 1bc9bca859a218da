//! Events of a case.

use std::ops::ControlFlow;

use trailseal_forensics::case::{Case, CaseError};
use trailseal_forensics::lookup::Filter;

use super::gathered::Gathered;
use super::{Fold, Take};
use crate::exit::Failure;
use crate::interrupt::on_interrupt;

/// Events that are taken together.
const AT_ONCE: u64 = 10_000;

/// Reads the events of a case that fit.
pub(super) fn read<F: Fold>(
    case: &Case,
    filter: &Filter,
    fold: &F,
    take: &mut dyn Take<F::Part>,
) -> Result<Gathered, Failure> {
    let mut gathered = begin(case)?;
    let mut part = fold.begin();
    let mut events = 0;
    let mut broken = None;
    let found = case.events(filter, |event| {
        fold.add(&mut part, &event);
        events += 1;
        if events % AT_ONCE == 0 {
            let whole = std::mem::replace(&mut part, fold.begin());
            broken = take.part(whole).err();
        }
        match broken {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    });
    match (broken, found) {
        (Some(error), _) => return Err(Failure::CouldNotRun(error)),
        (None, Ok(found)) => gathered.undated = found.undated,
        (None, Err(CaseError::Stopped { .. })) => gathered.interrupted = true,
        (None, Err(error)) => return Err(could_not(error)),
    }
    take.part(part).map_err(Failure::CouldNotRun)?;
    Ok(gathered)
}

/// What a case rests on, and what ends a question to it.
pub(super) fn begin(case: &Case) -> Result<Gathered, Failure> {
    let cancel = case.cancel();
    on_interrupt(move || cancel.cancel()).map_err(Failure::CouldNotRun)?;
    Gathered::of_case(case).map_err(could_not)
}

fn could_not(error: CaseError) -> Failure {
    Failure::CouldNotRun(error.into())
}
