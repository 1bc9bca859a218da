//! OpenSSL as an authority for time stamps, an honest one and others.

use std::path::Path;
use std::process::Command;

use trailseal_keys::Sha256;
use trailseal_keys::timestamp::{
    CertificateProblem, Nonce, Request, TimeStampError, Token, TrustAnchors,
};

use crate::program::OpenSsl;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/timestamp/authority");

fn request() -> Request {
    Request {
        digest: Sha256::of(b"evidence"),
        nonce: Nonce::new(*b"\x80anumber"),
    }
}

/// An authority that has stamped the request.
struct Authority(OpenSsl);

impl Authority {
    fn new(kind: &str) -> Self {
        let openssl = OpenSsl::new();
        openssl.write("request.tsq", request().to_der().unwrap());
        let run = Command::new(SCRIPT)
            .args([
                Path::new(kind),
                &openssl.path(""),
                &openssl.path("request.tsq"),
            ])
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        Self(openssl)
    }

    fn anchors(&self) -> TrustAnchors {
        TrustAnchors::from_pem(&self.0.read("ca.pem")).unwrap()
    }

    fn response(&self) -> Vec<u8> {
        self.0.read("response.tsr")
    }

    /// Stamps once more, with other options than the first time.
    fn stamp(&self, options: &str) -> Token {
        self.0.run(&format!(
            "ts -reply -queryfile request.tsq -config authority.conf -section authority \
             -signer signer.pem -inkey signer.key -chain chain.pem -out response.tsr {options}"
        ));
        Token::from_response(&self.response()).unwrap()
    }

    /// Changes the statement of the token, and signs it again as CMS: with that,
    /// OpenSSL lets any certificate sign.
    fn sign_again(&self, change: impl Fn(&mut Vec<u8>), options: &str) -> Token {
        let token = Token::from_response(&self.response()).unwrap();
        self.0.write("token.der", token.der());
        self.0
            .run("cms -verify -noverify -inform DER -in token.der -out info.der");
        let mut info = self.0.read("info.der");
        change(&mut info);
        self.0.write("info.der", info);
        self.0.run(&format!(
            "cms -sign -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in info.der \
             -outform DER -out token.der -signer signer.pem -inkey signer.key {options}"
        ));
        Token::parse(&self.0.read("token.der")).unwrap()
    }

    /// A new certificate of the signer's key, with these extensions.
    fn certify(&self, subject: &str, issuer: &str, extensions: &str) {
        self.0.write("extensions", extensions);
        self.0.run(&format!(
            "x509 -req -in {subject}.csr -CA {issuer}.pem -CAkey {issuer}.key -CAcreateserial \
             -days 7300 -extfile extensions -out {subject}.pem"
        ));
    }

    fn error(&self, token: &Token) -> TimeStampError {
        token.verify(request().into(), &self.anchors()).unwrap_err()
    }

    fn problem(&self, token: &Token) -> CertificateProblem {
        match self.error(token) {
            TimeStampError::Certificate { problem, .. } => problem,
            other => panic!("{other}"),
        }
    }
}

/// Writes another year into genTime, which is the only time in a TSTInfo.
fn in_the_year(year: impl Fn(u32) -> u32) -> impl Fn(&mut Vec<u8>) {
    move |info| {
        let time = info.windows(2).position(|head| head == [0x18, 15]).unwrap();
        let place = &mut info[time + 2..time + 6];
        let now = str::from_utf8(place).unwrap().parse().unwrap();
        place.copy_from_slice(year(now).to_string().as_bytes());
    }
}

/// When certificates that are made after the stamp are valid, too.
fn later(info: &mut Vec<u8>) {
    in_the_year(|year| year + 4)(info);
}

fn unchanged(_: &mut Vec<u8>) {}

#[test]
#[ignore = "needs openssl"]
fn what_we_ask_is_stamped_and_what_is_stamped_verifies() {
    for kind in ["rsa", "ecdsa"] {
        let authority = Authority::new(kind);
        let token = Token::from_response(&authority.response()).unwrap();
        let stamp = token
            .verify(request().into(), &authority.anchors())
            .unwrap();
        assert_eq!(stamp.authority(), "CN=signer,O=trailseal tests");
        authority.0.write("evidence", b"evidence");
        authority
            .0
            .run("ts -verify -in response.tsr -data evidence -CAfile ca.pem");

        // What the other tests do to a token leaves it good by itself.
        let token = authority.sign_again(unchanged, &options(kind));
        let again = token.verify(request().into(), &authority.anchors());
        assert_eq!(again.unwrap().time(), stamp.time());
    }
}

/// The certificates that a token signed again has to have with it.
fn options(kind: &str) -> String {
    let between = match kind {
        "ecdsa" => "-certfile chain.pem",
        _ => "",
    };
    format!("-cades -md sha256 {between}")
}

#[test]
#[ignore = "needs openssl"]
fn stronger_hashes_and_the_older_name_of_the_certificate_will_do() {
    let authority = Authority::new("ecdsa");
    for hash in ["sha384", "sha512"] {
        let token = authority.stamp(&format!("-{hash}"));
        assert!(token.verify(request().into(), &authority.anchors()).is_ok());
    }
    let config = String::from_utf8(authority.0.read("authority.conf")).unwrap();
    let config = config.replace("ess_cert_id_alg = sha256", "ess_cert_id_alg = sha1");
    authority.0.write("authority.conf", config);
    let token = authority.stamp("-sha256");
    assert!(token.verify(request().into(), &authority.anchors()).is_ok());
}

#[test]
#[ignore = "needs openssl"]
fn fractions_of_a_second_and_all_that_may_be_left_out_are_read() {
    let authority = Authority::new("ecdsa");
    let config = String::from_utf8(authority.0.read("authority.conf")).unwrap();
    let more = "clock_precision_digits = 6\ntsa_name = yes\nordering = yes\n\
                ess_cert_id_chain = yes\n";
    authority.0.write("authority.conf", config + more);
    // A time that ends in zeros may have no fraction, but not three times over.
    let fractions = (0..3).filter(|_| {
        let token = authority.stamp("-sha256");
        let stamp = token.verify(request().into(), &authority.anchors());
        stamp.unwrap().time().subsec_nanosecond() != 0
    });
    assert!(fractions.count() > 0);
}

#[test]
#[ignore = "needs openssl"]
fn weak_or_unknown_signatures_are_refused() {
    let authority = Authority::new("rsa");
    let error = authority.error(&authority.stamp("-sha1"));
    assert!(matches!(error, TimeStampError::Algorithm { .. }), "{error}");
    let pss = authority.sign_again(unchanged, "-cades -md sha256 -keyopt rsa_padding_mode:pss");
    let error = authority.error(&pss);
    assert!(
        error.to_string().contains("1.2.840.113549.1.1.10"),
        "{error}"
    );
}

#[test]
#[ignore = "needs openssl"]
fn times_outside_the_validity_of_a_certificate_are_refused() {
    let authority = Authority::new("rsa");
    for years in [-4, 24] {
        let year = |now: u32| now.strict_add_signed(years);
        let token = authority.sign_again(in_the_year(year), &options("rsa"));
        let problem = authority.problem(&token);
        assert!(
            matches!(problem, CertificateProblem::Expired { .. }),
            "{problem}"
        );
    }
}

#[test]
#[ignore = "needs openssl"]
fn a_certificate_that_is_not_for_time_stamps_alone_is_refused() {
    let authority = Authority::new("rsa");
    for extensions in [
        "keyUsage = critical, digitalSignature",
        "extendedKeyUsage = timeStamping",
        "extendedKeyUsage = critical, timeStamping, emailProtection",
        "extendedKeyUsage = critical, codeSigning",
        "extendedKeyUsage = critical, timeStamping\nkeyUsage = keyEncipherment",
    ] {
        authority.certify("signer", "ca", extensions);
        let token = authority.sign_again(later, &options("rsa"));
        let problem = authority.problem(&token);
        assert!(
            matches!(problem, CertificateProblem::Usage { .. }),
            "{extensions}: {problem}"
        );
    }
    let unknown = "extendedKeyUsage = critical, timeStamping\n1.2.3.4 = critical, DER:0500";
    authority.certify("signer", "ca", unknown);
    let problem = authority.problem(&authority.sign_again(later, &options("rsa")));
    let oid = "1.2.3.4".to_owned();
    assert_eq!(problem, CertificateProblem::Extension { oid });
}

#[test]
#[ignore = "needs openssl"]
fn an_issuer_that_may_not_issue_is_refused() {
    let authority = Authority::new("ecdsa");
    for (extensions, expected) in [
        ("basicConstraints = CA:FALSE", "is no CA's"),
        ("subjectKeyIdentifier = hash", "is no CA's"),
        (
            "basicConstraints = critical, CA:TRUE\nkeyUsage = digitalSignature",
            "signing certificates",
        ),
        (
            "basicConstraints = critical, CA:TRUE\nextendedKeyUsage = emailProtection",
            "time stamps (extendedKeyUsage)",
        ),
        (
            "basicConstraints = critical, CA:TRUE\nnameConstraints = critical, permitted;email:x",
            "2.5.29.30",
        ),
    ] {
        authority.certify("middle", "ca", extensions);
        authority.0.run("x509 -in middle.pem -out chain.pem");
        let problem = authority.problem(&authority.sign_again(later, &options("ecdsa")));
        assert!(problem.to_string().contains(expected), "{problem}");
    }

    // The CA allows no other below it.
    authority.0.write(
        "extensions",
        "basicConstraints = critical, CA:TRUE, pathlen:0",
    );
    authority
        .0
        .run("x509 -req -in ca.csr -signkey ca.key -days 7300 -extfile extensions -out ca.pem");
    authority.certify("middle", "ca", "basicConstraints = critical, CA:TRUE");
    authority.0.run("x509 -in middle.pem -out chain.pem");
    let problem = authority.problem(&authority.sign_again(later, &options("ecdsa")));
    assert_eq!(problem, CertificateProblem::NotACa);
}

#[test]
#[ignore = "needs openssl"]
fn a_chain_that_lacks_a_link_is_refused_by_name() {
    let authority = Authority::new("ecdsa");
    let token = authority.sign_again(unchanged, "-cades -md sha256");
    let problem = authority.problem(&token);
    assert!(problem.to_string().contains("CN=middle"), "{problem}");
    // The user may trust the missing one.
    let middle = TrustAnchors::from_pem(&authority.0.read("chain.pem")).unwrap();
    assert!(token.verify(request().into(), &middle).is_ok());
}

#[test]
#[ignore = "needs openssl"]
fn a_token_that_does_not_bind_its_signer_is_refused() {
    let authority = Authority::new("rsa");
    let unbound = authority.sign_again(unchanged, "-md sha256");
    let error = authority.error(&unbound);
    assert!(error.to_string().contains("signingCertificate"), "{error}");

    let without = authority.sign_again(unchanged, "-cades -md sha256 -nocerts");
    assert_eq!(authority.error(&without), TimeStampError::Signer);

    let plain = authority.sign_again(unchanged, "-md sha256 -noattr");
    assert!(matches!(
        authority.error(&plain),
        TimeStampError::Attribute { .. }
    ));
}

/// Another certificate with the key, the name and the number of the signer's, in
/// its place.
#[test]
#[ignore = "needs openssl"]
fn a_second_certificate_of_the_same_key_is_not_the_signer() {
    let authority = Authority::new("rsa");
    let token = Token::from_response(&authority.response()).unwrap();
    let first = authority.0.run("x509 -in signer.pem -outform DER");
    let serial = authority.0.run("x509 -in signer.pem -noout -serial");
    let serial = String::from_utf8(serial).unwrap();
    let serial = serial.trim_end().replace("serial=", "0x");
    authority.0.run(&format!(
        "x509 -req -in signer.csr -CA ca.pem -CAkey ca.key -days 7299 -extfile authority.conf \
         -extensions signer -out second.pem -set_serial {serial}"
    ));
    let second = authority.0.run("x509 -in second.pem -outform DER");
    assert_eq!(first.len(), second.len());
    let same = |window: &[u8]| window == first;
    let place = token.der().windows(first.len()).position(same).unwrap();
    let mut exchanged = token.der().to_vec();
    exchanged[place..place + first.len()].copy_from_slice(&second);
    let error = authority.error(&Token::parse(&exchanged).unwrap());
    assert!(error.to_string().contains("signingCertificate"), "{error}");
}
