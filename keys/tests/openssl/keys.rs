//! Keys and signatures, in both directions.

use trailseal_keys::Sha256;
use trailseal_keys::signing::{
    EvidenceKey, KeyKind, Passphrase, PrivateKey, Signer as _, StoredKey,
};

use crate::program::OpenSsl;

const KINDS: [(KeyKind, &str); 3] = [
    (
        KeyKind::EcdsaP256,
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    ),
    (KeyKind::Ed25519, "-algorithm ED25519"),
    (
        KeyKind::Rsa3072,
        "-algorithm RSA -pkeyopt rsa_keygen_bits:3072",
    ),
];

const PASSPHRASE: &str = "correct-horse-battery";

fn passphrase() -> Passphrase {
    Passphrase::new(PASSPHRASE.as_bytes().to_vec().into()).unwrap()
}

fn read(text: &[u8]) -> PrivateKey {
    match StoredKey::from_pem(text).unwrap() {
        StoredKey::Encrypted(key) => key.decrypt(&passphrase()).unwrap(),
        StoredKey::Unprotected(key) => *key,
    }
}

/// The options that check a signature of `message` in `signature`.
fn check(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Ed25519 => {
            "pkeyutl -verify -pubin -inkey key.pub -rawin -in message -sigfile signature"
        }
        KeyKind::EcdsaP256 | KeyKind::Rsa3072 => {
            "dgst -sha256 -verify key.pub -signature signature message"
        }
    }
}

fn sign(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Ed25519 => "pkeyutl -sign -inkey key.pem -rawin -in message -out signature",
        KeyKind::EcdsaP256 | KeyKind::Rsa3072 => {
            "dgst -sha256 -sign key.pem -out signature message"
        }
    }
}

#[test]
#[ignore = "needs openssl"]
fn openssl_reads_our_keys_and_checks_our_signatures() {
    for (kind, _) in KINDS {
        let (key, openssl) = (PrivateKey::generate(kind).unwrap(), OpenSsl::new());
        openssl.write("key.pem", key.to_encrypted_pem(&passphrase()).unwrap());
        openssl.write("open.pem", key.to_unprotected_pem().unwrap().as_bytes());
        // With a line before it, as `trailseal keys public` writes it.
        let pem = key.public().to_pem().unwrap();
        openssl.write("key.pub", format!("ed25519 key 0123\n{pem}"));
        let public = pem.into_bytes();
        let pass = format!("pkey -in key.pem -passin pass:{PASSPHRASE} -pubout");
        assert_eq!(openssl.run(&pass), public);
        assert_eq!(openssl.run("pkey -in open.pem -pubout"), public);
        assert_eq!(openssl.run("pkey -pubin -in key.pub -pubout"), public);

        // The id is what its documentation says.
        let der = openssl.run("pkey -pubin -in key.pub -outform DER");
        assert_eq!(Sha256::of(&der).to_string(), key.public().id().to_string());

        openssl.write("message", b"evidence");
        openssl.write("signature", key.sign(b"evidence").unwrap());
        openssl.run(check(kind));
        openssl.write("message", b"other evidence");
        assert!(!openssl.output(check(kind)).status.success());
    }
}

#[test]
#[ignore = "needs openssl"]
fn we_read_keys_of_openssl_and_check_its_signatures() {
    for (kind, options) in KINDS {
        let openssl = OpenSsl::new();
        openssl.run(&format!("genpkey {options} -out key.pem"));
        let public = openssl.run("pkey -in key.pem -pubout");
        let public = EvidenceKey::from_pem(&public).unwrap();
        assert_eq!(read(&openssl.read("key.pem")).public(), &public);
        for encryption in [
            "-v2 aes-256-cbc",
            "-v2 aes-128-cbc -v2prf hmacWithSHA512",
            "-v2 aes-256-cbc -v2prf hmacWithSHA1 -iter 100000",
        ] {
            openssl.run(&format!(
                "pkcs8 -topk8 -in key.pem -out locked.pem {encryption} -passout pass:{PASSPHRASE}"
            ));
            assert_eq!(read(&openssl.read("locked.pem")).public(), &public);
        }

        openssl.write("message", b"evidence");
        openssl.run(sign(kind));
        let signature = openssl.read("signature");
        assert_eq!(public.verify(b"evidence", &signature), Ok(()));
        assert!(public.verify(b"other evidence", &signature).is_err());
    }
}

/// What is refused says how to rewrite it, and that way leads out.
#[test]
#[ignore = "needs openssl"]
fn the_ways_out_lead_out() {
    let openssl = OpenSsl::new();
    openssl.run("genrsa -traditional -out old.pem 2048");
    let refused = StoredKey::from_pem(&openssl.read("old.pem")).unwrap_err();
    let way_out = "openssl pkcs8 -topk8 -in FILE";
    assert!(refused.to_string().contains(way_out), "{refused}");
    openssl.run("pkcs8 -topk8 -in old.pem -nocrypt -out new.pem");
    let key = read(&openssl.read("new.pem"));

    openssl.run(&format!(
        "pkcs8 -topk8 -in new.pem -out scrypt.pem -scrypt -passout pass:{PASSPHRASE}"
    ));
    let StoredKey::Encrypted(locked) = StoredKey::from_pem(&openssl.read("scrypt.pem")).unwrap()
    else {
        panic!("not encrypted");
    };
    let refused = locked.decrypt(&passphrase()).unwrap_err();
    let way_out = "openssl pkey -aes256 -in FILE";
    assert!(refused.to_string().contains(way_out), "{refused}");
    openssl.run(&format!(
        "pkey -aes256 -in scrypt.pem -out pbkdf2.pem -passin pass:{PASSPHRASE} -passout pass:{PASSPHRASE}"
    ));
    assert_eq!(read(&openssl.read("pbkdf2.pem")).public(), key.public());
}
