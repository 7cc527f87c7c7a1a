//! For every rule there is a stored story in which its absence does harm, and in which its presence does none.

use raft_core::{Happening, Mistake, Rule, RuleKind, Time};
use raft_sim::checkers::Property;
use raft_sim::condition::Expected;
use raft_sim::run::{Progress, Run};
use raft_sim::scenario::{BUILT_IN, Scenario};
use raft_sim::told::Told;

/// The story of a rule, and the same without the line that switches the rule off.
fn story(rule: Rule) -> (Scenario, Scenario) {
    let name = match rule {
        Rule::CommitCurrentTermOnly => "figure-8-without-the-rule".to_string(),
        _ => format!("without-{}", rule.id()),
    };
    let (name, source) =
        BUILT_IN.iter().find(|(known, _)| **known == name).unwrap_or_else(|| panic!("{name} is missing"));
    let kept: Vec<&str> = source.lines().filter(|line| !line.starts_with("rules-off")).collect();
    let parse = |source: &str| Scenario::parse(name, source).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    (parse(source), parse(&kept.join("\n")))
}

/// The story of a mistake, and the same without the line that makes it.
fn mistaken(mistake: Mistake) -> (Scenario, Scenario) {
    let name = format!("mistake-{}", mistake.id());
    let (name, source) =
        BUILT_IN.iter().find(|(known, _)| **known == name).unwrap_or_else(|| panic!("{name} is missing"));
    let kept: Vec<&str> = source.lines().filter(|line| !line.starts_with("mistakes:")).collect();
    let parse = |source: &str| Scenario::parse(name, source).unwrap_or_else(|problem| panic!("{name}: {problem}"));
    (parse(source), parse(&kept.join("\n")))
}

fn play(scenario: &Scenario) -> Run {
    let mut run = scenario.run();
    while run.seek(Time(scenario.until), u64::MAX) != Progress::Reached {
        run.go_on();
    }
    run
}

fn broken(run: &Run) -> Vec<Property> {
    run.world().violations().iter().map(|violation| violation.witness.property()).collect()
}

#[test]
fn each_safety_rule_that_is_off_breaks_a_promise_and_none_is_broken_while_it_is_on() {
    for rule in Rule::ALL.iter().filter(|rule| rule.kind() == RuleKind::Safety) {
        let (without, with) = story(*rule);
        assert_eq!(
            without.config.rules.off().collect::<Vec<_>>(),
            [*rule],
            "the story of {} switches off just that",
            rule.id()
        );
        let promised: Vec<&Expected> = without.expectations.iter().map(|expectation| &expectation.expected).collect();
        let harm = broken(&play(&without));
        assert!(
            harm.iter().any(|property| promised.contains(&&Expected::Violates(*property))),
            "{}: {harm:?}",
            rule.id()
        );
        assert_eq!(broken(&play(&with)), [], "{} is on", rule.id());
    }
}

#[test]
fn each_liveness_rule_that_is_off_does_the_harm_that_its_story_tells_and_none_while_it_is_on() {
    for rule in Rule::ALL.iter().filter(|rule| rule.kind() == RuleKind::Liveness) {
        let (without, with) = story(*rule);
        let harms = |scenario: &Scenario| {
            let run = play(scenario);
            run.script().verdicts(run.world()).into_iter().all(|(_, held)| held)
        };
        assert!(harms(&without), "{} is off", rule.id());
        assert!(!harms(&with), "{} is on", rule.id());
    }
}

#[test]
fn each_mistake_does_the_harm_that_its_story_tells_and_none_is_done_without_it() {
    for mistake in Mistake::ALL {
        let (with, without) = mistaken(*mistake);
        assert_eq!(with.config.mistakes.on().collect::<Vec<_>>(), [*mistake], "{}", mistake.id());
        assert_eq!(with.config.rules.off().count(), 0, "{}: all rules are on", mistake.id());
        let held = |scenario: &Scenario| {
            let run = play(scenario);
            (run.script().verdicts(run.world()).into_iter().all(|(_, held)| held), broken(&run).is_empty())
        };
        assert!(held(&with).0, "{} is made", mistake.id());
        assert_eq!(held(&without), (false, true), "{} is not made", mistake.id());
    }
}

#[test]
fn who_voted_for_a_new_leader_is_named() {
    let mut run = raft_sim::scenario::built_in("first-election").unwrap().run();
    run.play_until(u64::MAX, |world| {
        world.told().iter().any(|told| matches!(told, Told::Raft(_, Happening::BecameLeader { .. })))
    });
    let told = raft_sim::story::story(&mut run).unwrap();
    let [tick] = &told.ticks[..] else { panic!("{:?}", told.ticks) };
    let names = tick.text.strip_prefix("it has 3: its own, ").unwrap_or_else(|| panic!("{}", tick.text));
    assert_eq!(names.split(", ").filter(|name| name.starts_with('S')).count(), 2, "{names}");
}

#[test]
fn a_broken_promise_cites_the_rule_that_is_off() {
    for rule in Rule::ALL.iter().filter(|rule| rule.kind() == RuleKind::Safety) {
        let mut run = story(*rule).0.run();
        while run.seek(Time(u64::MAX / 2), 1_000) == Progress::More {}
        let told = raft_sim::story::story(&mut run).unwrap();
        let cited = told.rule.unwrap_or_else(|| panic!("{}: no rule is cited", rule.id()));
        assert_eq!((cited.id, cited.off), (rule.id(), true));
    }
    for mistake in Mistake::ALL.iter().filter(|mistake| mistake.kind() == RuleKind::Safety) {
        let mut run = mistaken(*mistake).0.run();
        while run.seek(Time(u64::MAX / 2), 1_000) == Progress::More {}
        let told = raft_sim::story::story(&mut run).unwrap();
        assert_eq!(told.rule.map(|cited| cited.statement), Some(mistake.right()), "{}", mistake.id());
    }
}
