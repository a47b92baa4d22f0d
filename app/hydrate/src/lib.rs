//! The entry of the browser's part.
#![cfg(target_arch = "wasm32")]

/// Called once, when the module is loaded; the islands are woken by `start.js`.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::browser::start();
}
