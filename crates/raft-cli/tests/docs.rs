//! What the documentation says is so.

mod common;

use common::{raftlab, read, temporary};
use raft_core::{Mistake, ProtocolOption, Rule};
use raft_sim::checkers::Property;
use raft_sim::command::Command;
use raft_sim::condition::Condition;
use raft_sim::scenario::{BUILT_IN, SETTINGS};
use raft_sim::trace;

/// The fenced blocks of a kind, each with the number of its first line.
fn blocks(text: &str, kind: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let block: String =
                lines.by_ref().take_while(|(_, line)| *line != "```").map(|(_, line)| format!("{line}\n")).collect();
            if info == kind {
                found.push((number + 2, block));
            }
        }
    }
    found
}

/// Which of the words are not to be found in the text as `code`, alone or at the start of it.
fn missing<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    words.filter(|word| !text.contains(&format!("`{word}`")) && !text.contains(&format!("`{word} "))).collect()
}

#[test]
fn every_scenario_in_the_documentation_ends_well() {
    let blocks = blocks(&read("docs/scenarios.md"), "scenario");
    assert!(blocks.len() >= 8);
    for (line, source) in blocks {
        let said = raftlab(&["run", &temporary(&format!("docs-{line}.txt"), &source)]);
        assert_eq!((said.status, said.err.as_str()), (0, ""), "docs/scenarios.md, line {line}:\n{}", said.out);
    }
}

#[test]
fn every_mistake_in_the_documentation_is_refused_as_it_says() {
    let text = read("docs/scenarios.md");
    let (refused, said) = (blocks(&text, "refused"), blocks(&text, "said"));
    assert!(refused.len() == said.len() && !said.is_empty());
    for ((line, source), (_, sentence)) in refused.iter().zip(said) {
        let path = temporary(&format!("docs-{line}.txt"), source);
        let run = raftlab(&["run", &path]);
        assert_eq!((run.status, run.err), (2, format!("error: {path}: {sentence}")), "docs/scenarios.md, line {line}");
    }
}

#[test]
fn everything_that_a_scenario_can_say_is_documented() {
    let text = read("docs/scenarios.md");
    assert_eq!(missing(&text, SETTINGS.iter().copied()), [""; 0]);
    assert_eq!(missing(&text, Condition::FORMS.iter().copied()), [""; 0]);
    assert_eq!(missing(&text, Property::ALL.iter().map(|property| property.id())), [""; 0]);
    assert_eq!(missing(&text, Rule::ALL.iter().map(|rule| rule.id())), [""; 0]);
    assert_eq!(missing(&text, Mistake::ALL.iter().map(|mistake| mistake.id())), [""; 0]);
    assert_eq!(missing(&text, ProtocolOption::ALL.iter().map(|option| option.id())), [""; 0]);
}

#[test]
fn every_command_is_documented() {
    let verbs = Command::SAMPLES.iter().filter_map(|sample| sample.split(' ').next());
    assert_eq!(missing(&read("docs/commands.md"), verbs), [""; 0]);
}

#[test]
fn every_situation_names_scenarios_that_there_are() {
    let text = read("docs/scenarios.md");
    let table = text.split("## Situations and their scenarios").nth(1).and_then(|rest| rest.split("\n## ").next());
    let rows: Vec<&str> = table.unwrap_or_default().lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 25, "{}", rows.len());
    for row in rows {
        let names: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            assert!(BUILT_IN.iter().any(|(known, _)| *known == name), "{name} in: {row}");
        }
    }
}

#[test]
fn every_verb_of_a_trace_is_documented() {
    assert_eq!(missing(&read("docs/raftlab.md"), trace::VERBS.iter().copied()), [""; 0]);
}

#[test]
fn every_call_in_the_documentation_works() {
    let calls = blocks(&read("docs/raftlab.md"), "sh");
    let calls: Vec<&str> = calls.iter().flat_map(|(_, block)| block.lines()).collect();
    assert!(calls.len() >= 5);
    for call in calls {
        let call = call.split('#').next().unwrap_or_default().trim();
        let args: Vec<&str> = call.strip_prefix("raftlab ").expect(call).split(' ').collect();
        assert_eq!(raftlab(&args).status, 0, "{call}");
    }
}

#[test]
fn the_trace_in_the_documentation_is_a_real_one() {
    let golden = read("crates/raft-cli/tests/golden/first-election.trace");
    let shown = blocks(&read("docs/raftlab.md"), "trace");
    assert!(!shown.is_empty());
    for (line, block) in shown {
        assert!(golden.contains(&block), "docs/raftlab.md, line {line}: compare with the golden trace");
    }
}
