//! What of the acts does the log record?

use crate::reader::log::Summary;
use crate::vocabulary::CoverageMode;

/// The weakest mode that fits what was read, and why.
pub(super) fn mode(summary: &Summary) -> (CoverageMode, String) {
    if summary.records == 0 {
        return (CoverageMode::Sampled, "No record was read: nothing shows what it records.".into());
    }
    summary.format.mode(summary)
}
