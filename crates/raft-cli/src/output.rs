//! Printing that survives a reader who has gone away, and keeps control characters out of the terminal.

use std::io::{self, BufWriter, ErrorKind, Write};

/// The exit status for bad input.
pub(crate) const BAD_INPUT: u8 = 2;

/// Standard output. When its reader has gone (`raftlab ... | head`), nothing more is printed and all goes on, so that
/// the exit status never depends on who listens.
pub(crate) struct Output {
    to: BufWriter<io::Stdout>,
    gone: bool,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { to: BufWriter::with_capacity(1 << 16, io::stdout()), gone: false }
    }

    /// Prints a line.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), String> {
        let done = if self.gone { Ok(()) } else { writeln!(self.to, "{line}") };
        self.heard(done)
    }

    /// Makes sure that all of it is printed.
    pub(crate) fn finish(mut self) -> Result<(), String> {
        let done = if self.gone { Ok(()) } else { self.to.flush() };
        self.heard(done)
    }

    fn heard(&mut self, done: io::Result<()>) -> Result<(), String> {
        match done {
            Err(why) if why.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(())
            }
            other => other.map_err(|why| format!("the output cannot be written: {why}")),
        }
    }
}

/// Says something on standard error.
pub(crate) fn warn(kind: &str, what: &str) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "{kind}: {}", plain(what));
}

/// The text with control characters and changes of writing direction made visible: names and values come from files.
pub(crate) fn plain(text: &str) -> String {
    let is_strange = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let visible = |c: char| if is_strange(c) { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(plain("a \u{1b}[2Jé\u{202e}\n"), "a \\u{1b}[2Jé\\u{202e}\\u{a}");
    }
}
