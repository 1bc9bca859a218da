//! One CloudTrail record: a typed view over its text, which loses nothing.
//!
//! Members that CloudTrail documents are typed and borrow from the text. What
//! is unknown, `null` or of another type than documented stays verbatim in
//! `rest`, at the level where it was found, and the odd is noted. So a record
//! is never lost for a member, and [`Record::to_json`] equals what was read.
//!
//! Reference: CloudTrail User Guide, "CloudTrail record contents" (event
//! version 1.11), "CloudTrail record contents for Insights events",
//! "Aggregated events". An aggregated record is told by [`RecordFields::aggregate_id`]
//! or [`EventCategory::Aggregated`].
//!
//! Repeated members are noted down to the typed objects, not inside raw values
//! such as `requestParameters`.

mod field;
mod identity;
mod oddity;
mod parts;
mod value;

use std::borrow::Cow;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::event_time::{EventTime, EventTimeError};

pub use field::Member;
use field::{ObjectSeed, object};
pub(crate) use identity::Identities;
pub use identity::{
    Delegate, InScopeOf, OnBehalfOf, SessionAttributes, SessionContext, SessionIssuer,
    SharedIdentity, UserIdentity, WebIdFederationData,
};
pub use oddity::{JsonKind, MAX_ODDITIES, Oddity, OddityKind};
use oddity::{Notes, Path};
pub use parts::{Addendum, EdgeDeviceDetails, EventContext, Resource, TimeWindow, TlsDetails};
pub use value::{EventCategory, EventType, EventVersion, Flag, IdentityType, Open};

object! {
    /// The members of a record.
    RecordFields {
        /// The version of the record's format.
        event_version: "eventVersion" => EventVersion<'a>,
        /// Who.
        user_identity: "userIdentity" => SharedIdentity<'a>,
        /// When the request was completed; see [`Record::time`].
        event_time: "eventTime" => Cow<'a, str>,
        /// The service, usually `NAME.amazonaws.com`.
        event_source: "eventSource" => Cow<'a, str>,
        /// The action.
        event_name: "eventName" => Cow<'a, str>,
        /// The Region.
        aws_region: "awsRegion" => Cow<'a, str>,
        /// An address, the DNS name of a service, or `AWS Internal`.
        source_ip_address: "sourceIPAddress" => Cow<'a, str>,
        /// The client; for the console and services, their name.
        user_agent: "userAgent" => Cow<'a, str>,
        /// Why it was refused or failed.
        error_code: "errorCode" => Cow<'a, str>,
        /// The same in words.
        error_message: "errorMessage" => Cow<'a, str>,
        /// What was asked.
        request_parameters: "requestParameters" => &'a RawValue,
        /// What was answered. `null` for reads, but for those of STS.
        response_elements: "responseElements" => &'a RawValue,
        /// What fits nowhere else: second factor, sign-in, bytes transferred.
        additional_event_data: "additionalEventData" => &'a RawValue,
        /// The request, as the service knows it.
        request_id: "requestID" => Cow<'a, str>,
        /// The event.
        event_id: "eventID" => Cow<'a, str>,
        /// Whether it changes nothing.
        read_only: "readOnly" => Flag,
        /// What was touched.
        resources: "resources" => Vec<Resource<'a>>,
        /// What kind of record.
        event_type: "eventType" => Open<'a, EventType>,
        /// The version of the API.
        api_version: "apiVersion" => Cow<'a, str>,
        /// Whether it is a management event.
        management_event: "managementEvent" => Flag,
        /// The account that received the record.
        recipient_account_id: "recipientAccountId" => Cow<'a, str>,
        /// Joins the records of one action in several accounts, or the start
        /// and the end of an Insight.
        shared_event_id: "sharedEventID" => Cow<'a, str>,
        /// What a service did by itself.
        service_event_details: "serviceEventDetails" => &'a RawValue,
        /// The VPC endpoint the request came through.
        vpc_endpoint_id: "vpcEndpointId" => Cow<'a, str>,
        /// The account of that endpoint.
        vpc_endpoint_account_id: "vpcEndpointAccountId" => Cow<'a, str>,
        /// Which of the kinds of events a trail selects.
        event_category: "eventCategory" => Open<'a, EventCategory>,
        /// Why it came late, or what it corrects.
        addendum: "addendum" => Box<Addendum<'a>>,
        /// There, and true, only if the credentials came from the console.
        session_credential_from_console: "sessionCredentialFromConsole" => Flag,
        /// The device at the edge.
        edge_device_details: "edgeDeviceDetails" => Box<EdgeDeviceDetails<'a>>,
        /// The TLS connection.
        tls_details: "tlsDetails" => TlsDetails<'a>,
        /// Tags and condition keys.
        event_context: "eventContext" => Box<EventContext<'a>>,
        /// What was left out for its size, and where.
        annotation: "annotation" => &'a RawValue,
        /// What an Insight found.
        insight_details: "insightDetails" => &'a RawValue,
        /// An aggregated record, which is spelled with a lower-case d.
        aggregate_id: "eventId" => Cow<'a, str>,
        /// The account of an aggregated record.
        account_id: "accountId" => Cow<'a, str>,
        /// The time an aggregated record counts over.
        time_window: "timeWindow" => Box<TimeWindow<'a>>,
        /// The counts of an aggregated record.
        summary: "summary" => &'a RawValue,
    }
}

/// A record: its [fields](RecordFields), through `Deref`, its text, and what
/// is odd about it.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    text: &'a str,
    fields: Box<RecordFields<'a>>,
    oddities: Vec<Oddity>,
}

/// Text that is not one JSON object.
#[derive(Debug, thiserror::Error)]
#[error("not a record: expected one JSON object, found {0}")]
pub struct RecordError(#[source] serde_json::Error);

impl RecordError {
    /// What is wrong, and where in the text. Quotes nothing of it.
    pub(crate) fn detail(&self) -> String {
        self.0.to_string()
    }

    /// How far the text was read.
    pub(crate) fn position(&self, text: &str) -> usize {
        let mut newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        let line = match self.0.line() {
            0 | 1 => 0,
            line => newlines.nth(line - 2).map_or(0, |newline| newline + 1),
        };
        (line + self.0.column()).min(text.len())
    }
}

impl<'a> Record<'a> {
    /// Reads the text of one record, which is one JSON object.
    ///
    /// # Errors
    /// The text is anything else. Members may be missing or odd.
    pub fn parse(text: &'a str) -> Result<Self, RecordError> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        let parsed: Parsed<'a> = serde_json::from_str(text).map_err(RecordError)?;
        Ok(parsed.of(text))
    }

    /// Reads the record with which a text begins. Its length is that of
    /// [`text`](Self::text). Its identity may be one that was read before.
    pub(crate) fn parse_prefix(
        text: &'a str,
        identities: &mut Identities<'a>,
    ) -> Result<Self, RecordError> {
        let mut notes = Notes::default();
        notes.identities = Some(std::mem::take(identities));
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Parsed::read(&mut json, &mut notes);
        *identities = notes.identities.take().unwrap_or_default();
        let fields = read.map_err(RecordError)?;
        // Behind its last value, an object has but spaces and its bracket.
        let last = notes.last.map(RawValue::get);
        let end = last.map_or(0, |last| {
            (last.as_ptr().addr() + last.len()).saturating_sub(text.as_ptr().addr())
        });
        let rest = text.get(end..).unwrap_or_default();
        let length = rest
            .find('}')
            .map_or(text.len(), |bracket| end + bracket + 1);
        Ok(Parsed { fields, notes }.of(&text[..length]))
    }

    /// The record, verbatim.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// What is odd about it; empty for what CloudTrail writes.
    pub fn oddities(&self) -> &[Oddity] {
        &self.oddities
    }

    /// `eventID`, or `eventId` of an aggregated record.
    pub fn id(&self) -> Option<&str> {
        self.event_id.as_deref().or(self.aggregate_id.as_deref())
    }

    /// The account whose record it is: `recipientAccountId`, or `accountId` of
    /// an aggregated record.
    pub fn account(&self) -> Option<&str> {
        self.recipient_account_id
            .as_deref()
            .or(self.account_id.as_deref())
    }

    /// When: `eventTime`, or the start of the window of an aggregated record.
    /// `None` if it says neither.
    ///
    /// # Errors
    /// The text is not a time.
    pub fn time(&self) -> Option<Result<EventTime, EventTimeError>> {
        let window = || self.time_window.as_ref()?.window_start.as_deref();
        let text = self.event_time.as_deref().or_else(window)?;
        Some(EventTime::parse(text))
    }

    /// The typed view and the raw parts, put together again: the same JSON
    /// value as [`text`](Self::text), in another order.
    ///
    /// # Errors
    /// None for a record that was read.
    pub fn to_json(&self) -> serde_json::Result<Box<RawValue>> {
        serde_json::value::to_raw_value(self)
    }

    /// Whether a member of this name belongs to records.
    pub(crate) fn knows(name: &str) -> bool {
        RecordFields::knows(name)
    }
}

impl<'a> Deref for Record<'a> {
    type Target = RecordFields<'a>;

    fn deref(&self) -> &Self::Target {
        &self.fields
    }
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

/// Fields and oddities, before their text is known.
struct Parsed<'a> {
    fields: Box<RecordFields<'a>>,
    notes: Notes<'a>,
}

impl<'a> Deserialize<'a> for Parsed<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        let mut notes = Notes::default();
        let fields = Self::read(deserializer, &mut notes)?;
        Ok(Self { fields, notes })
    }
}

impl<'a> Parsed<'a> {
    fn read<D: Deserializer<'a>>(
        deserializer: D,
        notes: &mut Notes<'a>,
    ) -> Result<Box<RecordFields<'a>>, D::Error> {
        let mut fields = Box::<RecordFields<'a>>::default();
        let seed = ObjectSeed {
            at: &Path::Top,
            notes,
            object: &mut *fields,
        };
        deserializer.deserialize_map(seed)?;
        Ok(fields)
    }

    fn of(mut self, text: &'a str) -> Record<'a> {
        let fields = &self.fields;
        let mut odd = |name, kind| self.notes.add(&Path::Member(&Path::Top, name), kind);
        let known =
            |version: &EventVersion<'_>| version.number().is_some_and(|(major, _)| major == 1);
        if !fields.event_version.as_ref().is_none_or(known) {
            odd("eventVersion", OddityKind::Version);
        }
        if matches!(fields.read_only, Some(Flag::Text(_))) {
            odd("readOnly", OddityKind::OtherForm);
        }
        if matches!(fields.management_event, Some(Flag::Text(_))) {
            odd("managementEvent", OddityKind::OtherForm);
        }
        Record {
            text,
            fields: self.fields,
            oddities: self.notes.into_list(),
        }
    }
}
