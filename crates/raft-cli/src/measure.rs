//! `raftlab measure`.

use crate::args::MeasureArgs;
use crate::json;
use crate::output::Output;
use crate::progress::Progress;
use raft_eval::measure::{self, EXPERIMENTS, MeasureReport, Plan, Report, SeriesReport, Settings};
use std::process::ExitCode;

/// Cells of the bar that shows how far it is.
const BAR: u32 = 30;

/// `raftlab measure`.
pub(crate) fn run(args: &MeasureArgs) -> Result<ExitCode, String> {
    let mut out = Output::new();
    match &args.name {
        None => list(args, &mut out)?,
        Some(name) => measure(name, args, &mut out)?,
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn list(args: &MeasureArgs, out: &mut Output) -> Result<(), String> {
    if args.open.is_some() || !args.set.is_empty() || args.trials.is_some() {
        return Err("say what is to be measured, like raftlab measure figure-16".into());
    }
    if args.json {
        return out.line(&json::experiments()?);
    }
    let width = EXPERIMENTS.iter().map(|experiment| experiment.name.len()).max().unwrap_or_default();
    for experiment in EXPERIMENTS {
        let by = if experiment.by.is_empty() { String::new() } else { format!(" (by {})", experiment.by.join(", ")) };
        out.line(&format!("{:width$}  {}{by}", experiment.name, experiment.title))?;
    }
    Ok(())
}

fn measure(name: &str, args: &MeasureArgs, out: &mut Output) -> Result<(), String> {
    let plan = Plan::new(measure::experiment(name)?, Settings::read(&args.set, args.trials, &args.seed)?)?;
    if let Some(which) = &args.open {
        let (series, trial) = which_trial(&plan, which)?;
        return plan.saved(series, trial).lines().try_for_each(|line| out.line(line));
    }
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (progress, all) = (Progress::new(), plan.trials());
    let outcome = measure::run(&plan, workers, &|done| progress.tell(|seconds| bar(done, all, seconds)));
    progress.clear();
    let report = Report::of(&plan, &outcome);
    if args.json {
        return out.line(&json::print(&report)?);
    }
    if args.csv {
        return report.csv().lines().try_for_each(|line| out.line(line));
    }
    table(&report).iter().try_for_each(|line| out.line(line))
}

/// "3:17" is trial 17 of the third curve; both are counted from 1.
fn which_trial(plan: &Plan, text: &str) -> Result<(usize, u32), String> {
    let wrong = || {
        let curves = plan.series.len();
        format!("\"{text}\" is no trial; write the number of a curve, 1 to {curves}, and that of a trial, like 1:17")
    };
    let (series, trial) = text.split_once(':').ok_or_else(wrong)?;
    let series = series.parse::<usize>().ok().and_then(|series| series.checked_sub(1)).ok_or_else(wrong)?;
    let trial = trial.parse::<u32>().ok().and_then(|trial| trial.checked_sub(1)).ok_or_else(wrong)?;
    let trials = plan.series.get(series).ok_or_else(wrong)?.trials;
    if trial < trials { Ok((series, trial)) } else { Err(format!("that curve has {trials} trials")) }
}

fn bar(done: u32, all: u32, seconds: f64) -> String {
    let filled = (u64::from(done) * u64::from(BAR) / u64::from(all.max(1))) as usize;
    let left = seconds * f64::from(all - done) / f64::from(done.max(1));
    format!("[{:30}] {done} of {all} trials, {left:.0} s left", "#".repeat(filled))
}

const HEADS: [&str; 9] = ["", "", "trials", "mean", "± 95 %", "median", "p90", "p99", "max"];

fn table(report: &Report) -> Vec<String> {
    let mut lines = vec![report.title.to_string(), report.about.to_string()];
    lines.extend(report.parameters.iter().map(|(key, value)| format!("  {key}: {value}")));
    let first = report.series.first().map_or(&[][..], |series| &series.measures);
    for (at, measure) in first.iter().enumerate() {
        let unit = match measure.unit {
            "us" => "ms",
            other => other,
        };
        lines.extend([String::new(), format!("{}: {} ({unit})", measure.id, measure.title)]);
        let mut rows = vec![HEADS.map(String::from)];
        for series in &report.series {
            if let Some(it) = series.measures.get(at) {
                rows.push(row(series, it));
            }
            rows.extend(series.published.as_ref().filter(|_| at == 0).map(|published| {
                let time = |ms: f64| format!("{ms:.1}");
                let cells = [time(published.mean_ms), String::new(), time(published.median_ms), time(published.p90_ms)];
                let [mean, ci, median, p90] = cells;
                let trials = published.trials.to_string();
                ["".into(), "published".into(), trials, mean, ci, median, p90, "".into(), time(published.max_ms)]
            }));
        }
        lines.extend(aligned(&rows));
    }
    lines
}

fn row(series: &SeriesReport, it: &MeasureReport) -> [String; 9] {
    let time = it.unit == "us";
    let number = |value: f64| match (it.finished, time) {
        (0, _) => "-".into(),
        (_, true) => format!("{:.1}", value / 1_000.0),
        (_, false) => format!("{value:.2}"),
    };
    let trials = match series.trials - it.finished {
        0 => series.trials.to_string(),
        _ => format!("{} of {}", it.finished, series.trials),
    };
    let whole = |value: u64| if time || it.finished == 0 { number(value as f64) } else { value.to_string() };
    [
        series.panel.clone(),
        series.name.clone(),
        trials,
        number(it.mean),
        number(it.ci95),
        whole(it.median),
        whole(it.p90),
        whole(it.p99),
        whole(it.max),
    ]
}

/// Names at the left, numbers at the right.
fn aligned(rows: &[[String; 9]]) -> Vec<String> {
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let line = |row: &[String; 9]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 | 1 => format!("{cell:width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    rows.iter().map(line).collect()
}
