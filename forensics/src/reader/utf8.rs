//! The parts of a file that are UTF-8.

use std::str::from_utf8;

/// The run of valid text that the reader stands in.
pub(super) struct Utf8<'c> {
    bytes: &'c [u8],
    text: &'c str,
    from: usize,
}

impl<'c> Utf8<'c> {
    pub(super) fn new(bytes: &'c [u8]) -> Self {
        let mut this = Self {
            bytes,
            text: "",
            from: 0,
        };
        this.begin(0);
        this
    }

    /// The text from here to the first byte that is none, but no more than
    /// `most` bytes. Only asked for places that rise.
    pub(super) fn at(&mut self, at: usize, most: usize) -> &'c str {
        if at >= self.from + self.text.len() {
            self.begin(at);
        }
        let text = self.text.get(at - self.from..).unwrap_or_default();
        &text[..text.floor_char_boundary(most)]
    }

    fn begin(&mut self, at: usize) {
        let rest = self.bytes.get(at..).unwrap_or_default();
        self.from = at;
        self.text = match from_utf8(rest) {
            Ok(text) => text,
            Err(error) => from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(),
        };
    }
}
