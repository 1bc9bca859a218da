//! The files below a folder, in the order of their names.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

/// Visits each file with its name, `/` between the parts, in the order of the bytes
/// of the names. What is held at one time is the names of one folder at each depth.
///
/// # Errors
/// If a folder cannot be read, holds anything but files and folders, or the visit
/// fails.
pub(super) fn each(folder: &Path, visit: &mut dyn FnMut(&str, &Path) -> Result<()>) -> Result<()> {
    below(folder, "", visit)
}

fn below(
    folder: &Path,
    prefix: &str,
    visit: &mut dyn FnMut(&str, &Path) -> Result<()>,
) -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let part = entry.file_name();
        let part = part
            .to_str()
            .ok_or_else(|| anyhow!("{prefix}: a name that is not UTF-8"))?;
        let kind = entry.file_type()?;
        // A folder sorts by what its files' names go on with.
        let end = match (kind.is_dir(), kind.is_file()) {
            (true, _) => "/",
            (_, true) => "",
            _ => return Err(anyhow!("{prefix}{part}: neither a file nor a folder")),
        };
        names.push(format!("{part}{end}"));
    }
    names.sort_unstable();
    for name in names {
        let path: PathBuf = folder.join(&name);
        let full = format!("{prefix}{name}");
        if name.ends_with('/') {
            below(&path, &full, visit)?;
        } else {
            visit(&full, &path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_the_order_of_their_bytes() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/c/d", "b-x", "b0", "a", "b/a"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let mut names = Vec::new();
        each(folder.path(), &mut |name, path| {
            assert!(path.is_file());
            names.push(name.to_owned());
            Ok(())
        })
        .unwrap();
        assert_eq!(names, ["a", "b-x", "b/a", "b/c/d", "b0"]);
    }
}
