//! Any bytes are an envelope, a key, a proof, or an error; and nobody signed them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trailseal_keys::dsse::Envelope;
use trailseal_keys::merkle::{InclusionProof, LeafHash, TreeHasher};
use trailseal_keys::signing::{EvidenceKey, PrivateKey, StoredKey};

const KEY: &[u8] = b"-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----";

fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = Envelope::parse(bytes) {
        let key = EvidenceKey::from_pem(KEY).expect("a key");
        assert!(envelope.verify(&[key]).payload().is_none());
        let json = envelope.to_json().expect("an envelope prints");
        assert_eq!(Envelope::parse(json.as_bytes()).expect("our own form"), envelope);
    }
    if let Ok(key) = EvidenceKey::from_pem(bytes).or_else(|_| EvidenceKey::from_spki_der(bytes)) {
        assert!(key.verify(b"text", &[1; 64]).is_err());
    }
    let _ = StoredKey::from_pem(bytes);
    let _ = PrivateKey::from_pkcs8_der(bytes);
    if let Ok(proof) = serde_json::from_slice::<InclusionProof>(bytes) {
        let root = TreeHasher::new().root();
        assert!(proof.verify(LeafHash::of(b"item"), root).is_err());
    }
});
