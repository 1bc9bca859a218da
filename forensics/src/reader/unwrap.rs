//! Records inside other documents.

use serde_json::value::RawValue;

use super::item::Wrapper;
use crate::record::{Member, Record};

/// Members of a document whose arrays hold records, or what wraps them: logs,
/// `lookup-events`, subscriptions and `filter-log-events` of CloudWatch Logs.
pub(super) const COLLECTIONS: [&[u8]; 4] = [b"Records", b"Events", b"logEvents", b"events"];

/// What a record is wrapped in, and its text there.
pub(super) enum Wrapped<'a> {
    /// As JSON.
    Json(Wrapper, &'a RawValue),
    /// As a string that holds JSON.
    Text(Wrapper, &'a RawValue),
}

/// Whether the object begins like a record or a wrapper, judged by the name of
/// a member.
pub(super) fn is_telling(name: &str) -> bool {
    Record::knows(name)
        || matches!(
            name,
            "detail" | "detail-type" | "CloudTrailEvent" | "message" | "@message"
        )
}

/// Whether this is a record of CloudTrail, and not some other object. S3's
/// event notifications share the names of some members.
pub(super) fn is_event(record: &Record<'_>) -> bool {
    let typed = record.event_version.is_some()
        || record.id().is_some()
        || record.event_name.is_some()
        || record.event_type.is_some();
    let stated = |member: &Member<'_>| {
        matches!(
            &*member.name,
            "eventVersion" | "eventID" | "eventId" | "eventName" | "eventType"
        )
    };
    (typed || record.rest.iter().any(stated)) && record.event_source.as_deref() != Some("aws:s3")
}

/// What an object that is no record wraps.
pub(super) fn wrapped<'a>(outer: &Record<'a>) -> Option<Wrapped<'a>> {
    let member = |name: &str| outer.rest.iter().rfind(|member| member.name == name);
    let value = |name: &str| member(name).map(|member| member.value);
    if let Some(text) = value("CloudTrailEvent") {
        return Some(Wrapped::Text(Wrapper::LookupEvents, text));
    }
    if let (Some(detail), Some(_)) = (value("detail"), value("detail-type")) {
        return Some(Wrapped::Json(Wrapper::EventBridge, detail));
    }
    let message = value("message").or_else(|| value("@message"))?;
    Some(if message.get().starts_with('{') {
        Wrapped::Json(Wrapper::LogEvent, message)
    } else {
        Wrapped::Text(Wrapper::LogEvent, message)
    })
}
