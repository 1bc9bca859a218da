//! `trailseal report timestamp`: a time that somebody else vouches for, at once or
//! in two steps, so that the machine with the evidence needs no network.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use trailseal_keys::timestamp::{Expected, Limits, Request, TimeStamp};

#[cfg(feature = "aws")]
use super::authority::Authority;
use super::stamp::{Answered, Stampable};
use super::verify::anchors;
use crate::escape::Printable;
use crate::exit::{Exit, Failure};
#[cfg(feature = "aws")]
use crate::http::Endpoint;
use crate::output;

const EXAMPLES: &str = "\
Examples:
  Ask an authority, and attach its answer:
    trailseal report timestamp q1-evidence --timestamp-url https://tsa.example.com \\
      --tsa-ca tsa-ca.pem

  The same in steps, on a machine without network:
    trailseal report timestamp q1-evidence
    curl -H 'Content-Type: application/timestamp-query' -o answer.tsr \\
      --data-binary @q1-evidence/statement.tsq https://tsa.example.com
    trailseal report timestamp q1-evidence --attach answer.tsr --tsa-ca tsa-ca.pem

Of a ZIP, the request is written beside it (q1-evidence.zip.tsq), and the ZIP is
written anew with the answer in it.

The request holds the SHA-256 of the signed statement and a random number, and
nothing of the evidence. An answer is attached only if it is about this statement
and the certificates of --tsa-ca lead to who signed it; of an authority that is
asked at once, only if it repeats the random number, too.";

/// Request a time stamp (RFC 3161) for a bundle, or attach the answer.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// The bundle: a folder, or the ZIP that `report` wrote.
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,

    /// The authority's answer, as it came.
    #[arg(long, value_name = "FILE", requires = "tsa_ca")]
    attach: Option<PathBuf>,

    /// Ask this authority now.
    #[cfg(feature = "aws")]
    #[arg(
        long,
        value_name = "URL",
        requires = "tsa_ca",
        conflicts_with = "attach"
    )]
    timestamp_url: Option<Endpoint>,

    /// Certificates (PEM) of the CAs whose time stamps are believed.
    #[arg(long, value_name = "FILE")]
    tsa_ca: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let bundle = Stampable::open(&self.bundle)
            .with_context(|| self.bundle.display().to_string())
            .map_err(Failure::Usage)?;
        #[cfg(feature = "aws")]
        if let (Some(endpoint), Some(ca)) = (&self.timestamp_url, &self.tsa_ca) {
            let stamp = Authority::new(endpoint.clone(), ca)?.stamp(&bundle);
            let stamp = stamp.with_context(|| self.bundle.display().to_string());
            return say(&stamped(&stamp.map_err(Failure::CouldNotRun)?));
        }
        match (&self.attach, &self.tsa_ca) {
            (Some(answer), Some(ca)) => say(&stamped(&attach(&bundle, answer, ca)?)),
            (None, Some(_)) => Err(Failure::Usage(anyhow!(
                "--tsa-ca is for an answer: give --attach FILE, or --timestamp-url URL"
            ))),
            _ => say(&request(&bundle).map_err(Failure::CouldNotRun)?),
        }
    }
}

fn say(text: &str) -> Result<Exit, Failure> {
    output::print(text).map_err(Failure::CouldNotRun)?;
    Ok(Exit::Success)
}

fn request(bundle: &Stampable) -> Result<String> {
    bundle.request()?;
    let path = bundle.request_place();
    Ok(format!(
        "request  {}\nSend it to an authority as {}, and attach the answer with --attach.\n",
        Printable(path.display()),
        Request::MEDIA_TYPE
    ))
}

fn attach(bundle: &Stampable, answer: &Path, ca: &Path) -> Result<TimeStamp, Failure> {
    let trusted = anchors(ca)?;
    let bytes = read(answer).map_err(Failure::Usage)?;
    let expected = Expected {
        digest: bundle.signed().map_err(Failure::CouldNotRun)?,
        nonce: None,
    };
    Answered::of(bytes, expected, &trusted)
        .with_context(|| answer.display().to_string())
        .map_err(Failure::Usage)?
        .attach(bundle)
        .map_err(Failure::CouldNotRun)
}

/// What is said of a time stamp.
fn stamped(stamp: &TimeStamp) -> String {
    format!(
        "stamped  {} by {}\n",
        stamp.time(),
        Printable(stamp.authority())
    )
}

fn read(answer: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let room = u64::try_from(Limits::BYTES)? + 1;
    File::open(answer)
        .and_then(|file| file.take(room).read_to_end(&mut bytes))
        .with_context(|| answer.display().to_string())?;
    Ok(bytes)
}
