//! The root, computed while the items pass by.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;

use crate::sha256::Sha256;

/// The hash of one item: SHA-256 of a zero byte and the item.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
pub struct LeafHash(pub(super) Sha256);

impl LeafHash {
    /// The hash of an item.
    pub fn of(item: &[u8]) -> Self {
        Self(prefixed(0, &[item]))
    }
}

/// The hash of a whole list.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RootHash(pub(super) Sha256);

impl RootHash {
    /// Reads 64 lower-case hex digits.
    pub fn parse(hex: &str) -> Option<Self> {
        Sha256::parse(hex).map(Self)
    }
}

impl fmt::Display for RootHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The hash of an inner node.
pub(super) fn node(left: Sha256, right: Sha256) -> Sha256 {
    prefixed(1, &[left.as_bytes(), right.as_bytes()])
}

fn prefixed(first: u8, parts: &[&[u8]]) -> Sha256 {
    let mut context = Context::new(&SHA256);
    context.update(&[first]);
    for part in parts {
        context.update(part);
    }
    Sha256::finish(context)
}

/// Takes the items of a list one after the other, and holds one hash for each
/// binary digit of their number.
#[derive(Clone, Debug, Default)]
pub struct TreeHasher {
    /// The roots of complete subtrees from left to right. Their sizes are the
    /// powers of two that add up to `len`, the largest first.
    subtrees: Vec<Sha256>,
    len: u64,
}

impl TreeHasher {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an item.
    pub fn push(&mut self, leaf: LeafHash) {
        let mut hash = leaf.0;
        // As with adding one to a binary number: each one at its end is carried.
        for _ in 0..self.len.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                hash = node(left, hash);
            }
        }
        self.subtrees.push(hash);
        self.len += 1;
    }

    /// How many items there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The root of the list so far; of an empty one, SHA-256 of nothing.
    pub fn root(&self) -> RootHash {
        let mut smallest_first = self.subtrees.iter().rev().copied();
        let root = match smallest_first.next() {
            None => Sha256::of(b""),
            Some(last) => smallest_first.fold(last, |right, left| node(left, right)),
        };
        RootHash(root)
    }
}

impl Extend<LeafHash> for TreeHasher {
    fn extend<I: IntoIterator<Item = LeafHash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    /// The items of the tests that Certificate Transparency's implementations
    /// share.
    pub(crate) fn items() -> Vec<Vec<u8>> {
        [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        .map(|hex| HEXLOWER.decode(hex.as_bytes()).unwrap())
        .to_vec()
    }

    pub(crate) fn root_of(leaves: &[LeafHash]) -> RootHash {
        let mut hasher = TreeHasher::new();
        hasher.extend(leaves.iter().copied());
        hasher.root()
    }

    /// RFC 6962, section 2.1, to the letter.
    pub(crate) fn naive(leaves: &[LeafHash]) -> Sha256 {
        match leaves {
            [] => Sha256::of(b""),
            [leaf] => leaf.0,
            many => {
                let mut k = 1;
                while k * 2 < many.len() {
                    k *= 2;
                }
                node(naive(&many[..k]), naive(&many[k..]))
            }
        }
    }

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        const ROOTS: [&str; 9] = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut hasher = TreeHasher::new();
        assert_eq!(hasher.root().to_string(), ROOTS[0]);
        for (item, root) in items().iter().zip(&ROOTS[1..]) {
            hasher.push(LeafHash::of(item));
            assert_eq!(&hasher.root().to_string(), root);
            assert_eq!(RootHash::parse(root), Some(hasher.root()));
        }
        assert_eq!(hasher.len(), 8);
    }

    #[test]
    fn memory_grows_with_the_digits_of_the_number() {
        let mut hasher = TreeHasher::new();
        for i in 0..10_000_u32 {
            hasher.push(LeafHash::of(&i.to_be_bytes()));
            assert_eq!(hasher.subtrees.len(), hasher.len().count_ones() as usize);
        }
    }

    proptest! {
        #[test]
        fn any_list_has_the_root_of_the_definition(
            items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 0..200),
        ) {
            let leaves: Vec<_> = items.iter().map(|item| LeafHash::of(item)).collect();
            prop_assert_eq!(root_of(&leaves).0, naive(&leaves));
        }
    }
}
