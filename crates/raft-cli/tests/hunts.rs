//! `raftlab rules`, `raftlab hunt` and `raftlab run --with-all-rules`.

mod common;

use common::schema::breaches;
use common::{raftlab, read, temporary};
use raft_core::Rule;
use serde_json::Value;

fn fits(name: &str, object: &Value) {
    let root: Value = serde_json::from_str(&read("docs/raftlab.schema.json")).expect("the schema is JSON");
    assert_eq!(breaches(&root, &root["$defs"][name], object), [""; 0]);
}

#[test]
fn every_rule_is_listed_with_a_story_that_all_rules_prevent() {
    let said = raftlab(&["rules", "--json"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let list = said.json();
    fits("rules", &list);
    let list = list.as_array().unwrap();
    assert!(list.len() == Rule::ALL.len() && list.len() >= 16);
    for rule in list {
        let story = rule["story"].as_str().unwrap();
        assert_eq!(raftlab(&["run", story]).status, 0, "{story}");
        let safe = raftlab(&["run", story, "--with-all-rules", "--json"]);
        assert_eq!(safe.status, 0, "{story}");
        assert_eq!(safe.json()["violations"], Value::Array(vec![]), "{story}");
    }
    let lines = raftlab(&["rules"]).out;
    assert!(lines.lines().count() == list.len() && lines.contains("one-vote-per-term"));
}

#[test]
fn a_hunted_story_can_be_run_and_does_no_harm_with_all_rules() {
    let hunted = raftlab(&["hunt", "--without", "one-vote-per-term"]);
    assert_eq!((hunted.status, hunted.err.as_str()), (0, ""));
    let path = temporary("hunted.txt", &hunted.out);
    let run = raftlab(&["run", &path]);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", hunted.out);
    assert!(run.out.contains("This was expected"));
    let safe = raftlab(&["run", &path, "--with-all-rules"]);
    assert_eq!((safe.status, safe.out.contains('!')), (0, false), "{}", safe.out);
}

#[test]
fn a_hunt_in_json_fits_the_schema_and_its_run_opens_before_the_harm() {
    let hunted = raftlab(&["hunt", "--without", "stable-log", "--property", "committed-is-durable", "--json"]);
    let object = hunted.json();
    fits("hunt", &object);
    assert_eq!((hunted.status, &object["found"]["property"]), (0, &"committed-is-durable".into()));
    let path = temporary("hunted.run", object["found"]["run"].as_str().unwrap());
    assert_eq!(raftlab(&["run", &path]).status, 0, "it ends before the harm");
    assert_eq!(raftlab(&["run", &path, "--until", "1s"]).status, 1);
    assert_eq!(raftlab(&["run", &path, "--until", "1s", "--with-all-rules"]).status, 0);
    let further = raftlab(&["hunt", "--without", "up-to-date-check", "--from", &path, "--json"]);
    fits("hunt", &further.json());
    assert_eq!((further.status, &further.json()["found"]["scenario"]), (0, &Value::Null));
}

#[test]
fn a_mistake_is_hunted_and_its_story_does_no_harm_without_it() {
    let hunted = raftlab(&["hunt", "--making", "vote-on-equal-last-term"]);
    assert_eq!((hunted.status, hunted.err.as_str()), (0, ""));
    let path = temporary("mistaken.txt", &hunted.out);
    let run = raftlab(&["run", &path]);
    assert_eq!((run.status, run.err.as_str()), (0, ""), "{}", hunted.out);
    let safe = raftlab(&["run", &path, "--with-all-rules", "--json"]);
    assert_eq!(safe.json()["violations"], Value::Array(vec![]));
    let object = raftlab(&["hunt", "--making", "vote-on-equal-last-term", "--json"]).json();
    fits("hunt", &object);
    assert_eq!(object["making"], serde_json::json!(["vote-on-equal-last-term"]));
}

#[test]
fn a_hunt_that_finds_nothing_says_so() {
    let said = raftlab(&["hunt", "--without", "reject-stale-term", "--seeds", "3"]);
    assert_eq!((said.status, said.out.as_str(), said.err.as_str()), (1, "", "note: 3 seeds did no harm\n"));
    let said = raftlab(&["hunt", "--without", "reject-stale-term", "--seeds", "3", "--json"]);
    fits("hunt", &said.json());
    assert_eq!((said.status, said.err.as_str()), (1, ""));
}

#[test]
fn bad_input_is_refused_with_a_sentence() {
    for (args, why) in [
        (
            &["hunt"][..],
            "a hunt needs a rule that is off, like --without majority, or a mistake, like --making count-old-votes",
        ),
        (&["hunt", "--without", "majorty"], "there is no rule \"majorty\"; did you mean majority?"),
        (
            &["hunt", "--making", "count-old-vote"],
            "there is no mistake \"count-old-vote\"; did you mean count-old-votes?",
        ),
        (&["hunt", "--without", "majority", "--property", "x"], "there is no property \"x\""),
        (&["hunt", "--without", "majority", "--servers", "0"], "a cluster has 1 to 101 servers, not 0"),
        (&["hunt", "--without", "majority", "--horizon", "2min"], "\"2min\" is no time for a try"),
        (&["hunt", "--without", "majority", "--from", "nowhere.run"], "nowhere.run cannot be read"),
    ] {
        let said = raftlab(args);
        assert_eq!(said.status, 2, "{args:?}");
        assert!(said.err.starts_with(&format!("error: {why}")), "{args:?}: {}", said.err);
    }
}
