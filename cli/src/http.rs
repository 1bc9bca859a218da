//! One HTTP POST, for time stamp authorities and webhooks: bounded in time and
//! in size, without redirects, and silent about everything in an address that
//! may be a secret.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// What one request may take, the connection and the answer included.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An `http` or `https` address. It is shown as scheme and host only: the path
/// of a webhook is its password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Endpoint(ureq::http::Uri);

impl FromStr for Endpoint {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let uri: ureq::http::Uri = text
            .parse()
            .map_err(|_| anyhow!("this is no web address: expected https://HOST/PATH"))?;
        match uri.scheme_str() {
            Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => {
                Ok(Self(uri))
            }
            _ => bail!("this is no web address: expected https://HOST/PATH"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.0.scheme_str().unwrap_or("https");
        write!(f, "{scheme}://{}", self.0.host().unwrap_or_default())?;
        match self.0.port_u16() {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is sent.
#[derive(Debug)]
pub(crate) struct Post<'a> {
    pub(crate) media_type: &'a str,
    /// Other headers, names and values.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
    /// How many bytes of an answer are read; a longer one is an error. With 0 it is
    /// not read.
    pub(crate) room: u64,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Its header `Retry-After`, as it came.
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// None came: no connection, or no time left. Another try may end better.
    Silence(String),
    /// Another try would end no better: no trust in the certificate, or an answer
    /// that there is no room for.
    Refused(String),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Silence(text) | Self::Refused(text)) = self;
        f.write_str(text)
    }
}

impl std::error::Error for NoAnswer {}

impl NoAnswer {
    /// The library's own errors may repeat the address: they are said anew.
    fn of(endpoint: &Endpoint, error: &ureq::Error) -> Self {
        match error {
            ureq::Error::Io(error) => Self::Silence(format!("{endpoint}: {error}")),
            ureq::Error::Timeout(_) => {
                Self::Silence(format!("{endpoint}: no answer in {} s", TIMEOUT.as_secs()))
            }
            ureq::Error::HostNotFound => {
                Self::Silence(format!("{endpoint}: there is no such host"))
            }
            ureq::Error::ConnectionFailed => Self::Silence(format!("{endpoint}: no connection")),
            ureq::Error::BodyExceedsLimit(limit) => Self::Refused(format!(
                "{endpoint}: the answer is longer than {limit} bytes"
            )),
            ureq::Error::Rustls(error) => Self::Refused(format!("{endpoint}: TLS: {error}")),
            _ => Self::Refused(format!("{endpoint}: the request failed")),
        }
    }
}

/// Sends it once; who calls decides about trying again.
///
/// # Errors
/// If no answer came: no connection, no trust in the certificate, no time left,
/// or more than there is room for.
pub(crate) fn post(endpoint: &Endpoint, post: &Post<'_>) -> Result<Answer, NoAnswer> {
    let agent = agent(endpoint).map_err(|error| NoAnswer::Refused(format!("{error:#}")))?;
    let mut request = agent.post(&endpoint.0).content_type(post.media_type);
    for (name, value) in post.headers {
        request = request.header(*name, *value);
    }
    let unsaid = |error: ureq::Error| NoAnswer::of(endpoint, &error);
    let mut answer = request.send(post.body).map_err(unsaid)?;
    let status = answer.status().as_u16();
    let retry_after = answer.headers().get("retry-after");
    let retry_after = retry_after.and_then(|value| Some(value.to_str().ok()?.to_owned()));
    let body = match post.room {
        // Nothing of it is wanted, however long it is.
        0 => Vec::new(),
        room => {
            let body = answer.body_mut().with_config().limit(room);
            body.read_to_vec().map_err(unsaid)?
        }
    };
    Ok(Answer {
        status,
        retry_after,
        body,
    })
}

fn agent(endpoint: &Endpoint) -> Result<ureq::Agent> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(TIMEOUT))
        .user_agent(concat!("trailseal/", env!("CARGO_PKG_VERSION")));
    // Certificates are read only where they are needed.
    let config = match endpoint.0.scheme_str() {
        Some("http") => config,
        _ => config.tls_config(tls().with_context(|| endpoint.to_string())?),
    };
    Ok(config.build().into())
}

fn tls() -> Result<TlsConfig> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        bail!("this system has no CA certificates; install ca-certificates, or set SSL_CERT_FILE");
    }
    let roots = found
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots.collect::<Vec<_>>()))
        .unversioned_rustls_crypto_provider(provider)
        .build())
}

/// A server of a few answers, for tests.
#[cfg(test)]
pub(crate) mod stub {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    /// What came.
    pub(crate) struct Request {
        pub(crate) head: String,
        pub(crate) body: Vec<u8>,
    }

    /// Answers as many requests as there are answers, each with its own, from the
    /// status on; returns an address with a secret in it, and what came.
    pub(crate) fn server(answers: &'static [&'static str]) -> (String, JoinHandle<Vec<Request>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/services/secret", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let mut requests = Vec::new();
            for answer in answers {
                let (stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream);
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    reader.read_line(&mut head).unwrap();
                }
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                    .unwrap();
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let answer = format!("HTTP/1.1 {answer}");
                reader.get_mut().write_all(answer.as_bytes()).unwrap();
                requests.push(Request { head, body });
            }
            requests
        });
        (address, server)
    }
}

#[cfg(test)]
mod tests {
    use super::stub::{Request, server};
    use super::*;

    const SENT: Post<'_> = Post {
        media_type: "application/json",
        headers: &[("x-mark", "7")],
        body: b"{}",
        room: 8,
    };

    fn endpoint(address: &str) -> Endpoint {
        address.parse().unwrap()
    }

    #[test]
    fn sends_and_reads() {
        let (address, server) =
            server(&["404 Not Found\r\ncontent-length: 4\r\nretry-after: 7\r\n\r\ngone"]);
        let answer = post(&endpoint(&address), &SENT).unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (404, b"gone".as_slice())
        );
        assert_eq!(answer.retry_after.as_deref(), Some("7"));
        let Request { head, body } = server.join().unwrap().remove(0);
        assert!(
            head.starts_with("POST /services/secret HTTP/1.1\r\n"),
            "{head}"
        );
        assert!(head.contains("x-mark: 7") && head.contains("content-type: application/json"));
        assert_eq!(body, b"{}");
    }

    #[test]
    fn long_answers_and_redirects_are_not_followed() {
        let (address, _) = server(&["200 OK\r\ncontent-length: 9\r\n\r\n123456789"]);
        let error = post(&endpoint(&address), &SENT).unwrap_err();
        assert!(
            matches!(&error, NoAnswer::Refused(text) if text.contains("longer than 8 bytes")),
            "{error}"
        );
        let (address, _) =
            server(&["302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"]);
        assert_eq!(post(&endpoint(&address), &SENT).unwrap().status, 302);
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        let endpoint: Endpoint = "https://user:word@example.com:8443/services/T0/B0?key=1"
            .parse()
            .unwrap();
        assert_eq!(endpoint.to_string(), "https://example.com:8443");
        assert_eq!(format!("{endpoint:?}"), "https://example.com:8443");
        for wrong in [
            "",
            "example.com",
            "ftp://example.com/",
            "https://",
            "file:///etc/passwd",
        ] {
            assert!(wrong.parse::<Endpoint>().is_err(), "{wrong}");
        }
        let nowhere: Endpoint = "http://127.0.0.1:1/secret".parse().unwrap();
        let error = post(&nowhere, &SENT).unwrap_err();
        assert!(matches!(error, NoAnswer::Silence(_)), "{error:?}");
        let error = error.to_string();
        assert!(
            error.contains("127.0.0.1") && !error.contains("secret"),
            "{error}"
        );
    }
}
