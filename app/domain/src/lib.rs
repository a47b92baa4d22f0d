//! The rules of agent incidents. Pure: no input, no output, no clock, no
//! chance; the same code runs on the server and in the browser.

pub mod access;
pub mod account;
pub mod agent;
pub mod bundle;
pub mod canonical;
pub mod case;
pub mod casefile;
#[cfg(test)]
mod cast;
mod cell;
pub mod checkpoint;
pub mod counted;
pub mod document;
pub mod draft;
pub mod export;
pub mod facts;
pub mod id;
pub mod import;
pub mod inbox;
pub mod independence;
pub mod instance;
pub mod interchange;
pub mod interval;
pub mod limits;
pub mod lint;
pub mod longest;
pub mod mail;
pub mod markdown;
pub mod mention;
pub mod metrics;
pub mod nesting;
pub mod next;
pub mod promotion;
pub mod proposal;
pub mod reader;
pub mod refusal;
pub mod revision;
mod schema;
pub mod severity;
pub mod spelling;
pub mod suggestion;
mod table;
pub mod time;
pub mod trends;
pub mod verdict;
pub mod vocabulary;
pub mod watch;
pub mod words;

// The nouns of the case file, under their own names.
pub use casefile::{
    claim, classification, comment, confirmations, decision, evidence, explanation, exposure, factor, finding, gap,
    history, incident, merging, names, postmortem, principal, rating, remediation, review, sharing, signature,
    timeline, wording,
};
pub use id::{Id, Key, Person, Stamp};
pub use refusal::{Refusal, RefusalKind, Ruled};
pub use time::{Granularity, Instant, TimeRange};
pub use words::Tri;
