//! Random numbers that are the same in every run: SplitMix64
//! (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
//! 2014). Not for secrets.

/// A stream of numbers that its seed determines.
#[derive(Clone, Debug)]
pub struct Rng(u64);

const HEX: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789Zz";

impl Rng {
    /// The stream of these numbers taken together: streams of different parts
    /// do not depend on the order in which threads make them.
    #[must_use]
    pub fn new(seeds: &[u64]) -> Self {
        let mut rng = Self(0);
        for seed in seeds {
            rng.0 = rng.next() ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        rng
    }

    /// The next 64 bits.
    #[allow(clippy::should_implement_trait, reason = "it never ends")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `bound`; 0 if that is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// One of these.
    ///
    /// # Panics
    /// If there are none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let index = self.below(from.len() as u64);
        from[usize::try_from(index).unwrap_or(0)]
    }

    /// Fills with lower-case hex digits.
    pub fn hex(&mut self, out: &mut [u8]) {
        for piece in out.chunks_mut(16) {
            let mut bits = self.next();
            for digit in piece {
                *digit = HEX[(bits & 15) as usize];
                bits >>= 4;
            }
        }
    }

    /// Overwrites 36 bytes with a random UUID (RFC 9562, version 4).
    pub fn uuid(&mut self, out: &mut [u8]) {
        self.hex(out);
        for dash in [8, 13, 18, 23] {
            out[dash] = b'-';
        }
        out[14] = b'4';
        out[19] = b'a';
    }

    /// This many digits of lower-case hex.
    pub fn hex_text(&mut self, length: usize) -> String {
        let mut text = vec![0; length];
        self.hex(&mut text);
        text.into_iter().map(char::from).collect()
    }

    /// This many capital letters and digits, as in an access key id.
    pub fn upper_text(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(self.pick(UPPER))).collect()
    }

    /// This many letters and digits, as at the end of a log's name.
    pub fn letters(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from(self.pick(LETTERS)))
            .collect()
    }
}
