//! Makes a bundle: one run over the evidence, then its files.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use jiff::{SignedDuration, Timestamp};
use trailseal_forensics::Record;
use trailseal_forensics::lookup::Filter;
use trailseal_forensics::report::bundle::{
    EVIDENCE, Include, KEYS, OBJECTS, REPORT_HTML, REPORT_JSON, REPORT_PDF,
};
use trailseal_forensics::report::case::Case;
use trailseal_forensics::report::control::Framework;
use trailseal_forensics::report::page::Page;
use trailseal_forensics::report::{Attachment, Evidence};
use trailseal_forensics::timeline::Keep;
use trailseal_forensics::visible::write_indented;
use trailseal_keys::timestamp::TimeStamp;
use trailseal_verifier::report::Report;
use trailseal_verifier::source::Source;
use trailseal_verifier::source::mirror::Mirror;

use super::super::evidence::{Opened, Work};
use super::super::lines::Fitting;
use super::super::reading::{Admission, Asked, Reading, Verification, Walk};
use super::args::{CaseArgs, EventsArg, MakeArgs};
use super::bundle::Bundle;
use super::events::{Both, Gathered, Wanted};
use super::evidence::{Parts, sources};
use super::exhibits::{Exhibits, Including, PutDown};
use super::signing::Signature;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::render::{Context, bundle_line};

impl MakeArgs {
    /// Makes the bundle.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn run(self, out: &Path) -> Result<Exit, Failure> {
        let made = self.at.unwrap_or_else(Timestamp::now);
        let signature = self.signing.open()?;
        #[cfg(feature = "aws")]
        let authority = self.authority.open()?;
        #[cfg(feature = "aws")]
        let stamp = |bundle: &Path| authority.as_ref().map(|it| it.stamp(bundle));
        #[cfg(not(feature = "aws"))]
        let stamp = |_: &Path| None;
        let forms = match self.events.as_slice() {
            [] if self.reading.names_events() => vec![EventsArg::Jsonl, EventsArg::Csv],
            forms => forms.to_vec(),
        };
        let Asked {
            reading,
            filter,
            filtered,
            ..
        } = self.reading.resolve(made)?;
        let Reading::Walked(mut plan, admission) = reading else {
            return Err(Failure::Usage(anyhow!(
                "a report is made of logs that are verified: give --keys FILE"
            )));
        };
        if forms.is_empty() {
            // Nothing is looked for in logs that came later.
            plan.request.late = SignedDuration::ZERO;
        }
        let bundle = Bundle::open(out).map_err(Failure::Usage)?;
        let include = Include::from(self.include_objects);
        let could_not = |error: anyhow::Error| Failure::CouldNotRun(error);
        let making = Making {
            lines: bundle.inventory().map_err(could_not)?,
            including: including(include, &bundle).map_err(could_not)?,
            events: (!forms.is_empty()).then_some((&filter, admission)),
            limits: plan.request.limits,
            made,
        };
        let outcome = plan.open(made, making)?;
        let events = Wanted { forms, filtered };
        let written = Writing {
            made,
            case: self.case.into(),
            controls: self.controls,
            sources: sources(plan.copy()).map_err(could_not)?,
            events,
            signature: &signature,
            stamp: &stamp,
        }
        .write(bundle, outcome)
        .with_context(|| format!("{}: cannot be written", out.display()))
        .map_err(Failure::CouldNotRun)?;
        let Written { evidence, stamped } = written;
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
}

/// What a bundle says besides what the run concluded.
struct Writing<'w> {
    made: Timestamp,
    case: Case,
    controls: Vec<Framework>,
    sources: Vec<Attachment>,
    events: Wanted,
    signature: &'w Signature,
    /// Asks for a time stamp of a bundle, if one is wanted.
    stamp: &'w dyn Fn(&Path) -> Option<Result<TimeStamp>>,
}

/// A bundle that is in its place.
struct Written {
    evidence: Evidence,
    /// What came of asking for a time stamp.
    stamped: Option<Result<TimeStamp>>,
}

impl Writing<'_> {
    /// Writes the files, and puts the bundle in its place.
    fn write(self, mut bundle: Bundle, made: Made) -> Result<Written> {
        let Made {
            report,
            context,
            put_down,
            gathered,
        } = made;
        bundle.take(OBJECTS)?;
        if put_down.included.is_some() {
            bundle.take_evidence()?;
        }
        bundle.put(KEYS, context.keyring.to_json()?.as_bytes())?;
        let events = match gathered {
            Some(gathered) => Some(gathered.write(&mut bundle, &self.events)?),
            None => None,
        };
        let evidence = Evidence::from(Parts {
            made: self.made,
            case: self.case,
            signature: self.signature.signed_by(),
            report,
            context,
            put_down,
            events,
            controls: self.controls,
            sources: self.sources,
            attachments: bundle.attachments(),
        });
        views(&mut bundle, &evidence)?;
        let framed = bundle.frame(&evidence, self.signature)?;
        let stamped = (self.stamp)(framed.path());
        framed.finish()?;
        Ok(Written { evidence, stamped })
    }
}

/// The report in every form.
fn views(bundle: &mut Bundle, evidence: &Evidence) -> Result<()> {
    let mut json = Vec::new();
    write_indented(&mut json, evidence)?;
    json.push(b'\n');
    bundle.put(REPORT_JSON, &json)?;
    let page = Page::of(evidence);
    bundle.put(REPORT_HTML, page.html().as_bytes())?;
    bundle.put(REPORT_PDF, &page.pdf(evidence.made)?)
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

/// The run over the evidence.
struct Making<'m> {
    lines: File,
    including: Including,
    /// Which events are wanted, if any.
    events: Option<(&'m Filter, Admission)>,
    limits: trailseal_verifier::limits::Limits,
    made: Timestamp,
}

/// What comes of it.
struct Made {
    report: Report,
    context: Context,
    put_down: PutDown,
    gathered: Option<Gathered>,
}

impl Work for Making<'_> {
    type Output = Made;

    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<Made, Failure> {
        let progress = opened.progress();
        let mut exhibits = Exhibits::new(
            opened.source,
            self.limits,
            self.lines,
            self.including,
            progress,
        );
        let (report, context, gathered) = match self.events {
            None => {
                let (report, context) = opened.verify(&(), &mut exhibits);
                (report, context, None)
            }
            Some((filter, admission)) => {
                let mut gathered = Gathered::new();
                let walk = Walk {
                    fold: &Fitting {
                        fits: &|record: &Record<'_>| filter.fits(record),
                        keep: Keep::Row,
                    },
                    take: &mut Both {
                        exhibits: &mut exhibits,
                        gathered: &mut gathered,
                    },
                    admission,
                    limits: self.limits,
                };
                let read = walk.run(opened)?;
                gathered.unread = read.records.unread;
                let Some(Verification {
                    report, context, ..
                }) = read.verification
                else {
                    return Err(Failure::CouldNotRun(anyhow!("nothing was verified")));
                };
                (report, context, Some(gathered))
            }
        };
        let put_down = exhibits.finish(self.made).map_err(Failure::CouldNotRun)?;
        Ok(Made {
            report,
            context,
            put_down,
            gathered,
        })
    }
}
