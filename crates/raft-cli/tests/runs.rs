//! `raftlab scenarios` and `raftlab run`, for people and as JSON.

mod common;

use common::schema::breaches;
use common::{golden, raftlab, read, temporary};
use raft_sim::scenario::BUILT_IN;
use serde_json::Value;

/// The scenario of the sample: it has a crashed server, entries and violations.
const SAMPLE: &str = "figure-8-without-the-rule";

fn schema() -> Value {
    serde_json::from_str(&read("docs/raftlab.schema.json")).expect("the schema is JSON")
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn every_built_in_scenario_ends_well_and_fits_the_schema() {
    let schema = schema();
    for (name, _) in BUILT_IN {
        let said = raftlab(&["run", name, "--json"]);
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{name}: {}", said.out);
        let object = said.json();
        assert_eq!(breaches(&schema, &schema, &object), [""; 0], "{name}");
        assert_eq!(object["scenario"], *name);
        assert!(keys(&object).iter().all(|key| *key != "trace"), "{name}");
        let text = raftlab(&["run", name]);
        assert_eq!((text.status, text.err.as_str()), (0, ""), "{name}");
        assert!(
            text.out.contains(object["digest"].as_str().unwrap()) && !text.out.contains('✗'),
            "{name}: {}",
            text.out
        );
    }
}

#[test]
fn the_schema_is_strict() {
    let schema = schema();
    let sample: Value = serde_json::from_str(&read("docs/raftlab.sample.json")).expect("the sample is JSON");
    let breaks = |change: &dyn Fn(&mut Value)| {
        let mut changed = sample.clone();
        change(&mut changed);
        !breaches(&schema, &schema, &changed).is_empty()
    };
    assert!(!breaks(&|_| ()));
    assert!(breaks(&|object| object["seed"] = 1.into()));
    assert!(breaks(&|object| object["digest"] = "12".into()));
    assert!(breaks(&|object| object["servers"][0]["id"] = "1".into()));
    assert!(breaks(&|object| object["servers"][0]["role"] = "boss".into()));
    assert!(breaks(&|object| object["servers"][1]["log"][0]["term"] = 0.into()));
    assert!(breaks(&|object| object["servers"][1]["state"]["x"] = 5.into()));
    assert!(breaks(&|object| object["more"] = 5.into()));
    assert!(breaks(&|object| drop(object.as_object_mut().unwrap().remove("violations"))));
}

#[test]
fn the_sample_is_what_is_printed() {
    let said = raftlab(&["run", SAMPLE, "--json"]);
    golden("docs/raftlab.sample.json", &said.out);
    let object = said.json();
    let crashed = &object["servers"][0];
    assert_eq!((&crashed["up"], &crashed["role"]), (&Value::Bool(false), &Value::Null));
    assert_eq!((&crashed["commit_index"], &crashed["last_applied"]), (&0.into(), &0.into()));
    assert_eq!(crashed["state"], Value::Object(Default::default()));
    assert_eq!(crashed["log"].as_array().unwrap().len(), 3, "what its disk holds");
    assert_eq!(crashed["current_term"], 4, "what its disk holds");
    let properties: Vec<&Value> = object["violations"].as_array().unwrap().iter().map(|it| &it["property"]).collect();
    assert_eq!(properties[..3], ["leader-completeness", "committed-is-durable", "state-machine-safety"]);
}

#[test]
fn the_list_fits_the_schema_and_is_one_line_each() {
    let said = raftlab(&["scenarios", "--json"]);
    let schema = schema();
    let list = said.json();
    assert_eq!(breaches(&schema, &schema["$defs"]["scenarios"], &list), [""; 0]);
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|scenario| scenario["name"].as_str().unwrap()).collect();
    assert_eq!(names, BUILT_IN.map_names());
    let text = raftlab(&["scenarios"]);
    assert_eq!(text.status, 0);
    assert_eq!(text.out.lines().count(), BUILT_IN.len());
    for (line, name) in text.out.lines().zip(names) {
        assert!(line.starts_with(&format!("{name} ")) && line.ends_with('.'), "{line}");
    }
}

trait Names {
    fn map_names(&self) -> Vec<&'static str>;
}

impl Names for &[(&'static str, &'static str)] {
    fn map_names(&self) -> Vec<&'static str> {
        self.iter().map(|(name, _)| *name).collect()
    }
}

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let digest =
        |args: &[&str]| raftlab(&[&["run", "playground", "--json"], args].concat()).json()["digest"].to_string();
    assert_eq!(digest(&[]), digest(&["--seed", "1"]), "1 is the scenario's own");
    assert_eq!(digest(&["--seed", "7"]), digest(&["--seed", "0x7"]));
    let mut digests: Vec<String> = (0..8).map(|seed| digest(&["--seed", &seed.to_string()])).collect();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 8);
    let last = raftlab(&["run", "playground", "--json", "--seed", "18446744073709551615"]).json();
    assert_eq!(last["seed"], "18446744073709551615");
}

#[test]
fn until_ends_the_run_earlier_or_later() {
    for (until, micros) in [("0us", 0), ("1.5ms", 1_500), ("3s", 3_000_000)] {
        let object = raftlab(&["run", "playground", "--json", "--until", until]).json();
        assert_eq!(object["time_us"], micros);
    }
}

#[test]
fn a_violated_expectation_is_marked_and_ends_with_1() {
    let path = temporary("unlucky.txt", "title: Unlucky\nuntil: 1s\n\nexpect a leader\nexpect S1 leads term 9\n");
    let said = raftlab(&["run", &path]);
    assert_eq!((said.status, said.err.as_str()), (1, ""));
    assert!(said.out.contains("\n✓ a leader\n✗ S1 leads term 9 (line 5)\n"), "{}", said.out);
    let said = raftlab(&["run", &path, "--json"]);
    assert_eq!(said.status, 1);
    let object = said.json();
    assert_eq!(object["scenario"], "unlucky");
    assert_eq!(object["expectations"][1]["held"], false);
    assert_eq!(
        (&object["expectations"][1]["line"], &object["expectations"][1]["text"]),
        (&5.into(), &"S1 leads term 9".into())
    );
}

#[test]
fn a_violation_that_nobody_expects_ends_with_1_and_the_run_goes_on() {
    let source = read(&format!("crates/raft-sim/scenarios/{SAMPLE}.txt"));
    let unexpected = source.replace("expect violates state-machine-safety\n", "");
    let said = raftlab(&["run", &temporary("unexpected.txt", unexpected), "--json"]);
    assert_eq!(said.status, 1);
    let object = said.json();
    assert_eq!(object["time_us"], 3_000_000);
    assert!(object["expectations"].as_array().unwrap().iter().all(|it| it["held"] == true));
    let harmless = source.replace("rules-off: commit-current-term-only\n", "");
    let said = raftlab(&["run", &temporary("harmless.txt", harmless)]);
    assert_eq!(said.status, 1, "a violation that was expected did not happen");
}

#[test]
fn lines_that_never_fire_are_noted_and_no_failure() {
    let path = temporary("idle.txt", "until: 1s\nwhen term 9: heal\nat 2s: heal\nexpect a leader\n");
    let said = raftlab(&["run", &path]);
    assert_eq!((said.status, said.err.as_str()), (0, "note: lines 2, 3 never fired before the end of the run\n"));
}

#[test]
fn a_saved_run_is_played_to_where_its_reader_looked() {
    let mut run = raft_sim::scenario::built_in("leader-crash").unwrap().run();
    // So long that the run has keyframes, and a trace must not leap to one.
    run.seek(raft_core::Time(20_700_123), u64::MAX);
    assert!(run.keyframes() > 1);
    let path = temporary("saved.txt", raft_sim::saved::to_text(&run));
    let said = raftlab(&["run", &path, "--json", "--trace"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let object = said.json();
    assert_eq!(object["digest"], format!("{:016x}", run.world().digest()));
    assert_eq!((&object["scenario"], &object["time_us"]), (&"leader-crash".into(), &20_700_123.into()));
    let built_in = raftlab(&["run", "leader-crash", "--json", "--trace", "--until", "20.700123s"]).json();
    assert_eq!(object["trace"], built_in["trace"]);
    let elsewhere = raftlab(&["run", &path, "--json", "--until", "2s"]).json();
    assert_eq!(elsewhere["digest"], raftlab(&["run", "leader-crash", "--json"]).json()["digest"]);
    let seeded = raftlab(&["run", &path, "--seed", "3"]);
    assert_eq!(seeded.status, 2);
    assert!(seeded.err.contains("is a saved run and has its own seed"), "{}", seeded.err);
}
