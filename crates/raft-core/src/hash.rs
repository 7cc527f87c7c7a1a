//! A digest that is the same on every machine: SplitMix64's mixing function, one word at a time.

/// SplitMix64's finaliser (Stafford's variant 13): spreads every bit of `word` over the result.
pub const fn mix(word: u64) -> u64 {
    let mut z = word;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A running 64-bit digest. Not for secrets: for telling states apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(u64);

impl Digest {
    /// A digest that has taken in nothing but `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Takes in one word.
    #[must_use]
    pub const fn word(self, word: u64) -> Self {
        Self(mix(self.0.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ mix(word)))
    }

    /// Takes in two numbers as one word.
    #[must_use]
    pub const fn pair(self, high: u32, low: u32) -> Self {
        self.word(((high as u64) << 32) + low as u64)
    }

    /// Takes in a number and a yes or no as one word.
    #[must_use]
    pub const fn flagged(self, number: u32, flag: bool) -> Self {
        self.word(((number as u64) << 1) + flag as u64)
    }

    /// Takes in bytes, and how many they were.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let mut digest = self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            digest = digest.word(u64::from_le_bytes(word));
        }
        digest
    }

    /// The digest so far.
    pub const fn value(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mix_gives_the_published_values_of_splitmix64() {
        // The first outputs for the seed 1234567, as published with the reference implementation.
        let mut state: u64 = 1_234_567;
        for want in [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423_u64] {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            assert_eq!(mix(state), want);
        }
    }

    #[test]
    fn the_length_of_bytes_counts() {
        let empty = Digest::new(1);
        assert_ne!(empty.bytes(&[0]).value(), empty.bytes(&[0, 0]).value());
    }

    #[test]
    fn a_digest_stays_what_it_was() {
        // Saved runs and links carry digests: another function would make all of them false.
        assert_eq!(Digest::new(1).word(2).word(u64::MAX).value(), 6_595_193_981_997_980_158);
        assert_eq!(Digest::new(1).bytes(b"nine byte").value(), 5_554_048_348_037_658_237);
        assert_eq!(Digest::new(1).pair(3, 4), Digest::new(1).word(0x3_0000_0004));
        assert_eq!(Digest::new(1).flagged(u32::MAX, true), Digest::new(1).word(0x1_ffff_ffff));
    }
}
