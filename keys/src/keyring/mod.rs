//! Keyrings: the public keys that a check may use, and where they came from.
//!
//! A keyring is read from files, each in one of two forms: the output of
//! `aws cloudtrail list-public-keys` as it is, or [our own](KEYRING_SCHEMA),
//! which also says for which Region each key was fetched, by whom and when.
//! `load` reads the files; everything else works on bytes.
//!
//! **A keyring is trusted input**: whoever can change it decides what verifies.
//! It is read with limits and precise errors all the same, and its files are
//! listed with their SHA-256 in [`Keyring::sources`].
//!
//! Absent on purpose: fetching keys, and any judgement on when a key was used
//! (see [`Validity`](crate::Validity)).

mod aws_cli;
mod entry;
mod error;
mod index;
mod load;
mod native;
mod parse;
mod policy;
mod source;
mod time;
mod trusted_key;
mod warning;

pub use error::{EntryProblem, FileProblem, KeyringError};
pub use native::KEYRING_SCHEMA;
pub use parse::Limits;
pub use policy::FingerprintPolicy;
pub use source::{KeySource, Provenance};
pub use trusted_key::TrustedKey;
pub use warning::KeyringWarning;

use std::path::PathBuf;

use index::Index;

use crate::region::Region;

/// Public keys by Region and fingerprint, in an order that depends on the keys
/// only. Built once, then asked for every digest, from any number of threads.
#[derive(Clone, Debug)]
pub struct Keyring {
    keys: Vec<TrustedKey>,
    index: Index,
    sources: Vec<KeySource>,
    warnings: Vec<KeyringWarning>,
}

impl Keyring {
    /// Reads files of keys. Of a directory, every `<region>.json` is read, and its
    /// keys serve that Region only; a file that is named itself serves every
    /// Region, unless its content says which.
    ///
    /// # Errors
    ///
    /// [`KeyringError`] when a file cannot be read or is refused, when a `.json`
    /// file in a directory is not named for a Region, or when there is no key in
    /// any of them: nothing could be checked.
    pub fn load(paths: &[PathBuf], policy: FingerprintPolicy) -> Result<Self, KeyringError> {
        load::load(paths, policy)
    }

    /// Reads the keys in `bytes`, the content of one file. `origin` names it in
    /// errors and reports. `region` is the Region that every key in it serves, if
    /// that is known from elsewhere.
    ///
    /// The result may hold no key at all; a [`KeyringWarning::NoKeys`] says so.
    ///
    /// # Errors
    ///
    /// [`KeyringError`] naming `origin` and, for one key, its place in the list.
    pub fn parse(
        bytes: &[u8],
        origin: &str,
        region: Option<&Region>,
        policy: FingerprintPolicy,
    ) -> Result<Self, KeyringError> {
        parse::parse(bytes, origin, region, policy)
    }

    /// Joins keyrings. A key listed twice for one Region, with the same validity,
    /// is kept once; with another validity it is kept twice, so that neither
    /// listing is altered.
    ///
    /// # Errors
    ///
    /// [`FileProblem::TooManyKeys`] when they hold more than [`Limits::KEYS`],
    /// naming the source that went over.
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Result<Self, KeyringError> {
        let mut whole = Self::of(Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            whole.keys.extend(part.keys);
            whole.sources.extend(part.sources);
            whole.warnings.extend(part.warnings);
            if whole.keys.len() > Limits::KEYS {
                return Err(KeyringError::File {
                    origin: whole
                        .sources
                        .pop()
                        .map(|last| last.origin)
                        .unwrap_or_default(),
                    problem: FileProblem::TooManyKeys {
                        found: whole.keys.len(),
                    },
                });
            }
        }
        Ok(Self::of(whole.keys, whole.sources, whole.warnings))
    }

    fn of(
        mut keys: Vec<TrustedKey>,
        sources: Vec<KeySource>,
        warnings: Vec<KeyringWarning>,
    ) -> Self {
        // Stable: of keys listed twice, the first source's is kept.
        keys.sort_by(|a, b| a.identity().cmp(&b.identity()));
        keys.dedup_by(|later, first| later.identity() == first.identity());
        let index = Index::of(&keys);
        Self {
            keys,
            index,
            sources,
            warnings,
        }
    }

    /// The keys that may have signed a digest of `region` which names
    /// `fingerprint`: those of the Region first, then those that serve every
    /// Region. Usually one; a text that is no fingerprint has none.
    pub fn candidates<'k>(
        &'k self,
        region: &Region,
        fingerprint: &str,
    ) -> impl Iterator<Item = &'k TrustedKey> + use<'k> {
        self.index
            .positions(region, fingerprint)
            .filter_map(|position| self.keys.get(position))
    }

    /// Every key, ordered by Region (those that serve every Region first) and
    /// fingerprint.
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// Whether there is no key, so that nothing can be checked.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The files that the keys came from, in the order given. A report prints
    /// them: this is what the verdicts rest on.
    pub fn sources(&self) -> &[KeySource] {
        &self.sources
    }

    /// What is doubtful about the keys and was let pass, in the order found.
    pub fn warnings(&self) -> &[KeyringWarning] {
        &self.warnings
    }

    /// Writes the keys in [our own form](KEYRING_SCHEMA), sorted and indented, so
    /// that the same keys give the same bytes. Reading it back gives the same keys,
    /// Regions and provenance; origins and warnings are those of the new file.
    ///
    /// # Errors
    ///
    /// None that is known of: the error of the JSON writer is passed on.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        native::write(&self.keys)
    }
}

#[cfg(test)]
mod tests;
