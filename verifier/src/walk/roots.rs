//! Finds the folders of accounts, whatever stands left of them.
//!
//! Folders are looked into level by level, those of one level at the same time,
//! so that where there are too many it depends on their names only which are.

use rayon::prelude::*;

use super::{Request, Search, WalkError, threads};
use crate::id::{AccountId, BucketName, OrganizationId};
use crate::layout::Root;
use crate::limits::{MAX_ROOT_DEPTH, MAX_ROOT_FOLDERS, NEAR_ROOT_DEPTH, NEAR_ROOT_FOLDERS};
use crate::object::ObjectRef;
use crate::report::Strays;
use crate::source::{Level, ReadError, ReadErrorKind, Source};

/// The folder of one account below one root.
#[derive(Clone, Debug)]
pub struct AccountFolder {
    /// The bucket.
    pub bucket: BucketName,
    /// What lies left of the account.
    pub root: Root,
    /// The account.
    pub account: AccountId,
    /// The prefix of its keys, with a slash at its end.
    pub folder: String,
}

/// The accounts that were found, and what lies beside them.
#[derive(Debug, Default)]
pub struct Accounts {
    /// Those that the request asks for.
    pub folders: Vec<AccountFolder>,
    /// Folders that could not be listed, and why; they may hold others.
    pub unlisted: Vec<(ObjectRef, ReadError)>,
    pub(super) strays: Strays,
}

/// Finds the folders of the accounts that a request asks for, as a walk over the
/// source would.
///
/// # Errors
/// If the threads cannot be started.
pub fn accounts(source: &impl Source, request: &Request) -> Result<Accounts, WalkError> {
    Ok(threads(request)?.install(|| find(source, request)))
}

/// Looks for accounts in every part of a source.
pub(super) fn find(source: &impl Source, request: &Request) -> Accounts {
    let starts: Vec<(BucketName, String)> = match request.search {
        Search::Everywhere => source
            .buckets()
            .into_iter()
            .map(|bucket| (bucket, String::new()))
            .collect(),
        Search::Near => source.extent().parts().cloned().collect(),
    };
    let mut found = Accounts::default();
    for (bucket, start) in starts {
        let tree = Tree {
            bucket: &bucket,
            search: request.search,
            nodes: Vec::new(),
            found: &mut found,
            others: 0,
        };
        tree.explore(source, start);
    }
    let asked = &request.organization;
    found.folders.retain(|of| {
        (request.accounts.is_empty() || request.accounts.contains(&of.account))
            && (asked.is_none() || asked.as_ref() == of.root.organization())
    });
    found
}

/// The folders of one bucket that were looked into.
struct Tree<'t> {
    bucket: &'t BucketName,
    search: Search,
    nodes: Vec<Node>,
    found: &'t mut Accounts,
    /// How many of them may be anything.
    others: usize,
}

struct Node {
    folder: String,
    kind: Kind,
    depth: usize,
    parent: Option<usize>,
    /// Whether it is of CloudTrail's layout, or something below it is.
    leads: bool,
    level: Level,
}

#[derive(Clone)]
enum Kind {
    /// Left of `AWSLogs`, or beside accounts: anything.
    Other,
    /// The folder `AWSLogs` below this prefix.
    AwsLogs(String),
    /// That of an organization.
    Organization(Root),
}

impl Tree<'_> {
    fn explore(mut self, source: &impl Source, start: String) {
        self.add(start, Kind::Other, 0, None);
        let mut first = 0;
        while first < self.nodes.len() {
            let next = self.nodes.len();
            let levels: Vec<Result<Level, ReadError>> = self.nodes[first..]
                .par_iter()
                .map(|node| source.level(self.bucket, &node.folder))
                .collect();
            for (index, level) in (first..next).zip(levels) {
                self.nodes[index].level = level.unwrap_or_else(|error| {
                    let folder = self.nodes[index].folder.clone();
                    self.unlisted(folder, error);
                    Level::default()
                });
                self.look_into(index);
            }
            first = next;
        }
        self.note_strays();
    }

    /// Adds what lies in a folder.
    fn look_into(&mut self, index: usize) {
        let node = &self.nodes[index];
        let (kind, depth) = (node.kind.clone(), node.depth + 1);
        for name in node.level.folders.clone() {
            let below = format!("{}{name}/", self.nodes[index].folder);
            match &kind {
                Kind::Other if name == "AWSLogs" => {
                    let prefix = self.nodes[index].folder.clone();
                    self.add(below, Kind::AwsLogs(prefix), depth, Some(index));
                }
                Kind::Other => self.add(below, Kind::Other, depth, Some(index)),
                Kind::AwsLogs(prefix) => {
                    if let Ok(account) = name.parse() {
                        self.account(&Root::new(prefix, None), account, below);
                    } else if let Ok(organization) = name.parse::<OrganizationId>() {
                        let root = Root::new(prefix, Some(organization));
                        self.add(below, Kind::Organization(root), depth, Some(index));
                    } else if name == "AWSLogs" {
                        let prefix = self.nodes[index].folder.clone();
                        self.add(below, Kind::AwsLogs(prefix), depth, Some(index));
                    } else {
                        self.add(below, Kind::Other, depth, Some(index));
                    }
                }
                Kind::Organization(root) => match name.parse() {
                    Ok(account) => self.account(root, account, below),
                    Err(_) => self.found.strays.add(self.bucket, &below),
                },
            }
        }
    }

    fn unlisted(&mut self, folder: String, error: ReadError) {
        let at = ObjectRef::new(self.bucket.clone(), folder);
        self.found.unlisted.push((at, error));
    }

    fn account(&mut self, root: &Root, account: AccountId, folder: String) {
        self.found.folders.push(AccountFolder {
            bucket: self.bucket.clone(),
            root: root.clone(),
            account,
            folder,
        });
    }

    /// Adds a folder to look into, unless there are too many, or it lies too deep.
    fn add(&mut self, folder: String, kind: Kind, depth: usize, parent: Option<usize>) {
        let (deepest, most) = match self.search {
            Search::Everywhere => (MAX_ROOT_DEPTH, MAX_ROOT_FOLDERS),
            Search::Near => (NEAR_ROOT_DEPTH, NEAR_ROOT_FOLDERS),
        };
        let other = matches!(kind, Kind::Other);
        let too_deep = depth > deepest && !matches!(kind, Kind::Organization(_));
        if too_deep || other && self.others >= most {
            match self.search {
                Search::Near => self.found.strays.add(self.bucket, &folder),
                Search::Everywhere if self.others > most => {}
                Search::Everywhere => {
                    self.others += usize::from(self.others == most);
                    let detail = "not looked into: too many folders, or too deep";
                    let error = ReadError::new(ReadErrorKind::TooLarge, detail);
                    self.unlisted(folder, error);
                }
            }
            return;
        }
        self.others += usize::from(other);
        if !other {
            let mut above = parent;
            while let Some(index) = above.filter(|index| !self.nodes[*index].leads) {
                self.nodes[index].leads = true;
                above = self.nodes[index].parent;
            }
        }
        self.nodes.push(Node {
            folder,
            kind,
            depth,
            parent,
            leads: !other,
            level: Level::default(),
        });
    }

    /// Notes the folders in which there is nothing of CloudTrail, each as a
    /// whole, and the objects of the others.
    fn note_strays(&mut self) {
        for node in &self.nodes {
            let below_one = node.parent.is_some_and(|parent| !self.nodes[parent].leads);
            if node.leads {
                self.found.strays.add_objects(self.bucket, &node.level);
            } else if !below_one {
                self.found.strays.add(self.bucket, &node.folder);
            }
        }
    }
}
