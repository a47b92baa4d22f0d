//! The only crate that speaks SQL.
//!
//! The rules live in `domain`; a write is a closure over its [`Entry`]. This
//! crate loads the case file, checks who asks, runs the closure, and writes
//! records, log and index card down in one transaction. It never looks inside
//! a record, except for the handles that lists across incidents need.
//!
//! One file per noun. What differs between SQLite and PostgreSQL is in `engine`.
//!
//! [`Entry`]: domain::casefile::Entry

mod account;
mod actor;
mod answer;
mod apart;
mod backup;
mod blob;
mod board;
mod bundle;
mod cache;
mod card;
mod case_file;
mod cause;
mod change;
mod checkpoint;
mod clock;
mod commit_outcome;
mod device;
mod digest;
mod documents;
mod dossier;
mod edit;
mod engine;
mod error;
mod evidence;
mod grant;
mod hit;
mod home;
mod import;
mod inbox;
mod incident;
mod incoming;
mod instance;
mod invitation;
mod live;
mod lock;
mod log;
mod mentioned;
mod merging;
mod names;
mod opened;
mod outbox;
mod parse;
mod partial;
mod pass;
mod password;
mod presence;
mod put_back;
mod queue;
mod rate_limit;
mod refused;
mod registry;
mod reindex;
mod revision;
mod session;
mod settings;
mod setup;
mod sharing;
mod signing;
mod store;
mod strict;
mod subject;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod trends;
mod unsaved;
mod upload;
mod user;
mod verify;
mod watch;
mod words;
mod write;

pub use actor::Actor;
pub use answer::Answer;
pub use backup::{BackedUp, Restored, restore};
pub use blob::BlobStream;
pub use board::{Agent, BoardFilter, BoardItem};
#[cfg(feature = "testing")]
pub use bundle::forge;
pub use bundle::{Bundled, EvidenceOf, Imported, Packed, check_bundle};
pub use case_file::CaseFile;
pub use change::StoredChange;
pub use clock::{Clock, unique};
pub use device::DEVICE_DAYS;
pub use edit::Part;
pub use error::{EditConflict, Error, Result};
pub use hit::{Hit, hits};
pub use home::{Fallen, Home};
pub use import::{Description, LogUpload, encoding_name};
pub use inbox::{DueItem, Inbox, InboxItem};
pub use incident::{Filter, IncidentSummary, Page};
pub use instance::{InstanceFilter, InstanceHead, StoredInstanceChange};
pub use invitation::Invitation;
pub use live::{Announcement, Topic};
pub use log::LoggedAgent;
pub use merging::Merged;
pub use names::Directory;
pub use opened::OpenIncident;
pub use outbox::Outgoing;
pub use parse::{merge_patch, parse_agent_edit, parse_draft, parse_edit};
pub use partial::{PARTIAL_BYTES_MAX, PIECE_BYTES, Partial};
pub use pass::Pass;
pub use presence::Present;
pub use registry::{
    AgentCard, AgentCounts, AgentEntered, AgentFilter, Appearance, DueReview, StoredAgentChange, Stranger,
    SuggestedAgent,
};
pub use session::SESSION_USER;
pub use settings::{Settings, Stopping};
pub use sharing::{SharedFile, SharedRevision};
pub use signing::{Signature, is_signed};
pub use store::Store;
pub use strict::unknown as unknown_name;
pub use token::{NewToken, Token};
pub use unsaved::Unsaved;
pub use upload::{Received, Upload};
pub use user::{NewUser, User};
pub use verify::{Broken, Report};
pub use watch::{
    AlertFilter, AlertRecord, ContainmentFilter, ContainmentRequest, ContainmentShown, DueContainment, OutgoingNotice,
    OutgoingStop, Purpose, RuleCard, SourceCard, StopOutcome,
};
pub use write::{Edit, Entered};
