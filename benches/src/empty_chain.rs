//! A long chain of empty digests in memory.
//!
//! Each digest's signed text holds its predecessor's signature, so the chain
//! can only be signed one digest after the other. The signatures are therefore
//! kept in a file, one a line in hex; everything else is made again from them.
//!
//! All digests are signed with one key that is valid throughout. A real chain
//! of eleven years has some hundred and forty keys, of which each digest names
//! one: the same work.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use data_encoding::HEXLOWER;
use jiff::SignedDuration;
use rayon::prelude::*;
use trailseal_keys::{FingerprintPolicy, Keyring};
use trailseal_test_vectors::{
    ChainBuilder, Keyring as Published, PublishedKey, SealedDigest, SigningKey, Trail,
    string_to_sign, time,
};
use trailseal_verifier::id::BucketName;
use trailseal_verifier::object::ObjectRef;
use trailseal_verifier::source::{Memory, Object};

const BUCKET: &str = "example-empty-chain";
const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";
const START: &str = "2014-01-06T00:07:13Z";

/// A chain in memory with its keyring.
pub struct EmptyChain {
    /// Its digests, as S3 would hold them.
    pub source: Memory,
    /// The key that signed them.
    pub keyring: Keyring,
    /// What was signed and how, of each digest, for checking nothing else.
    pub signed: Vec<Signed>,
}

/// A signed text and its signature.
pub struct Signed {
    /// The text.
    pub text: String,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

/// Makes a chain of so many digests, taking signatures from the file as far as
/// it goes and adding those that it lacks.
///
/// # Errors
/// If the file cannot be read or written, or does not hold signatures.
pub fn load(signatures: &Path, digests: usize) -> anyhow::Result<EmptyChain> {
    let known = read(signatures)?;
    let sealed = seal(&known, digests);
    if known.len() < sealed.len() {
        write(signatures, &sealed)
            .with_context(|| format!("could not write {}", signatures.display()))?;
    }
    let bucket: BucketName = BUCKET.parse()?;
    let objects: Vec<(ObjectRef, Object)> = sealed
        .par_iter()
        .map(|digest| {
            let stored = digest.to_stored();
            let at = ObjectRef::new(bucket.clone(), digest.body.digest_s3_object.as_str());
            let object = Object {
                bytes: stored.bytes,
                metadata: stored.metadata,
                ..Object::default()
            };
            (at, object)
        })
        .collect();
    let mut source = Memory::default();
    for (at, object) in objects {
        source.put(at, object);
    }
    Ok(EmptyChain {
        source,
        keyring: keyring(digests)?,
        signed: sealed.par_iter().map(signed).collect::<Result<_, _>>()?,
    })
}

/// Seals the digests in order, signing only those whose signature is not known.
///
/// # Panics
/// Never: the kit seals what the kit drafted.
#[must_use]
pub fn seal(known: &[String], digests: usize) -> Vec<SealedDigest> {
    let trail = Trail::new(BUCKET, ACCOUNT, REGION, "main");
    let key = SigningKey::trail_a();
    let mut chain = ChainBuilder::new(trail, key);
    let hour = SignedDuration::from_hours(1);
    let mut start = time(START);
    let mut sealed = Vec::with_capacity(digests);
    for index in 0..digests {
        let body = chain.draft(start, start + hour, Vec::new());
        let digest = match known.get(index) {
            Some(signature) => SealedDigest {
                content: body.to_json(),
                signature: signature.clone(),
                body,
            },
            None => body.seal(key),
        };
        chain.set_previous(Some(digest.handle()));
        sealed.push(digest);
        start += hour;
    }
    sealed
}

/// What was signed of a digest.
///
/// # Errors
/// If its signature is not hex.
pub fn signed(digest: &SealedDigest) -> anyhow::Result<Signed> {
    let body = &digest.body;
    let text = string_to_sign(
        &body.digest_end_time,
        &body.digest_s3_bucket,
        &body.digest_s3_object,
        &digest.content,
        body.previous_digest_signature.as_deref(),
    );
    let signature = HEXLOWER
        .decode(digest.signature.as_bytes())
        .context("a line is no signature")?;
    Ok(Signed { text, signature })
}

fn keyring(digests: usize) -> anyhow::Result<Keyring> {
    let day = SignedDuration::from_hours(24);
    let (from, length) = (time(START) - day, i64::try_from(digests)?);
    let to = time(START) + SignedDuration::from_hours(length) + day;
    let key = PublishedKey::pkcs1(SigningKey::trail_a(), from, to);
    let json = Published::new(vec![key]).to_json();
    Ok(Keyring::parse(
        &json,
        "keys.json",
        None,
        FingerprintPolicy::Refuse,
    )?)
}

/// The signatures of a file; none if there is no file.
fn read(path: &Path) -> anyhow::Result<Vec<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("could not read {}", path.display())),
    }
}

/// Writes beside the file and renames, so that a cut run leaves no cut file.
fn write(path: &Path, sealed: &[SealedDigest]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let unfinished = path.with_extension("tmp");
    let mut file = BufWriter::new(File::create(&unfinished)?);
    for digest in sealed {
        writeln!(file, "{}", digest.signature)?;
    }
    file.into_inner()?.sync_all()?;
    fs::rename(unfinished, path)
}
