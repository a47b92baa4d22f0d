//! The rules of agent incidents. Pure: no input, no output, no clock, no
//! chance; the same code runs on the server and in the browser.

pub mod access;
pub mod canonical;
pub mod case;
#[cfg(test)]
mod cast;
pub mod claim;
pub mod classification;
pub mod comment;
pub mod draft;
pub mod evidence;
pub mod export;
pub mod exposure;
pub mod factor;
pub mod facts;
pub mod finding;
pub mod gap;
pub mod history;
pub mod id;
pub mod inbox;
pub mod incident;
pub mod independence;
pub mod interval;
pub mod letter;
pub mod lint;
pub mod longest;
pub mod markdown;
pub mod mention;
pub mod metrics;
pub mod names;
pub mod nesting;
pub mod next;
pub mod postmortem;
pub mod principal;
pub mod promotion;
pub mod proposal;
pub mod rating;
pub mod reader;
pub mod reading;
pub mod record;
pub mod refusal;
pub mod remediation;
pub mod review;
pub mod revision;
pub mod severity;
pub mod signature;
pub mod spelling;
pub mod time;
pub mod timeline;
pub mod verdict;
pub mod vocabulary;
pub mod words;

pub use id::{Id, Key, Person, Stamp};
pub use refusal::{Refusal, RefusalKind, Ruled};
pub use time::{Granularity, Instant, TimeRange};
pub use words::Tri;
