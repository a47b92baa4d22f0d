//! Events in the Open Cybersecurity Schema Framework. Its classes and activities are those of version 1.3, with the names
//! of later ones where they were added as known in November 2026; entries were not checked one by one.

use super::events::{NOTHING, Spec, Special};
use super::fields::Fields;
use crate::reader::log::act::{Act, act};
use crate::reader::log::format::Format;
use crate::reader::log::logging::{changes_logging, command_changes_logging};
use crate::reader::log::party;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, clip};
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::PrincipalKind;

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

/// An activity of a class: its number, what it is called, and what it means.
type Activity = (u64, &'static str, Verb, Effect);

/// The activities that most classes share.
const CHANGES: &[Activity] = &[
    (1, "Create", Verb::Write, Effect::Mutating),
    (2, "Read", Verb::Read, Effect::Read),
    (3, "Update", Verb::Write, Effect::Mutating),
    (4, "Delete", Verb::Delete, Effect::Destructive),
];

const FILES: &[Activity] = &[
    (1, "Create", Verb::Write, Effect::Mutating),
    (2, "Read", Verb::Read, Effect::Read),
    (3, "Update", Verb::Write, Effect::Mutating),
    (4, "Delete", Verb::Delete, Effect::Destructive),
    (5, "Rename", Verb::Write, Effect::Mutating),
    (6, "Set Attributes", Verb::Write, Effect::Mutating),
    (7, "Set Security", Verb::Grant, Effect::Privilege),
    (8, "Get Attributes", Verb::Read, Effect::Read),
    (9, "Get Security", Verb::Read, Effect::Read),
    (10, "Encrypt", Verb::Write, Effect::Mutating),
    (11, "Decrypt", Verb::Write, Effect::Mutating),
    (12, "Mount", Verb::Config, Effect::Mutating),
    (13, "Unmount", Verb::Config, Effect::Mutating),
    (14, "Open", Verb::Read, Effect::Read),
];

const HOSTED_FILES: &[Activity] = &[
    (1, "Upload", Verb::Write, Effect::Mutating),
    (2, "Download", Verb::Read, Effect::Read),
    (3, "Update", Verb::Write, Effect::Mutating),
    (4, "Delete", Verb::Delete, Effect::Destructive),
    (5, "Rename", Verb::Write, Effect::Mutating),
    (6, "Copy", Verb::Write, Effect::Mutating),
    (7, "Move", Verb::Write, Effect::Mutating),
    (8, "Restore", Verb::Write, Effect::Mutating),
    (9, "Preview", Verb::Read, Effect::Read),
    (10, "Lock", Verb::Config, Effect::Mutating),
    (11, "Unlock", Verb::Config, Effect::Mutating),
    (12, "Share", Verb::Share, Effect::Mutating),
    (13, "Unshare", Verb::Revoke, Effect::Privilege),
    (14, "Open", Verb::Read, Effect::Read),
    (15, "Sync", Verb::Write, Effect::Mutating),
    (16, "Unsync", Verb::Config, Effect::Mutating),
];

/// The classes and their activities.
const CLASSES: &[(u64, &str, &[Activity])] = &[
    (1001, "File System Activity", FILES),
    (
        1002,
        "Kernel Extension Activity",
        &[(1, "Load", Verb::Config, Effect::Mutating), (2, "Unload", Verb::Config, Effect::Mutating)],
    ),
    (
        1003,
        "Kernel Activity",
        &[
            (1, "Create", Verb::Write, Effect::Mutating),
            (2, "Read", Verb::Read, Effect::Read),
            (3, "Delete", Verb::Delete, Effect::Destructive),
            (4, "Invoke", Verb::Execute, Effect::Mutating),
        ],
    ),
    (
        1005,
        "Module Activity",
        &[
            (1, "Load", Verb::Execute, Effect::Mutating),
            (2, "Unload", Verb::Execute, Effect::Mutating),
            (3, "Invoke", Verb::Execute, Effect::Mutating),
        ],
    ),
    (
        1006,
        "Scheduled Job Activity",
        &[
            (1, "Create", Verb::Write, Effect::Mutating),
            (2, "Update", Verb::Write, Effect::Mutating),
            (3, "Delete", Verb::Delete, Effect::Destructive),
            (4, "Enable", Verb::Config, Effect::Mutating),
            (5, "Disable", Verb::Config, Effect::Mutating),
            (6, "Start", Verb::Execute, Effect::Mutating),
        ],
    ),
    (
        1007,
        "Process Activity",
        &[
            (1, "Launch", Verb::Execute, Effect::Mutating),
            (2, "Terminate", Verb::Execute, Effect::Mutating),
            (3, "Open", Verb::Read, Effect::Read),
            (4, "Inject", Verb::Execute, Effect::Mutating),
            (5, "Set User ID", Verb::Grant, Effect::Privilege),
        ],
    ),
    (
        3001,
        "Account Change",
        &[
            (1, "Create", Verb::Grant, Effect::Privilege),
            (2, "Enable", Verb::Grant, Effect::Privilege),
            (3, "Password Change", Verb::Grant, Effect::Privilege),
            (4, "Password Reset", Verb::Grant, Effect::Privilege),
            (5, "Disable", Verb::Revoke, Effect::Privilege),
            (6, "Delete", Verb::Delete, Effect::Destructive),
            (7, "Attach Policy", Verb::Grant, Effect::Privilege),
            (8, "Detach Policy", Verb::Revoke, Effect::Privilege),
            (9, "Lock", Verb::Revoke, Effect::Privilege),
            (10, "MFA Factor Enable", Verb::Grant, Effect::Privilege),
            (11, "MFA Factor Disable", Verb::Grant, Effect::Privilege),
            (12, "Unlock", Verb::Grant, Effect::Privilege),
        ],
    ),
    (
        3002,
        "Authentication",
        &[
            (1, "Logon", Verb::Login, Effect::None),
            (2, "Logoff", Verb::Login, Effect::None),
            (3, "Authentication Ticket", Verb::Login, Effect::None),
            (4, "Service Ticket Request", Verb::Login, Effect::None),
            (5, "Service Ticket Renew", Verb::Login, Effect::None),
            (6, "Preauth", Verb::Login, Effect::None),
        ],
    ),
    (
        3003,
        "Authorize Session",
        &[
            (1, "Assign Privileges", Verb::Grant, Effect::Privilege),
            (2, "Assign Groups", Verb::Grant, Effect::Privilege),
        ],
    ),
    (3004, "Entity Management", CHANGES),
    (
        3005,
        "User Access Management",
        &[
            (1, "Assign Privileges", Verb::Grant, Effect::Privilege),
            (2, "Revoke Privileges", Verb::Revoke, Effect::Privilege),
        ],
    ),
    (
        3006,
        "Group Management",
        &[
            (1, "Assign Privileges", Verb::Grant, Effect::Privilege),
            (2, "Revoke Privileges", Verb::Revoke, Effect::Privilege),
            (3, "Add User", Verb::Grant, Effect::Privilege),
            (4, "Remove User", Verb::Revoke, Effect::Privilege),
            (5, "Delete", Verb::Delete, Effect::Destructive),
            (6, "Create", Verb::Write, Effect::Mutating),
        ],
    ),
    (
        4002,
        "HTTP Activity",
        &[
            (1, "Connect", Verb::Call, Effect::None),
            (2, "Delete", Verb::Delete, Effect::Destructive),
            (3, "Get", Verb::Read, Effect::Read),
            (4, "Head", Verb::Read, Effect::Read),
            (5, "Options", Verb::Read, Effect::Read),
            (6, "Post", Verb::Write, Effect::Mutating),
            (7, "Put", Verb::Write, Effect::Mutating),
            (8, "Trace", Verb::Read, Effect::Read),
            (9, "Patch", Verb::Write, Effect::Mutating),
        ],
    ),
    (4010, "Network File Activity", HOSTED_FILES),
    (
        6001,
        "Web Resources Activity",
        &[
            (1, "Create", Verb::Write, Effect::Mutating),
            (2, "Read", Verb::Read, Effect::Read),
            (3, "Update", Verb::Write, Effect::Mutating),
            (4, "Delete", Verb::Delete, Effect::Destructive),
            (5, "Search", Verb::Search, Effect::Read),
            (6, "Import", Verb::Write, Effect::Mutating),
            (7, "Export", Verb::Read, Effect::Read),
            (8, "Share", Verb::Share, Effect::Mutating),
        ],
    ),
    (
        6002,
        "Application Lifecycle",
        &[
            (1, "Install", Verb::Config, Effect::Mutating),
            (2, "Remove", Verb::Delete, Effect::Destructive),
            (3, "Start", Verb::Execute, Effect::Mutating),
            (4, "Stop", Verb::Execute, Effect::Mutating),
            (5, "Restart", Verb::Execute, Effect::Mutating),
            (6, "Enable", Verb::Config, Effect::Mutating),
            (7, "Disable", Verb::Config, Effect::Mutating),
            (8, "Update", Verb::Write, Effect::Mutating),
        ],
    ),
    (6003, "API Activity", CHANGES),
    (
        6005,
        "Datastore Activity",
        &[
            (1, "Read", Verb::Read, Effect::Read),
            (2, "Update", Verb::Write, Effect::Mutating),
            (3, "Connect", Verb::Login, Effect::None),
            (4, "Query", Verb::Search, Effect::Read),
            (5, "Write", Verb::Write, Effect::Mutating),
            (6, "Create", Verb::Write, Effect::Mutating),
            (7, "Delete", Verb::Delete, Effect::Destructive),
            (8, "List", Verb::List, Effect::Read),
            (9, "Encrypt", Verb::Write, Effect::Mutating),
            (10, "Decrypt", Verb::Read, Effect::Read),
        ],
    ),
    (6006, "File Hosting Activity", HOSTED_FILES),
];

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
}
