//! `trailseal antiforensics`: what blinded or destroyed evidence.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use jiff::Timestamp;
use trailseal_forensics::actor::Actor;
use trailseal_forensics::antiforensics::{Hit, Holding, Holdings, MAX_HITS, Story, classify};
use trailseal_forensics::lookup::{Filter, Fit};
use trailseal_forensics::session::{Graph, Query, Sessions};
use trailseal_forensics::{Event, Provenance};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::verdict::Finding;

use super::page_args::PageArgs;
use super::reading::{Asked, Fold, Gathered, ReadingArgs};
use super::sessions::{Graphing, behind};
use crate::exit::{EXIT_CODES, Exit, Failure};
use crate::render::forensic::{StoryView, story_json, story_text};

const EXAMPLES: &str = "  What was done to the logs and their protection, and by whom?
    trailseal antiforensics ./copy --keys keys.json

  Of one night, for another program:
    trailseal antiforensics ./copy --keys keys.json --from 2026-03-11 --to 2026-03-12 \\
      --format json

Refused attempts are part of the story. Each act lists the findings of the
verifier that it explains; findings that no event explains are listed, too.";

/// Tell what blinded, destroyed or discredited evidence, refused attempts included.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(super) struct Args {
    #[command(flatten)]
    reading: ReadingArgs,

    #[command(flatten)]
    page: PageArgs,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let started = Timestamp::now();
        let asked = self.reading.resolve(started)?;
        let place = self.page.open()?;
        let (scouted, gathered, repeated) = scout(&asked, started)?;
        let Scouted {
            hits,
            records,
            graph,
        } = scouted;
        let story = Story::of(hits, &holdings(gathered.buckets()));
        let findings: Vec<Finding> = gathered.findings().cloned().collect();
        let sessions = graph.resolve();
        let origins = Origins::new(&sessions, &records);
        let view = StoryView {
            story: &story,
            findings: &findings,
            proof: &|hit| origins.proof(hit),
            origin: &|hit| origins.origin(hit),
        };
        let evidence = gathered.summary(repeated, graph.cut().undated);
        place.write_with(
            &evidence,
            started,
            |page| story_text(page, view),
            |about| story_json(view, about),
        )?;
        // That nobody touched the evidence is an answer, if it is verified.
        Ok(gathered.exit(true))
    }
}

/// All hits, and the sessions of all events, whatever narrows the question. A
/// case holds both ready.
fn scout(asked: &Asked, started: Timestamp) -> Result<(Scouted, Gathered, u64), Failure> {
    let stored = asked.stored(|case| {
        let mut scouted = Scouted::of(case.graph()?);
        case.hits(|event, hit| {
            scouted.add(&event, hit, &asked.filter);
            ControlFlow::Continue(())
        })?;
        Ok(scouted)
    })?;
    if let Some((scouted, gathered)) = stored {
        return Ok((scouted, gathered, 0));
    }
    let scouting = Scouting {
        filter: &asked.filter,
        graphing: Graphing::default(),
    };
    let mut all = scouting.begin();
    let gathered = asked.read(started, &scouting, &mut |part: Scouted| {
        all.merge(part);
        Ok(())
    })?;
    Ok((all, gathered, scouting.graphing.repeated()))
}

/// The buckets that were read hold logs, and it is not known that others do not.
pub(super) fn holdings(buckets: &BTreeSet<BucketName>) -> Holdings {
    if buckets.is_empty() {
        return Holdings::default();
    }
    let names = buckets.iter().map(BucketName::as_str);
    Holdings::default().knowing(Holding::LogBucket, names)
}

/// Collects hits, and the sessions that they were made in.
struct Scouting<'f> {
    filter: &'f Filter,
    graphing: Graphing,
}

struct Scouted {
    hits: Vec<Hit>,
    records: Records,
    graph: Graph<Provenance>,
}

/// Where the records of hits lie, and who made them, by their event ids.
type Records = HashMap<String, (Provenance, Option<Query>)>;

impl Scouted {
    fn of(graph: Graph<Provenance>) -> Self {
        Self {
            hits: Vec::new(),
            records: HashMap::new(),
            graph,
        }
    }

    /// Takes what an event does, if the event is asked for.
    fn add(&mut self, event: &Event<'_>, hit: Hit, filter: &Filter) {
        let record = event.record();
        if filter.fits(record) == Fit::No || self.hits.len() >= MAX_HITS {
            return;
        }
        if let Some(id) = &hit.id {
            let actor = Actor::of(record);
            let credential = actor.credential.clone().map(Query::Credential);
            let query = credential.or_else(|| actor.arn.clone().map(Query::Arn));
            self.records
                .insert(id.clone(), (event.provenance().clone(), query));
        }
        self.hits.push(hit);
    }

    fn merge(&mut self, other: Self) {
        let room = MAX_HITS.saturating_sub(self.hits.len());
        self.hits.extend(other.hits.into_iter().take(room));
        for (id, record) in other.records {
            self.records
                .entry(id)
                .and_modify(|own| {
                    if record.0 < own.0 {
                        own.clone_from(&record);
                    }
                })
                .or_insert(record);
        }
        self.graph.merge(other.graph);
    }
}

impl Fold for Scouting<'_> {
    type Part = Scouted;

    fn begin(&self) -> Scouted {
        Scouted::of(self.graphing.begin())
    }

    fn add(&self, part: &mut Scouted, event: &Event<'_>) {
        self.graphing.add(&mut part.graph, event);
        if let Some(hit) = classify(event.record()) {
            part.add(event, hit, self.filter);
        }
    }
}

/// Who stands behind the session of a hit, asked once for each session.
struct Origins<'s> {
    sessions: &'s Sessions<'s, Provenance>,
    records: &'s Records,
    known: RefCell<HashMap<String, Option<String>>>,
}

impl<'s> Origins<'s> {
    fn new(sessions: &'s Sessions<'s, Provenance>, records: &'s Records) -> Self {
        Self {
            sessions,
            records,
            known: RefCell::default(),
        }
    }

    fn record(&self, hit: &Hit) -> Option<&(Provenance, Option<Query>)> {
        self.records.get(hit.id.as_ref()?)
    }

    fn proof(&self, hit: &Hit) -> Option<Provenance> {
        self.record(hit).map(|(proof, _)| proof.clone())
    }

    fn origin(&self, hit: &Hit) -> Option<String> {
        let (_, query) = self.record(hit)?;
        let query = query.as_ref()?;
        let mut known = self.known.borrow_mut();
        let asked = known.entry(query.to_string());
        asked
            .or_insert_with(|| behind(self.sessions, query))
            .clone()
    }
}
