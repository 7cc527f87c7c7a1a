//! Bad input ends with 2 and one sentence that says what would have been right.

mod common;

use common::{raftlab, temporary};
use raft_sim::scenario::SOURCE_MAX;
use std::io::Read;
use std::process::{Command, Stdio};

#[track_caller]
fn refused(args: &[&str], sentence: &str) {
    let said = raftlab(&[&["run"], args].concat());
    assert_eq!((said.status, said.out.as_str()), (2, ""), "{args:?}: {}", said.err);
    assert_eq!(said.err, format!("error: {sentence}\n"), "{args:?}");
}

#[track_caller]
fn refused_file(name: &str, source: impl AsRef<[u8]>, sentence: &str) {
    let path = temporary(name, source);
    refused(&[&path], &format!("{path}: {sentence}"));
}

#[test]
fn names_and_files() {
    refused(&["first-electoin"], "there is no scenario \"first-electoin\"; did you mean first-election?");
    let said = raftlab(&["run", "nothing-like-it"]);
    assert_eq!(said.status, 2);
    assert!(said.err.starts_with("error: there is no scenario \"nothing-like-it\"; there are first-election, "));
    refused(&["./missing.txt"], "./missing.txt cannot be read: No such file or directory");
    refused(&[env!("CARGO_TARGET_TMPDIR")], concat!(env!("CARGO_TARGET_TMPDIR"), " cannot be read: Is a directory"));
    let path = temporary("endless.txt", vec![b'#'; SOURCE_MAX + 1]);
    refused(&[&path], &format!("{path} is longer than {SOURCE_MAX} bytes, which no scenario and no saved run is"));
}

#[test]
fn seeds_and_times() {
    for wrong in ["x", "-1", "18446744073709551616", "0xg", "1.5", ""] {
        let sentence = format!("\"{wrong}\" is not a seed; a seed is a number from 0 to 18446744073709551615");
        refused(&["playground", "--seed", wrong], &sentence);
    }
    for wrong in ["5", "-5ms", "ms", "1h", "99999999999s"] {
        let sentence = format!("\"{wrong}\" is not a time; write it like 250us, 5ms or 1.5s");
        refused(&["playground", "--until", wrong], &sentence);
    }
    refused(
        &["playground", "--until", "86401s"],
        "\"86401s\" is too long; a run lasts at most a day, which is 1440min",
    );
    let path = temporary("eternal.txt", "until: 90000s");
    refused(&[&path], "the scenario lasts longer than a day; give it an earlier end with --until");
}

#[test]
fn scenarios_with_line_and_column() {
    refused_file(
        "misspelt.txt",
        "title: Misspelt\n\nwhen a leader: crahs leader\n",
        "line 3, column 16: \"crahs\" is not a command; did you mean crash?",
    );
    refused_file(
        "stranger.txt",
        "servers: 3\r\nat 1ms: crash S1; crash S9\r\n",
        "line 2, column 19: there is no server S9; this cluster has S1 to S3",
    );
    refused_file("bytes.txt", b"title: \xff", "line 1, column 8: this is not text; a scenario is written in UTF-8");
    refused_file(
        "steered.txt",
        "seed: \u{1b}[2J",
        "line 1, column 7: \"\\u{1b}[2J\" is not a seed; a seed is a number from 0 to 18446744073709551615",
    );
}

#[test]
fn saved_runs() {
    refused_file("newer.txt", "raft-lab run 2\n", "the run is of version 2, and this Raft Lab reads version 1");
    refused_file(
        "other.txt",
        "raft-lab run 1\nlook 5ms 0 0000000000000000\n",
        "the run was made with another version of Raft Lab: played again it does not end in the same state",
    );
    refused_file(
        "wrong.txt",
        "raft-lab run 1\ndo 5ms: crash S9\n",
        "line 2: there is no server S9; this cluster has S1 to S5",
    );
}

#[test]
fn a_run_that_would_fill_the_memory_is_refused() {
    let sentence = "more than 1000000 messages and writes wait at once; choose a shorter latency or longer timeouts";
    for (name, source) in [
        ("slow-network.txt", "servers: 101\nlatency: 60s\nheartbeat: 100us\nat 0us: timeout S1\nuntil: 100s\n"),
        ("slow-disk.txt", "servers: 101\nelection-timeout: 1us\nlatency: 80000s\nuntil: 100s\n"),
    ] {
        refused(&[&temporary(name, source)], sentence);
    }
    // A client that gets no answers stops asking.
    let bursts = ["burst 1000"; 300].join("; ");
    let path =
        temporary("bursts.txt", format!("servers: 1\nuntil: 1s\nat 0us: {bursts}\nexpect not S1 commits 10001\n"));
    assert_eq!(raftlab(&["run", &path]).status, 0);
}

#[test]
fn arguments() {
    for args in [&["run"][..], &["run", "playground", "--fast"], &["jog"], &[]] {
        let said = raftlab(args);
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains("Usage: raftlab"), "{args:?}: {}", said.err);
    }
    let said = raftlab(&["help", "run"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.contains("--until <TIME>") && said.out.contains("Exit status"), "{}", said.out);
    let said = raftlab(&["--version"]);
    assert_eq!((said.status, said.out), (0, format!("raftlab {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_reader_who_goes_away_changes_no_exit_status() {
    for (args, status) in [
        (&["run", "playground", "--trace", "--until", "60s"][..], 0),
        (&["run", "playground", "--json", "--trace"], 0),
        (&["run", "playground", "--trace", "--until", "1ms"], 1),
        (&["help"], 0),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_raftlab"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary is built");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(status), ""), "{args:?}");
    }
}
