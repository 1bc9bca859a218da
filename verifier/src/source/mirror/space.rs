//! What the disk has left.

use std::path::Path;

#[cfg(unix)]
pub(super) fn free(root: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(root).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

#[cfg(not(unix))]
pub(super) fn free(_: &Path) -> Option<u64> {
    None
}

/// Files reach the disk before the manifest that names them, where one call
/// does that.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn sync(root: &Path) {
    let synced = std::fs::File::open(root).map(|folder| rustix::fs::syncfs(&folder));
    // Without it, a power cut may leave shorter files, which the next run sees.
    drop(synced);
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn sync(_: &Path) {}
