//! The sections of a report, from what was taken out of records.

use std::collections::{BTreeSet, HashMap};

use trailseal_forensics::Provenance;
use trailseal_forensics::actor::CredentialId;
use trailseal_forensics::antiforensics::{Hit, Story};
use trailseal_forensics::report::sections::{Actors, Section, Sections, Sessions, Timeline};
use trailseal_forensics::session::{Query, Use};
use trailseal_forensics::telling::Untrusted;
use trailseal_verifier::id::BucketName;
use trailseal_verifier::verdict::Finding;

use super::super::antiforensics::holdings;
use super::super::sessions::behind;
use super::telling::{Told, Wants};
use crate::render::forensic::{StoryView, acts};
use crate::time_arg::Range;

/// What the sections are about.
pub(super) struct About<'a> {
    pub(super) wants: &'a Wants,
    pub(super) range: Range,
    /// Whether the events are narrowed by anything.
    pub(super) filtered: bool,
    pub(super) buckets: &'a BTreeSet<BucketName>,
    pub(super) findings: &'a [Finding],
}

/// The sections that are wanted.
pub(super) fn sections(told: Told, timeline: Option<Timeline>, about: &About<'_>) -> Sections {
    let Told {
        rosters,
        hits,
        keys,
        graph,
        asked,
        ..
    } = told;
    let wants = about.wants;
    let resolved = wants.has(Section::Sessions).then(|| graph.resolve());
    let ask = |query: &Query| behind(resolved.as_ref()?, query);
    let of_use = |usage: &Use<Provenance>| {
        let actor = &usage.actor;
        let key = actor.credential.clone().map(Query::Credential);
        ask(&key.or_else(|| actor.arn.clone().map(Query::Arn))?)
    };
    let sessions = resolved.as_ref().map(|_| {
        let shown = if about.filtered { &asked } else { &graph };
        Sessions::of(shown, of_use)
    });
    let antiforensics = wants.has(Section::AntiForensics).then(|| {
        let range = about.range;
        let is_asked = |(hit, _): &(Hit, Provenance)| {
            hit.at.is_none_or(|at| {
                range.from.is_none_or(|from| at >= from) && range.to.is_none_or(|to| at < to)
            })
        };
        let hits: Vec<_> = hits.into_iter().filter(is_asked).collect();
        let proofs = proofs(&hits);
        let story = Story::of(
            hits.into_iter().map(|(hit, _)| hit),
            &holdings(about.buckets),
        );
        let proof = |hit: &Hit| proofs.get(hit.id.as_ref()?).cloned();
        let origin = |hit: &Hit| ask(&query(hit, &keys)?);
        acts(StoryView {
            story: &story,
            findings: about.findings,
            proof: &proof,
            origin: &origin,
        })
    });
    Sections {
        antiforensics,
        actors: wants.has(Section::Actors).then(|| Actors::of(rosters)),
        sessions,
        timeline,
    }
}

/// Where the records of acts lie, by their ids; of copies, the best proved.
fn proofs(hits: &[(Hit, Provenance)]) -> HashMap<String, Provenance> {
    let mut proofs: HashMap<String, Provenance> = HashMap::new();
    for (hit, at) in hits {
        let Some(id) = &hit.id else { continue };
        match proofs.get_mut(id) {
            Some(own) if *at < *own => own.clone_from(at),
            Some(_) => {}
            None => {
                proofs.insert(id.clone(), at.clone());
            }
        }
    }
    proofs
}

/// Who did an act: by the key, or by the ARN where that is not known.
fn query(hit: &Hit, keys: &HashMap<String, CredentialId>) -> Option<Query> {
    let key = hit.id.as_ref().and_then(|id| keys.get(id));
    if let Some(key) = key {
        return Some(Query::Credential(key.clone()));
    }
    let Untrusted { text, cut } = &hit.actor;
    let is_whole_arn = *cut == 0 && text.starts_with("arn:");
    is_whole_arn.then(|| Query::parse(text).ok())?
}
