//! Every call to AWS, and nothing else.
//!
//! What is asked for, what was answered, and why something was not: no verdict
//! is made here, and nothing is printed.
//!
//! * [`Connection`]: credentials, Region and endpoint, found as every AWS tool
//!   finds them; retries and time-outs; the runtime that the calls run on. The
//!   rest of the product is synchronous, so every function here blocks.
//! * [`public_keys`]: `ListPublicKeys`, into a [`trailseal_keys::Keyring`].
//! * [`trails`]: `DescribeTrails` and `GetTrailStatus`.
//! * [`organizations`]: the accounts of an organization (`ListAccounts`).
//! * [`kms`]: keys of AWS KMS that sign evidence.
//! * [`s3`]: buckets as a [`Source`](trailseal_verifier::source::Source).
//! * [`caller`]: who is asking.
//! * [`CallError`]: why a call failed, which permission is missing, and the way
//!   out. One conversion for every service.
//!
//! Trust: what AWS answers over TLS is believed, as it must be, since CloudTrail's
//! keys have no other root. A custom endpoint is believed just the same, and every
//! keyring says which endpoint its keys came from.
//!
//! Absent on purpose: the clock (times are arguments), files other than the
//! SDK's own configuration, and calls that change anything.

mod call_error;
mod connection;
mod each_region;
mod operation;
mod patience;
mod recover;
mod time;

pub mod caller;
pub mod kms;
pub mod organizations;
pub mod public_keys;
pub mod regions;
pub mod s3;
pub mod trails;

pub use call_error::{CallError, CallErrorKind};
pub use connection::{Connection, Credentials, OpenError, Settings};
pub use operation::Operation;
pub use patience::Patience;

/// The name and version of this program, as keyrings and AWS's logs state it.
pub const TOOL: &str = concat!("trailseal ", env!("CARGO_PKG_VERSION"));
