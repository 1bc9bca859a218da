//! The names in a mirror that are not buckets.

/// Where objects lie whose key cannot be a path.
pub(in super::super) const OBJECTS: &str = "_objects";
/// Where files lie that were replaced.
pub(in super::super) const SUPERSEDED: &str = "_superseded";
/// Where work is in progress.
pub(in super::super) const WORK: &str = ".trailseal";
/// What is in the mirror.
pub(in super::super) const MANIFEST: &str = "manifest.jsonl";
/// Which prefixes were copied whole.
pub(in super::super) const EXTENT: &str = "extent.jsonl";
/// What was replaced.
pub(in super::super) const SUPERSEDED_LIST: &str = "_superseded.jsonl";
/// In the folder of work: what was copied so far. While it is there, the mirror
/// is not finished.
pub(in super::super) const JOURNAL: &str = "journal.jsonl";
/// In the folder of work: what was replaced so far.
pub(super) const SUPERSEDED_JOURNAL: &str = "superseded.jsonl";
/// In the folder of work: held by the process that writes.
pub(super) const LOCK: &str = "lock";

/// All that stand beside the buckets.
pub(in super::super) const RESERVED: [&str; 6] =
    [OBJECTS, SUPERSEDED, WORK, MANIFEST, EXTENT, SUPERSEDED_LIST];
