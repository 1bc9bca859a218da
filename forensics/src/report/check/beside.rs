//! The files that are there and those that the manifest names, side by side.

use std::cmp::Ordering;

use trailseal_keys::Sha256;
use trailseal_verifier::sort::SortError;

use super::Found;
use super::listed::Listed;

/// What the manifest says of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Manifested {
    /// It names it, with this hash.
    As(Sha256),
    /// It does not name it.
    Not,
    /// There is none, or it ends before it would name it.
    Unknown,
}

/// Walks over the files and over the manifest, both in the order of the names, so that
/// nothing is kept, however many there are. A name that is there twice comes twice.
///
/// # Errors
/// If they cannot be sorted.
pub(super) fn beside(
    found: Found,
    mut visit: impl FnMut(&str, Option<&Listed>, Manifested),
) -> Result<(), SortError> {
    let (mut named, reach) = match found.manifest {
        Some(manifest) => {
            let reach = match manifest.fault {
                None => Reach::All,
                Some(_) => Reach::To(manifest.last),
            };
            (Some(manifest.listed.finish()?), reach)
        }
        None => (None, Reach::None),
    };
    let mut next = move || named.as_mut().and_then(Iterator::next).transpose();
    let mut files = found.files.finish()?;
    let (mut file, mut entry) = (files.next().transpose()?, next()?);
    loop {
        let order = match (&file, &entry) {
            (Some(file), Some(entry)) => file.name.cmp(&entry.name),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return Ok(()),
        };
        if let (Some(file), Ordering::Less) = (&file, order) {
            let said = match reach.covers(&file.name) {
                true => Manifested::Not,
                false => Manifested::Unknown,
            };
            visit(&file.name, Some(file), said);
        } else if let Some(entry) = &entry {
            let file = file.as_ref().filter(|_| order == Ordering::Equal);
            visit(&entry.name, file, Manifested::As(entry.sha256));
        }
        if order != Ordering::Greater {
            file = files.next().transpose()?;
        }
        if order != Ordering::Less {
            entry = next()?;
        }
    }
}

/// How far a manifest goes.
enum Reach {
    All,
    /// To this name.
    To(String),
    None,
}

impl Reach {
    fn covers(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::To(last) => name <= last.as_str(),
            Self::None => false,
        }
    }
}
