//! The server: one loopback port for all services, on threads of its own.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::runtime::{Builder, Runtime};
use tokio::time::sleep;

use crate::faults::{Attempts, Faults, Luck};
use crate::reply::{AwsError, Failure, Reply};
use crate::request::Call;
use crate::s3;
use crate::scene::Scene;
use crate::service::Service;
use crate::store::Store;
use crate::tally::Tally;
use crate::wire::{ResetFlag, Wire};

/// More than any test uploads.
const MAX_BODY: usize = 256 << 20;

/// A running loopback AWS. It stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

#[derive(Debug)]
struct Shared {
    scene: Scene,
    faults: RwLock<Arc<Faults>>,
    attempts: Attempts,
    tally: Tally,
}

impl Server {
    /// Serves a scene on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// No port or no thread is to be had.
    pub fn start(scene: Scene, faults: Faults) -> io::Result<Self> {
        Self::start_at(scene, faults, 0)
    }

    /// Serves a scene on this port of 127.0.0.1; 0 is any free one.
    ///
    /// # Errors
    ///
    /// The port is taken, or no thread is to be had.
    pub fn start_at(scene: Scene, faults: Faults, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .thread_name("loopback")
            .build()?;
        let shared = Arc::new(Shared {
            scene,
            faults: RwLock::new(Arc::new(faults)),
            attempts: Attempts::default(),
            tally: Tally::default(),
        });
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            shared,
            address,
            runtime: Some(runtime),
        })
    }

    /// What clients take for `--endpoint-url`: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The objects, to be changed while they are served.
    pub fn store(&self) -> &Store {
        self.shared.scene.store()
    }

    /// Changes what goes wrong from the next request on, and forgets how often
    /// each request was made.
    pub fn set_faults(&self, faults: Faults) {
        *self
            .shared
            .faults
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(faults);
        self.shared.attempts.forget();
    }

    /// Requests by operation, such as `GetObject` or `ListPublicKeys`; refused
    /// ones are counted too.
    pub fn requests(&self) -> BTreeMap<String, u64> {
        self.shared.tally.requests()
    }

    /// How many requests there were at once, at most.
    pub fn most_at_once(&self) -> u64 {
        self.shared.tally.most_at_once()
    }

    /// Counts from nothing again.
    pub fn forget_requests(&self) {
        self.shared.tally.forget();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Allowed in async tests too, where waiting for it would panic.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors: some will be free soon.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it, small answers wait for acknowledgements of the client.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let reset = ResetFlag::default();
            let wire = TokioIo::new(Wire::new(stream, reset.clone()));
            let service = service_fn(|request| respond(&shared, &reset, request));
            // It ends with an error when it was cut or reset, on purpose.
            let _ = http1::Builder::new().serve_connection(wire, service).await;
        });
    }
}

/// Ends the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset, as the scene or its faults ask for")]
struct Reset;

async fn respond(
    shared: &Shared,
    reset: &ResetFlag,
    request: Request<Incoming>,
) -> Result<Reply, Reset> {
    let (parts, incoming) = request.into_parts();
    let Ok(call) = Call::of(parts) else {
        let error = AwsError::new(
            StatusCode::BAD_REQUEST,
            "InvalidURI",
            "Couldn't parse the specified URI.",
        );
        return Ok(error.into_s3(""));
    };
    let service = Service::of(&call);
    let in_flight = shared.tally.begin(service.operation());
    let faults = Arc::clone(&shared.faults.read().unwrap_or_else(PoisonError::into_inner));
    if !faults.latency.is_zero() {
        sleep(faults.latency).await;
    }
    let request = format!("{} {} {}", service.operation(), call.method, call.target);
    let luck = faults.luck(&request, &shared.attempts);

    let mut reply = match answer(shared, &faults, luck, service, &call, incoming).await {
        Ok(reply) => reply,
        Err(Failure::Told(error)) => service.tell(error, &call),
        Err(Failure::Reset) => {
            reset.raise();
            return Err(Reset);
        }
    };
    let is_body = service == Service::S3(s3::Operation::GetObject) && reply.status().is_success();
    let payload = reply.body_mut();
    if call.method == Method::HEAD {
        payload.withhold();
    } else if is_body && luck.cut {
        payload.cut();
    } else if let (true, Some(per_second)) = (is_body, faults.bytes_per_second) {
        payload.slow(per_second);
    }
    payload.track(in_flight);
    Ok(reply)
}

async fn answer(
    shared: &Shared,
    faults: &Faults,
    luck: Luck,
    service: Service,
    call: &Call,
    incoming: Incoming,
) -> Result<Reply, Failure> {
    let is_s3 = matches!(service, Service::S3(_));
    if is_s3 && luck.reset {
        return Err(Failure::Reset);
    }
    let body = received(incoming).await?;
    if is_s3 && luck.slow_down {
        return Err(s3::slow_down().into());
    }
    if !is_s3 && luck.throttle {
        let error = AwsError::new(
            StatusCode::BAD_REQUEST,
            "ThrottlingException",
            "Rate exceeded",
        );
        return Err(error.into());
    }
    service.answer(&shared.scene, faults, call, &body)
}

async fn received(incoming: Incoming) -> Result<Bytes, Failure> {
    if incoming.is_end_stream() {
        return Ok(Bytes::new());
    }
    let collected = Limited::new(incoming, MAX_BODY).collect().await;
    collected
        .map(http_body_util::Collected::to_bytes)
        .map_err(|_| {
            let message = format!("the body ended early or is over {MAX_BODY} bytes");
            AwsError::new(StatusCode::BAD_REQUEST, "IncompleteBody", message).into()
        })
}
