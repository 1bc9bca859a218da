//! How the report came to its answers, for readers who know neither CloudTrail nor
//! trailseal.

use super::Block;

/// The steps, in their order (AWS CloudTrail User Guide, "Validating CloudTrail log
/// file integrity").
const STEPS: [(&str, &str); 7] = [
    (
        "digests",
        "Every hour CloudTrail delivers a digest of each account and Region: the list of the log \
         files that it delivered, with the SHA-256 of each.",
    ),
    (
        "signatures",
        "CloudTrail signs each digest with a private key of the Region (RSA, PKCS #1 v1.5, SHA-256). \
         Each signature was checked with the public key that the digest names, for the time in which \
         that key was valid.",
    ),
    (
        "log files",
        "Each log file was inflated, hashed, and compared with the hash in a verified digest. A file \
         that no verified digest names is not proved by anything.",
    ),
    (
        "chains",
        "Each digest states the hash and the signature of the one before it. Neighbours were compared; \
         what a verified digest names and is not there is missing.",
    ),
    (
        "coverage",
        "The time of verified digests was laid over the range that was asked for. Each column of a \
         strip shows the worst that holds anywhere in it.",
    ),
    (
        "answers",
        "Verified: the bytes are what CloudTrail delivered. Failed: something signed contradicts what \
         was found. Unchecked: nothing vouches for it, or it could not be read. The three are never \
         exchanged, and nothing passes without evidence.",
    ),
    (
        "again",
        "The same evidence, keys and question give the same answers anywhere. VERIFY.md says how to \
         check this bundle by hand, and verify.html does so in a browser, with other code.",
    ),
];

/// The section.
pub(super) fn blocks() -> [Block; 2] {
    let steps = STEPS.map(|(name, text)| (name.to_owned(), text.to_owned()));
    [Block::Heading("Method"), Block::Fields(steps.to_vec())]
}
