//! Who stands behind a credential, and what followed from it.
//!
//! Some events issue a credential ([`Issue`]), all others use one ([`Use`]).
//! A [`Graph`] collects both from records in any order, in parts if need be;
//! [`Graph::resolve`] ties each use to the event that issued its credential and
//! each issue to the session that asked for it. [`Sessions::whois`] then walks
//! back to a person or machine, [`Sessions::trace`] forward to everything that
//! followed. Each step names its events, and says what it rests on ([`Basis`])
//! and how far that carries ([`Confidence`]).
//!
//! What is referred to is the caller's choice: `R` is a small reference to the
//! record's place and proof.
//!
//! Reference: CloudTrail User Guide, "CloudTrail userIdentity element"; IAM
//! User Guide, "Logging IAM and AWS STS API calls with CloudTrail"; the guides
//! of IAM Identity Center, Roles Anywhere, Cognito and EKS on CloudTrail.
//!
//! # What is absent
//!
//! Refused requests issue nothing. Sessions that AWS itself makes for
//! instances and functions have no issuing event that customers see. Of `aws
//! login` (`CreateOAuth2Token`) no record states the key.

mod behind;
mod callers;
mod evidence;
mod extract;
mod forms;
mod graph;
mod index;
mod issue;
mod json;
mod origins;
mod query;
mod repeated;
mod resolve;
mod step;
mod trace;
mod usage;
mod whois;

pub use behind::{Behind, Person};
pub use evidence::{Basis, Confidence, EventRef};
pub use graph::{Cut, Graph, Limits};
pub(crate) use graph::{Parts, Totals};
pub use issue::{Caller, Issue, IssueKind, Subject, Target};
pub use query::{Query, QueryError};
pub(crate) use repeated::{Repeated, issues};
pub use resolve::{Link, Links, Sessions};
pub use step::{Deed, Step, StepLink};
pub use trace::{Branch, Tree};
pub use usage::Use;
pub use whois::{Answer, Chain, End};
