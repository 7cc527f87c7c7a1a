//! A harmful course as a scenario that people can read, and as an account of what led to the harm.

use super::course::{Course, Harm, Hit, Watch};
use raft_core::{CommitCause, Happening, Mistake, Rule};
use raft_sim::command::Command;
use raft_sim::run::{Run, Stamped};
use raft_sim::saved;
use raft_sim::scenario::Scenario;
use raft_sim::sentences::{sentence, violation_title};
use raft_sim::text::format_time;
use raft_sim::told::Told;
use raft_sim::world::World;
use std::fmt::Write;

/// How many tenths of a second after the harm may be looked for a moment at which it shows.
const LATER: u64 = 10;
/// Most sentences of an account.
const SENTENCES: usize = 10;

/// The course as a scenario.
pub(super) fn scenario(course: &Course, hit: Hit, harm: Harm, account: &[String]) -> String {
    let off: Vec<Rule> = course.config.rules.off().collect();
    let mut text = String::new();
    let titles: Vec<String> = off.iter().map(|rule| format!("\"{}\"", rule.title())).collect();
    let made: Vec<Mistake> = course.config.mistakes.on().collect();
    match made[..] {
        [mistake] if off.is_empty() => {
            let _ = writeln!(text, "title: Mistake: {}", mistake.title());
            let _ = writeln!(text, "about: {}\nsection: {}", mistake.harm(), mistake.section());
        }
        _ => _ = writeln!(text, "title: Without {}", titles.join(" and ")),
    }
    if let [rule] = off[..] {
        let _ = writeln!(text, "about: {}\nsection: {}", rule.harm(), rule.section());
    }
    for line in saved::settings(&course.config) {
        let _ = writeln!(text, "{line}");
    }
    // Up to the harm, and a little further, to a round time.
    let until = (hit.time.0 / 10_000 + 1) * 10_000;
    let (until, waits) = waiting(course, harm, until).unwrap_or_else(|| (until, String::new()));
    let _ = writeln!(text, "seed: {}\nuntil: {}\n", course.seed, format_time(until));
    for line in account {
        let _ = writeln!(text, "# {line}");
    }
    text.push('\n');
    let mark = match harm {
        Harm::Violates(property) => Command::Mark(format!("Next: {}", violation_title(property))),
        Harm::ReachesTerm(term) => Command::Mark(format!("Next: term {term} begins")),
        Harm::NoLeader(long) => Command::Mark(format!("For {} no server has led", format_time(long))),
        Harm::NoCommit(long) => Command::Mark(format!("For {} nothing has been committed", format_time(long))),
    };
    let mut steps: Vec<(raft_core::Time, String)> =
        course.commands.iter().map(|stamped| (stamped.time, stamped.command.to_string())).collect();
    let place = if hit.by_command { hit.commands - 1 } else { hit.commands };
    steps.insert(place, (hit.time, mark.to_string()));
    let mut at = None;
    for (time, command) in steps {
        if at == Some(time) {
            let _ = write!(text, "; {command}");
        } else {
            let end = if at.is_some() { "\n" } else { "" };
            let _ = write!(text, "{end}at {}: {command}", format_time(time.0));
        }
        at = Some(time);
    }
    text.push_str("\n\n");
    match harm {
        Harm::ReachesTerm(term) => {
            let _ = writeln!(text, "expect sometime term {term}");
        }
        Harm::NoLeader(_) | Harm::NoCommit(_) => text.push_str(&waits),
        Harm::Violates(_) => {
            let world = Course { until: raft_core::Time(until), ..course.clone() }.play(|_, _| false);
            let mut broken: Vec<&str> = world.violations().iter().map(|found| found.witness.property().id()).collect();
            broken.dedup();
            for property in broken {
                let _ = writeln!(text, "expect violates {property}");
            }
        }
    }
    text
}

/// If the harm is that something is waited for: what is still missing at a round time, and is there with all rules on.
fn waiting(course: &Course, harm: Harm, until: u64) -> Option<(u64, String)> {
    (0..=LATER).map(|later| until + later * 100_000).find_map(|until| {
        let at = |course: &Course| Course { until: raft_core::Time(until), ..course.clone() }.play(|_, _| false);
        let (without, with) = (at(course), at(&course.with_all_rules()));
        let (text, missing) = match harm {
            Harm::NoLeader(_) => {
                ("expect no leader\n".to_string(), without.leader().is_none() && with.leader().is_some())
            }
            Harm::NoCommit(_) => {
                let (leader, next) = (without.leader()?, without.checkers().committed().last_index().next());
                let commits =
                    |world: &World| world.server(leader).node.as_ref().is_some_and(|node| node.commit_index() >= next);
                (format!("expect not {leader} commits {next}\n"), !commits(&without) && commits(&with))
            }
            Harm::Violates(_) | Harm::ReachesTerm(_) => return None,
        };
        missing.then_some((until, text))
    })
}

/// The scenario as a run that is looked at right before the harm.
pub(super) fn run_before_the_harm(scenario: &str, harm: Harm) -> Result<Run, String> {
    let parsed = Scenario::parse("hunted", scenario).map_err(|problem| problem.to_string())?;
    let mut run = parsed.run();
    run.scenario.clear();
    let watch = Course::new(parsed.config.clone(), parsed.seed, raft_core::Time(0)).watch(harm);
    look_before(&mut run, watch, parsed.until).then_some(run).ok_or_else(|| "the story does not do the harm".into())
}

/// The course as a run that is looked at right before the harm: for those that go on from a run.
pub(super) fn run_of(course: &Course, name: &str, harm: Harm) -> Option<Run> {
    let script = raft_sim::condition::Script::default();
    let mut run = Run::new(course.config.clone(), course.seed, course.all_commands(), script);
    run.scenario = name.into();
    look_before(&mut run, course.watch(harm), course.until.0).then_some(run)
}

fn look_before(run: &mut Run, mut watch: Watch, until: u64) -> bool {
    loop {
        let mut done = false;
        run.play_until(u64::MAX, |world| {
            done = watch.is_done(world);
            done || world.now().0 > until
        });
        if done || run.world().now().0 > until {
            let event = run.world().events();
            run.seek_event(event - 1, u64::MAX);
            return done;
        }
        if !run.is_stopped() {
            return false;
        }
        run.go_on();
    }
}

/// What led to the harm, in a few sentences.
pub(super) fn account(course: &Course, hit: Hit) -> Vec<String> {
    let mut lines: Vec<(u32, String)> = Vec::new();
    let begun = course.world().events();
    let mut harmed = false;
    course.play(|world, _| {
        if world.events() > begun {
            lines.extend(sentences(world));
        }
        harmed = world.events() >= hit.event;
        harmed
    });
    let mut seen = Vec::new();
    lines.retain(|(_, line)| {
        let new = !seen.contains(line);
        seen.push(line.clone());
        new
    });
    // The least important ones go, the later ones of these last.
    let rules = course.config.rules.off().count() + course.config.mistakes.on().count();
    while lines.len() + rules > SENTENCES {
        let Some(least) = lines.iter().map(|(rank, _)| *rank).max() else { break };
        let Some(at) = lines.iter().position(|(rank, _)| *rank == least) else { break };
        lines.remove(at);
    }
    let instead = course.config.rules.off().map(|rule| format!("Rule \"{}\" is off: {}", rule.title(), rule.instead()));
    let made = course.config.mistakes.on();
    let made = made.map(|mistake| format!("Mistake \"{}\": {}", mistake.title(), mistake.statement()));
    instead.chain(made).chain(lines.into_iter().map(|(_, line)| line)).collect()
}

/// What readers want to know of an event, each with its rank; small is important.
fn sentences(world: &World) -> Vec<(u32, String)> {
    let told = world.told();
    let ms = world.now().0 / 1_000;
    let forbidden = told.iter().position(|told| matches!(told, Told::Raft(_, Happening::RuleWouldForbid { .. })));
    let removes = told.iter().any(|told| matches!(told, Told::Raft(_, Happening::EntriesRemoved { .. })));
    // What the rule would have forbidden is the next thing that is told, and what this is all about.
    let about = forbidden.and_then(|at| (at..told.len()).find(|at| rank(&told[*at]).is_some()));
    let line = |(at, told): (usize, &Told)| {
        if removes && matches!(told, Told::Raft(_, Happening::EntriesStored { .. })) {
            return None;
        }
        let (rank, off) = if about == Some(at) { (1, " The rule would forbid that.") } else { (rank(told)?, "") };
        Some((rank, format!("{ms} ms: {}{off}", sentence(told, world))))
    };
    told.iter().enumerate().filter_map(line).collect()
}

fn rank(told: &Told) -> Option<u32> {
    use Happening as H;
    Some(match told {
        Told::Violation(_) => 0,
        Told::DiskLied { .. } => 1,
        Told::Crashed { .. } | Told::Restarted(_) | Told::Paused(_) | Told::Resumed { .. } => 2,
        Told::Reader(command) => match command {
            // What they make happen is told.
            Command::Crash(_) | Command::Restart(_) | Command::Pause(_) | Command::Resume(_) | Command::Mark(_) => {
                return None;
            }
            Command::Timeout(_) => return None,
            Command::Request(_) | Command::Burst(_) => 7,
            _ => 3,
        },
        Told::Raft(_, happening) => match happening {
            H::BecameLeader { .. } => 1,
            H::EntriesRemoved { .. } => 2,
            H::CommitAdvanced { by: CommitCause::Majority { .. }, .. } => 2,
            H::EntryAppended { .. } => 3,
            H::EntriesStored { .. } => 4,
            H::BecameCandidate { .. } | H::CommitAdvanced { .. } => 5,
            H::VoteGranted { .. } => 6,
            _ => return None,
        },
        _ => return None,
    })
}

/// Commands up to the harm, marks not counted.
pub(super) fn steps(commands: &[Stamped]) -> usize {
    commands.iter().filter(|stamped| !matches!(stamped.command, Command::Mark(_))).count()
}
