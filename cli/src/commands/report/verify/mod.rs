//! `trailseal report verify`: is a bundle whole, and who signed it?

pub(super) mod archive;
mod folder;
mod repeat;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use trailseal_forensics::report::check::{Found, Kept, stamp, verdict};
use trailseal_forensics::report::zip::Archive;
use trailseal_keys::signing::EvidenceKey;
use trailseal_keys::timestamp::TrustAnchors;

use super::super::keys::{KeyArgs, KeyPlace};
use super::super::page_args::PageArgs;
use crate::exit::{Exit, Failure};
use crate::render::{bundle_verdict_json, bundle_verdict_text};

const EXAMPLES: &str = "\
Examples:
  With the examiner's key, which came over another channel:
    trailseal report verify q1-evidence --key examiner.pub

  A zipped bundle, and the CloudTrail objects in it verified again, with keys of your own:
    trailseal report verify q1-evidence.zip --key examiner.pub --deep --keys keys.json

Every file that is missing, altered or additional is named. Without --key, the key
in the bundle is tried: that shows that nothing was altered since whoever has that
key signed it, and not who that is, so the answer is never verified.

Exit codes:
  0  all of it is as the holder of the key signed it
  1  something is missing, altered or additional, or somebody else signed
  2  usage or configuration: an argument, or the keys
  3  nothing failed, but nobody vouches for it: no key was given, or nobody signed
  4  could not run: the bundle cannot be read";

/// Verify a bundle: signature, statement, every file, bag and inventory.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// The bundle: a folder, or a ZIP of one.
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,

    /// The public keys of those who may have signed it: PEM files, or env:VAR.
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    key: Vec<KeyPlace>,

    /// Verify the CloudTrail objects in the bundle again, too.
    #[arg(long)]
    deep: bool,

    /// With --deep, CloudTrail's public keys, instead of those in the bundle.
    #[arg(long, value_name = "FILE", value_delimiter = ',', requires = "deep")]
    keys: Vec<PathBuf>,

    /// Certificates (PEM) of the CAs whose time stamps are believed.
    #[arg(long, value_name = "FILE")]
    tsa_ca: Option<PathBuf>,

    #[command(flatten)]
    page: PageArgs,
}

impl Args {
    pub(in super::super) fn run(self) -> Result<Exit, Failure> {
        let answer = self.page.open()?;
        let args = KeyArgs::default();
        let keys: Vec<EvidenceKey> = self
            .key
            .iter()
            .map(|place| place.public(&args))
            .collect::<Result<_, _>>()?;
        let bundle = Bundle::open(&self.bundle)?;
        let kept = match self.deep {
            true => Kept::Objects,
            false => Kept::Counts,
        };
        let mut found = bundle.found(&self.bundle, kept)?;
        let trusted = self.tsa_ca.as_deref().map(anchors).transpose()?;
        let time = stamp(&found, trusted.as_ref());
        let included = found.included();
        let verdict = verdict(found, &keys)
            .with_context(|| self.bundle.display().to_string())
            .map_err(Failure::CouldNotRun)?;
        let mut verdict = verdict.with(time);
        if self.deep {
            let check = repeat::repeat(&bundle, included, &self.keys)?;
            verdict = verdict.with([check]);
        }
        answer.write(
            |page| bundle_verdict_text(page, &verdict, &self.bundle),
            || bundle_verdict_json(&verdict),
        )?;
        Ok(verdict.answer().into())
    }
}

/// The CAs whose time stamps are believed.
///
/// # Errors
/// [`Failure::Usage`] if the file is none of certificates.
pub(super) fn anchors(file: &Path) -> Result<TrustAnchors, Failure> {
    let name = || file.display().to_string();
    let text = std::fs::read(file)
        .with_context(name)
        .map_err(Failure::Usage)?;
    TrustAnchors::from_pem(&text)
        .with_context(name)
        .map_err(Failure::Usage)
}

/// Where a bundle is.
enum Bundle {
    Folder(PathBuf),
    Archive(Archive<archive::Open>),
}

impl Bundle {
    fn open(path: &Path) -> Result<Self, Failure> {
        let about = path
            .metadata()
            .with_context(|| path.display().to_string())
            .map_err(Failure::CouldNotRun)?;
        if about.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        archive::open(path).map(Self::Archive).map_err(|error| {
            let error = anyhow!(error).context(format!(
                "{}: neither a folder nor a ZIP that can be read",
                path.display()
            ));
            Failure::CouldNotRun(error)
        })
    }

    fn found(&self, path: &Path, kept: Kept) -> Result<Found, Failure> {
        let found = match self {
            Self::Folder(folder) => folder::found(folder, kept),
            Self::Archive(archive) => archive::found(archive, kept),
        };
        found
            .with_context(|| path.display().to_string())
            .map_err(Failure::CouldNotRun)
    }
}
