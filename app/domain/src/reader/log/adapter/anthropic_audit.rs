//! The activity log of Anthropic's platform.

use super::table::GUESSED;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Acts;
use crate::reader::log::pairs::Flat;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Text, json, wire};
use crate::timeline::{Outcome, Verb};
use crate::vocabulary::PrincipalKind;

wire! {
    Activity<'a> {
        id: Text<'a> = "id", at: Text<'a> = "created_at", kind: Text<'a> = "type", organisation: Text<'a> = "organization_id", actor: Actor<'a> = "actor",
    }
    Actor<'a> {
        kind: Text<'a> = "type", email: Text<'a> = "email_address" | "unauthenticated_email_address", id: Text<'a> = "user_id" | "service_account_id" | "agent_id",
        agent: Text<'a> = "agent_name" | "agent_id" | "service_account_name", behalf: Text<'a> = "on_behalf_of_email_address" | "delegator_email_address" | "initiating_user_id",
        key: Text<'a> = "api_key_id" | "admin_api_key_id", address: Text<'a> = "ip_address", tool: Text<'a> = "user_agent",
    }
}

/// Reads activities.
#[derive(Default)]
pub struct AnthropicAudit {
    acts: Acts,
}

impl Adapter for AnthropicAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let activity: Activity = json(piece.bytes)?;
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
            _ => party::kind_of(name),
        };
        record.actor = LogActor::new(kind, name).with_id(who.id.get());
        record.on_behalf_of = who.behalf.get().map(party::person);
        record.action = activity.kind.owned(NAME_CHARS_MAX).unwrap_or_default();
        record.set_act(self.acts.act(&record.action));
        if record.verb == Verb::Other {
            out.stranger(&record.action);
            record.needs_review = Some(GUESSED.into());
        }
        record.resource = resource(piece)?.or_else(|| activity.organisation.owned(TEXT_CHARS_MAX)).unwrap_or_default();
        record.outcome = if record.action.ends_with("_failed") || record.action.ends_with("_denied") {
            Outcome::Denied
        } else {
            Outcome::Success
        };
        record.source_address = who.address.owned(NAME_CHARS_MAX);
        record.tool = who.tool.owned(NAME_CHARS_MAX);
        record.session = who.key.owned(NAME_CHARS_MAX);
        record.id = activity.id.owned(NAME_CHARS_MAX);
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
