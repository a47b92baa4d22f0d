//! Readers of pasted and uploaded text. A reader never fails: what it cannot
//! read becomes a parse error that says where and why.

pub mod log;
pub mod text;
mod zone_line;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use zone_line::zone_line;

pub use text::{TextLine, TextTimeline, ZoneBy, read_text_timeline, read_text_timeline_of};

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ParseError {
    /// The line, counted from 1.
    pub line: usize,
    /// The byte at which the line begins.
    pub offset: usize,
    /// One plain sentence: what is wrong and what to write.
    pub reason: String,
    /// The line itself, shortened when it is very long.
    pub text: String,
}
