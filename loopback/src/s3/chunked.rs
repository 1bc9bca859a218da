//! Bodies in `aws-chunked` coding, which SDKs use to sign or checksum what they
//! stream: `SIZE[;chunk-signature=…]\r\nDATA\r\n`, size 0, trailers.
//!
//! Format reference: Amazon S3 API reference, "Signature calculations … multiple
//! chunks". Chunk signatures and trailing checksums are not checked.

use hyper::body::Bytes;

/// The data of all chunks; `None` if the coding is damaged.
pub(super) fn decoded(mut body: &[u8]) -> Option<Bytes> {
    let mut data = Vec::with_capacity(body.len());
    loop {
        let end = body.windows(2).position(|pair| pair == b"\r\n")?;
        let (head, rest) = (body.get(..end)?, body.get(end + 2..)?);
        let size = head.split(|byte| *byte == b';').next()?;
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return Some(data.into());
        }
        data.extend_from_slice(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_join() {
        let body =
            b"5;chunk-signature=00\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AA==\r\n\r\n";
        assert_eq!(decoded(body).unwrap(), "hello!");
    }

    #[test]
    fn damage_is_noticed() {
        for body in [
            "",
            "5\r\nhel",
            "x\r\n",
            "5\r\nhelloxx0\r\n",
            "ffffffffffffffff\r\nx\r\n",
        ] {
            assert_eq!(decoded(body.as_bytes()), None, "{body:?}");
        }
    }
}
