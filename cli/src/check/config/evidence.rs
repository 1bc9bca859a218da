//! `[evidence]`: a signed bundle of each period.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use serde::Deserialize;
use trailseal_forensics::report::bundle::Include;
use trailseal_forensics::report::case::CaseText;

use super::words;
use crate::check::period::Every;

/// Which bundles are made, and where they are put.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceConfig {
    /// Where they are put: `SOURCE-2026-03`.
    pub(crate) folder: PathBuf,
    #[serde(default)]
    pub(crate) every: Every,
    /// How long after the end of a period its last digests may still come.
    #[serde(default = "wait", deserialize_with = "words::length")]
    pub(crate) wait: SignedDuration,
    /// Which objects are put into a bundle.
    #[serde(default)]
    include_objects: Included,
    /// For whom.
    #[serde(default, deserialize_with = "words::optional")]
    pub(crate) organization: Option<CaseText>,
    /// Why.
    #[serde(default, deserialize_with = "words::optional")]
    pub(crate) purpose: Option<CaseText>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Included {
    #[default]
    None,
    Failed,
    All,
}

/// As long as a backfill may take, and a weekend.
fn wait() -> SignedDuration {
    SignedDuration::from_hours(72)
}

impl EvidenceConfig {
    pub(crate) fn include(&self) -> Include {
        match self.include_objects {
            Included::None => Include::None,
            Included::Failed => Include::Failed,
            Included::All => Include::All,
        }
    }

    /// Makes its path that of the configuration's folder.
    pub(super) fn resolve(&mut self, folder: &Path) {
        self.folder = folder.join(&self.folder);
    }
}
