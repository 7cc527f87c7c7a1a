//! How a latency is spread: the same, within a range, or with a long tail.

use crate::chance::scale;
use crate::text::{format_time, parse_time, split_on};
use alloc::string::String;
use core::fmt;
use raft_core::{Digest, Micros};

/// A distribution of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spread {
    /// Evenly from the first to the second, both included. Equal ends mean "always that".
    Range(Micros, Micros),
    /// At least the first, and an exponential tail with the second as its mean.
    Exponential(Micros, Micros),
}

impl Spread {
    /// The value for 64 random bits.
    pub fn at(self, bits: u64) -> Micros {
        match self {
            Self::Range(low, high) if low == high => low,
            Self::Range(low, high) => scale(bits, low, high),
            Self::Exponential(least, mean) => least + tail(bits, mean),
        }
    }

    /// About the middle.
    pub fn typical(self) -> Micros {
        match self {
            Self::Range(low, high) => low + (high - low) / 2,
            Self::Exponential(least, mean) => least + mean,
        }
    }

    pub(crate) fn digest(self, digest: Digest) -> Digest {
        let (kind, one, two) = match self {
            Self::Range(low, high) => (1, low, high),
            Self::Exponential(least, mean) => (2, least, mean),
        };
        digest.word(kind).word(one).word(two)
    }

    /// Reads "5ms", "3ms..8ms" or "exp 2ms 5ms".
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("exp ") {
            let (least, mean) = rest
                .trim()
                .split_once(' ')
                .ok_or_else(|| alloc::format!("\"{text}\" needs a least time and a mean, like exp 2ms 5ms"))?;
            return Ok(Self::Exponential(parse_time(least)?, parse_time(mean)?));
        }
        let (low, high) = match split_on(text, "..") {
            Some((low, high)) => (parse_time(low)?, parse_time(high)?),
            None => (parse_time(text)?, parse_time(text)?),
        };
        if low > high {
            return Err(alloc::format!("\"{text}\" runs backwards; the smaller time comes first"));
        }
        Ok(Self::Range(low, high))
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Range(low, high) if low == high => f.write_str(&format_time(low)),
            Self::Range(low, high) => write!(f, "{}..{}", format_time(low), format_time(high)),
            Self::Exponential(least, mean) => write!(f, "exp {} {}", format_time(least), format_time(mean)),
        }
    }
}

/// -ln(u) in 1/65536 for u = 1, 15/16, ..., 1/16: the quantiles of the exponential distribution.
const MINUS_LN: [u64; 16] = [
    0, 4_230, 8_751, 13_608, 18_854, 24_556, 30_802, 37_707, 45_426, 54_177, 64_280, 76_228, 90_852, 109_706, 136_278,
    181_704,
];

/// An exponential draw with integers only: each four zero bits in front add ln 16, the next four bits choose the
/// quantile, and the rest lies between it and the one after.
fn tail(bits: u64, mean: Micros) -> Micros {
    let mut bits = bits;
    let mut units = 0;
    // A sixteenth of the draws lies beyond the table; what is left of them is exponential again.
    for _ in 0..8 {
        if bits >> 60 != 15 {
            break;
        }
        units += MINUS_LN[15];
        bits <<= 4;
    }
    let step = (bits >> 60).min(14) as usize;
    let within = (bits >> 44) & 0xffff;
    let (low, high) = (MINUS_LN[step], MINUS_LN[step + 1]);
    units += low + (((high - low) * within) >> 16);
    ((u128::from(units) * u128::from(mean)) >> 16) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_the_logarithms() {
        for (step, units) in MINUS_LN.iter().enumerate() {
            let exact = -(1.0 - step as f64 / 16.0).ln() * 65_536.0;
            assert!((exact - *units as f64).abs() < 1.0, "row {step}: {exact}");
        }
    }

    #[test]
    fn the_tail_has_the_mean_it_is_named_after() {
        let sum: u64 = (0..200_000u64).map(|n| tail(raft_core::mix(n), 5_000)).sum();
        let mean = sum / 200_000;
        assert!((4_950..=5_080).contains(&mean), "mean {mean}");
    }

    #[test]
    fn text_and_value_are_the_same() {
        for text in ["5ms", "3ms..8ms", "exp 2ms 5ms", "0us", "250us..1.5ms"] {
            assert_eq!(alloc::format!("{}", Spread::parse(text).unwrap()), text);
        }
        assert_eq!(Spread::parse("8ms..3ms").unwrap_err(), "\"8ms..3ms\" runs backwards; the smaller time comes first");
    }
}
