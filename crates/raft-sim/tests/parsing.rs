//! What people, links and files can get wrong is refused with a sentence and its place; nothing panics.

use raft_core::{Time, mix};
use raft_sim::command::Command;
use raft_sim::condition::Condition;
use raft_sim::run::Progress;
use raft_sim::saved;
use raft_sim::scenario::{BUILT_IN, Problem, SETTINGS, Scenario};

/// A deterministic source of mischief.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = mix(self.0.wrapping_add(1));
        (self.0 % limit.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Pieces that are likely to hit a seam.
const PIECES: &[&str] = &[
    "S1",
    "S5",
    "S0",
    "S102",
    "S99999999999",
    "leader",
    "crashed",
    "all",
    "not",
    "never",
    "expect",
    "when",
    "at",
    ",",
    ":",
    ";",
    "#",
    "/",
    "->",
    " - ",
    "|",
    "=",
    "..",
    "%",
    "0",
    "1",
    "-1",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "0us",
    "1us",
    "9007199254s",
    "9007199255s",
    "0.000001%",
    "100%",
    "1.999999999s",
    "exp 1us 9007199254s",
    "servers: 1\n",
    "servers: 101\n",
    "servers : 2\n",
    "\nloss: 50%\n",
    "\nreorder: 100%\n",
    "\nlatency: 9007199254s\n",
    "\nelection-timeout: 1us\n",
    "\nelection-timeout: 9007199254s\n",
    "\nheartbeat: 100us\n",
    "\nlatency: 0us\n",
    "\ndisk: 0us\n",
    "\nrequests: 10000\n",
    "\nlog S1: 1 2 3/x=4\n",
    "\nterm S2: 100000\n",
    "\nvote S3: S1\n",
    "\u{1b}[2J",
    "\u{0}",
    "é",
    "\u{202e}",
    "日本",
    "\t",
    "\r\n",
    "\n",
    " ",
    "",
    "append/S1>S2/t2/r14",
    "a leader",
    "after 20ms",
    "term 3",
];

/// The text with a few places changed.
fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(letters.len() + 1);
        let end = (at + dice.below(12)).min(letters.len());
        let new: Vec<char> = match dice.below(5) {
            0 => Vec::new(),
            1 => letters[at..end].iter().rev().copied().collect(),
            2 => vec![char::from_u32(dice.below(0x300) as u32).unwrap_or('x')],
            3 => dice.pick(Command::SAMPLES).chars().collect(),
            _ => dice.pick(PIECES).chars().collect(),
        };
        letters.splice(at..if dice.below(2) == 0 { at } else { end }, new);
    }
    letters.into_iter().collect()
}

#[track_caller]
fn has_a_place(problem: &Problem, source: &str) {
    let line = source.lines().nth(problem.line as usize - 1).unwrap_or_default();
    let inside = (1..=line.chars().count().max(1)).contains(&(problem.column as usize));
    assert!(inside, "{problem}\n{source:?}");
    assert!(problem.message.len() > 10 && problem.message.chars().count() < 1_000, "{problem}\n{source:?}");
}

/// Plays the first events of a scenario, and what is saved of it opens again.
fn plays(scenario: &Scenario) {
    let mut run = scenario.run();
    for _ in 0..8 {
        if run.seek(Time(scenario.until), 60) == Progress::Stopped {
            run.go_on();
        }
    }
    run.script().verdicts(run.world());
    let text = saved::to_text(&run);
    let opened = saved::from_text(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    assert_eq!(opened.world().digest(), run.world().digest(), "{text}");
}

#[test]
fn mutations_of_scenarios_are_played_or_refused_with_a_place() {
    let (mut played, mut refused) = (0, 0);
    for (number, (name, source)) in BUILT_IN.iter().enumerate() {
        let mut dice = Dice(number as u64);
        for _ in 0..600 {
            let text = mutated(source, &mut dice);
            match Scenario::parse(name, &text) {
                Ok(scenario) => {
                    plays(&scenario);
                    played += 1;
                }
                Err(problem) => {
                    has_a_place(&problem, &text);
                    refused += 1;
                }
            }
        }
    }
    assert!(played > 500 && refused > 500, "{played} played, {refused} refused");
}

#[test]
fn random_lines_are_played_or_refused_with_a_place() {
    let mut dice = Dice(99);
    let mut played = 0;
    for _ in 0..4_000 {
        let mut source = String::new();
        for _ in 0..=dice.below(6) {
            let (setting, piece) = (dice.pick(SETTINGS), dice.pick(PIECES));
            let (sample, form) = (dice.pick(Command::SAMPLES), dice.pick(Condition::FORMS));
            source += &match dice.below(5) {
                0 => format!("{setting}: {piece}\n"),
                1 => format!("{setting} {piece}: {sample}\n"),
                2 => format!("at {}ms: {sample}\n", dice.below(300)),
                3 => format!("when {form}, after {}us: {sample}; {sample}\n", dice.below(3)),
                _ => format!("expect {} {form}\n", dice.pick(&["", "not", "never", "sometime"])),
            };
        }
        match Scenario::parse("random", &source) {
            Ok(scenario) => {
                plays(&scenario);
                played += 1;
            }
            Err(problem) => has_a_place(&problem, &source),
        }
    }
    assert!(played > 200, "{played}");
}

#[test]
fn random_bytes_are_refused() {
    let mut dice = Dice(5);
    for _ in 0..4_000 {
        let bytes: Vec<u8> = (0..dice.below(80)).map(|_| dice.below(256) as u8).collect();
        let text = String::from_utf8_lossy(&bytes);
        if let Err(problem) = Scenario::parse("bytes", &text) {
            has_a_place(&problem, &text);
        }
        assert!(Command::parse_all(&text, 5).is_err_and(|why| !why.is_empty()), "{text:?}");
        assert!(saved::open(&text).is_err_and(|why| !why.is_empty()), "{text:?}");
    }
}

#[test]
fn every_command_reads_what_it_writes_however_it_was_written() {
    let mut dice = Dice(7);
    let mut understood = 0;
    for sample in Command::SAMPLES {
        for round in 0..800 {
            let text = if round == 0 { (*sample).to_string() } else { mutated(sample, &mut dice) };
            match Command::parse_all(&text, 5) {
                Ok(commands) => {
                    understood += 1;
                    for command in commands {
                        let written = command.to_string();
                        assert_eq!(Command::parse(&written, 5), Ok(command), "{text:?} is written {written:?}");
                    }
                }
                Err(why) => assert!(!why.is_empty(), "{text:?}"),
            }
        }
    }
    assert!(understood > 1_500, "{understood}");
}

#[test]
fn mutations_of_saved_runs_are_opened_or_refused() {
    let mut run = raft_sim::scenario::built_in("figure-8").unwrap().run();
    run.seek(Time(200_000), u64::MAX);
    let (text, link) = (saved::to_text(&run), saved::to_link(&run));
    let mut dice = Dice(3);
    for _ in 0..300 {
        for source in [&text, &link] {
            let changed = mutated(source, &mut dice);
            assert!(saved::open(&changed).err().is_none_or(|why| !why.is_empty()), "{changed:?}");
        }
    }
}

#[track_caller]
fn refused(source: &str, want: &str) {
    let problem = Scenario::parse("wrong", source).expect_err(source);
    let said = problem.to_string();
    assert!(said.starts_with(want), "{source:?}\n  said {said}\n  want {want}");
}

#[test]
fn logs_that_no_cluster_can_come_to_are_refused() {
    let one = "a term has one leader, and that one log";
    refused(
        "log S1: 1 2\nlog S2: 1 1 2",
        &format!("line 2, column 13: term 2 begins at index 3 here and at index 2 on S1; {one}"),
    );
    refused(
        "log S1: 1 1/x=1\nlog S2: 1 1/x=2",
        &format!("line 2, column 11: index 2 is 1/x=2 here and 1/x=1 on S1; {one}"),
    );
    refused("log S1: 1 3\nlog S3: 2 3", &format!("line 2, column 9: index 1 is 2/e=1 here and 1/e=1 on S1; {one}"));
    refused("log S1: 1 3\nterm S1: 2", "line 2, column 10: S1 has an entry of term 3; its term cannot be 2");
    refused("term S1: 2\nlog S1: 1 3", "line 2, column 9: S1 has an entry of term 3; its term cannot be 2");
    // Divergent, unequal in length, and with a term that only one of them knows: all that happens.
    for logs in ["log S1: 1 2 2\nlog S2: 1 3\nlog S3: 1 2", "log S1: 1\nterm S1: 7\nlog S2: 1 1 1"] {
        assert!(Scenario::parse("logs", logs).is_ok(), "{logs}");
    }
}

#[test]
fn problems_stand_where_they_are() {
    refused("latency: lat", "line 1, column 10: \"lat\" is not a time; write it like 250us, 5ms or 1.5s");
    refused("\n  title: x\n  heartbeat: 1us", "line 3, column 14: the heartbeat interval is at least 100us");
    refused("requests: 99999", "line 1, column 11: the clients make at most 10000 requests a second");
    refused("log S1: 1 1 0", "line 1, column 13: the first term is 1");
    refused("log S1: 4 1", "line 1, column 11: terms never fall along a log");
    refused("log S1: 1/\u{1b}[2J=1", "line 1, column 9: \"1/");
    refused("log : 1", "line 1, column 1: this line needs a server and a value");
    refused("term S1:", "line 1, column 1: \"\" is not a term from 0 to 100000");
    refused("options: pre-vote, no-opp", "line 1, column 20: there is no option \"no-opp\"; did you mean no-op?");
    refused("rules-off: majorit", "line 1, column 12: there is no rule \"majorit\"; did you mean majority?");
    refused("latncy: 5ms", "line 1, column 1: there is no setting \"latncy\"; did you mean latency?");
    refused(
        "crash S1",
        "line 1, column 1: \"crash\" begins no line; lines begin with at, when, expect or one of title",
    );
    refused("at 1ms: crash S1; crash S9", "line 1, column 19: there is no server S9; this cluster has S1 to S5");
    refused("at é: heal", "line 1, column 4: \"é\" is not a time");
    refused("title: é\nwhen é, after é: heal", "line 2, column 9: \"é\" is not a time");
    refused("when a ladder: heal", "line 1, column 6: \"a ladder\" is not a condition; conditions are: a leader");
    refused("when a leader, : heal", "line 1, column 1: \"\" is not a delay");
    refused("at: heal", "line 1, column 1: this line needs a time or a condition, a colon and commands");
    refused("at 1ms: ;", "line 1, column 1: this line needs a time or a condition, a colon and commands");
    refused("expect", "line 1, column 1: \"\" is not a condition");
    refused("expect violates safety", "line 1, column 8: there is no property \"safety\"");
    refused("seed: -1", "line 1, column 7: \"-1\" is not a seed; a seed is a number from 0 to 18446744073709551615");
    refused("seed: 1\nseed: 2", "line 2, column 1: \"seed\" is set twice; keep one of the lines");
    refused("log S1: 1\nlog S1: 1", "line 2, column 1: \"log S1\" is set twice; keep one of the lines");
    refused("at 1ms: cut S1 - S1", "line 1, column 9: a link joins two servers, not S1 with itself");
    refused("servers: 1\nat 1ms: cut leader -> S1", "line 2, column 9: a link joins two servers");
}

#[test]
fn the_size_of_the_cluster_counts_wherever_and_however_it_is_written() {
    refused("expect S5 leads\nservers : 3", "line 1, column 8: there is no server S5; this cluster has S1 to S3");
    assert!(Scenario::parse("late", "expect S7 is follower\nservers\t: 7").is_ok());
}

#[test]
fn placeholders_are_understood_whoever_they_stand_for() {
    for action in ["cut leader -> S1", "cut S1 - leader", "partition leader S1 | crashed", "restart crashed"] {
        let source = format!("servers: 3\nwhen a leader: {action}");
        assert!(Scenario::parse("names", &source).is_ok(), "{action}");
    }
}

#[test]
fn long_lines_are_quoted_in_part() {
    let problem = Scenario::parse("long", &format!("at 1ms: {}", "x".repeat(900_000))).unwrap_err();
    assert!(problem.message.len() < 1_000 && problem.message.contains("[...]"));
}

#[test]
fn every_form_of_a_condition_is_one() {
    for form in Condition::FORMS {
        assert!(Condition::parse(form, 5).is_ok(), "{form}");
    }
}
