//! `trailseal keys generate`: a new key that signs evidence.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use trailseal_keys::signing::{KeyKind, PrivateKey, Signer as _};
use zeroize::Zeroizing;

use super::passphrase::PassphraseArgs;
use crate::escape::Printable;
use crate::exit::{Exit, Failure};
use crate::output::{self, NewFile, Readers};
use crate::render::evidence_key_pem;
use crate::render::page::{Colour, Page};

const EXAMPLES: &str = "\
Examples:
  A key that is encrypted with a passphrase, which is asked for:
    trailseal keys generate -o evidence.pem

  On a machine where nobody is to be asked:
    trailseal keys generate -o evidence.pem --passphrase-file /run/secrets/passphrase

  RSA, for verifiers that read nothing newer:
    trailseal keys generate -o evidence.pem --algorithm rsa-3072

Two files are written, and none is ever replaced: FILE, which only you may read
(PKCS#8 in PEM), and FILE.pub, the public half, to be given to whoever verifies.
`openssl pkey` reads both. Hand out the public half by another way than the
evidence, and its id with it: a key that comes with the evidence proves nothing.

Exit codes:
  0  the key is in the files
  2  usage, or no passphrase
  4  no key was made: no place to write, or no randomness";

/// Make a key that signs evidence.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct Args {
    /// The file to write, which must not be there yet.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The kind of key.
    #[arg(long, value_enum, default_value_t, value_name = "KIND")]
    algorithm: Algorithm,
    /// Do not encrypt it: anyone who reads the file can sign.
    #[arg(long, conflicts_with = "passphrase")]
    no_passphrase: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// Do not write the public half; `keys public` prints it at any time.
    #[arg(long)]
    no_public: bool,
}

/// The kinds of keys.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Algorithm {
    /// Ed25519: small and quick.
    #[default]
    Ed25519,
    /// ECDSA on P-256 with SHA-256, as hardware has it.
    EcdsaP256,
    /// RSA of 3072 bits with PKCS#1 v1.5 and SHA-256, which every tool checks.
    #[value(name = "rsa-3072")]
    Rsa3072,
}

impl From<Algorithm> for KeyKind {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Ed25519 => Self::Ed25519,
            Algorithm::EcdsaP256 => Self::EcdsaP256,
            Algorithm::Rsa3072 => Self::Rsa3072,
        }
    }
}

impl Args {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let could_not_run = Failure::CouldNotRun;
        let private_file = NewFile::open(&self.output, Readers::Owner).map_err(could_not_run)?;
        let public_path = (!self.no_public).then(|| with_pub(&self.output));
        let public_file = public_path
            .as_deref()
            .map(|path| NewFile::open(path, Readers::Anyone))
            .transpose()
            .map_err(could_not_run)?;
        let passphrase = (!self.no_passphrase)
            .then(|| self.passphrase.chosen(&self.output.display().to_string()))
            .transpose()
            .map_err(Failure::Usage)?;

        let key = PrivateKey::generate(self.algorithm.into())
            .map_err(|error| could_not_run(error.into()))?;
        let pem = match &passphrase {
            Some(passphrase) => key.to_encrypted_pem(passphrase).map(Zeroizing::new),
            None => key.to_unprotected_pem(),
        }
        .map_err(|error| could_not_run(error.into()))?;
        let public = evidence_key_pem(key.public()).map_err(could_not_run)?;
        private_file.finish(pem.as_bytes()).map_err(could_not_run)?;
        if let Some(file) = public_file {
            file.finish(public.as_bytes())
                .with_context(|| {
                    let private = self.output.display();
                    format!("the key is in {private}, and `trailseal keys public {private}` prints its public half")
                })
                .map_err(could_not_run)?;
        }

        let mut page = Page::new(Colour::Off);
        let public = key.public();
        page.line(&format!("{} key {}", public.algorithm(), public.id()));
        let protection = match passphrase {
            Some(_) => "encrypted with the passphrase",
            None => "not encrypted: anyone who reads it can sign",
        };
        let private = format!("{}, {protection}", self.output.display());
        page.beside(2, ("private", None), 9, &Printable(private).to_string());
        if let Some(path) = public_path {
            let path = Printable(path.display()).to_string();
            page.beside(2, ("public", None), 9, &path);
        }
        output::print(&page.into_text()).map_err(could_not_run)?;
        Ok(Exit::Success)
    }
}

fn with_pub(path: &std::path::Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}
