//! Pages of ListObjects: keys in the order of their bytes, rolled up at a
//! delimiter.
//!
//! Format reference: Amazon S3 API reference, `ListObjectsV2`.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Object, Version};

/// What is asked of a listing.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
    /// Only what comes after this key or common prefix.
    pub(crate) after: Option<&'a str>,
    pub(crate) limit: usize,
}

/// A page of keys and common prefixes, in order.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    /// Whether more follows.
    pub(crate) truncated: bool,
}

#[derive(Debug)]
pub(crate) enum Item {
    Object {
        key: String,
        object: Arc<Object>,
        last_modified: Timestamp,
        owner: String,
    },
    Prefix(String),
}

impl Item {
    /// What a following page begins after.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Object { key, .. } => key,
            Self::Prefix(prefix) => prefix,
        }
    }
}

impl Listing<'_> {
    pub(super) fn page(&self, keys: &BTreeMap<String, Vec<Version>>) -> Page {
        let mut page = Page::default();
        if self.limit == 0 {
            return page;
        }
        let mut from = first(self.prefix, self.delimiter, self.after);
        'seek: loop {
            for (key, versions) in keys.range::<str, _>((bound(&from), Bound::Unbounded)) {
                if !key.starts_with(self.prefix) {
                    break 'seek;
                }
                let Some((version, object)) = newest(versions) else {
                    continue;
                };
                if page.items.len() == self.limit {
                    page.truncated = true;
                    break 'seek;
                }
                if let Some(rolled) = rolled(key, self.prefix, self.delimiter) {
                    from = past(rolled);
                    page.items.push(Item::Prefix(rolled.to_owned()));
                    continue 'seek;
                }
                page.items.push(Item::Object {
                    key: key.clone(),
                    object: Arc::clone(object),
                    last_modified: version.last_modified,
                    owner: version.owner.clone(),
                });
            }
            break;
        }
        page
    }
}

fn newest(versions: &[Version]) -> Option<(&Version, &Arc<Object>)> {
    let version = versions.last()?;
    Some((version, version.object.as_ref()?))
}

/// The common prefix that a key is rolled up into.
pub(super) fn rolled<'k>(key: &'k str, prefix: &str, delimiter: Option<&str>) -> Option<&'k str> {
    let delimiter = delimiter.filter(|delimiter| !delimiter.is_empty())?;
    let rest = key.get(prefix.len()..)?;
    let end = prefix.len() + rest.find(delimiter)? + delimiter.len();
    key.get(..end)
}

/// Where a listing begins. A page that ended with a common prefix goes on
/// behind everything in it.
pub(super) fn first(prefix: &str, delimiter: Option<&str>, after: Option<&str>) -> Bound<String> {
    match after {
        Some(after) if after >= prefix => {
            let is_rolled =
                after.starts_with(prefix) && rolled(after, prefix, delimiter) == Some(after);
            if is_rolled {
                past(after)
            } else {
                Bound::Excluded(after.to_owned())
            }
        }
        _ => Bound::Included(prefix.to_owned()),
    }
}

/// Behind all keys that begin with `prefix`. Nothing sorts behind U+10FFFF; a
/// key that has it there is rolled up once more, into the same prefix.
pub(super) fn past(prefix: &str) -> Bound<String> {
    Bound::Excluded(format!("{prefix}{}", char::MAX))
}

pub(super) fn bound(from: &Bound<String>) -> Bound<&str> {
    from.as_ref().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::super::{Object, Store, Versioning};
    use super::*;

    fn store(keys: &[&str]) -> Store {
        let store = Store::default();
        store.bucket("b", Versioning::Enabled);
        for key in keys {
            store.insert("b", key, Object::new("x")).unwrap();
        }
        store
    }

    fn walk(store: &Store, prefix: &str, delimiter: Option<&str>, limit: usize) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let after = names.last().cloned();
            let listing = Listing {
                prefix,
                delimiter,
                after: after.as_deref(),
                limit,
            };
            let page = store.list("b", &listing).unwrap();
            names.extend(page.items.iter().map(|item| item.name().to_owned()));
            if !page.truncated {
                return names;
            }
        }
    }

    #[test]
    fn pages_join_to_the_whole_whatever_their_size() {
        let store = store(&["a", "a/1", "a/2", "a//", "b/1", "b/c/1", "c", "é/1"]);
        for limit in 1..10 {
            assert_eq!(
                walk(&store, "", Some("/"), limit),
                ["a", "a/", "b/", "c", "é/"]
            );
            assert_eq!(walk(&store, "b/", Some("/"), limit), ["b/1", "b/c/"]);
            assert_eq!(walk(&store, "a/", None, limit), ["a//", "a/1", "a/2"]);
        }
    }

    #[test]
    fn deleted_keys_are_not_listed() {
        let store = store(&["a/1", "b/1"]);
        store.delete("b", "a/1").unwrap();
        assert_eq!(walk(&store, "", Some("/"), 1), ["b/"]);
    }
}
