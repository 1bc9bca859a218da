//! Two inflaters agree on what is exactly one gzip member, and on its content.
//!
//! A fuzzer cannot guess checksums, so the input is taken twice: as a
//! container, and as a deflate stream that gets a header and a trailer.
#![no_main]

use std::io::Read;

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, GzDecoder};
use libfuzzer_sys::fuzz_target;
use trailseal_verifier::gzip::Inflater;

const LIMIT: u64 = 1 << 16;

fn reference(gzip: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = GzDecoder::new(gzip);
    let mut content = Vec::new();
    decoder
        .by_ref()
        .take(LIMIT + 1)
        .read_to_end(&mut content)
        .ok()?;
    let whole = content.len() as u64 <= LIMIT && decoder.into_inner().is_empty();
    whole.then_some(content)
}

fn compare(gzip: &[u8]) {
    let mut inflater = Inflater::new();
    let found = inflater.inflate(gzip, LIMIT).ok().map(<[u8]>::to_vec);
    assert_eq!(found, reference(gzip));
    // Nothing of one object is left over for the next.
    assert_eq!(
        inflater.inflate(gzip, LIMIT).ok().map(<[u8]>::to_vec),
        found
    );
    if let Some(content) = &found {
        assert!(content.is_empty() || inflater.inflate(gzip, content.len() as u64 - 1).is_err());
        assert!(inflater.inflate(&gzip[..gzip.len() - 1], LIMIT).is_err());
        assert!(inflater.inflate(&[gzip, &[0]].concat(), LIMIT).is_err());
    }
}

fuzz_target!(|bytes: &[u8]| {
    compare(bytes);
    let mut decoder = DeflateDecoder::new(bytes);
    let mut content = Vec::new();
    if decoder
        .by_ref()
        .take(LIMIT + 1)
        .read_to_end(&mut content)
        .is_ok()
    {
        let used = bytes.len() - decoder.into_inner().len();
        let mut crc = Crc::new();
        crc.update(&content);
        let header: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
        compare(
            &[
                header,
                &bytes[..used],
                &crc.sum().to_le_bytes(),
                &crc.amount().to_le_bytes(),
            ]
            .concat(),
        );
    }
});
