//! Experiments: the same numbers on any number of workers, trials that open as runs, and the published figures.

use raft_eval::measure::{EXPERIMENTS, Experiment, Plan, Report, SeriesReport, Settings, evaluation, experiment, run};
use raft_sim::saved;
use std::path::Path;

fn settings(set: &[(&str, &str)], trials: u32) -> Settings {
    let set = set.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    Settings { set, trials: Some(trials), seed: 1 }
}

fn plan(name: &str, set: &[(&str, &str)], trials: u32) -> Plan {
    Plan::new(experiment(name).unwrap(), settings(set, trials)).unwrap_or_else(|why| panic!("{name} {set:?}: {why}"))
}

/// Every experiment with each thing that it can vary.
fn all_plans(trials: u32) -> impl Iterator<Item = Plan> {
    let plans = move |it: &'static Experiment| {
        let by = it.by.iter().map(move |by| plan(it.name, &[("by", by)], trials));
        let plain = it.by.is_empty().then(|| plan(it.name, &[], trials));
        by.chain(plain)
    };
    EXPERIMENTS.iter().flat_map(plans)
}

#[test]
fn every_curve_of_every_experiment_comes_to_its_end() {
    for plan in all_plans(4) {
        let outcome = run(&plan, 2, &|_| ());
        for (at, series) in plan.series.iter().enumerate() {
            let name = format!("{} {:?}: {} {}", plan.experiment.name, plan.settings.set, series.panel, series.name);
            for measure in 0..plan.experiment.measures.len() {
                let summary = outcome.summary(at, measure);
                // Without chance in the timeouts there is no leader: that is what this curve is there to show.
                let wanted = if series.name == "150-150" { 0 } else { series.trials };
                assert_eq!(summary.finished, wanted, "{name}");
            }
        }
    }
}

#[test]
fn any_number_of_workers_comes_to_the_same() {
    let plan = plan("time-to-elect", &[("by", "loss")], 30);
    let one = run(&plan, 1, &|_| ());
    assert_eq!(one, run(&plan, 3, &|_| ()));
    assert_eq!(Report::of(&plan, &one).csv(), Report::of(&plan, &run(&plan, 2, &|_| ())).csv());
}

#[test]
fn a_trial_opens_as_a_run_at_the_moment_from_which_time_is_measured() {
    for plan in all_plans(2) {
        let name = plan.experiment.name;
        let last = plan.series.len() - 1;
        let text = plan.saved(last, 1);
        let run = saved::open(&text).unwrap_or_else(|why| panic!("{name}: {why}\n{text}"));
        assert_eq!(run.seed(), plan.seed(1), "{name}");
        assert!(run.edge().0 >= run.time(), "{name}: what is measured lies ahead");
    }
}

#[test]
fn another_seed_is_another_trial_and_the_same_seed_the_same() {
    let (one, other) = (
        plan("transfer", &[], 10),
        Plan { settings: Settings { seed: 5, ..settings(&[], 10) }, ..plan("transfer", &[], 10) },
    );
    assert_ne!(one.play(0, 0), one.play(0, 1));
    assert_eq!(one.play(0, 4), other.play(0, 0), "trial 5 of seed 1 is trial 1 of seed 5");
}

#[test]
fn what_is_wrong_is_said_with_what_would_be_right() {
    let refusal = |name: &str, set: &[(&str, &str)], trials: u32| match experiment(name) {
        Err(why) => why,
        Ok(it) => Plan::new(it, settings(set, trials)).err().unwrap_or_default(),
    };
    for (said, why) in [
        (refusal("figure-17", &[], 1), "there is no experiment \"figure-17\"; did you mean figure-16?"),
        (
            refusal("time-to-elect", &[("by", "latncy")], 1),
            "there is no thing to vary \"latncy\"; did you mean latency?",
        ),
        (refusal("wan", &[("by", "servers")], 1), "wan shows one thing only; leave by out"),
        (refusal("wan", &[("latency", "fast")], 1), "\"fast\" is not a time"),
        (refusal("wan", &[("latenzy", "5ms")], 1), "there is no setting \"latenzy\"; did you mean latency?"),
        (refusal("wan", &[("title", "x")], 1), "there is no setting \"title\""),
        (refusal("wan", &[("servers", "500")], 1), "a cluster has 1 to 101 servers"),
        (refusal("wan", &[("horizon", "2h")], 1), "\"2h\" is"),
        (refusal("wan", &[], 0), "a curve has 1 to 1000000 trials, not 0"),
    ] {
        assert!(said.starts_with(why), "{said}");
    }
}

fn of_figure(name: &str, trials: u32, check: impl Fn(&SeriesReport)) {
    let plan = plan(name, &[], trials);
    Report::of(&plan, &run(&plan, 2, &|_| ()))
        .series
        .iter()
        .filter(|series| series.published.is_some())
        .for_each(check);
}

#[test]
fn the_medians_are_those_of_figure_16() {
    of_figure("figure-16", 1_000, |series| {
        // What these two rest on is the noise of real machines; docs/evaluation.md tells.
        if ["150-150", "150-151"].contains(&series.name.as_str()) {
            return;
        }
        let ratio = series.published.as_ref().and_then(|it| it.median_ratio).expect("every trial ends");
        assert!((0.95..=1.05).contains(&ratio), "{} {}: {ratio}", series.panel, series.name);
    });
}

#[test]
fn the_means_are_those_of_the_wide_area_simulation() {
    of_figure("wan", 10_000, |series| {
        let ratio = series.published.as_ref().and_then(|it| it.mean_ratio).expect("every trial ends");
        let bounds = if series.panel == "same logs" { 0.98..=1.02 } else { 0.95..=1.05 };
        assert!(bounds.contains(&ratio), "{} {}: {ratio}", series.panel, series.name);
    });
}

#[test]
fn the_evaluation_is_what_its_command_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/evaluation.md");
    let now = evaluation(2).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).expect("the repository can be written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == now, "docs/evaluation.md is old; UPDATE=1 cargo test -p raft-eval --test measure writes it anew");
}

/// The same lines are read by the tests of the wasm, which must come to the same digits.
#[test]
fn the_figures_for_the_wasm_tests_are_up_to_date() {
    let value = |value: Option<u64>| value.map_or("-".into(), |value| value.to_string());
    let mut now = String::new();
    for it in EXPERIMENTS {
        let plan = plan(it.name, &[], 3);
        let values = (0..2).flat_map(|series| (0..3).flat_map(|trial| plan.play(series, trial)).collect::<Vec<_>>());
        now += &format!("{}: {}\n", it.name, values.map(value).collect::<Vec<String>>().join(" "));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/measures.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).expect("the repository can be written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(stored, now, "UPDATE=1 cargo test -p raft-eval --test measure writes it anew");
}
