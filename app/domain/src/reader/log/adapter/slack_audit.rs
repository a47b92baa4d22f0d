//! The audit log of Slack.

use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Acts;
use crate::reader::log::party;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Text, json, wire};
use crate::timeline::Outcome;
use crate::vocabulary::PrincipalKind;

wire! {
    Entry<'a> {
        at: Text<'a> = "date_create", action: Text<'a> = "action", actor: Actor<'a> = "actor", entity: Entity<'a> = "entity",
        context: Context<'a> = "context", id: Text<'a> = "id",
    }
    Actor<'a> { kind: Text<'a> = "type", user: Thing<'a> = "user", app: Thing<'a> = "app" }
    Thing<'a> { id: Text<'a> = "id", name: Text<'a> = "name" | "title", email: Text<'a> = "email" }
    Entity<'a> {
        user: Thing<'a> = "user", workspace: Thing<'a> = "workspace", enterprise: Thing<'a> = "enterprise", file: Thing<'a> = "file",
        channel: Thing<'a> = "channel", app: Thing<'a> = "app", role: Thing<'a> = "role", group: Thing<'a> = "usergroup", workflow: Thing<'a> = "workflow",
    }
    Context<'a> { address: Text<'a> = "ip_address", tool: Text<'a> = "ua", session: Text<'a> = "session_id", place: Thing<'a> = "location" }
}

/// Reads audit entries.
#[derive(Default)]
pub struct SlackAudit {
    acts: Acts,
}

impl Adapter for SlackAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let entry: Entry = json(piece.bytes)?;
        if entry.action.get().is_none() {
            return Err(Wrong::Foreign);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(entry.at.or_empty(), None));
        let (user, app) = (&entry.actor.user, &entry.actor.app);
        record.actor = match app.name.get().or(app.id.get()) {
            Some(name) => party::named(name).with_id(app.id.get()),
            None => party::person(user.email.get().or(user.name.get()).unwrap_or_default()).with_id(user.id.get()),
        };
        if record.actor.kind == PrincipalKind::Unknown && entry.actor.kind.is("app") {
            record.actor.kind = PrincipalKind::Service;
        }
        record.action = entry.action.owned(NAME_CHARS_MAX).unwrap_or_default();
        record.set_act(self.acts.act(&record.action));
        let entity = &entry.entity;
        let things = [
            &entity.user,
            &entity.file,
            &entity.channel,
            &entity.app,
            &entity.role,
            &entity.group,
            &entity.workflow,
            &entity.workspace,
            &entity.enterprise,
        ];
        let told = things.iter().find_map(|thing| thing.email.get().or(thing.name.get()).or(thing.id.get()));
        record.resource = clip(told.or(entry.context.place.name.get()).unwrap_or_default(), TEXT_CHARS_MAX);
        // Slack logs what was done; what was refused says so.
        let refused = ["failed", "denied", "rejected", "blocked"].iter().any(|word| record.action.contains(word));
        record.outcome = if refused { Outcome::Denied } else { Outcome::Success };
        record.source_address = entry.context.address.owned(NAME_CHARS_MAX);
        record.tool = entry.context.tool.owned(NAME_CHARS_MAX);
        record.session = entry.context.session.owned(NAME_CHARS_MAX);
        record.id = entry.id.owned(NAME_CHARS_MAX);
        out.record(record);
        Ok(Taken::Read)
    }
}
