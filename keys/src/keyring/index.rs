//! From a Region and a fingerprint to keys, in constant time.

use std::collections::HashMap;

use super::trusted_key::TrustedKey;
use crate::fingerprint::Fingerprint;
use crate::region::Region;

/// Positions in a keyring's list of keys.
#[derive(Clone, Debug)]
pub(super) struct Index {
    by_fingerprint: HashMap<Fingerprint, Positions>,
}

/// The keys of one fingerprint.
#[derive(Clone, Debug, Default)]
struct Positions {
    by_region: HashMap<Region, Vec<usize>>,
    every_region: Vec<usize>,
}

impl Index {
    pub(super) fn of(keys: &[TrustedKey]) -> Self {
        let mut by_fingerprint: HashMap<Fingerprint, Positions> = HashMap::new();
        for (position, key) in keys.iter().enumerate() {
            let positions = by_fingerprint.entry(key.fingerprint()).or_default();
            match key.region() {
                Some(region) => positions.by_region.entry(region.clone()).or_default(),
                None => &mut positions.every_region,
            }
            .push(position);
        }
        Self { by_fingerprint }
    }

    /// The positions for a Region, then those for every Region.
    pub(super) fn positions<'i>(
        &'i self,
        region: &Region,
        fingerprint: &str,
    ) -> impl Iterator<Item = usize> + use<'i> {
        let found = fingerprint
            .parse()
            .ok()
            .and_then(|fingerprint: Fingerprint| self.by_fingerprint.get(&fingerprint));
        let of_region = found.and_then(|positions| positions.by_region.get(region));
        let of_every_region = found.map(|positions| &positions.every_region);
        of_region
            .into_iter()
            .chain(of_every_region)
            .flatten()
            .copied()
    }
}
