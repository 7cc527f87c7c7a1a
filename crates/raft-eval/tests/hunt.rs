//! Hunting from nothing finds what each rule is for, the same on any number of workers, and makes it short.

use raft_core::{Mistake, Mistakes, Rule, RuleKind, Rules, Time};
use raft_eval::hunt::{Found, Harm, Hunt, Quarry, hunt};
use raft_sim::checkers::Property;
use raft_sim::condition::Expected;
use raft_sim::run::{Progress, Run};
use raft_sim::saved;
use raft_sim::scenario::{Scenario, built_in};

/// Seeds within which every rule shows what it is for.
const SEEDS: u64 = 10_000;

fn find(rule: Rule) -> Found {
    let found = hunt(&Quarry::new(&[rule]), 0, SEEDS, 2, &|_, _| ()).found;
    found.unwrap_or_else(|| panic!("{} is off, and {SEEDS} seeds do no harm", rule.id()))
}

fn play(scenario: &Scenario) -> Run {
    let mut run = scenario.run();
    while run.seek(Time(scenario.until), u64::MAX) != Progress::Reached {
        run.go_on();
    }
    run
}

fn broken(run: &Run) -> Vec<Property> {
    run.world().violations().iter().map(|found| found.witness.property()).collect()
}

#[test]
fn every_rule_is_shown_by_a_story_that_does_harm_without_it_and_none_with_it() {
    for rule in Rule::ALL {
        let found = find(*rule);
        let id = rule.id();
        let text = found.scenario.as_ref().expect("it began with a new cluster");
        let without = Scenario::parse("hunted", text).unwrap_or_else(|problem| panic!("{id}: {problem}\n{text}"));
        assert_eq!(without.config.rules.off().collect::<Vec<_>>(), [*rule], "{id}: just that is off");
        assert!(without.config.chaos.is_none() && without.config.requests_per_second == 0, "{id}: nothing by itself");
        let mut with = without.clone();
        with.config.rules = Rules::ALL;
        let (harmed, safe) = (play(&without), play(&with));
        assert!(harmed.script().verdicts(harmed.world()).iter().all(|(_, held)| *held), "{id}:\n{text}");
        let promised =
            |property: &Property| without.expectations.iter().any(|e| e.expected == Expected::Violates(*property));
        assert!(broken(&harmed).iter().all(promised), "{id}: all of the harm is expected");
        assert_eq!(broken(&safe), [], "{id} is on");
        match rule.kind() {
            RuleKind::Safety => assert!(matches!(found.harm, Harm::Violates(_)), "{id}"),
            RuleKind::Liveness => {
                assert!(safe.script().verdicts(safe.world()).iter().any(|(_, held)| !held), "{id} is on:\n{text}");
            }
        }
        // The messages that make the long ones long are named by what came before them.
        assert!(found.steps <= 18, "{id}: {} steps\n{text}", found.steps);
        assert!((2..=10).contains(&found.account.len()), "{id}: {:#?}", found.account);
    }
}

#[test]
fn every_mistake_is_shown_by_a_story_that_does_harm_with_it_and_none_without_it() {
    for mistake in Mistake::ALL {
        let (id, quarry) = (mistake.id(), Quarry::new(&[]).making(&[*mistake]));
        let found = hunt(&quarry, 0, SEEDS, 2, &|_, _| ()).found;
        let found = found.unwrap_or_else(|| panic!("{id} is made, and {SEEDS} seeds do no harm"));
        let text = found.scenario.as_ref().expect("it began with a new cluster");
        let made = Scenario::parse("hunted", text).unwrap_or_else(|problem| panic!("{id}: {problem}\n{text}"));
        assert_eq!(made.config.mistakes.on().collect::<Vec<_>>(), [*mistake], "{id}: just that is made");
        let mut right = made.clone();
        right.config.mistakes = Mistakes::NONE;
        let (harmed, safe) = (play(&made), play(&right));
        assert!(harmed.script().verdicts(harmed.world()).iter().all(|(_, held)| *held), "{id}:\n{text}");
        assert!(safe.script().verdicts(safe.world()).iter().any(|(_, held)| !held), "{id} is not made:\n{text}");
        assert_eq!(broken(&safe), [], "{id} is not made");
        assert!(found.steps <= 18, "{id}: {} steps\n{text}", found.steps);
    }
}

#[test]
fn time_without_a_commit_or_a_leader_is_the_harm_of_two_rules() {
    assert!(matches!(find(Rule::LearnerCatchUp).harm, Harm::NoCommit(_)));
    assert!(matches!(find(Rule::RemovedServersCampaign).harm, Harm::NoLeader(_)));
}

#[test]
fn the_saved_story_opens_at_the_instant_before_the_harm() {
    for rule in [Rule::UpToDateCheck, Rule::StableLog, Rule::VolatileReset] {
        let mut run = saved::open(&find(rule).saved).unwrap();
        assert_eq!(broken(&run), [], "{}", rule.id());
        run.step();
        assert_ne!(broken(&run), [], "{}", rule.id());
    }
}

#[test]
fn any_number_of_workers_and_slices_of_any_size_find_the_same() {
    let quarry = Quarry::new(&[Rule::StableVote]);
    let one = hunt(&quarry, 0, SEEDS, 1, &|_, _| ());
    let four = hunt(&quarry, 0, SEEDS, 4, &|_, _| ());
    assert_eq!((&one.found, one.seeds), (&four.found, four.seeds));
    let mut hunt = Hunt::new(quarry, 0, SEEDS);
    let mut calls = 0;
    while !hunt.advance(5_000).done {
        calls += 1;
    }
    assert_eq!(hunt.found(), one.found.as_ref());
    assert!(calls > 10, "it comes back after each slice");
}

/// The short story of this seed hung on a crash between two events of one instant, which a scenario cannot say.
#[test]
fn a_story_can_be_told_as_a_scenario_though_chaos_struck_between_two_events_of_an_instant() {
    let found = hunt(&Quarry::new(&[Rule::StableVote]), 4_000_024, 1, 1, &|_, _| ()).found.expect("it does harm");
    let scenario = Scenario::parse("hunted", &found.scenario.unwrap()).unwrap();
    assert_eq!(broken(&play(&scenario)), [Property::ElectionSafety]);
}

/// Later attempts to shorten this one had no patience for the whole course, and left out each of its 407 commands in
/// vain: that took 24 million events.
#[test]
fn each_attempt_to_shorten_a_course_begins_with_the_whole_of_it() {
    let mut hunt = Hunt::new(Quarry::new(&[Rule::TransferExpiresLease]), 4_000_000, 100);
    let (mut search, mut whole) = (0, hunt.advance(100_000));
    while !whole.done {
        if whole.found.is_none() {
            search = whole.events;
        }
        whole = hunt.advance(100_000);
    }
    let events = whole.events - search;
    assert!(events < 2_000_000, "{events} events");
    assert_eq!(hunt.found().map(|found| found.steps), Some(6));
}

#[test]
fn the_property_that_is_asked_for_is_broken() {
    let mut quarry = Quarry::new(&[Rule::UpToDateCheck]);
    quarry.property = Some(Property::CommittedIsDurable);
    let found = hunt(&quarry, 0, SEEDS, 2, &|_, _| ()).found.unwrap();
    assert_eq!(found.harm, Harm::Violates(Property::CommittedIsDurable));
    assert!(found.scenario.unwrap().contains("expect violates committed-is-durable"));
}

#[test]
fn with_all_rules_on_there_is_nothing_to_be_found() {
    let outcome = hunt(&Quarry::new(&[]), 0, 50, 2, &|_, _| ());
    assert_eq!((outcome.found, outcome.seeds), (None, 50));
}

#[test]
fn it_can_go_wrong_from_here() {
    let mut run = built_in("client-requests").unwrap().run();
    run.seek(Time(800_000), u64::MAX);
    let here = run.world().events();
    let found = hunt(&Quarry::from_here(&[Rule::UpToDateCheck], &run), 0, SEEDS, 2, &|_, _| ()).found.unwrap();
    assert_eq!(found.scenario, None);
    let mut after = saved::open(&found.saved).unwrap();
    assert!(after.world().events() > here && broken(&after).is_empty());
    after.step();
    assert_ne!(broken(&after), [], "{:#?}", found.account);
    // Up to here nothing has changed.
    after.seek_event(here, u64::MAX);
    assert_eq!(after.world().digest(), run.world().digest());
}
