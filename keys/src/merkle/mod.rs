//! The hash of a list, with proofs of its items: the Merkle tree of Certificate
//! Transparency, with SHA-256.
//!
//! The root says in 32 bytes what a list holds and in which order ([RFC 6962,
//! section 2.1]); an inclusion proof of a few hundred bytes shows that one item is
//! in it, to someone who may not see the others ([RFC 9162, section 2.1.3]).
//! Leaves and inner nodes are hashed with different first bytes, so that neither
//! can pose as the other.
//!
//! [RFC 6962, section 2.1]: https://www.rfc-editor.org/rfc/rfc6962#section-2.1
//! [RFC 9162, section 2.1.3]: https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3

mod proof;
mod tree;

pub use proof::{InclusionProof, ProofInvalid};
pub use tree::{LeafHash, RootHash, TreeHasher};
