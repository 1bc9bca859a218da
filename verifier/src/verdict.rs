//! Verdicts: three answers, one stable code per reason.
//!
//! *Failed* means that something signed contradicts what was found.
//! *Unchecked* means that nothing vouches for it or that it could not be read.
//! The two are never exchanged: a read that did not happen is not tampering,
//! and an absence that a signature contradicts is not a mere gap in knowledge.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::coverage::Interval;
use crate::id::{AccountId, Region};
use crate::object::ObjectRef;

/// What a check concluded. Ordered from best to worst news: the answer of a
/// whole is the largest of its parts.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Proved by a signature.
    Verified,
    /// Not checked, or nothing vouches for it.
    Unchecked,
    /// Contradicted by something signed.
    Failed,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verified => "verified",
            Self::Unchecked => "unchecked",
            Self::Failed => "failed",
        })
    }
}

macro_rules! codes {
    ($($variant:ident = $text:literal, $answer:ident, $description:literal, $next:literal;)+) => {
        /// The reason for an answer other than *verified*. A released code keeps
        /// its spelling and its meaning.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $description] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling in every output, in kebab case.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Whether it is about a log, and not about a digest or a time.
            pub fn is_of_log(self) -> bool {
                self.as_str().starts_with("log-")
            }

            /// The answer this code gives.
            pub fn answer(self) -> Answer {
                match self { $(Self::$variant => Answer::$answer),+ }
            }

            /// What it means, in one sentence.
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $description),+ }
            }

            /// What the reader of a report can do next.
            pub fn next_step(self) -> &'static str {
                match self { $(Self::$variant => $next),+ }
            }
        }
    };
}

codes! {
    DigestAbsent = "digest-absent", Failed,
        "A verified successor names this digest as its predecessor, and it is not there.",
        "Look for the object in the bucket's older versions, replicas or backups; ask who deleted it (S3 data events, access logs).";
    DigestMalformed = "digest-malformed", Failed,
        "The object is not one gzip member that holds one JSON digest.",
        "Compare with an older version of the object; CloudTrail never writes such a file.";
    DigestTruncated = "digest-truncated", Failed,
        "The digest's gzip stream ends before it is complete.",
        "Copy the object again; if it is cut in the bucket too, look for an older version.";
    DigestTrailingData = "digest-trailing-data", Failed,
        "Bytes follow the digest's gzip member.",
        "Compare with an older version of the object: something was appended.";
    DigestTooLarge = "digest-too-large", Failed,
        "The digest is larger, stored or inflated, than any that CloudTrail writes.",
        "Treat it as hostile; look for an older version of the object.";
    DigestMoved = "digest-moved", Failed,
        "The digest says that it belongs to another bucket, key or account.",
        "If the copy was made from a replica, or from several buckets into one folder, copy each bucket into a folder of its own and name the original with --bucket; otherwise the object was put over another.";
    DigestSignatureInvalid = "digest-signature-invalid", Failed,
        "No key of the named fingerprint made this signature over this digest.",
        "The digest or its signature was altered: look for an older version of the object; what only it names is unvouched.";
    DigestSignatureAbsent = "digest-signature-absent", Unchecked,
        "The digest's signature is lost, and no verified successor supplies it.",
        "Copy the digests with their object metadata (aws s3api head-object shows it), or include the next digest.";
    DigestKeyUnknown = "digest-key-unknown", Unchecked,
        "The keyring of the digest's Region holds no key of this fingerprint.",
        "Fetch that Region's keys for the time: aws cloudtrail list-public-keys --region REGION --start-time START --end-time END.";
    DigestKeyOutOfWindow = "digest-key-out-of-window", Unchecked,
        "The digest is rightly signed, but outside its key's published validity by more than two hours.",
        "Check where the keyring comes from; an old key that still signs may be a stolen one.";
    DigestAlgorithmUnsupported = "digest-algorithm-unsupported", Unchecked,
        "The digest names an algorithm other than SHA256withRSA or SHA-256.",
        "Look for a newer trailseal; do not rely on this digest until then.";
    DigestUnread = "digest-unread", Unchecked,
        "The digest, or a folder that may hold digests, could not be read: denied, archived, throttled, outside the copy, or an I/O error.",
        "Get the permission, restore the archived object or copy what is missing, then run again.";
    LinkHashMismatch = "link-hash-mismatch", Failed,
        "The digest before this one is not the one whose hash this digest states.",
        "One of the two was replaced; compare both with older versions.";
    LinkSignatureMismatch = "link-signature-mismatch", Failed,
        "The signature stored with a digest differs from the one its successor states.",
        "The object's metadata was altered, or one of the two digests was replaced.";
    LinkOverlap = "link-overlap", Failed,
        "Neighbouring digests contradict each other about the time they cover.",
        "Find out which of the two CloudTrail wrote; the other does not belong to the chain.";
    WindowHole = "window-hole", Unchecked,
        "Linked digests leave time between them that neither covers.",
        "Nothing vouches for that time; look at the trail's own events (StopLogging, UpdateTrail).";
    ChainGap = "chain-gap", Failed,
        "Several digests between two present ones are missing.",
        "Look for the objects in older versions, replicas or backups; nothing vouches for the logs of that time.";
    ChainRestart = "chain-restart", Unchecked,
        "The chain starts anew: validation or logging was off in between, or the digests of that time were removed; nothing vouches for it.",
        "Look in the trail's own events for who turned it off and on (StopLogging, StartLogging, UpdateTrail).";
    TailUncovered = "tail-uncovered", Unchecked,
        "The newest digest ends before the range does; nothing vouches for the rest.",
        "Copy the newer digests too, or ask the live trail for its latest digest: the newest ones may have been deleted.";
    HeadUncovered = "head-uncovered", Unchecked,
        "The range begins before the first digest; nothing vouches for that time.",
        "Copy the older digests too, or find out when validation was turned on.";
    NoDigests = "no-digests", Unchecked,
        "There is no digest to check here, so nothing is proved.",
        "Check the path, the account and the Region; if validation was never on, these logs cannot be proved.";
    LogAbsent = "log-absent", Failed,
        "A verified digest names this log, and it is not there.",
        "Look for the object in the bucket's older versions, replicas or backups.";
    LogHashMismatch = "log-hash-mismatch", Failed,
        "The log's content is not what the digest signed for.",
        "Look for the object version whose content hash is the signed one.";
    LogNotGzip = "log-not-gzip", Failed,
        "The log is not a gzip file.",
        "Look for an older version of the object.";
    LogTruncated = "log-truncated", Failed,
        "The log's gzip stream ends before it is complete.",
        "Copy the object again; if it is cut in the bucket too, look for an older version.";
    LogTrailingData = "log-trailing-data", Failed,
        "Bytes or a second member follow the log's gzip member.",
        "Readers differ in whether they see the extra bytes: treat them as planted.";
    LogTooLarge = "log-too-large", Failed,
        "The log is larger, stored or inflated, than any that CloudTrail writes.",
        "Treat it as hostile; look for an older version of the object.";
    LogAlgorithmUnsupported = "log-algorithm-unsupported", Unchecked,
        "The digest names a hash algorithm other than SHA-256 for this log.",
        "Look for a newer trailseal; do not rely on this log until then.";
    LogUnread = "log-unread", Unchecked,
        "The log, or a folder of logs, could not be read: denied, archived, throttled, outside the copy, an I/O error, or a key that is no safe path.",
        "Get the permission, restore the archived object or copy what is missing, then run again.";
    LogUnvouched = "log-unvouched", Unchecked,
        "No verified digest vouches for this log: only unverified ones name it, or it was delivered while digests are missing or not verified.",
        "Repair the digest first; until then this log proves nothing.";
    LogUnreferenced = "log-unreferenced", Unchecked,
        "The log lies in time that digests cover, and none of them names it: planted, or another trail's.",
        "Check whether a second trail delivers to this bucket; if not, someone put the file there.";
    LogMisplaced = "log-misplaced", Failed,
        "The log's records contradict the account or the Region of its path.",
        "Find out how a log of another account or Region came to lie here.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is no [`Code`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there is no code {0:?}")]
pub struct UnknownCode(pub String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let all: Vec<&str> = Self::ALL.iter().map(|code| code.as_str()).collect();
        schemars::json_schema!({ "type": "string", "enum": all })
    }
}

/// What a finding is about.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Subject {
    /// An object of the bucket, or the prefix of objects that could not be listed.
    Object(ObjectRef),
    /// An account in a Region; `*` in a report stands for "any".
    Scope(Option<AccountId>, Option<Region>),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.fmt(f),
            Self::Scope(None, None) => f.write_str("*"),
            Self::Scope(account, region) => {
                let account = account.as_ref().map_or("*", AccountId::as_str);
                let region = region.as_ref().map_or("*", |region| region.as_ref());
                write!(f, "{account}/{region}")
            }
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Subject {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Subject".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "s3://bucket/key, or account/Region with * for any"
        })
    }
}

/// One thing that is not verified, with its reason.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The reason.
    pub code: Code,
    /// The answer the reason gives here.
    pub answer: Answer,
    /// What it is about.
    pub object: Subject,
    /// The chain it was found in, as [`ChainId`](crate::chain::ChainId) prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// The stretch of time it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What was expected and what was found, in words. May quote untrusted
    /// text: escape it for where it lands.
    pub detail: String,
}

impl Finding {
    /// A finding about one object.
    pub fn on(code: Code, object: ObjectRef, detail: impl Into<String>) -> Self {
        Self::about(code, Subject::Object(object), detail)
    }

    /// A finding about an object or a scope.
    pub fn about(code: Code, object: Subject, detail: impl Into<String>) -> Self {
        Self {
            code,
            answer: code.answer(),
            object,
            chain: None,
            interval: None,
            detail: detail.into(),
        }
    }

    /// The same finding, for this stretch of time.
    #[must_use]
    pub fn during(mut self, interval: Interval) -> Self {
        self.interval = Some(interval);
        self
    }

    /// The same finding, of this chain.
    #[must_use]
    pub fn in_chain(mut self, chain: impl fmt::Display) -> Self {
        self.chain = Some(chain.to_string());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_kebab_case_and_parse_back() {
        for code in Code::ALL {
            let text = code.as_str();
            assert!(
                text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{text}"
            );
            assert_eq!(text.parse(), Ok(*code));
            assert_ne!(code.answer(), Answer::Verified);
            assert!(code.description().ends_with('.') && code.next_step().ends_with('.'));
        }
        assert!("digest-lost".parse::<Code>().is_err());
    }

    #[test]
    fn the_answer_of_a_whole_is_its_worst_part() {
        assert!(Answer::Verified < Answer::Unchecked && Answer::Unchecked < Answer::Failed);
    }

    #[test]
    fn subjects_print_as_in_reports() {
        let account: AccountId = "111122223333".parse().unwrap();
        assert_eq!(Subject::Scope(None, None).to_string(), "*");
        assert_eq!(
            Subject::Scope(Some(account), None).to_string(),
            "111122223333/*"
        );
    }
}
