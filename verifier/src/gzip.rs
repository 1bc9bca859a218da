//! Inflating one gzip member (RFC 1952), exactly.
//!
//! What is hashed is the inflated content, so every byte of the container
//! must belong to that one member: bytes behind it, a second member included,
//! are seen by some readers and not by others, which is what an attacker
//! wants.
//!
//! libdeflate inflates the healthy case in one piece. What it refuses is
//! inflated again, slowly, by flate2, which tells *why*: cut, damaged,
//! followed by something, or too large.

use std::io::{ErrorKind, Read};

use aws_lc_rs::digest::{Context, SHA256};
use flate2::bufread::GzDecoder;

use crate::hash::Sha256;

/// Why a container is not one whole gzip member.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GzipFault {
    /// No gzip header, or a damaged stream or checksum.
    #[error("not a sound gzip member: {0}")]
    Malformed(String),
    /// The stream ends early.
    #[error("the gzip stream ends early, after {inflated} inflated bytes")]
    Truncated {
        /// What could be inflated before the end.
        inflated: u64,
    },
    /// Bytes follow the member. The member itself is whole.
    #[error("{extra} bytes follow the gzip member{}", if *.second_member { ", beginning with a second member" } else { "" })]
    TrailingData {
        /// How many bytes follow.
        extra: u64,
        /// Whether they begin like another gzip member.
        second_member: bool,
        /// The hash of the whole first member's content.
        content: Sha256,
    },
    /// The content is larger than the limit.
    #[error("inflates to more than {limit} bytes")]
    TooLarge {
        /// The limit that was reached.
        limit: u64,
    },
}

/// Deflate cannot shrink its input by more than this factor (RFC 1951: 258
/// bytes for at best two bits).
const MAX_RATIO: u64 = 1032;

/// Holds the decompressor and the buffer of one thread.
pub struct Inflater {
    decompressor: libdeflate::Decompressor,
    buffer: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self::new()
    }
}

impl Inflater {
    /// Buffers larger than this are given back after use, so that one large
    /// object does not stay in memory for the rest of the run.
    const KEEP: usize = 16 << 20;

    /// An inflater with an empty buffer.
    pub fn new() -> Self {
        Self {
            decompressor: libdeflate::Decompressor::new(),
            buffer: Vec::new(),
        }
    }

    /// How much a container claims to inflate to. Whoever wrote it may lie:
    /// only good for deciding how much to do at one time.
    pub fn estimate(gzip: &[u8]) -> u64 {
        claimed_size(gzip, u64::MAX).map_or(0, |size| size as u64)
    }

    /// The content of a container that is exactly one gzip member of at most
    /// `limit` inflated bytes.
    ///
    /// # Errors
    /// A [`GzipFault`] that says what the container is instead.
    pub fn inflate(&mut self, gzip: &[u8], limit: u64) -> Result<&[u8], GzipFault> {
        if self.buffer.capacity() > Self::KEEP {
            self.buffer = Vec::new();
        }
        if let Some(size) = claimed_size(gzip, limit) {
            if self.buffer.len() < size {
                // Fresh zeroed memory costs nothing until it is written to.
                self.buffer = vec![0; size];
            }
            let inflated = self.decompressor.inflate(gzip, &mut self.buffer[..size]);
            if inflated == Some((gzip.len(), size)) {
                return Ok(&self.buffer[..size]);
            }
        }
        self.buffer = inflate_slowly(gzip, limit)?;
        Ok(&self.buffer)
    }
}

/// The inflated size that the trailer claims, if it is within the limit and
/// possible at all. Only a hint: whoever wrote the file wrote the trailer.
fn claimed_size(gzip: &[u8], limit: u64) -> Option<usize> {
    let trailer: [u8; 4] = *gzip.last_chunk()?;
    let size = u32::from_le_bytes(trailer);
    let possible = (gzip.len() as u64).saturating_mul(MAX_RATIO);
    (u64::from(size) <= limit.min(possible)).then_some(size as usize)
}

/// Says what is wrong, in constant memory; if nothing is, inflates again into
/// a buffer of the size that was found.
fn inflate_slowly(gzip: &[u8], limit: u64) -> Result<Vec<u8>, GzipFault> {
    let mut decoder = GzDecoder::new(gzip);
    let mut hash = Context::new(&SHA256);
    let mut inflated: u64 = 0;
    let mut piece = vec![0; 64 << 10];
    loop {
        match decoder.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => {
                inflated += length as u64;
                hash.update(&piece[..length]);
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(GzipFault::Truncated { inflated });
            }
            Err(error) => return Err(GzipFault::Malformed(error.to_string())),
        }
        if inflated > limit {
            return Err(GzipFault::TooLarge { limit });
        }
    }
    let rest = decoder.into_inner();
    if !rest.is_empty() {
        return Err(GzipFault::TrailingData {
            extra: rest.len() as u64,
            second_member: rest.starts_with(&[0x1f, 0x8b]),
            content: Sha256::finish(hash),
        });
    }
    let mut content = Vec::new();
    match GzDecoder::new(gzip).take(limit).read_to_end(&mut content) {
        Ok(_) => Ok(content),
        Err(error) => Err(GzipFault::Malformed(error.to_string())),
    }
}

/// The one piece of unsafe code: libdeflate's safe wrapper does not tell how
/// much of its input was consumed.
#[allow(unsafe_code)]
mod libdeflate {
    use std::ptr::NonNull;

    use libdeflate_sys::{
        libdeflate_alloc_decompressor, libdeflate_decompressor, libdeflate_free_decompressor,
        libdeflate_gzip_decompress_ex, libdeflate_result_LIBDEFLATE_SUCCESS,
    };

    pub(super) struct Decompressor(Option<NonNull<libdeflate_decompressor>>);

    // SAFETY: the decompressor is plain memory that only `inflate`, through
    // `&mut self`, uses; libdeflate keeps no thread-local state.
    unsafe impl Send for Decompressor {}

    impl Decompressor {
        pub(super) fn new() -> Self {
            // SAFETY: no arguments; a null result (out of memory) becomes `None`.
            Self(NonNull::new(unsafe { libdeflate_alloc_decompressor() }))
        }

        /// Bytes consumed and bytes written, if the member at the start of
        /// `gzip` is sound and fits into `out`.
        pub(super) fn inflate(&mut self, gzip: &[u8], out: &mut [u8]) -> Option<(usize, usize)> {
            let decompressor = self.0?;
            let (mut consumed, mut written) = (0, 0);
            // SAFETY: the pointers and lengths are those of live slices, the
            // decompressor is valid and not in use elsewhere (`&mut self`),
            // and libdeflate neither reads nor writes outside the lengths.
            let result = unsafe {
                libdeflate_gzip_decompress_ex(
                    decompressor.as_ptr(),
                    gzip.as_ptr().cast(),
                    gzip.len(),
                    out.as_mut_ptr().cast(),
                    out.len(),
                    &mut consumed,
                    &mut written,
                )
            };
            (result == libdeflate_result_LIBDEFLATE_SUCCESS).then_some((consumed, written))
        }
    }

    impl Drop for Decompressor {
        fn drop(&mut self) {
            if let Some(decompressor) = self.0 {
                // SAFETY: allocated by `new`, freed once, not used afterwards.
                unsafe { libdeflate_free_decompressor(decompressor.as_ptr()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let mut out = vec![0; compressor.gzip_compress_bound(content.len())];
        let length = compressor.gzip_compress(content, &mut out).unwrap();
        out.truncate(length);
        out
    }

    fn inflate(bytes: &[u8], limit: u64) -> Result<Vec<u8>, GzipFault> {
        Inflater::new().inflate(bytes, limit).map(<[u8]>::to_vec)
    }

    #[test]
    fn one_member_inflates() {
        for content in [&b""[..], b"x", &[7; 100_000]] {
            assert_eq!(inflate(&gzip(content), 100_000).unwrap(), content);
        }
    }

    #[test]
    fn bytes_behind_the_member_are_found_even_when_they_copy_the_trailer() {
        let member = gzip(b"hello");
        let mut doubled = member.clone();
        doubled.extend_from_slice(&member);
        let mut padded = member.clone();
        padded.extend_from_slice(b"garbage");
        padded.extend_from_slice(&member[member.len() - 8..]);
        for (bytes, second) in [(doubled, true), (padded, false)] {
            let extra = (bytes.len() - member.len()) as u64;
            let content = Sha256::of(b"hello");
            assert_eq!(
                inflate(&bytes, 100),
                Err(GzipFault::TrailingData {
                    extra,
                    second_member: second,
                    content
                })
            );
        }
    }

    #[test]
    fn the_limit_holds_whatever_the_trailer_claims() {
        let mut bomb = gzip(&vec![0; 1 << 20]);
        assert_eq!(
            inflate(&bomb, 1000),
            Err(GzipFault::TooLarge { limit: 1000 })
        );
        assert_eq!(inflate(&bomb, 1 << 20).unwrap().len(), 1 << 20);
        let end = bomb.len();
        bomb[end - 4..].copy_from_slice(&5_u32.to_le_bytes());
        assert_eq!(
            inflate(&bomb, 1000),
            Err(GzipFault::TooLarge { limit: 1000 })
        );
        assert!(matches!(
            inflate(&bomb, 2 << 20),
            Err(GzipFault::Malformed(_))
        ));
    }

    #[test]
    fn cut_and_damaged_streams_are_told_apart() {
        let whole = gzip(b"some content that is long enough to be compressed, compressed");
        for cut in [0, 1, 5, 12, whole.len() - 1] {
            let result = inflate(&whole[..cut], 1000);
            assert!(
                matches!(result, Err(GzipFault::Truncated { .. })),
                "{cut}: {result:?}"
            );
        }
        let mut damaged = whole.clone();
        let crc = damaged.len() - 6;
        damaged[crc] ^= 1;
        assert!(matches!(
            inflate(&damaged, 1000),
            Err(GzipFault::Malformed(_))
        ));
        assert!(matches!(
            inflate(b"{\"Records\":[]}", 1000),
            Err(GzipFault::Malformed(_))
        ));
    }

    #[test]
    fn a_large_buffer_is_given_back() {
        let mut inflater = Inflater::new();
        let large = vec![1; Inflater::KEEP + 1];
        assert_eq!(
            inflater.inflate(&gzip(&large), 1 << 30).unwrap().len(),
            large.len()
        );
        inflater.inflate(&gzip(b"x"), 10).unwrap();
        assert!(inflater.buffer.capacity() < Inflater::KEEP);
    }
}
