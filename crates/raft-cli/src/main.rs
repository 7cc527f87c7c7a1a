//! The same laboratory at a terminal.
fn main() {}
