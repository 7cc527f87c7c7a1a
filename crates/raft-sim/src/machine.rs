//! The state machine: a small key-value store, and how its operations stand in the log.

use crate::sorted::Sorted;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use raft_core::{Command, Entry, Index, Log, Payload};

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
        Payload::NoOp => "no-op".into(),
        Payload::Command(command) => match command.bytes().get(8..).map(core::str::from_utf8) {
            Some(Ok(text)) => text.into(),
            _ => "?".into(),
        },
    }
}

/// The state of one server's store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    values: Sorted<String, String>,
    /// Names everything that was applied, in order: equal to the log's digest at the last applied index, if
    /// nothing was left out.
    chain: u64,
}

impl Machine {
    /// Applies an entry; what a read found, or what a write wrote.
    pub fn apply(&mut self, entry: &Entry) -> Option<String> {
        self.chain = Log::chain(self.chain, entry);
        let Payload::Command(command) = &entry.payload else { return None };
        let operation = Operation::decode(command)?;
        match operation.value {
            Some(value) => {
                self.values.insert(operation.key, value.clone());
                Some(value)
            }
            None => self.values.get(operation.key.as_str()).cloned(),
        }
    }

    /// Keys and values in order.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
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
