//! Times, shares and servers as people write them.

use alloc::format;
use alloc::string::String;
use raft_core::{Micros, ServerId};

/// What stands before and after a separator of several letters: `str::split_once`, whose search for long texts would
/// weigh kilobytes in the page.
pub(crate) fn split_on<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let at = text.as_bytes().windows(separator.len()).position(|piece| piece == separator.as_bytes())?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

/// Reads "250us", "5ms", "1.5s" or "2min".
///
/// # Errors
/// A sentence that says what would have been right.
pub fn parse_time(text: &str) -> Result<Micros, String> {
    let text = text.trim();
    let wrong = || format!("\"{text}\" is not a time; write it like 250us, 5ms or 1.5s");
    let split = text.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = split.and_then(|at| text.split_at_checked(at)).ok_or_else(wrong)?;
    let unit = match unit {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "min" => 60_000_000,
        _ => return Err(wrong()),
    };
    decimal(number, unit).ok_or_else(wrong)
}

/// Reads "10%", "0.5%".
///
/// # Errors
/// A sentence that says what would have been right.
pub fn parse_percent_ppm(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let wrong = || format!("\"{text}\" is not a share; write it like 10% or 0.5%");
    let ppm = decimal(text.strip_suffix('%').ok_or_else(wrong)?.trim(), 10_000).ok_or_else(wrong)?;
    if ppm > 1_000_000 {
        return Err(format!("\"{text}\" is more than all; the largest share is 100%"));
    }
    Ok(ppm as u32)
}

/// How much faster one clock may run than another: "10%", in parts per million.
pub fn parse_drift_ppm(text: &str) -> Result<u32, String> {
    let ppm = text.trim().strip_suffix('%').and_then(|number| decimal(number.trim(), 10_000));
    match ppm {
        Some(ppm) if ppm <= 20_000_000 => Ok(ppm as u32),
        _ => Err(format!("\"{text}\" is not a bound from 0% to 2000%; write it like 10%")),
    }
}

/// A decimal number times a unit, exact to the last digit that the unit can hold.
fn decimal(text: &str, unit: u64) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) || part.len() > 9 {
        return None;
    }
    let whole = whole.parse::<u64>().ok()?.checked_mul(unit)?;
    let part =
        if part.is_empty() { 0 } else { part.parse::<u64>().ok()?.checked_mul(unit)? / 10u64.pow(part.len() as u32) };
    // Simulated time crosses to JavaScript as a number, which is exact up to 2^53.
    whole.checked_add(part).filter(|value| *value < 1 << 53)
}

/// Writes a time in the largest unit in which it is short and exact.
pub fn format_time(micros: Micros) -> String {
    let (unit, name) = match micros {
        0..1_000 => (1, "us"),
        1_000..1_000_000 => (1_000, "ms"),
        _ => (1_000_000, "s"),
    };
    format!("{}{name}", trimmed(micros, unit))
}

/// Writes a time in milliseconds with one decimal, as the feed does.
pub fn format_ms(micros: Micros) -> String {
    format!("{}.{}", micros / 1_000, micros % 1_000 / 100)
}

/// Writes a share of a million as a percentage.
pub fn format_ppm(ppm: u32) -> String {
    format!("{}%", trimmed(u64::from(ppm), 10_000))
}

fn trimmed(value: u64, unit: u64) -> String {
    let (whole, rest) = (value / unit, value % unit);
    if rest == 0 {
        return format!("{whole}");
    }
    let digits = unit.ilog10() as usize;
    let part = format!("{rest:0digits$}");
    format!("{whole}.{}", part.trim_end_matches('0'))
}

/// Reads "S3" in a cluster of `servers`.
///
/// # Errors
/// A sentence that says what would have been right.
pub fn parse_server(text: &str, servers: u32) -> Result<ServerId, String> {
    let text = text.trim();
    let digits = |n: &&str| n.bytes().all(|b| b.is_ascii_digit());
    let number = text.strip_prefix(['S', 's']).filter(digits).and_then(|n| n.parse::<u32>().ok());
    match number {
        Some(number) if (1..=servers).contains(&number) => Ok(ServerId(number)),
        Some(_) => Err(format!("there is no server {text}; this cluster has S1 to S{servers}")),
        None => Err(format!("\"{text}\" is not a server; write it like S1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_and_write_the_same() {
        for (text, micros) in [
            ("0us", 0),
            ("250us", 250),
            ("5ms", 5_000),
            ("1.5ms", 1_500),
            ("412.3ms", 412_300),
            ("1.5s", 1_500_000),
            ("90s", 90_000_000),
        ] {
            assert_eq!(parse_time(text), Ok(micros));
            assert_eq!(format_time(micros), text);
        }
        for wrong in ["", "5", "ms", "5m", "-5ms", "5.5.5ms", "1e3ms", "99999999999s"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_stay_below_all() {
        assert_eq!(parse_percent_ppm("0.5%"), Ok(5_000));
        assert_eq!(format_ppm(5_000), "0.5%");
        assert!(parse_percent_ppm("101%").is_err() && parse_percent_ppm("10").is_err());
    }
}
