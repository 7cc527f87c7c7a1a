use super::*;
use crate::command::{Command, Handling};
use crate::config::{InitialServer, WorldConfig};
use crate::key::MessageKey;
use crate::told::EventKind;
use alloc::vec;
use raft_core::{EntryKind, Rule, Time};
use std::collections::BTreeSet;

const S1: ServerId = ServerId(1);
const S2: ServerId = ServerId(2);

/// A world in which S1 has the log 1 1 2 and term 2.
fn world() -> World {
    let log = vec![(Term(1), "x=1".into()), (Term(1), "x=2".into()), (Term(2), "y=3".into())];
    let initial = vec![InitialServer { id: S1, term: Term(2), voted_for: None, log }];
    World::new(WorldConfig { servers: 3, initial, ..WorldConfig::default() }, 1)
}

fn written(told: &Told) -> String {
    let info = EventInfo { number: 7, time: Time(412_300), cause: 0, kind: EventKind::Timer(S1) };
    line(&info, told, &world())
}

#[track_caller]
fn check(told: Told, verb_and_details: &str) {
    let line = written(&told);
    let words: Vec<&str> = line.split_whitespace().skip(3).collect();
    assert_eq!(words.join(" "), verb_and_details, "{told:?}");
    assert!(VERBS.contains(&words[0]), "{told:?}");
}

#[test]
fn columns_have_their_places() {
    let told = Told::Raft(S1, Happening::VoteGranted { candidate: S2, pre: false });
    assert_eq!(written(&told), "   412300      7 S1@2   grant         S2");
    assert_eq!(written(&Told::Paused(S2)), "   412300      7 S2@0   pause");
    assert_eq!(written(&Told::Reader(Command::Heal)), "   412300      7 -      command       heal");
}

#[test]
fn the_last_event_is_written_and_its_term_is_that_after_the_event() {
    let mut world = world();
    assert!(lines(&world).is_empty());
    world.command(Time(5), &Command::Timeout(S1));
    assert_eq!(
        lines(&world),
        ["        5      1 -      command       timeout S1", "        5      1 S1@3   candidate     forced"]
    );
}

#[test]
fn happenings_of_elections() {
    let (term, kind) = (Term(3), MessageKind::Vote);
    let raft = |happening| Told::Raft(S1, happening);
    let timer = CandidacyCause::TimerRanOut { timeout: 214_034 };
    check(raft(Happening::BecamePreCandidate { term, why: timer }), "pre-candidate for 3 timer 214034us");
    check(raft(Happening::BecameCandidate { term, why: CandidacyCause::PreVoteWon }), "candidate pre-vote");
    check(raft(Happening::BecameLeader { term, votes: 2, needed: 2 }), "leader votes 2/2");
    let higher = StepDownCause::HigherTerm { from: S2, kind };
    check(raft(Happening::SteppedDown { term, why: higher }), "follower higher-term S2 vote");
    let leader = StepDownCause::LeaderExists { leader: S2 };
    check(raft(Happening::TermRaised { from_term: Term(2), term, why: leader }), "term 2 -> 3 leader S2");
    let lost = StepDownCause::QuorumLost { heard: 1, needed: 2 };
    check(raft(Happening::SteppedDown { term, why: lost }), "follower quorum-lost 1/2");
    check(raft(Happening::VoteGranted { candidate: S2, pre: true }), "pre-grant S2");
    for (why, text) in [
        (Denial::StaleTerm { theirs: Term(1), mine: Term(2) }, "stale-term 1 < 2"),
        (Denial::AlreadyVoted { voted_for: S1 }, "voted S1"),
        (Denial::StaleLog { theirs: (Term(1), Index(4)), mine: (Term(2), Index(3)) }, "stale-log 4@1 < 3@2"),
        (Denial::HearsLeader { leader: S1 }, "hears S1"),
    ] {
        check(raft(Happening::VoteDenied { candidate: S2, pre: false, why }), &format!("deny S2 {text}"));
        check(raft(Happening::VoteDenied { candidate: S2, pre: true, why }), &format!("pre-deny S2 {text}"));
    }
    check(raft(Happening::VoteReceived { from: S2, votes: 2, needed: 3, pre: false }), "vote S2 2/3");
    check(raft(Happening::VoteReceived { from: S2, votes: 2, needed: 3, pre: true }), "pre-vote S2 2/3");
    check(raft(Happening::VoteRefused { from: S2, pre: false }), "refused S2");
}

#[test]
fn happenings_of_logs() {
    let raft = |happening| Told::Raft(S1, happening);
    let (first, last, leader) = (Index(2), Index(3), S2);
    check(raft(Happening::EntryAppended { index: last, term: Term(2), kind: EntryKind::Command }), "append 3@2 y=3");
    check(raft(Happening::ProposalRefused { leader: None }), "redirect nobody");
    check(raft(Happening::HeartbeatSent { round: 4 }), "heartbeat round 4");
    check(raft(Happening::HeartbeatAccepted { leader, prev_log_index: last }), "hear S2 3@2");
    check(
        raft(Happening::EntriesStored { leader, first, last, prev_log_term: Term(1) }),
        "store S2 2@1..3@2 after 1@1",
    );
    check(raft(Happening::EntriesKnown { leader, last }), "know S2 3@2");
    check(raft(Happening::EntriesRemoved { first, last, mine: Term(1), theirs: Term(4) }), "remove 2@1..3 theirs 2@4");
    check(raft(Happening::EntriesDropped { first, last, mine: Term(1) }), "drop 2@1..3");
    for (why, text) in [
        (AppendRefusal::StaleTerm { theirs: Term(1), mine: Term(2) }, "stale-term 1 < 2"),
        (AppendRefusal::NoEntry { prev_log_index: Index(9), last_index: last }, "no-entry 9 last 3@2"),
        (AppendRefusal::OtherTerm { prev_log_index: last, theirs: Term(5), mine: Term(2) }, "other-term 3@5 mine 3@2"),
        (AppendRefusal::IsLeader, "is-leader"),
    ] {
        check(raft(Happening::AppendRefused { leader, why }), &format!("reject S2 {text}"));
    }
    check(raft(Happening::MatchAdvanced { follower: S2, match_index: Index(9) }), "match S2 9@?");
    let lowered = Happening::NextIndexLowered { follower: S2, from: Index(9), to: first, fast: true };
    check(raft(lowered), "back-up S2 9 -> 2 fast");
    let by = CommitCause::Majority { stored: 2, needed: 2 };
    check(raft(Happening::CommitAdvanced { to: last, by }), "commit 3@2 stored 2/2");
    let by = CommitCause::Leader { leader_commit: last };
    check(raft(Happening::CommitAdvanced { to: first, by }), "commit 2@1 leader 3");
    check(raft(Happening::CommitWithheld { index: first, term: Term(1) }), "withhold 2@1");
    check(raft(Happening::Applied { first: last, last }), "apply 3@2");
    check(raft(Happening::BecameStable { last_index: last }), "stable 3@2");
    let why = IgnoreCause::HearsLeader { leader };
    check(raft(Happening::Ignored { from: S2, kind: MessageKind::Vote, why }), "ignore S2 vote hears S2");
    check(raft(Happening::RuleWouldForbid { rule: Rule::Majority }), "rule-off majority");
}

#[test]
fn what_happens_around_the_servers() {
    let key = MessageKey::parse("append/S1>S2/t2/r14").unwrap();
    let drop = Command::Message(key, Handling::Drop);
    check(Told::Reader(drop), "command drop append/S1>S2/t2/r14");
    check(Told::Moot(Command::Crash(S1), "S1 is already down".into()), "moot crash S1: S1 is already down");
    check(Told::Crashed { server: S1, entries_lost: 2, vote_lost: true }, "crash loses 2 and vote");
    check(Told::Crashed { server: S1, entries_lost: 0, vote_lost: false }, "crash loses 0");
    check(Told::DiskLied { server: S1, entries_lost: 2, vote_lost: true }, "disk-lied loses 2 and vote");
    check(Told::Restarted(S1), "restart disk 3@2");
    check(Told::Resumed { server: S1, waiting: 3 }, "resume waiting 3");
    check(Told::Waits(key), "wait append/S1>S2/t2/r14");
    for (why, text) in [
        (LossCause::Chance, "chance"),
        (LossCause::Cut, "cut"),
        (LossCause::Partition, "partition"),
        (LossCause::Down, "down S2"),
        (LossCause::Reader, "dropped"),
    ] {
        check(Told::Lost(key, why), &format!("lost append/S1>S2/t2/r14 {text}"));
    }
    let client = |what| Told::Client { client: 1, serial: 4, what };
    let text = || String::from("x=4");
    check(client(ClientTold::Asked { text: text(), server: S1, attempt: 2 }), "ask #4 x=4 S1 attempt 2");
    check(client(ClientTold::Redirected { by: S1, leader: Some(S2) }), "redirected #4 S1 -> S2");
    let result = Some("4".into());
    check(client(ClientTold::Answered { text: text(), by: S1, result }), "answered #4 x=4 S1 -> 4");
    check(client(ClientTold::Answered { text: "read x".into(), by: S1, result: None }), "answered #4 read x S1");
    check(client(ClientTold::GaveUpWaiting { server: S1 }), "gave-up #4 S1");
}

#[test]
fn every_line_of_every_built_in_scenario_has_the_columns() {
    let mut verbs = BTreeSet::new();
    for (name, _) in crate::scenario::BUILT_IN {
        let mut run = crate::scenario::built_in(name).unwrap().run();
        while run.time() < Time(1_000_000) && run.step() {
            for line in lines(run.world()) {
                let words: Vec<&str> = line.split_whitespace().collect();
                assert_eq!(words[0], format!("{}", run.world().now().0), "{line}");
                assert_eq!(words[1], format!("{}", run.world().events()), "{line}");
                let server = words[2]
                    .split_once('@')
                    .is_some_and(|(id, term)| id.starts_with('S') && term.parse::<u32>().is_ok());
                assert!(server || words[2] == "-" || words[2].starts_with('C'), "{line}");
                assert!(!line.contains('?'), "an entry that is not there: {line}");
                verbs.insert(String::from(words[3]));
            }
        }
    }
    assert!(verbs.len() > 20, "{verbs:?}");
}
