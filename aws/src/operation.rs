//! A call, and the permission that it takes.

/// One operation of an AWS service, for error messages.
///
/// The permission is not always named for the operation: `ListObjectsV2` takes
/// `s3:ListBucket`. See the [Service Authorization Reference].
///
/// [Service Authorization Reference]: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
#[derive(Debug, Eq, PartialEq)]
pub struct Operation {
    /// Service and operation, such as `s3:ListObjectsV2`.
    pub name: &'static str,
    /// The IAM action that allows it, such as `s3:ListBucket`.
    pub permission: &'static str,
    /// What cannot be done without it, or how to do without it: half a
    /// sentence that follows the permission.
    pub without: &'static str,
}
