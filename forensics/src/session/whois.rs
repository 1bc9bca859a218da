//! Back from a credential to a person or machine.

use std::collections::HashSet;

use serde::Serialize;

use super::behind::{Person, is_instance};
use super::evidence::Confidence;
use super::issue::{Issue, IssueKind, Subject};
use super::query::{Found, Query};
use super::resolve::Sessions;
use super::step::{Step, StepLink};
use super::usage::Use;
use crate::actor::{ActorKind, CredentialId, Text};

/// How many sessions one answer speaks of.
const MAX_CHAINS: usize = 100;

/// How many steps a chain has: chained roles are few, made-up ones may not be.
const MAX_STEPS: usize = 64;

/// Who stands behind what was asked about.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Answer<R> {
    /// What was asked about.
    pub query: Query,
    /// One chain of evidence for each session found, in time order. None: the
    /// records at hand do not speak of it.
    pub chains: Vec<Chain<R>>,
    /// How many more sessions there are.
    pub more: u64,
}

/// From a session back to where its records end.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chain<R> {
    /// The session first, then what issued it, then the session that asked …
    pub steps: Vec<Step<R>>,
    /// Where it ends.
    pub end: End,
    /// How far the weakest of its links carries.
    pub confidence: Confidence,
}

/// Where a chain ends.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum End {
    /// A long-term key, whose making is not on record.
    LongTermKey {
        /// The key.
        credential: CredentialId,
    },
    /// A sign-in to the console, with a password.
    SignIn,
    /// A user of IAM Identity Center.
    Person {
        /// The user.
        person: Person,
    },
    /// Someone or something outside AWS, or a workload.
    Subject {
        /// Who.
        subject: Subject,
    },
    /// An EC2 instance.
    Instance {
        /// Its id.
        instance: Text,
        /// Whether records state that the instance got the credentials. If
        /// not, only the name of the session says so, which could be chosen.
        stated: bool,
    },
    /// Another resource, such as a function.
    Resource {
        /// Its ARN.
        resource: Text,
    },
    /// A session that a service made for itself to act for the principal of
    /// the last step, who called the service. No event issues such sessions.
    Forwarded {
        /// The service.
        service: Text,
    },
    /// A service, for itself.
    Service {
        /// The service.
        service: Text,
    },
    /// A principal of an account whose records are not at hand.
    OtherAccount {
        /// The account.
        account: Option<Text>,
    },
    /// A session that no event at hand issued.
    NotOnRecord,
    /// The records go round in a circle, which true ones do not.
    Circle,
    /// There are more steps than any true chain has.
    TooLong,
}

impl<R: Clone + Ord> Sessions<'_, R> {
    /// Who stands behind what is asked about: one chain for each session.
    pub fn whois(&self, query: &Query) -> Answer<R> {
        let (found, more) = self.find(query, MAX_CHAINS);
        Answer {
            query: query.clone(),
            chains: found.into_iter().map(|it| self.chain(it)).collect(),
            more,
        }
    }

    fn chain(&self, start: Found) -> Chain<R> {
        let mut steps = Vec::new();
        let mut seen = HashSet::new();
        let mut at = start;
        let mut link = None;
        let end = loop {
            if steps.len() >= MAX_STEPS {
                break End::TooLong;
            }
            if !seen.insert(at) {
                break End::Circle;
            }
            let links = match at {
                Found::Use(usage) => {
                    steps.push(Step::of_use(self.uses[usage], link));
                    self.origin(usage)
                }
                Found::Issue(issue) => {
                    steps.push(Step::of_issue(self.issues[issue], link));
                    self.caller(issue)
                }
            };
            let next = links.and_then(|links| Some((links, *links.best()?)));
            let Some((links, best)) = next else {
                break self.end(at);
            };
            link = Some(StepLink::of(best, links));
            if let Some(via) = best.via {
                steps.push(Step::of_issue(self.issues[via], link));
            }
            at = match at {
                Found::Use(_) => Found::Issue(best.to),
                Found::Issue(_) => Found::Use(best.to),
            };
        };
        let confidences = steps.iter().filter_map(|step| Some(step.link?.confidence));
        Chain {
            confidence: confidences.max().unwrap_or(Confidence::Strong),
            steps,
            end,
        }
    }

    fn end(&self, at: Found) -> End {
        match at {
            Found::Use(at) => end_of_use(self.uses[at]),
            Found::Issue(at) => end_of_issue(self.issues[at]),
        }
    }
}

fn end_of_use<R>(usage: &Use<R>) -> End {
    let behind = &usage.behind;
    let key = usage.actor.credential.as_ref();
    if let Some(credential) = key.filter(|key| key.is_long_term()) {
        let credential = credential.clone();
        return End::LongTermKey { credential };
    }
    if let Some(person) = behind.on_behalf_of.clone() {
        return End::Person { person };
    }
    if let Some(instance) = behind.instance.clone() {
        let stated = behind.instance_metadata.is_some();
        return End::Instance { instance, stated };
    }
    if let Some(resource) = behind.issued_to.clone() {
        return End::Resource { resource };
    }
    match behind.invoked_by.clone() {
        Some(service) if !behind.direct => End::Forwarded { service },
        _ => End::NotOnRecord,
    }
}

fn end_of_issue<R: Clone + Ord>(issue: &Issue<R>) -> End {
    if let Some(subject) = issue.subject.clone() {
        return End::Subject { subject };
    }
    let Some(issuer) = issue.issuer() else {
        return End::NotOnRecord;
    };
    if issuer.kind == ActorKind::Service
        && let Some(service) = issuer.invoked_by.clone().or_else(|| issuer.name.clone())
    {
        let session = issue.target.session.clone();
        let instance = session.filter(|name| &*service == "ec2.amazonaws.com" && is_instance(name));
        return match instance {
            Some(instance) => End::Instance {
                instance,
                stated: true,
            },
            None => End::Service { service },
        };
    }
    match issuer.kind {
        ActorKind::OtherAccount => End::OtherAccount {
            account: issuer.account.clone(),
        },
        _ if issue.kind == IssueKind::ConsoleLogin => End::SignIn,
        _ => End::NotOnRecord,
    }
}
