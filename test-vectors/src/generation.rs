//! Writing the committed files.

use std::io;
use std::path::Path;

use crate::{cases, markdown_table, sample};

/// The lines of README.md between which the table of cases stands.
const TABLE_BEGINS: &str = "<!-- table of cases: written by `generate` -->\n";
const TABLE_ENDS: &str = "<!-- end of the table of cases -->\n";

/// Writes every vector into `root/cases` and the sample into `root/sample`, in
/// place of what was there, and the table of cases into `root/README.md`, if
/// there is one.
///
/// # Errors
/// What the file system says, or a README.md without the table's marker lines.
pub fn write_everything(root: &Path) -> io::Result<()> {
    let folder = root.join("cases");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let cases = cases::all();
    for case in &cases {
        case.write(&folder.join(&case.name))?;
    }
    sample::write(root)?;
    let readme = root.join("README.md");
    if readme.exists() {
        let text = std::fs::read_to_string(&readme)?;
        let (before, rest) = split_at_marker(&text, TABLE_BEGINS)?;
        let (_, after) = split_at_marker(rest, TABLE_ENDS)?;
        let table = markdown_table(&cases);
        std::fs::write(
            &readme,
            format!("{before}{TABLE_BEGINS}{table}{TABLE_ENDS}{after}"),
        )?;
    }
    Ok(())
}

fn split_at_marker<'a>(text: &'a str, marker: &str) -> io::Result<(&'a str, &'a str)> {
    text.split_once(marker)
        .ok_or_else(|| io::Error::other(format!("README.md has no line {marker:?}")))
}
