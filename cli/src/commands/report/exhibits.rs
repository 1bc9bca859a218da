//! What a run says, put down while it goes on: the inventory, the findings, and
//! the objects that are to be in the bundle.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use trailseal_forensics::report::Findings;
use trailseal_forensics::report::bundle::{EVIDENCE, Include, Included, Objects};
use trailseal_forensics::report::check::Limits as FoundLimits;
use trailseal_forensics::report::inventory::{Inventory, Item, Kind, Lines};
use trailseal_verifier::chain::{ChainId, DigestOutcome};
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::limits::Limits;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::Source;
use trailseal_verifier::source::mirror::{About, Copied, Mirror, Stored};
use trailseal_verifier::verdict::{Answer, Finding};
use trailseal_verifier::walk::{Progress, Sink};

/// Objects that a bundle takes: with the files beside them, as many as `report verify`
/// looks at.
const MOST: u64 = FoundLimits::FILES as u64 - 1_000;
/// Lines that wait for their objects at one time.
const AT_ONCE: usize = 256;

/// Which objects go into the bundle, and where.
pub(super) enum Including {
    /// None.
    Nothing,
    /// Those of this policy, into this mirror.
    Into(Include, Box<Mirror>),
}

/// Puts down what a run says.
pub(super) struct Exhibits<'s, S> {
    source: &'s S,
    limits: Limits,
    including: Including,
    lines: Lines<BufWriter<File>>,
    inventory: Inventory,
    waiting: Vec<(Item, Option<ObjectRef>)>,
    included: Included,
    findings: Findings,
    /// Why nothing more can be put down.
    broken: Option<anyhow::Error>,
    progress: Arc<Progress>,
}

/// What was put down.
pub(super) struct PutDown {
    pub(super) objects: Objects,
    pub(super) included: Option<Included>,
    pub(super) findings: Findings,
}

impl<'s, S: Source> Exhibits<'s, S> {
    pub(super) fn new(
        source: &'s S,
        limits: Limits,
        lines: File,
        including: Including,
        progress: Arc<Progress>,
    ) -> Self {
        let policy = match &including {
            Including::Nothing => Include::None,
            Including::Into(policy, _) => *policy,
        };
        Self {
            source,
            limits,
            including,
            lines: Lines::new(BufWriter::new(lines)),
            inventory: Inventory::default(),
            waiting: Vec::new(),
            included: Included {
                policy,
                objects: 0,
                bytes: 0,
                unread: 0,
            },
            findings: Findings::default(),
            broken: None,
            progress,
        }
    }

    /// Notes a digest and what it names.
    pub(super) fn note_digest(&mut self, outcome: &DigestOutcome) {
        let items = self.inventory.digest(outcome);
        let all_verified = items.iter().all(|item| item.answer == Answer::Verified);
        for item in items {
            // A digest is wanted with the logs that it contradicts.
            let wanted = match self.included.policy {
                Include::All => true,
                Include::Failed => match item.kind {
                    Kind::Digest => !all_verified,
                    Kind::Log => item.answer != Answer::Verified,
                },
                Include::None => false,
            };
            self.put(item, wanted);
        }
    }

    /// Notes a finding.
    pub(super) fn note_finding(&mut self, finding: Finding) {
        if let Some(item) = self.inventory.finding(&finding) {
            self.put(item, self.included.policy != Include::None);
        }
        self.findings.note(finding);
    }

    /// Notes a log of which nothing is said.
    pub(super) fn note_unjudged(&mut self, log: &ObjectRef) {
        let item = self.inventory.unjudged(log);
        self.put(item, self.included.policy == Include::All);
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// If anything could not be put down.
    pub(super) fn finish(mut self, at: Timestamp) -> Result<PutDown> {
        self.flush();
        if let Some(error) = self.broken {
            return Err(error);
        }
        let (_, objects) = self.lines.finish().context("the inventory")?;
        let included = match self.including {
            Including::Nothing => None,
            Including::Into(_, mirror) => {
                // What is not in the bundle is no sign of anything.
                mirror.finish(Some(Copied {
                    parts: &[],
                    listed: at.to_zoned(TimeZone::UTC).date(),
                }))?;
                Some(self.included)
            }
        };
        Ok(PutDown {
            objects,
            included,
            findings: self.findings,
        })
    }

    fn put(&mut self, item: Item, wanted: bool) {
        if self.broken.is_some() {
            return;
        }
        let object = (wanted && item.is_there()).then(|| item.object()).flatten();
        self.waiting.push((item, object));
        if self.waiting.len() >= AT_ONCE {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.broken.is_none()
            && let Err(error) = self.flushed()
        {
            self.broken = Some(error);
            self.progress.stop();
        }
    }

    /// Stores the objects that wait, and writes their lines.
    fn flushed(&mut self) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let paths = self.stored(&waiting)?;
        for (mut item, object) in waiting {
            item.included = object.and_then(|object| paths.get(&object).cloned());
            self.lines
                .write(&item)
                .context("the inventory cannot be written")?;
        }
        Ok(())
    }

    /// Stores the objects that wait; where each lies in the bundle.
    fn stored(
        &mut self,
        waiting: &[(Item, Option<ObjectRef>)],
    ) -> Result<BTreeMap<ObjectRef, String>> {
        let Including::Into(_, mirror) = &self.including else {
            return Ok(BTreeMap::new());
        };
        let wanted: BTreeMap<&ObjectRef, &Item> = waiting
            .iter()
            .filter_map(|(item, object)| Some((object.as_ref()?, item)))
            .collect();
        mirror.expect(wanted.keys().copied());
        let (source, limits) = (self.source, &self.limits);
        let store = |(object, item): (&ObjectRef, &Item)| -> Result<_> {
            Ok((object.clone(), store(source, mirror, object, item, limits)?))
        };
        let stored: Vec<(ObjectRef, Option<Placed>)> = wanted
            .into_iter()
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(store)
            .collect::<Result<_>>()?;
        let mut paths = BTreeMap::new();
        for (object, outcome) in stored {
            match outcome {
                Some(Placed { path, new }) => {
                    if let Some(size) = new {
                        self.included.objects += 1;
                        self.included.bytes += size;
                    }
                    paths.insert(object, path);
                }
                None => self.included.unread += 1,
            }
        }
        if self.included.objects > MOST {
            return Err(anyhow!(
                "more objects than a bundle may hold, {MOST}: narrow the time or the accounts, or \
                 include only what is not verified (--include-objects failed)"
            ));
        }
        Ok(paths)
    }
}

/// Where an object is in the bundle.
struct Placed {
    path: String,
    /// Its bytes, if it was not there before.
    new: Option<u64>,
}

/// Stores one object; `None` if it cannot be read any more.
fn store(
    source: &impl Source,
    mirror: &Mirror,
    object: &ObjectRef,
    item: &Item,
    limits: &Limits,
) -> Result<Option<Placed>> {
    let (stored, inflated) = match item.kind {
        Kind::Digest => (limits.digest_stored, limits.digest_inflated),
        Kind::Log => (limits.log_stored, limits.log_inflated),
    };
    let Ok(read) = source.read(object, stored) else {
        return Ok(None);
    };
    if item.answer == Answer::Verified && item.sha256 != content(&read.bytes, inflated) {
        return Err(anyhow!(
            "{object}: it changed while the report was made: run the command again"
        ));
    }
    let mut part = mirror.part()?;
    part.write(&read.bytes)?;
    let size = part.size();
    let about = About {
        metadata: read.metadata,
        ..About::default()
    };
    let new = match mirror.store(part, object, about)? {
        Stored::New => Some(size),
        Stored::Same | Stored::Replaced { .. } => None,
    };
    let path = mirror
        .record(object)?
        .and_then(|record| record.path)
        .unwrap_or_else(|| format!("{}/{}", object.bucket, object.key));
    let path = format!("{EVIDENCE}/{path}");
    Ok(Some(Placed { path, new }))
}

thread_local! {
    static INFLATER: RefCell<Inflater> = RefCell::new(Inflater::new());
}

/// The hash of the inflated content.
fn content(stored: &[u8], limit: u64) -> Option<Sha256> {
    INFLATER.with_borrow_mut(|inflater| inflater.inflate(stored, limit).ok().map(Sha256::of))
}

impl<S: Source> Sink<()> for Exhibits<'_, S> {
    fn digest(&mut self, _: &ChainId, outcome: &DigestOutcome, _: Vec<Option<()>>) {
        self.note_digest(outcome);
    }

    fn finding(&mut self, finding: Finding) {
        self.note_finding(finding);
    }

    fn unjudged(&mut self, log: &ObjectRef) {
        self.note_unjudged(log);
    }
}
