//! Pages of ListObjectVersions: keys in the order of their bytes, and of each
//! key the newest version first.
//!
//! Format reference: Amazon S3 API reference, `ListObjectVersions`.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::Version;
use super::list::{bound, first, past, rolled};

/// What is asked of a listing of versions.
#[derive(Debug)]
pub(crate) struct VersionListing<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
    pub(crate) key_marker: Option<&'a str>,
    /// With it, the key of the marker is gone on with behind this version.
    pub(crate) version_marker: Option<&'a str>,
    pub(crate) limit: usize,
}

/// A page of versions, delete markers and common prefixes, in order.
#[derive(Debug, Default)]
pub(crate) struct VersionPage {
    pub(crate) items: Vec<VersionItem>,
    pub(crate) truncated: bool,
}

#[derive(Debug)]
pub(crate) enum VersionItem {
    Version {
        key: String,
        version: Version,
        is_latest: bool,
    },
    Prefix(String),
}

impl VersionListing<'_> {
    pub(super) fn page(&self, keys: &BTreeMap<String, Vec<Version>>) -> VersionPage {
        let mut page = VersionPage::default();
        if self.limit == 0 {
            return page;
        }
        let mut from = self.first();
        'seek: loop {
            for (key, versions) in keys.range::<str, _>((bound(&from), Bound::Unbounded)) {
                if !key.starts_with(self.prefix) {
                    break 'seek;
                }
                if let Some(rolled) = rolled(key, self.prefix, self.delimiter) {
                    if page.is_full(self.limit) {
                        break 'seek;
                    }
                    from = past(rolled);
                    page.items.push(VersionItem::Prefix(rolled.to_owned()));
                    continue 'seek;
                }
                let passed = self.passed(key, versions);
                for (age, version) in versions.iter().rev().enumerate().skip(passed) {
                    if page.is_full(self.limit) {
                        break 'seek;
                    }
                    page.items.push(VersionItem::Version {
                        key: key.clone(),
                        version: version.clone(),
                        is_latest: age == 0,
                    });
                }
            }
            break;
        }
        page
    }

    fn first(&self) -> Bound<String> {
        match (self.key_marker, self.version_marker) {
            (Some(key), Some(_)) if key >= self.prefix => Bound::Included(key.to_owned()),
            (after, _) => first(self.prefix, self.delimiter, after),
        }
    }

    /// How many versions of this key earlier pages held.
    fn passed(&self, key: &str, versions: &[Version]) -> usize {
        match self.version_marker {
            Some(id) if self.key_marker == Some(key) => versions
                .iter()
                .rev()
                .position(|version| version.id == id)
                .map_or(versions.len(), |at| at + 1),
            _ => 0,
        }
    }
}

impl VersionPage {
    fn is_full(&mut self, limit: usize) -> bool {
        self.truncated = self.items.len() == limit;
        self.truncated
    }
}
