//! `raftlab measure`.

mod common;

use common::schema::breaches;
use common::{raftlab, read, temporary};
use raft_eval::measure::EXPERIMENTS;
use serde_json::Value;

fn fits(name: &str, object: &Value) {
    let root: Value = serde_json::from_str(&read("docs/raftlab.schema.json")).expect("the schema is JSON");
    assert_eq!(breaches(&root, &root["$defs"][name], object), [""; 0]);
}

#[test]
fn every_experiment_is_listed_and_documented() {
    let list = raftlab(&["measure", "--json"]).json();
    fits("experiments", &list);
    let (lines, page) = (raftlab(&["measure"]).out, read("docs/raftlab.md"));
    for experiment in EXPERIMENTS {
        assert!(lines.contains(experiment.name), "{}", experiment.name);
        assert!(page.contains(&format!("| `{}` |", experiment.name)), "{}", experiment.name);
        for by in experiment.by {
            assert!(page.contains(&format!("`{by}`")), "{} by {by}", experiment.name);
        }
    }
    assert_eq!((list.as_array().unwrap().len(), lines.lines().count()), (EXPERIMENTS.len(), EXPERIMENTS.len()));
}

#[test]
fn figure_16_is_printed_with_the_published_numbers_beside_ours() {
    let object = raftlab(&["measure", "figure-16", "--trials", "20", "--set", "horizon=2s", "--json"]).json();
    fits("measure", &object);
    let series = object["series"].as_array().unwrap();
    assert_eq!(series.len(), 11);
    let wide = series.iter().find(|it| it["name"] == "150-300" && it["panel"] == "randomness").unwrap();
    assert_eq!((&wide["trials"], &wide["unfinished"]), (&Value::from(20), &Value::from(0)));
    assert!((wide["published"]["median_ms"].as_f64().unwrap() - 171.0).abs() < 0.5, "as published");
    assert!(wide["median_ms"].as_f64().is_some() && wide["published"]["median_ratio"].as_f64().is_some());
    let never = &series[0];
    assert_eq!((&never["name"], &never["unfinished"]), (&Value::from("150-150"), &Value::from(20)));
    assert!(never["median_ms"].is_null() && never["published"]["median_ratio"].is_null());
    assert_eq!(
        (&object["parameters"]["latency"], &object["parameters"]["horizon"]),
        (&Value::from("1ms..3ms"), &Value::from("2s"))
    );
}

#[test]
fn a_table_with_commas_has_a_line_for_each_measure_of_each_curve() {
    let said = raftlab(&["measure", "time-to-elect", "--set", "by=pre-vote", "--trials", "5", "--csv"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 1 + 2 * 2);
    assert!(lines[1].starts_with("pre-vote,without Pre-Vote,downtime,us,5,5,"), "{}", said.out);
    assert!(lines.iter().all(|line| line.split(',').count() == lines[0].split(',').count()));
}

#[test]
fn a_trial_can_be_opened_and_shows_what_was_measured() {
    let said = raftlab(&["measure", "transfer", "--open", "1:3"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let path = temporary("trial.txt", &said.out);
    let run = raftlab(&["run", &path, "--until", "1s", "--trace"]);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", said.out);
    assert!(said.out.contains("transfer S2") && run.out.contains("S2"), "{}", said.out);
}

#[test]
fn what_is_wrong_is_said() {
    for (args, why) in [
        (&["measure", "figure-17"][..], "error: there is no experiment \"figure-17\"; did you mean figure-16?"),
        (&["measure", "wan", "--set", "latency"], "error: \"latency\" sets nothing; write it like latency=5ms"),
        (&["measure", "wan", "--open", "9:1"], "error: \"9:1\" is no trial; write the number of a curve, 1 to 6"),
        (&["measure", "wan", "--trials", "5", "--open", "1:6"], "error: that curve has 5 trials"),
        (&["measure", "--trials", "5"], "error: say what is to be measured, like raftlab measure figure-16"),
    ] {
        let said = raftlab(args);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.starts_with(why), "{args:?}: {}", said.err);
    }
}
