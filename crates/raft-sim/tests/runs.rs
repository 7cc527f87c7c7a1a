//! A run is exact: sought, stepped, forked, taken back, saved and opened, it is always the same run.

use raft_core::{Time, mix};
use raft_sim::command::Command;
use raft_sim::condition::Script;
use raft_sim::config::WorldConfig;
use raft_sim::run::{EventRecord, KEYFRAME_GAP, Progress, Run};
use raft_sim::saved;
use raft_sim::scenario::built_in;

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

fn go(run: &mut Run, millis: u64) {
    assert_eq!(run.seek(Time(millis * 1_000), u64::MAX), Progress::Reached);
}

#[test]
fn random_seeks_give_the_digest_of_the_straight_run() {
    for seed in 0..4 {
        let mut straight = lively(seed);
        let digests: Vec<u64> = (0..60)
            .map(|n| {
                go(&mut straight, n * 500);
                straight.world().digest()
            })
            .collect();
        let mut jumping = lively(seed);
        let mut chance = seed;
        for _ in 0..60 {
            chance = mix(chance.wrapping_add(1));
            let n = chance % 60;
            go(&mut jumping, n * 500);
            assert_eq!(jumping.world().digest(), digests[n as usize], "seed {seed}, {n}");
        }
    }
}

#[test]
fn what_led_to_a_moment_is_told_alike_however_it_was_reached() {
    let asked = |run: &mut Run, millis: u64, wanted: u64| -> Vec<EventRecord> {
        go(run, millis);
        let (records, _) = run.recent(wanted);
        records[records.len().saturating_sub(wanted as usize)..].to_vec()
    };
    let mut jumping = lively(3);
    go(&mut jumping, 20_000);
    let mut chance: u64 = 3;
    for _ in 0..20 {
        chance = mix(chance.wrapping_add(1));
        // Far away, near by, a single event, many of them.
        let (millis, wanted) = (chance % 20_000, [1, 300, 1_500][(chance >> 32) as usize % 3]);
        for millis in [millis, millis.saturating_sub(40), millis + 40] {
            let told = asked(&mut jumping, millis, wanted);
            assert_eq!(told, asked(&mut lively(3), millis, wanted), "{wanted} events before {millis} ms");
        }
    }
}

#[test]
fn a_seek_replays_at_most_one_gap_in_either_direction() {
    let mut run = lively(5);
    go(&mut run, 120_000);
    assert!(run.keyframes() > 5);
    for millis in [100, 119_900, 60_000, 90_000, 500, 120_000] {
        // One event more, because the allowance is spent before the last look at the goal.
        assert_eq!(run.seek(Time(millis * 1_000), KEYFRAME_GAP + 1), Progress::Reached, "to {millis} ms");
    }
}

#[test]
fn the_rate_at_which_a_run_is_looked_at_does_not_change_it() {
    // A public visualiser elects no leader when its picture is slow.
    let play = |frames_per_second: u64| {
        let mut run = built_in("leader-crash").unwrap().run();
        for frame in 1..=2 * frames_per_second {
            run.seek(Time(frame * 1_000_000 / frames_per_second), u64::MAX);
        }
        run.seek(Time(2_000_000), u64::MAX);
        run.world().digest()
    };
    let digests = [5, 30, 60, 144].map(play);
    assert_eq!(digests, [digests[0]; 4]);
}

#[test]
fn stepping_forth_and_back_passes_the_same_states() {
    let mut run = lively(3);
    let mut digests = vec![run.world().digest()];
    for _ in 0..300 {
        assert!(run.step());
        digests.push(run.world().digest());
    }
    for n in (0..300).rev() {
        assert!(run.step_back());
        assert_eq!(run.world().digest(), digests[n], "event {n}");
    }
    assert!(!run.step_back());
}

#[test]
fn acting_in_the_past_forks_and_keeps_the_old_future() {
    let mut run = lively(5);
    go(&mut run, 3_000);
    let future = run.world().digest();
    go(&mut run, 1_000);
    run.apply(commands("crash S2")).unwrap();
    go(&mut run, 3_000);
    assert_ne!(run.world().digest(), future);
    let branches = run.branches();
    assert_eq!(branches.len(), 2);
    assert_eq!(branches.iter().filter(|branch| branch.current).count(), 1);
    run.switch_to(branches.iter().find(|branch| !branch.current).unwrap().id).unwrap();
    go(&mut run, 3_000);
    assert_eq!(run.world().digest(), future);
}

#[test]
fn acting_at_the_edge_is_no_fork() {
    let mut run = lively(5);
    go(&mut run, 1_000);
    run.apply(commands("crash S2")).unwrap();
    go(&mut run, 2_000);
    run.apply(commands("restart S2")).unwrap();
    assert_eq!(run.branches().len(), 1);
}

#[test]
fn what_is_taken_back_is_as_if_it_had_not_been_and_can_be_given_again() {
    let mut run = lively(8);
    go(&mut run, 1_500);
    let before = run.world().digest();
    run.apply(commands("partition S1 S2 | S3 S4 S5")).unwrap();
    let after = run.world().digest();
    go(&mut run, 2_500);
    assert!(run.undo());
    assert_eq!((run.world().digest(), run.time()), (before, Time(1_500_000)));
    assert!(run.redo());
    go(&mut run, 1_500);
    assert_eq!(run.world().digest(), after);
    assert!(run.undo() && !run.undo());
}

#[test]
fn a_client_request_moves_no_unrelated_timeout_latency_or_loss() {
    // In public visualisers one more message reshuffles everything after it.
    let heartbeats = |with_request: bool| {
        let mut run = lively(4);
        go(&mut run, 700);
        if with_request {
            run.apply(commands("request k=v")).unwrap();
        }
        let mut seen = Vec::new();
        while run.world().now() < Time(2_000_000) {
            run.step();
            // What a message is, not what it carries: the commit index may differ, the way may not.
            for flight in run.world().network().flights(run.world().now()) {
                let is_heartbeat = flight.key.kind.name() == "append" && flight.key.attempt == 0;
                // A further attempt depends on answers, and these on the entry before: that is related.
                let is_others = flight.key.kind.name() == "request" && flight.key.from != 1 && flight.key.attempt == 1;
                if flight.sent > Time(710_000) && (is_heartbeat || is_others) {
                    seen.push((
                        flight.key,
                        flight.sent,
                        flight.arrive,
                        matches!(flight.fate, raft_sim::network::Fate::Lost { .. }),
                    ));
                }
            }
        }
        seen.sort_by_key(|(key, sent, ..)| (*sent, key.hash()));
        seen.dedup();
        let timers: Vec<_> = run
            .world()
            .servers()
            .iter()
            .map(|server| server.node.as_ref().unwrap().timer().map(|timer| timer.timeout))
            .collect();
        (seen, timers)
    };
    let (plain, with_request) = (heartbeats(false), heartbeats(true));
    assert!(plain.0.len() > 100, "there must be something to compare");
    assert_eq!(plain.1, with_request.1);
    let differs = plain.0.iter().zip(&with_request.0).find(|(one, two)| one != two);
    assert_eq!(differs, None);
    assert_eq!(plain.0.len(), with_request.0.len());
}

#[test]
fn a_saved_run_opens_in_the_same_state_as_text_and_as_link() {
    let mut run = lively(6);
    go(&mut run, 900);
    for text in [
        "request x=4 to S2",
        "cut S1 -> S3",
        "set option pre-vote on",
        "mark Ünïcode, 50 % and | / : signs",
        "latency S2 -> S4 30ms",
    ] {
        run.apply(commands(text)).unwrap();
    }
    for _ in 0..7 {
        run.step();
    }
    run.apply(commands("crash S5")).unwrap();
    go(&mut run, 1_700);
    for saved in [saved::to_text(&run), saved::to_link(&run)] {
        let opened = saved::open(&saved).unwrap_or_else(|why| panic!("{why}:\n{saved}"));
        assert_eq!((opened.world().digest(), opened.time()), (run.world().digest(), run.time()));
    }
}

#[test]
fn every_built_in_scenario_survives_its_link() {
    for (name, _) in raft_sim::scenario::BUILT_IN {
        let scenario = built_in(name).unwrap();
        let mut run = scenario.run();
        while run.seek(Time(scenario.until), u64::MAX) != Progress::Reached {
            run.go_on();
        }
        let opened = saved::open(&saved::to_link(&run)).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(opened.world().digest(), run.world().digest(), "{name}");
    }
}

#[test]
fn a_damaged_link_is_refused_with_a_sentence() {
    let mut run = lively(6);
    go(&mut run, 500);
    let link = saved::to_link(&run);
    for cut in 0..link.len() {
        let why = saved::open(&link[..cut]).unwrap_err();
        assert!(why.starts_with("the link is damaged"), "cut at {cut}: {why}");
    }
    assert!(saved::open("AYCBxxxx").unwrap_err().starts_with("the link is damaged"), "it has no end");
    let text = saved::to_text(&run).replace("seed: 6", "seed: 7");
    assert_eq!(
        saved::open(&text).unwrap_err(),
        "the run was made with another version of Raft Lab: played again it does not end in the same state"
    );
    assert!(saved::open("raft-lab run 9\n").unwrap_err().contains("version 9"));
    assert!(saved::open("hello, world").unwrap_err().starts_with("this is no run of Raft Lab"));
}

#[test]
fn a_look_ahead_that_is_forgotten_leaves_no_branch_behind() {
    for here in [400, 700] {
        let mut run = lively(6);
        go(&mut run, 700);
        let twin = run.clone();
        go(&mut run, 9_000);
        go(&mut run, here);
        run.forget_after(Time(700_000));
        assert_eq!((run.time(), run.edge().0), (Time(here * 1_000), Time(700_000)));
        assert_eq!(run.record().marks.len(), twin.record().marks.len());
        run.apply(commands("crash S2")).unwrap();
        let branches = run.branches();
        // At the edge the run goes on; before it, what has been seen is kept, and no more than that.
        if here == 700 {
            assert_eq!(branches.len(), 1);
        } else {
            let old: Vec<_> = branches.iter().filter(|branch| !branch.current).map(|old| old.edge_time).collect();
            assert_eq!(old, [Time(700_000)]);
        }
    }
}

#[test]
fn a_forgotten_look_ahead_changes_nothing_of_what_follows() {
    let mut run = lively(6);
    go(&mut run, 700);
    go(&mut run, 5_000);
    let ahead = run.world().digest();
    go(&mut run, 700);
    run.forget_after(Time(700_000));
    go(&mut run, 5_000);
    assert_eq!(run.world().digest(), ahead);
}

#[test]
fn a_run_in_which_too_much_waits_is_stopped_with_a_sentence() {
    let mut text = String::from("raft-lab run 1\nservers: 5\nseed: 1\n");
    for millis in 400..900 {
        text.push_str(&format!("do {millis}ms: burst 1000\n"));
    }
    text.push_str("look 3600s 4000000 0000000000000000\n");
    let why = saved::open(&text).unwrap_err();
    assert!(why.contains("too heavy to go on"), "{why}");
}
