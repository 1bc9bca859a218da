//! Issues and uses, collected in any order and in parts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::evidence::EventRef;
use super::extract;
use super::issue::{Issue, IssueKind};
use super::repeated::Repeated;
use super::usage::{Identity, Key, Use};
use crate::actor::{CredentialId, MAX_COUNT, Text, sum};
use crate::record::Record;

/// Bounds on what whoever wrote the records chooses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Keys (and principals without one) whose use is kept.
    pub credentials: usize,
    /// Sessions that are kept of one key. A key has one.
    pub variants: usize,
    /// Issues that are kept.
    pub issues: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            credentials: 1_000_000,
            variants: 16,
            issues: 1_000_000,
        }
    }
}

/// What was left out of a graph.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Cut {
    /// Events whose session was not kept, because there are too many.
    pub uses: u64,
    /// Records of issues that were not kept, because there are too many.
    pub issues: u64,
    /// Records without a time that can be read.
    pub undated: u64,
}

impl Cut {
    /// Whether nothing was.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Issues and uses. Merging is associative, so that parts can be collected in
/// parallel: what is kept when there is too much depends on the names, not on
/// the order.
#[derive(Clone, Debug)]
pub struct Graph<R> {
    limits: Limits,
    uses: BTreeMap<Text, Vec<Use<R>>>,
    issues: BTreeMap<IssueKey, Issue<R>>,
    used_by: u64,
    issued_by: u64,
    undated: u64,
}

/// A graph taken apart, to be stored.
#[derive(Debug)]
pub(crate) struct Parts<R> {
    /// Uses.
    pub(crate) uses: Vec<Use<R>>,
    /// Issues, each with the id that its copies share.
    pub(crate) issues: Vec<(Text, Issue<R>)>,
    /// What was counted.
    pub(crate) totals: Totals,
}

/// What a graph counted, of what it kept and of what it did not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    /// Events of uses.
    pub(crate) used_by: u64,
    /// Records of issues.
    pub(crate) issued_by: u64,
    /// Records without a time.
    pub(crate) undated: u64,
}

/// Copies of one action in different accounts share an id. Kind and key belong
/// to it, so that a forged id joins nothing that is not alike.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct IssueKey {
    id: Text,
    kind: IssueKind,
    credential: Option<CredentialId>,
}

impl<R: Clone + Ord> Default for Graph<R> {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl<R: Clone + Ord> Graph<R> {
    /// An empty graph.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            uses: BTreeMap::new(),
            issues: BTreeMap::new(),
            used_by: 0,
            issued_by: 0,
            undated: 0,
        }
    }

    /// Takes what a record says of sessions; `at` refers to it.
    pub fn add(&mut self, record: &Record<'_>, at: R) {
        self.take(record, at, 1, Identity::New);
    }

    /// The same of a record whose identity is, to the letter, that of another
    /// that was taken.
    pub(crate) fn add_alike(&mut self, record: &Record<'_>, at: R) {
        self.take(record, at, 1, Identity::Taken);
    }

    /// Counts the records that were taken as mere repetitions, which are none
    /// afterwards.
    pub(crate) fn add_repeated(&mut self, repeated: &mut Repeated) {
        let Some((caller, events)) = repeated.counted() else {
            return;
        };
        self.used_by += events;
        // If it was not kept, it is not kept now.
        if let Some(own) = self.uses.get_mut(&caller.name)
            && let Some(usage) = own.iter_mut().find(|it| it.is_of(caller.key()))
        {
            usage.events += events;
        }
    }

    /// Takes another copy of a record that was taken before: of the two
    /// references the smaller counts, and nothing is counted twice.
    pub fn add_copy(&mut self, record: &Record<'_>, at: R) {
        self.take(record, at, 0, Identity::New);
    }

    fn take(&mut self, record: &Record<'_>, at: R, events: u64, identity: Identity) {
        let key = Key::of(record);
        let kind = IssueKind::of(record);
        if key.is_none() && kind.is_none() {
            return;
        }
        let Some(event) = EventRef::of(record, at) else {
            self.undated += events;
            return;
        };
        if let Some(mut issue) = kind.and_then(|kind| extract::issue(record, kind, event.clone())) {
            issue.records = events;
            self.issued_by += events;
            self.insert_issue(IssueKey::of(record, &issue), issue);
            self.cut_issues();
        }
        if let Some(key) = key {
            self.used_by += events;
            self.add_use(record, key, event, events, identity);
        }
    }

    /// Adds what was collected elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.used_by += other.used_by;
        self.issued_by += other.issued_by;
        self.undated += other.undated;
        for (name, theirs) in other.uses {
            let own = self.uses.entry(name).or_default();
            for usage in theirs {
                match own.iter_mut().find(|it| it.rank() == usage.rank()) {
                    Some(it) => it.merge(usage),
                    None => own.push(usage),
                }
            }
            cut_variants(own, self.limits.variants);
        }
        self.cut_uses();
        for (key, issue) in other.issues {
            self.insert_issue(key, issue);
        }
        self.cut_issues();
    }

    /// What was left out.
    pub fn cut(&self) -> Cut {
        let uses: u64 = self.uses().map(|it| it.events).sum();
        let issues: u64 = self.issues().map(|it| it.records).sum();
        Cut {
            uses: self.used_by - uses,
            issues: self.issued_by - issues,
            undated: self.undated,
        }
    }

    /// Keys whose use it holds, and issues.
    pub(crate) fn len(&self) -> usize {
        self.uses.len() + self.issues.len()
    }

    /// All uses, by name of the key.
    pub fn uses(&self) -> impl Iterator<Item = &Use<R>> {
        self.uses.values().flatten()
    }

    /// All issues.
    pub fn issues(&self) -> impl Iterator<Item = &Issue<R>> {
        self.issues.values()
    }

    /// All issues, each with the id that its copies share.
    pub(crate) fn named_issues(&self) -> impl Iterator<Item = (&Text, &Issue<R>)> {
        self.issues.iter().map(|(key, issue)| (&key.id, issue))
    }

    /// What was counted.
    pub(crate) fn totals(&self) -> Totals {
        Totals {
            used_by: self.used_by,
            issued_by: self.issued_by,
            undated: self.undated,
        }
    }

    /// A graph that was stored; `None` if it is none.
    pub(crate) fn restore(parts: Parts<R>) -> Option<Self> {
        let Totals {
            used_by,
            issued_by,
            undated,
        } = parts.totals;
        if used_by.max(issued_by).max(undated) > MAX_COUNT {
            return None;
        }
        sum(parts.uses.iter().map(|it| it.events), used_by)?;
        sum(parts.issues.iter().map(|(_, it)| it.records), issued_by)?;
        let mut graph = Self::default();
        for usage in parts.uses {
            let own = graph.uses.entry(Text::new(usage.name())).or_default();
            match own.iter_mut().find(|it| it.rank() == usage.rank()) {
                Some(it) => it.merge(usage),
                None => own.push(usage),
            }
            cut_variants(own, graph.limits.variants);
        }
        for (id, issue) in parts.issues {
            let key = IssueKey {
                id,
                kind: issue.kind,
                credential: issue.credential.clone(),
            };
            graph.insert_issue(key, issue);
        }
        graph.cut_uses();
        graph.cut_issues();
        graph.used_by = used_by;
        graph.issued_by = issued_by;
        graph.undated = undated;
        Some(graph)
    }

    fn add_use(
        &mut self,
        record: &Record<'_>,
        key: Key<'_>,
        event: EventRef<R>,
        events: u64,
        identity: Identity,
    ) {
        if let Some(own) = self.uses.get_mut(key.name) {
            match own.iter_mut().find(|it| it.is_of(key)) {
                Some(it) => it.add(record, event, events, identity),
                None => {
                    own.push(Use::new(record, key, event, events));
                    cut_variants(own, self.limits.variants);
                }
            }
            return;
        }
        let usage = Use::new(record, key, event, events);
        self.uses.insert(Text::new(key.name), vec![usage]);
        self.cut_uses();
    }

    fn insert_issue(&mut self, key: IssueKey, issue: Issue<R>) {
        match self.issues.get_mut(&key) {
            Some(own) => own.merge(issue),
            None => {
                self.issues.insert(key, issue);
            }
        }
    }

    // What is dropped never comes back: as many smaller names are kept as there
    // is room for, and their number does not shrink.
    fn cut_uses(&mut self) {
        while self.uses.len() > self.limits.credentials {
            self.uses.pop_last();
        }
    }

    fn cut_issues(&mut self) {
        while self.issues.len() > self.limits.issues {
            self.issues.pop_last();
        }
    }
}

fn cut_variants<R: Clone + Ord>(own: &mut Vec<Use<R>>, limit: usize) {
    own.sort_by(|a, b| a.rank().cmp(&b.rank()));
    own.truncate(limit);
}

impl IssueKey {
    fn of<R>(record: &Record<'_>, issue: &Issue<R>) -> Self {
        let id = record.shared_event_id.as_deref().or(record.id());
        let id = match Text::of(id) {
            Some(id) => id,
            None => Text::new(&issue.time.to_string()),
        };
        Self {
            id,
            kind: issue.kind,
            credential: issue.credential.clone(),
        }
    }
}
