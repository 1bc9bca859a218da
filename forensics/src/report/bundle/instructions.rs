//! How to check a bundle without trailseal.

use super::super::Basis;
use super::super::evidence::{Evidence, SignedBy};
use super::{
    EVIDENCE, Include, KEYS, Naming, OBJECTS, PUBLIC_KEY, REPORT_JSON, STAMP, STATEMENT,
    UNSIGNED_STATEMENT, VERIFY_SH_NAME,
};
use trailseal_keys::signing::SignatureAlgorithm;

/// A script that checks a bundle with openssl and sha256sum; the same in every
/// bundle of one version.
pub const VERIFY_SH: &str = include_str!("verify.sh");

/// A page that checks a bundle in a browser, another implementation.
pub const VERIFY_HTML: &str = include_str!("../../../../verify-html/verify.html");

/// `VERIFY.md`: what the script does, to be typed by hand, and what it means.
///
/// `naming` says where the objects in the bundle are named.
pub fn verify_md(evidence: &Evidence, naming: Naming) -> String {
    let mut text = String::from(
        "# How to check this bundle\n\n\
         It takes `openssl` (3.0 or later), `sha256sum` and the standard tools. Type the commands in \
         the folder of this file",
    );
    text.push_str(&format!(
        ", or run a copy of `{VERIFY_SH_NAME}` that you trust: who alters a bundle can alter the \
         script in it, and this text. With trailseal: `trailseal report verify .`; \
         in a browser: open a copy of `verify.html` that you trust.\n\n"
    ));
    match evidence.signature {
        SignedBy::Signed { key, algorithm } => {
            text.push_str(&format!(
                "## 1. Whose key is it?\n\n\
                 ```sh\nopenssl pkey -pubin -in {PUBLIC_KEY} -outform DER | sha256sum\n```\n\n\
                 prints the name of the key, which is said to be\n\n    {key}\n\n\
                 Ask the examiner for it over another channel: a key that came with the bundle proves \
                 only that nothing was altered since whoever has that key signed it.\n\n"
            ));
            text.push_str(&signature(algorithm));
        }
        SignedBy::Unsigned => text.push_str(&format!(
            "## 1. Nobody signed this bundle\n\n\
             Whoever held it could have changed all of it, this text included. What follows finds \
             accidents only.\n\n\
             ## 2. The statement\n\n```sh\ncheck=$(mktemp -d)\ncp {UNSIGNED_STATEMENT} \
             \"$check/statement\"\n```\n\n"
        )),
    }
    let listed = match naming {
        Naming::Statement => "",
        Naming::Manifest => LISTED,
    };
    text.push_str(&FILES.replace("LISTED", listed));
    text.push_str(&logs(evidence));
    text.push_str(&format!(
        "## 5. When was it made?\n\n\
         The time in the report is that of the machine that made it, or was given to it. A time that \
         somebody else vouches for is in `{STAMP}`, if the bundle has that file:\n\n\
         ```\nopenssl ts -verify -in {STAMP} -data {STATEMENT} -CAfile CERTIFICATE-OF-THE-AUTHORITY\n\
         openssl ts -reply -in {STAMP} -text\n```\n\n\
         ## What this does not show\n\n\
         - That the report is right: it shows what the holder of the key stated. Section 4 shows how to \
         find out.\n\
         - Anything that the report itself calls not proved.\n\n\
         The statement also has the root of a Merkle tree (RFC 6962, SHA-256) whose leaves are the \
         lines of `{OBJECTS}`. For the bundle as a whole it shows no more than that file's SHA-256, \
         which is stated too; it serves to show one line to somebody who may not see the others.\n"
    ));
    text
}

fn signature(algorithm: SignatureAlgorithm) -> String {
    let check = match algorithm {
        SignatureAlgorithm::Ed25519 => {
            "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin \\\n    \
             -in \"$check/signed\" -sigfile \"$check/signature\""
        }
        SignatureAlgorithm::EcdsaP256Sha256 | SignatureAlgorithm::RsaPkcs1Sha256 => {
            "openssl dgst -sha256 -verify public-key.pem \\\n    \
             -signature \"$check/signature\" \"$check/signed\""
        }
    };
    format!(
        "## 2. Did that key sign the statement?\n\n\
         `{STATEMENT}` is an envelope (DSSE) that holds the statement (in-toto, version 1) and its \
         signature, both in base64. What is signed is the type and the statement, each with its \
         length before it.\n\n\
         ```sh\n\
         check=$(mktemp -d)\n\
         sed 's/.*\"payload\":\"\\([^\"]*\\)\".*/\\1/' {STATEMENT} | base64 -d > \"$check/statement\"\n\
         sed 's/.*\"sig\":\"\\([^\"]*\\)\".*/\\1/' {STATEMENT} | base64 -d > \"$check/signature\"\n\
         {{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' \"$(wc -c < \"$check/statement\")\"\n  \
         cat \"$check/statement\"; }} > \"$check/signed\"\n\
         {check}\n\
         ```\n\n"
    )
}

const FILES: &str = r#"## 3. Are these the files that were stated?

The statement names every file and its SHA-256, but for itself, its time stamp and
`tagmanifest-sha256.txt`, which follows from the others.

```sh
grep -o '{"name":"[^"\\]*","digest":{"sha256":"[0-9a-f]*"}}' "$check/statement" \
    | sed 's/{"name":"\([^"]*\)","digest":{"sha256":"\([0-9a-f]*\)"}}/\2  \1/' > "$check/files"
sha256sum --check --strict --quiet "$check/files"
LISTEDsha256sum --check --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt
```

Nothing printed means that all are as stated. Files that nobody stated show so, as lines
that begin with `<`:

```sh
find . -type f | sed 's|^\./||' | LC_ALL=C sort > "$check/found"
{ sed 's/^[0-9a-f]*  //' "$check/files"; ls -d statement.* tagmanifest-sha256.txt; } \
    | LC_ALL=C sort | diff "$check/found" -
```

"#;

/// What is added where the objects are too many for the statement.
const LISTED: &str = r#"```

The objects below `data/evidence/` are too many for the statement. It names
`manifest-sha256.txt`, which was among the files above, and that names each of them:

```sh
grep -E '^[0-9a-f]{64}  data/evidence/[^/]+/' manifest-sha256.txt > "$check/objects"
sha256sum --check --strict --quiet "$check/objects"
cat "$check/objects" >> "$check/files"
"#;

fn logs(evidence: &Evidence) -> String {
    if let Basis::Case(_) = evidence.basis {
        return format!(
            "## 4. Are the logs what CloudTrail delivered?\n\n\
             This report does not show it: it repeats what a case states, whose SHA-256 is in \
             `{REPORT_JSON}`. `{OBJECTS}` has a line for each log that the case holds records of, with \
             the SHA-256 of its inflated content, which `zcat FILE | sha256sum` prints of a copy; \
             `trailseal verify COPY --keys KEYS` verifies the copy again.\n\n"
        );
    }
    let included = evidence.included.map(|included| included.policy);
    let how = match included {
        None | Some(Include::None) => format!(
            "The bundle holds none of them: with a copy of the bucket, \
             `trailseal verify COPY --keys {KEYS}` repeats the verification, and `{OBJECTS}` says for \
             each file the SHA-256 of its inflated content, which `zcat FILE | sha256sum` prints."
        ),
        Some(policy) => {
            let which = match policy {
                Include::All => "all of them",
                Include::Failed | Include::None => {
                    "those that are not verified, and the digests that name them"
                }
            };
            format!(
                "`{EVIDENCE}/` holds {which}, as they were stored: `zcat FILE | sha256sum` prints the \
                 SHA-256 that `{OBJECTS}` states, and `trailseal verify {EVIDENCE} --keys {KEYS}` \
                 repeats the verification. By hand, a digest's signature is over four lines: when it \
                 ends, its bucket and key, the SHA-256 of its inflated content, and the signature of \
                 the digest before it (AWS CloudTrail User Guide, \"Custom implementations of \
                 CloudTrail log file integrity validation\")."
            )
        }
    };
    format!(
        "## 4. Are the logs what CloudTrail delivered?\n\n\
         `{OBJECTS}` has a line for every digest and log file that was looked at. {how}\n\n\
         The CloudTrail keys are in `{KEYS}`. Take them from CloudTrail yourself (`aws cloudtrail \
         list-public-keys`): keys that came with the logs prove nothing.\n\n"
    )
}
