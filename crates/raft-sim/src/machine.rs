//! The state machine: a small key-value store, and how its operations stand in the log.

use crate::membership::own_text;
use crate::sorted::Sorted;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use raft_core::{Command, Entry, Index, Log, Payload, Snapshot};

/// An operation of a client, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The client; 0 for entries that a scenario put there.
    pub client: u32,
    /// Number of the request among those of the client.
    pub serial: u32,
    /// The key.
    pub key: String,
    /// The value of a write; none for a read.
    pub value: Option<String>,
}

impl Operation {
    /// The operation as a command: client and serial as four bytes each, then its text.
    pub fn encode(&self) -> Command {
        let mut bytes = Vec::with_capacity(8 + self.key.len() + 8);
        bytes.extend(self.client.to_le_bytes());
        bytes.extend(self.serial.to_le_bytes());
        bytes.extend(self.to_string().bytes());
        Command::new(&bytes)
    }

    /// Reads a command; nothing for bytes that are no operation.
    pub fn decode(command: &Command) -> Option<Self> {
        let (client, rest) = command.bytes().split_first_chunk::<4>()?;
        let (serial, text) = rest.split_first_chunk::<4>()?;
        let text = core::str::from_utf8(text).ok()?;
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value.to_string())),
            None => (text.strip_prefix("read ").unwrap_or(text), None),
        };
        Some(Self {
            client: u32::from_le_bytes(*client),
            serial: u32::from_le_bytes(*serial),
            key: key.to_string(),
            value,
        })
    }

    /// Client and serial of a command, without reading its text.
    pub fn origin(command: &Command) -> Option<(u32, u32)> {
        let (client, rest) = command.bytes().split_first_chunk::<4>()?;
        let (serial, _) = rest.split_first_chunk::<4>()?;
        Some((u32::from_le_bytes(*client), u32::from_le_bytes(*serial)))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.key),
            None => write!(f, "read {}", self.key),
        }
    }
}

/// What an entry holds, for readers.
pub fn entry_text(entry: &Entry) -> String {
    match &entry.payload {
        Payload::Own(own) => own_text(own),
        Payload::Command(command) => match command.bytes().get(8..).map(core::str::from_utf8) {
            Some(Ok(text)) => text.into(),
            _ => "?".into(),
        },
    }
}

/// Who wrote a value: a client and the number of its request. Client 0 stands for what a scenario put there, and for
/// "nobody yet".
pub type Writer = (u32, u32);

/// What came of applying an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What a read found, or what a write wrote.
    pub result: Option<String>,
    /// The write that this is the value of.
    pub writer: Writer,
    /// The request had been applied before, so that nothing was changed.
    pub again: bool,
}

/// Which requests of one client were applied (section 8; dissertation 6.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Session {
    /// All of them up to and with this one.
    upto: u32,
    /// And these beyond it, in order.
    beyond: Vec<u32>,
}

impl Session {
    /// Notes a request; false if it was there.
    fn note(&mut self, serial: u32) -> bool {
        if serial <= self.upto {
            return false;
        }
        let Err(at) = self.beyond.binary_search(&serial) else { return false };
        self.beyond.insert(at, serial);
        let whole = self.beyond.iter().zip(self.upto + 1..).take_while(|(serial, next)| **serial == *next).count();
        self.beyond.drain(..whole);
        self.upto += whole as u32;
        true
    }
}

/// Each number with a space after it.
fn push_words(text: &mut String, head: &str, numbers: &[u32]) {
    text.push_str(head);
    for number in numbers {
        text.push_str(&number.to_string());
        text.push(' ');
    }
}

/// The state of one server's store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    values: Sorted<String, (String, Writer)>,
    sessions: Sorted<u32, Session>,
    /// Names everything that was applied, in order: equal to the log's digest at the last applied index, if
    /// nothing was left out.
    chain: u64,
}

impl Machine {
    /// Applies an entry; nothing for one that holds no operation. With `once` a write that a client repeats changes
    /// nothing the second time (section 8).
    pub fn apply(&mut self, entry: &Entry, once: bool) -> Option<Applied> {
        self.chain = Log::chain(self.chain, entry);
        let Payload::Command(command) = &entry.payload else { return None };
        let Operation { client, serial, key, value } = Operation::decode(command)?;
        // A repeated read is answered with what is there now: that is as good.
        let again = client != 0 && !self.sessions.entry(client).note(serial) && value.is_some();
        match value {
            Some(value) => {
                if !(again && once) {
                    self.values.insert(key, (value.clone(), (client, serial)));
                }
                Some(Applied { result: Some(value), writer: (client, serial), again: again && once })
            }
            None => {
                let (result, writer) = self.read(&key);
                Some(Applied { result, writer, again: false })
            }
        }
    }

    /// The whole state as text, a line for each part: the chain, the sessions, the values.
    pub fn save(&self) -> Vec<u8> {
        let mut text = self.chain.to_string();
        for (client, session) in self.sessions.iter() {
            push_words(&mut text, "\nclient ", &[*client, session.upto]);
            push_words(&mut text, "", &session.beyond);
        }
        for (key, (value, (client, serial))) in self.values.iter() {
            push_words(&mut text, "\nby ", &[*client, *serial]);
            for part in [key, "=", value] {
                text.push_str(part);
            }
        }
        text.into_bytes()
    }

    /// What a snapshot holds; an empty machine without one. What is no such text is passed over.
    pub fn restored(snapshot: Option<&Snapshot>) -> Self {
        let mut machine = Self::default();
        let text = snapshot.and_then(|snapshot| core::str::from_utf8(&snapshot.data).ok()).unwrap_or_default();
        for line in text.split('\n') {
            machine.read_line(line);
        }
        machine
    }

    fn read_line(&mut self, line: &str) {
        let mut words = line.splitn(4, ' ');
        let kind = words.next().unwrap_or_default();
        let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        match kind {
            "client" => {
                let (client, upto) = (number(), number());
                let beyond = words.next().unwrap_or_default().split(' ').filter_map(|word| word.parse().ok()).collect();
                self.sessions.insert(client, Session { upto, beyond });
            }
            "by" => {
                let writer = (number(), number());
                if let Some((key, value)) = words.next().and_then(|pair| pair.split_once('=')) {
                    self.values.insert(key.into(), (value.into(), writer));
                }
            }
            chain => self.chain = chain.parse().unwrap_or(self.chain),
        }
    }

    /// The value of a key and the write that it is from, for a read that is not in the log.
    pub(crate) fn read(&self, key: &str) -> (Option<String>, Writer) {
        match self.values.get(key) {
            Some((value, writer)) => (Some(value.clone()), *writer),
            None => (None, (0, 0)),
        }
    }

    /// Keys and values in order.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(key, (value, _))| (key.as_str(), value.as_str()))
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|(value, _)| value.as_str())
    }

    /// Names everything that was applied.
    pub fn chain(&self) -> u64 {
        self.chain
    }

    /// Whether the machine has applied exactly the log's entries up to `index`.
    pub fn matches(&self, log: &Log, index: Index) -> bool {
        log.digest_at(index) == Some(self.chain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_core::Term;

    fn write(client: u32, serial: u32, text: &str) -> Entry {
        let (key, value) = text.split_once('=').unwrap();
        let operation = Operation { client, serial, key: key.into(), value: Some(value.into()) };
        Entry { term: Term(1), payload: Payload::Command(operation.encode()) }
    }

    #[test]
    fn a_repeated_write_changes_nothing() {
        // Section 8: a command that was executed before is answered without executing it again.
        let mut machine = Machine::default();
        let again = |applied: Option<Applied>| applied.is_some_and(|applied| applied.again);
        assert!(!again(machine.apply(&write(1, 1, "x=1"), true)));
        assert!(!again(machine.apply(&write(2, 1, "x=2"), true)));
        assert!(again(machine.apply(&write(1, 1, "x=1"), true)));
        assert_eq!(machine.get("x"), Some("2"));
        assert!(!again(machine.apply(&write(1, 1, "x=1"), false)), "without sessions it is done again");
        assert_eq!(machine.get("x"), Some("1"));
    }

    #[test]
    fn requests_that_arrive_out_of_order_are_each_applied_once() {
        let mut machine = Machine::default();
        let applied: Vec<bool> = [3, 1, 3, 2, 1, 2, 4, 3]
            .map(|serial| machine.apply(&write(1, serial, "x=1"), true).is_some_and(|applied| !applied.again))
            .into();
        assert_eq!(applied, [true, true, false, true, false, false, true, false]);
        assert_eq!(machine.sessions.get(&1), Some(&Session { upto: 4, beyond: Vec::new() }));
    }

    #[test]
    fn a_machine_that_was_saved_goes_on_as_if_nothing_had_happened() {
        let mut machine = Machine::default();
        let mut chance = 3u64;
        for _ in 0..300 {
            chance = raft_core::mix(chance.wrapping_add(1));
            let (client, serial) = ((chance % 4) as u32, (chance / 4 % 40) as u32 + 1);
            let text =
                alloc::format!("k{}={}", chance / 1_000 % 5, ["", "1", "a=b", "two words"][(chance / 9 % 4) as usize]);
            let entry = write(client, serial, &text);
            let snapshot = Snapshot {
                last_included_index: Index(1),
                last_included_term: Term(1),
                digest: machine.chain(),
                config: alloc::sync::Arc::new((Index(0), raft_core::Membership::default())),
                data: machine.save().into(),
            };
            let mut restored = Machine::restored(Some(&snapshot));
            assert_eq!(restored, machine);
            assert_eq!(restored.apply(&entry, true), machine.apply(&entry, true));
        }
        assert_eq!(Machine::restored(None), Machine::default());
    }

    #[test]
    fn what_a_scenario_put_into_a_log_belongs_to_no_session() {
        let mut machine = Machine::default();
        machine.apply(&write(0, 0, "x=1"), true);
        machine.apply(&write(0, 0, "x=2"), true);
        assert_eq!(machine.get("x"), Some("2"));
    }
}
