//! The audit log of the OpenAI platform, and the compliance logs of a ChatGPT workspace.

use super::openai_compliance::{Compliance, is_entry};
use super::table::{Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, audit_log};
use crate::reader::log::pairs::Flat;
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Entry<'a> {
        id: Text<'a> = "id", at: Text<'a> = "effective_at", kind: Text<'a> = "type", actor: Actor<'a> = "actor",
        project: Project<'a> = "project", principal: Principal<'a> = "principal",
    }
    Principal<'a> { kind: Text<'a> = "type" }
    Project<'a> { name: Text<'a> = "name", id: Text<'a> = "id" }
    Actor<'a> { session: Session<'a> = "session", key: Key<'a> = "api_key" }
    Session<'a> { user: User<'a> = "user", address: Text<'a> = "ip_address", tool: Text<'a> = "user_agent" }
    Key<'a> { id: Text<'a> = "id", user: User<'a> = "user", service: User<'a> = "service_account" }
    User<'a> { id: Text<'a> = "id", email: Text<'a> = "email" }
}

/// What events are, by the list of types under "Audit logs" of OpenAI's API reference as known in November 2026.
const ACTS: &[Known] = &[
    (Verb::Login, Effect::None, "login.*|logout.*"),
    (
        Verb::Grant,
        Effect::Privilege,
        "api_key.created|api_key.updated|admin_api_key.created|admin_api_key.updated|service_account.created|service_account.updated|\
         user.added|user.updated|invite.sent|invite.accepted|role.created|role.updated|role.assignment.created|\
         checkpoint.permission.created|group.created|group.updated|scim.enabled|scim.disabled|ip_allowlist.*|\
         certificate.created|certificate.updated|certificates.activated|certificates.deactivated|external_key.registered",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "role.assignment.deleted|checkpoint.permission.deleted|external_key.removed|invite.deleted|user.deleted",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "api_key.deleted|admin_api_key.deleted|service_account.deleted|role.deleted|group.deleted|certificate.deleted|project.deleted|\
         project.archived|rate_limit.deleted|resource.deleted|tunnel.deleted",
    ),
    (Verb::Write, Effect::Mutating, "project.created|project.updated|rate_limit.updated|tunnel.created|tunnel.updated"),
    (Verb::Config, Effect::Mutating, "organization.updated"),
];

/// Reads audit entries.
pub struct OpenaiAudit {
    table: Table,
    workspace: Compliance,
}

impl Default for OpenaiAudit {
    fn default() -> Self {
        Self { table: Table::new(ACTS), workspace: Compliance::default() }
    }
}

impl LogFormat for OpenaiAudit {
    const SIGNS: &'static [Sign] = &[Sign::Record(90, looks_like)];
    const LISTS: &'static [&'static str] = &["data"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(OpenaiAudit::default())
    }

    fn mode(summary: &Summary) -> Mode {
        audit_log(summary)
    }
}

fn looks_like(record: &Sample<'_>) -> bool {
    // The compliance logs of a ChatGPT workspace.
    record.has("event_id") && record.get("principal").is_some_and(|principal| principal["type"] == "CHATGPT_WORKSPACE")
        || record.text("object") == "organization.audit_log"
        || record.all(&["effective_at", "type", "actor"])
}

impl Adapter for OpenaiAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let entry: Entry = json(piece.bytes)?;
        if is_entry(entry.principal.kind.or_empty()) {
            return self.workspace.take(piece, out);
        }
        if entry.kind.get().is_none() {
            return Err(Wrong::Foreign);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(entry.at.or_empty(), None));
        actor(&mut record, &entry.actor);
        record.action = entry.kind.owned(NAME_CHARS_MAX).unwrap_or_default();
        let action = record.action.clone();
        self.table.set(&mut record, &action, out);
        let flat: Flat = json(piece.bytes)?;
        let own = record.action.replace('.', "_");
        let find = |ending: &str| {
            flat.fields.iter().find(|(name, _)| {
                // What an event is about stands under its type, with dots in it or without.
                let about = name.strip_prefix(own.as_str()).or_else(|| name.strip_prefix(record.action.as_str()));
                about.and_then(|rest| rest.strip_prefix('.')) == Some(ending)
            })
        };
        let told = ["data.email", "email", "name", "data.name", "id"].iter().find_map(|ending| find(ending)?.1.get());
        let resource = told.or(entry.project.name.get()).or(entry.project.id.get());
        record.resource = clip(resource.unwrap_or_default(), TEXT_CHARS_MAX);
        let failed = record.action.ends_with(".failed");
        record.outcome = if failed { Outcome::Denied } else { Outcome::Success };
        record.error = ["error_message", "error_code"]
            .iter()
            .find_map(|ending| find(ending)?.1.owned(TEXT_CHARS_MAX))
            .filter(|_| failed);
        record.source_address = entry.actor.session.address.owned(NAME_CHARS_MAX);
        record.tool = entry.actor.session.tool.owned(NAME_CHARS_MAX);
        record.session = entry.actor.key.id.owned(NAME_CHARS_MAX);
        record.id = entry.id.owned(NAME_CHARS_MAX);
        out.record(record);
        Ok(Taken::Read)
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.workspace.finish(out);
    }
}

fn actor(record: &mut LogRecord, actor: &Actor<'_>) {
    let of = |user: &User<'_>, kind| {
        user.email.get().or(user.id.get()).map(|name| LogActor::new(kind, name).with_id(user.id.get()))
    };
    let service = of(&actor.key.service, PrincipalKind::Service);
    let owner = of(&actor.key.user, PrincipalKind::Human);
    let session = of(&actor.session.user, PrincipalKind::Human).map(|user| {
        let kind = party::person(&user.name).kind;
        LogActor { kind, ..user }
    });
    record.actor = match (session, service, actor.key.id.get()) {
        (Some(user), ..) => user,
        (None, Some(service), _) => service,
        // A person's key acts by itself, for the person.
        (None, None, Some(key)) => LogActor::new(PrincipalKind::Service, key),
        (None, None, None) => LogActor::default(),
    };
    if actor.key.id.get().is_some() {
        record.on_behalf_of = owner;
    }
}
