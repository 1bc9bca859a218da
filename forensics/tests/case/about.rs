//! The part of the graph that a question is about answers like the whole.

use std::collections::BTreeSet;

use trailseal_forensics::actor::{ActorId, CredentialId};
use trailseal_forensics::case::Case;
use trailseal_forensics::session::Query;

use super::support::whole;

#[test]
fn a_part_of_the_graph_answers_like_the_whole() {
    let case = Case::open(whole()).unwrap();
    let all = case.graph().unwrap();
    let sessions = all.resolve();

    let mut asked = BTreeSet::from(["nobody".to_owned(), "AKIAIOSFODNN7EXAMPLE".to_owned()]);
    let mut ask = |text: Option<&str>| asked.extend(text.map(str::to_owned));
    for usage in sessions.uses() {
        let actor = &usage.actor;
        ask(actor.credential.as_ref().map(CredentialId::as_str));
        ask(Some(actor.id.as_str()));
        ask(Some(&usage.party));
        ask(actor.arn.as_deref());
        ask(actor.name.as_deref());
        ask(actor.session.as_deref());
    }
    for issue in sessions.issues() {
        let target = &issue.target;
        ask(issue.credential.as_ref().map(CredentialId::as_str));
        ask(target.id.as_ref().map(ActorId::as_str));
        ask(target.arn.as_deref());
        ask(target.role.as_deref());
        ask(target.name.as_deref());
        ask(target.session.as_deref());
    }
    assert!(asked.len() > 50, "{}", asked.len());
    let mut smaller = 0;
    for text in asked {
        let Ok(query) = Query::parse(&text) else {
            continue;
        };
        let part = case.graph_about(&query).unwrap();
        smaller += usize::from(part.issues().count() < all.issues().count());
        let of_part = part.resolve();
        assert_eq!(of_part.whois(&query), sessions.whois(&query), "{text}");
        assert_eq!(of_part.trace(&query), sessions.trace(&query), "{text}");
    }
    assert!(smaller > 50, "{smaller}");
}
