//! What a scenario wants done is done once, at its time and in its order, however the run is played.

use raft_core::Time;
use raft_sim::command::Command;
use raft_sim::run::{Progress, Run};
use raft_sim::scenario::Scenario;

/// Triggers of one instant, triggers between two items of the queue, and lines of several commands.
const CROWDED: &str = "servers: 3\nuntil: 1s\n\
    at 103ms: mark E; mark F\nat 100ms: mark A\nat 100ms: mark B; mark C\nat 101ms: mark D\n\
    when a leader: mark G; mark H\nwhen a leader, after 1us: mark I\n";

fn played(run: &mut Run) -> Vec<String> {
    while run.seek(Time(1_000_000), 10_000) != Progress::Reached {
        run.go_on();
    }
    assert!(run.script().is_done(), "{:?}", run.script());
    run.commands().iter().map(|stamped| stamped.command.to_string()).collect()
}

#[test]
fn triggers_fire_once_and_in_order() {
    let scenario = Scenario::parse("crowded", CROWDED).unwrap();
    let marks = ["A", "B", "C", "D", "E", "F", "G", "H", "I"].map(|letter| format!("mark {letter}"));
    assert_eq!(played(&mut scenario.run()), marks);

    let mut stepped = scenario.run();
    while stepped.time() < Time(500_000) && stepped.step() {}
    assert_eq!(played(&mut stepped), marks);

    let mut back_and_forth = scenario.run();
    played(&mut back_and_forth);
    back_and_forth.seek(Time(100_500), u64::MAX);
    assert_eq!(played(&mut back_and_forth), marks);
}

#[test]
fn a_fork_between_two_commands_of_a_line_keeps_the_second() {
    let scenario = Scenario::parse("crowded", CROWDED).unwrap();
    let mut run = scenario.run();
    while run.commands().last().is_none_or(|last| last.command != Command::Mark("B".into())) {
        assert!(run.step());
    }
    run.apply(vec![Command::Mark("by the reader".into())]).unwrap();
    let marks = played(&mut run);
    assert_eq!(marks.iter().filter(|mark| *mark == "mark C").count(), 1, "{marks:?}");
    assert!(marks.contains(&"mark by the reader".to_string()) && marks.len() == 10, "{marks:?}");
}

#[test]
fn lines_that_never_fired_are_known() {
    let scenario = Scenario::parse("idle", "until: 1s\nat 2s: heal\nwhen term 99: heal\nat 1ms: heal").unwrap();
    let mut run = scenario.run();
    run.seek(Time(1_000_000), u64::MAX);
    let mut lines: Vec<u32> = run.script().unfired().collect();
    lines.sort_unstable();
    assert_eq!(lines, [2, 3]);
}
