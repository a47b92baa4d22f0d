//! The activity log of Anthropic's platform: as its Compliance API gives it, and as an organisation exports it.

use serde_json::{Map, Value};

use super::row::Row;
use super::table::GUESSED;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Acts;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, audit_log};
use crate::reader::log::pairs::Flat;
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{Splitter, rows_or_json};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Outcome, Verb};

wire! {
    Activity<'a> {
        id: Text<'a> = "id", at: Text<'a> = "created_at", kind: Text<'a> = "type", organisation: Text<'a> = "organization_id", actor: Actor<'a> = "actor", event: Text<'a> = "event",
    }
    Actor<'a> {
        kind: Text<'a> = "type", email: Text<'a> = "email_address" | "unauthenticated_email_address", id: Text<'a> = "user_id" | "service_account_id" | "agent_id",
        agent: Text<'a> = "agent_name" | "agent_id" | "service_account_name" | "service" | "directory_id", behalf: Text<'a> = "on_behalf_of_email_address" | "delegator_email_address" | "initiating_user_id",
        key: Text<'a> = "api_key_id" | "admin_api_key_id", address: Text<'a> = "ip_address", tool: Text<'a> = "user_agent",
    }
}

/// Reads activities.
#[derive(Default)]
pub struct AnthropicAudit {
    acts: Acts,
}

impl LogFormat for AnthropicAudit {
    const SIGNS: &'static [Sign] =
        &[Sign::Record(85, looks_like), Sign::Columns(85, |names| names.all(&["actor_info", "event"]))];
    const LISTS: &'static [&'static str] = &["data"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(AnthropicAudit::default())
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        rows_or_json(first, Self::LISTS, limit)
    }

    fn mode(summary: &Summary) -> Mode {
        audit_log(summary)
    }
}

fn looks_like(record: &Sample<'_>) -> bool {
    let kind = record.get("actor").and_then(|actor| actor.get("type")).and_then(Value::as_str).unwrap_or_default();
    record.all(&["actor_info", "event"]) && record.any(&["created_at", "event_info", "entity_info"])
        || record.all(&["created_at", "type"])
            && (kind.ends_with("_actor") || record.all(&["organization_id", "actor"]))
}

impl Adapter for AnthropicAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        if let Some(row) = Row::of(piece).transpose()? {
            return self.exported(piece, &row.object(), out);
        }
        let activity: Activity = json(piece.bytes)?;
        if activity.kind.get().is_none() && activity.event.get().is_some() {
            return self.exported(piece, &json(piece.bytes)?, out);
        }
        if activity.kind.get().is_none()
            || (activity.organisation.get().is_none() && activity.actor.kind.get().is_none())
        {
            return Err(Wrong::Foreign);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(activity.at.or_empty(), None));
        let who = &activity.actor;
        let name = who.email.get().or(who.agent.get()).or(who.key.get()).unwrap_or_default();
        let kind = match who.kind.or_empty() {
            "user_actor" => PrincipalKind::Human,
            "api_actor" | "admin_api_key_actor" | "service_account_actor" | "workload_identity_actor" => {
                PrincipalKind::Service
            }
            "agent_actor" | "managed_agent_actor" | "session_actor" => PrincipalKind::Agent,
            "anthropic_actor" | "system_actor" | "scim_directory_sync_actor" => PrincipalKind::System,
            // Whoever it was did not sign in: the address is only what was typed.
            "unauthenticated_user_actor" => PrincipalKind::Unknown,
            _ => party::kind_of(name),
        };
        record.actor = LogActor::new(kind, name).with_id(who.id.get());
        record.on_behalf_of = who.behalf.get().map(party::person);
        record.action = activity.kind.owned(NAME_CHARS_MAX).unwrap_or_default();
        self.act(&mut record, out);
        record.resource = resource(piece)?.or_else(|| activity.organisation.owned(TEXT_CHARS_MAX)).unwrap_or_default();
        record.source_address = who.address.owned(NAME_CHARS_MAX);
        record.tool = who.tool.owned(NAME_CHARS_MAX);
        record.session = who.key.owned(NAME_CHARS_MAX);
        record.id = activity.id.owned(NAME_CHARS_MAX);
        out.record(record);
        Ok(Taken::Read)
    }
}

impl AnthropicAudit {
    /// What an activity means, and how it ended.
    fn act(&mut self, record: &mut LogRecord, out: &mut dyn Out) {
        record.set_act(self.acts.act(&record.action));
        if record.verb == Verb::Other {
            out.stranger(&record.action);
            record.needs_review = Some(GUESSED.into());
        }
        let is_denied = ["_failed", "_denied", "_failure"].iter().any(|ending| record.action.ends_with(ending));
        record.outcome = if is_denied { Outcome::Denied } else { Outcome::Success };
    }

    /// An event of an export: who acted and what it is about stand in things of their own.
    fn exported(&mut self, piece: &Piece<'_>, event: &Map<String, Value>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let Some(action) = event.get("event").and_then(Value::as_str) else { return Err(Wrong::Foreign) };
        let text = |paths: &[&str]| {
            let found = |path: &&str| {
                let mut names = path.split('.');
                let first = event.get(names.next()?)?;
                let value = names.try_fold(first, |value, name| value.get(name))?;
                value.as_str().filter(|text| !text.is_empty())
            };
            paths.iter().find_map(found)
        };
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(text(&["created_at", "timestamp"]).unwrap_or_default(), None));
        let email = ["actor_info.metadata.email_address", "actor_info.email_address", "actor_info.email"];
        let name = text(&email).or(text(&["actor_info.name", "actor_info"])).unwrap_or_default();
        let is_key = text(&["actor_info.type"]).is_some_and(|kind| kind.contains("key") || kind.contains("service"));
        let id = text(&["actor_info.uuid", "actor_info.user_id", "actor_info.id", "actor_info.api_key_id"]);
        record.actor =
            if is_key { LogActor::new(PrincipalKind::Service, name) } else { party::person(name) }.with_id(id);
        record.action = clip(action, NAME_CHARS_MAX);
        self.act(&mut record, out);
        record.message = clip(text(&["event_info"]).unwrap_or_default(), TEXT_CHARS_MAX);
        let about = text(&["entity_info.name", "entity_info.uuid", "entity_info.id", "entity_info", "event_info"]);
        record.resource = clip(about.unwrap_or_default(), TEXT_CHARS_MAX);
        record.source_address = text(&["ip_address"]).map(|address| clip(address, NAME_CHARS_MAX));
        record.tool = text(&["user_agent", "client_platform"]).map(|tool| clip(tool, NAME_CHARS_MAX));
        record.id = text(&["uuid", "id"]).map(|id| clip(id, NAME_CHARS_MAX));
        out.record(record);
        Ok(Taken::Read)
    }
}

/// Each type has fields of its own; what it is about is the one called a name, an address or an id.
fn resource(piece: &Piece<'_>) -> Result<Option<String>, Wrong> {
    let flat: Flat = json(piece.bytes)?;
    let find = |ending: &str| {
        let about = |name: &str| {
            name.ends_with(ending) && name != "organization_id" && name != "organization_uuid" && !name.contains('.')
        };
        flat.fields.iter().find(|(name, value)| about(name) && value.get().is_some()).and_then(|(_, value)| value.get())
    };
    let found = find("_name").or_else(|| find("_email")).or_else(|| find("_id")).or_else(|| find("_type"));
    Ok(found.map(|found| clip(found, TEXT_CHARS_MAX)))
}
