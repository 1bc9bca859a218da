//! Ceph's RADOS Gateway, as the owner of its buckets sees it.

use std::fmt::Debug;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation};
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use trailseal_aws::Connection;
use trailseal_verifier::id::BucketName;

use super::{Put, connect, told};

/// Uploads at one time.
const AT_ONCE: usize = 16;

/// The gateway.
pub(crate) struct Gateway {
    pub(crate) connection: Connection,
    client: Client,
}

impl Gateway {
    pub(crate) fn new() -> Self {
        let connection = connect(told("RGW_ACCESS_KEY"), told("RGW_SECRET_KEY"));
        let client = Client::from_conf(
            Builder::from(connection.config())
                .force_path_style(true)
                // The gateway knows no trailing checksums.
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
                .build(),
        );
        Self { connection, client }
    }

    /// An empty bucket that no other test has, nor had.
    pub(crate) fn unique(&self, of: &str) -> BucketName {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let name = format!("{of}-{}-{}", std::process::id(), now.as_nanos());
        let name = name.parse().unwrap();
        self.create(&name);
        name
    }

    /// An empty bucket of this name, whatever it held: digests name theirs.
    pub(crate) fn emptied(&self, name: &str) -> BucketName {
        let name: BucketName = name.parse().unwrap();
        if self.clear(&name) {
            self.run(self.client.delete_bucket().bucket(name.as_str()).send());
        }
        self.create(&name);
        name
    }

    fn create(&self, bucket: &BucketName) {
        self.run(self.client.create_bucket().bucket(bucket.as_str()).send());
    }

    /// Deletes all versions; says whether there is such a bucket.
    fn clear(&self, bucket: &BucketName) -> bool {
        loop {
            let request = self.client.list_object_versions().bucket(bucket.as_str());
            let page = match self.connection.block_on(request.send()) {
                Ok(page) => page,
                Err(error) if error.as_service_error().is_some() => return false,
                Err(error) => panic!("{bucket}: {error:?}"),
            };
            let versions = page.versions().iter().map(|v| (v.key(), v.version_id()));
            let markers = page.delete_markers().iter();
            let markers = markers.map(|m| (m.key(), m.version_id()));
            let all: Vec<_> = versions.chain(markers).collect();
            if all.is_empty() {
                return true;
            }
            self.at_once(all.into_iter().map(|(key, version)| {
                self.client
                    .delete_object()
                    .bucket(bucket.as_str())
                    .key(key.unwrap())
                    .set_version_id(version.map(str::to_owned))
                    .send()
            }));
        }
    }

    pub(crate) fn keep_versions(&self, bucket: &BucketName) {
        let enabled = VersioningConfiguration::builder()
            .status(BucketVersioningStatus::Enabled)
            .build();
        self.run(
            self.client
                .put_bucket_versioning()
                .bucket(bucket.as_str())
                .versioning_configuration(enabled)
                .send(),
        );
    }

    /// Stores an object; returns its version.
    pub(crate) fn put(&self, bucket: &BucketName, put: Put) -> Option<String> {
        let stored = self.run(self.putting(bucket, put));
        stored.version_id().map(str::to_owned)
    }

    /// Stores many, in no particular order.
    pub(crate) fn put_all(&self, bucket: &BucketName, all: impl IntoIterator<Item = Put>) {
        self.at_once(all.into_iter().map(|put| self.putting(bucket, put)));
    }

    fn putting(
        &self,
        bucket: &BucketName,
        put: Put,
    ) -> impl Future<Output = Result<PutObjectOutput, impl Debug + Send + use<>>> + Send + use<>
    {
        self.client
            .put_object()
            .bucket(bucket.as_str())
            .key(put.key)
            .set_metadata(Some(put.metadata.into_iter().collect()))
            .body(ByteStream::from(put.bytes))
            .send()
    }

    /// Deletes an object as anyone would; returns the delete marker's version.
    pub(crate) fn delete(&self, bucket: &BucketName, key: &str) -> Option<String> {
        let request = self.client.delete_object().bucket(bucket.as_str()).key(key);
        self.run(request.send()).version_id().map(str::to_owned)
    }

    /// Lets the reader do these things, each an action and a key, or nothing
    /// for the bucket itself; and nothing else.
    pub(crate) fn allow(&self, bucket: &BucketName, allowed: &[(&str, &str)]) {
        let statement = |(action, key): &(&str, &str)| {
            serde_json::json!({
                "Effect": "Allow",
                "Principal": {"AWS": format!("arn:aws:iam:::user/{}", told("RGW_READER_ACCESS_KEY"))},
                "Action": action,
                "Resource": format!("arn:aws:s3:::{bucket}{key}"),
            })
        };
        let statements: Vec<_> = allowed.iter().map(statement).collect();
        let policy = serde_json::json!({"Version": "2012-10-17", "Statement": statements});
        self.run(
            self.client
                .put_bucket_policy()
                .bucket(bucket.as_str())
                .policy(policy.to_string())
                .send(),
        );
    }

    fn run<T, E: Debug>(&self, call: impl Future<Output = Result<T, E>>) -> T {
        self.connection.block_on(call).unwrap()
    }

    fn at_once<T, E, F>(&self, calls: impl IntoIterator<Item = F>)
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: Debug + Send + 'static,
    {
        let mut calls = calls.into_iter();
        loop {
            let running: Vec<_> = calls
                .by_ref()
                .take(AT_ONCE)
                .map(|call| self.connection.runtime().spawn(call))
                .collect();
            if running.is_empty() {
                return;
            }
            for call in running {
                self.connection.block_on(call).unwrap().unwrap();
            }
        }
    }
}
