//! A client that hides nothing: it sends what it is given and shows what the
//! server wrote before the connection ended.

#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a broken answer fails the test")]

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use trailseal_loopback::Server;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The texts of all elements of this name, entities as they are.
    pub(crate) fn all(&self, element: &str) -> Vec<String> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let text = self.text();
        let opened = text.split(&open).skip(1);
        opened
            .map(|rest| rest.split(&close).next().unwrap().to_owned())
            .collect()
    }

    /// The text of the one element of this name.
    pub(crate) fn one(&self, element: &str) -> String {
        let [text] = self.all(element).try_into().unwrap();
        text
    }

    pub(crate) fn length(&self) -> usize {
        self.headers["content-length"].parse().unwrap()
    }
}

/// A connection that is kept alive.
pub(crate) struct Client {
    stream: TcpStream,
    region: &'static str,
}

impl Client {
    pub(crate) fn new(server: &Server) -> Self {
        Self::of(server, "us-east-1")
    }

    /// Signs for this Region.
    pub(crate) fn of(server: &Server, region: &'static str) -> Self {
        Self {
            stream: TcpStream::connect(server.address()).unwrap(),
            region,
        }
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        let scope = format!("AK/20260302/{}/any/aws4_request", self.region);
        request += &format!(
            "Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, \
             Signature=00\r\n"
        );
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("Content-Length: {}\r\n\r\n", body.len());
        self.raw(&[request.as_bytes(), body].concat(), method == "HEAD")
    }

    /// Sends bytes and reads an answer; a body that ends early is short.
    pub(crate) fn raw(&mut self, request: &[u8], is_head: bool) -> io::Result<Answer> {
        self.stream.write_all(request)?;
        let mut read = Vec::new();
        let mut part = [0; 4096];
        let end = loop {
            if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            match self.stream.read(&mut part)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => read.extend_from_slice(&part[..count]),
            }
        };
        let head = String::from_utf8(read[..end].to_vec()).unwrap();
        let mut lines = head.trim_end().lines();
        let status = lines.next().unwrap()[9..12].parse().unwrap();
        let headers: BTreeMap<_, _> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let mut body = read.split_off(end);
        let stated = headers
            .get("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let length: usize = if is_head { 0 } else { stated };
        while body.len() < length {
            match self.stream.read(&mut part)? {
                0 => break,
                count => body.extend_from_slice(&part[..count]),
            }
        }
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.send("GET", target, &[], b"").unwrap()
    }

    /// Calls an operation of a JSON service.
    pub(crate) fn call(&mut self, target: &str, body: &serde_json::Value) -> Answer {
        let headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", target),
        ];
        self.send("POST", "/", &headers, body.to_string().as_bytes())
            .unwrap()
    }

    pub(crate) fn cloudtrail(&mut self, operation: &str, body: &serde_json::Value) -> Answer {
        let service = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101";
        self.call(&format!("{service}.{operation}"), body)
    }
}

/// One request on a connection of its own.
pub(crate) fn get(server: &Server, target: &str) -> Answer {
    Client::new(server).get(target)
}

pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors")
}

/// Percent-encodes everything but letters, digits and slashes.
pub(crate) fn encoded(key: &str) -> String {
    let byte = |byte: u8| match byte {
        b'/' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    key.bytes().map(byte).collect()
}

/// What `encoding-type=url` and [`encoded`] did.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(out).unwrap()
}
