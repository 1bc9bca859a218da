//! The names in a mirror that are not buckets.

/// Where objects lie whose key cannot be a path.
pub(in super::super) const OBJECTS: &str = "_objects";
/// Top-level folders that may hold what does not lie at its key: the writer's
/// own, and that of the published test vectors.
pub(in super::super) const STORES: [&str; 2] = [OBJECTS, "unsafe-keys"];
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

/// Whether a path of plain parts, with `/` between them, leads into a store.
pub(in super::super) fn is_in_store(path: &str) -> bool {
    let inside = path.split_once('/').filter(|(_, rest)| !rest.is_empty());
    inside.is_some_and(|(store, _)| STORES.contains(&store))
}

/// All that stand beside the buckets.
pub(in super::super) const RESERVED: [&str; 6] =
    [OBJECTS, SUPERSEDED, WORK, MANIFEST, EXTENT, SUPERSEDED_LIST];
