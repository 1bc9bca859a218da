//! Keys that sign evidence: ours, not CloudTrail's.
//!
//! # Which keys
//!
//! | [`KeyKind`] | signature | why |
//! |---|---|---|
//! | `ed25519` | Ed25519 ([RFC 8032]), 64 bytes | the default: small, quick, nothing to choose |
//! | `ecdsa-p256` | ECDSA with SHA-256, in DER ([RFC 3279, section 2.2.3]) | what hardware and AWS KMS have |
//! | `rsa-3072` | RSASSA-PKCS1-v1_5 with SHA-256 ([RFC 8017, section 8.2]) | what every tool reads; as CloudTrail signs |
//!
//! These are the forms that `openssl dgst -sha256 -verify` (for Ed25519,
//! `openssl pkeyutl -verify -rawin`), securesystemslib and AWS KMS make and check
//! without an option. WebCrypto wants the two numbers of an ECDSA signature side
//! by side instead of in DER; the other two it takes as they are. PSS is left
//! out: it proves no more here, and each tool spells its parameters differently.
//!
//! # Where keys lie
//!
//! A private key is PKCS#8 in PEM, encrypted with a passphrase ([`StoredKey`]);
//! its public half is SubjectPublicKeyInfo in PEM ([`EvidenceKey`]). `openssl
//! pkey` reads both. A key that lives elsewhere, in AWS KMS, is a [`Signer`] too.
//!
//! Private keys are touched by aws-lc alone, in constant time. What holds a secret
//! is overwritten when it is dropped, and shows nothing of it in `Debug`.
//!
//! [RFC 3279, section 2.2.3]: https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3
//! [RFC 8017, section 8.2]: https://www.rfc-editor.org/rfc/rfc8017#section-8.2
//! [RFC 8032]: https://www.rfc-editor.org/rfc/rfc8032

mod algorithm;
mod evidence_key;
mod key_id;
mod passphrase;
mod pbes2;
pub(crate) mod pem;
mod private_key;
mod signer;
mod stored_key;

pub use algorithm::{KeyKind, SignatureAlgorithm};
pub use evidence_key::{EvidenceKey, EvidenceKeyError};
pub use key_id::KeyId;
pub use passphrase::{Passphrase, PassphraseInvalid};
pub use pbes2::DecryptError;
pub use pem::PemError;
pub use private_key::{PrivateKey, PrivateKeyError};
pub use signer::{SignError, Signer};
pub use stored_key::{EncryptedKey, StoredKey, StoredKeyError};
