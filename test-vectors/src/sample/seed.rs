//! Deterministic choices and identifiers: splitmix64 seeded by a label.
//!
//! Every identifier in the sample follows from a written label, so the same
//! source always gives the same bytes. Nothing here is random in the
//! cryptographic sense, and nothing needs to be: all access key and principal
//! identifiers end in `EXAMPLE`, the form that AWS's documentation uses and
//! that secret scanners ignore.

/// A stream of choices that depends on its label only.
#[derive(Clone, Debug)]
pub(super) struct Seed(u64);

impl Seed {
    /// The stream of a label (FNV-1a of its bytes starts it).
    pub(super) fn of(label: &str) -> Self {
        let hash = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(hash)
    }

    /// The next 64 bits (splitmix64).
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`.
    pub(super) fn below(&mut self, bound: i64) -> i64 {
        let bound = u64::try_from(bound).expect("bounds are positive");
        i64::try_from(self.bits() % bound).expect("smaller than the bound")
    }

    /// One of the items.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let bound = i64::try_from(items.len()).expect("short list");
        items[usize::try_from(self.below(bound)).expect("index")]
    }

    /// `count` characters of the alphabet.
    pub(super) fn text(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count).map(|_| self.pick(&letters)).collect()
    }

    /// A UUID of the version 4 shape.
    pub(super) fn uuid(&mut self) -> String {
        let hex = "0123456789abcdef";
        format!(
            "{}-{}-4{}-{}{}-{}",
            self.text(hex, 8),
            self.text(hex, 4),
            self.text(hex, 3),
            self.text("89ab", 1),
            self.text(hex, 3),
            self.text(hex, 12)
        )
    }

    /// An access key identifier: 20 characters, ending in `EXAMPLE`.
    pub(super) fn access_key(&mut self, prefix: &str) -> String {
        format!(
            "{prefix}{}EXAMPLE",
            self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 9)
        )
    }

    /// A user or role identifier: 21 characters, ending in `EXAMPLE`.
    pub(super) fn principal(&mut self, prefix: &str) -> String {
        format!(
            "{prefix}{}EXAMPLE",
            self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 10)
        )
    }

    /// Lowercase hexadecimal digits.
    pub(super) fn hex(&mut self, count: usize) -> String {
        self.text("0123456789abcdef", count)
    }
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn a_label_gives_the_same_identifiers_for_ever() {
        let mut seed = Seed::of("a label");
        let again = Seed::of("a label").access_key("AKIA");
        let key = seed.access_key("AKIA");
        assert_eq!(key, again);
        assert_eq!(key.len(), 20);
        assert_eq!(seed.principal("AROA").len(), 21);
        assert_eq!(seed.uuid().len(), 36);
    }
}
