//! Finds the accounts and Regions of a source.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::id::{AccountId, BucketName, OrganizationId, Region};
use crate::layout::{Family, Place, Root};
use crate::limits::{MAX_ROOT_DEPTH, MAX_ROOT_FOLDERS};
use crate::object::ObjectRef;
use crate::report::Strays;
use crate::source::{Level, ReadError, ReadErrorKind, Source};
use crate::verdict::{Code, Finding, Subject};

use super::{Request, Search};

/// An account in a Region of one organization, or of none. The order is that
/// of the report.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct PlaceId {
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) organization: Option<OrganizationId>,
}

/// One folder tree of a place; a trail that changed its bucket has several.
#[derive(Clone, Debug)]
pub(super) struct Location {
    pub(super) bucket: BucketName,
    pub(super) place: Place,
    pub(super) families: BTreeSet<Family>,
}

/// What lies in a source.
#[derive(Default)]
pub(super) struct Discovery {
    pub(super) places: BTreeMap<PlaceId, Vec<Location>>,
    /// The accounts in scope that have digests in any Region.
    pub(super) accounts: BTreeSet<AccountId>,
    pub(super) strays: Strays,
    pub(super) findings: Vec<Finding>,
}

/// Looks for roots, accounts, families and Regions in every bucket; in the
/// accounts at the same time, because an organization has thousands.
pub(super) fn discover(source: &impl Source, request: &Request) -> Discovery {
    let mut explorer = Explorer::new(source, request);
    let starts: Vec<(BucketName, String)> = match request.search {
        Search::Everywhere => source
            .buckets()
            .into_iter()
            .map(|bucket| (bucket, String::new()))
            .collect(),
        Search::Nearest => source.extent().parts().cloned().collect(),
    };
    for (bucket, prefix) in starts {
        explorer.looked = 0;
        if !explorer.prefix(&bucket, &prefix, 0) {
            explorer.found.strays.add(&bucket, &prefix);
        }
    }
    let of_account = |folder: AccountFolder| {
        let mut explorer = Explorer::new(source, request);
        explorer.account(&folder);
        explorer.found
    };
    let accounts = std::mem::take(&mut explorer.accounts);
    let found: Vec<Discovery> = accounts.into_par_iter().map(of_account).collect();
    let mut all = explorer.found;
    for part in found {
        all.merge(part);
    }
    all
}

impl Discovery {
    fn merge(&mut self, other: Self) {
        for (id, locations) in other.places {
            self.places.entry(id).or_default().extend(locations);
        }
        self.accounts.extend(other.accounts);
        self.strays.merge(other.strays);
        self.findings.extend(other.findings);
    }
}

/// The folder of one account below one root.
struct AccountFolder {
    bucket: BucketName,
    root: Root,
    account: AccountId,
    folder: String,
}

struct Explorer<'s, S> {
    source: &'s S,
    request: &'s Request,
    found: Discovery,
    /// Found, and not looked into.
    accounts: Vec<AccountFolder>,
    looked: usize,
}

impl<'s, S> Explorer<'s, S> {
    fn new(source: &'s S, request: &'s Request) -> Self {
        Self {
            source,
            request,
            found: Discovery::default(),
            accounts: Vec::new(),
            looked: 0,
        }
    }
}

impl<S: Source> Explorer<'_, S> {
    fn folders(&mut self, bucket: &BucketName, prefix: &str) -> Vec<String> {
        let level = self.level(bucket, prefix);
        self.found.strays.add_objects(bucket, &level);
        level.folders
    }

    fn level(&mut self, bucket: &BucketName, prefix: &str) -> Level {
        let level = self.source.level(bucket, prefix);
        self.listed(bucket, prefix, level)
    }

    fn listed(
        &mut self,
        bucket: &BucketName,
        prefix: &str,
        level: Result<Level, ReadError>,
    ) -> Level {
        level.unwrap_or_else(|error| {
            self.found.findings.push(unlisted(bucket, prefix, &error));
            Level::default()
        })
    }

    /// Any folder left of `AWSLogs`; says whether there is one below it.
    fn prefix(&mut self, bucket: &BucketName, prefix: &str, depth: usize) -> bool {
        self.looked += 1;
        if depth > MAX_ROOT_DEPTH || self.looked > MAX_ROOT_FOLDERS {
            if self.looked <= MAX_ROOT_FOLDERS + 1 {
                let detail = "not looked into: too many folders, or too deep";
                let error = ReadError::new(ReadErrorKind::TooLarge, detail);
                self.found.findings.push(unlisted(bucket, prefix, &error));
            }
            return false;
        }
        let mut others = Vec::new();
        let mut found = false;
        let level = self.level(bucket, prefix);
        if self.request.search == Search::Nearest
            && level.folders.iter().any(|name| name == "AWSLogs")
        {
            self.aws_logs(bucket, prefix, &format!("{prefix}AWSLogs/"), depth);
            return true;
        }
        for name in &level.folders {
            let below = format!("{prefix}{name}/");
            if name == "AWSLogs" {
                self.aws_logs(bucket, prefix, &below, depth);
                found = true;
            } else if self.prefix(bucket, &below, depth + 1) {
                found = true;
            } else {
                others.push(below);
            }
        }
        if found {
            // Otherwise the whole folder is a stray.
            self.found.strays.add_objects(bucket, &level);
            others
                .iter()
                .for_each(|folder| self.found.strays.add(bucket, folder));
        }
        found
    }

    fn aws_logs(&mut self, bucket: &BucketName, prefix: &str, folder: &str, depth: usize) {
        for name in self.folders(bucket, folder) {
            let below = format!("{folder}{name}/");
            if let Ok(account) = name.parse() {
                self.put_off(bucket, &Root::new(prefix, None), account, below);
            } else if let Ok(organization) = name.parse::<OrganizationId>() {
                self.organization(bucket, &Root::new(prefix, Some(organization)), &below);
            } else if name == "AWSLogs" && depth < MAX_ROOT_DEPTH {
                self.aws_logs(bucket, folder, &below, depth + 1);
            } else if self.request.search == Search::Nearest
                || !self.prefix(bucket, &below, depth + 1)
            {
                self.found.strays.add(bucket, &below);
            }
        }
    }

    fn organization(&mut self, bucket: &BucketName, root: &Root, folder: &str) {
        for name in self.folders(bucket, folder) {
            let below = format!("{folder}{name}/");
            match name.parse() {
                Ok(account) => self.put_off(bucket, root, account, below),
                Err(_) => self.found.strays.add(bucket, &below),
            }
        }
    }

    /// Notes an account, if it is asked for.
    fn put_off(&mut self, bucket: &BucketName, root: &Root, account: AccountId, folder: String) {
        let asked = &self.request.organization;
        let wanted = self.request.accounts.is_empty() || self.request.accounts.contains(&account);
        if wanted && (asked.is_none() || asked.as_ref() == root.organization()) {
            self.accounts.push(AccountFolder {
                bucket: bucket.clone(),
                root: root.clone(),
                account,
                folder,
            });
        }
    }

    fn account(&mut self, of: &AccountFolder) {
        let AccountFolder {
            bucket,
            root,
            account,
            folder,
        } = of;
        let mut families = Vec::new();
        for name in self.folders(bucket, folder) {
            let below = format!("{folder}{name}/");
            match Family::parse(&name) {
                Some(family) => families.push((family, below)),
                None => self.found.strays.add(bucket, &below),
            }
        }
        let source = self.source;
        let levels: Vec<_> = families
            .into_par_iter()
            .map(|(family, below)| (family, source.level(bucket, &below), below))
            .collect();
        for (family, level, below) in levels {
            if family == Family::Digest {
                self.found.accounts.insert(account.clone());
            }
            let level = self.listed(bucket, &below, level);
            self.found.strays.add_objects(bucket, &level);
            for name in level.folders {
                match name.parse::<Region>() {
                    Ok(region) => self.place(bucket, root, account, region, family),
                    Err(_) => self.found.strays.add(bucket, &format!("{below}{name}/")),
                }
            }
        }
    }

    fn place(
        &mut self,
        bucket: &BucketName,
        root: &Root,
        account: &AccountId,
        region: Region,
        family: Family,
    ) {
        if !self.request.regions.is_empty() && !self.request.regions.contains(&region) {
            return;
        }
        let place = Place {
            root: root.clone(),
            account: account.clone(),
            region,
        };
        let id = PlaceId {
            account: account.clone(),
            region: place.region.clone(),
            organization: root.organization().cloned(),
        };
        let locations = self.found.places.entry(id).or_default();
        match locations
            .iter_mut()
            .find(|known| known.bucket == *bucket && known.place == place)
        {
            Some(known) => {
                known.families.insert(family);
            }
            None => locations.push(Location {
                bucket: bucket.clone(),
                place,
                families: BTreeSet::from([family]),
            }),
        }
    }
}

/// A folder that could not be listed may hold digests: nothing is known of them.
pub(super) fn unlisted(bucket: &BucketName, prefix: &str, error: &ReadError) -> Finding {
    let object = Subject::Object(ObjectRef::new(bucket.clone(), prefix));
    let of_logs = Family::LOGS
        .iter()
        .any(|f| prefix.contains(&format!("/{f}/")));
    let code = if of_logs {
        Code::LogUnread
    } else {
        Code::DigestUnread
    };
    Finding::about(code, object, format!("could not be listed: {error}"))
}
