//! The time that somebody else vouches for.

use trailseal_keys::timestamp::{Expected, Token, TrustAnchors};
use trailseal_verifier::verdict::Answer;

use super::{Check, Found};
use crate::report::bundle::{STAMP, STATEMENT};

const NAME: &str = "time";

/// Checks the time stamp of a bundle with the CAs that are believed. A bundle
/// without one, of which none is expected, is not spoken of.
pub fn stamp(found: &Found, trusted: Option<&TrustAnchors>) -> Option<Check> {
    let Some(response) = found.text(STAMP) else {
        trusted?;
        let detail = format!("{STAMP}: missing: nobody vouches for the time");
        return Some(Check::of(NAME, Answer::Unchecked, detail).about(vec![STAMP.to_owned()]));
    };
    let Some(trusted) = trusted else {
        let detail = "there is a time stamp, and no certificate to check it with: give --tsa-ca";
        return Some(Check::of(NAME, Answer::Unchecked, detail));
    };
    Some(match stamped(found, response, trusted) {
        Ok(detail) => Check::verified(NAME, detail),
        Err(detail) => {
            Check::failed(NAME, format!("{STAMP}: {detail}")).about(vec![STAMP.to_owned()])
        }
    })
}

fn stamped(found: &Found, response: &[u8], trusted: &TrustAnchors) -> Result<String, String> {
    let digest = found
        .sha256(STATEMENT)
        .ok_or_else(|| format!("{STATEMENT} is missing, which it is about"))?;
    let expected = Expected {
        digest,
        nonce: None,
    };
    let stamp = Token::from_response(response)
        .and_then(|token| token.verify(expected, trusted))
        .map_err(|error| error.to_string())?;
    Ok(format!(
        "the signed statement was there at {}, says {} (serial {})",
        stamp.time(),
        stamp.authority(),
        stamp.serial()
    ))
}
