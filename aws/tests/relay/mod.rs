//! Stands between the client and the loopback AWS: sees each request, and may
//! change the bucket behind an answer, answer itself, or hang up.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// What becomes of a request, given its first line and the way to pass it on.
/// Nothing: the connection is closed without an answer.
type Handle = dyn Fn(&str, &dyn Fn() -> Vec<u8>) -> Option<Vec<u8>> + Send + Sync;

/// A relay for as long as it is held.
pub(crate) struct Relay {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    pub(crate) fn start(
        upstream: SocketAddr,
        handle: impl Fn(&str, &dyn Fn() -> Vec<u8>) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let (stopping, handle): (_, Arc<Handle>) = (Arc::clone(&stop), Arc::new(handle));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), handle) = (stream, Arc::clone(&handle)) else {
                    continue;
                };
                // A client that hangs up early is no failure of the test's.
                std::thread::spawn(move || serve(stream, upstream, &*handle));
            }
        });
        Self {
            address,
            stop,
            thread: Some(thread),
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// An answer of S3's with an error in it.
pub(crate) fn refusal(status: u16, code: &str) -> Vec<u8> {
    let body = format!("<Error><Code>{code}</Code><Message>as told</Message></Error>");
    format!(
        "HTTP/1.1 {status} Told\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// One request a connection.
fn serve(mut client: TcpStream, upstream: SocketAddr, handle: &Handle) -> io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let (first, fields) = head.split_once("\r\n").unwrap();
    let fields_of = fields.lines().filter_map(|line| line.split_once(": "));
    let length = fields_of
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .find_map(|(_, length)| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body)?;
    let pass = || {
        let mut server = TcpStream::connect(upstream).unwrap();
        write!(server, "{first}\r\nConnection: close\r\n{fields}").unwrap();
        server.write_all(&body).unwrap();
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).unwrap();
        answer
    };
    match handle(first, &pass) {
        Some(answer) => client.write_all(&answer),
        None => Ok(()),
    }
}
