//! A chain in one sentence.

use trailseal_forensics::Provenance;
use trailseal_forensics::actor::{Actor, CredentialId};
use trailseal_forensics::session::{Chain, Confidence, Deed, Query, Step};
use trailseal_verifier::verdict::Answer;

use super::super::deed;
use super::super::name::name;
use super::super::proof::of_step;
use super::super::who::{self, who};
use super::end;

/// Who stands behind what was asked about, in one sentence without its full
/// stop: `ASIA… was session run of role Deploy (…), assumed by user …`. It says
/// so if it rests on records that nothing vouches for, or on weak links.
pub(crate) fn whois_sentence(query: &Query, chain: &Chain<Provenance>) -> String {
    let Some((first, rest)) = chain.steps.split_first() else {
        return format!("of {} nothing is known", name(&query.to_string()));
    };
    let mut text = hedge(chain.confidence).to_owned();
    let (worst, doubtful) = standing(chain);
    let mut caution = Some(caution(worst)).filter(|words| !words.is_empty());
    // What begins with an event speaks of whoever asked for it, too.
    let begun = usize::from(matches!(first.deed, Deed::Issued { .. }));
    if doubtful <= begun {
        text.push_str(caution.take().unwrap_or_default());
    }
    text.push_str(&beginning(query, first, rest.first()));
    for (position, step) in rest.iter().enumerate() {
        let Deed::Issued { by, .. } = &step.deed else {
            continue;
        };
        let how = deed::came_about(*by);
        let asker = asker(step, rest.get(position + 1));
        // The clause speaks of this step and the next.
        let caution = caution.take_if(|_| doubtful <= position + 2);
        text.push_str(&format!(", {}{how} {asker}", caution.unwrap_or_default()));
    }
    text.push_str(&end::clause(&chain.end, chain.steps.last()));
    text
}

/// The worst answer of a chain's records, and the first step that is not
/// verified.
pub(super) fn standing(chain: &Chain<Provenance>) -> (Answer, usize) {
    let answers = || chain.steps.iter().map(of_step);
    let worst = answers().max().unwrap_or(Answer::Unchecked);
    let first = answers().position(|answer| answer != Answer::Verified);
    (worst, first.unwrap_or(chain.steps.len()))
}

fn hedge(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Strong => "",
        Confidence::Likely => "likely, ",
        Confidence::Weak => "perhaps, ",
    }
}

fn caution(worst: Answer) -> &'static str {
    match worst {
        Answer::Verified => "",
        Answer::Unchecked => "if records that nothing vouches for are believed, ",
        Answer::Failed => "if records of logs that failed are believed, ",
    }
}

fn beginning(query: &Query, first: &Step<Provenance>, next: Option<&Step<Provenance>>) -> String {
    let asked_by_key = matches!(query, Query::Credential(_));
    match &first.deed {
        Deed::Used { .. } => {
            let Some(actor) = &first.actor else {
                return format!("{} was used", name(&query.to_string()));
            };
            match &actor.credential {
                Some(key) if asked_by_key && key.is_long_term() => {
                    format!("{} is a key of {}", name(key.as_str()), who(actor))
                }
                Some(key) if asked_by_key => format!("{} was {}", name(key.as_str()), who(actor)),
                _ => holder(actor),
            }
        }
        Deed::Issued {
            by,
            target,
            credential,
            ..
        } => {
            let whom = who::target(target);
            let what = match credential {
                Some(key) => format!(
                    "{} was issued to {whom} and not used on record",
                    name(key.as_str())
                ),
                None => format!("{whom} did nothing on record"),
            };
            format!("{what}, {} {}", deed::came_about(*by), asker(first, next))
        }
    }
}

/// Who asked for something: the session that did, or who the event says.
fn asker(step: &Step<Provenance>, next: Option<&Step<Provenance>>) -> String {
    let session = next
        .filter(|next| matches!(next.deed, Deed::Used { .. }))
        .and_then(|next| next.actor.as_ref());
    match session.or(step.actor.as_ref()) {
        Some(actor)
            if actor
                .credential
                .as_ref()
                .is_some_and(CredentialId::is_long_term) =>
        {
            holder(actor)
        }
        Some(actor) => who(actor),
        None => "someone unnamed".to_owned(),
    }
}

fn holder(actor: &Actor) -> String {
    match &actor.credential {
        Some(key) => format!("{} with key {}", who(actor), name(key.as_str())),
        None => who(actor),
    }
}
