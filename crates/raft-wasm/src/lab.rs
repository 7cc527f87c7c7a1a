//! The one class that the page drives.

use crate::marks::Marks;
use crate::views::{Settings, Setup, Tape};
use crate::{convert, frame};
use js_sys::{Float64Array, Reflect};
use raft_core::{CommitCause, Happening, ServerId, Time};
use raft_sim::command::Command;
use raft_sim::record::MarkKind;
use raft_sim::run::{Progress, Run};
use raft_sim::scenario::{self, Scenario};
use raft_sim::told::Told;
use raft_sim::world::World;
use raft_sim::{saved, story};
use serde::Serialize;
use tsify::Ts;
use wasm_bindgen::prelude::*;

/// The version of the engine.
#[wasm_bindgen(js_name = engineVersion)]
pub fn engine_version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// The built-in scenarios, in the order in which they are shown.
///
/// # Errors
/// Never, unless the host runs out of memory.
#[wasm_bindgen(unchecked_return_type = "ScenarioInfo[]")]
pub fn scenarios() -> Result<JsValue, JsError> {
    to_js(&convert::scenario_infos())
}

/// Sizes and names of the frame's layout, for the test that compares them with the page's.
///
/// # Errors
/// Never, unless the host runs out of memory.
#[wasm_bindgen(js_name = frameLayout, unchecked_return_type = "{ header: number; server: number; message: number; kinds: string[] }")]
pub fn frame_layout() -> Result<JsValue, JsError> {
    #[derive(Serialize)]
    struct Layout {
        header: usize,
        server: usize,
        message: usize,
        kinds: Vec<&'static str>,
    }
    to_js(&Layout { header: frame::HEADER, server: frame::SERVER, message: frame::MESSAGE, kinds: convert::kinds() })
}

pub(crate) fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsError> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    value.serialize(&serializer).map_err(|why| JsError::new(&why.to_string()))
}

pub(crate) fn refuse(why: String) -> JsError {
    JsError::new(&why)
}

/// A run that a page can play, seek, fork and ask.
#[wasm_bindgen]
pub struct Lab {
    run: Run,
    search: Option<Search>,
    marks: Marks,
    /// The settings as they crossed last: many texts, of which hardly any ever changes.
    settings: Option<(Settings, JsValue)>,
}

/// A search for a goal that is not yet over: it goes on in the next call.
struct Search {
    goal: String,
    /// Where the last call left off.
    event: u64,
    /// How far it goes.
    horizon: Time,
}

#[wasm_bindgen]
impl Lab {
    /// A run at its start.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn open(setup: Ts<Setup>) -> Result<Lab, JsError> {
        let setup = Setup::read(&setup).map_err(|why| refuse(format!("the setup cannot be read: {why}")))?;
        let mut scenario = match (&setup.source, &setup.scenario) {
            (Some(source), _) => Scenario::parse("own", source).map_err(|problem| refuse(problem.to_string()))?,
            (None, Some(name)) => scenario::built_in(name).map_err(refuse)?,
            (None, None) => scenario::built_in("first-election").map_err(refuse)?,
        };
        if let Some(servers) = setup.servers.filter(|servers| *servers != scenario.config.servers) {
            resize(&mut scenario, servers).map_err(refuse)?;
        }
        if let Some(seed) = &setup.seed {
            scenario.seed = scenario::parse_seed(seed).map_err(refuse)?;
        }
        Ok(Lab { run: scenario.run(), search: None, marks: Marks::default(), settings: None })
    }

    /// The state at the cursor as one flat array.
    pub fn frame(&self) -> Float64Array {
        Float64Array::from(frame::frame(&self.run).as_slice())
    }

    /// Changes whenever anything but time has changed.
    pub fn revision(&self) -> u32 {
        self.run.revision()
    }

    /// The time at the cursor in microseconds.
    #[wasm_bindgen(js_name = timeUs)]
    pub fn time_us(&self) -> f64 {
        self.run.time().0 as f64
    }

    /// Events before the cursor.
    pub fn event(&self) -> f64 {
        self.run.world().events() as f64
    }

    /// How far the run has been played, in microseconds.
    #[wasm_bindgen(js_name = edgeUs)]
    pub fn edge_us(&self) -> f64 {
        self.run.edge().0.0 as f64
    }

    /// Moves to a time, playing at most `max_events`; true once there, or stopped by a violation.
    ///
    /// # Errors
    /// If the run has become too heavy to go on.
    pub fn seek(&mut self, time_us: f64, max_events: f64) -> Result<bool, JsError> {
        let progress = self.run.seek(Time(time_us.max(0.0) as u64), max_events as u64);
        self.bearable(progress != Progress::More)
    }

    fn bearable<T>(&self, answer: T) -> Result<T, JsError> {
        self.run.check_burden().map(|()| answer).map_err(refuse)
    }

    /// Moves to the moment right after an event.
    ///
    /// # Errors
    /// If the run has become too heavy to go on.
    #[wasm_bindgen(js_name = seekEvent)]
    pub fn seek_event(&mut self, event: f64, max_events: f64) -> Result<bool, JsError> {
        let progress = self.run.seek_event(event.max(0.0) as u64, max_events as u64);
        self.bearable(progress != Progress::More)
    }

    /// Lets one event happen.
    pub fn step(&mut self) -> bool {
        self.run.step()
    }

    /// Goes back by one event.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&mut self) -> bool {
        self.run.step_back()
    }

    /// Plays until something has happened: "met", "more" if it has to be called again, "none" if it did not happen
    /// within a minute of simulated time.
    ///
    /// # Errors
    /// If there is no such goal.
    #[wasm_bindgen(js_name = runUntil, unchecked_return_type = "\"met\" | \"more\" | \"none\"")]
    pub fn run_until(&mut self, goal: &str, max_events: f64) -> Result<String, JsError> {
        let test: fn(&World) -> bool = match goal {
            "leader" => |world| tells(world, |happening| matches!(happening, Happening::BecameLeader { .. })),
            "commit" => |world| {
                tells(world, |happening| {
                    matches!(happening, Happening::CommitAdvanced { by: CommitCause::Majority { .. }, .. })
                })
            },
            "violation" => |world| world.told().iter().any(|told| matches!(told, Told::Violation(_))),
            "interesting" => is_interesting,
            "next-mark" | "previous-mark" => return Ok(self.jump(goal == "next-mark").into()),
            _ => {
                return Err(refuse(format!(
                    "\"{goal}\" is not a goal; goals are leader, commit, violation, interesting, next-mark and previous-mark"
                )));
            }
        };
        let event = self.run.world().events();
        let horizon = match self.search.take() {
            Some(search) if search.goal == goal && search.event == event => search.horizon,
            _ => self.run.time().after(GOAL_HORIZON_US),
        };
        let mut met = false;
        let progress = self.run.play_until(max_events as u64, |world| {
            met = test(world);
            met || world.now() > horizon
        });
        let answer = match progress {
            Progress::More => {
                self.search = Some(Search { goal: goal.into(), event: self.run.world().events(), horizon });
                "more"
            }
            _ if met || progress == Progress::Stopped => "met",
            _ => "none",
        };
        self.bearable(answer.into())
    }

    fn jump(&mut self, forward: bool) -> &'static str {
        let event = self.run.world().events();
        let is_stop = |kind: MarkKind| !matches!(kind, MarkKind::Request | MarkKind::Commit);
        let marks = &self.run.record().marks;
        let found = if forward {
            marks.iter().find(|mark| mark.event > event && is_stop(mark.kind)).map(|mark| mark.event)
        } else {
            marks
                .iter()
                .take_while(|mark| mark.event < event)
                .filter(|mark| is_stop(mark.kind))
                .last()
                .map(|mark| mark.event)
        };
        let Some(target) = found else { return "none" };
        self.run.seek_event(target, u64::MAX);
        "met"
    }

    /// The reader's command in its text form, at the cursor. In the past it forks the run.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn apply(&mut self, command: &str) -> Result<(), JsError> {
        let commands = Command::parse_all(command, self.run.world().config().servers).map_err(refuse)?;
        self.run.apply(commands).map_err(refuse)
    }

    /// What was played beyond a moment only to look ahead is forgotten: it has not happened for the reader.
    #[wasm_bindgen(js_name = forgetAfter)]
    pub fn forget_after(&mut self, time_us: f64) {
        self.run.forget_after(Time(time_us.max(0.0) as u64));
    }

    /// Takes the last command back.
    pub fn undo(&mut self) -> bool {
        self.run.undo()
    }

    /// Gives it again.
    pub fn redo(&mut self) -> bool {
        self.run.redo()
    }

    /// Whether there is something to take back.
    #[wasm_bindgen(js_name = canUndo)]
    pub fn can_undo(&self) -> bool {
        self.run.can_undo()
    }

    /// Whether there is something to give again.
    #[wasm_bindgen(js_name = canRedo)]
    pub fn can_redo(&self) -> bool {
        self.run.can_redo()
    }

    /// The branches that can be gone to.
    ///
    /// # Errors
    /// Never, unless the host runs out of memory; so for all that follow.
    #[wasm_bindgen(unchecked_return_type = "BranchView[]")]
    pub fn branches(&self) -> Result<JsValue, JsError> {
        to_js(&convert::branches(&self.run))
    }

    /// Goes to another branch.
    ///
    /// # Errors
    /// If there is no such branch.
    #[wasm_bindgen(js_name = switchTo)]
    pub fn switch_to(&mut self, branch: u32) -> Result<(), JsError> {
        self.run.switch_to(branch as usize).map_err(refuse)
    }

    /// Goes back to the start with all rules on, no mistake made and the same commands, in a branch of its own.
    #[wasm_bindgen(js_name = restartWithAllRules)]
    pub fn restart_with_all_rules(&mut self) {
        self.run.restart_with_all_rules();
    }

    /// All that can be set. The same object as before if nothing of it has changed.
    #[wasm_bindgen(unchecked_return_type = "Settings")]
    pub fn settings(&mut self) -> Result<JsValue, JsError> {
        let now = convert::settings(&self.run);
        if let Some((_, crossed)) = self.settings.as_ref().filter(|(before, _)| *before == now) {
            return Ok(crossed.clone());
        }
        let crossed = to_js(&now)?;
        self.settings = Some((now, crossed.clone()));
        Ok(crossed)
    }

    /// All of a server's state.
    pub fn server(&self, id: u32) -> Result<JsValue, JsError> {
        let servers = self.run.world().config().servers;
        if !(1..=servers).contains(&id) {
            return Err(refuse(format!("there is no server S{id}; this cluster has S1 to S{servers}")));
        }
        to_js(&convert::server(self.run.world(), ServerId(id)))
    }

    /// A message in flight; null if it no longer is.
    pub fn message(&self, id: f64) -> Result<JsValue, JsError> {
        let mut flights = self.run.world().network().flights(self.run.time());
        match flights.find(|flight| flight.id == id as u64) {
            Some(flight) => to_js(&convert::message(flight)),
            None => Ok(JsValue::NULL),
        }
    }

    /// Rows of the logs with the entries of a range of at most a thousand.
    #[wasm_bindgen(unchecked_return_type = "LogRow[]")]
    pub fn logs(&self, first: u32, last: u32) -> Result<JsValue, JsError> {
        to_js(&convert::logs(self.run.world(), first, last.min(first.saturating_add(1_000))))
    }

    /// The newest lines at or before the cursor, newest first.
    #[wasm_bindgen(unchecked_return_type = "FeedLine[]")]
    pub fn feed(&mut self, limit: u32, topics: Vec<String>) -> Result<JsValue, JsError> {
        to_js(&convert::feed(&mut self.run, limit as usize, &topics))
    }

    /// The event at hand; null at the start.
    #[wasm_bindgen(unchecked_return_type = "Story | null")]
    pub fn story(&mut self) -> Result<JsValue, JsError> {
        to_js(&convert::story(&mut self.run))
    }

    /// What the tape shows.
    #[wasm_bindgen(unchecked_return_type = "Tape")]
    pub fn tape(&mut self) -> Result<JsValue, JsError> {
        let (terms, edge_us) = convert::terms(&self.run);
        let tape = to_js(&Tape { edge_us, terms, marks: Vec::new() })?;
        let marks = self.marks.of(&self.run).map_err(|why| refuse(why.to_string()))?;
        Reflect::set(&tape, &"marks".into(), &marks).map_err(|_| refuse("the tape cannot be made".into()))?;
        Ok(tape)
    }

    /// Broken promises up to the cursor.
    #[wasm_bindgen(unchecked_return_type = "ViolationView[]")]
    pub fn violations(&self) -> Result<JsValue, JsError> {
        to_js(&self.run.world().violations().iter().map(convert::violation).collect::<Vec<_>>())
    }

    /// Requests of all clients.
    #[wasm_bindgen(unchecked_return_type = "OpClient[]")]
    pub fn clients(&self) -> Result<JsValue, JsError> {
        to_js(&convert::clients(self.run.world()))
    }

    /// Goes on after a violation stopped the run.
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&mut self) {
        self.run.go_on();
    }

    /// A summary of the cluster in a few sentences.
    pub fn describe(&self) -> String {
        story::describe(self.run.world())
    }

    /// A number that names the state of the world at the cursor.
    pub fn digest(&self) -> String {
        format!("{:016x}", self.run.world().digest())
    }

    /// The run as the value of a link's fragment.
    pub fn link(&self) -> String {
        saved::to_link(&self.run)
    }

    /// The run as a text file.
    pub fn file(&self) -> String {
        saved::to_text(&self.run)
    }
}

/// A saved run that is being opened, piece by piece: it may be long, and made by anybody.
#[wasm_bindgen]
pub struct Opening(saved::Opening);

#[wasm_bindgen]
impl Opening {
    /// Begins to open a run from a link's fragment value or a file's text.
    ///
    /// # Errors
    /// A sentence that says what is wrong with its form.
    pub fn begin(text: &str) -> Result<Opening, JsError> {
        saved::begin(text).map(Opening).map_err(refuse)
    }

    /// Plays at most `max_events`; true once the run is at the moment at which it was looked at.
    ///
    /// # Errors
    /// A sentence: the run is too long or too heavy, or another version made it.
    pub fn play(&mut self, max_events: f64) -> Result<bool, JsError> {
        self.0.play(max_events as u64).map_err(refuse)
    }

    /// The run, where it has been played to.
    pub fn lab(self) -> Lab {
        Lab { run: self.0.run(), search: None, marks: Marks::default(), settings: None }
    }
}

/// How far a goal is looked for.
const GOAL_HORIZON_US: u64 = 60_000_000;

fn tells(world: &World, test: impl Fn(&Happening) -> bool) -> bool {
    world.told().iter().any(|told| matches!(told, Told::Raft(_, happening) if test(happening)))
}

/// Anything but heartbeats, their answers, and finished writes.
fn is_interesting(world: &World) -> bool {
    world.told().iter().any(|told| match told {
        Told::Raft(_, happening) => !matches!(
            happening,
            Happening::HeartbeatSent { .. }
                | Happening::HeartbeatAccepted { .. }
                | Happening::EntriesKnown { .. }
                | Happening::Ignored { .. }
                | Happening::BecameStable { .. }
        ),
        _ => true,
    })
}

/// Another number of servers than the scenario was made for: what it does to servers that are not there is left out.
fn resize(scenario: &mut Scenario, servers: u32) -> Result<(), String> {
    scenario.config.servers = servers;
    scenario.config.validate()?;
    scenario.config.initial.retain(|initial| initial.id.0 <= servers);
    scenario.steps.clear();
    scenario.expectations.clear();
    Ok(())
}
