//! What one run of `trailseal check` concluded, as plain data. Every output
//! (text, JSON, `JUnit`, SARIF, OCSF, ASFF, EMF, `OpenMetrics`, webhook) is a
//! view of it.

use jiff::Timestamp;
use serde::Serialize;
use trailseal_verifier::coverage::Interval;
use trailseal_verifier::report::Tally;
use trailseal_verifier::verdict::Answer;

/// One run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CheckReport {
    /// `urn:trailseal:check:v1`.
    pub(crate) schema: &'static str,
    pub(crate) tool: Tool,
    pub(crate) run: Run,
    /// What the policy makes of everything that is open.
    pub(crate) state: State,
    /// The worst answer of all that is open, whatever the policy accepts.
    pub(crate) outcome: Answer,
    /// What changed since the run before.
    pub(crate) changes: Changes,
    /// The configured sources, in the order of the configuration.
    pub(crate) sources: Vec<SourceReport>,
    /// Everything that is open, and what this run resolved: new ones first,
    /// then by level, source and object.
    pub(crate) findings: Vec<LivingFinding>,
    /// One line a control of the frameworks that the configuration names.
    pub(crate) controls: Vec<ControlState>,
}

/// Who says so.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Tool {
    /// `trailseal`.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

/// The run itself.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Run {
    /// Its row in the ledger, from 1.
    pub(crate) number: u64,
    /// SHA-256 of that row, which covers the row before: hexadecimal.
    pub(crate) hash: String,
    /// The id of the key that signed it, if one did.
    pub(crate) signed_by: Option<String>,
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
    /// When the run before began, if there was one.
    pub(crate) previous: Option<Timestamp>,
    /// Whether everything was checked again.
    pub(crate) full: bool,
}

/// What the policy says. Ordered from best to worst.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Pass,
    Warn,
    Fail,
}

/// How many findings came and went.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Changes {
    pub(crate) new: u64,
    pub(crate) resolved: u64,
    /// Open before and still.
    pub(crate) still_open: u64,
    /// Of those open, how many somebody acknowledged or the policy accepts.
    pub(crate) accepted: u64,
}

/// One configured source.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SourceReport {
    /// Its name in the configuration.
    pub(crate) name: String,
    /// `s3://bucket/prefix`, the trail's ARN or the folder.
    pub(crate) location: String,
    pub(crate) state: State,
    pub(crate) outcome: Answer,
    /// Why nothing was verified there, if nothing could be.
    pub(crate) error: Option<String>,
    /// What was verified because it is new.
    pub(crate) fresh: Tally,
    /// What was verified again.
    pub(crate) again: Tally,
    /// Days of accounts verified again, of all that there are.
    pub(crate) rechecked_days: u64,
    pub(crate) known_days: u64,
    pub(crate) chains: Vec<ChainStatus>,
}

/// One chain, as the ledger knows it after the run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ChainStatus {
    /// The chain as findings name it.
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) trail: String,
    /// Where the newest verified digest ends.
    pub(crate) tip: Option<Timestamp>,
    /// Seconds from there to the start of the run.
    pub(crate) lag_seconds: Option<i64>,
    /// Seconds of time that are proved, failed, and neither.
    pub(crate) proved_seconds: u64,
    pub(crate) failed_seconds: u64,
    pub(crate) unproved_seconds: u64,
}

/// A finding and its life.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct LivingFinding {
    /// Stable over runs: hexadecimal, the first 16 digits of a SHA-256 over
    /// source, code, subject and chain.
    pub(crate) id: String,
    /// The source's name in the configuration.
    pub(crate) source: String,
    /// The verifier's code, or `policy-…`: see `explain`.
    pub(crate) code: String,
    pub(crate) answer: Answer,
    /// What the policy makes of it.
    pub(crate) level: Level,
    pub(crate) life: Life,
    /// The object, where it is about one: `s3://bucket/key`.
    pub(crate) object: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) chain: Option<String>,
    /// The time that is affected.
    pub(crate) window: Option<Interval>,
    /// In one sentence, what was found.
    pub(crate) detail: String,
    /// What the reader can do next.
    pub(crate) next_step: String,
    pub(crate) first_seen: Timestamp,
    pub(crate) last_seen: Timestamp,
    pub(crate) acknowledged: Option<Acknowledgement>,
}

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// It fails the check.
    Fail,
    /// It is told, and the check passes.
    Warn,
    /// Somebody acknowledged it, or the policy accepts it.
    Accepted,
}

/// Where a finding stands.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Life {
    /// This run saw it first.
    New,
    /// Seen before, and not gone.
    Open,
    /// This run looked again and found it gone.
    Resolved,
}

/// Who accepted a finding.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Acknowledgement {
    pub(crate) by: String,
    pub(crate) why: String,
    pub(crate) at: Timestamp,
    /// When it counts again.
    pub(crate) until: Option<Timestamp>,
}

/// What a run says about a control.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ControlState {
    /// As `report --controls` spells it.
    pub(crate) framework: String,
    /// The control's number.
    pub(crate) id: String,
    pub(crate) title: String,
    /// As in the evidence report: nothing passes without evidence.
    pub(crate) state: String,
    /// Findings that speak against it, by id.
    pub(crate) findings: Vec<String>,
}
