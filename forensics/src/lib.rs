//! Reads CloudTrail records, each with the proof of the log it came from.
//!
//! # Where to begin
//!
//! * Events of verified logs: give [`Extractor`] to
//!   [`trailseal_verifier::walk::verify`] as its visitor, or call
//!   [`provenance::events`] on one [`VerifiedLog`].
//! * Events of files that nothing vouches for: [`Unverified`], whose events say
//!   so wherever they go.
//! * Bytes without a home: [`reader::read`]; one record: [`Record::parse`].
//! * The same event twice, one action seen by two accounts, corrections that
//!   came later, values that were left out: [`merge`].
//! * Who: [`actor::Actor`]; how they came to their credentials, and what followed
//!   from one: [`session::Graph`].
//! * What it says: [`telling::tell`]; what blinds or destroys evidence:
//!   [`antiforensics::classify`].
//! * Events in order, in bounded memory: [`timeline`]; those that fit a question:
//!   [`lookup`]; as files for other programs: [`export`].
//!
//! # What is absent
//!
//! No files, network, clock or terminal: bytes come in, values go out. Field
//! values are untrusted text, verbatim: escape them for where they land.
//!
//! [`VerifiedLog`]: trailseal_verifier::log::VerifiedLog

pub mod actor;
pub mod antiforensics;
pub mod case;
pub mod event_time;
pub mod export;
mod extractor;
pub mod lookup;
pub mod merge;
pub mod provenance;
pub mod reader;
pub mod record;
pub mod report;
pub mod session;
pub mod telling;
pub mod timeline;
pub mod visible;

pub use extractor::{Extracted, Extractor};
pub use provenance::{Event, Outcome, Provenance, Unread, Unverified};
pub use record::Record;
