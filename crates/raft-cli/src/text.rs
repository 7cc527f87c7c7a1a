//! What came of a run, for people.

use crate::json::role;
use crate::run::{Outcome, time};
use raft_core::{Index, Log, ServerId};
use raft_sim::scenario::Scenario;
use raft_sim::sentences;
use raft_sim::server::Server;
use raft_sim::story;
use raft_sim::text::{format_ms, format_time};

/// Longest log of which every term is shown.
const LOG_SHOWN: usize = 16;
/// Most keys of a state that are shown.
const STATE_SHOWN: usize = 6;

/// The summary, line by line.
pub(crate) fn of(outcome: &Outcome) -> Vec<String> {
    let subject = &outcome.subject;
    let (run, world) = (&subject.run, subject.run.world());
    let name = subject.name.as_deref().filter(|name| *name != subject.title);
    let name = name.map_or(String::new(), |name| format!(" ({name})"));
    let mut lines = vec![
        format!("{}{name}, seed {}", subject.title, run.seed()),
        format!("{}, {} events, digest {:016x}", format_time(time(subject).0), world.events(), world.digest()),
        story::describe(world),
        String::new(),
    ];
    lines.extend(table(world.ids().map(|id| row(id, world.server(id))).collect()));
    if !world.violations().is_empty() {
        lines.push(String::new());
    }
    for found in world.violations() {
        let property = found.witness.property();
        let expected = if subject.expects(property) { " This was expected." } else { "" };
        let (title, sentence) = (sentences::violation_title(property), sentences::violation(found));
        lines.push(format!("! {} ms: {title}. {sentence}{expected}", format_ms(found.time.0)));
    }
    if !outcome.verdicts.is_empty() {
        lines.push(String::new());
    }
    for (expectation, held) in &outcome.verdicts {
        let (sign, line) =
            if *held { ('✓', String::new()) } else { ('✗', format!(" (line {})", expectation.line)) };
        lines.push(format!("{sign} {}{line}", expectation.text));
    }
    lines
}

/// The built-in scenarios, one a line.
pub(crate) fn list(scenarios: &[Scenario]) -> Vec<String> {
    let width = scenarios.iter().map(|scenario| scenario.name.len()).max().unwrap_or_default();
    scenarios.iter().map(|scenario| format!("{:width$}  {}", scenario.name, scenario.about)).collect()
}

const HEADS: [&str; 8] = ["server", "role", "term", "vote", "commit", "applied", "log", "state"];

fn row(id: ServerId, server: &Server) -> [String; 8] {
    let stable = &server.stable;
    let node = server.node.as_ref();
    let vote = node.map_or(stable.voted_for, |node| node.voted_for());
    let role = match node {
        Some(_) if server.paused => "paused",
        Some(node) => role(node.role()),
        None => "down",
    };
    [
        id.to_string(),
        role.into(),
        node.map_or(stable.current_term, |node| node.current_term()).to_string(),
        vote.map_or("-".into(), |id| id.to_string()),
        node.map_or("-".into(), |node| node.commit_index().to_string()),
        node.map_or("-".into(), |node| node.last_applied().to_string()),
        log(node.map_or(&stable.log, |node| node.log())),
        state(server),
    ]
}

/// The terms of a log that is short, what it is like if it is long.
fn log(log: &Log) -> String {
    let base = log.base().index;
    match (log.last_index().0 - base.0) as usize {
        0 if base == Index(0) => "-".into(),
        held @ 0..=LOG_SHOWN => {
            let terms = log.iter_from(Index(1)).map(|(_, entry)| entry.term.to_string());
            // What a snapshot has replaced stands in brackets.
            let replaced = (base > Index(0)).then(|| format!("[{base}]"));
            replaced.into_iter().chain(terms.take(held)).collect::<Vec<_>>().join(" ")
        }
        count => format!("{count} entries, last of term {}", log.last_term()),
    }
}

fn state(server: &Server) -> String {
    let mut pairs: Vec<String> =
        server.machine.values().take(STATE_SHOWN).map(|(key, value)| format!("{key}={value}")).collect();
    if server.machine.values().count() > STATE_SHOWN {
        pairs.push("...".into());
    }
    if pairs.is_empty() { "-".into() } else { pairs.join(" ") }
}

/// Rows under their heads, each column as wide as it needs.
fn table(rows: Vec<[String; 8]>) -> Vec<String> {
    let mut all = vec![HEADS.map(String::from)];
    all.extend(rows);
    let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    all.iter().map(line).collect()
}
