//! Runs the real binary, and compares what it says with files.
#![allow(dead_code, reason = "each file of tests uses a part of it")]

pub(crate) mod schema;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a call of `raftlab` gave.
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {}{}", self.out, self.err))
    }
}

pub(crate) fn raftlab<A: AsRef<std::ffi::OsStr>>(args: &[A]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_raftlab")).args(args).output().expect("the binary is built");
    said(&output)
}

pub(crate) fn said(output: &Output) -> Said {
    Said {
        status: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout.clone()).expect("it prints UTF-8"),
        err: String::from_utf8(output.stderr.clone()).expect("it prints UTF-8"),
    }
}

/// A file of the repository.
pub(crate) fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

pub(crate) fn read(path: &str) -> String {
    let path = file(path);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// Writes a file for one test and returns its path.
pub(crate) fn temporary(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("the target folder can be written");
    path.to_str().expect("the target folder has a plain name").to_string()
}

/// Compares with a committed file; `UPDATE=1` writes it anew, to be reviewed as a diff.
#[track_caller]
pub(crate) fn golden(path: &str, actual: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file(path), actual).expect("the repository can be written");
        return;
    }
    let expected = read(path);
    if expected != actual {
        let at = expected.lines().zip(actual.lines()).position(|(a, b)| a != b);
        let at = at.unwrap_or_else(|| expected.lines().count().min(actual.lines().count()));
        panic!(
            "{path} differs in line {}:\n  file {:?}\n  now  {:?}\nUPDATE=1 cargo test -p raft-cli writes it anew",
            at + 1,
            expected.lines().nth(at),
            actual.lines().nth(at)
        );
    }
}
