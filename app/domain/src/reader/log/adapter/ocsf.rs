//! Events in the Open Cybersecurity Schema Framework. Its classes and activities are those of version 1.3, with the names
//! of later ones where they were added as known in November 2026; entries were not checked one by one.

mod classes;

use classes::CLASSES;

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use crate::reader::log::act::{Act, act};
use crate::reader::log::command::command_changes_logging;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::format::Format;
use crate::reader::log::logging::Family;
use crate::reader::log::logging::changes_logging;
use crate::reader::log::mode::{Mode, settings_say};
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::summary::Summary;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// Events in the common shape of OCSF.
pub struct Ocsf;

impl LogFormat for Ocsf {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, |record| {
        record.any(&["class_uid", "type_uid"])
            && record.any(&["category_uid", "activity_id", "severity_id", "metadata"])
    })];
    const LISTS: &'static [&'static str] = &["events"];
    const FAMILY: Option<Family> = Some(Family::Common);

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn mode(_summary: &Summary) -> Mode {
        settings_say()
    }
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["class_uid", "type_uid"],
    time: &["time_dt", "time", "start_time", "metadata.original_time", "metadata.logged_time"],
    actor: &[
        "actor.user.email_addr",
        "actor.user.name",
        "actor.user.uid",
        "actor.session.issuer",
        "user.name",
        "actor.app_name",
        "actor.invoked_by",
        "actor.process.user.name",
        "actor.idp.name",
    ],
    actor_id: &["actor.user.uid_alt", "actor.user.uid", "user.uid"],
    resource: &[
        "file.path",
        "http_request.url.url_string",
        "http_request.url.path",
        "databucket.name",
        "database.name",
        "table.name",
        "process.cmd_line",
        "process.name",
        "job.name",
        "web_resources.name",
        "web_resources.url_string",
        "resources.uid",
        "resources.name",
        "resource.uid",
        "resource.name",
        "group.name",
        "entity.name",
        "user.name",
        "module.file.path",
        "reg_key.path",
        "reg_value.path",
        "query.hostname",
        "app.name",
        "dst_endpoint.hostname",
        "dst_endpoint.ip",
        "api.service.name",
    ],
    error: &["status_detail", "api.response.error_message", "api.response.error", "status_code"],
    message: &["message", "finding_info.title", "finding.title"],
    address: &["src_endpoint.ip", "device.ip"],
    id: &["metadata.uid", "metadata.event_code"],
    trace: &["metadata.correlation_uid", "api.request.uid"],
    session: &["actor.session.uid", "session.uid"],
    tool: &["http_request.user_agent", "actor.process.name", "metadata.product.name"],
    special,
    ..NOTHING
};

/// Categories whose events are no acts on what a resource holds: findings, traffic, inventories.
const IDLE_CATEGORIES: &[u64] = &[2, 4, 5];

fn number(fields: &Fields<'_>, path: &str) -> Option<u64> {
    fields.get(&[path])?.parse().ok()
}

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    let kind = number(fields, "type_uid");
    let class = number(fields, "class_uid").or(kind.map(|kind| kind / 100)).unwrap_or_default();
    let activity = number(fields, "activity_id").or(kind.map(|kind| kind % 100)).unwrap_or_default();
    actor(fields, record);
    record.outcome = match (number(fields, "status_id"), number(fields, "action_id"), number(fields, "disposition_id"))
    {
        (_, Some(2), _) | (_, _, Some(2 | 6)) => Outcome::Denied,
        (Some(1), ..) => Outcome::Success,
        (Some(2), ..) => refused(fields),
        (_, Some(1), _) | (_, _, Some(1)) => Outcome::Success,
        _ => fields.get(&["status"]).map_or(Outcome::Unknown, |status| super::generic::outcome(&status)),
    };
    if record.outcome == Outcome::Success {
        record.error = None;
    }
    let entry = CLASSES.iter().find(|(uid, ..)| *uid == class);
    let known = entry.and_then(|(.., activities)| activities.iter().find(|(id, ..)| *id == activity));
    let class_name = fields.get(&["class_name"]).map(std::borrow::Cow::into_owned);
    let class_name = class_name
        .or_else(|| entry.map(|(_, name, _)| (*name).to_string()))
        .unwrap_or_else(|| format!("class {class}"));
    let name = fields.get(&["activity_name"]).map(std::borrow::Cow::into_owned);
    let name = name
        .or_else(|| known.map(|(_, name, ..)| (*name).to_string()))
        .unwrap_or_else(|| format!("activity {activity}"));
    record.action = clip(&format!("{class_name}: {name}"), NAME_CHARS_MAX);
    let operation = fields.get(&["api.operation"]).map(std::borrow::Cow::into_owned);
    if let Some(operation) = operation {
        record.action = clip(&operation, NAME_CHARS_MAX);
        let service = fields.text(&["api.service.name"]);
        let told = act(&operation);
        // The schema knows four activities; the name of the call says more where it is about rights or logging.
        return Special::Act(match known {
            _ if changes_logging(Format::Cloudtrail, &service, &operation) => {
                Act::new(Verb::LoggingControl, Effect::Mutating)
            }
            Some((_, _, verb, effect))
                if !matches!(
                    told.verb,
                    Verb::Grant | Verb::Revoke | Verb::LoggingControl | Verb::Delete | Verb::Execute | Verb::Login
                ) =>
            {
                Act::new(*verb, *effect)
            }
            _ => told,
        });
    }
    if class == 1007 {
        let command = fields.text(&["process.cmd_line", "process.name"]);
        if command_changes_logging(&command) {
            return Special::Act(Act::new(Verb::LoggingControl, Effect::Mutating));
        }
        if activity == 1 {
            return Special::Act(super::tools::command_act(&command));
        }
    }
    match known {
        Some((_, _, verb, effect)) => Special::Act(Act::new(*verb, *effect)),
        None if IDLE_CATEGORIES.contains(&(class / 1000)) => Special::Act(Act::new(Verb::Other, Effect::None)),
        None => Special::Nothing,
    }
}

fn refused(fields: &Fields<'_>) -> Outcome {
    let told = fields.text(&["status_code", "status_detail", "api.response.error"]).to_ascii_lowercase();
    let words = ["denied", "unauthor", "forbidden", "403", "401", "not permitted"];
    if words.iter().any(|word| told.contains(word)) { Outcome::Denied } else { Outcome::Error }
}

fn actor(fields: &Fields<'_>, record: &mut LogRecord) {
    let told = number(fields, "actor.user.type_id");
    let kind = match told {
        Some(1 | 2) => PrincipalKind::Human,
        Some(3) => PrincipalKind::System,
        Some(4) => PrincipalKind::Service,
        _ => PrincipalKind::Unknown,
    };
    record.actor.kind = match party::kind_of(&record.actor.name) {
        PrincipalKind::Unknown => kind,
        named => named,
    };
    delegated(fields, record);
}

/// An agent acts for whoever the actor is, under a delegation: `ai_agent` and `delegation` of the profile `ai_operation`,
/// which version 1.9 has (objects/ai_agent.json and objects/delegation.json of github.com/ocsf/ocsf-schema, read
/// 2026-11-27). A delegation is an authority, and no yes to the act.
fn delegated(fields: &Fields<'_>, record: &mut LogRecord) {
    let uid = fields.get(&["ai_agent.uid", "ai_operation.ai_agent.uid"]);
    let name = fields.get(&["ai_agent.name", "ai_operation.ai_agent.name"]).or_else(|| uid.clone());
    if let Some(name) = name {
        let principal =
            std::mem::replace(&mut record.actor, LogActor::new(PrincipalKind::Agent, &name).with_id(uid.as_deref()));
        record.on_behalf_of = (!principal.name.is_empty()).then_some(principal);
    }
    for path in ["delegation.parent_uid", "delegation.uid"] {
        record.delegation.extend(fields.get(&[path]).map(|uid| clip(&uid, NAME_CHARS_MAX)));
    }
}
