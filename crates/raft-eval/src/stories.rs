//! The stored story of each rule: a built-in scenario in which its absence does harm.

use raft_core::{Mistake, Rule, RuleKind, Time};
use raft_sim::command::Command;
use raft_sim::run::Progress;
use raft_sim::scenario::{Scenario, built_in};
use raft_sim::told::Told;

/// Name of the built-in scenario that shows what a rule is for.
pub fn name(rule: Rule) -> String {
    match rule {
        // The paper tells it.
        Rule::CommitCurrentTermOnly => "figure-8-without-the-rule".into(),
        _ => format!("without-{}", rule.id()),
    }
}

/// Name of the built-in scenario in which a mistake does harm.
pub fn name_of_mistake(mistake: Mistake) -> String {
    format!("mistake-{}", mistake.id())
}

/// The story of a rule.
///
/// # Errors
/// If none is stored.
pub fn story(rule: Rule) -> Result<Scenario, String> {
    built_in(&name(rule))
}

/// The commands that a scenario gives until a promise is broken, marks not counted; until its end if none is broken,
/// as in the stories of rules of liveness.
pub fn steps(scenario: &Scenario) -> u32 {
    let mut run = scenario.run().forward_only();
    let mut steps = 0;
    loop {
        let progress = run.seek(Time(scenario.until), 1);
        // What the event told is at hand until the next one.
        let is_step = |told: &Told| matches!(told, Told::Reader(command) if !matches!(command, Command::Mark(_)));
        if progress == Progress::More || run.time() == run.world().now() {
            steps += run.world().told().iter().filter(|told| is_step(told)).count() as u32;
        }
        if progress != Progress::More || run.is_stopped() {
            return steps;
        }
    }
}

/// The same scenario with all rules on and no mistake made, whatever it expects.
#[must_use]
pub fn with_all_rules(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.config.rules = raft_core::Rules::ALL;
    scenario.config.mistakes = raft_core::Mistakes::NONE;
    scenario.expectations.clear();
    for step in &mut scenario.steps {
        let departs = |action: &str| {
            action.starts_with("set rule ") && action.ends_with(" off")
                || action.starts_with("set mistake ") && action.ends_with(" on")
        };
        step.actions.retain(|action| !departs(action));
    }
    scenario
}

/// "safety" or "liveness".
pub fn kind(rule: Rule) -> &'static str {
    match rule.kind() {
        RuleKind::Safety => "safety",
        RuleKind::Liveness => "liveness",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_story_with_steps_and_all_rules_on_break_nothing_in_it() {
        for rule in Rule::ALL {
            let story = story(*rule).unwrap_or_else(|why| panic!("{}: {why}", rule.id()));
            assert_eq!(steps(&story) > 0, *rule != Rule::TimerResetByLeader && *rule != Rule::RandomisedTimeouts);
            let safe = with_all_rules(&story);
            let mut run = safe.run();
            assert_eq!(run.seek(Time(safe.until), u64::MAX), Progress::Reached, "{}", rule.id());
        }
    }

    #[test]
    fn a_story_that_is_begun_again_with_all_rules_on_does_no_harm_and_can_be_undone() {
        let rules = Rule::ALL.iter().map(|rule| story(*rule));
        for story in rules.chain(Mistake::ALL.iter().map(|mistake| built_in(&name_of_mistake(*mistake)))) {
            let story = story.unwrap();
            let mut run = story.run();
            while run.seek(Time(story.until), u64::MAX) != Progress::Reached {
                run.go_on();
            }
            let mut reopened = raft_sim::saved::open(&raft_sim::saved::to_text(&run)).unwrap();
            reopened.restart_with_all_rules();
            assert!(reopened.commands().len() > run.commands().len(), "{}: all is done as before", story.name);
            // Those of liveness break no promise: they expect something that does not come with the rule on.
            let held = |run: &raft_sim::run::Run| run.script().verdicts(run.world()).iter().all(|(_, held)| *held);
            assert!(held(&run), "{}", story.name);
            let digest = run.world().digest();
            run.restart_with_all_rules();
            assert_eq!(run.time(), Time(0));
            assert_eq!(run.world().config().rules.off().count() + run.world().config().mistakes.on().count(), 0);
            assert_eq!(run.seek(Time(story.until), u64::MAX), Progress::Reached, "{}: no harm stops it", story.name);
            assert!(!held(&run), "{}", story.name);
            assert_eq!(run.branches().len(), 2, "{}", story.name);
            assert!(run.undo());
            assert_eq!(run.world().digest(), digest, "{}", story.name);
        }
    }

    #[test]
    fn every_mistake_has_a_story() {
        for mistake in Mistake::ALL {
            let story = built_in(&name_of_mistake(*mistake)).unwrap_or_else(|why| panic!("{}: {why}", mistake.id()));
            assert!(story.config.mistakes.makes(*mistake), "{}", mistake.id());
        }
    }

    #[test]
    fn the_command_that_does_the_harm_is_a_step_and_marks_are_none() {
        let text = "servers: 3\nelection-timeout: 10s..20s\nrules-off: volatile-reset-on-restart\n\
            at 10ms: timeout S1; request x=1 to S1\nat 30ms: request x=1 to S1\nat 210ms: mark here; crash S2; restart S2\nat 300ms: heal";
        assert_eq!(steps(&Scenario::parse("x", text).unwrap()), 5);
    }
}
