//! Bytes that come in parts, cut into lines.

/// Longest line: a key of 1 KB, escaped, twice, and hashes.
pub(super) const LONGEST: usize = 64 << 10;

/// Cuts bytes into lines; of one that is too long, it keeps just what tells so.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    rest: Vec<u8>,
}

impl Splitter {
    /// Takes the next bytes, and shows each line that ends in them.
    pub(super) fn update(&mut self, mut bytes: &[u8], mut line: impl FnMut(&[u8])) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            if self.rest.is_empty() {
                line(&bytes[..end]);
            } else {
                self.hold(&bytes[..end]);
                line(&self.rest);
                self.rest.clear();
            }
            bytes = &bytes[end + 1..];
        }
        self.hold(bytes);
    }

    /// Whether the last line has no end.
    pub(super) fn is_cut(&self) -> bool {
        !self.rest.is_empty()
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = (LONGEST + 1).saturating_sub(self.rest.len());
        self.rest.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}
