//! One CloudTrail record, in the shape that AWS documents under "CloudTrail
//! record contents": a call with its defaults, changed field by field.

use serde_json::{Map, Value, json};

use super::{
    cast::{Actor, Place, Way},
    clock::Second,
    seed::Seed,
};

/// A record and where it is delivered.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) place: Place,
    pub(super) time: Second,
    pub(super) record: Value,
    /// Set on the records that the story speaks of.
    pub(super) note: Option<String>,
}

impl Event {
    /// The record's `eventID`.
    pub(super) fn id(&self) -> &str {
        self.record["eventID"].as_str().unwrap_or_default()
    }

    /// The record's `eventName`.
    pub(super) fn name(&self) -> &str {
        self.record["eventName"].as_str().unwrap_or_default()
    }

    /// Marks the record as part of the story.
    pub(super) fn noted(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }
}

/// A call on its way to becoming a record.
#[derive(Clone, Debug)]
pub(super) struct Call {
    place: Place,
    service: &'static str,
    name: String,
    time: Second,
    fields: Map<String, Value>,
}

impl Call {
    /// A management call of a service (`iam`, not `iam.amazonaws.com`).
    pub(super) fn new(place: Place, service: &'static str, name: &str, time: Second) -> Self {
        let fields = Map::from_iter([
            ("requestParameters".to_owned(), Value::Null),
            ("responseElements".to_owned(), Value::Null),
            ("readOnly".to_owned(), json!(reads(name))),
            ("eventType".to_owned(), json!("AwsApiCall")),
            ("managementEvent".to_owned(), json!(true)),
            ("eventCategory".to_owned(), json!("Management")),
        ]);
        Self {
            place,
            service,
            name: name.to_owned(),
            time,
            fields,
        }
    }

    /// Sets any field.
    pub(super) fn with(mut self, field: &str, value: Value) -> Self {
        self.fields.insert(field.to_owned(), value);
        self
    }

    /// Sets `requestParameters`.
    pub(super) fn request(self, value: Value) -> Self {
        self.with("requestParameters", value)
    }

    /// Sets `responseElements`.
    pub(super) fn response(self, value: Value) -> Self {
        self.with("responseElements", value)
    }

    /// Makes the call a refused or failed one.
    pub(super) fn error(self, code: &str, message: &str) -> Self {
        let this = self.with("errorCode", json!(code));
        if message.is_empty() {
            this
        } else {
            this.with("errorMessage", json!(message))
        }
    }

    /// Makes the call an S3 object call: a data event.
    pub(super) fn object(self, bucket: &str, owner: &str, key: &str) -> Self {
        let resources = json!([
            {"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/{key}")},
            {"accountId": owner, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")},
        ]);
        let host = format!("{bucket}.s3.{}.amazonaws.com", self.place.region);
        self.request(json!({"bucketName": bucket, "Host": host, "key": key}))
            .with("resources", resources)
            .with("managementEvent", json!(false))
            .with("eventCategory", json!("Data"))
    }

    /// The record, made by the actor.
    pub(super) fn by(self, actor: &Actor, seed: &mut Seed) -> Event {
        let Self {
            place,
            service,
            name,
            time,
            mut fields,
        } = self;
        let host = match service {
            "iam" | "organizations" => format!("{service}.amazonaws.com"),
            _ => format!("{service}.{}.amazonaws.com", place.region),
        };
        let mut set = |field: &str, value: Value| {
            fields.entry(field.to_owned()).or_insert(value);
        };
        set("eventVersion", json!(version(service)));
        set("userIdentity", actor.identity.clone());
        set("eventTime", json!(time.rfc3339()));
        set("eventSource", json!(format!("{service}.amazonaws.com")));
        set("eventName", json!(name));
        set("awsRegion", json!(place.region));
        set("sourceIPAddress", json!(actor.address));
        set("userAgent", json!(actor.agent));
        set("recipientAccountId", json!(place.account));
        set("eventID", json!(seed.uuid()));
        let request = match service {
            "s3" => json!(seed.text("ABCDEFGHJKMNPQRSTVWXYZ0123456789", 16)),
            _ => json!(seed.uuid()),
        };
        set("requestID", request);
        match actor.way {
            Way::Direct => {
                let mut tls = json!({
                    "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                    "clientProvidedHostHeader": host,
                });
                if seed.below(4) == 0 {
                    tls["keyExchange"] = json!("X25519MLKEM768");
                }
                set("tlsDetails", tls);
            }
            Way::Console => set("sessionCredentialFromConsole", json!("true")),
            Way::Service => {}
        }
        if service == "s3" && fields["eventCategory"] == "Data" {
            let out = if name == "GetObject" {
                20_000 + seed.below(4_000_000)
            } else {
                0
            };
            let extra = json!({
                "SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256",
                "bytesTransferredIn": 0, "bytesTransferredOut": out,
                "AuthenticationMethod": "AuthHeader",
                "x-amz-id-2": format!("{}=", seed.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 43)),
            });
            fields.entry("additionalEventData").or_insert(extra);
        }
        // A refused or failed call says so and answers nothing.
        if fields.contains_key("errorCode") {
            fields.insert("responseElements".to_owned(), Value::Null);
        }
        Event {
            place,
            time,
            record: Value::Object(fields),
            note: None,
        }
    }
}

/// Whether CloudTrail calls the operation read-only. The `AssumeRole` family
/// is, though it answers with credentials.
fn reads(name: &str) -> bool {
    const PREFIXES: [&str; 11] = [
        "Describe",
        "List",
        "Get",
        "Head",
        "Lookup",
        "AssumeRole",
        "Decrypt",
        "GenerateDataKey",
        "Search",
        "Select",
        "CreateOAuth2Token",
    ];
    const WRITES: [&str; 2] = ["GetSessionToken", "GetFederationToken"];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) && !WRITES.contains(&name)
}

/// Services adopt new record versions at different times.
fn version(service: &str) -> &'static str {
    match service {
        "signin" | "config" | "quicksight" | "sso" => "1.08",
        "lambda" | "autoscaling" | "elasticloadbalancing" => "1.09",
        "ec2" | "rds" | "dynamodb" | "ecr" | "eks" => "1.10",
        _ => "1.11",
    }
}
