//! Twins of what crosses the door as objects, with their TypeScript types. Their meaning is told in
//! `web/src/engine/types.ts`.

use js_sys::{Object, Reflect};
use serde::Serialize;
use tsify::{Ts, Tsify};

/// How a run begins.
#[derive(Debug, Default, Tsify)]
pub struct Setup {
    #[tsify(optional)]
    pub(crate) scenario: Option<String>,
    #[tsify(optional)]
    pub(crate) source: Option<String>,
    #[tsify(optional)]
    pub(crate) servers: Option<u32>,
    #[tsify(optional)]
    pub(crate) seed: Option<String>,
}

impl Setup {
    /// Reads what a page hands over, field by field: serde's reading would bring the writing of floats with it, for
    /// its messages, and with that a tenth of the module.
    pub(crate) fn read(setup: &Ts<Self>) -> Result<Self, String> {
        let object = setup.js_value();
        let Some(fields) = Object::try_from(&object) else { return Err("it is not an object".into()) };
        let mut read = Self::default();
        for name in Object::keys(fields) {
            let value = Reflect::get(&object, &name).unwrap_or_default();
            let name = name.as_string().unwrap_or_default();
            if value.is_null() || value.is_undefined() {
                continue;
            }
            let text = || value.as_string().ok_or_else(|| format!("{name} is not a text"));
            match name.as_str() {
                "scenario" => read.scenario = Some(text()?),
                "source" => read.source = Some(text()?),
                "seed" => read.seed = Some(text()?),
                "servers" => {
                    let number = value.as_f64().filter(|number| f64::from(*number as u32) == *number);
                    read.servers = Some(number.ok_or("servers is not a whole number")? as u32);
                }
                _ => return Err(format!("it has no field {name}; its fields are scenario, source, servers and seed")),
            }
        }
        Ok(read)
    }
}

macro_rules! views {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
            #[tsify(missing_as_null)]
            #[serde(rename_all = "camelCase")]
            pub(crate) struct $name { $(pub(crate) $field: $type,)* }
        )*
    };
}

views! {
    ScenarioInfo { name: String, title: String, about: String, section: String, }
    SwitchInfo {
        id: &'static str, title: &'static str, section: &'static str, kind: &'static str, statement: &'static str,
        instead: &'static str, harm: &'static str, on: bool, story: String,
    }
    Settings {
        servers: u32, seed: String, scenario: String, scenario_title: String, election_min_us: f64, election_max_us: f64,
        heartbeat_us: f64, latency: String, disk: String, loss_ppm: u32, duplicate_ppm: u32, reorder_ppm: u32,
        requests_per_second: u32, chaos: String, rules: Vec<SwitchInfo>, options: Vec<SwitchInfo>, mistakes: Vec<SwitchInfo>, partition: Vec<Vec<u32>>,
        cuts: Vec<(u32, u32)>,
    }
    ProgressRow { server: u32, next_index: u32, match_index: u32, }
    KeyValue { key: String, value: String, }
    StableView { current_term: u32, voted_for: u32, last_index: u32, pending_writes: u32, lies_us: Option<f64>, backup: bool, }
    SnapshotView { last_included_index: u32, last_included_term: u32, }
    ServerView {
        id: u32, up: bool, paused: bool, role: Option<&'static str>, current_term: u32, voted_for: u32, leader: u32,
        commit_index: u32, last_applied: u32, first_index: u32, snapshot: Option<SnapshotView>, last_index: u32, last_term: u32,
        votes: Vec<u32>, votes_needed: u32,
        deadline_us: Option<f64>, timeout_us: f64, progress: Vec<ProgressRow>, state: Vec<KeyValue>, stable: StableView,
        clock_percent: f64, lease_until_us: Option<f64>, futile: Futile, standing: &'static str, membership: Option<MembershipView>,
    }
    Futile { transfer: String, compact: String, add: String, remove: String, learner: String, promote: String, }
    MembershipView { voters: Vec<u32>, outgoing: Vec<u32>, learners: Vec<u32>, index: u32, }
    FieldView { name: &'static str, value: String, }
    MessageView {
        id: f64, key: String, kind: &'static str, sentence: String, sent_us: f64, arrive_us: f64, fate: &'static str,
        fields: Vec<FieldView>, cause: f64,
    }
    EntryCell { index: u32, term: u32, text: String, committed: bool, stable: bool, conflict: bool, }
    LogRow {
        server: u32, first_index: u32, last_index: u32, commit_index: u32, next_index: u32, match_index: u32, cells: Vec<EntryCell>,
    }
    FeedLine {
        event: f64, time_us: f64, server: u32, topic: &'static str, sentence: String, section: &'static str, by_reader: bool,
        rule_off: &'static str,
    }
    TickView { ok: bool, text: String, }
    RuleView { id: &'static str, section: &'static str, statement: &'static str, off: bool, }
    CauseView { event: f64, time_us: f64, text: String, }
    Story {
        event: f64, time_us: f64, server: u32, because: String, headline: String, why: String, lead: String,
        ticks: Vec<TickView>, rule: Option<RuleView>, causes: Vec<CauseView>, also: Vec<String>,
    }
    TermView { term: u32, from_us: f64, to_us: f64, leader: u32, leader_from_us: f64, }
    MarkView { event: f64, time_us: f64, kind: &'static str, label: String, }
    Tape { edge_us: f64, terms: Vec<TermView>, marks: Vec<MarkView>, }
    ViolationView {
        event: f64, time_us: f64, property: &'static str, title: &'static str, witness: String, servers: Vec<u32>,
    }
    HuntProgress { seeds: f64, events: f64, found: Option<f64>, steps: Option<u32>, done: bool, }
    HuntResult {
        seed: f64, property: &'static str, servers: u32, steps: u32, account: Vec<String>, scenario: String,
        run: String,
    }
    MeasureView { id: &'static str, title: &'static str, unit: &'static str, }
    ExperimentView {
        name: &'static str, title: &'static str, about: &'static str, section: &'static str, by: Vec<&'static str>,
        trials: u32, measures: Vec<MeasureView>,
    }
    PublishedView { trials: u32, mean_us: f64, shares: Vec<u32>, quantiles_us: Vec<f64>, }
    CurveView { panel: String, name: String, trials: u32, horizon_us: f64, published: Option<PublishedView>, }
    PlanView { experiment: ExperimentView, parameters: Vec<KeyValue>, curves: Vec<CurveView>, }
    SummaryView {
        measure: &'static str, finished: u32, mean: f64, ci95: f64, min: f64, p10: f64, median: f64, p90: f64,
        p99: f64, max: f64,
    }
    BranchView { id: u32, label: String, parent: u32, fork_us: f64, edge_us: f64, current: bool, }
    OpClient { client: u32, serial: u32, text: String, state: &'static str, server: u32, result: String, }
}
