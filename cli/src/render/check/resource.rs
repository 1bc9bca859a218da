//! What a finding is about, as AWS names it.

use super::wording;
use crate::check::report::LivingFinding;
use crate::render::partition;

/// The kinds that findings are about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Object,
    Account,
    /// A source as a whole.
    Other,
}

/// A kind and the name of one.
pub(super) struct Resource {
    pub(super) kind: Kind,
    /// An ARN where there is one. May be hostile: escaped, and not yet cut.
    pub(super) id: String,
}

impl Resource {
    pub(super) fn of(finding: &LivingFinding) -> Self {
        let subject = wording::plain(&wording::subject(finding));
        if let Some(object) = subject.strip_prefix("s3://") {
            let partition = partition(finding.region.as_deref());
            return Self {
                kind: Kind::Object,
                id: format!("arn:{partition}:s3:::{object}"),
            };
        }
        match &finding.account {
            Some(account) => Self {
                kind: Kind::Account,
                id: format!("AWS::::Account:{}", wording::plain(account)),
            },
            None => Self {
                kind: Kind::Other,
                id: subject,
            },
        }
    }
}

/// The partition of a Region, and the usual one where none is known.
pub(super) fn partition(region: Option<&str>) -> &'static str {
    partition::partition(region.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::report;
    use super::*;

    #[test]
    fn a_finding_is_about_an_object_an_account_or_a_source() {
        let mut finding = report().findings.remove(2);
        let resource = Resource::of(&finding);
        assert_eq!(resource.kind, Kind::Object);
        assert!(
            resource
                .id
                .starts_with("arn:aws:s3:::example-org-cloudtrail-logs/AWSLogs/")
        );
        finding.object = None;
        finding.region = Some("cn-north-1".to_owned());
        assert_eq!(Resource::of(&finding).id, "AWS::::Account:111122223333");
        (finding.account, finding.region, finding.chain) = (None, None, None);
        assert_eq!(Resource::of(&finding).kind, Kind::Other);
    }
}
