//! An answer for the eye: a sentence, then the chain it rests on.

use trailseal_forensics::Provenance;
use trailseal_forensics::session::{Answer, Chain, Deed, Query, Step};
use trailseal_verifier::verdict::Answer as Verdict;

use super::super::name::name;
use super::super::{deed, proof, who};
use super::{end, sentence};
use crate::render::human::word;
use crate::render::page::{Ink, Page};
use crate::render::text::{count, counted, time};

/// So many chains are told step by step; of more the sentences are enough.
const TOLD: usize = 3;
const LABEL: usize = 11;
/// Indents of a step's number and of its text.
const NUMBER: usize = 2;
const STEP: usize = 6;

/// Writes who stands behind what was asked about.
pub(crate) fn whois_text(page: &mut Page, answer: &Answer<Provenance>) {
    let asked = name(&answer.query.to_string());
    match answer.chains.as_slice() {
        [] => not_found(page, &answer.query, &asked),
        [only] => {
            write_sentence(page, &answer.query, only);
            write_chain(page, only);
        }
        several => {
            let all = several.len() as u64 + answer.more;
            let text = format!("{} of {asked}, in order of time", counted(all, "session"));
            page.beside(0, ("SEVERAL", Some(Ink::Strong)), LABEL, &text);
            for chain in several {
                page.line("");
                write_sentence(page, &answer.query, chain);
                if several.len() <= TOLD {
                    write_chain(page, chain);
                } else if let Some(when) = chain.steps.first().and_then(when) {
                    page.hanging(LABEL, LABEL, &when);
                }
            }
            if several.len() > TOLD {
                page.line("");
                let text = "To see the steps and their proof, ask for one of the keys.";
                page.paragraph(LABEL, text);
            }
            if answer.more > 0 {
                let more = counted(answer.more, "more session");
                page.paragraph(LABEL, &format!("And {more}: ask for a shorter time."));
            }
        }
    }
}

fn not_found(page: &mut Page, query: &Query, asked: &str) {
    let text = format!("no record that was read speaks of {asked}");
    page.beside(0, ("NOT FOUND", Some(Ink::Doubtful)), LABEL, &text);
    page.line("");
    page.paragraph(
        2,
        "This does not mean that it was never used. It means that nothing on the evidence below \
         says so.",
    );
    page.heading("WHAT TO DO NEXT", "");
    let mut step = |text: &str| page.beside(2, ("-", None), 2, text);
    step("Widen the time (--from, --to), and read all accounts and Regions.");
    step("Read logs that are not verified too (--allow-unverified); what they say is marked.");
    match query {
        Query::Credential(_) => {
            step(
                "aws sts get-access-key-info tells the account of a key, aws iam \
                 get-access-key-last-used when and where a long-term key was used last.",
            );
            step("Event history keeps management events of 90 days, also where no trail records.");
        }
        Query::Arn(_) | Query::Principal(_) | Query::Name(_) => {
            step(
                "Check the spelling: names are compared letter by letter. trailseal actors lists \
                 everyone on record.",
            );
        }
    }
}

fn write_sentence(page: &mut Page, query: &Query, chain: &Chain<Provenance>) {
    let (worst, _) = sentence::standing(chain);
    let mut text = sentence::whois_sentence(query, chain);
    text.push('.');
    page.beside(0, (word(worst), Some(worst.into())), LABEL, &text);
}

fn write_chain(page: &mut Page, chain: &Chain<Provenance>) {
    page.line("");
    let mut field = |label, text: &str| page.beside(2, (label, None), LABEL, text);
    field("proof", &proof_of(chain));
    field(
        "links",
        &format!(
            "{}: {}",
            deed::confidence(chain.confidence),
            deed::meaning(chain.confidence)
        ),
    );
    field("ends at", end::next(&chain.end));
    for (position, step) in chain.steps.iter().enumerate() {
        page.line("");
        write_step(page, position + 1, step);
    }
}

fn proof_of(chain: &Chain<Provenance>) -> String {
    let records = || chain.steps.iter().flat_map(|step| &step.events);
    let all = counted(records().count() as u64, "record");
    let doubtful = records().filter(|event| event.at.verdict().answer() != Verdict::Verified);
    match doubtful.count() as u64 {
        0 => format!("{all}, each of a verified log"),
        some => {
            let (_, first) = sentence::standing(chain);
            let first = first + 1;
            format!(
                "of {all}, {} not of a verified log, from step {first} on",
                count(some)
            )
        }
    }
}

/// When the session was used.
fn when(step: &Step<Provenance>) -> Option<String> {
    match step.deed {
        Deed::Used { events, .. } => Some(deed::used(events, &step.events)),
        Deed::Issued { .. } => step.events.first().map(|event| time(event.time)),
    }
}

fn write_step(page: &mut Page, number: usize, step: &Step<Provenance>) {
    let label = number.to_string();
    let column = STEP - NUMBER;
    match &step.deed {
        Deed::Used {
            events,
            created,
            behind,
            ..
        } => {
            let actor = step.actor.as_ref();
            let whom = actor.map_or("someone unnamed".to_owned(), who::who);
            let key = actor.and_then(|actor| actor.credential.as_ref());
            let key = key.map_or("a session".to_owned(), |key| name(key.as_str()));
            page.beside(
                NUMBER,
                (&label, None),
                column,
                &format!("{whom} used {key}"),
            );
            let mut times = deed::used(*events, &step.events);
            if let Some(created) = created {
                times.push_str(&format!("; the session began {}", time(*created)));
            }
            page.hanging(STEP, STEP + 2, &times);
            write_notes(page, &deed::notes(behind));
        }
        Deed::Issued {
            by,
            target,
            credential,
            expires,
            subject,
            source_identity,
            contradictory,
        } => {
            let text = deed::issued(*by, step.actor.as_ref(), credential.as_ref(), target);
            page.beside(NUMBER, (&label, None), column, &text);
            let notes = [
                subject.as_ref().map(who::subject),
                source_identity
                    .as_ref()
                    .map(|text| format!("sourceIdentity {}", name(text))),
                expires.map(|at| format!("works until {}", time(at))),
            ];
            write_notes(page, &notes.into_iter().flatten().collect::<Vec<_>>());
            if *contradictory {
                let text = "its records name different parties: one of them is forged";
                page.beside(STEP, ("CONTRADICTORY", Some(Ink::Bad)), 15, text);
            }
        }
    }
    if let Some(link) = step.link {
        let text = format!(
            "tied to step {} by {}",
            number - 1,
            deed::because(link, step)
        );
        page.hanging(STEP, STEP + 2, &text);
    }
    for event in &step.events {
        proof::write_record(page, STEP, event);
    }
}

fn write_notes(page: &mut Page, notes: &[String]) {
    if !notes.is_empty() {
        page.hanging(STEP, STEP + 2, &notes.join("; "));
    }
}
