//! The shape of `aws cloudtrail lookup-events` (CloudTrail API Reference,
//! "LookupEvents", "Event", "Resource").

use std::io::{self, Write};

use serde::Serialize;

use super::timesketch::with_offset;
use crate::lookup::username;
use crate::record::{Record, Resource};
use crate::visible::write_line;

/// Writes records as the AWS CLI prints Event history: `{"Events":[…]}`, times
/// as the CLI writes them, `ReadOnly` as text, and the record verbatim, as text.
///
/// `Resources` are those that the record lists. Event history names more, by
/// rules that AWS does not publish. A time that cannot be read is left out.
#[derive(Debug)]
pub struct LookupEvents<W> {
    to: W,
    is_begun: bool,
}

impl<W: Write> LookupEvents<W> {
    /// A writer to `to`, which should be buffered.
    pub fn new(to: W) -> Self {
        Self {
            to,
            is_begun: false,
        }
    }

    /// Writes one record.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(&mut self, record: &Record<'_>) -> io::Result<()> {
        self.to.write_all(if self.is_begun {
            b",\n"
        } else {
            b"{\"Events\":[\n"
        })?;
        self.is_begun = true;
        write_line(&mut self.to, &Event::of(record))
    }

    /// Ends the document, flushes, and gives back what was written to.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self) -> io::Result<W> {
        self.to.write_all(if self.is_begun {
            b"\n]}\n"
        } else {
            b"{\"Events\":[]}\n"
        })?;
        self.to.flush()?;
        Ok(self.to)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Event<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_key_id: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_source: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'r str>,
    resources: Vec<Touched<'r>>,
    cloud_trail_event: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Touched<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_type: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'r str>,
}

impl<'r> Event<'r> {
    fn of(record: &'r Record<'_>) -> Self {
        let identity = record.user_identity.as_deref();
        let key = identity.and_then(|identity| identity.access_key_id.as_deref());
        let time = record.time().and_then(Result::ok);
        let resources = record.resources.as_deref().unwrap_or_default();
        Self {
            event_id: record.id(),
            event_name: record.event_name.as_deref(),
            read_only: record.read_only.map(|flag| match flag.is_true() {
                true => "true",
                false => "false",
            }),
            access_key_id: key.filter(|key| !key.is_empty()),
            event_time: time.map(|time| with_offset(time.at).to_string()),
            event_source: record.event_source.as_deref(),
            username: username(record),
            resources: resources.iter().map(Touched::of).collect(),
            cloud_trail_event: record.text(),
        }
    }
}

impl<'r> Touched<'r> {
    fn of(resource: &'r Resource<'_>) -> Self {
        Self {
            resource_type: resource.resource_type.as_deref(),
            resource_name: resource.arn.as_deref().or(resource.arn_prefix.as_deref()),
        }
    }
}
