//! The door to the page.
use wasm_bindgen::prelude::*;

/// The version of the engine.
#[wasm_bindgen]
pub fn engine_version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
