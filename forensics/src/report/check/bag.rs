//! Whether the bundle is the bag it says it is.

use super::found::Hashed;
use super::{Check, Found};
use crate::report::bundle::bag::ManifestInvalid;
use crate::report::bundle::{BAG_INFO, BAGIT, MANIFEST, PAYLOAD, TAG_MANIFEST, bag};
use crate::report::text::counted;
use trailseal_keys::Sha256;

pub(super) fn check(found: &Found) -> Check {
    let mut wrong = Vec::new();
    if found.text(BAGIT) != Some(bag::DECLARATION.as_bytes()) {
        wrong.push(format!("{BAGIT}: missing, or not that of a BagIt 1.0 bag"));
    }
    payload(found, &mut wrong);
    let tags = found
        .files()
        .iter()
        .filter(|(name, _)| !name.starts_with(PAYLOAD) && name.as_str() != TAG_MANIFEST);
    let expected = bag::manifest(tags.map(|(name, file)| (name.as_str(), file.sha256)));
    if found.text(TAG_MANIFEST) != Some(expected.as_bytes()) {
        let reason = differs(found, &expected);
        wrong.push(format!("{TAG_MANIFEST}: {reason}"));
    }
    if !oxum(found) {
        wrong.push(format!(
            "{BAG_INFO}: its Payload-Oxum is not that of the files"
        ));
    }
    if wrong.is_empty() {
        let files = counted(found.files().len() as u64, "file");
        return Check::verified("bag", format!("a whole BagIt 1.0 bag of {files}"));
    }
    Check::failed("bag", "not the bag that its manifests describe").about(wrong)
}

/// The first file of which the tag manifest says something else.
fn differs(found: &Found, expected: &str) -> String {
    let Some(text) = found.text(TAG_MANIFEST) else {
        return "missing".to_owned();
    };
    let said = match bag::parse(text) {
        Ok(said) => said,
        Err(error) => return error.to_string(),
    };
    let expected = bag::parse(expected.as_bytes()).unwrap_or_default();
    let name = expected
        .iter()
        .find(|(name, hash)| said.get(*name) != Some(hash))
        .map(|(name, _)| name)
        .or_else(|| said.keys().find(|name| !expected.contains_key(*name)));
    match name {
        Some(name) => format!("does not have the hash of {name}: one of the two was altered"),
        None => "expected the files in order, each once".to_owned(),
    }
}

fn payload(found: &Found, wrong: &mut Vec<String>) {
    let Some(text) = found.text(MANIFEST) else {
        wrong.push(format!("{MANIFEST}: missing"));
        return;
    };
    let compared = beside(found, text, |name, file, said| match (file, said) {
        (Some(file), Some(hash)) if name.starts_with(PAYLOAD) => {
            if file.sha256 != hash {
                wrong.push(format!("{name}: {MANIFEST} has another hash"));
            }
        }
        (_, Some(_)) => wrong.push(format!("{name}: {MANIFEST} names it, and it is not there")),
        (Some(_), None) if name.starts_with(PAYLOAD) => {
            wrong.push(format!("{name}: {MANIFEST} does not name it"));
        }
        (_, None) => {}
    });
    if let Err(error) = compared {
        wrong.push(format!("{MANIFEST}: {error}"));
    }
}

/// Walks over the files and the entries of a manifest side by side: a name, its file
/// if there is one, and its hash if the manifest names it. Both are in order, so that
/// nothing is kept, however many there are.
///
/// # Errors
/// If the manifest is none, or out of order.
pub(super) fn beside(
    found: &Found,
    text: &[u8],
    mut visit: impl FnMut(&str, Option<&Hashed>, Option<Sha256>),
) -> Result<(), ManifestInvalid> {
    let mut files = found.files().iter().peekable();
    let mut last: Option<String> = None;
    for (number, entry) in (1..).zip(bag::entries(text)?) {
        let (name, hash) = entry?;
        if last.as_deref().is_some_and(|last| last >= &*name) {
            return Err(ManifestInvalid::Order { number });
        }
        while let Some((other, file)) = files.next_if(|(other, _)| other.as_str() < &*name) {
            visit(other, Some(file), None);
        }
        let file = files.next_if(|(other, _)| other.as_str() == name);
        visit(&name, file.map(|(_, file)| file), Some(hash));
        let last = last.get_or_insert_default();
        last.clear();
        last.push_str(&name);
    }
    for (other, file) in files {
        visit(other, Some(file), None);
    }
    Ok(())
}

fn oxum(found: &Found) -> bool {
    let mut payload = bag::Payload::default();
    for (name, file) in found.files() {
        if name.starts_with(PAYLOAD) {
            payload.files += 1;
            payload.bytes += file.size;
        }
    }
    let line = format!("Payload-Oxum: {}.{}", payload.bytes, payload.files);
    let info = found.text(BAG_INFO).unwrap_or_default();
    String::from_utf8_lossy(info)
        .lines()
        .any(|said| said == line)
}
