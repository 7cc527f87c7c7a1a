//! What a defect says before it stops the engine.

use wasm_bindgen::prelude::*;

/// Sends the message and the place of a panic to the browser's console; the trap that follows tells the page no
/// more than that there was one.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
}
