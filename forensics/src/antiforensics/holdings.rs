//! What is known about where evidence lies.

use std::collections::BTreeSet;

use serde::Serialize;

use super::target::{Target, TargetKind};
use super::technique::Holding;

/// The buckets, keys, log groups and alarms that evidence depends on. Of what
/// nothing was said, nothing is ruled out.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    known: Vec<(Holding, BTreeSet<String>)>,
}

/// Whether an act concerns evidence.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Relevance {
    /// It does not: the bucket is known to hold no logs.
    None,
    /// It does if the bucket, key, group or alarm is one that matters, which
    /// is not known.
    Possible,
    /// It does.
    Certain,
}

impl Holdings {
    /// States all things of one kind, by name or ARN. What is not among them
    /// does not matter.
    #[must_use]
    pub fn knowing<'n>(
        mut self,
        holding: Holding,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        let kind = match holding {
            Holding::LogBucket => TargetKind::Bucket,
            Holding::LogKey => TargetKind::Key,
            Holding::LogGroup => TargetKind::LogGroup,
            Holding::Alarm => TargetKind::Alarm,
        };
        let names = names
            .into_iter()
            .map(|name| Target::of(kind, name, "", "").name);
        let names: BTreeSet<String> = names.collect();
        match self.known.iter_mut().find(|(known, _)| *known == holding) {
            Some((_, all)) => all.extend(names),
            None => self.known.push((holding, names)),
        }
        self
    }

    /// Whether an act on this target, which matters on this condition,
    /// concerns evidence.
    pub(super) fn relevance(&self, condition: Option<Holding>, target: &Target) -> Relevance {
        let Some(holding) = condition else {
            return Relevance::Certain;
        };
        let known = self.known.iter().find(|(known, _)| *known == holding);
        match known {
            // A refused request may not tell its target.
            None => Relevance::Possible,
            Some(_) if target.name.is_empty() => Relevance::Possible,
            Some((_, names)) if names.contains(&target.name) => Relevance::Certain,
            Some(_) => Relevance::None,
        }
    }
}
