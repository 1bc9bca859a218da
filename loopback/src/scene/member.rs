//! An account of the organization.

use jiff::Timestamp;

/// An account as `ListAccounts` tells it.
#[derive(Clone, Debug)]
pub struct Member {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) joined: Option<Timestamp>,
}

impl Member {
    /// An active account, such as `111122223333`.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            state: "ACTIVE".to_owned(),
            joined: None,
        }
    }

    /// In this state, such as `SUSPENDED`.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = state.into();
        self
    }

    /// Since when it is in the organization.
    #[must_use]
    pub fn joined(mut self, at: Timestamp) -> Self {
        self.joined = Some(at);
        self
    }
}
