//! Logs: the check of one against what a digest says of it.

use std::borrow::Cow;

use memchr::memmem;
use serde::Deserialize;

use crate::chain::Fault;
use crate::digest::{HASH_ALGORITHM, LogClaim, VerifiedDigest};
use crate::gzip::{GzipFault, Inflater};
use crate::hash::Sha256;
use crate::layout::LogKey;
use crate::object::ObjectRef;
use crate::verdict::{Answer, Code};

/// A log whose content is what a verified digest signed for. Only
/// [`check`] makes one: events that come from it come with their proof.
#[derive(Debug)]
pub struct VerifiedLog<'l> {
    object: &'l ObjectRef,
    content: &'l [u8],
    hash: Sha256,
    digest: &'l ObjectRef,
}

impl<'l> VerifiedLog<'l> {
    /// Where it lies.
    pub fn object(&self) -> &'l ObjectRef {
        self.object
    }

    /// The inflated bytes that were hashed.
    pub fn content(&self) -> &'l [u8] {
        self.content
    }

    /// Their hash.
    pub fn hash(&self) -> Sha256 {
        self.hash
    }

    /// The digest that vouches for it.
    pub fn digest(&self) -> &'l ObjectRef {
        self.digest
    }
}

/// What was concluded of one log that a digest names.
#[derive(Clone, Debug)]
pub struct LogOutcome {
    /// Where it lies.
    pub object: ObjectRef,
    /// The hash that a verified digest signed for; `None` if no verified digest
    /// names it here, or it states something that is no SHA-256.
    pub signed: Option<Sha256>,
    /// The hash of its inflated content, where it could be inflated.
    pub hash: Option<Sha256>,
    /// Its inflated bytes, if it is verified.
    pub verified_bytes: u64,
    /// Why it is not verified, if it is not.
    pub fault: Option<Fault>,
}

impl LogOutcome {
    /// What was concluded.
    pub fn answer(&self) -> Answer {
        self.fault
            .as_ref()
            .map_or(Answer::Verified, |fault| fault.code.answer())
    }
}

/// Checks stored bytes against what a verified digest says of them.
///
/// # Errors
/// The reason why they are not what was signed, and their hash if they could
/// be inflated.
pub fn check<'l>(
    object: &'l ObjectRef,
    stored: &[u8],
    claim: &LogClaim<'_>,
    digest: (&'l ObjectRef, &VerifiedDigest<'_>),
    inflater: &'l mut Inflater,
    limit: u64,
) -> Result<VerifiedLog<'l>, (Fault, Option<Sha256>)> {
    debug_assert!(digest.1.claims().object == digest.0.key);
    let fault = |code, detail: String| Fault { code, detail };
    if claim.hash_algorithm != HASH_ALGORITHM {
        let detail = format!(
            "hashed with {:?}, expected {HASH_ALGORITHM}",
            claim.hash_algorithm
        );
        return Err((fault(Code::LogAlgorithmUnsupported, detail), None));
    }
    let Hashed { content, hash } = signed_content(stored, &claim.hash, inflater, limit)?;
    if let Some(detail) = misplacement(object, content) {
        return Err((fault(Code::LogMisplaced, detail), Some(hash)));
    }
    Ok(VerifiedLog {
        object,
        content,
        hash,
        digest: digest.0,
    })
}

/// Inflated bytes and their hash.
pub(crate) struct Hashed<'i> {
    pub(crate) content: &'i [u8],
    pub(crate) hash: Sha256,
}

/// Inflates stored bytes whose content is to have this hash (in hex).
///
/// # Errors
/// As [`check`].
pub(crate) fn signed_content<'i>(
    stored: &[u8],
    signed: &str,
    inflater: &'i mut Inflater,
    limit: u64,
) -> Result<Hashed<'i>, (Fault, Option<Sha256>)> {
    let content = inflater
        .inflate(stored, limit)
        .map_err(|gzip| container_fault(&gzip, signed))?;
    let hash = Sha256::of(content);
    if Sha256::parse(signed) == Some(hash) {
        return Ok(Hashed { content, hash });
    }
    let detail = format!("content has hash {hash}, the digest signed for {signed}");
    let code = Code::LogHashMismatch;
    Err((Fault { code, detail }, Some(hash)))
}

fn container_fault(gzip: &GzipFault, signed: &str) -> (Fault, Option<Sha256>) {
    let code = match gzip {
        GzipFault::Malformed(_) => Code::LogNotGzip,
        GzipFault::TooLarge { .. } => Code::LogTooLarge,
        GzipFault::TrailingData { .. } => Code::LogTrailingData,
        GzipFault::Truncated { .. } => Code::LogTruncated,
    };
    let mut detail = gzip.to_string();
    let mut hash = None;
    if let GzipFault::TrailingData { content, .. } = gzip {
        hash = Some(*content);
        detail.push_str(if Sha256::parse(signed) == hash {
            "; the member itself holds the signed content, whole"
        } else {
            "; the member itself does not hold the signed content either"
        });
    }
    (Fault { code, detail }, hash)
}

/// Regions whose global services wrote into the logs of other Regions before
/// 22 November 2021 (CloudTrail User Guide, "Global service events").
const GLOBAL: [&str; 4] = ["us-east-1", "us-west-2", "us-gov-west-1", "cn-north-1"];

#[derive(Deserialize)]
struct Records<'c> {
    #[serde(borrow, rename = "Records")]
    records: Vec<Record<'c>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'c> {
    #[serde(borrow)]
    recipient_account_id: Option<Cow<'c, str>>,
    #[serde(borrow)]
    aws_region: Option<Cow<'c, str>>,
}

/// Says so if the records contradict the path: some state an account (or a
/// Region), and not one states that of the path.
///
/// Most logs are settled by finding the path's own account and Region in the
/// text; only the rest is parsed. What does not parse contradicts nothing.
fn misplacement(object: &ObjectRef, content: &[u8]) -> Option<String> {
    let place = LogKey::parse(&object.key)?.place;
    let (account, region) = (place.account.as_str(), place.region.as_ref());
    let says = |member: &str, value: &str| {
        memmem::find(content, format!("\"{member}\":\"{value}\"").as_bytes()).is_some()
    };
    if says("recipientAccountId", account) && says("awsRegion", region) {
        return None;
    }
    let records = serde_json::from_slice::<Records<'_>>(content).ok()?.records;
    let contradicted = |stated: Vec<&str>, expected: &str| {
        let first = (*stated.first()?).to_owned();
        (!stated.contains(&expected)).then_some(first)
    };
    let accounts = records
        .iter()
        .filter_map(|record| record.recipient_account_id.as_deref());
    if let Some(other) = contradicted(accounts.collect(), account) {
        return Some(format!(
            "its records state account {other}, its path {account}"
        ));
    }
    let regions = records
        .iter()
        .filter_map(|record| record.aws_region.as_deref());
    let other = contradicted(
        regions.filter(|name| !GLOBAL.contains(name)).collect(),
        region,
    )?;
    // A global Region anywhere explains a file that lies elsewhere.
    let any_global = records.iter().any(|r| {
        r.aws_region
            .as_deref()
            .is_some_and(|name| GLOBAL.contains(&name))
    });
    (!any_global).then(|| format!("its records state Region {other}, its path {region}"))
}
