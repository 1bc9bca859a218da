//! Every object of the parts, in an order that leaves no digest without its logs.
//!
//! CloudTrail delivers a log before the digest that names it. So digests are
//! listed before logs: what a listed digest names was there before, and is
//! listed after. The other way round, a log and its digest that arrive in
//! between would be copied by half, and the log would look deleted.

use std::collections::BTreeSet;

use trailseal_verifier::layout::{DigestKey, Family};
use trailseal_verifier::object::ObjectRef;

use super::parallel::in_order;
use super::scope::Parts;
use super::{CopyError, Copying, Item, LISTINGS};
use crate::s3::Bucket;

/// Lists the parts; each object once, in the order of the keys.
pub(super) fn list(
    bucket: &Bucket<'_>,
    parts: &Parts,
    copying: &Copying,
) -> Result<Vec<Item>, CopyError> {
    let of_digests = |part: &&String| family(part) == Some(Family::Digest);
    let digests: Vec<String> = parts.listed.iter().filter(of_digests).cloned().collect();
    let mut items = all_of(bucket, &digests, copying)?;

    // A folder of logs that was seen to be empty may have been filled since.
    let others = parts.copied.iter().filter(|part| !of_digests(part));
    let others: Vec<String> = others.cloned().collect();
    let rest = all_of(bucket, &others, copying)?;

    let again = listed_too_early(&rest);
    items.extend(rest);
    items.extend(all_of(bucket, &again, copying)?);
    items.sort_by(|a, b| a.object.cmp(&b.object));
    items.dedup_by(|a, b| a.object == b.object);
    Ok(items)
}

fn all_of(
    bucket: &Bucket<'_>,
    parts: &[String],
    copying: &Copying,
) -> Result<Vec<Item>, CopyError> {
    let list = |part: &String| {
        let listed = copying.cancel().unless(bucket.list(part));
        if let Ok(listed) = &listed {
            copying.listed(listed.len());
        }
        listed.map_err(|error| copying.unlisted(bucket, part, error))
    };
    let mut items = Vec::new();
    for listed in in_order(parts, LISTINGS, list)? {
        items.extend(listed?.into_iter().map(|listed| Item {
            object: ObjectRef::new(bucket.name().clone(), listed.key),
            size: listed.size,
            etag: listed.etag,
            last_modified: listed.last_modified,
        }));
    }
    Ok(items)
}

/// What a part holds, if all of it is of one family.
fn family(part: &str) -> Option<Family> {
    let families = || Family::LOGS.into_iter().chain([Family::Digest]);
    part.rsplit('/')
        .find_map(|name| families().find(|family| family.as_str() == name))
}

/// Folders of logs that come before the digests of their account, where both
/// are in one listing: it goes by the keys.
fn listed_too_early(items: &[Item]) -> Vec<String> {
    let early = |family: &Family| format!("{family}/") < format!("{}/", Family::Digest);
    let early: Vec<Family> = Family::LOGS.into_iter().filter(early).collect();
    let digests = items
        .iter()
        .filter_map(|item| DigestKey::parse(&item.object.key));
    let accounts: BTreeSet<String> = digests
        .map(|digest| format!("{}{}/", digest.place.root, digest.place.account))
        .collect();
    let folders = |account: String| {
        early
            .iter()
            .map(move |family| format!("{account}{family}/"))
    };
    accounts.into_iter().flat_map(folders).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_of_the_family_that_stands_last() {
        let of = |part: &str| family(part).map(Family::as_str);
        assert_eq!(of("x/AWSLogs/111122223333/CloudTrail/"), Some("CloudTrail"));
        assert_eq!(
            of("AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/"),
            Some("CloudTrail-Digest")
        );
        assert_eq!(
            of("CloudTrail-Digest/AWSLogs/111122223333/CloudTrail-Insight/eu-west-1/"),
            Some("CloudTrail-Insight")
        );
        assert_eq!(of("prefix/"), None);
        assert_eq!(of(""), None);
    }
}
