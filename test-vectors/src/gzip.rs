//! Compression and hashing the way CloudTrail's objects need them.
//!
//! gzip is RFC 1952 with one member and no time stamp. libdeflate was chosen
//! because its output does not depend on the processor: the committed vectors
//! can be made again byte for byte.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use libdeflater::{CompressionLvl, Compressor, Decompressor};

/// One gzip member holding `content`, at level 6, with a zero time stamp.
#[must_use]
pub fn gzip(content: &[u8]) -> Vec<u8> {
    compress(content, 6)
}

/// Like [`gzip`] at another libdeflate level (1 to 12): the same content in
/// other bytes.
pub(crate) fn compress(content: &[u8], level: i32) -> Vec<u8> {
    let level = CompressionLvl::new(level).expect("a level of libdeflate");
    let mut compressor = Compressor::new(level);
    let mut packed = vec![0; compressor.gzip_compress_bound(content.len())];
    let size = compressor
        .gzip_compress(content, &mut packed)
        .expect("the bound is enough");
    packed.truncate(size);
    packed
}

/// Inflates what [`gzip`] made: the first member, its size taken from the
/// trailer of the whole.
///
/// # Panics
/// If `packed` is not one intact member: for objects of this kit only.
#[must_use]
pub fn gunzip(packed: &[u8]) -> Vec<u8> {
    let trailer = packed.len() - 4;
    let size: [u8; 4] = packed[trailer..].try_into().expect("four bytes");
    let mut content = vec![0; u32::from_le_bytes(size) as usize];
    let written = Decompressor::new()
        .gzip_decompress(packed, &mut content)
        .expect("one intact gzip member");
    content.truncate(written);
    content
}

/// SHA-256 in lowercase hex, as digests print it.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_differ_in_bytes_not_in_content() {
        let content = include_bytes!("gzip.rs");
        let (first, second) = (compress(content, 6), compress(content, 1));
        assert_ne!(first, second);
        assert_eq!(gunzip(&first), gunzip(&second));
        assert_eq!(&first[4..8], &[0; 4], "no time stamp");
    }
}
