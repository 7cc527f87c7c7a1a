//! The hunt, in slices, so that several workers can search seeds side by side.

use crate::lab::{refuse, to_js};
use crate::views::{HuntProgress, HuntResult};
use raft_eval::hunt::{Harm, Hunt as Inner, Quarry};
use raft_sim::checkers::Property;
use raft_sim::command::{named, parse_mistake, parse_rule};
use raft_sim::config::SERVERS_MAX;
use raft_sim::saved;
use wasm_bindgen::prelude::*;

/// A search for a run in which a switched-off rule does harm, and what is left of it when it is short.
#[wasm_bindgen]
pub struct Hunt {
    inner: Inner,
}

#[wasm_bindgen]
impl Hunt {
    /// A hunt without these rules, in clusters whose servers make these mistakes, over `count` seeds from `first` on: from a new cluster, or from where a saved run or a
    /// link was looked at. The lowest seed that does harm wins: with several workers that is the one with the lowest
    /// seed, once all seeds below it have been tried.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn begin(
        without: Vec<String>,
        making: Vec<String>,
        property: Option<String>,
        servers: Option<u32>,
        from: Option<String>,
        first: f64,
        count: f64,
    ) -> Result<Hunt, JsError> {
        let rules: Result<Vec<_>, _> = without.iter().map(|id| parse_rule(id)).collect();
        let rules = rules.map_err(refuse)?;
        let mistakes: Result<Vec<_>, _> = making.iter().map(|id| parse_mistake(id)).collect();
        let mistakes = mistakes.map_err(refuse)?;
        let mut made_already = false;
        let mut quarry = match from {
            Some(text) => {
                let run = saved::open(&text).map_err(refuse)?;
                made_already = run.world().config().mistakes.on().next().is_some();
                Quarry::from_here(&rules, &run)
            }
            None => Quarry::new(&rules),
        };
        if quarry.without.is_empty() && mistakes.is_empty() && !made_already {
            return Err(refuse("all rules are on; switch one off to see what it is for".into()));
        }
        quarry = quarry.making(&mistakes);
        if let Some(id) = property {
            quarry.property = Some(named(&id, "property", Property::ALL, |property| property.id()).map_err(refuse)?);
        }
        if servers.is_some_and(|servers| !(1..=SERVERS_MAX).contains(&servers)) {
            return Err(refuse(format!("a cluster has 1 to {SERVERS_MAX} servers")));
        }
        quarry.servers = servers;
        Ok(Hunt { inner: Inner::new(quarry, first.max(0.0) as u64, count.max(0.0) as u64) })
    }

    /// Goes on until about so many events have been played.
    ///
    /// # Errors
    /// Never, unless the host runs out of memory.
    #[wasm_bindgen(unchecked_return_type = "HuntProgress")]
    pub fn advance(&mut self, max_events: f64) -> Result<JsValue, JsError> {
        let progress = self.inner.advance(max_events.max(1.0) as u64);
        to_js(&HuntProgress {
            seeds: progress.seeds as f64,
            events: progress.events as f64,
            found: progress.found.map(|seed| seed as f64),
            steps: progress.steps,
            done: progress.done,
        })
    }

    /// The story, once the hunt is done; null if there is none.
    ///
    /// # Errors
    /// Never, unless the host runs out of memory.
    #[wasm_bindgen(unchecked_return_type = "HuntResult | null")]
    pub fn result(&self) -> Result<JsValue, JsError> {
        let Some(found) = self.inner.found() else { return Ok(JsValue::NULL) };
        let property = match found.harm {
            Harm::Violates(property) => property.id(),
            Harm::ReachesTerm(_) | Harm::NoLeader(_) | Harm::NoCommit(_) => "",
        };
        to_js(&HuntResult {
            seed: found.seed as f64,
            property,
            servers: found.servers,
            steps: found.steps,
            account: found.account.clone(),
            scenario: found.scenario.clone().unwrap_or_default(),
            run: found.saved.clone(),
        })
    }
}
