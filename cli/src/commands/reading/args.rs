//! What can be typed about events, the same for every command that reads them.

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};
use trailseal_forensics::case::{Case, CaseError};
use trailseal_forensics::lookup::{Attribute, Criterion, Filter};

use super::super::evidence::{Between, EvidenceArgs, Plan};
use super::bare::Files;
use super::{Admission, Fold, Gathered, Reading, Take, stored};
use crate::exit::Failure;
use crate::time_arg::{ACCEPTED, Range, TimeArg};

/// How long after an event the log that holds it may have been delivered.
/// CloudTrail delivers within minutes; what comes later than this is not read
/// where the time is narrowed.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// Which events, of which evidence.
#[derive(Debug, clap::Args)]
pub(in super::super) struct ReadingArgs {
    #[command(flatten)]
    evidence: EvidenceArgs,

    /// Read logs that are not verified too, and mark their events. Without --keys, PATH may
    /// then be any file or folder of records.
    #[arg(long)]
    allow_unverified: bool,

    /// Only events at this time or later.
    #[arg(long, value_name = "TIME", help_heading = "Which events")]
    #[arg(long_help = format!("Only events at this time or later: {ACCEPTED}."))]
    from: Option<TimeArg>,

    /// Only events before this time; forms as for --from.
    #[arg(long, value_name = "TIME", help_heading = "Which events")]
    to: Option<TimeArg>,

    /// Only what these did: names, ARNs or ids of users, roles or who stands behind them.
    #[arg(long, value_name = "WHO", help_heading = "Which events")]
    actor: Vec<String>,

    /// Only what was done in these sessions: their names or ARNs.
    #[arg(long, value_name = "SESSION", help_heading = "Which events")]
    session: Vec<String>,

    /// Only what was signed with these access keys.
    #[arg(long, value_name = "KEY-ID", help_heading = "Which events")]
    key: Vec<String>,

    /// Only what came from these addresses: 203.0.113.77, 203.0.113.0/24, or a service's name.
    #[arg(long, value_name = "ADDRESS", help_heading = "Which events")]
    ip: Vec<String>,

    /// Only what was done to these: ARNs, or names that the request or answer spells.
    #[arg(long, value_name = "NAME", help_heading = "Which events")]
    resource: Vec<String>,

    /// Only these events: CreateAccessKey, Delete*.
    #[arg(long, value_name = "NAME", help_heading = "Which events")]
    event: Vec<String>,

    /// Only events that say so: any attribute of LookupEvents (EventId, EventName, ReadOnly,
    /// AccessKeyId, EventSource, ResourceName, ResourceType, Username), or ErrorCode, Address,
    /// Account, Region, Actor, Session, UserAgent, EventCategory, Text. `*` stands for any text.
    #[arg(
        long,
        short = 'a',
        value_name = "NAME=VALUE",
        help_heading = "Which events"
    )]
    attribute: Vec<Criterion>,
}

/// What the arguments mean.
pub(in super::super) struct Asked {
    pub(in super::super) reading: Reading,
    pub(in super::super) filter: Filter,
    /// The time that was asked for.
    pub(in super::super) range: Range,
    /// Whether that leaves out anything.
    pub(in super::super) filtered: bool,
}

impl ReadingArgs {
    /// All events of some evidence.
    pub(in super::super) fn of_all(evidence: EvidenceArgs, between: Between) -> Self {
        Self {
            evidence,
            allow_unverified: false,
            from: between.from,
            to: between.to,
            actor: Vec::new(),
            session: Vec::new(),
            key: Vec::new(),
            ip: Vec::new(),
            resource: Vec::new(),
            event: Vec::new(),
            attribute: Vec::new(),
        }
    }

    /// Whether anything but time narrows the events.
    pub(in super::super) fn names_events(&self) -> bool {
        let named = [
            &self.actor,
            &self.session,
            &self.key,
            &self.ip,
            &self.resource,
            &self.event,
        ];
        !self.attribute.is_empty() || named.iter().any(|values| !values.is_empty())
    }

    /// What these arguments mean.
    ///
    /// # Errors
    /// [`Failure::Usage`] if they contradict each other.
    pub(in super::super) fn resolve(self, started: Timestamp) -> Result<Asked, Failure> {
        let range = Range::resolve(self.from, self.to, || started)
            .map_err(|inverted| Failure::Usage(inverted.into()))?;
        let mut filter =
            Filter::between(range.from, range.to).map_err(|error| Failure::Usage(error.into()))?;
        let mut filtered = range.from.is_some() || range.to.is_some();
        let named = [
            (Attribute::Actor, &self.actor),
            (Attribute::Session, &self.session),
            (Attribute::AccessKeyId, &self.key),
            (Attribute::Address, &self.ip),
            (Attribute::ResourceName, &self.resource),
            (Attribute::EventName, &self.event),
        ];
        for (attribute, values) in named {
            for value in values {
                let criterion = Criterion::new(attribute, value)
                    .map_err(|error| Failure::Usage(error.into()))?;
                filter = filter.and(criterion);
                filtered = true;
            }
        }
        for criterion in self.attribute {
            filter = filter.and(criterion);
            filtered = true;
        }
        let admission = if self.allow_unverified {
            Admission::All
        } else {
            Admission::Verified
        };
        let between = Between {
            from: self.from,
            to: self.to,
        };
        let is_copy = self.evidence.is_copy();
        let reading = if let Some(case) = self.evidence.case()? {
            Reading::Case(Box::new(case))
        } else if is_copy && self.evidence.keys.is_empty() {
            if !self.allow_unverified {
                return Err(Failure::Usage(anyhow!(
                    "events are read from verified logs, and a copy is verified with public keys: \
                     give --keys FILE; or read files that nothing vouches for, and mark their \
                     events, with --allow-unverified"
                )));
            }
            Reading::Bare(Files(self.evidence.paths))
        } else {
            let mut plan = Plan::of(self.evidence, between, || started)?;
            plan.request.late = LATE;
            Reading::Walked(Box::new(plan), admission)
        };
        Ok(Asked {
            reading,
            filter,
            range,
            filtered,
        })
    }
}

impl Asked {
    /// Reads everything; what does not fit is the fold's to leave out.
    ///
    /// # Errors
    /// As [`Reading::read`].
    pub(in super::super) fn read<F: Fold>(
        &self,
        started: Timestamp,
        fold: &F,
        take: &mut dyn Take<F::Part>,
    ) -> Result<Gathered, Failure> {
        let gathered = self.reading.read(started, &self.filter, fold, take)?;
        Ok(Gathered {
            range: (self.range.from, self.range.to),
            ..gathered
        })
    }

    /// What a case holds ready, if it is a case that is asked.
    ///
    /// # Errors
    /// It is damaged, or was stopped.
    pub(in super::super) fn stored<T>(
        &self,
        load: impl FnOnce(&Case) -> Result<T, CaseError>,
    ) -> Result<Option<(T, Gathered)>, Failure> {
        let Reading::Case(case) = &self.reading else {
            return Ok(None);
        };
        let gathered = stored::begin(case)?;
        match load(case) {
            Ok(loaded) => Ok(Some((loaded, gathered))),
            Err(error) => Err(Failure::CouldNotRun(error.into())),
        }
    }
}
