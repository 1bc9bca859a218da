//! A case: what logs say, what was proved of them, and by whom, in one SQLite
//! file that answers the second question in milliseconds.
//!
//! * [`Builder`] makes one, or adds to one, in the same pass that verifies the
//!   logs: [`Builder::fed`].
//! * [`Case`] reads one: the same [`Event`](crate::Event)s,
//!   [`Roster`](crate::actor::Roster) and [`Graph`](crate::session::Graph) that
//!   reading the logs gives.
//! * [`Case::sql`] answers questions in SQL. The tables are documented in
//!   `schema.sql`, column by column; any other tool for SQLite opens them, too.
//!
//! # Trust
//!
//! A case states what was proved when it was built, as it was told. It proves
//! nothing: whoever can write to the file can change what it states. What an
//! [`Event`](crate::Event) that comes from a case says of its log is such a
//! statement. Verify the logs again to know.

mod about;
mod actors;
mod builder;
mod desk;
mod error;
mod events;
mod feed;
mod guard;
mod keys;
mod known;
mod mentioned;
mod open;
mod places;
mod plan;
mod records;
mod report;
mod rows;
mod schema;
mod sessions;
mod sql;
mod stored;
mod total;
mod verification;

pub use builder::{Builder, Built};
pub use error::CaseError;
pub use feed::Feed;
pub use guard::Cancel;
use known::Known;
pub use open::{Case, Found, Log};
pub use sql::{Rows, Statement, Value};
pub use verification::{KeyringUsed, Verification};
