//! Mistakes of public visualisers that this simulation does not make.

mod chaos;

use chaos::{Dice, Played, check_all, seeds};
use raft_core::{Index, Role, ServerId, Time};
use raft_sim::command::Command;
use raft_sim::condition::Script;
use raft_sim::config::WorldConfig;
use raft_sim::key::MessageKey;
use raft_sim::run::{KEYFRAME_GAP, Progress, Run};
use raft_sim::saved;
use raft_sim::scenario::{BUILT_IN, Scenario, built_in};
use raft_sim::spread::Spread;
use raft_sim::world::World;
use std::collections::BTreeMap;

const S1: ServerId = ServerId(1);
const S2: ServerId = ServerId(2);

fn lively(seed: u64) -> Run {
    let config = WorldConfig {
        requests_per_second: 20,
        loss_ppm: 50_000,
        duplicate_ppm: 20_000,
        reorder_ppm: 20_000,
        ..WorldConfig::default()
    };
    Run::new(config, seed, Vec::new(), Script::default())
}

fn commands(text: &str) -> Vec<Command> {
    Command::parse_all(text, 5).unwrap()
}

fn go(run: &mut Run, micros: u64) {
    while run.seek(Time(micros), u64::MAX) != Progress::Reached {
        run.go_on();
    }
}

/// Looks at a run so many times a second until its end, and once at the end.
fn watch(run: &mut Run, frames_per_second: u64, until: u64) {
    for frame in 1.. {
        let time = frame * 1_000_000 / frames_per_second;
        go(run, time.min(until));
        if time >= until {
            return;
        }
    }
}

// --- The rate at which a run is looked at ---

#[test]
fn no_scenario_depends_on_the_rate_of_frames() {
    for (name, source) in BUILT_IN {
        let scenario = Scenario::parse(name, source).unwrap();
        let digest = |frames_per_second| {
            let mut run = scenario.run();
            watch(&mut run, frames_per_second, scenario.until);
            run.world().digest()
        };
        let digests = [1, 5, 30, 60, 144].map(digest);
        assert_eq!(digests, [digests[0]; 5], "{name}");
    }
}

#[test]
fn what_happens_by_itself_happens_at_its_own_time_and_not_at_the_next_frame() {
    // Triggers, client requests and timers have moments of their own; frames of 200 ms would round them up.
    let source = "servers: 3\nseed: 2\nrequests: 7\nat 333.333ms: crash S3\nwhen a leader, after 1.7ms: mark it leads\nwhen S3 is down, after 41us: restart S3\n";
    let scenario = Scenario::parse("own-time", source).unwrap();
    let moments = |frames_per_second| {
        let mut run = scenario.run();
        watch(&mut run, frames_per_second, 2_000_000);
        let given: Vec<_> = run.commands().iter().map(|it| (it.time.0, it.after, it.command.to_string())).collect();
        (given, run.world().digest())
    };
    let (given, digest) = moments(5);
    assert_eq!(given.len(), 3);
    assert!(given.contains(&(333_333, 0, "crash S3".into())), "{given:?}");
    assert!(given.contains(&(333_374, 0, "restart S3".into())), "{given:?}");
    assert_eq!((given, digest), moments(144));
}

#[test]
fn a_seek_that_is_cut_short_says_so_and_goes_on_from_there() {
    // A public visualiser limits its step and lets simulated time fall behind without a word.
    let mut straight = lively(1);
    go(&mut straight, 5_000_000);
    let mut slow = lively(1);
    let mut pieces = 0;
    while slow.seek(Time(5_000_000), 100) == Progress::More {
        pieces += 1;
        assert_eq!(slow.time(), slow.world().now(), "the time is that of what has been played");
        assert!(slow.time() < Time(5_000_000));
    }
    assert!(pieces > 10);
    assert_eq!((slow.time(), slow.world().digest()), (straight.time(), straight.world().digest()));
}

// --- Seeds and chance ---

#[test]
fn seed_zero_is_a_seed() {
    let digest = |seed| {
        let mut run = lively(seed);
        go(&mut run, 1_000_000);
        run.world().digest()
    };
    assert_eq!(digest(0), digest(0));
    let others: Vec<u64> = (1..20).map(digest).collect();
    assert!(!others.contains(&digest(0)));
    assert_eq!(Scenario::parse("zero", "seed: 0").unwrap().run().seed(), 0);
    let mut run = lively(0);
    go(&mut run, 300_000);
    assert_eq!(saved::open(&saved::to_link(&run)).unwrap().seed(), 0);
}

/// Every message that a leader sends of its own accord, with its way: when it was sent, when it arrives.
fn ways(fault: Option<&str>) -> BTreeMap<String, (u64, u64)> {
    let config = WorldConfig { loss_ppm: 50_000, election_timeout: (5_000_000, 9_000_000), ..WorldConfig::default() };
    let mut world = World::new(config, 3);
    world.command(Time(0), &Command::Timeout(S1));
    let mut ways = BTreeMap::new();
    let mut given = false;
    while world.now() < Time(2_000_000) {
        if let (Some(text), false, true) = (fault, given, world.now() >= Time(500_000)) {
            let to_s2 = |key: &MessageKey| key.kind.name() == "append" && key.to == 2;
            let flight = world.network().real_flights().find(|flight| to_s2(&flight.key)).map(|flight| flight.key);
            let text = match (text.contains("KEY"), flight) {
                (true, None) => {
                    world.step();
                    continue;
                }
                (true, Some(key)) => text.replace("KEY", &key.to_string()),
                (false, _) => text.to_string(),
            };
            world.command(world.now(), &Command::parse(&text, 5).unwrap());
            given = true;
        }
        world.step();
        for flight in world.network().flights(world.now()) {
            let is_heartbeat = flight.key.kind.name() == "append" && flight.key.attempt == 0;
            if is_heartbeat && flight.key.to > 2 && flight.sent < Time(1_900_000) {
                ways.insert(flight.key.to_string(), (flight.sent.0, flight.arrive.0));
            }
        }
    }
    ways
}

#[test]
fn a_fault_on_one_link_changes_no_message_on_another() {
    let plain = ways(None);
    assert!(plain.len() > 80, "{} heartbeats", plain.len());
    for fault in [
        "loss S1 -> S2 50%",
        "latency S1 -> S2 30ms",
        "cut S2 -> S1",
        "crash S2",
        "pause S2",
        "disk S2 90ms",
        "clock S2 50%",
        "drop KEY",
        "copy KEY",
        "hold KEY",
        "delay KEY 7ms",
        "request k=v",
        "burst 10",
        "mark nothing",
    ] {
        assert_eq!(ways(Some(fault)), plain, "{fault}");
    }
}

#[test]
fn a_share_that_is_raised_loses_what_it_lost_before_and_more() {
    // Each message has its own draw, so a larger share loses a larger set and not another one.
    let lost = |ppm| {
        let config = WorldConfig { election_timeout: (50_000_000, 60_000_000), ..WorldConfig::default() };
        let mut world = World::new(config, 9);
        world.command(Time(0), &Command::Timeout(S1));
        while world.leader().is_none() {
            world.step();
        }
        world.command(world.now(), &Command::Loss(None, ppm));
        let mut lost = Vec::new();
        while world.now() < Time(3_000_000) && world.step() {
            if let Some(raft_sim::told::EventKind::Loss(key)) = world.last_event().map(|event| event.kind)
                && key.attempt == 0
                && key.kind.name() == "append"
            {
                lost.push(key.to_string());
            }
        }
        lost
    };
    let (few, many) = (lost(30_000), lost(300_000));
    assert!(few.len() > 2 && many.len() > 3 * few.len(), "{} and {}", few.len(), many.len());
    assert!(few.iter().all(|key| many.contains(key)));
}

// --- Crashes ---

#[test]
fn bringing_all_back_leaves_a_healthy_leader_alone() {
    // A public visualiser restarts every server with "bring all back", and its leader becomes a follower.
    let mut run = built_in("playground").unwrap().run();
    go(&mut run, 1_000_000);
    let leader = run.world().leader().unwrap();
    let term = run.world().server(leader).node.as_ref().unwrap().current_term();
    let victims: Vec<ServerId> = run.world().ids().filter(|id| *id != leader).take(2).collect();
    for id in &victims {
        run.apply(vec![Command::Crash(*id)]).unwrap();
    }
    go(&mut run, 1_200_000);
    let all: Vec<ServerId> = run.world().ids().collect();
    let refusals = all.into_iter().filter(|id| run.apply(vec![Command::Restart(*id)]).is_err());
    assert_eq!(refusals.count(), 3, "only those that are down are restarted");
    go(&mut run, 2_000_000);
    let node = run.world().server(leader).node.as_ref().unwrap();
    assert!(node.is_leader() && node.current_term() == term);
    assert!(run.world().servers().iter().all(|server| server.node.is_some()));
}

#[test]
fn a_crash_is_no_pause() {
    let standing = |text: &str, back: &str| {
        let mut run = built_in("client-requests").unwrap().run();
        go(&mut run, 1_500_000);
        let leader = run.world().leader().unwrap();
        run.apply(commands(&text.replace("leader", &leader.to_string()))).unwrap();
        run.apply(commands(&back.replace("leader", &leader.to_string()))).unwrap();
        let server = run.world().server(leader);
        let node = server.node.as_ref().unwrap();
        (node.is_leader(), node.commit_index(), node.last_applied(), server.machine.values().count())
    };
    assert_eq!(standing("crash leader", "restart leader"), (false, Index(0), Index(0), 0));
    assert_eq!(standing("pause leader", "resume leader"), (true, Index(4), Index(4), 2));
}

#[test]
fn a_restarted_server_knows_its_vote_and_nothing_of_its_campaign() {
    let mut world = World::new(WorldConfig::default(), 1);
    world.command(Time(0), &Command::Timeout(S2));
    while world.now() < Time(2_000) {
        world.step();
    }
    assert!(matches!(world.server(S2).node.as_ref().unwrap().role(), Role::Candidate { .. }));
    world.command(Time(3_000), &Command::Crash(S2));
    world.command(Time(3_000), &Command::Restart(S2));
    let node = world.server(S2).node.as_ref().unwrap();
    assert!(matches!(node.role(), Role::Follower { leader: None, .. }));
    assert_eq!((node.current_term().0, node.voted_for()), (1, Some(S2)));
}

// --- Links ---

/// Any printable text, with all that a format might take for its own.
fn any_text(dice: &mut Dice, longest: u64, spaces: bool) -> String {
    let odd = [
        ':', '/', '#', '|', '%', ';', '=', '+', '&', '?', '"', '\'', '\\', '>', '-', '.', ',', '~', '@', '\u{80}',
        '\u{ff}', 'é', 'ß', '中', '🦀', '\u{301}', '\u{200b}', '\u{fffd}', 'S', 'C', '1', '0',
    ];
    let text: String = (0..dice.between(1, longest))
        .map(|_| match dice.between(0, 9) {
            0 if spaces => ' ',
            0..=4 => dice.pick(&odd),
            _ => char::from_u32(dice.between(33, 126) as u32).unwrap(),
        })
        .filter(|c| !c.is_control() && (spaces || !c.is_whitespace()))
        .collect();
    let text = text.trim().to_string();
    if text.is_empty() { "x".into() } else { text }
}

#[test]
fn every_run_survives_its_link_with_any_text_and_any_number_of_servers() {
    check_all("traps", "every_run_survives", &seeds(60), |seed| {
        let mut dice = Dice::new(seed ^ 0x117c);
        let mut config = chaos::config(&mut dice);
        if dice.percent(40) {
            config.servers = dice.between(1, 101) as u32;
            config.members = None;
        }
        let is_large = config.servers > 9;
        config.requests_per_second = config.requests_per_second.min(if is_large { 0 } else { 20 });
        let mut played = Played::new(config, seed, chaos::is_loud());
        let nobody = &mut |_: &World| ();
        let until = Time(if is_large { 400_000 } else { 1_500_000 });
        for _ in 0..4 {
            let now = played.world.now();
            played.suffer(&mut dice, now.after(until.0 / 4), false, nobody);
            let (now, key) = (played.world.now(), any_text(&mut dice, 8, false).replace('=', "_"));
            let (client, value) = (dice.between(1, 9), any_text(&mut dice, 8, false));
            played.give(now, &format!("mark {}", any_text(&mut dice, 60, true)), nobody);
            played.give(now, &format!("request {key}={value} from C{client}"), nobody);
            played.give(now, &format!("read {key} from C{client}"), nobody);
        }
        let end = played.world.events();
        let mut run = played.as_run();
        run.scenario = any_text(&mut dice, 20, true);
        for event in [end, dice.between(0, end)] {
            while run.seek_event(event, u64::MAX) == Progress::Stopped {
                run.go_on();
            }
            for saved in [saved::to_text(&run), saved::to_link(&run)] {
                let mut opened = saved::open(&saved).map_err(|why| format!("{why}: {saved}"))?;
                let place = |run: &Run| (run.world().digest(), run.time(), run.seed(), run.scenario.clone());
                if place(&opened) != place(&run) || opened.config() != run.config() {
                    return Err(format!("it opens as another run: {saved}"));
                }
                // What comes after the place that was looked at is in the link, too.
                if opened
                    .commands()
                    .iter()
                    .map(|it| (&it.command, it.time))
                    .ne(run.commands().iter().map(|it| (&it.command, it.time)))
                {
                    return Err(format!("it opens with other commands: {saved}"));
                }
                opened.seek_event(end, u64::MAX);
                if opened.world().digest() != played.world.digest() {
                    return Err(format!("played on, it becomes another run: {saved}"));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn a_link_is_plain_letters_digits_and_dashes() {
    let mut run = lively(1);
    run.apply(commands("mark Ünïcode & <markup> \"quoted\" 100 % 🦀")).unwrap();
    let link = saved::to_link(&run);
    assert!(link.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{link}");
}

// --- What the digest names ---

#[test]
fn worlds_that_will_go_different_ways_have_different_digests() {
    let mut world = World::new(WorldConfig { requests_per_second: 20, ..WorldConfig::default() }, 1);
    while world.now() < Time(777_000) || world.network().real_flights().count() < 3 {
        world.step();
    }
    let keys: Vec<MessageKey> = world.network().real_flights().map(|flight| flight.key).collect();
    let after = |texts: &[String]| {
        let mut world = world.clone();
        for text in texts {
            let command = Command::parse(text, 5).unwrap();
            assert_eq!(world.refusal(&command), None, "{text}");
            world.command(world.now(), &command);
        }
        world.digest()
    };
    let mut texts: Vec<String> = Command::SAMPLES
        .iter()
        .filter(|text| {
            // What the cluster is now is not changed by those of the second line.
            !["restart", "resume", "release", "mend", "heal", "chaos off"]
                .iter()
                .chain(&["add", "learner", "promote", "change", "transfer S2", "restore", "wipe", "disk S2 honest"])
                .any(|verb| text.starts_with(verb))
        })
        .filter(|text| !text.contains('/') && !["requests 10", "heartbeat 50ms", "disk 1ms"].contains(text))
        .filter(|text| !["latency 3ms..8ms", "election-timeout 150ms..300ms"].contains(text))
        .map(ToString::to_string)
        .collect();
    texts.extend(
        ["cut S2 -> S1", "partition S1 | S2", "partition S1 S2", "latency 4ms", "latency exp 4ms 4ms"].map(Into::into),
    );
    texts.extend(
        ["requests 0", "transfer S3", "heartbeat 60ms", "disk 2ms", "disk S1 2ms", "election-timeout 150ms..301ms"]
            .map(Into::into),
    );
    for key in &keys[..2] {
        texts.extend(["drop", "hold", "copy"].map(|verb| format!("{verb} {key}")));
        texts.push(format!("delay {key} 1us"));
    }
    let mut seen: BTreeMap<u64, String> = BTreeMap::new();
    for text in texts {
        if let Some(other) = seen.insert(after(std::slice::from_ref(&text)), text.clone()) {
            panic!("\"{text}\" and \"{other}\" have the same digest");
        }
    }
    // What is taken back by its opposite leaves nothing behind.
    let mark = "mark nothing".to_string();
    for [there, back] in [["cut S1 -> S2", "mend S1 -> S2"], ["partition S1 | S2", "heal"]] {
        assert_eq!(after(&[there.into(), back.into()]), after(&[mark.clone(), mark.clone()]), "{there}");
    }
}

// --- The cost of an action ---

/// A run of about ten keyframes, at its end.
fn long() -> Run {
    let mut run = lively(7);
    let end = 10 * KEYFRAME_GAP + KEYFRAME_GAP / 2;
    assert_eq!(run.seek_event(end, u64::MAX), Progress::Reached);
    run
}

/// How many events are played, again or for the first time, while something is done.
fn cost(run: &mut Run, act: impl FnOnce(&mut Run)) -> u64 {
    let before = run.played();
    act(run);
    run.played() - before
}

#[test]
fn an_action_replays_at_most_one_keyframe_gap() {
    // Public visualisers compute the whole run again on each action, or copy the whole state at each event.
    let mut run = long();
    assert_eq!(run.keyframes(), 11);
    assert_eq!(cost(&mut run, |run| run.apply(commands("mark at the edge")).unwrap()), 1);
    assert_eq!(cost(&mut run, |run| run.apply(commands("cut S1 - S2")).unwrap()), 2);
    let (time, event) = (run.time(), run.world().events());
    assert!(cost(&mut run, |run| assert!(run.step_back())) <= KEYFRAME_GAP);
    assert_eq!(cost(&mut run, |run| assert!(run.step())), 1);
    assert!(cost(&mut run, |run| assert!(run.undo())) <= KEYFRAME_GAP);
    assert!(cost(&mut run, |run| assert!(run.redo())) <= KEYFRAME_GAP);
    // To go anywhere, back or forth, is as bounded, and so is acting there.
    for nth in [1, 9, 2, 7, 3] {
        assert!(cost(&mut run, |run| go(run, time.0 * nth / 10)) <= KEYFRAME_GAP, "to {nth} tenths");
        assert!(
            cost(&mut run, |run| assert_eq!(run.seek_event(event * nth / 11, u64::MAX), Progress::Reached))
                <= KEYFRAME_GAP
        );
    }
    go(&mut run, time.0 / 2);
    assert_eq!(cost(&mut run, |run| run.apply(commands("crash S2")).unwrap()), 1);
    let old = run.branches().iter().find(|branch| !branch.current).unwrap().id;
    assert!(cost(&mut run, |run| run.switch_to(old).unwrap()) <= KEYFRAME_GAP);
}

#[test]
fn a_keyframe_shares_what_did_not_change() {
    // Logs are shared in chunks: a clone of a world of 3,000 entries copies pointers, not entries.
    let config = WorldConfig {
        servers: 3,
        disk: Spread::Range(0, 0),
        latency: Spread::Range(100, 100),
        ..WorldConfig::default()
    };
    let mut world = World::new(config, 1);
    world.command(Time(0), &Command::Timeout(S1));
    for burst in 0..3 {
        world.command(Time(10_000 + burst * 2_000_000), &Command::Burst(1_000));
        while world.next_time().is_some_and(|next| next < Time(10_000 + (burst + 1) * 2_000_000)) {
            world.step();
        }
    }
    let log = |world: &World| world.server(S2).log().clone();
    assert_eq!(log(&world).last_index(), Index(3_000));
    let copy = world.clone();
    let shared = |index| std::ptr::eq(log(&world).get(Index(index)).unwrap(), log(&copy).get(Index(index)).unwrap());
    assert!((1..=3_000).all(shared));
}

// --- Acting at any moment ---

#[test]
fn what_the_reader_does_is_done_at_once_though_the_scenario_is_about_to_act() {
    let source = "servers: 5\nseed: 1\nat 1ms: timeout S1\nwhen S1 leads: mark one; mark two\n";
    let mut run = Scenario::parse("about-to-act", source).unwrap().run();
    while run.world().leader().is_none() {
        run.step();
    }
    // The scenario's marks are due at this very instant. The reader gives two commands at once.
    run.apply(commands("cut S1 - S2")).unwrap();
    assert_eq!(run.world().network().cuts().count(), 2);
    run.apply(commands("crash S5")).unwrap();
    assert!(run.world().server(ServerId(5)).node.is_none());
    go(&mut run, 500_000);
    let given: Vec<String> = run.commands().iter().map(|it| it.command.to_string()).collect();
    let of_reader: Vec<&String> = given.iter().filter(|text| text.starts_with(['c'])).collect();
    assert_eq!(of_reader, ["cut S1 -> S2", "cut S2 -> S1", "crash S5"]);
    assert_eq!(given.iter().filter(|text| text.starts_with("mark")).count(), 2);
    // And the run is the same whenever it is played again.
    let digest = run.world().digest();
    go(&mut run, 0);
    go(&mut run, 500_000);
    assert_eq!(run.world().digest(), digest);
    assert_eq!(saved::open(&saved::to_text(&run)).unwrap().world().digest(), digest);
}

#[test]
fn a_branch_shows_no_term_that_begins_only_in_the_old_future() {
    // S1 and S2 become candidates at the same instant, S1 first: of term 2, and S2 of term 6.
    let source = "servers: 3\nterm S1: 1\nterm S2: 5\nat 1ms: align timers\n";
    let mut run = Scenario::parse("one-instant", source).unwrap().run();
    let terms = |run: &Run| run.record().terms.iter().map(|span| span.term.0).collect::<Vec<_>>();
    while terms(&run) != [2] {
        assert!(run.step());
    }
    let time = run.time();
    run.step();
    assert_eq!((run.time(), terms(&run)), (time, vec![2, 6]));
    run.step_back();
    run.apply(commands("crash S2")).unwrap();
    assert_eq!(terms(&run), [2]);
}

#[test]
fn random_actions_at_random_moments_can_all_be_taken_back() {
    check_all("traps", "random_actions", &seeds(30), |seed| {
        let mut dice = Dice::new(seed ^ 0x0d0);
        let mut run = lively(seed);
        // Where the reader was before each action, and what was there.
        let mut places = Vec::new();
        for _ in 0..25 {
            match dice.between(0, 3) {
                0 => go(&mut run, dice.between(0, 1_500_000)),
                1 => (0..dice.between(1, 30)).for_each(|_| assert!(run.step())),
                2 => (0..dice.between(1, 30)).for_each(|_| {
                    run.step_back();
                }),
                _ => {
                    let later = run.time().0 + dice.between(0, 200_000);
                    go(&mut run, later);
                }
            }
            let server = dice.between(1, 5);
            let other = server % 5 + 1;
            let text =
                dice.pick(&["crash A", "restart A", "cut A - B", "request x=1", "heal", "align timers", "burst 5"]);
            let text = text.replace('A', &format!("S{server}")).replace('B', &format!("S{other}"));
            let place = (run.time(), run.world().digest());
            if run.apply(commands(&text)).is_ok() {
                places.push(place);
            }
        }
        for (at, before) in places.iter().enumerate().rev() {
            let here = (run.time(), run.world().digest());
            if !run.undo() || (run.time(), run.world().digest()) != *before {
                return Err(format!("action {at} is not taken back"));
            }
            // Given again and taken back again, it is the same.
            if !run.redo() || (run.time(), run.world().digest()) != here || !run.undo() {
                return Err(format!("action {at} is not given again"));
            }
        }
        match run.undo() {
            true => Err("there is more to take back than was done".into()),
            false => Ok(()),
        }
    });
}
