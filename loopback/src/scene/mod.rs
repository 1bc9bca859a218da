//! What there is to be served.

mod folder;
mod keys;
mod member;
mod trail;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::store::{Store, Versioning};

pub(crate) use keys::Key;
pub use member::Member;
pub use trail::Trail;

/// Buckets, keys and trails of a make-believe account.
#[derive(Clone, Debug)]
pub struct Scene {
    store: Arc<Store>,
    pub(crate) keys: Vec<Key>,
    pub(crate) trails: Vec<Trail>,
    pub(crate) organization: Option<String>,
    pub(crate) members: Vec<Member>,
    pub(crate) region: String,
    pub(crate) page_size: usize,
}

/// A scene cannot be made of these files.
#[derive(Debug, thiserror::Error)]
pub enum SceneError {
    /// A file or folder cannot be read.
    #[error("{path}: {source}")]
    Unread {
        /// What was to be read.
        path: PathBuf,
        /// Why it was not.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{path}{}: {problem}", line.map(|line| format!(":{line}")).unwrap_or_default())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Counted from 1, where there are lines.
        line: Option<usize>,
        /// Expected and found.
        problem: String,
    },
}

impl SceneError {
    fn unread(path: &Path, source: io::Error) -> Self {
        Self::Unread {
            path: path.to_owned(),
            source,
        }
    }

    fn malformed(path: &Path, problem: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            line: None,
            problem: problem.into(),
        }
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            store: Arc::default(),
            keys: Vec::new(),
            trails: Vec::new(),
            organization: None,
            members: Vec::new(),
            region: "us-east-1".to_owned(),
            page_size: usize::MAX,
        }
    }
}

impl Scene {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The objects that the `manifest.jsonl` of a mirror lists, with what it
    /// says of them: metadata, versions, and which cannot be read.
    ///
    /// # Errors
    ///
    /// The manifest cannot be read, or a line is not an entry.
    pub fn mirror(root: impl AsRef<Path>) -> Result<Self, SceneError> {
        let scene = Self::new();
        folder::mirror(root.as_ref(), scene.store())?;
        Ok(scene)
    }

    /// The files below a folder as objects of this bucket, without metadata.
    ///
    /// # Errors
    ///
    /// A folder cannot be read, or a name is not UTF-8.
    pub fn plain(root: impl AsRef<Path>, bucket: &str) -> Result<Self, SceneError> {
        let scene = Self::new().bucket(bucket);
        folder::plain(root.as_ref(), bucket, scene.store())?;
        Ok(scene)
    }

    /// Adds an empty bucket; one that is there is left as it is.
    #[must_use]
    pub fn bucket(self, name: &str) -> Self {
        if self.store.versioning(name).is_err() {
            self.store.bucket(name, Versioning::Off);
        }
        self
    }

    /// Turns versioning on in the buckets that there are by now. Objects that
    /// are in them already have version id `null`.
    #[must_use]
    pub fn versioned(self) -> Self {
        self.store.version_all();
        self
    }

    /// Adds public keys: a file as `aws cloudtrail list-public-keys` prints it,
    /// a keyring of trailseal's own form, or a folder of `<region>.json`. Keys
    /// without a Region are served in all of them.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is of neither form.
    pub fn keys(mut self, path: impl AsRef<Path>) -> Result<Self, SceneError> {
        self.keys.extend(keys::load(path.as_ref())?);
        Ok(self)
    }

    /// Adds trails.
    #[must_use]
    pub fn trails(mut self, trails: impl IntoIterator<Item = Trail>) -> Self {
        self.trails.extend(trails);
        self
    }

    /// Adds the trails of a file: a JSON list of `{"trail": {…}, "status": {…}}`
    /// with the member names of `DescribeTrails` and `GetTrailStatus`.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is not such a list.
    pub fn trails_of(self, path: impl AsRef<Path>) -> Result<Self, SceneError> {
        let trails = trail::load(path.as_ref())?;
        Ok(self.trails(trails))
    }

    /// Adds a multi-Region trail for each trail name that digests of the store
    /// bear, as far as their keys tell: name, home, bucket and prefix.
    #[must_use]
    pub fn trails_of_digests(self) -> Self {
        let trails = trail::of_digests(&self.store);
        self.trails(trails)
    }

    /// Puts the account into an organization, such as `o-exampleorgid`.
    #[must_use]
    pub fn organization(mut self, id: impl Into<String>) -> Self {
        self.organization = Some(id.into());
        self
    }

    /// Adds accounts of the organization, in this order.
    #[must_use]
    pub fn members(mut self, members: impl IntoIterator<Item = Member>) -> Self {
        self.members.extend(members);
        self
    }

    /// Where the buckets are; us-east-1 if not stated.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    /// Lists no more than this at once, whatever is asked for; S3's own limit
    /// of 1,000 holds besides.
    #[must_use]
    pub fn page_size(mut self, most: usize) -> Self {
        self.page_size = most.max(1);
        self
    }

    /// The objects.
    pub fn store(&self) -> &Store {
        &self.store
    }
}
