//! What an authority answered.

use cmpv2::status::PkiStatus;
use der::{Decode as _, Encode as _};
use x509_tsp::TimeStampResp;

use super::bounds;
use super::error::TimeStampError;

/// The DER of the token in the DER of a `TimeStampResp`.
///
/// Only *granted* will do: `grantedWithMods` means that something else was stamped
/// than was asked for.
pub(super) fn token(der: &[u8]) -> Result<Vec<u8>, TimeStampError> {
    let malformed = TimeStampError::malformed("a TimeStampResp");
    bounds::check(der)?;
    let response = TimeStampResp::from_der(der).map_err(&malformed)?;
    let status = match response.status.status {
        PkiStatus::Accepted => None,
        PkiStatus::GrantedWithMods => Some("grantedWithMods"),
        PkiStatus::Rejection => Some("rejection"),
        PkiStatus::Waiting => Some("waiting"),
        PkiStatus::RevocationWarning => Some("revocationWarning"),
        PkiStatus::RevocationNotification => Some("revocationNotification"),
        PkiStatus::KeyUpdateWarning => Some("keyUpdateWarning"),
    };
    if let Some(status) = status {
        let said = response.status.status_string.unwrap_or_default();
        let reason = said.first().map(|text| format!(": {:.200}", text.as_str()));
        return Err(TimeStampError::NotGranted {
            status,
            reason: reason.unwrap_or_default(),
        });
    }
    match response.time_stamp_token {
        Some(token) => token.to_der().map_err(&malformed),
        None => Err(TimeStampError::not(
            "a TimeStampResp",
            "granted, and without a token",
        )),
    }
}
