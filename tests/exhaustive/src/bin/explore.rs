//! Explores the worlds and prints what was found as the table of `docs/verification.md`.
//!
//! `cargo run --release -p exhaustive` (the large worlds), `... -- fast`, `... -- large "two tails"` (one of them);
//! with `paths` as the last word it prints the shortest ways to harm as well.

use exhaustive::{Found, Row, explore, fast, large};
use std::time::Instant;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let rows = if words.iter().any(|word| word == "fast") { fast() } else { large() };
    let named = |row: &&Row| words.iter().any(|word| word == row.name);
    let chosen: Vec<&Row> =
        if rows.iter().any(|row| named(&row)) { rows.iter().filter(named).collect() } else { rows.iter().collect() };
    let paths = words.iter().any(|word| word == "paths");
    println!("| world | bounds | without | states | found |");
    println!("|---|---|---|---|---|");
    for row in chosen {
        for off in [None].into_iter().chain(row.rules.iter().copied().map(Some)) {
            let start = Instant::now();
            let found = explore(row, off, if off.is_none() { 2 } else { 1 });
            print_row(row, off.map_or("nothing", |rule| rule.id()), &found);
            eprintln!("{:.1} s", start.elapsed().as_secs_f64());
            for step in found.broken.iter().filter(|_| paths).flat_map(|(_, steps)| steps) {
                println!("    {step}");
            }
        }
    }
}

fn print_row(row: &Row, off: &str, found: &Found) {
    let what = match &found.broken {
        None => "nothing; explored completely".to_owned(),
        Some((property, steps)) => format!("{property:?} after {} steps", steps.len()),
    };
    println!("| {} | {} | {off} | {} | {what} |", row.name, row.bounds, found.states);
}
