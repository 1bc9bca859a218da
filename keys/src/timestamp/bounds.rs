//! What an authority's answer, or a file that poses as one, may hold.

use der::{Decode as _, Header, Reader as _, SliceReader};

use super::error::TimeStampError;

/// Limits of answers and trusted certificates. A token with a chain of three large
/// certificates has about 7,000 bytes and 300 elements.
#[derive(Debug)]
pub struct Limits;

impl Limits {
    /// Certificates from the signer's to the one that is trusted, both included.
    pub const CHAIN: usize = 6;
    /// Members of one structure or set. The library sorts sets, in a time that
    /// grows with the square.
    pub const MEMBERS: usize = 64;
    /// Structures within each other.
    pub const DEPTH: usize = 24;
    /// Elements of DER altogether.
    pub const ELEMENTS: usize = 4096;
    /// An answer or token, in bytes.
    pub const BYTES: usize = 64 << 10;
    /// Checks of signatures of certificates: names may be chosen so that each
    /// certificate could be each other's issuer.
    pub const SIGNATURES: usize = 64;
    /// Trusted certificates.
    pub const TRUSTED: usize = 64;
    /// The PEM file of trusted certificates, in bytes.
    pub const TRUSTED_BYTES: usize = 1 << 20;
}

/// Refuses DER that holds more than the limits, before anything else reads it.
pub(super) fn check(der: &[u8]) -> Result<(), TimeStampError> {
    if der.len() > Limits::BYTES {
        return Err(TimeStampError::TooLarge { what: "bytes" });
    }
    walk(der, 0, &mut 0)
}

fn walk(der: &[u8], depth: usize, elements: &mut usize) -> Result<(), TimeStampError> {
    let malformed = TimeStampError::malformed("DER");
    if depth > Limits::DEPTH {
        let what = "structures within each other";
        return Err(TimeStampError::TooLarge { what });
    }
    let mut reader = SliceReader::new(der).map_err(&malformed)?;
    let mut members = 0;
    while !reader.is_finished() {
        let header = Header::decode(&mut reader).map_err(&malformed)?;
        let value = reader.read_slice(header.length).map_err(&malformed)?;
        members += 1;
        *elements += 1;
        if members > Limits::MEMBERS || *elements > Limits::ELEMENTS {
            return Err(TimeStampError::TooLarge { what: "members" });
        }
        if header.tag.is_constructed() {
            walk(value, depth + 1, elements)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(content: &[u8]) -> Vec<u8> {
        let len = u16::try_from(content.len()).unwrap().to_be_bytes();
        let head: &[u8] = match content.len() {
            0..=0x7f => &[0x30, len[1]],
            0x80..=0xff => &[0x30, 0x81, len[1]],
            _ => &[0x30, 0x82, len[0], len[1]],
        };
        [head, content].concat()
    }

    #[test]
    fn width_depth_and_size_are_bounded() {
        let null = [5, 0];
        assert!(check(&sequence(&null.repeat(64))).is_ok());
        assert!(check(&sequence(&null.repeat(65))).is_err());
        let nested = |depth| (0..depth).fold(Vec::new(), |inner, _| sequence(&inner));
        assert!(check(&nested(24)).is_ok());
        assert!(check(&nested(26)).is_err());
        assert!(check(&nested(5_000)).is_err());
        assert!(check(&[0; Limits::BYTES + 1]).is_err());
        let wide = sequence(&sequence(&null.repeat(63)).repeat(64));
        assert!(check(&sequence(&wide.repeat(2))).is_err());
    }
}
