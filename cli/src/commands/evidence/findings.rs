//! Findings that are kept, where there may be any number.

use std::collections::BTreeMap;

use trailseal_verifier::verdict::{Code, Finding};

/// Findings of one code that are kept.
const KEPT: usize = 1_000;

/// The first findings of each code: one kind must not crowd out another.
#[derive(Default)]
pub(in super::super) struct Findings(BTreeMap<Code, Vec<Finding>>);

impl Findings {
    /// Keeps a finding if there is room.
    pub(in super::super) fn note(&mut self, finding: Finding) {
        let alike = self.0.entry(finding.code).or_default();
        if alike.len() < KEPT {
            alike.push(finding);
        }
    }

    /// By code, each in the order of the run.
    pub(in super::super) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.values().flatten()
    }
}
