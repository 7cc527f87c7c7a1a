//! Whether a history of operations can be explained by one machine that does one thing after the other: Wing and
//! Gong's search with Lowe's memory of what was tried ("Testing for linearizability", 2016).
//!
//! The simulator has a faster test of its own, for registers whose reads name their write, which grows with the run.
//! This one knows nothing of that: it takes any machine and any history, and is what the other is checked against.

use std::collections::HashSet;
use std::hash::Hash;

/// A machine, told what was asked and, unless that is unknown, what it answered.
pub trait Model {
    /// What is asked.
    type Input;
    /// What it answers.
    type Output;
    /// What it is in.
    type State: Clone + Eq + Hash;

    /// The state before all operations.
    fn initial(&self) -> Self::State;

    /// The state after an operation; none if it cannot have answered so. Any answer is right if `output` is none.
    fn step(&self, state: &Self::State, input: &Self::Input, output: Option<&Self::Output>) -> Option<Self::State>;
}

/// One operation of a history.
#[derive(Clone, Debug)]
pub struct Operation<I, O> {
    /// What was asked.
    pub input: I,
    /// When it was asked, in any unit.
    pub called: u64,
    /// When it was answered, and what; none if it never was: then it may have happened at any time, or not at all.
    pub answered: Option<(u64, O)>,
}

/// Places in a list of calls and answers, in order of time, from which operations are taken and put back.
struct Calls {
    /// Which operation, and whether this is its call.
    entries: Vec<(usize, bool)>,
    next: Vec<usize>,
    before: Vec<usize>,
    /// Place of each operation's answer.
    answer_of: Vec<usize>,
}

impl Calls {
    fn new<I, O>(operations: &[Operation<I, O>]) -> Self {
        let mut moments: Vec<(u64, bool, usize)> = Vec::new();
        for (at, operation) in operations.iter().enumerate() {
            // At one moment calls come first: what touches may overlap.
            moments.push((operation.called, false, at));
            moments.push((operation.answered.as_ref().map_or(u64::MAX, |(when, _)| *when), true, at));
        }
        moments.sort_unstable();
        let mut answer_of = vec![0; operations.len()];
        // Place 0 stands before all others.
        let mut entries = vec![(usize::MAX, false)];
        for (place, (_, is_answer, at)) in moments.iter().enumerate() {
            entries.push((*at, !is_answer));
            if *is_answer {
                answer_of[*at] = place + 1;
            }
        }
        let places = entries.len();
        let next = (0..places).map(|place| (place + 1) % places).collect();
        let before = (0..places).map(|place| (place + places - 1) % places).collect();
        Self { entries, next, before, answer_of }
    }

    fn unlink(&mut self, place: usize) {
        let (before, next) = (self.before[place], self.next[place]);
        self.next[before] = next;
        self.before[next] = before;
    }

    fn relink(&mut self, place: usize) {
        let (before, next) = (self.before[place], self.next[place]);
        self.next[before] = place;
        self.before[next] = place;
    }

    fn take(&mut self, call: usize) {
        self.unlink(call);
        self.unlink(self.answer_of[self.entries[call].0]);
    }

    fn put_back(&mut self, call: usize) {
        self.relink(self.answer_of[self.entries[call].0]);
        self.relink(call);
    }
}

/// Whether some order of the operations, each between its call and its answer, explains all answers; none if that was
/// not clear after `limit` trials.
///
/// If there is no such order, the trials grow with two to the number of operations that overlap.
pub fn is_linearizable<M: Model>(
    model: &M,
    operations: &[Operation<M::Input, M::Output>],
    limit: usize,
) -> Option<bool> {
    let mut calls = Calls::new(operations);
    let mut state = model.initial();
    let mut done = vec![0u64; operations.len().div_ceil(64)];
    let mut tried: HashSet<(Vec<u64>, M::State)> = HashSet::new();
    let mut taken: Vec<(usize, M::State)> = Vec::new();
    let mut place = calls.next[0];
    while calls.next[0] != 0 {
        let (at, is_call) = calls.entries[place];
        if is_call {
            let operation = &operations[at];
            let after = model.step(&state, &operation.input, operation.answered.as_ref().map(|(_, output)| output));
            done[at / 64] |= 1 << (at % 64);
            if tried.len() >= limit {
                return None;
            }
            if let Some(after) = after
                && tried.insert((done.clone(), after.clone()))
            {
                taken.push((place, std::mem::replace(&mut state, after)));
                calls.take(place);
                place = calls.next[0];
                continue;
            }
            done[at / 64] &= !(1 << (at % 64));
            place = calls.next[place];
            continue;
        }
        // An answer whose call was not taken: what was taken last was wrong.
        let Some((call, before)) = taken.pop() else { return Some(false) };
        state = before;
        let at = calls.entries[call].0;
        done[at / 64] &= !(1 << (at % 64));
        calls.put_back(call);
        place = calls.next[call];
    }
    Some(true)
}
