//! Which key verified which signature.

use std::collections::BTreeSet;

use serde::Serialize;

use super::envelope::{Envelope, Signature, pae};
use crate::signing::{EvidenceKey, KeyId};

/// What became of one signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "check", content = "key")]
pub enum SignatureCheck {
    /// It names this key, which is one of those supplied and did not sign the
    /// payload: it is forged, or the payload was altered.
    Failed(KeyId),
    /// It names no key that was supplied, and none of those made it. That says
    /// nothing about it.
    KeyUnknown,
    /// This key made it.
    Verified(KeyId),
}

/// What became of each signature of an envelope.
#[derive(Clone, Debug)]
pub struct Verification<'e> {
    envelope: &'e Envelope,
    checks: Vec<SignatureCheck>,
}

impl Envelope {
    /// Checks every signature with the keys.
    pub fn verify(&self, keys: &[EvidenceKey]) -> Verification<'_> {
        let message = pae(&self.payload_type, &self.payload);
        let checks = self
            .signatures
            .iter()
            .map(|signature| check(signature, &message, keys))
            .collect();
        Verification {
            envelope: self,
            checks,
        }
    }
}

fn check(signature: &Signature, message: &[u8], keys: &[EvidenceKey]) -> SignatureCheck {
    let named = keys
        .iter()
        .find(|key| key.id().to_string() == signature.keyid);
    named
        .into_iter()
        .chain(keys)
        .find(|key| key.verify(message, &signature.sig).is_ok())
        .map(|key| SignatureCheck::Verified(key.id()))
        .or(named.map(|key| SignatureCheck::Failed(key.id())))
        .unwrap_or(SignatureCheck::KeyUnknown)
}

impl<'e> Verification<'e> {
    /// One for each signature, in the envelope's order.
    pub fn checks(&self) -> &[SignatureCheck] {
        &self.checks
    }

    /// The keys that signed, each once however often it did: where several have
    /// to sign, these are to be counted.
    pub fn signers(&self) -> BTreeSet<KeyId> {
        self.checks
            .iter()
            .filter_map(|check| match check {
                SignatureCheck::Verified(key) => Some(*key),
                SignatureCheck::Failed(_) | SignatureCheck::KeyUnknown => None,
            })
            .collect()
    }

    /// The payload, if at least one of the keys signed it and none that is named
    /// did not: an envelope with a false signature was tampered with.
    pub fn payload(&self) -> Option<VerifiedPayload<'e>> {
        let failed = |check: &SignatureCheck| matches!(check, SignatureCheck::Failed(_));
        let trusted = !self.signers().is_empty() && !self.checks.iter().any(failed);
        trusted.then_some(VerifiedPayload {
            envelope: self.envelope,
        })
    }
}

/// A payload that a supplied key signed. Only [`Envelope::verify`] leads to one.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedPayload<'e> {
    envelope: &'e Envelope,
}

impl<'e> VerifiedPayload<'e> {
    /// The bytes, as they were signed.
    pub fn bytes(&self) -> &'e [u8] {
        &self.envelope.payload
    }

    /// What they are, which is signed too. To be compared before they are parsed.
    pub fn payload_type(&self) -> &'e str {
        &self.envelope.payload_type
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dsse::PAYLOAD_TYPE_IN_TOTO;
    use crate::signing::{KeyKind, PrivateKey, Signer};

    const PAYLOAD: &[u8] = br#"{"_type":"https://in-toto.io/Statement/v1"}"#;

    fn key(kind: KeyKind) -> PrivateKey {
        PrivateKey::generate(kind).unwrap()
    }

    fn signed(signers: &[&dyn Signer]) -> Envelope {
        Envelope::sign(PAYLOAD_TYPE_IN_TOTO, PAYLOAD.to_vec(), signers).unwrap()
    }

    fn public(keys: &[&PrivateKey]) -> Vec<EvidenceKey> {
        keys.iter().map(|key| key.public().clone()).collect()
    }

    #[test]
    fn the_payload_comes_out_as_it_went_in() {
        let (one, two) = (key(KeyKind::Ed25519), key(KeyKind::EcdsaP256));
        let envelope = signed(&[&one, &two]);
        let verification = envelope.verify(&public(&[&two, &one]));
        assert_eq!(
            verification.checks(),
            [
                SignatureCheck::Verified(one.public().id()),
                SignatureCheck::Verified(two.public().id())
            ]
        );
        assert_eq!(verification.signers().len(), 2);
        let payload = verification.payload().unwrap();
        assert_eq!(payload.bytes(), PAYLOAD);
        assert_eq!(payload.payload_type(), PAYLOAD_TYPE_IN_TOTO);
    }

    #[test]
    fn an_unknown_key_is_no_failure_and_no_proof() {
        let (ours, theirs) = (key(KeyKind::Ed25519), key(KeyKind::Ed25519));
        let envelope = signed(&[&theirs, &ours]);
        let verification = envelope.verify(&public(&[&ours]));
        let verified = SignatureCheck::Verified(ours.public().id());
        assert_eq!(
            verification.checks(),
            [SignatureCheck::KeyUnknown, verified]
        );
        assert!(verification.payload().is_some());

        assert!(
            signed(&[&theirs])
                .verify(&public(&[&ours]))
                .payload()
                .is_none()
        );
        assert!(signed(&[&theirs]).verify(&[]).payload().is_none());
    }

    #[test]
    fn the_key_id_is_a_hint_only() {
        let (ours, other) = (key(KeyKind::Ed25519), key(KeyKind::Ed25519));
        let keys = public(&[&ours, &other]);
        for keyid in ["", "of another tool", &other.public().id().to_string()] {
            let mut envelope = signed(&[&ours]);
            keyid.clone_into(&mut envelope.signatures[0].keyid);
            let verified = SignatureCheck::Verified(ours.public().id());
            assert_eq!(envelope.verify(&keys).checks(), [verified], "{keyid}");
        }
    }

    #[test]
    fn a_key_that_signed_twice_is_one_signer() {
        let ours = key(KeyKind::EcdsaP256);
        let mut envelope = signed(&[&ours]);
        envelope.signatures.push(envelope.signatures[0].clone());
        let verification = envelope.verify(&public(&[&ours]));
        assert_eq!(verification.checks().len(), 2);
        assert_eq!(verification.signers().len(), 1);
    }

    #[test]
    fn a_false_signature_beside_a_true_one_is_tampering() {
        let (ours, other) = (key(KeyKind::Ed25519), key(KeyKind::Ed25519));
        let mut envelope = signed(&[&ours, &other]);
        envelope.signatures[1].sig[3] ^= 1;
        let verification = envelope.verify(&public(&[&ours, &other]));
        assert_eq!(
            verification.checks()[1],
            SignatureCheck::Failed(other.public().id())
        );
        assert!(verification.payload().is_none());
    }

    #[test]
    fn the_type_is_signed_with_the_payload() {
        let ours = key(KeyKind::Ed25519);
        let mut envelope = signed(&[&ours]);
        "application/json".clone_into(&mut envelope.payload_type);
        assert!(envelope.verify(&public(&[&ours])).payload().is_none());
    }

    #[test]
    fn checks_are_written_with_their_key() {
        let json = serde_json::to_value([
            SignatureCheck::KeyUnknown,
            SignatureCheck::Verified(key(KeyKind::Ed25519).public().id()),
        ]);
        let json = json.unwrap();
        assert_eq!(json[0], serde_json::json!({"check": "key-unknown"}));
        assert_eq!(json[1]["key"].as_str().unwrap().len(), 64);
    }

    proptest! {
        #[test]
        fn no_altered_payload_verifies(at in 0..PAYLOAD.len(), flip in 1..=255u8) {
            let ours = key(KeyKind::Ed25519);
            let mut envelope = signed(&[&ours]);
            envelope.payload[at] ^= flip;
            prop_assert!(envelope.verify(&public(&[&ours])).payload().is_none());
        }
    }
}
