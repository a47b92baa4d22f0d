//! The bodies that commands write by hand around what they answer with, told as types for the description of the API.

#![expect(dead_code, reason = "only the schemas of these types are used: the commands write what they tell")]

use domain::access::{Role, Scope};
use domain::agent::scope::Decided;
use domain::agent::{Agent, AgentStatus, Grant};
use domain::export::{Format, Profile};
use domain::incident::Incident;
use domain::merging::{Parting, Plan};
use domain::metrics::Metric;
use domain::rating::Severities;
use domain::reader::log::{FoundRecord, RecordPage};
use domain::severity::Sev;
use domain::verdict::Verdict;
use domain::words::Tri;
use domain::{Id, Instant, Key, Stamp};
use schemars::JsonSchema;
use serde_json::Value;
use store::SuggestedAgent;

use super::contract::{Shown, With};

/// An incident with what is judged of it.
pub type IncidentHead = With<Shown<Incident>, Head>;

#[derive(JsonSchema)]
pub struct Head {
    key: Key,
    /// How many changes the incident has seen.
    revision: u64,
    severity: Severities,
    verdict: Verdict,
    /// Whether the facts allow the verdict “verified no-op”.
    eligible: bool,
}

#[derive(JsonSchema)]
pub struct Deleted {
    id: Id,
    deleted: bool,
    version: u64,
}

/// Several entries, with the version that the incident has after them.
#[derive(JsonSchema)]
pub struct Stated<T> {
    items: Vec<T>,
    version: u64,
}

#[derive(JsonSchema)]
pub struct Items<T> {
    items: Vec<T>,
}

/// The change that is meant; the last one of your own without it.
#[derive(serde::Deserialize, JsonSchema)]
pub struct OfVersion {
    #[serde(default)]
    pub version: Option<u64>,
}

/// An entry as it is now; `null` where it is deleted.
#[derive(JsonSchema)]
pub struct RestoredEntry {
    /// `noun/id`.
    subject: String,
    version: Option<u64>,
    record: Option<Value>,
}

#[derive(JsonSchema)]
pub struct RestoredEntries {
    items: Vec<RestoredEntry>,
    version: u64,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum MergePlan {
    Merge { into: Key, merge: Plan, from_version: u64, into_version: u64 },
    Undo { merged_into: Key, undo: Parting },
}

#[derive(JsonSchema)]
pub struct MergeDone {
    merge: Plan,
}

#[derive(JsonSchema)]
pub struct UndoDone {
    undo: Parting,
}

#[derive(JsonSchema)]
pub struct SuggestedFor {
    /// An account that may be this person.
    #[schemars(skip_serializing_if = "Option::is_none")]
    suggested_account: Option<Suggested>,
    /// An agent of the registry that this may be.
    #[schemars(skip_serializing_if = "Option::is_none")]
    suggested_agent: Option<SuggestedAgent>,
}

#[derive(JsonSchema)]
pub struct Suggested {
    id: Id,
    name: String,
}

#[derive(JsonSchema)]
pub struct Metrics {
    items: Vec<Metric>,
    /// Marks that contradict each other, each in a sentence.
    warnings: Vec<String>,
}

#[derive(JsonSchema)]
pub struct Intact {
    /// Whether the bytes still have their digest.
    intact: bool,
}

/// An act held against the grants that were pinned of its actor.
#[derive(JsonSchema)]
pub struct ScopedAct {
    /// `null` where nothing was pinned, or it is no act.
    scope_decision: Option<Decided>,
}

#[derive(JsonSchema)]
pub struct ConfirmedRecord {
    /// Whether a person confirmed the act.
    confirmed: Tri,
    /// `null` where nobody of that name is linked to the registry.
    scope_decision: Option<Decided>,
}

/// Log records, and how many there are of each kind.
pub type RecordList = With<RecordPage, ConfirmedRecords>;

#[derive(JsonSchema)]
pub struct ConfirmedRecords {
    items: Vec<With<FoundRecord, ConfirmedRecord>>,
}

/// A token of a source, and where its senders send to.
#[derive(JsonSchema)]
pub struct SourceToken {
    /// Shown this once.
    token: String,
    /// Where lines of records are posted.
    records: String,
    /// Where OTLP traces are posted.
    traces: String,
    /// Where OTLP logs are posted.
    logs: String,
}

#[derive(JsonSchema)]
pub struct PromotionDone {
    #[schemars(rename = "as")]
    to: domain::promotion::Promotion,
    made: Vec<Id>,
    linked: Vec<Id>,
    known: u64,
    version: u64,
}

#[derive(JsonSchema)]
pub struct RatedSeverity {
    severity: Option<Sev>,
}

#[derive(JsonSchema)]
pub struct Section {
    /// Markdown.
    body: String,
}

/// A section that nobody began.
#[derive(JsonSchema)]
pub struct EmptySection {
    id: Id,
    section: String,
    body: String,
}

#[derive(JsonSchema)]
pub struct RevisionShown {
    number: u32,
    /// The incident's version that was frozen.
    frozen_version: u64,
    verdict: Verdict,
    published: Stamp,
    approved: Option<Stamp>,
    signed: Option<Vec<domain::revision::Act>>,
    /// The head of the incident's log.
    head: Option<String>,
    manifest_sha256: Option<String>,
    files: Option<Vec<RevisionFile>>,
    #[schemars(default)]
    signature: Option<RevisionSignature>,
}

#[derive(JsonSchema)]
pub struct RevisionFile {
    format: Format,
    profile: Profile,
    sha256: String,
    bytes: u64,
    url: String,
}

#[derive(JsonSchema)]
pub struct RevisionSignature {
    key: String,
    public_key: Option<String>,
    signature: String,
    /// What was signed, byte by byte.
    signed_text: String,
}

#[derive(JsonSchema)]
pub struct NewSharedLink {
    id: Id,
    revision: u32,
    /// The path of the link, shown this once.
    secret_link: String,
    /// Until when it opens.
    until: Instant,
}

#[derive(JsonSchema)]
pub struct Difference {
    from: u32,
    to: u32,
    profile: Profile,
    items: Vec<DifferencePiece>,
}

#[derive(JsonSchema)]
pub struct DifferencePiece {
    /// `same`, `gone` or `new`.
    kind: String,
    text: String,
}

/// An agent with what follows from its file.
pub type AgentShown = With<Shown<Agent>, AgentState>;

#[derive(JsonSchema)]
pub struct AgentState {
    status: AgentStatus,
    next_review: Option<Instant>,
    overdue: bool,
    /// Whether nobody who may sign in owns it.
    unowned: bool,
}

/// A grant, and whether it holds now.
pub type GrantShown = With<Shown<Grant>, Live>;

#[derive(JsonSchema)]
pub struct Live {
    live: bool,
}

#[derive(JsonSchema)]
pub struct Registered {
    registered: u64,
    items: Vec<Id>,
}

#[derive(JsonSchema)]
pub struct TokenShown {
    id: Id,
    name: String,
    scope: Scope,
    agent: Option<String>,
    created_at: Instant,
    expires_at: Option<Instant>,
    last_used_at: Option<Instant>,
    revoked_at: Option<Instant>,
}

#[derive(JsonSchema)]
pub struct NewToken {
    id: Id,
    /// Shown this once.
    token: String,
    scope: Scope,
}

#[derive(JsonSchema)]
pub struct Revoked {
    id: Id,
    revoked: bool,
}

#[derive(JsonSchema)]
pub struct UserShown {
    id: Id,
    name: String,
    email: String,
    role: Role,
    disabled: bool,
}

#[derive(JsonSchema)]
pub struct RoleSet {
    id: Id,
    role: Role,
}

#[derive(JsonSchema)]
pub struct Disabled {
    id: Id,
    disabled: bool,
}

#[derive(JsonSchema)]
pub struct Invited {
    /// The link's path, shown this once.
    invitation: String,
    email: String,
    role: Role,
}

#[derive(JsonSchema)]
pub struct AccountSet {
    name: String,
    zone: String,
    theme: String,
}

#[derive(JsonSchema)]
pub struct PasswordSet {
    changed: bool,
}
