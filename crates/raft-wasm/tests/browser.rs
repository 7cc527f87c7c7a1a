//! The door works in a browser, too.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[path = "any.rs"]
mod any;

#[wasm_bindgen_test]
fn there_is_a_page_around_it() {
    assert!(web_sys::window().is_some_and(|window| window.document().is_some()));
}
