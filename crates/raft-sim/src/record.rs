//! What the tape shows: terms and notable moments, noted once as the run is first played.

use crate::command::Command;
use crate::told::{ClientTold, EventInfo, Told};
use raft_core::{Chunks, CommitCause, Happening, ServerId, Term, Time};

/// Kinds of notable moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A leader was elected.
    Election,
    /// A server crashed.
    Crash,
    /// A server restarted.
    Restart,
    /// The network, a disk or a clock was changed.
    Fault,
    /// A client made a request.
    Request,
    /// A leader committed.
    Commit,
    /// A promise was broken.
    Violation,
    /// The reader or the scenario marked the moment.
    Mark,
    /// Any other command.
    Command,
}

impl MarkKind {
    /// Its name in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Election => "election",
            Self::Crash => "crash",
            Self::Restart => "restart",
            Self::Fault => "fault",
            Self::Request => "request",
            Self::Commit => "commit",
            Self::Violation => "violation",
            Self::Mark => "mark",
            Self::Command => "command",
        }
    }
}

/// A notable moment. What `what` and `term` mean depends on the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of the event.
    pub event: u64,
    /// When.
    pub time: Time,
    /// What kind.
    pub kind: MarkKind,
    /// The server or client; for commands their place in the run's list; for violations theirs.
    pub what: u32,
    /// The term of an election, the index of a commit.
    pub number: u32,
}

/// The time in which a term was the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermSpan {
    /// The term.
    pub term: Term,
    /// Since when it was the highest.
    pub from: Time,
    /// Its leader, and since when.
    pub leader: Option<(ServerId, Time)>,
    /// The events that began it and that gave it its leader.
    pub(crate) events: (u64, u64),
}

/// Terms and marks of a run, in order.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// All terms that were the highest at some time.
    pub terms: Chunks<TermSpan>,
    /// All notable moments.
    pub marks: Chunks<Mark>,
}

impl Record {
    /// Notes what an event made happen. `command` is the place of the command that it was.
    pub(crate) fn note(&mut self, info: &EventInfo, told: &[Told], command: Option<usize>) {
        for told in told {
            self.note_term(info, told);
            if let Some((kind, what, number)) = notable(told, command.unwrap_or(0) as u32) {
                self.marks.push(Mark { event: info.number, time: info.time, kind, what, number });
            }
        }
    }

    fn note_term(&mut self, info: &EventInfo, told: &Told) {
        let Told::Raft(server, happening) = told else { return };
        let (term, leads) = match happening {
            Happening::BecameCandidate { term, .. }
            | Happening::SteppedDown { term, .. }
            | Happening::TermRaised { term, .. } => (*term, false),
            Happening::BecameLeader { term, .. } => (*term, true),
            _ => return,
        };
        if self.terms.last().is_none_or(|last| last.term < term) {
            self.terms.push(TermSpan { term, from: info.time, leader: None, events: (info.number, 0) });
        }
        let at = self.terms.len() - 1;
        if leads
            && self.terms.get(at).is_some_and(|last| last.term == term && last.leader.is_none())
            && let Some(last) = self.terms.get_mut(at)
        {
            last.leader = Some((*server, info.time));
            last.events.1 = info.number;
        }
    }

    /// Forgets everything after an event.
    pub(crate) fn truncate(&mut self, event: u64) {
        let marks = self.marks.partition_point(|mark| mark.event <= event);
        self.marks.truncate(marks);
        let terms = self.terms.partition_point(|span| span.events.0 <= event);
        self.terms.truncate(terms);
        if self.terms.last().is_some_and(|last| last.leader.is_some() && last.events.1 > event)
            && let Some(span) = self.terms.get_mut(terms - 1)
        {
            span.leader = None;
        }
    }
}

fn notable(told: &Told, command: u32) -> Option<(MarkKind, u32, u32)> {
    Some(match told {
        Told::Raft(server, Happening::BecameLeader { term, .. }) => (MarkKind::Election, server.0, term.0),
        Told::Raft(server, Happening::CommitAdvanced { to, by: CommitCause::Majority { .. } }) => {
            (MarkKind::Commit, server.0, to.0)
        }
        Told::Crashed { server, .. } => (MarkKind::Crash, server.0, 0),
        Told::Restarted(server) => (MarkKind::Restart, server.0, 0),
        Told::Client { client, serial, what: ClientTold::Asked { attempt: 1, .. } } => {
            (MarkKind::Request, *client, *serial)
        }
        Told::Violation(number) => (MarkKind::Violation, *number, 0),
        Told::Reader(what) => (command_kind(what)?, command, 0),
        // No command of the run's list.
        Told::Chaos(what) => (command_kind(what).filter(|kind| *kind == MarkKind::Fault)?, u32::MAX, 0),
        _ => return None,
    })
}

/// The kind of mark that a command leaves besides what it makes happen.
fn command_kind(command: &Command) -> Option<MarkKind> {
    Some(match command {
        Command::Crash(_) | Command::Restart(_) | Command::Request(_) | Command::Burst(_) => return None,
        Command::Mark(_) => MarkKind::Mark,
        Command::Partition(_)
        | Command::Shape(_)
        | Command::Heal
        | Command::Cut(..)
        | Command::Mend(..)
        | Command::Pause(_)
        | Command::Resume(_)
        | Command::Restore(_)
        | Command::Wipe(_) => MarkKind::Fault,
        _ => MarkKind::Command,
    })
}
