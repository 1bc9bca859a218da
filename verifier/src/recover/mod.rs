//! Recovery: among the older versions of an object, the one that was signed for.
//!
//! ```text
//! collect   a walk's outcomes        → what is wrong, and what is signed for it
//! search    versions of each object  → which of them holds that
//! follow    a recovered digest names its predecessor and its logs → again
//! ```
//!
//! A bucket that keeps versions still holds what was overwritten or deleted. A
//! log is recovered if its inflated content has the signed hash; a digest only
//! if its signature verifies, and if it is the one that its verified successor
//! names. A hash alone proves nothing of a digest that nobody vouches for.
//!
//! What could not be read is never *not found*: see [`Verdict`].
//!
//! Absent on purpose: writing. What was found is handed to a [`Keeper`], and
//! nothing here can change a bucket.

mod board;
mod collect;
mod history;
mod judge;
mod recovery;
mod search;
mod wanted;

pub use collect::Collector;
pub use history::{History, Keeping, Version, VersionContent, VersionKind};
pub use judge::Content;
pub use recovery::{Kind, Looked, Recovered, Recovery, Tally, Unread, Verdict};
pub use search::{KeepError, Keeper, Search};
pub use wanted::{Signed, Stated, Wanted};

use crate::verdict::Code;

/// Whether findings of this code are about objects of which another version may
/// be right. The others are about time for which no digest says what belongs
/// there, or about what is as signed and wrong all the same.
pub fn is_searched(code: Code) -> bool {
    let of_object = matches!(
        code,
        Code::ChainGap | Code::LinkHashMismatch | Code::LinkSignatureMismatch
    );
    let of_name = ["digest-", "log-"]
        .iter()
        .any(|kind| code.as_str().starts_with(kind));
    of_object || (of_name && code != Code::LogMisplaced)
}

/// Most objects that are searched for in one run: each takes about a kilobyte
/// until the report is written, and more are a bucket to be restored from a
/// backup.
pub const MAX_WANTED: usize = 100_000;

/// Most versions of one object whose content is read, the oldest first: what
/// CloudTrail wrote comes before what was written over it, and whoever may
/// write may write without end.
pub const MAX_VERSIONS: usize = 1_000;
