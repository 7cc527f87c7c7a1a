//! A deterministic world around raft-core.
