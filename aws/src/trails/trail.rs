//! The settings of a trail that matter to whoever verifies it.

use aws_sdk_cloudtrail::types::Trail as SdkTrail;
use serde::Serialize;
use trailseal_keys::Region;
use trailseal_verifier::id::{BucketName, TrailName};

use super::arn::TrailArn;

/// A [trail](https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html).
/// What AWS leaves out counts as off.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Trail {
    /// Its name.
    pub name: TrailName,
    /// Its ARN.
    pub arn: TrailArn,
    /// The Region in which it was made and is configured.
    pub home_region: Region,
    /// Whether it records all Regions.
    pub multi_region: bool,
    /// Whether it records all accounts of an organization.
    pub organization: bool,
    /// The bucket that it delivers to.
    pub bucket: BucketName,
    /// The prefix of its keys, without the slash before `AWSLogs`. Untrusted
    /// text.
    pub prefix: Option<String>,
    /// The key that its files are encrypted with, if not S3's own.
    pub kms_key: Option<String>,
    /// Whether digests are made.
    pub validation: bool,
    /// Whether events of IAM, STS and CloudFront are recorded.
    pub global_service_events: bool,
}

impl Trail {
    /// Checks what AWS listed.
    pub(super) fn read(listed: SdkTrail) -> Result<Self, String> {
        let arn: TrailArn = parsed("TrailARN", listed.trail_arn)?;
        Ok(Self {
            name: parsed("Name", listed.name)?,
            home_region: parsed("HomeRegion", listed.home_region)?,
            multi_region: listed.is_multi_region_trail.unwrap_or_default(),
            organization: listed.is_organization_trail.unwrap_or_default(),
            bucket: parsed("S3BucketName", listed.s3_bucket_name)?,
            prefix: listed.s3_key_prefix.filter(|prefix| !prefix.is_empty()),
            kms_key: listed.kms_key_id.filter(|key| !key.is_empty()),
            validation: listed.log_file_validation_enabled.unwrap_or_default(),
            global_service_events: listed.include_global_service_events.unwrap_or_default(),
            arn,
        })
    }

    /// The order in which trails are shown.
    pub(super) fn order(&self) -> impl Ord {
        (&self.home_region, &self.name, &self.arn)
    }
}

fn parsed<T: std::str::FromStr>(member: &str, value: Option<String>) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    let value = value.ok_or_else(|| format!("expected a trail with {member}, found none"))?;
    value
        .parse()
        .map_err(|error| format!("{member} of a trail: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> SdkTrail {
        SdkTrail::builder()
            .name("management-events")
            .trail_arn("arn:aws:cloudtrail:eu-west-1:111122223333:trail/management-events")
            .home_region("eu-west-1")
            .s3_bucket_name("example-logs")
            .s3_key_prefix("")
            .is_multi_region_trail(true)
            .build()
    }

    #[test]
    fn what_is_left_out_is_off() {
        let trail = Trail::read(listed()).unwrap();
        assert!(trail.multi_region && !trail.validation && !trail.organization);
        assert_eq!((trail.prefix, trail.kms_key), (None, None));
    }

    #[test]
    fn a_trail_that_cannot_be_is_refused_with_the_member() {
        let mut broken = listed();
        broken.s3_bucket_name = Some("a/b".into());
        let error = Trail::read(broken).unwrap_err();
        assert!(error.contains("S3BucketName"), "{error}");
        let mut broken = listed();
        broken.home_region = None;
        let error = Trail::read(broken).unwrap_err();
        assert!(error.contains("HomeRegion"), "{error}");
    }
}
