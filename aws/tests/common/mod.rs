//! Connections for tests, and a server that answers what a test tells it to:
//! what the loopback AWS, being healthy, would not say.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use trailseal_aws::{Connection, Credentials, Patience, Settings};
use trailseal_keys::Region;

pub(crate) fn region(name: &str) -> Region {
    name.parse().unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A connection that gives up soon.
pub(crate) fn connect(endpoint: &str) -> Connection {
    Connection::open(Settings {
        credentials: Credentials::Fixed {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_access_key: "hidden-secret".into(),
        },
        endpoint_url: Some(endpoint.to_owned()),
        patience: Patience {
            attempts: 3,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(5),
            ..Patience::default()
        },
        region: Some(region("eu-west-1")),
        ..Settings::default()
    })
    .unwrap()
}

/// One request, as far as CloudTrail's protocol goes.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The operation, such as `ListPublicKeys`; STS's is `GetCallerIdentity`.
    pub(crate) operation: String,
    /// The Region that the request was signed for.
    pub(crate) region: String,
    /// The `User-Agent` and the SDK's own header of that kind.
    pub(crate) agent: String,
    /// The body of a JSON request; null otherwise.
    pub(crate) body: Value,
}

/// A status and a JSON body.
pub(crate) type Told = (u16, Value);

/// A server for as long as it is held.
pub(crate) struct Scripted {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Scripted {
    /// Answers every request with what `answer` makes of it; those to STS
    /// are refused.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Told + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (log, stopping, answer) = (Arc::clone(&asked), Arc::clone(&stop), Arc::new(answer));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), log, answer) = (stream, Arc::clone(&log), Arc::clone(&answer))
                else {
                    continue;
                };
                // A client that hangs up early is no failure of the test's.
                std::thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self {
            address,
            asked,
            stop,
            thread: Some(thread),
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far, of this operation.
    pub(crate) fn asked(&self, operation: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|asked| asked.operation == operation)
            .cloned()
            .collect()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    answer: &dyn Fn(&Asked) -> Told,
) -> io::Result<()> {
    let asked = read(&mut stream)?;
    let (status, body) = if asked.operation == "GetCallerIdentity" {
        (403, Value::Null)
    } else {
        answer(&asked)
    };
    log.lock().unwrap().push(asked);
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status} Told\r\nContent-Type: application/x-amz-json-1.1\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn read(stream: &mut TcpStream) -> io::Result<Asked> {
    let mut reader = BufReader::new(stream);
    let (mut operation, mut region) = (String::new(), String::new());
    let (mut agent, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => {
                operation = value.rsplit('.').next().unwrap().to_owned();
            }
            // AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …
            "authorization" => region = value.split('/').nth(2).unwrap_or_default().to_owned(),
            "content-length" => length = value.parse().unwrap(),
            "user-agent" | "x-amz-user-agent" => agent.push_str(value),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if body.starts_with(b"Action=GetCallerIdentity") {
        operation = "GetCallerIdentity".into();
    }
    Ok(Asked {
        operation,
        region,
        agent,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

/// An error as JSON services tell it.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Told {
    (
        status,
        serde_json::json!({"__type": code, "message": message}),
    )
}

/// An endpoint at which nobody listens.
pub(crate) fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}
