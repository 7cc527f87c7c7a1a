//! How far something is: on a terminal only, a few times a second.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Time between two looks.
const PACE: Duration = Duration::from_millis(200);

/// A line on standard error that is written over and over.
pub(crate) struct Progress {
    begun: Instant,
    last: Mutex<Option<Instant>>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), last: Mutex::new(None) }
    }

    /// Shows the line that `line` makes of the seconds that have passed, if it is time for one.
    pub(crate) fn tell(&self, line: impl FnOnce(f64) -> String) {
        let Ok(mut last) = self.last.try_lock() else { return };
        if !std::io::stderr().is_terminal() || last.is_some_and(|at| at.elapsed() < PACE) {
            return;
        }
        *last = Some(Instant::now());
        let line = line(self.begun.elapsed().as_secs_f64().max(0.001));
        let _ = write!(std::io::stderr(), "\r{line}   ");
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.last.lock().is_ok_and(|last| last.is_some()) {
            let _ = write!(std::io::stderr(), "\r{:60}\r", "");
        }
    }
}
