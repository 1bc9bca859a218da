//! `GetCallerIdentity`: always the same auditor.
//!
//! Format reference: AWS STS API reference, query protocol.

use hyper::StatusCode;

use crate::reply::{AwsError, Reply, body};
use crate::request::Query;
use crate::xml::Xml;

/// The account of the caller.
pub(crate) const ACCOUNT: &str = "111122223333";

/// The namespace of STS's answers.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(crate) fn answer(form: &[u8]) -> Result<Reply, AwsError> {
    let form = std::str::from_utf8(form)
        .ok()
        .and_then(|form| Query::parse(form).ok());
    let action = form
        .as_ref()
        .and_then(|form| form.value("Action"))
        .unwrap_or_default();
    if action != "GetCallerIdentity" {
        return Err(AwsError::new(
            StatusCode::BAD_REQUEST,
            "InvalidAction",
            format!("Could not find operation {action}"),
        ));
    }
    let document = Xml::document("GetCallerIdentityResponse", NAMESPACE, |xml| {
        xml.inside("GetCallerIdentityResult", |xml| {
            xml.text("Arn", format_args!("arn:aws:iam::{ACCOUNT}:user/auditor"));
            xml.text("UserId", "AIDACKCEVSQ6C2EXAMPLE");
            xml.text("Account", ACCOUNT);
        });
        xml.inside("ResponseMetadata", |xml| xml.text("RequestId", "LOOPBACK"));
    });
    Ok(body(StatusCode::OK, "text/xml", document))
}
