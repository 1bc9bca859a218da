//! An object that is not what was signed for, and what was.

use crate::chain::ClaimedPredecessor;
use crate::hash::Sha256;
use crate::layout::DigestKey;
use crate::object::ObjectRef;
use crate::verdict::Code;

/// An object to be searched for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where it lies, or should.
    pub object: ObjectRef,
    /// What is wrong with what lies there now.
    pub code: Code,
    /// The same in words.
    pub detail: String,
    /// What proves the right content.
    pub signed: Signed,
    /// The verified digest that names it, if one does.
    pub named_by: Option<ObjectRef>,
}

/// What proves the right content of an object.
#[derive(Clone, Debug)]
pub enum Signed {
    /// A log: a verified digest states the hash of its inflated content.
    Log(Sha256),
    /// A digest: its own signature; and where a verified successor names it,
    /// what that states.
    Digest(Box<DigestKey>, Option<Stated>),
}

/// What a verified digest states of its predecessor.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stated {
    /// The hash of its inflated bytes.
    pub hash: Sha256,
    /// Its signature, in hex.
    pub signature: String,
}

/// A digest that a verified one names as its predecessor.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) object: ObjectRef,
    pub(super) key: DigestKey,
    pub(super) stated: Stated,
    pub(super) by: ObjectRef,
}

impl Named {
    /// What `by`, a verified digest, says; `None` if it cannot be a digest of
    /// CloudTrail's.
    pub(super) fn of(predecessor: &ClaimedPredecessor, by: &ObjectRef) -> Option<Self> {
        Some(Self {
            object: predecessor.object()?,
            key: predecessor.digest_key()?,
            stated: Stated {
                hash: Sha256::parse(&predecessor.hash)?,
                signature: predecessor.signature.clone(),
            },
            by: by.clone(),
        })
    }

    /// The search for it.
    pub(super) fn wanted(self, code: Code, detail: String) -> Wanted {
        Wanted {
            object: self.object,
            code,
            detail,
            signed: Signed::Digest(Box::new(self.key), Some(self.stated)),
            named_by: Some(self.by),
        }
    }
}

impl Wanted {
    /// The hash that was signed for, if that is known.
    pub fn signed_hash(&self) -> Option<Sha256> {
        match &self.signed {
            Signed::Log(hash) => Some(*hash),
            Signed::Digest(_, stated) => stated.as_ref().map(|stated| stated.hash),
        }
    }

    /// Whether it is a digest that no verified one names.
    pub(super) fn is_unnamed(&self) -> bool {
        matches!(self.signed, Signed::Digest(_, None))
    }

    /// Adds what a verified digest states of it, if it is a digest.
    pub(super) fn state(&mut self, named: Stated, by: ObjectRef) {
        if let Signed::Digest(_, stated) = &mut self.signed {
            *stated = Some(named);
            self.named_by = Some(by);
        }
    }
}
