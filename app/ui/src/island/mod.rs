//! The parts of pages that wake up in the browser.

mod severity;
mod understood;

pub use severity::{SeverityPreview, sum_up};
pub use understood::Understood;
