//! The module loads and answers in Node.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_engine_says_its_version() {
    assert_eq!(raft_wasm::engine_version(), env!("CARGO_PKG_VERSION"));
}
