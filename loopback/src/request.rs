//! What a request asks for: where, of which service, from which Region.
//!
//! Format reference: AWS General Reference, "Signature Version 4 signing
//! process" (credential scope); Amazon S3 user guide, "Path-style requests".

use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

/// A request without its body.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    /// Path and query as they came: what tells a repeated request.
    pub(crate) target: String,
    pub(crate) scope: Option<Scope>,
}

/// Who signed a request, and for where. Signatures are not checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) access_key: String,
    pub(crate) region: String,
}

/// The path or the query is not percent-encoded UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotUtf8;

impl Call {
    /// Paths are taken apart as they came: `..`, `//` and a leading `/` belong
    /// to the key.
    pub(crate) fn of(parts: Parts) -> Result<Self, NotUtf8> {
        let path = parts.uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let query = Query::parse(parts.uri.query().unwrap_or_default())?;
        let scope = Scope::of(&parts.headers, &query);
        Ok(Self {
            bucket: decoded(bucket)?,
            key: decoded(key)?,
            query,
            target: parts
                .uri
                .path_and_query()
                .map(ToString::to_string)
                .unwrap_or_default(),
            method: parts.method,
            headers: parts.headers,
            scope,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn region(&self) -> &str {
        self.scope
            .as_ref()
            .map_or("us-east-1", |scope| &scope.region)
    }
}

fn decoded(text: &str) -> Result<String, NotUtf8> {
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| NotUtf8)?;
    Ok(decoded.into_owned())
}

impl Scope {
    /// From the `Authorization` header or from a presigned URL.
    fn of(headers: &HeaderMap, query: &Query) -> Option<Self> {
        let header = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        let credential = match header {
            Some(header) => header
                .strip_prefix("AWS4-HMAC-SHA256")?
                .split_once("Credential=")?
                .1
                .split([',', ' '])
                .next()?,
            None => query.value("X-Amz-Credential")?,
        };
        let mut parts = credential.split('/');
        let access_key = parts.next()?.to_owned();
        let region = parts.nth(1)?.to_owned();
        (parts.nth(1)? == "aws4_request").then_some(Self { access_key, region })
    }
}

/// The query string, decoded.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Result<Self, NotUtf8> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(&value.replace('+', " "))?))
        });
        pairs.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// An empty value is taken for none, as S3 does for markers.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// The parameters that say what is asked for, not how it was signed.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names.filter(|name| !name.starts_with("X-Amz-") && *name != "x-id")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(uri: &str) -> Call {
        let request = hyper::Request::get(uri)
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AK/20260302/eu-west-1/s3/aws4_request, \
                 SignedHeaders=host, Signature=00",
            )
            .body(())
            .unwrap();
        Call::of(request.into_parts().0).unwrap()
    }

    #[test]
    fn hostile_keys_arrive_as_they_were_sent() {
        for (path, key) in [
            ("/b//a//b/", "/a//b/"),
            ("/b/a/../x", "a/../x"),
            ("/b/%2e%2e%2fx%5Cy%01", "../x\\y\u{1}"),
            ("/b/a+b%2B", "a+b+"),
        ] {
            assert_eq!(call(path).key, key);
        }
    }

    #[test]
    fn the_region_is_that_of_the_credential_scope() {
        assert_eq!(call("/").region(), "eu-west-1");
    }

    #[test]
    fn what_is_no_utf_8_is_refused() {
        let (parts, ()) = hyper::Request::get("/b/%ff").body(()).unwrap().into_parts();
        assert_eq!(Call::of(parts).unwrap_err(), NotUtf8);
    }
}
