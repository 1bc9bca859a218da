//! `trailseal report timestamp`: a time that somebody else vouches for, in two
//! steps, so that the machine with the evidence needs no network.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use trailseal_forensics::report::bundle::{STAMP, STAMP_REQUEST, STATEMENT, TAG_MANIFEST, bag};
use trailseal_keys::Sha256;
use trailseal_keys::timestamp::{Expected, Limits, Nonce, Request, Token};

use super::bundle::hashed;
use super::verify::anchors;
use crate::escape::Printable;
use crate::exit::{Exit, Failure};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  Write the request, have an authority answer it, and attach the answer:
    trailseal report timestamp q1-evidence
    curl -H 'Content-Type: application/timestamp-query' -o answer.tsr \\
      --data-binary @q1-evidence/statement.tsq https://tsa.example.com
    trailseal report timestamp q1-evidence --attach answer.tsr --tsa-ca tsa-ca.pem

The request holds the SHA-256 of the signed statement and a random number, and
nothing of the evidence. An answer is attached only if it is about this statement
and the certificates of --tsa-ca lead to who signed it.";

/// Request a time stamp (RFC 3161) for a bundle, or attach the answer.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// The bundle: a folder.
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,

    /// The authority's answer, as it came.
    #[arg(long, value_name = "FILE", requires = "tsa_ca")]
    attach: Option<PathBuf>,

    /// Certificates (PEM) of the CAs whose time stamps are believed.
    #[arg(long, value_name = "FILE", requires = "attach")]
    tsa_ca: Option<PathBuf>,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let bundle = self.bundle.as_path();
        let statement = bundle.join(STATEMENT);
        if !statement.is_file() {
            return Err(Failure::Usage(anyhow!(
                "{}: there is no {STATEMENT}: a time stamp is for a signed bundle in a folder",
                bundle.display()
            )));
        }
        let (digest, _) = hashed(&statement).map_err(Failure::CouldNotRun)?;
        let said = match (&self.attach, &self.tsa_ca) {
            (Some(answer), Some(ca)) => attach(bundle, answer, ca, digest)?,
            _ => request(bundle, digest).map_err(Failure::CouldNotRun)?,
        };
        output::print(&said).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}

fn request(bundle: &Path, digest: Sha256) -> Result<String> {
    let mut random = [0; 8];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| anyhow!("there is no randomness"))?;
    let request = Request {
        digest,
        nonce: Nonce::new(random),
    };
    put(bundle, STAMP_REQUEST, &request.to_der()?)?;
    let path = bundle.join(STAMP_REQUEST);
    Ok(format!(
        "request  {}\nSend it to an authority as {}, and attach the answer with --attach.\n",
        Printable(path.display()),
        Request::MEDIA_TYPE
    ))
}

fn attach(bundle: &Path, answer: &Path, ca: &Path, digest: Sha256) -> Result<String, Failure> {
    let trusted = anchors(ca)?;
    let bytes = read(answer).map_err(Failure::Usage)?;
    let expected = Expected {
        digest,
        nonce: None,
    };
    let stamp = Token::from_response(&bytes)
        .and_then(|token| token.verify(expected, &trusted))
        .with_context(|| answer.display().to_string())
        .map_err(Failure::Usage)?;
    put(bundle, STAMP, &bytes).map_err(Failure::CouldNotRun)?;
    Ok(format!(
        "stamped  {} by {}\n",
        stamp.time(),
        Printable(stamp.authority())
    ))
}

fn read(answer: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let room = u64::try_from(Limits::BYTES)? + 1;
    File::open(answer)
        .and_then(|file| file.take(room).read_to_end(&mut bytes))
        .with_context(|| answer.display().to_string())?;
    Ok(bytes)
}

/// Puts a file into the bundle, and the tag manifest, which follows from the files,
/// after it.
fn put(bundle: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    replace(bundle, name, bytes)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(bundle)? {
        let entry = entry?;
        let name = entry.file_name().into_string();
        let name = name.map_err(|name| anyhow!("{}: no name of a bundle", name.display()))?;
        if entry.file_type()?.is_file() && name != TAG_MANIFEST {
            names.push(name);
        }
    }
    names.sort();
    let mut tags = Vec::new();
    for name in &names {
        tags.push((name.as_str(), hashed(&bundle.join(name))?.0));
    }
    replace(bundle, TAG_MANIFEST, bag::manifest(tags).as_bytes())
}

fn replace(bundle: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".trailseal-")
        .tempfile_in(bundle)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))?;
    }
    file.persist(bundle.join(name))
        .map_err(|error| error.error)
        .with_context(|| format!("{name}: cannot be written"))?;
    Ok(())
}
