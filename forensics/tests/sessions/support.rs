//! Records by hand, and a short notation for what is found.

use serde_json::{Value, json};
use trailseal_forensics::Record;
use trailseal_forensics::session::{Branch, Chain, Deed, Graph, Query, Tree};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const OTHER: &str = "444455556666";

/// A record of this name: `sts:AssumeRole` at `02:31:11`.
pub(crate) fn record(name: &str, time: &str, identity: Value) -> Value {
    let (service, name) = name.split_once(':').unwrap();
    json!({
        "eventVersion": "1.11", "eventSource": format!("{service}.amazonaws.com"),
        "eventName": name, "eventTime": format!("2026-03-11T{time}Z"),
        "eventID": format!("{service}-{name}-{time}"), "recipientAccountId": ACCOUNT,
        "userIdentity": identity,
    })
}

pub(crate) fn with(mut record: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

pub(crate) fn user(key: &str) -> Value {
    json!({
        "type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "userName": "mary.major",
        "arn": "arn:aws:iam::111122223333:user/mary.major", "accountId": ACCOUNT,
        "accessKeyId": key,
    })
}

/// The user in a session that began at this time.
pub(crate) fn user_session(key: &str, created: &str) -> Value {
    with(
        user(key),
        json!({"sessionContext": {"attributes": {
            "creationDate": format!("2026-03-11T{created}Z"), "mfaAuthenticated": "true"}}}),
    )
}

/// A session of the role `Deploy`.
pub(crate) fn role(session: &str, key: &str, created: &str) -> Value {
    json!({
        "type": "AssumedRole", "principalId": format!("AROADBQP57FF2AEXAMPLE:{session}"),
        "arn": format!("arn:aws:sts::111122223333:assumed-role/Deploy/{session}"),
        "accountId": ACCOUNT, "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "principalId": "AROADBQP57FF2AEXAMPLE",
                "arn": "arn:aws:iam::111122223333:role/ci/Deploy", "userName": "Deploy",
                "accountId": ACCOUNT},
            "attributes": {"creationDate": format!("2026-03-11T{created}Z")},
        },
    })
}

pub(crate) fn assumed(session: &str, key: &str) -> Value {
    json!({
        "requestParameters": {"roleArn": "arn:aws:iam::111122223333:role/ci/Deploy",
            "roleSessionName": session},
        "responseElements": {
            "credentials": {"accessKeyId": key, "expiration": "Mar 11, 2026, 3:31:11 AM"},
            "assumedRoleUser": {
                "assumedRoleId": format!("AROADBQP57FF2AEXAMPLE:{session}"),
                "arn": format!("arn:aws:sts::111122223333:assumed-role/Deploy/{session}"),
            },
        },
    })
}

pub(crate) fn graph(records: &[Value]) -> Graph<usize> {
    let mut graph = Graph::default();
    for (at, record) in records.iter().enumerate() {
        let text = record.to_string();
        graph.add(&Record::parse(&text).unwrap(), at);
    }
    graph
}

/// The one chain of a query.
pub(crate) fn whois<R: Clone + Ord>(graph: &Graph<R>, asked: &str) -> Chain<R> {
    let answer = graph.resolve().whois(&Query::parse(asked).unwrap());
    assert_eq!((answer.chains.len(), answer.more), (1, 0), "{asked}");
    answer.chains.into_iter().next().unwrap()
}

/// `WHO did WHAT (BASIS, CONFIDENCE)` for each step.
pub(crate) fn steps<R>(chain: &Chain<R>) -> Vec<String> {
    chain.steps.iter().map(|step| said(step)).collect()
}

pub(crate) fn tree<R>(tree: &Tree<R>) -> Vec<String> {
    fn lines<R>(branch: &Branch<R>, depth: usize, list: &mut Vec<String>) {
        list.push(format!("{}{}", "  ".repeat(depth), said(&branch.step)));
        for next in &branch.followed {
            lines(next, depth + 1, list);
        }
    }
    let mut list = Vec::new();
    for root in &tree.roots {
        lines(root, 0, &mut list);
    }
    list
}

fn said<R>(step: &trailseal_forensics::session::Step<R>) -> String {
    let who = step.actor.as_ref().map_or("?", |actor| {
        let name = actor.session.as_deref().or(actor.name.as_deref());
        name.unwrap_or(actor.id.as_str())
    });
    let what = match &step.deed {
        Deed::Used { .. } => {
            let actor = step.actor.as_ref().unwrap();
            let key = actor
                .credential
                .as_ref()
                .map_or("no key", |key| key.as_str());
            format!("used {key}")
        }
        Deed::Issued { by, .. } => format!("{by:?}"),
    };
    match step.link {
        Some(link) if link.candidates > 1 => format!(
            "{who} {what} ({:?}, {:?} of {})",
            link.basis, link.confidence, link.candidates
        ),
        Some(link) => format!("{who} {what} ({:?}, {:?})", link.basis, link.confidence),
        None => format!("{who} {what}"),
    }
}
