//! An AWS on a loopback port, for tests: S3, CloudTrail, and as much of STS and
//! Organizations as their clients ask for, over a folder of CloudTrail files.
//!
//! ```no_run
//! use trailseal_loopback::{Faults, Often, Scene, Server};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let scene = Scene::mirror("test-vectors/sample")?
//!     .keys("test-vectors/sample-keys.json")?
//!     .trails_of_digests()
//!     .organization("o-exampleorgid")
//!     .versioned();
//! let server = Server::start(scene, Faults::default())?;
//! // … point a client at server.endpoint() …
//! server.store().delete("example-org-cloudtrail-logs", "AWSLogs/…")?;
//! server.set_faults(Faults { slow_down: Often::First(1), ..Faults::default() });
//! assert_eq!(server.requests().get("GetObject"), None);
//! # Ok(())
//! # }
//! ```
//!
//! Requests must be signed, with any credentials: the Region of CloudTrail's
//! answers is that of the signature's credential scope, and the signature is
//! not checked. Buckets are addressed by path.
//!
//! It is made on hyper itself, because faults need the connection: a reset is a
//! TCP reset, a cut body ends before its `Content-Length`. Keys arrive as they
//! were sent, `..`, `//` and control characters included.
//!
//! Absent on purpose: TLS, access control, multipart uploads, any code of ours:
//! what this crate makes of the AWS documentation is held against what `aws`
//! makes of it.

mod body;
mod cloudtrail;
mod faults;
mod organizations;
mod reply;
mod request;
mod s3;
mod scene;
mod server;
mod service;
mod store;
mod sts;
mod tally;
mod wire;
mod xml;

pub use faults::{Faults, Missing, Often, ParseOftenError};
pub use scene::{Member, Scene, SceneError, Trail};
pub use server::Server;
pub use store::{NoSuchBucket, Object, Store, Unread, Versioning};
