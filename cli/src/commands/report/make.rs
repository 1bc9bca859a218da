//! Makes a bundle: one run over the evidence, or what a case states, then its files.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use trailseal_forensics::report::bundle::{
    EVIDENCE, Include, KEYS, OBJECTS, OSCAL, REPORT_HTML, REPORT_JSON, REPORT_PDF,
};
use trailseal_forensics::report::case::Case;
use trailseal_forensics::report::control::Framework;
use trailseal_forensics::report::oscal::assessment_results;
use trailseal_forensics::report::page::Page;
use trailseal_forensics::report::sections::Section;
use trailseal_forensics::report::{Attachment, Evidence, Keys};
use trailseal_forensics::visible::write_indented;
use trailseal_keys::timestamp::TimeStamp;
use trailseal_verifier::source::mirror::Mirror;

use super::super::lines::waiting;
use super::super::reading::Reading;
use super::args::{CaseArgs, EventsArg, MakeArgs, SectionArg};
#[cfg(feature = "aws")]
use super::authority::Authority;
use super::bundle::Bundle;
use super::events::Wanted;
use super::evidence::{Parts, sources};
use super::exhibits::Including;
use super::run::{Made, Making};
use super::sections::{About, sections};
use super::signing::Signature;
#[cfg(feature = "aws")]
use super::stamp::Stampable;
use super::stated;
use super::telling::Wants;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::render::bundle_line;
use crate::time_arg::Range;

/// Who wants a bundle.
#[derive(Clone, Copy, Debug)]
pub(super) enum Manner<'m> {
    /// Somebody at a terminal: what was proved until it was interrupted, too.
    Typed,
    /// Another command: whole or not at all, with a file beside the report, its name
    /// and what it holds.
    Ordered(&'m (&'static str, Vec<u8>)),
}

impl MakeArgs {
    /// Makes the bundle, and says so.
    ///
    /// # Errors
    /// If there is none, or it lacks the time stamp that was asked for.
    pub(super) fn run(self, out: &Path) -> Result<Exit, Failure> {
        let Written { evidence, stamped } = self.make(out, Manner::Typed)?;
        let time = stamped.as_ref().and_then(|stamped| stamped.as_ref().ok());
        output::print(&bundle_line(&evidence, out, time)).map_err(Failure::CouldNotRun)?;
        if let Some(Err(error)) = stamped {
            let kept = format!(
                "{}: is there, signed and without a time stamp",
                out.display()
            );
            return Err(Failure::CouldNotRun(error.context(kept)));
        }
        Ok(if evidence.report.interrupted {
            Exit::Interrupted
        } else {
            evidence.outcome().into()
        })
    }

    /// Makes the bundle.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn make(self, out: &Path, manner: Manner<'_>) -> Result<Written, Failure> {
        let made = self.at.unwrap_or_else(Timestamp::now);
        let signature = self.signing.open()?;
        #[cfg(feature = "aws")]
        let authority = self.authority.open()?;
        #[cfg(feature = "aws")]
        let stamp = |bundle: &Path| {
            let stamp = |it: &Authority| it.stamp(&Stampable::Folder(bundle.to_owned()));
            authority.as_ref().map(stamp)
        };
        #[cfg(not(feature = "aws"))]
        let stamp = |_: &Path| None;
        let forms = match self.events.as_slice() {
            [] if self.reading.names_events() => vec![EventsArg::Jsonl, EventsArg::Csv],
            forms => forms.to_vec(),
        };
        let mut asked = self.reading.resolve(made)?;
        let wants = Wants {
            sections: wanted_sections(&self.sections, &forms),
            files: !forms.is_empty(),
        };
        if let Reading::Walked(plan, _) = &mut asked.reading
            && !wants.need_records()
        {
            // Nothing is looked for in logs that came later.
            plan.request.late = SignedDuration::ZERO;
        }
        let include = Include::from(self.include_objects);
        let could_not = |error: anyhow::Error| Failure::CouldNotRun(error);
        let wanted = Wanted {
            wants,
            forms,
            filtered: asked.filtered,
        };
        let mut bundle = Bundle::open(out).map_err(Failure::Usage)?;
        if let Manner::Ordered((name, bytes)) = manner {
            bundle.put(name, bytes).map_err(could_not)?;
        }
        let waiting = Arc::new(waiting()?);
        let outcome = match &asked.reading {
            Reading::Walked(plan, admission) => {
                let making = Making {
                    lines: bundle.inventory().map_err(could_not)?,
                    including: including(include, &bundle).map_err(could_not)?,
                    filter: &asked.filter,
                    admission: *admission,
                    wanted: &wanted,
                    waiting: Arc::clone(&waiting),
                    limits: plan.request.limits,
                    made,
                };
                plan.open(made, making)?
            }
            Reading::Case(_) if include != Include::None => {
                return Err(Failure::Usage(anyhow!(
                    "a case holds records, and not the objects: --include-objects needs the logs"
                )));
            }
            Reading::Case(case) => {
                let lines = bundle.inventory().map_err(could_not)?;
                stated::made(case, &asked, &wanted, &waiting, lines, made)?
            }
            Reading::Bare(_) => {
                return Err(Failure::Usage(anyhow!(
                    "a report is made of logs that are verified, or of a case: give --keys FILE"
                )));
            }
        };
        if outcome.report.interrupted && matches!(manner, Manner::Ordered(_)) {
            return Err(could_not(anyhow!("interrupted before it was whole")));
        }
        Writing {
            made,
            case: self.case.into(),
            controls: self.controls,
            oscal: self.oscal,
            sources: sources(&asked.reading).map_err(could_not)?,
            wanted,
            range: asked.range,
            signature: &signature,
            stamp: &stamp,
        }
        .write(bundle, outcome)
        .with_context(|| format!("{}: cannot be written", out.display()))
        .map_err(Failure::CouldNotRun)
    }
}

/// Those that were asked for; if none was named, those that any reader expects:
/// what was done to the evidence, and who acts in events that are there.
fn wanted_sections(asked: &[SectionArg], forms: &[EventsArg]) -> Vec<Section> {
    let mut sections: Vec<Section> = match asked {
        [] if forms.is_empty() => vec![Section::AntiForensics],
        [] => vec![Section::AntiForensics, Section::Actors],
        asked => asked
            .iter()
            .filter_map(|section| section.meaning())
            .collect(),
    };
    sections.sort_unstable();
    sections.dedup();
    sections
}

/// What a bundle says besides what the run concluded.
struct Writing<'w> {
    made: Timestamp,
    case: Case,
    controls: Vec<Framework>,
    /// Whether the controls are written for other programs, too.
    oscal: bool,
    sources: Vec<Attachment>,
    wanted: Wanted,
    range: Range,
    signature: &'w Signature,
    /// Asks for a time stamp of a bundle, if one is wanted.
    stamp: &'w dyn Fn(&Path) -> Option<Result<TimeStamp>>,
}

/// A bundle that is in its place.
pub(super) struct Written {
    pub(super) evidence: Evidence,
    /// What came of asking for a time stamp.
    stamped: Option<Result<TimeStamp>>,
}

impl Writing<'_> {
    /// Writes the files, and puts the bundle in its place.
    fn write(self, mut bundle: Bundle, made: Made) -> Result<Written> {
        let Made {
            basis,
            report,
            command,
            input,
            filters,
            keyring,
            put_down,
            gathered,
        } = made;
        bundle.take(OBJECTS)?;
        if put_down.included.is_some() {
            bundle.take_evidence()?;
        }
        if let Some(keyring) = &keyring {
            bundle.put(KEYS, keyring.to_json()?.as_bytes())?;
        }
        let shown = gathered.write(&mut bundle, &self.wanted)?;
        let sections = sections(
            shown.told,
            shown.timeline,
            &About {
                wants: &self.wanted.wants,
                range: self.range,
                filtered: self.wanted.filtered,
                buckets: &report.scope.buckets.iter().cloned().collect(),
                findings: &put_down.findings.kept,
            },
        );
        let evidence = Evidence::from(Parts {
            made: self.made,
            case: self.case,
            signature: self.signature.signed_by(),
            basis,
            report,
            command,
            input,
            filters,
            keys: keyring.as_ref().map(Keys::from).unwrap_or_default(),
            put_down,
            sections,
            events: shown.events,
            controls: self.controls,
            sources: self.sources,
            attachments: bundle.attachments(),
        });
        views(&mut bundle, &evidence)?;
        if self.oscal {
            let report = bundle.sha256(REPORT_JSON).context(REPORT_JSON)?;
            put_json(&mut bundle, OSCAL, &assessment_results(&evidence, report))?;
        }
        let framed = bundle.frame(&evidence, self.signature)?;
        let stamped = (self.stamp)(framed.path());
        framed.finish()?;
        Ok(Written { evidence, stamped })
    }
}

/// The report in every form.
fn views(bundle: &mut Bundle, evidence: &Evidence) -> Result<()> {
    put_json(bundle, REPORT_JSON, evidence)?;
    let page = Page::of(evidence);
    bundle.put(REPORT_HTML, page.html().as_bytes())?;
    bundle.put(REPORT_PDF, &page.pdf(evidence.made)?)
}

fn put_json(bundle: &mut Bundle, name: &str, value: &impl Serialize) -> Result<()> {
    let mut json = Vec::new();
    write_indented(&mut json, value)?;
    json.push(b'\n');
    bundle.put(name, &json)
}

fn including(include: Include, bundle: &Bundle) -> Result<Including> {
    Ok(match include {
        Include::None => Including::Nothing,
        Include::All | Include::Failed => {
            Including::Into(include, Box::new(Mirror::open(&bundle.path(EVIDENCE))?))
        }
    })
}

impl From<CaseArgs> for Case {
    fn from(args: CaseArgs) -> Self {
        Self {
            number: args.case_number,
            examiner: args.examiner,
            organization: args.examiner_organization,
            purpose: args.purpose,
        }
    }
}
