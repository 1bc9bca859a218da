//! Events by what they say: the attributes of `LookupEvents`, and more,
//! combined at will.
//!
//! `LookupEvents` (CloudTrail API Reference) takes one attribute at a time. A
//! [`Filter`] takes any number of them: all attributes must fit, and of one
//! attribute any value. [`Counter`] counts events by the values of one
//! attribute.
//!
//! Values are compared as `LookupEvents` compares them, case and all; a `*`
//! stands for any text.

mod address;
mod attribute;
mod counter;
mod criterion;
mod filter;
mod glob;
mod strings;

pub use address::{Network, NetworkError};
pub(crate) use attribute::arn as resource_name;
pub use attribute::{Attribute, username};
pub use counter::{Count, Counter, Counts, MAX_VALUE};
pub(crate) use criterion::any_resource;
pub use criterion::{Criterion, CriterionError};
pub use filter::{Filter, Fit, RangeError};
