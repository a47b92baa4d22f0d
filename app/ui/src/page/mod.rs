//! Pages: each a function of plain values.

pub mod account;
pub mod agents;
pub mod board;
pub mod case;
pub mod claims;
pub mod entrance;
pub mod evidence;
pub mod exposure;
pub mod gaps;
pub mod help;
pub mod history;
pub mod inbox;
pub mod incidents;
pub mod overview;
pub mod people;
pub mod postmortem;
pub mod principals;
pub mod problem;
pub mod remediation;
pub mod settings;
pub mod severity;
pub mod timeline;
pub mod verdict;
