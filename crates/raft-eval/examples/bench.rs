//! Measures the engine natively under the standard load; `npm run bench` puts the figures beside those of the page.
//!
//! Speed is events per second of this process's CPU time, which other processes on the machine disturb less than a
//! clock on the wall. Each speed is measured several times: the median is compared with the budget, the best is
//! what the machine can do when nobody disturbs it. With `--json` the rows are printed as one JSON array.

use raft_core::{Micros, Time};
use raft_eval::load::{self, Played};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

const SECOND: Micros = 1_000_000;
const HOUR: Micros = 3_600 * SECOND;
const SEED: u64 = 7;
const REPEATS: usize = 7;
const SEEKS: u64 = 200;

/// One measured figure. A row without a budget is information.
#[derive(Serialize)]
struct Row {
    name: String,
    value: f64,
    unit: &'static str,
    budget: Option<f64>,
    holds: bool,
}

impl Row {
    fn information(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, budget: None, holds: true }
    }

    fn at_least(budget: f64, row: Self) -> Self {
        Self { holds: row.value >= budget, budget: Some(budget), ..row }
    }
}

fn main() {
    let mut rows = speed(5, HOUR, 2e6);
    rows.extend(speed(25, HOUR / 6, 600e3));
    rows.extend(seeks(load::play(5, HOUR, SEED)));
    if std::env::args().any(|argument| argument == "--json") {
        println!("{}", serde_json::to_string_pretty(&rows).expect("rows are plain values"));
    } else {
        for Row { name, value, unit, .. } in rows {
            println!("{name}: {value:.4} {unit}");
        }
    }
}

/// CPU time of this process, in seconds.
fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = cpu_seconds();
    let result = work();
    (result, cpu_seconds() - begun)
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn speed(servers: u32, simulated: Micros, budget: f64) -> Vec<Row> {
    let once = || {
        let (played, seconds) = timed(|| load::play(servers, simulated, SEED));
        played.events as f64 / seconds
    };
    let speeds = sorted((0..REPEATS).map(|_| once()).collect());
    let row = |which: &str, value| {
        Row::information(format!("native speed, {servers} servers, {which} of {REPEATS}"), value, "events/CPU-s")
    };
    vec![Row::at_least(budget, row("median", speeds[REPEATS / 2])), row("best", speeds[REPEATS - 1])]
}

/// Seeks all over an hour, in an order that goes forth and back.
fn seeks(Played { mut run, events, keyframes }: Played) -> Vec<Row> {
    let times = (1..=SEEKS).map(|n| Time(n * n * 7_919 * SECOND % HOUR));
    let seek = |time| timed(|| run.seek(time, u64::MAX)).1 * 1e3;
    let took = sorted(times.map(seek).collect());
    vec![
        Row::information("events of one simulated hour, 5 servers", events as f64, "events"),
        Row::information("keyframes of that hour", keyframes as f64, "keyframes"),
        Row::information("native seek in that hour, median", took[took.len() / 2], "ms"),
        Row::information("native seek in that hour, worst", took[took.len() - 1], "ms"),
    ]
}
