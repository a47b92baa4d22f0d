//! The audit log of HashiCorp Vault: an entry for each request, and one for its response.

use crate::counted::counted;
use std::collections::VecDeque;

use super::fields::Fields;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, acts_alone};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::reader::log::{mark, party};
use crate::vocabulary::CoverageMode;
use crate::vocabulary::{Effect, Outcome, Verb};

/// So many requests wait for their responses.
const WAITING_MAX: usize = 256;

/// Reads entries; a request and its response are one record.
#[derive(Default)]
pub struct VaultAudit {
    waiting: VecDeque<LogRecord>,
}

impl LogFormat for VaultAudit {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, |record| {
        matches!(record.text("type"), "request" | "response")
            && record.inside("request", "operation")
            && record.any(&["auth", "time"])
    })];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(VaultAudit::default())
    }

    fn mode(summary: &Summary) -> Mode {
        if !is_filtered(summary) {
            return acts_alone(summary);
        }
        let reason = "Vault writes each request and its response, and most of the responses are not there: it counts as a sample.";
        (CoverageMode::Sampled, reason.into())
    }

    fn objection(summary: &Summary) -> Option<String> {
        is_filtered(summary).then(|| {
            format!(
                "Vault writes each request and its response, and of {} there are {}: the log was filtered, or is of a time in which Vault did not write all. Add the log as Vault wrote it.",
                counted(summary.marked(mark::ASKED), "request"),
                counted(summary.marked(mark::ANSWERED), "response")
            )
        })
    }
}

/// Whether most of the responses are not there.
fn is_filtered(summary: &Summary) -> bool {
    summary.marked(mark::ASKED) > summary.marked(mark::ANSWERED) * 2
}

impl Adapter for VaultAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let fields = Fields::of(piece)?;
        if !fields.has("request") && !fields.has("response") {
            return Err(Wrong::Foreign);
        }
        let record = entry(&fields, piece, out);
        let is_request = fields.text(&["type"]) == "request";
        out.mark(if is_request { mark::ASKED } else { mark::ANSWERED });
        if is_request && record.outcome == Outcome::Unknown && record.id.is_some() {
            self.waiting.push_back(record);
            if self.waiting.len() > WAITING_MAX
                && let Some(oldest) = self.waiting.pop_front()
            {
                out.record(oldest);
            }
            return Ok(Taken::Read);
        }
        let place = self.waiting.iter().rposition(|waiting| waiting.id == record.id && waiting.action == record.action);
        let Some(request) = place.and_then(|place| self.waiting.remove(place)) else {
            out.record(record);
            return Ok(Taken::Read);
        };
        // When it was asked is when it was done; what came of it stands in the response.
        let raw = request.raw.join(record.raw);
        let mut both = LogRecord { raw, outcome: record.outcome, error: record.error, ..request };
        both.hints.pieces += 1;
        if both.actor.name.is_empty() {
            both.actor = record.actor;
        }
        out.record(both);
        Ok(Taken::Merged)
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.waiting.drain(..).for_each(|waiting| out.record(waiting));
    }
}

fn entry(fields: &Fields<'_>, piece: &Piece<'_>, out: &mut dyn Out) -> LogRecord {
    let mut record = LogRecord::at(piece.raw);
    let name = |paths: &[&str]| fields.get(paths).map(|text| clip(&text, NAME_CHARS_MAX));
    record.set_time(super::events::time(fields, &["time"]));
    let alias = [
        "auth.metadata.email",
        "auth.metadata.username",
        "auth.metadata.role_name",
        "auth.metadata.service_account_name",
        "auth.display_name",
    ];
    let id = fields.get(&["auth.entity_id", "request.client_id", "auth.accessor"]);
    record.actor = party::named(&fields.text(&alias)).with_id(id.as_deref());
    let operation = fields.text(&["request.operation"]).into_owned();
    let path = fields.text(&["request.path"]).into_owned();
    record.action = clip(&operation, NAME_CHARS_MAX);
    let space = fields.get(&["request.namespace.path"]).filter(|space| space != "root");
    record.resource = clip(&format!("{}{path}", space.as_deref().unwrap_or_default()), TEXT_CHARS_MAX);
    record.error = fields.get(&["error"]).map(|error| clip(&error, TEXT_CHARS_MAX));
    record.outcome = match &record.error {
        Some(error) if error.contains("permission denied") || error.contains("invalid token") => Outcome::Denied,
        Some(_) => Outcome::Error,
        None if fields.text(&["type"]) == "response" => Outcome::Success,
        None => Outcome::Unknown,
    };
    record.source_address = name(&["request.remote_address"]);
    record.id = name(&["request.id"]);
    record.session = name(&["auth.accessor"]);
    record.tool = name(&["request.headers.user-agent"]);
    match act_of(&operation, &path) {
        Some(act) => record.set_act(act),
        None => {
            record.needs_review = Some(super::table::GUESSED.into());
            record.set_act(crate::reader::log::act::act(&operation));
            out.stranger(&record.action);
        }
    }
    record
}

/// What an operation on a path does. Who signs in, and what the server itself is told, is told by the path.
fn act_of(operation: &str, path: &str) -> Option<Act> {
    let changes = matches!(operation, "create" | "update" | "patch" | "delete" | "revoke");
    let begins = |head: &[&str]| head.iter().any(|head| path.starts_with(head));
    let act = match operation {
        _ if changes && begins(&["sys/audit", "sys/config/auditing"]) => {
            Act::new(Verb::LoggingControl, if operation == "delete" { Effect::Destructive } else { Effect::Mutating })
        }
        _ if changes && begins(&["auth/"]) && path.split('/').any(|part| part == "login" || part == "callback") => {
            Act::new(Verb::Login, Effect::None)
        }
        "revoke" | "delete"
            if begins(&[
                "sys/leases/revoke",
                "auth/token/revoke",
                "sys/policy",
                "sys/policies",
                "sys/auth",
                "identity/",
                "auth/",
            ]) =>
        {
            Act::new(Verb::Revoke, Effect::Privilege)
        }
        "create" | "update" | "patch" if begins(&["sys/revoke", "sys/leases/revoke", "auth/token/revoke"]) => {
            Act::new(Verb::Revoke, Effect::Privilege)
        }
        "create" | "update" | "patch"
            if begins(&[
                "sys/policy",
                "sys/policies",
                "sys/auth",
                "identity/",
                "auth/",
                "sys/generate-root",
                "sys/rekey",
            ]) =>
        {
            Act::new(Verb::Grant, Effect::Privilege)
        }
        // To decrypt, to sign and to verify is asked with an update.
        "create" | "update" if path.split('/').any(|part| part == "decrypt" || part == "export") => {
            Act::new(Verb::Read, Effect::Read)
        }
        "create" | "update" if path.split('/').any(|part| part == "destroy" || part == "delete") => {
            Act::new(Verb::Delete, Effect::Destructive)
        }
        "create" | "update" | "patch" => Act::new(Verb::Write, Effect::Mutating),
        "read" | "header" => Act::new(Verb::Read, Effect::Read),
        "list" => Act::new(Verb::List, Effect::Read),
        "delete" => Act::new(Verb::Delete, Effect::Destructive),
        "revoke" => Act::new(Verb::Revoke, Effect::Privilege),
        "renew" => Act::new(Verb::Grant, Effect::Privilege),
        "rollback" | "help" | "alias-lookahead" | "resolve-role" => Act::new(Verb::Other, Effect::None),
        _ => return None,
    };
    Some(act)
}
