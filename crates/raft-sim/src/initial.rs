//! Whether servers could have come to the logs with which a scenario begins.
//!
//! A term has one leader, and the leader one log: so on all servers that have entries of a term these begin at the
//! same index, behind the same entries (section 5.3). Who holds how many copies is not looked at: what is missing may
//! have been lost on servers that the scenario does not name.

use crate::config::InitialServer;
use alloc::format;
use alloc::string::String;
use raft_core::Term;

type Entries = [(Term, String)];

/// The first entry of a server's log, by its place from 0, that cannot be if another server has what it has.
pub(crate) fn contradiction(servers: &[InitialServer], at: usize) -> Option<(usize, String)> {
    let mine = servers.get(at)?;
    let others = servers.iter().enumerate().filter(|(other, _)| *other != at);
    others.map(|(_, other)| other).find_map(|other| {
        let (place, why) = between(&mine.log, &other.log)?;
        Some((place, format!("{why} on {}; a term has one leader, and that one log", other.id)))
    })
}

fn between(mine: &Entries, theirs: &Entries) -> Option<(usize, String)> {
    for (begin, (term, _)) in mine.iter().enumerate() {
        if begin > 0 && mine[begin - 1].0 == *term {
            continue;
        }
        let Some(other) = theirs.iter().position(|(their, _)| their == term) else { continue };
        if other != begin {
            return Some((begin, format!("term {term} begins at index {} here and at index {}", begin + 1, other + 1)));
        }
        let of_term = |log: &Entries| log.iter().take_while(|(their, _)| their <= term).count();
        let common = of_term(mine).min(of_term(theirs));
        if let Some(place) = (0..common).find(|place| mine[*place] != theirs[*place]) {
            let shown = |log: &Entries| format!("{}/{}", log[place].0, log[place].1);
            let (here, there) = (shown(mine), shown(theirs));
            return Some((place, format!("index {} is {here} here and {there}", place + 1)));
        }
    }
    None
}

/// Why a server's term cannot be, if it is stated: no entry is of a later term than the server has seen.
pub(crate) fn term_too_low(server: &InitialServer) -> Option<String> {
    let last = server.log.last()?.0;
    let stated = server.term != Term(0);
    (stated && server.term < last)
        .then(|| format!("{} has an entry of term {last}; its term cannot be {}", server.id, server.term))
}
