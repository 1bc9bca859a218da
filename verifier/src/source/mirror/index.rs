//! A map of hashes that takes no more memory than what is in it: a hash map of a
//! million entries takes twice that, and three times while it grows.

use std::collections::BTreeMap;

/// Entries that wait to be sorted in.
const RECENT: usize = 1 << 15;

/// Values by key, in a sorted list; what came last is in a map beside it.
#[derive(Debug)]
pub(super) struct Index<K, V> {
    sorted: Vec<(K, V)>,
    /// `None`: it was removed.
    recent: BTreeMap<K, Option<V>>,
}

impl<K, V> Default for Index<K, V> {
    fn default() -> Self {
        Self {
            sorted: Vec::new(),
            recent: BTreeMap::new(),
        }
    }
}

impl<K: Copy + Ord, V: Copy> Index<K, V> {
    /// The value of a key.
    pub(super) fn find(&self, key: K) -> Option<V> {
        if let Some(recent) = self.recent.get(&key) {
            return *recent;
        }
        let at = self.sorted.binary_search_by(|(other, _)| other.cmp(&key));
        at.ok().and_then(|at| self.sorted.get(at)).map(|it| it.1)
    }

    /// Puts a value there, whatever was there before.
    pub(super) fn put(&mut self, key: K, value: V) {
        self.change(key, Some(value));
    }

    /// Removes what is there.
    pub(super) fn remove(&mut self, key: K) {
        self.change(key, None);
    }

    fn change(&mut self, key: K, value: Option<V>) {
        self.recent.insert(key, value);
        if self.recent.len() >= RECENT {
            self.sort_in();
        }
    }

    fn sort_in(&mut self) {
        let recent = std::mem::take(&mut self.recent);
        self.sorted.retain(|(key, _)| !recent.contains_key(key));
        let values = recent.into_iter();
        self.sorted
            .extend(values.filter_map(|(key, value)| Some((key, value?))));
        self.sorted.sort_unstable_by_key(|(key, _)| *key);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map(changes in prop::collection::vec((0..50_u64, any::<Option<u32>>()), 0..200)) {
            let (mut index, mut map) = (Index::default(), BTreeMap::new());
            for (number, (key, value)) in changes.into_iter().enumerate() {
                match value {
                    Some(value) => {
                        index.put(key, value);
                        map.insert(key, value);
                    }
                    None => {
                        index.remove(key);
                        map.remove(&key);
                    }
                }
                if number % 7 == 0 {
                    index.sort_in();
                }
            }
            for key in 0..50 {
                prop_assert_eq!(index.find(key), map.get(&key).copied());
            }
        }
    }
}
