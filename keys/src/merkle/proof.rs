//! That one item is in a list, and at which place.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use super::tree::{LeafHash, RootHash, TreeHasher, node};
use crate::sha256::Sha256;

/// The hashes that lead from one item to the root of its list.
///
/// As JSON: `{"index": 2, "size": 7, "path": [hex, …]}`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    /// The item's place, counted from 0.
    index: u64,
    /// How many items the list has.
    size: u64,
    /// The hashes of the neighbouring subtrees, from the item upwards.
    #[serde(deserialize_with = "path")]
    path: Vec<Sha256>,
}

impl InclusionProof {
    /// The longest path: a list has fewer than 2^64 items.
    pub const PATH: usize = 64;

    /// The proof of one item of a list; `None` if the list is shorter.
    ///
    /// It hashes the whole list once. Keep the leaf hashes, 32 bytes an item, or
    /// compute them in a second pass.
    pub fn of(leaves: &[LeafHash], index: usize) -> Option<Self> {
        (index < leaves.len()).then_some(())?;
        let mut path = Vec::new();
        climb(leaves, index, &mut path);
        Some(Self {
            index: u64::try_from(index).ok()?,
            size: u64::try_from(leaves.len()).ok()?,
            path,
        })
    }

    /// The item's place, counted from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many items the list has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Checks that this item is at its place in the list of this root: RFC 9162,
    /// section 2.1.3.2.
    ///
    /// # Errors
    /// [`ProofInvalid`] if it is not, or the list is too short to have the place.
    pub fn verify(&self, leaf: LeafHash, root: RootHash) -> Result<(), ProofInvalid> {
        let (mut place, mut last) = match self.size.checked_sub(1) {
            Some(last) if self.index <= last => (self.index, last),
            _ => return Err(ProofInvalid),
        };
        let mut hash = leaf.0;
        for &neighbour in &self.path {
            if last == 0 {
                return Err(ProofInvalid);
            }
            if place & 1 == 1 || place == last {
                hash = node(neighbour, hash);
                // Levels on which the last subtree has no neighbour to its right.
                while place & 1 == 0 && place != 0 {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(hash, neighbour);
            }
            place >>= 1;
            last >>= 1;
        }
        if last == 0 && hash == root.0 {
            Ok(())
        } else {
            Err(ProofInvalid)
        }
    }
}

/// Adds the neighbours on the way from an item to the root of its list.
fn climb(leaves: &[LeafHash], index: usize, path: &mut Vec<Sha256>) {
    // The largest power of two that is less than the length.
    let Some(depth) = leaves.len().checked_sub(1).and_then(usize::checked_ilog2) else {
        return;
    };
    let (left, right) = leaves.split_at(1 << depth);
    let neighbour = if index < left.len() {
        climb(left, index, path);
        right
    } else {
        climb(right, index - left.len(), path);
        left
    };
    let mut hasher = TreeHasher::new();
    hasher.extend(neighbour.iter().copied());
    path.push(hasher.root().0);
}

/// A path that does not lead from the item to the root, or a place outside the
/// list.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the proof does not lead from this item, at its place, to this root")]
pub struct ProofInvalid;

/// Reads a path, and refuses one that is longer than any.
fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Sha256>, D::Error> {
    let path = Vec::deserialize(deserializer)?;
    if path.len() > InclusionProof::PATH {
        let expected = format!("a path of at most {} hashes", InclusionProof::PATH);
        return Err(D::Error::invalid_length(path.len(), &expected.as_str()));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::merkle::tree::tests::{items, root_of};

    fn leaves(len: u32) -> Vec<LeafHash> {
        (0..len).map(|i| LeafHash::of(&i.to_be_bytes())).collect()
    }

    /// The paths that Certificate Transparency's implementations test with.
    #[test]
    fn paths_are_those_of_certificate_transparency() {
        let leaves: Vec<_> = items().iter().map(|item| LeafHash::of(item)).collect();
        for (size, index, expected) in [
            (1, 0, &[][..]),
            (
                8,
                0,
                &[
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (
                8,
                5,
                &[
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ],
            ),
            (
                3,
                2,
                &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
            ),
            (
                5,
                1,
                &[
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ],
            ),
        ] {
            let list = &leaves[..size];
            let proof = InclusionProof::of(list, index).unwrap();
            let path: Vec<_> = proof.path.iter().map(ToString::to_string).collect();
            assert_eq!(path, expected);
            assert_eq!(proof.verify(list[index], root_of(list)), Ok(()));
        }
    }

    #[test]
    fn every_item_of_every_small_list_is_proved_at_its_place_only() {
        for size in 1..40 {
            let list = leaves(size);
            let root = root_of(&list);
            for (index, leaf) in list.iter().enumerate() {
                let proof = InclusionProof::of(&list, index).unwrap();
                assert_eq!(proof.verify(*leaf, root), Ok(()), "{index} of {size}");
                for (other, leaf) in list.iter().enumerate() {
                    assert_eq!(proof.verify(*leaf, root).is_ok(), other == index);
                    let mut moved = proof.clone();
                    moved.index = u64::try_from(other).unwrap();
                    let moved = moved.verify(list[index], root);
                    assert_eq!(moved.is_ok(), other == index, "{other} of {size}");
                }
            }
            let len = usize::try_from(size).unwrap();
            assert_eq!(InclusionProof::of(&list, len), None);
        }
    }

    #[test]
    fn an_inner_node_is_no_item() {
        let list = leaves(4);
        let inner = InclusionProof {
            index: 0,
            size: 2,
            path: InclusionProof::of(&list, 0).unwrap().path[1..].to_vec(),
        };
        let posing = LeafHash(node(list[0].0, list[1].0));
        assert_eq!(inner.verify(posing, root_of(&list)), Ok(()));
        // Only the hash of two nodes opens it: no bytes have it as a leaf.
        let bytes = [list[0].0.as_bytes().as_slice(), list[1].0.as_bytes()].concat();
        assert_ne!(LeafHash::of(&bytes), posing);
    }

    #[test]
    fn json_round_trips_within_limits() {
        let list = leaves(7);
        let proof = InclusionProof::of(&list, 3).unwrap();
        let json = serde_json::to_string(&proof).unwrap();
        assert_eq!(
            serde_json::from_str::<InclusionProof>(&json).unwrap(),
            proof
        );
        let with = |path: &[String]| {
            let json = serde_json::json!({"index": 0, "size": 1, "path": path});
            serde_json::from_value::<InclusionProof>(json)
        };
        let hash = Sha256::of(b"").to_string();
        assert!(with(&vec![hash.clone(); 64]).is_ok());
        assert!(with(&vec![hash.clone(); 65]).is_err());
        assert!(with(&[hash.to_uppercase()]).is_err());
    }

    proptest! {
        #[test]
        fn large_lists_are_proved(size in 1..3000u32, at in any::<prop::sample::Index>()) {
            let list = leaves(size);
            let index = at.index(list.len());
            let proof = InclusionProof::of(&list, index).unwrap();
            prop_assert_eq!(proof.verify(list[index], root_of(&list)), Ok(()));
        }

        #[test]
        fn no_other_path_leads_to_the_root(
            size in 1..200u32,
            at in any::<prop::sample::Index>(),
            change in 0..4u8,
        ) {
            let list = leaves(size);
            let index = at.index(list.len());
            let mut proof = InclusionProof::of(&list, index).unwrap();
            match change {
                0 => proof.path.push(Sha256::of(b"")),
                1 => prop_assume!(proof.path.pop().is_some()),
                2 => match proof.path.first_mut() {
                    Some(hash) => *hash = Sha256::of(b""),
                    None => prop_assume!(false),
                },
                _ => proof.index = proof.size,
            }
            prop_assert_eq!(proof.verify(list[index], root_of(&list)), Err(ProofInvalid));
        }

        #[test]
        fn no_size_or_place_panics(
            index in any::<u64>(),
            size in any::<u64>(),
            len in 0..=InclusionProof::PATH,
        ) {
            let proof = InclusionProof { index, size, path: vec![Sha256::of(b""); len] };
            prop_assert!(proof.verify(LeafHash::of(b""), RootHash(Sha256::of(b""))).is_err());
        }
    }
}
