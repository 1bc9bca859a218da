//! `trailseal keys public`: the public half of a key that signs evidence.

use clap::ValueEnum;

use super::signer::{KeyArgs, KeyPlace};
use crate::exit::{Exit, Failure};
use crate::output;
use crate::render::{evidence_key_json, evidence_key_pem};

#[cfg(feature = "aws")]
const LIVE: &str = "  trailseal keys public awskms:alias/evidence > evidence.pub
";
#[cfg(not(feature = "aws"))]
const LIVE: &str = "";

#[cfg(feature = "aws")]
const PLACES: &str = "\
KEY is a PEM file, private or public; or env:VAR for an environment variable that
holds such a file's text; or awskms: and the id, the alias or the ARN of a key of
AWS KMS, whose private half stays there. It is asked with kms:GetPublicKey, and to
sign with it takes kms:Sign.";
#[cfg(not(feature = "aws"))]
const PLACES: &str = "\
KEY is a PEM file, private or public, or env:VAR for an environment variable that
holds such a file's text.";

const EXAMPLES: &str = "  trailseal keys public evidence.pem > evidence.pem.pub
  trailseal keys public evidence.pem.pub --format json
";

const ID: &str = "\
The passphrase of an encrypted key is asked for on the terminal unless it is given.

The id of a key is the SHA-256 of its public half in DER, which
`openssl pkey -pubin -in FILE.pub -outform DER | sha256sum` computes, too.";

/// Print the public half of a key that signs evidence, with its id and algorithm.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Examples:\n{EXAMPLES}{LIVE}\n{PLACES}\n{ID}"))]
pub(in super::super) struct Args {
    /// Where the key lies.
    key: KeyPlace,
    /// How to write it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    opening: KeyArgs,
}

/// The formats of a public key.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Format {
    /// PEM, after a line with algorithm and id that readers of PEM pass over.
    #[default]
    Pem,
    /// One JSON document.
    Json,
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let key = self.key.open(&self.opening)?;
        let text = match self.format {
            Format::Pem => evidence_key_pem(key.public()),
            Format::Json => evidence_key_json(key.public()),
        }
        .map_err(Failure::CouldNotRun)?;
        output::print(&text).map_err(Failure::CouldNotRun)?;
        Ok(Exit::Success)
    }
}
