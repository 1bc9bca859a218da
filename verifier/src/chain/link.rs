//! What the fold knows of one digest.

use data_encoding::HEXLOWER_PERMISSIVE;

use crate::coverage::Interval;
use crate::digest::DigestClaims;
use crate::hash::Sha256;
use crate::layout::DigestKey;
use crate::object::ObjectRef;
use crate::verdict::{Code, Finding};

/// A digest as its neighbours see it.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it lies.
    pub object: ObjectRef,
    /// Its window, as it states it; an unverified one ends at its stamp.
    pub window: Interval,
    /// The hash of its inflated bytes.
    pub hash: Sha256,
    /// The signature in its metadata, in hex.
    pub stored_signature: Option<String>,
    /// Whether it is verified; otherwise all of this is only a claim.
    pub verified: bool,
    /// The digest it says comes before it; `None` if it starts a chain.
    pub predecessor: Option<ClaimedPredecessor>,
}

/// What a digest says of the one before it, verbatim.
#[derive(Clone, Debug)]
pub struct ClaimedPredecessor {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// The hash of its inflated bytes, in hex.
    pub hash: String,
    /// Its signature, in hex.
    pub signature: String,
}

impl Link {
    /// What these claims say about neighbours.
    pub fn new(
        object: &ObjectRef,
        key: &DigestKey,
        claims: &DigestClaims<'_>,
        stored_signature: Option<&String>,
        verified: bool,
    ) -> Self {
        Self {
            object: object.clone(),
            window: if verified {
                Interval::new(claims.start, claims.end)
            } else {
                // Its own word for its end would let it reach into any future.
                let end = key.stamp.instant();
                Interval::new(claims.start.min(end), end)
            },
            hash: claims.hash,
            stored_signature: stored_signature.cloned(),
            verified,
            predecessor: claims.previous.as_ref().map(|previous| ClaimedPredecessor {
                bucket: previous.bucket.clone().into_owned(),
                key: previous.object.clone().into_owned(),
                hash: previous.hash.clone().into_owned(),
                signature: previous.signature.clone().into_owned(),
            }),
        }
    }
}

impl ClaimedPredecessor {
    /// Whether this is the object it means.
    pub fn is(&self, object: &ObjectRef) -> bool {
        self.key == object.key && self.bucket == object.bucket.as_str()
    }

    /// Its object, if the bucket's name is possible at all.
    pub fn object(&self) -> Option<ObjectRef> {
        Some(ObjectRef::new(self.bucket.parse().ok()?, self.key.clone()))
    }

    /// Its key taken apart, if it is that of a digest.
    pub fn digest_key(&self) -> Option<DigestKey> {
        DigestKey::parse(&self.key)
    }

    /// Compares the digest that was found with what its successor, `later`,
    /// says of it.
    pub fn compare(&self, found: &Link, later: &ObjectRef) -> Option<Finding> {
        if Sha256::parse(&self.hash) != Some(found.hash) {
            let detail = format!(
                "states that the digest before it has hash {}, but {} has {}",
                self.hash, found.object, found.hash
            );
            return Some(Finding::on(Code::LinkHashMismatch, later.clone(), detail));
        }
        let stored = found.stored_signature.as_ref()?;
        let decoded = |hex: &str| HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok();
        let same = self.signature == *stored
            || decoded(&self.signature).is_some_and(|stated| Some(stated) == decoded(stored));
        (!same).then(|| {
            let detail = format!(
                "states another signature for {} than the one in that object's metadata",
                found.object
            );
            Finding::on(Code::LinkSignatureMismatch, later.clone(), detail)
        })
    }
}
