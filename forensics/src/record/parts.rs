//! The smaller objects of a record (CloudTrail User Guide, "CloudTrail record
//! contents").

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::field::object;

object! {
    /// One of `resources`.
    Resource {
        /// Its account. May be empty.
        account_id: "accountId" => Cow<'a, str>,
        /// Its type, such as `AWS::S3::Object`.
        resource_type: "type" => Cow<'a, str>,
        /// Its ARN.
        arn: "ARN" => Cow<'a, str>,
        /// What the ARNs of all that was touched begin with.
        arn_prefix: "ARNPrefix" => Cow<'a, str>,
    }
}

object! {
    /// `tlsDetails`; missing when a service acts on behalf of the caller.
    TlsDetails {
        /// `TLSv1.2`, `TLSv1.3`.
        tls_version: "tlsVersion" => Cow<'a, str>,
        /// The cipher suite.
        cipher_suite: "cipherSuite" => Cow<'a, str>,
        /// The host that the client asked for.
        client_provided_host_header: "clientProvidedHostHeader" => Cow<'a, str>,
        /// The key exchange, such as `X25519MLKEM768`.
        key_exchange: "keyExchange" => Cow<'a, str>,
    }
}

object! {
    /// `addendum`: why a record came late, or what it corrects.
    Addendum {
        /// `DELIVERY_DELAY`, `UPDATED_DATA` or `SERVICE_OUTAGE`.
        reason: "reason" => Cow<'a, str>,
        /// The members that this record updates.
        updated_fields: "updatedFields" => &'a RawValue,
        /// The request of the record that is updated, if another.
        original_request_id: "originalRequestID" => Cow<'a, str>,
        /// The record that is updated, if another.
        original_event_id: "originalEventID" => Cow<'a, str>,
    }
}

object! {
    /// `edgeDeviceDetails`.
    EdgeDeviceDetails {
        /// The type of the device.
        device_type: "type" => Cow<'a, str>,
        /// Its job.
        snow_job_id: "snowJobId" => Cow<'a, str>,
        /// Its family.
        device_family: "deviceFamily" => Cow<'a, str>,
        /// The device.
        device_id: "deviceId" => Cow<'a, str>,
    }
}

object! {
    /// `eventContext`, which only event data stores hold.
    EventContext {
        /// Condition keys of the request.
        request_context: "requestContext" => &'a RawValue,
        /// Tags of principal and resource.
        tag_context: "tagContext" => &'a RawValue,
    }
}

object! {
    /// `timeWindow` of an aggregated record.
    TimeWindow {
        /// Its start.
        window_start: "windowStart" => Cow<'a, str>,
        /// Its end.
        window_end: "windowEnd" => Cow<'a, str>,
        /// Its length, `PT5M`.
        window_size: "windowSize" => Cow<'a, str>,
    }
}
