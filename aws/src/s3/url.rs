//! `s3://bucket[/prefix]`.

use std::fmt;
use std::str::FromStr;

use trailseal_verifier::id::BucketName;

/// A bucket, and what stands left of `AWSLogs/` in its keys.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct S3Url {
    bucket: BucketName,
    prefix: String,
}

/// Why a text is no [`S3Url`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum S3UrlInvalid {
    /// It does not begin with `s3://`.
    #[error("expected s3://BUCKET or s3://BUCKET/PREFIX, found {0:?}")]
    Scheme(String),
    /// The bucket's name cannot be one.
    #[error("{found:?}: {reason}")]
    Bucket {
        /// The name.
        found: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It leads into the layout.
    #[error(
        "{found:?} leads below AWSLogs/; give {instead}, and narrow it with --account, --region \
         and --organization"
    )]
    Inside {
        /// What was given.
        found: String,
        /// What stands left of the layout.
        instead: S3Url,
    },
}

impl S3Url {
    /// This prefix of this bucket. The prefix may have a slash at its end, and
    /// is whole folders in any case.
    pub fn new(bucket: BucketName, prefix: &str) -> Self {
        let mut prefix = prefix.to_owned();
        if !prefix.is_empty() && !prefix.ends_with('/') {
            prefix.push('/');
        }
        Self { bucket, prefix }
    }

    /// The bucket.
    pub fn bucket(&self) -> &BucketName {
        &self.bucket
    }

    /// The prefix: empty, or with a slash at its end.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

impl FromStr for S3Url {
    type Err = S3UrlInvalid;

    fn from_str(text: &str) -> Result<Self, S3UrlInvalid> {
        let rest = text
            .strip_prefix("s3://")
            .ok_or_else(|| S3UrlInvalid::Scheme(text.to_owned()))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let bucket: BucketName = bucket.parse().map_err(|error| S3UrlInvalid::Bucket {
            found: bucket.to_owned(),
            reason: format!("{error}"),
        })?;
        let url = Self::new(bucket, prefix);
        let parts: Vec<&str> = url.prefix.split_terminator('/').collect();
        let Some(at) = parts.iter().position(|part| *part == "AWSLogs") else {
            return Ok(url);
        };
        let left = Self::new(url.bucket, &parts[..at].join("/"));
        if at + 1 == parts.len() {
            return Ok(left);
        }
        Err(S3UrlInvalid::Inside {
            found: text.to_owned(),
            instead: left,
        })
    }
}

impl fmt::Display for S3Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_whole_folders() {
        for (text, prefix) in [
            ("s3://logs", ""),
            ("s3://logs/", ""),
            ("s3://logs/AWSLogs", ""),
            ("s3://logs/AWSLogs/", ""),
            ("s3://logs/a/b", "a/b/"),
            ("s3://logs/a/b/AWSLogs/", "a/b/"),
            ("s3://logs/o-exampleorgid/", "o-exampleorgid/"),
        ] {
            let url: S3Url = text.parse().unwrap();
            assert_eq!(
                (url.bucket().as_str(), url.prefix()),
                ("logs", prefix),
                "{text}"
            );
        }
    }

    #[test]
    fn what_leads_into_the_layout_is_refused_with_the_way_out() {
        let error = "s3://logs/a/AWSLogs/111122223333"
            .parse::<S3Url>()
            .unwrap_err();
        assert!(
            error.to_string().contains("give s3://logs/a/, and"),
            "{error}"
        );
        assert!("logs/a".parse::<S3Url>().is_err());
        assert!("s3://".parse::<S3Url>().is_err());
        assert!("s3://a b/x".parse::<S3Url>().is_err());
    }
}
