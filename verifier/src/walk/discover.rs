//! Finds the accounts and Regions of a source.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Request;
use super::roots::{self, AccountFolder, Accounts};
use crate::id::{AccountId, BucketName, OrganizationId, Region};
use crate::layout::{Family, Place, Root};
use crate::object::ObjectRef;
use crate::report::Strays;
use crate::source::{Level, ReadError, Source};
use crate::verdict::{Code, Finding, Subject};

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

/// Looks for accounts, families and Regions in every bucket; in the accounts at
/// the same time, because an organization has thousands.
pub(super) fn discover(source: &impl Source, request: &Request) -> Discovery {
    let Accounts {
        folders,
        unlisted: not_listed,
        strays,
    } = roots::find(source, request);
    let look_into = |of: &AccountFolder| {
        let mut explorer = Explorer {
            source,
            request,
            found: Discovery::default(),
        };
        explorer.account(of);
        explorer.found
    };
    let found: Vec<Discovery> = folders.par_iter().map(look_into).collect();
    let finding = |(at, error): &(ObjectRef, ReadError)| unlisted(&at.bucket, &at.key, error);
    let mut all = Discovery {
        strays,
        findings: not_listed.iter().map(finding).collect(),
        ..Discovery::default()
    };
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

struct Explorer<'s, S> {
    source: &'s S,
    request: &'s Request,
    found: Discovery,
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
