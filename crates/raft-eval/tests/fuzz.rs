//! The fuzzing targets on stable Rust: their stored corpus, and random changes to it.
//!
//! `RAFT_FUZZ=100000 cargo test --release -p raft-eval --test fuzz` tries so many changes of each input.

use raft_core::mix;
use raft_eval::fuzz;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("the corpus").map(|file| file.expect("a file").path()).collect();
    files.sort();
    files.iter().map(|file| (file.display().to_string(), std::fs::read(file).expect("it can be read"))).collect()
}

/// Changes some bytes or lines of an input, or takes some from another one.
fn changed(input: &[u8], other: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut below = |limit: usize| {
        state = mix(state.wrapping_add(1));
        (state >> 11) as usize % limit.max(1)
    };
    let mut out = input.to_vec();
    for _ in 0..below(6) + 1 {
        let (at, from) = (below(out.len() + 1), below(other.len() + 1));
        let (many, taken) = (below(24), below(40));
        let end = (at + many).min(out.len());
        match below(6) {
            0 if at < out.len() => out[at] = below(256) as u8,
            1 if at < out.len() => out[at] = [0, 1, b'0', b'9', b'\n', b' ', 253, 254, 255][below(9)],
            2 => drop(out.drain(at..end)),
            3 => drop(out.splice(at..at, other[from..(from + taken).min(other.len())].to_vec())),
            4 => drop(out.splice(at..at, out[at..end].to_vec())),
            _ => drop(out.splice(at..at, format!("{}", below(1 << 40) >> below(40)).into_bytes())),
        }
    }
    out
}

fn run(target: &str, body: fn(&[u8])) {
    let rounds = std::env::var("RAFT_FUZZ").map_or(100, |rounds| rounds.parse().expect("RAFT_FUZZ is a number"));
    let corpus = corpus(target);
    assert!(corpus.len() >= 4, "{corpus:?}");
    for (name, input) in &corpus {
        body(input);
        for round in 0..rounds {
            let other = &corpus[mix(round) as usize % corpus.len()].1;
            let input = changed(input, other, mix(round));
            catch_unwind(AssertUnwindSafe(|| body(&input))).unwrap_or_else(|panic| {
                eprintln!("{name}, change {round}: {}", input.escape_ascii());
                resume_unwind(panic)
            });
        }
    }
}

#[test]
fn any_scenario_is_played_or_refused() {
    run("scenario", fuzz::scenario);
}

#[test]
fn any_commands_are_obeyed_or_refused() {
    run("commands", fuzz::commands);
}

#[test]
fn any_messages_leave_a_server_in_order() {
    run("messages", fuzz::messages);
}

/// A corpus from which a fuzzer has far to go finds little: the stored one leads to everything a server can do.
#[test]
fn the_stored_messages_reach_what_a_server_can_do() {
    use raft_core::Happening::*;
    let mut told = Vec::new();
    for (_, input) in corpus("messages") {
        fuzz::messages_seen_by(&input, &mut |_, effects| told.extend_from_slice(&effects.happenings));
    }
    let reached = |what: &str, is_it: fn(&raft_core::Happening) -> bool| {
        assert!(told.iter().any(is_it), "no stored input leads to it: {what}");
    };
    reached("it leads", |it| matches!(it, BecameLeader { .. }));
    reached("it commits", |it| matches!(it, CommitAdvanced { .. }));
    reached("it answers a read", |it| matches!(it, ReadAnswered { .. }));
    reached("it hands over", |it| matches!(it, TimeoutNowSent { .. }));
    reached("it is asked to lead", |it| {
        matches!(it, BecameCandidate { why: raft_core::CandidacyCause::Transfer { .. }, .. })
    });
    reached("it changes the membership", |it| matches!(it, ConfigChanged { .. }));
    reached("it lets a new server catch up", |it| matches!(it, CatchUpRound { .. }));
    reached("it takes a snapshot", |it| matches!(it, LogDiscarded { .. }));
    reached("it sends a snapshot", |it| matches!(it, ChunkAcknowledged { .. }));
    reached("it installs a snapshot", |it| matches!(it, SnapshotInstalled { .. }));
}
