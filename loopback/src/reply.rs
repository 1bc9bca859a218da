//! Answers, and errors in the form of each protocol.

use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::body::Payload;
use crate::xml::Xml;

pub(crate) type Reply = Response<Payload>;

/// Why there is no ordinary answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error that is told.
    Told(AwsError),
    /// The connection is reset.
    Reset,
}

/// An error as AWS tells it.
#[derive(Debug)]
pub(crate) struct AwsError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl AwsError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            headers: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// As S3 tells it.
    pub(crate) fn into_s3(self, resource: &str) -> Reply {
        let body = Xml::document("Error", "", |xml| {
            xml.text("Code", self.code);
            xml.text("Message", &self.message);
            xml.text("Resource", resource);
            xml.text("RequestId", "LOOPBACK");
        });
        let mut reply = self::body(self.status, "application/xml", body);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                reply.headers_mut().insert(name, value);
            }
        }
        reply
    }

    /// As the JSON 1.1 protocol tells it.
    pub(crate) fn into_json(self) -> Reply {
        let body = json!({"__type": self.code, "message": self.message});
        let mut reply = json(self.status, &body);
        reply
            .headers_mut()
            .insert("x-amzn-errortype", HeaderValue::from_static(self.code));
        reply
    }

    /// As the query protocol tells it.
    pub(crate) fn into_query(self, namespace: &str) -> Reply {
        let body = Xml::document("ErrorResponse", namespace, |xml| {
            xml.inside("Error", |xml| {
                xml.text("Type", "Sender");
                xml.text("Code", self.code);
                xml.text("Message", &self.message);
            });
            xml.text("RequestId", "LOOPBACK");
        });
        self::body(self.status, "text/xml", body)
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        Self::Told(error)
    }
}

/// An answer that is all in memory.
pub(crate) fn body(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Reply {
    let body = body.into();
    let length = body.len() as u64;
    let mut reply = empty(status);
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    *reply.body_mut() = Payload::whole(body);
    reply
}

/// An answer of the JSON 1.1 protocol.
pub(crate) fn json(status: StatusCode, body: &Value) -> Reply {
    self::body(status, "application/x-amz-json-1.1", body.to_string())
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(Payload::whole(Bytes::new()));
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert("x-amz-request-id", HeaderValue::from_static("LOOPBACK"));
    reply
}
