//! The Regions of a partition, for "all Regions".
//!
//! A list in the program ages; but asking `account:ListRegions` or
//! `ec2:DescribeRegions` would take a permission that a verifier has no other
//! use for. The list is that of botocore 1.43.11: a newer
//! Region has to be named. What did not answer is said.

use trailseal_keys::Region;

/// Regions that answer each other's credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Partition {
    /// The beginning of its Regions' names, or of none's: the commercial one.
    prefixes: &'static [&'static str],
    regions: &'static [&'static str],
}

const COMMERCIAL: Partition = Partition {
    prefixes: &[],
    regions: &[
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-central-1",
        "ca-west-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ],
};

const OTHERS: [Partition; 7] = [
    Partition {
        prefixes: &["cn-"],
        regions: &["cn-north-1", "cn-northwest-1"],
    },
    Partition {
        prefixes: &["us-gov-"],
        regions: &["us-gov-east-1", "us-gov-west-1"],
    },
    Partition {
        prefixes: &["eusc-"],
        regions: &["eusc-de-east-1"],
    },
    Partition {
        prefixes: &["us-iso-"],
        regions: &["us-iso-east-1", "us-iso-west-1"],
    },
    Partition {
        prefixes: &["us-isob-"],
        regions: &["us-isob-east-1", "us-isob-west-1"],
    },
    Partition {
        prefixes: &["eu-isoe-"],
        regions: &["eu-isoe-west-1"],
    },
    Partition {
        prefixes: &["us-isof-"],
        regions: &["us-isof-east-1", "us-isof-south-1"],
    },
];

/// The Regions that were open before Regions had to be [enabled]. None has
/// joined them since 2019.
///
/// [enabled]: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
const ALWAYS_ENABLED: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Every known Region of the partition of `configured`; of the commercial one if
/// no Region is configured.
pub fn all(configured: Option<&Region>) -> Vec<Region> {
    let partition = configured
        .and_then(|region| {
            OTHERS.iter().find(|partition| {
                partition
                    .prefixes
                    .iter()
                    .any(|prefix| region.as_str().starts_with(prefix))
            })
        })
        .unwrap_or(&COMMERCIAL);
    partition
        .regions
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect()
}

/// Whether an account may have the Region switched off.
pub(crate) fn can_be_disabled(region: &Region) -> bool {
    !ALWAYS_ENABLED.contains(&region.as_str()) && COMMERCIAL.regions.contains(&region.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str) -> Region {
        name.parse().unwrap()
    }

    #[test]
    fn every_name_is_one() {
        let listed = OTHERS
            .iter()
            .chain([&COMMERCIAL])
            .flat_map(|partition| partition.regions);
        for name in listed {
            assert_eq!(region(name).as_str(), *name);
            assert!(all(Some(&region(name))).contains(&region(name)), "{name}");
        }
    }

    #[test]
    fn the_partition_is_that_of_the_configured_region() {
        assert_eq!(all(None).len(), COMMERCIAL.regions.len());
        assert_eq!(all(Some(&region("eu-west-1"))), all(None));
        assert_eq!(
            all(Some(&region("us-gov-west-1"))),
            [region("us-gov-east-1"), region("us-gov-west-1")]
        );
        assert_eq!(all(Some(&region("us-new-1"))), all(None));
    }

    #[test]
    fn only_later_regions_can_be_disabled() {
        assert!(can_be_disabled(&region("af-south-1")));
        assert!(!can_be_disabled(&region("us-east-1")));
        assert!(!can_be_disabled(&region("us-gov-west-1")));
        assert!(
            ALWAYS_ENABLED
                .iter()
                .all(|name| COMMERCIAL.regions.contains(name))
        );
    }
}
