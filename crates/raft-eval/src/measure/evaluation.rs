//! `docs/evaluation.md`: our figures beside the published ones, with every parameter.

use super::{Plan, Report, SeriesReport, Settings, experiment, run};
use std::fmt::Write;

/// Trials of a curve of the wide-area simulation; ten times the published number, for narrow intervals.
const WAN_TRIALS: u32 = 100_000;

const HEAD: &str = "\
# Our figures beside the published ones

This file is written by `cargo run --release -p raft-eval --example evaluation`; a test holds it against what that prints.
Every number follows from the parameters that stand beside it, on any machine; `raftlab measure figure-16` and `raftlab measure wan --trials 100000` print the same ones.
The published numbers are from Diego Ongaro's dissertation, *Consensus: Bridging Theory and Practice* (Stanford, 2014; CC BY), whose figures hold the trials themselves.

";

const FIGURE_16: &str = "\
## Figure 16: time to replace a crashed leader

The paper measured a real cluster of five servers, and made the worst case on purpose: heartbeats go out together, the leader crashes at any moment between two of them, and logs differ so that two of the four servers that are left cannot win.
What we know of its timing is a broadcast time of about 15 ms; what the disks and the network did is not published.
A message takes 1 to 3 ms here and a write 1 ms, so that a candidate has its votes after about 6 ms: these two were fitted, once for all eleven curves, by comparing medians.
With 15 ms the medians of the wide ranges would be 8 % longer and that of 150-155 five times as long, because in this model the whole of the first write and of a message's way lies before the moment in which another server can still be kept from its candidacy; most of the real 15 ms seem to have come later.

";

const FIGURE_16_END: &str = "
- **150-150** has no chance in it: four timers run out in the same millisecond again and again. A real cluster gets out of that by the noise of its machines, after 41 s at the median; ours has only the spread of its latencies, and no trial ends within its horizon.
- **150-151** is too slow here, for the same reason: the noise of real machines adds some milliseconds of spread to a range of one.
- The mean of a curve is given with half of the width of its confidence interval of 95 %.

";

const WAN: &str = "\
## Elections over a wide-area network

The dissertation's simulation: five servers, messages take 30 to 40 ms, timeouts are 300 to 600 ms, all timers start at once, and writing takes no time.
Which servers have failed is drawn for each trial.
With different logs no two servers have logs of the same length; how the lengths of the published runs differed is not known, and that is why those rows are compared with less confidence.

";

const WAN_END: &str = "
The published maximum is the value that 99.99 % of the trials are not above; ours is that of all trials.
";

/// The text of the file.
///
/// # Errors
/// If an experiment does not take its own settings, which a test would have found.
pub fn evaluation(workers: usize) -> Result<String, String> {
    let mut text = String::from(HEAD);
    text += FIGURE_16;
    text += &section("figure-16", None, workers)?;
    text += FIGURE_16_END;
    text += WAN;
    text += &section("wan", Some(WAN_TRIALS), workers)?;
    text += WAN_END;
    Ok(text)
}

fn section(name: &str, trials: Option<u32>, workers: usize) -> Result<String, String> {
    let plan = Plan::new(experiment(name)?, Settings { trials, seed: 1, ..Settings::default() })?;
    let report = Report::of(&plan, &run(&plan, workers, &|_| ()));
    let mut text = String::from(
        "| panel | curve | trials | median | published | ratio | mean | published | ratio | p90 | published | max | published |\n",
    );
    text += "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    report.series.iter().for_each(|series| text += &row(series));
    text += "\nTimes are in milliseconds. The parameters of all curves:\n\n";
    for (key, value) in &report.parameters {
        let _ = writeln!(text, "- `{key}`: {value}");
    }
    Ok(text)
}

fn row(series: &SeriesReport) -> String {
    let time = |value: Option<f64>| value.map_or("-".into(), |ms| format!("{ms:.1}"));
    let ratio = |value: Option<f64>| value.map_or("-".into(), |ratio| format!("{ratio:.3}"));
    let published = series.published.as_ref();
    let trials = match series.trials - series.unfinished {
        finished if finished == series.trials => finished.to_string(),
        finished => format!("{finished} of {} within {} s", series.trials, series.horizon_ms / 1_000.0),
    };
    let mean = match (series.mean_ms, series.ci95_ms) {
        (Some(mean), Some(ci95)) => format!("{mean:.1} ± {ci95:.1}"),
        _ => "-".into(),
    };
    format!(
        "| {} | {} | {trials} | {} | {} | {} | {mean} | {} | {} | {} | {} | {} | {} |\n",
        series.panel,
        series.name,
        time(series.median_ms),
        time(published.map(|it| it.median_ms)),
        ratio(published.and_then(|it| it.median_ratio)),
        time(published.map(|it| it.mean_ms)),
        ratio(published.and_then(|it| it.mean_ratio)),
        time(series.p90_ms),
        time(published.map(|it| it.p90_ms)),
        time(series.max_ms),
        time(published.map(|it| it.max_ms)),
    )
}
