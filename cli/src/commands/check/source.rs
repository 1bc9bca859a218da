//! One source: opened, its passes made.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use trailseal_verifier::chain::ChainId;
use trailseal_verifier::gzip::Inflater;
use trailseal_verifier::hash::Sha256;
use trailseal_verifier::id::AccountId;
use trailseal_verifier::source::{ReadErrorKind, Source};
use trailseal_verifier::walk::{Request, Survey};

use super::super::evidence::{Between, EvidenceArgs, Opened, Plan, Work};
use super::super::scope::ScopeArgs;
use super::args::Args;
use super::plan::SourcePlan;
use crate::check::config::SourceConfig;
use crate::check::day::{start_of, whole};
use crate::check::pass::{AtTip, Collector, Pass, Scope};
use crate::check::settle::unseen_tips;
use crate::exit::Failure;
use crate::ledger::{KnownSource, Tip};

/// How far past a day a pass over it looks: the digest that reaches into the next
/// day is named by the one after it.
const BEYOND: SignedDuration = SignedDuration::from_hours(1);

/// What the passes over a source saw; nothing if they were interrupted.
pub(super) struct Seen {
    pub(super) passes: Vec<Pass>,
    /// What lies where the first pass did not look for a tip.
    pub(super) tips: BTreeMap<ChainId, AtTip>,
}

/// Opens a source and makes the passes that are planned; `None` if the user ended
/// it.
///
/// # Errors
/// If it cannot be opened, or its keys cannot be had.
pub(super) fn look(
    args: &Args,
    source: &SourceConfig,
    known: &KnownSource,
    plan: SourcePlan,
    now: Timestamp,
) -> Result<Option<Seen>, Failure> {
    let mut evidence = evidence(args, source)?;
    evidence.jobs = args.jobs;
    let mut walk = Plan::of(evidence, Between::default(), || now)?;
    walk.request.from = match &plan.scope {
        Scope::Everything(from) => *from,
        Scope::Day(..) | Scope::Fresh(_) => source.start(now),
    };
    if let Scope::Fresh(since) = &plan.scope {
        walk.request.since.clone_from(since);
    }
    walk.request.to = Some(now);
    walk.request.now = Some(now);
    walk.keys_from = plan.units.iter().map(|unit| start_of(unit.day)).min();
    let looking = Looking { known, plan, now };
    walk.open(now, looking)
}

/// What was configured, as if it was typed.
///
/// # Errors
/// If the location is none.
pub(super) fn evidence(args: &Args, source: &SourceConfig) -> Result<EvidenceArgs, Failure> {
    #[cfg(feature = "aws")]
    let (paths, trail_arn) = match source.location.strip_prefix("arn:") {
        Some(_) => {
            let arn = source.location.parse();
            let arn = arn.map_err(|error| Failure::Usage(anyhow::anyhow!("{error}")))?;
            (Vec::new(), Some(arn))
        }
        None => (vec![source.location.clone().into()], None),
    };
    #[cfg(not(feature = "aws"))]
    let (paths, _) = (vec![source.location.clone().into()], args);
    Ok(EvidenceArgs {
        paths,
        keys: source.key_files(),
        scope: ScopeArgs {
            account: Vec::new(),
            region: Vec::new(),
            organization: None,
        },
        trail: Vec::new(),
        bucket: None,
        no_reconcile: false,
        accept_wrong_fingerprints: false,
        jobs: None,
        #[cfg(feature = "aws")]
        live: super::super::evidence::LiveArgs {
            trail_arn,
            concurrency: args.concurrency,
            connection: args.connection.clone(),
        },
    })
}

/// Makes the passes.
struct Looking<'k> {
    known: &'k KnownSource,
    plan: SourcePlan,
    now: Timestamp,
}

impl Work for Looking<'_> {
    type Output = Option<Seen>;

    fn run<S: Source>(self, opened: Opened<'_, S>) -> Result<Option<Seen>, Failure> {
        let Self { known, plan, now } = self;
        let source = opened.source;
        let progress = opened.progress();
        let request = opened.request().clone();
        let mut collector = Collector::new(known);
        let (report, context) = opened.verify(&(), &mut collector);
        if report.interrupted {
            return Ok(None);
        }
        let first = collector.finish(plan.scope, report, source.extent());
        let tips = unseen_tips(known, &first)
            .into_iter()
            .map(|(id, tip)| (id.clone(), at_tip(source, &request, tip)))
            .collect();
        let mut passes = vec![first];
        let mut days: BTreeMap<_, BTreeSet<AccountId>> = BTreeMap::new();
        for unit in plan.units {
            days.entry(unit.day).or_default().insert(unit.account);
        }
        for (day, accounts) in days {
            let request = of_day(&request, day, &accounts, now);
            let survey =
                Survey::of(source, &request).map_err(|error| Failure::CouldNotRun(error.into()))?;
            let mut collector = Collector::new(known);
            let keyring = &context.keyring;
            let report = survey.verify(keyring, &(), &mut collector, &progress);
            if report.interrupted || progress.stopped() {
                return Ok(None);
            }
            passes.push(collector.finish(Scope::Day(day, accounts), report, source.extent()));
        }
        Ok(Some(Seen { passes, tips }))
    }
}

/// The request for some accounts on one day.
fn of_day(
    request: &Request,
    day: jiff::civil::Date,
    accounts: &BTreeSet<AccountId>,
    now: Timestamp,
) -> Request {
    let whole = whole(day);
    let end = whole.end.saturating_add(BEYOND).unwrap_or(Timestamp::MAX);
    Request {
        from: Some(whole.start),
        since: BTreeMap::new(),
        to: Some(end.min(now)),
        accounts: accounts.iter().cloned().collect(),
        ..request.clone()
    }
}

/// What lies where a tip was.
fn at_tip(source: &impl Source, request: &Request, tip: &Tip) -> AtTip {
    if !source.extent().holds(&tip.object) {
        return AtTip::Unread("it is not part of this copy".to_owned());
    }
    let object = match source.read(&tip.object, request.limits.digest_stored) {
        Ok(object) => object,
        Err(error) if error.kind == ReadErrorKind::Absent => return AtTip::Absent,
        Err(error) => return AtTip::Unread(error.to_string()),
    };
    let signature = object.metadata.get("signature").cloned();
    let mut inflater = Inflater::new();
    match inflater.inflate(&object.bytes, request.limits.digest_inflated) {
        Ok(content) => AtTip::Content(Sha256::of(content), signature),
        // No gzip has the hash of a digest.
        Err(_) => AtTip::Content(Sha256::of(&object.bytes), signature),
    }
}
