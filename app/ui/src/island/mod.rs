//! The parts of pages that wake up in the browser.

mod severity;
mod understood;

pub use severity::SeverityPreview;
pub use understood::Understood;
