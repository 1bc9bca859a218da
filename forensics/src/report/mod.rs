//! Evidence as a report that others can check: what it says, and how it is
//! written down.
//!
//! [`Evidence`] is the report as data: what was asked, what was concluded, and
//! what was not. Everything else is a view of it or a frame around it:
//!
//! | Module | Makes of it |
//! |---|---|
//! | [`page`] | its sections, in words; then a page of HTML, or a PDF |
//! | [`sections`] | what records say, as far as it was asked for |
//! | [`inventory`] | one line for each digest and log |
//! | [`bundle`] | the files of a bundle, the bag they lie in, and the statement that is signed |
//! | [`zip`] | the files of a bundle that came back as a ZIP |
//! | [`check`] | what became of a bundle that came back |
//! | [`control`] | what of a control of a framework it shows |
//! | [`oscal`] | the same as OSCAL assessment results |
//!
//! The same report gives the same bytes, whatever the machine. Times and texts
//! are arguments.
//!
//! # What is absent
//!
//! No files, clock or keys: bytes come in and go out. Who signs is the caller's
//! business.

mod basis;
pub mod bundle;
pub mod case;
pub mod check;
pub mod control;
mod evidence;
mod headline;
mod input;
pub mod inventory;
pub mod oscal;
pub mod page;

pub mod rows;
pub mod scale;
pub mod sections;
mod state;
pub mod text;
mod unproved;
pub mod zip;

#[cfg(test)]
pub(crate) mod fixture;

pub use basis::{Basis, StatedCase, StatedVerification};
pub use evidence::{
    Attachment, EVIDENCE_SCHEMA, Events, Evidence, Findings, Keys, ListedKey, SignedBy, Tool,
};
pub use headline::Headline;
pub use input::{BucketOrigin, Filters, Input};
pub use state::State;
pub use unproved::{Unproved, unproved};
