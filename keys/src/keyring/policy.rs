//! What to do about a key whose listed fingerprint is not its own.

/// Whether a key is taken whose listed fingerprint is not the MD5 of its DER.
///
/// The rule is not documented by AWS, so a list that breaks it is not proof of a
/// forgery; but no genuine list is known that does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum FingerprintPolicy {
    /// Take it under the listed fingerprint, with a
    /// [`KeyringWarning::FingerprintMismatch`](crate::KeyringWarning::FingerprintMismatch).
    Accept,
    /// Refuse the whole file.
    #[default]
    Refuse,
}
