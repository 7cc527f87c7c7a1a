//! Every command and every fault of the network does exactly what `docs/commands.md` says.

use raft_core::{CandidacyCause, Happening, Index, Options, ProtocolOption, Rule, ServerId, Term, Time};
use raft_sim::command::Command;
use raft_sim::config::{InitialServer, WorldConfig};
use raft_sim::key::{Kind, MessageKey};
use raft_sim::network::{Fate, Flight};
use raft_sim::spread::Spread;
use raft_sim::storage::Betrayal;
use raft_sim::told::{ClientTold, EventKind, LossCause, Told};
use raft_sim::world::World;

const S1: ServerId = ServerId(1);
const S2: ServerId = ServerId(2);
const S3: ServerId = ServerId(3);
const MS: u64 = 1_000;

/// Every message takes 5 ms, every write 1 ms, and nobody times out unless told to.
fn quiet(servers: u32) -> WorldConfig {
    WorldConfig {
        servers,
        election_timeout: (10_000 * MS, 20_000 * MS),
        latency: Spread::Range(5 * MS, 5 * MS),
        client_timeout: 60_000 * MS,
        ..WorldConfig::default()
    }
}

fn give(world: &mut World, text: &str) {
    let servers = world.config().servers;
    for command in Command::parse_all(text, servers).unwrap() {
        assert_eq!(world.refusal(&command), None, "{text}");
        world.command(world.now(), &command);
    }
}

fn refused(world: &World, text: &str) -> String {
    world.refusal(&Command::parse(text, world.config().servers).unwrap()).unwrap_or_default()
}

/// Plays so many milliseconds and gives everything that was told, with its time.
fn play(world: &mut World, millis: u64) -> Vec<(Time, Told)> {
    // A command without effect moves the clock, so that `now` is the end of what was played.
    let until = world.now().after(millis * MS);
    let mut told = Vec::new();
    while world.next_time().is_some_and(|next| next <= until) {
        world.step();
        told.extend(world.told().iter().map(|it| (world.now(), it.clone())));
    }
    world.command(until, &Command::Mark("later".into()));
    told
}

/// S1 leads term 1, and its first heartbeats have been answered.
fn led_by_s1(config: WorldConfig) -> World {
    let mut world = World::new(config, 1);
    give(&mut world, "timeout S1");
    play(&mut world, 30);
    assert_eq!(world.leader(), Some(S1));
    world
}

fn commit_index(world: &World, id: ServerId) -> u32 {
    world.server(id).node.as_ref().unwrap().commit_index().0
}

fn last_index(world: &World, id: ServerId) -> u32 {
    world.server(id).node.as_ref().unwrap().log().last_index().0
}

fn term(world: &World, id: ServerId) -> Term {
    world.server(id).node.as_ref().unwrap().current_term()
}

/// The message of this kind on this link that was sent first.
fn in_flight(world: &World, kind: Kind, from: u32, to: u32) -> Option<&Flight> {
    let is_it = |flight: &&Flight| (flight.key.kind, flight.key.from, flight.key.to) == (kind, from, to);
    world.network().real_flights().filter(is_it).min_by_key(|flight| flight.id)
}

fn lost(told: &[(Time, Told)], because: LossCause) -> Vec<MessageKey> {
    told.iter()
        .filter_map(|(_, told)| match told {
            Told::Lost(key, cause) if *cause == because => Some(*key),
            _ => None,
        })
        .collect()
}

// --- Links and partitions ---

#[test]
fn a_one_way_cut_loses_only_one_direction() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "cut S1 -> S2");
    let told = play(&mut world, 500);
    let lost = lost(&told, LossCause::Cut);
    assert!(lost.len() >= 5 && lost.iter().all(|key| (key.from, key.to) == (1, 2)), "{lost:?}");
    give(&mut world, "cut S3 -> S1");
    give(&mut world, "mend S1 -> S2");
    let told = play(&mut world, 500);
    let lost = self::lost(&told, LossCause::Cut);
    // Requests still reach S3; only its answers are lost.
    assert!(lost.len() >= 5 && lost.iter().all(|key| (key.from, key.to) == (3, 1)), "{lost:?}");
    let heard = |told: &Told| matches!(told, Told::Raft(S3, Happening::HeartbeatAccepted { .. }));
    assert!(told.iter().any(|(_, told)| heard(told)));
}

#[test]
fn a_cut_in_both_directions_is_ended_by_mend_and_by_heal() {
    for end in ["mend S1 - S2", "heal"] {
        let mut world = led_by_s1(quiet(3));
        give(&mut world, "cut S1 - S2");
        assert_eq!(world.network().cuts().count(), 2);
        assert!(!lost(&play(&mut world, 200), LossCause::Cut).is_empty());
        give(&mut world, end);
        play(&mut world, 60);
        assert!(lost(&play(&mut world, 200), LossCause::Cut).is_empty(), "{end}");
    }
}

#[test]
fn a_message_that_is_under_way_when_its_link_is_cut_does_not_arrive() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "timeout S1");
    assert!(in_flight(&world, Kind::Append, 1, 2).is_some());
    give(&mut world, "cut S1 -> S2");
    let told = play(&mut world, 10);
    assert_eq!(lost(&told, LossCause::Cut).len(), 1);
}

#[test]
fn servers_that_a_partition_does_not_name_form_a_group_of_their_own() {
    let mut world = led_by_s1(quiet(5));
    give(&mut world, "partition S1 S2 | S3");
    let groups = |world: &World| world.network().groups().len();
    assert_eq!((groups(&world), world.network().group_of(ServerId(4))), (3, world.network().group_of(ServerId(5))));
    for (from, to, passes) in [(1, 2, true), (2, 1, true), (4, 5, true), (1, 3, false), (3, 4, false), (5, 2, false)] {
        let barrier = world.network().barrier(ServerId(from), ServerId(to));
        assert_eq!(barrier.is_none(), passes, "S{from} to S{to}");
    }
    let lost = lost(&play(&mut world, 300), LossCause::Partition);
    assert!(!lost.is_empty() && lost.iter().all(|key| key.from == 1 && key.to > 2), "{lost:?}");
    give(&mut world, "heal");
    assert_eq!(groups(&world), 0);
}

#[test]
fn a_new_partition_takes_the_place_of_the_old_one() {
    let mut world = led_by_s1(quiet(4));
    give(&mut world, "partition S1 | S2 S3 S4");
    give(&mut world, "partition S1 S2 | S3 S4");
    assert_eq!(world.network().barrier(S1, S2), None);
    assert_eq!(world.network().barrier(S2, S3), Some(LossCause::Partition));
}

#[test]
fn clients_reach_every_server_in_spite_of_partitions() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "partition S1 S2 | S3");
    give(&mut world, "request x=1 to S3");
    let told = play(&mut world, 100);
    let answered = |told: &Told| matches!(told, Told::Client { what: ClientTold::Redirected { by: S3, .. }, .. });
    assert!(told.iter().any(|(_, told)| answered(told)));
}

// --- Latency, loss, copies, order ---

/// Sends many heartbeats and gives every message between servers as it was sent.
fn many_messages(config: WorldConfig, seed: u64, commands: &[&str]) -> (Vec<Flight>, Vec<(Time, Told)>) {
    let mut world = World::new(WorldConfig { heartbeat: 10 * MS, ..config }, seed);
    commands.iter().for_each(|text| give(&mut world, text));
    give(&mut world, "timeout S1");
    let (mut flights, mut told) = (Vec::new(), Vec::new());
    let mut newest = 0;
    while world.now() < Time(25_000 * MS) && world.step() {
        let mut new: Vec<_> = world.network().real_flights().filter(|flight| flight.id > newest).cloned().collect();
        new.sort_by_key(|flight| flight.id);
        newest = new.last().map_or(newest, |flight| flight.id);
        flights.extend(new);
        told.extend(world.told().iter().map(|it| (world.now(), it.clone())));
    }
    assert!(flights.len() > 10_000, "{} messages", flights.len());
    (flights, told)
}

fn share_ppm(part: usize, of: usize) -> usize {
    part * 1_000_000 / of
}

#[test]
fn the_share_of_lost_messages_is_about_right() {
    let calm = WorldConfig { election_timeout: (60_000 * MS, 60_000 * MS), ..quiet(5) };
    for seed in 0..3 {
        let (flights, _) = many_messages(calm.clone(), seed, &["loss 10%"]);
        let lost = flights.iter().filter(|flight| matches!(flight.fate, Fate::Lost { .. })).count();
        let share = share_ppm(lost, flights.len());
        assert!((90_000..=110_000).contains(&share), "seed {seed}: {share} of a million");
    }
}

#[test]
fn the_loss_of_one_link_is_its_own() {
    let calm = WorldConfig { election_timeout: (60_000 * MS, 60_000 * MS), ..quiet(5) };
    let (flights, _) = many_messages(calm, 4, &["loss S1 -> S2 50%"]);
    let (on, off): (Vec<_>, Vec<_>) = flights.iter().partition(|flight| (flight.key.from, flight.key.to) == (1, 2));
    let lost = |of: &[&Flight]| of.iter().filter(|flight| matches!(flight.fate, Fate::Lost { .. })).count();
    let share = share_ppm(lost(&on), on.len());
    assert!((450_000..=550_000).contains(&share), "{share} of a million");
    assert_eq!(lost(&off), 0);
}

#[test]
fn the_share_of_copied_messages_is_about_right_and_each_arrives_twice() {
    let calm = WorldConfig { election_timeout: (60_000 * MS, 60_000 * MS), ..quiet(5) };
    let (flights, _) = many_messages(calm, 5, &["duplicate 10%"]);
    let requests = |copy| flights.iter().filter(move |f| f.key.kind == Kind::Append && f.key.copy == copy);
    let share = share_ppm(requests(1).count(), requests(0).count());
    assert!((85_000..=115_000).contains(&share), "{share} of a million");
    assert!(requests(1).all(|copy| requests(0).any(|f| MessageKey { copy: 1, ..f.key } == copy.key)));
}

#[test]
fn copies_do_not_breed_copies() {
    // An answer that comes twice must not make a leader send twice, or each copy would lead to further ones.
    let mut world = World::new(
        WorldConfig {
            duplicate_ppm: 500_000,
            requests_per_second: 50,
            election_timeout: (150 * MS, 300 * MS),
            ..quiet(5)
        },
        3,
    );
    play(&mut world, 5_000);
    assert!(world.events() < 60_000, "{} events in five seconds", world.events());
}

#[test]
fn two_leaders_of_a_term_do_not_refuse_each_other_without_end() {
    let config = quiet(3);
    let mut world = World::new(WorldConfig { rules: config.rules.with(Rule::OneVotePerTerm, false), ..config }, 1);
    give(&mut world, "timeout S1");
    give(&mut world, "timeout S2");
    play(&mut world, 30);
    let leaders = world.servers().iter().filter(|server| server.node.as_ref().unwrap().is_leader());
    assert_eq!(leaders.count(), 2);
    give(&mut world, "duplicate 20%");
    give(&mut world, "request x=1 to S1 from C1");
    give(&mut world, "request y=1 to S2 from C2");
    play(&mut world, 2_000);
    assert!(world.events() < 2_000, "{} events in two seconds", world.events());
}

#[test]
fn held_up_messages_are_overtaken_and_their_share_is_about_right() {
    let calm = WorldConfig { election_timeout: (60_000 * MS, 60_000 * MS), ..quiet(5) };
    let (flights, _) = many_messages(calm, 6, &["reorder 10%"]);
    let slow: Vec<_> = flights.iter().filter(|flight| flight.arrive.since(flight.sent) > 5 * MS).collect();
    let share = share_ppm(slow.len(), flights.len());
    assert!((90_000..=110_000).contains(&share), "{share} of a million");
    assert!(slow.iter().all(|flight| (15 * MS..=35 * MS).contains(&flight.arrive.since(flight.sent))));
    let overtaken = slow.iter().filter(|slow| {
        let same_link = |f: &&Flight| (f.key.kind, f.key.from, f.key.to) == (slow.key.kind, slow.key.from, slow.key.to);
        flights.iter().filter(same_link).any(|f| f.sent > slow.sent && f.arrive < slow.arrive)
    });
    assert!(overtaken.count() * 2 > slow.len(), "most held-up messages are overtaken");
}

#[test]
fn latencies_stay_within_their_range_and_fill_it() {
    let calm = WorldConfig { election_timeout: (60_000 * MS, 60_000 * MS), ..quiet(5) };
    let (flights, _) = many_messages(calm, 7, &["latency 3ms..8ms", "latency S2 -> S1 30ms"]);
    for flight in &flights {
        let latency = flight.arrive.since(flight.sent);
        match (flight.key.from, flight.key.to) {
            (2, 1) => assert_eq!(latency, 30 * MS),
            _ => assert!((3 * MS..=8 * MS).contains(&latency), "{}: {latency}us", flight.key),
        }
    }
    let others = || flights.iter().filter(|f| f.key.from != 2).map(|f| f.arrive.since(f.sent));
    assert!(others().min() < Some(3_050) && others().max() > Some(7_950));
    let mean = others().sum::<u64>() / others().count() as u64;
    assert!((5_400..=5_600).contains(&mean), "mean {mean}us");
}

#[test]
fn an_exponential_latency_has_its_least_value_and_its_mean() {
    let calm = WorldConfig { election_timeout: (60_000 * MS, 60_000 * MS), ..quiet(5) };
    let (flights, _) = many_messages(calm, 8, &["latency exp 2ms 5ms"]);
    let latencies = || flights.iter().map(|f| f.arrive.since(f.sent));
    assert!(latencies().all(|latency| latency >= 2 * MS));
    let mean = latencies().sum::<u64>() / flights.len() as u64;
    assert!((6_800..=7_200).contains(&mean), "mean {mean}us");
}

// --- One message ---

/// A world in which a heartbeat from S1 to S2 has just been sent.
fn with_heartbeat() -> (World, MessageKey) {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "timeout S1");
    let key = in_flight(&world, Kind::Append, 1, 2).unwrap().key;
    (world, key)
}

fn arrivals(told: &[(Time, Told)]) -> Vec<u64> {
    let heard = |told: &Told| matches!(told, Told::Raft(S2, Happening::HeartbeatAccepted { .. }));
    told.iter().filter(|(_, told)| heard(told)).map(|(time, _)| time.0).collect()
}

#[test]
fn a_held_message_waits_for_ever() {
    let (mut world, key) = with_heartbeat();
    give(&mut world, &format!("hold {key}"));
    play(&mut world, 9_000);
    let held = world.network().real_flights().find(|flight| flight.key == key).unwrap();
    assert!(matches!(held.fate, Fate::Held { .. }));
    assert!(refused(&world, &format!("hold {key}")).ends_with("is already held"));
}

#[test]
fn a_released_message_travels_the_rest_of_its_way() {
    let (mut world, key) = with_heartbeat();
    play(&mut world, 2);
    give(&mut world, &format!("hold {key}"));
    play(&mut world, 30);
    let released = world.now();
    give(&mut world, &format!("release {key}"));
    let told = play(&mut world, 10);
    assert_eq!(arrivals(&told), [released.0 + 3 * MS]);
}

#[test]
fn a_held_message_can_be_delivered_delayed_or_dropped() {
    for (verb, after) in [("deliver", Some(0)), ("delay", Some(20)), ("drop", None)] {
        let (mut world, key) = with_heartbeat();
        give(&mut world, &format!("hold {key}"));
        play(&mut world, 10);
        let then = world.now();
        let by = if verb == "delay" { " 20ms" } else { "" };
        give(&mut world, &format!("{verb} {key}{by}"));
        let told = play(&mut world, 30);
        let expected: Vec<u64> = after.into_iter().map(|millis: u64| then.0 + millis * MS).collect();
        assert_eq!(arrivals(&told), expected, "{verb}");
    }
}

#[test]
fn only_a_held_message_can_be_released_and_only_one_in_flight_be_handled() {
    let (mut world, key) = with_heartbeat();
    assert_eq!(refused(&world, &format!("release {key}")), format!("the message {key} is not held"));
    play(&mut world, 10);
    for verb in ["drop", "deliver", "copy", "hold", "release"] {
        assert_eq!(refused(&world, &format!("{verb} {key}")), "that message is no longer in flight");
    }
}

#[test]
fn a_message_is_delivered_now_later_twice_or_not_at_all() {
    for (command, expected) in
        [("deliver KEY", vec![0]), ("delay KEY 20ms", vec![25]), ("copy KEY", vec![5, 5]), ("drop KEY", vec![])]
    {
        let (mut world, key) = with_heartbeat();
        let sent = world.now().0;
        give(&mut world, &command.replace("KEY", &key.to_string()));
        let told = play(&mut world, 40);
        let expected: Vec<u64> = expected.into_iter().map(|millis: u64| sent + millis * MS).collect();
        assert_eq!(arrivals(&told), expected, "{command}");
    }
}

#[test]
fn each_copy_has_a_name_of_its_own() {
    let (mut world, key) = with_heartbeat();
    give(&mut world, &format!("copy {key}"));
    give(&mut world, &format!("copy {key}"));
    give(&mut world, &format!("drop {}", MessageKey { copy: 1, ..key }));
    let told = play(&mut world, 10);
    assert_eq!(arrivals(&told).len(), 2);
}

// --- Crash, restart, pause, resume ---

#[test]
fn a_crash_loses_exactly_what_was_not_stable() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "request x=1");
    play(&mut world, 200);
    assert_eq!((last_index(&world, S2), commit_index(&world, S2)), (1, 1));
    give(&mut world, "disk S2 100ms");
    give(&mut world, "request x=2");
    play(&mut world, 20);
    assert_eq!((last_index(&world, S2), world.server(S2).stable.log.last_index()), (2, Index(1)));
    give(&mut world, "crash S2");
    assert!(matches!(world.told()[1], Told::Crashed { entries_lost: 1, vote_lost: false, .. }), "{:?}", world.told());
    give(&mut world, "cut S1 -> S2");
    play(&mut world, 300);
    give(&mut world, "restart S2");
    // The term and the entry that was on disk are there; what was committed has to be learnt again.
    assert_eq!((term(&world, S2), last_index(&world, S2), commit_index(&world, S2)), (Term(1), 1, 0));
    assert_eq!(world.server(S2).node.as_ref().unwrap().voted_for(), Some(S1));
    assert_eq!(world.server(S2).machine.values().count(), 0);
}

#[test]
fn a_crash_counts_entries_that_stand_in_the_place_of_others_on_disk() {
    // S2 holds two entries of term 1 on disk; the leader of term 3 has replaced them in memory by a single one.
    let log = |terms: &[u32]| terms.iter().map(|term| (Term(*term), "x=1".to_string())).collect();
    let initial = |id, terms| InitialServer { id, term: Term(2), voted_for: None, log: log(terms) };
    let config = WorldConfig { initial: vec![initial(S1, &[2]), initial(S2, &[1, 1])], ..quiet(3) };
    let mut world = World::new(config, 1);
    give(&mut world, "disk S2 1s");
    give(&mut world, "timeout S1");
    play(&mut world, 1_500);
    let node = world.server(S2).node.as_ref().unwrap();
    assert_eq!((node.log().last_index(), node.log().last_term()), (Index(1), Term(2)));
    assert_eq!(world.server(S2).stable.log.last_term(), Term(1));
    give(&mut world, "crash S2");
    assert!(matches!(world.told()[1], Told::Crashed { entries_lost: 1, .. }), "{:?}", world.told());
}

/// Found by the fuzz gate: S1 counts by a configuration without itself that nobody else ever sees. What S2 alone stores is
/// committed by that, and is safe, for S1 elects nobody without S2.
#[test]
fn what_is_committed_by_a_configuration_that_is_lost_again_is_no_loss() {
    let config = WorldConfig { options: Options::NONE.with(ProtocolOption::ParallelWrite, true), ..quiet(2) };
    let mut world = led_by_s1(config);
    give(&mut world, "request x=1");
    play(&mut world, 50);
    give(&mut world, "disk S1 1s");
    give(&mut world, "request x=2");
    play(&mut world, 50);
    assert_eq!((commit_index(&world, S1), last_index(&world, S2)), (1, 2));
    give(&mut world, "remove S1");
    play(&mut world, 1);
    assert_eq!(commit_index(&world, S1), 2);
    give(&mut world, "crash S1");
    assert_eq!((world.server(S1).log().last_index(), last_index(&world, S2)), (Index(1), 2));
    assert_eq!(world.violations(), []);
}

#[test]
fn a_vote_that_is_not_on_disk_is_lost_and_was_never_sent() {
    let mut world = World::new(quiet(3), 1);
    give(&mut world, "disk S2 100ms");
    give(&mut world, "timeout S1");
    play(&mut world, 20);
    assert_eq!(world.server(S2).node.as_ref().unwrap().voted_for(), Some(S1));
    assert!(in_flight(&world, Kind::VoteReply, 2, 1).is_none(), "the vote waits for the disk");
    give(&mut world, "crash S2");
    assert!(matches!(world.told()[1], Told::Crashed { entries_lost: 0, vote_lost: true, .. }));
    give(&mut world, "restart S2");
    let node = world.server(S2).node.as_ref().unwrap();
    assert_eq!((node.current_term(), node.voted_for()), (Term(0), None));
    let told = play(&mut world, 300);
    assert!(!told.iter().any(|(_, told)| matches!(told, Told::Raft(S1, Happening::VoteReceived { from: S2, .. }))));
}

#[test]
fn without_stable_votes_a_crash_says_that_the_vote_is_lost() {
    let mut world = World::new(WorldConfig { rules: quiet(3).rules.with(Rule::StableVote, false), ..quiet(3) }, 1);
    give(&mut world, "timeout S1");
    play(&mut world, 30);
    give(&mut world, "crash S2");
    assert!(matches!(world.told()[1], Told::Crashed { vote_lost: true, .. }));
}

#[test]
fn messages_to_a_server_that_is_down_are_lost() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "crash S2");
    let told = play(&mut world, 300);
    let lost = lost(&told, LossCause::Down);
    assert!(lost.len() >= 3 && lost.iter().all(|key| key.to == 2));
    // What a server has sent before its crash still arrives.
    give(&mut world, "timeout S1");
    give(&mut world, "crash S1");
    let told = play(&mut world, 10);
    assert!(told.iter().any(|(_, told)| matches!(told, Told::Raft(S3, Happening::HeartbeatAccepted { .. }))));
}

#[test]
fn a_paused_server_loses_nothing_and_handles_everything_in_order_when_it_goes_on() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "set option pipelining on");
    give(&mut world, "request warm=up");
    play(&mut world, 200);
    give(&mut world, "pause S2");
    for n in 0..5 {
        give(&mut world, &format!("request x={n}"));
        play(&mut world, 9);
    }
    let told = play(&mut world, 500);
    assert!(!told.iter().any(|(_, told)| told.server() == Some(S2)), "it is frozen");
    assert!(lost(&told, LossCause::Down).is_empty());
    let mut waiting: Vec<_> = world.network().real_flights().filter(|flight| flight.key.to == 2).cloned().collect();
    waiting.sort_by_key(|flight| (flight.arrive, flight.id));
    assert!(waiting.len() > 10);
    give(&mut world, "resume S2");
    assert!(matches!(world.told()[1], Told::Resumed { waiting: count, .. } if count as usize == waiting.len()));
    let (now, mut handled) = (world.now(), Vec::new());
    while world.next_time() == Some(now) {
        world.step();
        if let Some(EventKind::Delivery(key)) = world.last_event().map(|event| event.kind) {
            handled.push(key);
        }
    }
    assert_eq!(handled, waiting.iter().map(|flight| flight.key).collect::<Vec<_>>());
    assert_eq!(last_index(&world, S2), last_index(&world, S1));
}

#[test]
fn a_paused_timer_waits_and_what_has_arrived_comes_before_it() {
    let config = WorldConfig { election_timeout: (150 * MS, 300 * MS), ..quiet(3) };
    let mut world = led_by_s1(config);
    give(&mut world, "pause S2");
    let told = play(&mut world, 2_000);
    assert!(!told.iter().any(|(_, told)| matches!(told, Told::Raft(S2, _))));
    give(&mut world, "resume S2");
    let told = play(&mut world, 100);
    // Its timer ran out long ago, but heartbeats were waiting: it has no reason to become a candidate.
    assert!(!told.iter().any(|(_, told)| matches!(told, Told::Raft(S2, Happening::BecameCandidate { .. }))));
    // With nothing waiting, the timer runs out as soon as the server goes on.
    give(&mut world, "pause S2");
    give(&mut world, "partition S2 | S1 S3");
    play(&mut world, 2_000);
    for key in world.network().real_flights().filter(|flight| flight.key.to == 2).map(|f| f.key).collect::<Vec<_>>() {
        give(&mut world, &format!("drop {key}"));
    }
    give(&mut world, "resume S2");
    let now = world.now();
    let told = play(&mut world, 1);
    let ran_out = |(time, told): &(Time, Told)| {
        let why = CandidacyCause::TimerRanOut { timeout: 0 };
        *time == now
            && matches!(told, Told::Raft(S2, Happening::BecameCandidate { why: was, .. })
                if std::mem::discriminant(was) == std::mem::discriminant(&why))
    };
    assert!(told.iter().any(ran_out));
}

#[test]
fn the_disk_of_a_paused_server_goes_on_writing() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "disk S2 20ms");
    give(&mut world, "request x=1");
    play(&mut world, 20);
    assert_eq!(last_index(&world, S2), 1);
    give(&mut world, "pause S2");
    play(&mut world, 100);
    assert_eq!(world.server(S2).stable.log.last_index(), Index(1));
    assert!(in_flight(&world, Kind::AppendReply, 2, 1).is_none(), "nothing is sent by a frozen server");
    give(&mut world, "resume S2");
    play(&mut world, 0);
    assert!(in_flight(&world, Kind::AppendReply, 2, 1).is_some());
}

#[test]
fn a_message_that_waits_at_a_paused_server_can_still_be_dropped_held_or_put_off() {
    for (command, arrives) in [("drop KEY", false), ("hold KEY", false), ("delay KEY 1s", false), ("deliver KEY", true)]
    {
        let (mut world, key) = with_heartbeat();
        give(&mut world, "pause S2");
        play(&mut world, 10);
        give(&mut world, &command.replace("KEY", &key.to_string()));
        // Another message may take the place that the dropped one had; it must not arrive before its time.
        give(&mut world, "latency 400ms");
        give(&mut world, "timeout S1");
        let next = in_flight(&world, Kind::Append, 1, 2).filter(|flight| flight.sent == world.now()).cloned();
        let resumed = world.now();
        give(&mut world, "resume S2");
        let told = play(&mut world, 100);
        assert_eq!(arrivals(&told), if arrives { vec![resumed.0] } else { vec![] }, "{command}");
        let told = play(&mut world, 400);
        if let Some(next) = next {
            assert!(arrivals(&told).contains(&next.arrive.0), "{command}");
        }
    }
}

#[test]
fn a_crash_takes_along_what_waits_at_a_paused_server() {
    let (mut world, key) = with_heartbeat();
    give(&mut world, "pause S2");
    play(&mut world, 10);
    give(&mut world, "crash S2");
    assert!(world.told().contains(&Told::Lost(key, LossCause::Down)), "{:?}", world.told());
    assert!(world.network().real_flights().all(|flight| flight.key != key));
    assert!(!world.server(S2).paused);
}

#[test]
fn commands_without_an_object_are_refused_with_a_sentence() {
    let mut world = led_by_s1(quiet(3));
    assert_eq!(refused(&world, "restart S1"), "S1 is up; only a crashed server restarts");
    assert_eq!(refused(&world, "resume S1"), "S1 is not paused");
    give(&mut world, "crash S2");
    give(&mut world, "pause S3");
    assert_eq!(refused(&world, "crash S2"), "S2 is already down");
    assert_eq!(refused(&world, "pause S2"), "S2 is down; only a running server can pause");
    assert_eq!(refused(&world, "pause S3"), "S3 is already paused");
    assert_eq!(refused(&world, "timeout S2"), "S2 is down; it has no timer");
    assert_eq!(refused(&world, "timeout S3"), "S3 is paused; resume it first");
    // A command that has lost its object is told and changes nothing.
    world.command(world.now(), &Command::Crash(S2));
    assert!(matches!(world.told(), [Told::Moot(Command::Crash(S2), _)]));
}

// --- Timers, clocks, disks ---

#[test]
fn a_forced_timeout_starts_an_election_or_sends_heartbeats() {
    let mut world = World::new(quiet(3), 1);
    give(&mut world, "timeout S2");
    let forced =
        |told: &Told| matches!(told, Told::Raft(S2, Happening::BecameCandidate { why: CandidacyCause::Forced, .. }));
    assert!(world.told().iter().any(forced));
    play(&mut world, 30);
    assert_eq!(world.leader(), Some(S2));
    let round = world.told().len();
    give(&mut world, "timeout S2");
    assert!(world.told().iter().any(|told| matches!(told, Told::Raft(S2, Happening::HeartbeatSent { .. }))), "{round}");
}

/// When the only server of a cluster becomes a candidate.
fn first_candidacy(commands: &[&str]) -> u64 {
    let mut world = World::new(WorldConfig { servers: 1, ..WorldConfig::default() }, 5);
    commands.iter().for_each(|text| give(&mut world, text));
    world.step();
    assert!(world.told().iter().any(|told| matches!(told, Told::Raft(S1, Happening::BecameCandidate { .. }))));
    world.now().0
}

#[test]
fn a_slow_clock_delays_timeouts_and_a_fast_one_brings_them_forward() {
    let plain = first_candidacy(&[]);
    assert!((150 * MS..=300 * MS).contains(&plain));
    assert_eq!(first_candidacy(&["clock S1 100%"]), plain);
    assert_eq!(first_candidacy(&["clock S1 50%"]), 2 * plain);
    assert_eq!(first_candidacy(&["clock S1 200%"]), plain.div_ceil(2));
}

#[test]
fn a_clock_that_changes_its_rate_keeps_what_it_has_shown() {
    let plain = first_candidacy(&[]);
    let mut world = World::new(WorldConfig { servers: 1, ..WorldConfig::default() }, 5);
    world.command(Time(100 * MS), &Command::Clock(S1, 500_000));
    world.step();
    assert_eq!(world.now().0, 100 * MS + 2 * (plain - 100 * MS));
}

#[test]
fn a_clock_that_jumps_forward_brings_timeouts_forward_and_one_that_is_set_back_delays_them() {
    let plain = first_candidacy(&[]);
    assert_eq!(first_candidacy(&["clock S1 +60ms"]), plain - 60 * MS);
    assert_eq!(first_candidacy(&["clock S1 -60ms"]), plain + 60 * MS);
    assert_eq!(first_candidacy(&["clock S1 -60ms", "clock S1 +20ms"]), plain + 40 * MS);
    assert_eq!(first_candidacy(&["clock S1 +10s"]), 0, "the timer is long overdue");
}

// --- Disks that cannot be trusted ---

/// S1 has committed one entry with S2 only, whose disk lies; then S2 loses power.
fn lied_to(lag: &str, after: u64) -> (World, Vec<Told>) {
    let mut world = led_by_s1(quiet(3));
    for text in ["cut S1 -> S3", &format!("disk S2 lies {lag}"), "request x=1"] {
        give(&mut world, text);
    }
    play(&mut world, after);
    assert_eq!(world.server(S1).node.as_ref().unwrap().commit_index(), Index(1));
    give(&mut world, "crash S2");
    let told = world.told().to_vec();
    (world, told)
}

#[test]
fn a_disk_that_lies_loses_in_a_crash_what_it_had_called_stable() {
    let (world, told) = lied_to("50ms", 40);
    assert!(told.contains(&Told::Crashed { server: S2, entries_lost: 0, vote_lost: false }), "{told:?}");
    assert!(told.contains(&Told::DiskLied { server: S2, entries_lost: 1, vote_lost: false }), "{told:?}");
    assert_eq!(world.server(S2).stable.log.last_index(), Index(0));
    assert_eq!(world.betrayal(), Some((S2, Betrayal::Lied)));
    assert_eq!(world.violations().len(), 1, "one copy of a committed entry is left");
}

#[test]
fn what_a_lying_disk_has_really_written_by_then_stays() {
    let (world, told) = lied_to("50ms", 100);
    assert!(!told.iter().any(|told| matches!(told, Told::DiskLied { .. })), "{told:?}");
    assert_eq!(world.server(S2).stable.log.last_index(), Index(1));
    assert_eq!((world.betrayal(), world.violations().len()), (None, 0));
}

#[test]
fn a_disk_that_turns_honest_has_what_it_called_stable() {
    let mut world = led_by_s1(quiet(3));
    for text in ["disk S2 lies 10s", "request x=1"] {
        give(&mut world, text);
    }
    play(&mut world, 40);
    assert_eq!(world.server(S2).lies(), Some(10_000 * MS));
    assert_eq!(world.server(S2).stable.log.last_index(), Index(0));
    give(&mut world, "disk S2 honest");
    assert_eq!(world.server(S2).stable.log.last_index(), Index(1));
    give(&mut world, "crash S2");
    assert_eq!((world.server(S2).lies(), world.betrayal()), (None, None));
}

#[test]
fn a_lying_disk_keeps_the_order_of_what_it_writes() {
    let mut world = led_by_s1(quiet(3));
    for text in ["disk S2 lies 200ms", "request x=1"] {
        give(&mut world, text);
    }
    play(&mut world, 30);
    // What it is told now would be due earlier, and still comes after what is cached.
    for text in ["disk S2 lies 1ms", "request x=2"] {
        give(&mut world, text);
    }
    play(&mut world, 100);
    assert_eq!(world.server(S2).stable.log.last_index(), Index(0));
    play(&mut world, 100);
    assert_eq!(world.server(S2).stable.log.last_index(), Index(2));
}

#[test]
fn a_backup_brings_back_what_the_disk_held() {
    let mut world = led_by_s1(quiet(3));
    assert!(refused(&world, "restore S2").contains("is up"));
    give(&mut world, "request x=1");
    play(&mut world, 40);
    give(&mut world, "backup S2");
    give(&mut world, "request x=2");
    play(&mut world, 40);
    give(&mut world, "crash S2");
    assert_eq!(world.server(S2).stable.log.last_index(), Index(2));
    give(&mut world, "restore S2");
    assert_eq!(world.server(S2).stable.log.last_index(), Index(1));
    assert_eq!(world.betrayal(), Some((S2, Betrayal::Restored)));
    give(&mut world, "crash S3");
    assert_eq!(refused(&world, "restore S3"), "there is no backup of S3; backup S3 makes one");
}

#[test]
fn a_backup_of_what_is_there_is_no_betrayal() {
    let mut world = led_by_s1(quiet(3));
    for text in ["backup S2", "crash S2", "restore S2"] {
        give(&mut world, text);
    }
    assert_eq!(world.betrayal(), None);
}

#[test]
fn a_wiped_server_returns_as_if_it_were_new_and_is_brought_up_to_date() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "request x=1");
    play(&mut world, 40);
    assert!(refused(&world, "wipe S2").contains("is up"));
    for text in ["crash S2", "wipe S2", "restart S2"] {
        give(&mut world, text);
    }
    let node = world.server(S2).node.as_ref().unwrap();
    assert_eq!((node.current_term(), node.voted_for(), node.log().last_index()), (Term(0), None, Index(0)));
    assert_eq!(world.betrayal(), Some((S2, Betrayal::Wiped)));
    assert_eq!(world.violations().len(), 0, "S1 and S3 are a majority that has it");
    play(&mut world, 100);
    assert_eq!(world.server(S2).stable.log.last_index(), Index(1));
}

#[test]
fn a_wiped_disk_counts_as_a_lost_copy() {
    let mut world = led_by_s1(quiet(3));
    for text in ["cut S1 -> S3", "request x=1"] {
        give(&mut world, text);
    }
    play(&mut world, 40);
    give(&mut world, "crash S2");
    assert_eq!(world.violations().len(), 0);
    give(&mut world, "wipe S2");
    assert_eq!(world.violations().len(), 1);
}

// --- Partial partitions ---

#[test]
fn a_shape_cuts_its_links_and_heal_mends_them() {
    let mut world = World::new(quiet(5), 1);
    give(&mut world, "deaf S1");
    let cuts: Vec<_> = world.network().cuts().copied().collect();
    assert_eq!(cuts, [S2, S3, ServerId(4), ServerId(5)].map(|from| (from, S1)));
    give(&mut world, "partition ring");
    assert_eq!(world.network().cuts().count(), 12, "two of the deaf server's links are in the ring");
    give(&mut world, "heal");
    assert_eq!(world.network().cuts().count(), 0);
}

#[test]
fn a_slow_disk_delays_what_must_be_stable() {
    for (disk, millis) in [("disk S2 40ms", 45), ("disk S2 0us", 5)] {
        let mut world = World::new(quiet(3), 1);
        give(&mut world, disk);
        give(&mut world, "timeout S2");
        // S2 votes for itself on its own disk; the others answer after 5 ms + 1 ms + 5 ms.
        let told = play(&mut world, 200);
        let led =
            told.iter().find(|(_, told)| matches!(told, Told::Raft(S2, Happening::BecameLeader { .. }))).unwrap().0;
        assert_eq!(led.0, (millis + 6) * MS, "{disk}");
    }
}

#[test]
fn a_disk_writes_one_thing_after_the_other() {
    let mut world = led_by_s1(quiet(1));
    give(&mut world, "disk 10ms");
    let start = world.now();
    for n in 0..3 {
        give(&mut world, &format!("request x={n}"));
    }
    let told = play(&mut world, 100);
    let stable = |(time, told): &(Time, Told)| {
        matches!(told, Told::Raft(S1, Happening::BecameStable { .. })).then(|| time.since(start))
    };
    assert_eq!(told.iter().filter_map(stable).collect::<Vec<_>>(), [15 * MS, 25 * MS, 35 * MS]);
}

#[test]
fn aligned_timers_run_out_together_and_spread_ones_in_order() {
    let candidacies = |command: &str| {
        let mut world = World::new(WorldConfig { latency: Spread::Range(0, 0), ..WorldConfig::default() }, 2);
        give(&mut world, "partition S1 | S2 | S3 | S4 | S5");
        give(&mut world, command);
        let told = play(&mut world, 310);
        let first = |id| {
            let it = |(_, told): &&(Time, Told)| matches!(told, Told::Raft(who, Happening::BecameCandidate { .. }) if *who == ServerId(id));
            told.iter().find(it).unwrap().0.0 / MS
        };
        (1..=5).map(first).collect::<Vec<_>>()
    };
    assert_eq!(candidacies("align timers"), [150; 5]);
    assert_eq!(candidacies("spread timers"), [150, 180, 210, 240, 270]);
}

#[test]
fn the_range_of_timeouts_and_the_interval_of_heartbeats_can_be_changed() {
    let mut world = World::new(quiet(3), 1);
    give(&mut world, "timeout S1");
    play(&mut world, 30);
    give(&mut world, "heartbeat 20ms");
    play(&mut world, 100);
    let beats = |told: &[(Time, Told)]| {
        told.iter().filter(|(_, told)| matches!(told, Told::Raft(S1, Happening::HeartbeatSent { .. }))).count()
    };
    let told = play(&mut world, 1_000);
    assert_eq!(beats(&told), 50);
    give(&mut world, "election-timeout 100ms..120ms");
    give(&mut world, "crash S1");
    give(&mut world, "restart S1");
    let due = world.server(S1).deadline().unwrap().since(world.now());
    assert!((100 * MS..=120 * MS).contains(&due));
}

#[test]
fn rules_and_options_are_switched_for_all_servers_at_once() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "set option pre-vote on");
    give(&mut world, "set rule majority off");
    for server in world.servers() {
        let config = server.node.as_ref().unwrap().config();
        assert!(config.options.has(ProtocolOption::PreVote) && !config.rules.holds(Rule::Majority));
    }
    give(&mut world, "crash S2");
    give(&mut world, "set option pre-vote off");
    give(&mut world, "restart S2");
    assert_eq!(world.server(S2).node.as_ref().unwrap().config().options, Options::NONE);
}

#[test]
fn a_mark_changes_nothing() {
    let mut world = led_by_s1(quiet(3));
    let (events, next) = (world.events(), world.next_time());
    give(&mut world, "mark nothing to see");
    assert_eq!((world.events(), world.next_time(), world.told().len()), (events + 1, next, 1));
}

// --- Clients ---

fn asked(told: &[(Time, Told)]) -> Vec<(u32, ServerId, u32)> {
    told.iter()
        .filter_map(|(_, told)| match told {
            Told::Client { client, what: ClientTold::Asked { server, attempt, .. }, .. } => {
                Some((*client, *server, *attempt))
            }
            _ => None,
        })
        .collect()
}

fn answers(told: &[(Time, Told)]) -> Vec<(u32, ServerId, Option<String>)> {
    told.iter()
        .filter_map(|(_, told)| match told {
            Told::Client { client, what: ClientTold::Answered { by, result, .. }, .. } => {
                Some((*client, *by, result.clone()))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn a_client_follows_a_redirect_and_remembers_the_leader() {
    let mut world = led_by_s1(quiet(3));
    play(&mut world, 100);
    give(&mut world, "request x=1 to S3 from C2");
    let told = play(&mut world, 200);
    assert_eq!(asked(&told), [(2, S1, 2)]);
    assert_eq!(answers(&told), [(2, S1, Some("1".into()))]);
    assert_eq!(world.clients()[1].believes, S1);
}

#[test]
fn a_client_that_hears_of_no_leader_asks_the_next_server_a_little_later() {
    let mut world = World::new(quiet(3), 1);
    give(&mut world, "request x=1");
    let told = play(&mut world, 150);
    assert_eq!(asked(&told), [(1, S2, 2)]);
    give(&mut world, "timeout S3");
    let told = play(&mut world, 500);
    assert_eq!(answers(&told), [(1, S3, Some("1".into()))]);
}

#[test]
fn a_client_tries_again_when_no_answer_comes_and_gives_up_nothing() {
    let mut world = World::new(WorldConfig { client_timeout: 200 * MS, ..quiet(3) }, 1);
    for id in ["S1", "S2", "S3"] {
        give(&mut world, &format!("crash {id}"));
    }
    give(&mut world, "request x=1 from C2");
    let told = play(&mut world, 10_000);
    let attempts: Vec<u32> = asked(&told).iter().map(|(.., attempt)| *attempt).collect();
    assert_eq!(attempts, (2..=51).collect::<Vec<_>>());
    let servers: Vec<u32> = asked(&told).iter().take(4).map(|(_, server, _)| server.0).collect();
    assert_eq!(servers, [2, 3, 1, 2], "it asks one server after the other");
    for id in ["S1", "S2", "S3"] {
        give(&mut world, &format!("restart {id}"));
    }
    give(&mut world, "timeout S2");
    let told = play(&mut world, 2_000);
    assert_eq!(answers(&told), [(2, S2, Some("1".into()))]);
    assert!(world.clients().iter().all(|client| client.open.is_empty()));
}

#[test]
fn every_request_is_answered_once_the_cluster_can() {
    for seed in 0..5 {
        let config = WorldConfig {
            requests_per_second: 50,
            loss_ppm: 200_000,
            duplicate_ppm: 200_000,
            ..WorldConfig::default()
        };
        let mut world = World::new(config, seed);
        play(&mut world, 3_000);
        give(&mut world, "requests 0");
        give(&mut world, "loss 0%");
        play(&mut world, 20_000);
        let made: u32 = world.clients().iter().map(|client| client.requests()).sum();
        let open: usize = world.clients().iter().map(|client| client.open.len()).sum();
        assert!((140..=151).contains(&made) && open == 0, "seed {seed}: {made} requests, {open} open");
    }
}

#[test]
fn a_read_returns_what_was_written_last() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "read x");
    assert_eq!(answers(&play(&mut world, 200)), [(1, S1, None)]);
    give(&mut world, "request x=1");
    give(&mut world, "request x=2");
    play(&mut world, 300);
    give(&mut world, "read x from C3");
    assert_eq!(answers(&play(&mut world, 200)), [(3, S1, Some("2".into()))]);
}

#[test]
fn a_request_at_an_index_that_an_older_one_lost_is_answered_all_the_same() {
    // Cut off, S1 appends three entries that are never committed; they are replaced by one of term 2. Then it leads
    // again, and appends another client's entry where the second of the three was.
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "partition S1 | S2 S3");
    for client in ["C2", "C3", "C4"] {
        give(&mut world, &format!("request x=1 to S1 from {client}"));
    }
    play(&mut world, 20);
    assert_eq!(last_index(&world, S1), 3);
    give(&mut world, "timeout S2");
    play(&mut world, 30);
    give(&mut world, "heal");
    give(&mut world, "request y=1 to S2 from C5");
    play(&mut world, 100);
    assert_eq!(last_index(&world, S1), 1);
    give(&mut world, "timeout S1");
    play(&mut world, 100);
    assert_eq!((world.leader(), term(&world, S1)), (Some(S1), Term(3)));
    give(&mut world, "request z=1 to S1 from C6");
    let told = play(&mut world, 200);
    assert_eq!((last_index(&world, S1), answers(&told)), (2, vec![(6, S1, Some("1".into()))]));
}

#[test]
fn the_clients_keep_their_pace_and_stop_when_told() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "requests 20");
    let told = play(&mut world, 1_000);
    assert_eq!(asked(&told).iter().filter(|(.., attempt)| *attempt == 1).count(), 20);
    assert!(asked(&told).iter().all(|(client, ..)| *client > 1), "C1 is the reader's");
    give(&mut world, "requests 0");
    assert!(asked(&play(&mut world, 1_000)).is_empty());
}

#[test]
fn a_burst_is_so_many_writes_at_once() {
    let mut world = led_by_s1(quiet(3));
    give(&mut world, "burst 20");
    let writes = world
        .told()
        .iter()
        .filter(|told| matches!(told, Told::Client { client: 1, what: ClientTold::Asked { .. }, .. }));
    assert_eq!(writes.count(), 20);
    let told = play(&mut world, 2_000);
    assert_eq!((answers(&told).len(), commit_index(&world, S1)), (20, 20));
}

// --- Chance has no memory ---

/// What the clients ask by themselves, and what a burst writes, after a run with or without further events before.
fn what_is_asked(before: &[&str]) -> Vec<String> {
    let mut world = led_by_s1(quiet(3));
    before.iter().for_each(|text| give(&mut world, text));
    play(&mut world, 500);
    give(&mut world, "burst 5");
    let text = |told: &Told| match told {
        Told::Client { what: ClientTold::Asked { text, attempt: 1, .. }, .. } => Some(text.clone()),
        _ => None,
    };
    let mut texts: Vec<String> = world.told().iter().filter_map(text).collect();
    give(&mut world, "requests 50");
    let told = play(&mut world, 500);
    texts.extend(told.iter().filter_map(|(_, told)| text(told)));
    texts
}

#[test]
fn what_clients_ask_does_not_depend_on_how_much_happened_before() {
    let plain = what_is_asked(&[]);
    assert_eq!(plain.len(), 30);
    assert_eq!(plain, what_is_asked(&["mark one more event"]));
    assert_eq!(plain, what_is_asked(&["cut S1 -> S2", "request k=v from C9"]));
}

#[test]
fn clients_that_pause_go_on_where_they_were() {
    let asked = |commands: &[(u64, &str)]| {
        let mut world = led_by_s1(quiet(3));
        let mut told = Vec::new();
        for (millis, text) in commands {
            give(&mut world, text);
            told.extend(play(&mut world, *millis));
        }
        let asked = told.into_iter().filter_map(|(_, told)| match told {
            Told::Client { client, serial, what: ClientTold::Asked { text, attempt: 1, .. } } => {
                Some((client, serial, text))
            }
            _ => None,
        });
        asked.collect::<Vec<_>>()
    };
    let straight = asked(&[(1_000, "requests 20"), (1_000, "requests 20")]);
    let with_pause = asked(&[(1_000, "requests 20"), (3_000, "requests 0"), (1_000, "requests 20")]);
    assert_eq!((straight.len(), straight), (40, with_pause));
}
