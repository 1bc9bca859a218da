//! The inventory: every digest and log of a run, one JSON object a line
//! (`objects.jsonl`).
//!
//! ```text
//! {"kind":"digest","bucket":…,"key":…,"answer":"verified","sha256":…,"window":{…},"signature":…}
//! {"kind":"log","bucket":…,"key":…,"answer":"failed","code":"log-hash-mismatch","sha256":…,
//!  "signed":…,"digest":{"bucket":…,"key":…},"included":"data/evidence/BUCKET/KEY"}
//! ```
//!
//! In a report from a case, the lines are what the case holds: logs that had records,
//! the digests that it names as their proof, and objects of findings; a file that lies
//! in no bucket has an empty `bucket`, and its path as `key`.
//!
//! `sha256` is that of the inflated content, `signed` the one that the digest
//! signed for. What is missing has a line, too. The lines are in the order of
//! the run, which depends on the evidence only; each is a leaf of the Merkle tree
//! whose root the statement carries.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use trailseal_keys::Sha256;
use trailseal_keys::merkle::{LeafHash, TreeHasher};
use trailseal_verifier::chain::DigestOutcome;
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::log::LogOutcome;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::verdict::{Answer, Code, Finding, Subject};

use super::bundle::{OBJECTS, Objects};
use crate::provenance::{Location, Origin, Verdict};
use crate::visible::write_line;

/// What an object is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A digest.
    Digest,
    /// A log file.
    Log,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Where it lies, or should.
    #[serde(flatten)]
    pub place: Place,
    /// What was concluded.
    pub answer: Answer,
    /// Why it is not verified; absent where nothing can be said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// The hash of its inflated content.
    pub sha256: Option<Sha256>,
    /// The hash that the digest signed for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<Sha256>,
    /// The digest that vouches for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<Place>,
    /// The time that a digest covers, as it states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Interval>,
    /// The signature in a digest's metadata, in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Where it is in the bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub included: Option<String>,
}

/// Bucket and key.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// The key, verbatim.
    pub key: String,
}

impl From<&ObjectRef> for Place {
    fn from(object: &ObjectRef) -> Self {
        Self {
            bucket: object.bucket.to_string(),
            key: object.key.clone(),
        }
    }
}

impl Item {
    fn new(kind: Kind, object: &ObjectRef, answer: Answer, code: Option<Code>) -> Self {
        Self {
            kind,
            place: object.into(),
            answer,
            code,
            sha256: None,
            signed: None,
            digest: None,
            window: None,
            signature: None,
            included: None,
        }
    }

    fn of_digest(outcome: &DigestOutcome) -> Self {
        let code = outcome.fault.as_ref().map(|fault| fault.code);
        let link = outcome.link.as_ref();
        Self {
            sha256: link.map(|link| link.hash),
            window: link.map(|link| link.window),
            signature: link.and_then(|link| link.stored_signature.clone()),
            ..Self::new(Kind::Digest, &outcome.object, outcome.answer(), code)
        }
    }

    fn of_log(digest: &ObjectRef, outcome: &LogOutcome) -> Self {
        let code = outcome.fault.as_ref().map(|fault| fault.code);
        Self {
            sha256: outcome.hash,
            signed: outcome.signed,
            digest: Some(digest.into()),
            ..Self::new(Kind::Log, &outcome.object, outcome.answer(), code)
        }
    }

    /// Its object; `None` if the bucket's name cannot be one.
    pub fn object(&self) -> Option<ObjectRef> {
        let bucket = self.place.bucket.parse().ok()?;
        Some(ObjectRef::new(bucket, self.place.key.clone()))
    }

    /// Whether there is something to read.
    pub fn is_there(&self) -> bool {
        !matches!(
            self.code,
            Some(Code::DigestAbsent | Code::DigestUnread | Code::LogAbsent | Code::LogUnread)
        )
    }
}

/// Turns what a run says into lines, each object once for each thing said of it.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Logs of the digest at hand whose findings are about to follow.
    told: BTreeSet<ObjectRef>,
}

impl Inventory {
    /// A digest and, if it is verified, the logs it names. Of what an unverified
    /// one names nothing is said yet: another may vouch for it, or a finding
    /// follows.
    pub fn digest(&mut self, outcome: &DigestOutcome) -> Vec<Item> {
        self.told.clear();
        let mut items = vec![Item::of_digest(outcome)];
        if outcome.answer() == Answer::Verified {
            for log in &outcome.logs {
                items.push(Item::of_log(&outcome.object, log));
                if log.fault.is_some() {
                    self.told.insert(log.object.clone());
                }
            }
        }
        items
    }

    /// What a finding says of an object that has no line yet.
    pub fn finding(&mut self, finding: &Finding) -> Option<Item> {
        let Subject::Object(object) = &finding.object else {
            return None;
        };
        let kind = match finding.code {
            Code::DigestAbsent => Kind::Digest,
            code if code.as_str().starts_with("log-") => Kind::Log,
            _ => return None,
        };
        let is_told = kind == Kind::Log && self.told.contains(object);
        // A folder that could not be listed is no object.
        if is_told || object.key.ends_with('/') {
            return None;
        }
        Some(Item::new(kind, object, finding.answer, Some(finding.code)))
    }

    /// A digest that a case names as the proof of a log. It holds nothing else of it.
    pub fn stated_digest(&self, digest: &ObjectRef) -> Item {
        Item::new(Kind::Digest, digest, Answer::Verified, None)
    }

    /// A log that a case holds records of, as it states it.
    pub fn stated_log(&mut self, origin: &Origin) -> Item {
        let (digest, code) = match origin.verdict() {
            Verdict::Verified { digest } => (Some(digest.into()), None),
            Verdict::Unverified { reason } => (None, reason),
        };
        let place = match origin.log() {
            Location::Object(object) => {
                // Its finding follows, and says nothing new.
                if code.is_some() {
                    self.told.insert(object.clone());
                }
                object.into()
            }
            Location::File(path) => Place {
                bucket: String::new(),
                key: path.clone(),
            },
        };
        Item {
            kind: Kind::Log,
            place,
            answer: origin.verdict().answer(),
            code,
            sha256: Some(origin.sha256()),
            signed: None,
            digest,
            window: None,
            signature: None,
            included: None,
        }
    }

    /// A log of which nothing is said.
    pub fn unjudged(&self, log: &ObjectRef) -> Item {
        Item::new(Kind::Log, log, Answer::Unchecked, None)
    }
}

/// Writes lines, and computes the root of their tree.
#[derive(Debug)]
pub struct Lines<W> {
    to: W,
    tree: TreeHasher,
    line: Vec<u8>,
}

impl<W: Write> Lines<W> {
    /// A writer to `to`, which should be buffered.
    pub fn new(to: W) -> Self {
        Self {
            to,
            tree: TreeHasher::new(),
            line: Vec::new(),
        }
    }

    /// Writes one line.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(&mut self, item: &Item) -> io::Result<()> {
        self.line.clear();
        write_line(&mut self.line, item)?;
        self.tree.push(LeafHash::of(&self.line));
        self.line.push(b'\n');
        self.to.write_all(&self.line)
    }

    /// Flushes; what was written to, and what the statement says of it.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self) -> io::Result<(W, Objects)> {
        self.to.flush()?;
        let objects = Objects {
            file: OBJECTS.to_owned(),
            leaves: self.tree.len(),
            root: self.tree.root().to_string(),
            tree: Objects::TREE.to_owned(),
        };
        Ok((self.to, objects))
    }
}

#[cfg(test)]
mod tests {
    use trailseal_verifier::chain::{Fault, Link};
    use trailseal_verifier::layout::DigestKey;

    use super::super::fixture;
    use super::*;

    const DIGEST: &str = "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02/111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_20260302T090713Z.json.gz";

    fn object(key: &str) -> ObjectRef {
        ObjectRef::new("example-trail-logs".parse().unwrap(), key)
    }

    fn log(key: &str, code: Option<Code>) -> LogOutcome {
        LogOutcome {
            object: object(key),
            signed: Some(Sha256::of(b"signed")),
            hash: None,
            verified_bytes: 0,
            fault: code.map(|code| Fault {
                code,
                detail: String::new(),
            }),
        }
    }

    fn digest(fault: Option<Code>) -> DigestOutcome {
        DigestOutcome {
            object: object(DIGEST),
            key: DigestKey::parse(DIGEST).unwrap(),
            fault: fault.map(|code| Fault {
                code,
                detail: String::new(),
            }),
            link: Some(Link {
                object: object(DIGEST),
                window: fixture::two_days(),
                hash: Sha256::of(b"digest"),
                stored_signature: Some("00ff".to_owned()),
                verified: fault.is_none(),
                predecessor: None,
            }),
            logs: vec![log("a", None), log("b", Some(Code::LogAbsent))],
        }
    }

    #[test]
    fn a_log_that_is_missing_has_one_line() {
        let mut inventory = Inventory::default();
        let items = inventory.digest(&digest(None));
        assert_eq!(items.len(), 3);
        assert!(items[1].is_there() && !items[2].is_there());
        let absent = Finding::on(Code::LogAbsent, object("b"), "");
        assert!(inventory.finding(&absent).is_none());
        // Said of another one, and later of the same by another digest.
        assert!(
            inventory
                .finding(&Finding::on(Code::LogUnreferenced, object("c"), ""))
                .is_some()
        );
        inventory.digest(&digest(Some(Code::DigestMoved)));
        assert!(inventory.finding(&absent).is_some());
    }

    #[test]
    fn what_only_an_unverified_digest_names_waits_for_its_finding() {
        let mut inventory = Inventory::default();
        let items = inventory.digest(&digest(Some(Code::DigestSignatureInvalid)));
        assert_eq!(items.len(), 1);
        let unvouched = Finding::on(Code::LogUnvouched, object("a"), "");
        assert_eq!(inventory.finding(&unvouched).unwrap().kind, Kind::Log);
    }

    #[test]
    fn findings_about_anything_else_have_no_line() {
        let mut inventory = Inventory::default();
        let folder = Finding::on(Code::LogUnread, object("AWSLogs/"), "");
        assert!(inventory.finding(&folder).is_none());
        let gap = Finding::on(Code::ChainGap, object(DIGEST), "");
        assert!(inventory.finding(&gap).is_none());
        let absent = Finding::on(Code::DigestAbsent, object(DIGEST), "");
        assert_eq!(inventory.finding(&absent).unwrap().kind, Kind::Digest);
    }

    #[test]
    fn lines_have_the_form_that_is_documented() {
        let mut lines = Lines::new(Vec::new());
        for item in Inventory::default().digest(&digest(None)) {
            lines.write(&item).unwrap();
        }
        let (text, objects) = lines.finish().unwrap();
        let text = String::from_utf8(text).unwrap();
        let first = text.lines().next().unwrap();
        assert!(
            first.starts_with(r#"{"kind":"digest","bucket":"example-trail-logs","key":"AWSLogs/"#),
            "{first}"
        );
        assert!(
            first.contains(r#""answer":"verified","sha256":""#),
            "{first}"
        );
        assert!(
            first.contains(r#""window":{"start":"2026-03-10T00:00:00Z""#),
            "{first}"
        );
        let last = text.lines().last().unwrap();
        assert!(last.contains(r#""answer":"failed","code":"log-absent","sha256":null,"signed":""#));
        assert!(last.contains(r#""digest":{"bucket":"example-trail-logs","key":"AWSLogs"#));
        let mut tree = TreeHasher::new();
        tree.extend(text.lines().map(|line| LeafHash::of(line.as_bytes())));
        assert_eq!((objects.leaves, objects.root), (3, tree.root().to_string()));
    }
}
