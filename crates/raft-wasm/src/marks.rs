//! The marks of the tape, converted once each: an hour of requests has many thousands of them.

use crate::convert::mark_view;
use js_sys::Array;
use raft_sim::record::{Mark, MarkKind};
use raft_sim::run::Run;
use serde::Serialize;
use serde_wasm_bindgen::{Error, Serializer};

/// About how many requests and commits cross; of more, every second is left out, and so on.
const FREQUENT_MAX: usize = 1_500;
/// Most marks that cross.
const MARKS_MAX: u32 = 6_000;

/// What has been converted of a run's marks.
#[derive(Default)]
pub(crate) struct Marks {
    course: u32,
    stride: usize,
    seen: usize,
    /// Requests and commits among them, counted apart: taken together they alternate.
    requests: usize,
    commits: usize,
    list: Array,
}

impl Marks {
    /// The marks of the run as a list of its own, which the page may keep.
    pub(crate) fn of(&mut self, run: &Run) -> Result<Array, Error> {
        let marks = &run.record().marks;
        let stride = marks.len().div_ceil(FREQUENT_MAX).next_power_of_two();
        if (self.course, self.stride) != (run.course(), stride) || self.seen > marks.len() {
            *self = Self { course: run.course(), stride, ..Self::default() };
        }
        for mark in marks.iter_from(self.seen) {
            self.seen += 1;
            if self.counts(mark) && self.list.length() < MARKS_MAX {
                self.list.push(&mark_view(run, mark).serialize(&Serializer::new())?);
            }
        }
        Ok(self.list.slice(0, self.list.length()))
    }

    /// Whether a mark is shown; of frequent ones each `stride`-th of its kind.
    fn counts(&mut self, mark: &Mark) -> bool {
        let number = match mark.kind {
            MarkKind::Request => &mut self.requests,
            MarkKind::Commit => &mut self.commits,
            _ => return true,
        };
        *number += 1;
        (*number - 1).is_multiple_of(self.stride)
    }
}
