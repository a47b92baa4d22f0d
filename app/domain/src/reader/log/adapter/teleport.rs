//! The audit events of Teleport. The types are those of its "Audit Events and Records" and of `lib/events/api.go`, as known in
//! November 2026; entries were not checked one by one.

use serde_json::Value;

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::Known;
use crate::reader::log::act::Act;
use crate::reader::log::command::command_changes_logging;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, acts_alone};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "user.login|auth|bot.join|instance.join|device.authenticate|device.enroll|mfa_auth_challenge.create|mfa_auth_challenge.validate|session.connect|spiffe.svid.issued",
    ),
    (
        Verb::Execute,
        Effect::Mutating,
        "session.start|session.join|session.command|exec|port|x11-forward|subsystem|app.session.start|app.session.dynamodb.request|\
         windows.desktop.session.start|db.session.start|app.session.chunk|kube.create|\
         db.session.mysql.statements.execute|db.session.postgres.statements.execute|db.session.postgres.function.call|\
         db.session.sqlserver.rpc_request|db.session.elasticsearch.request|db.session.opensearch.request|\
         db.session.dynamodb.request|db.session.cassandra.execute|db.session.cassandra.batch|db.session.spanner.rpc",
    ),
    (
        Verb::Other,
        Effect::None,
        "session.end|session.leave|session.data|session.upload|session.network|session.rejected|session.disk|resize|print|\
         app.session.end|db.session.end|windows.desktop.session.end|session.recording.access|client.disconnect|\
         cert.generation_mismatch|auth_attempt|db.session.malformed_packet|session.process_exit|db.session.result|\
         upgradewindow.update|billing.card.create|billing.card.update|billing.card.delete|session.summarized",
    ),
    (
        Verb::Read,
        Effect::Read,
        "desktop.clipboard.send|desktop.directory.read|desktop.directory.share|db.session.postgres.statements.parse|db.session.cassandra.prepare|db.session.mysql.statements.prepare",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "desktop.clipboard.receive|desktop.directory.write|app.create|app.update|db.create|db.update|kube.update|windows_desktop.update",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "app.delete|db.delete|kube.delete|user.delete|trusted_cluster.delete|bot.delete|device.delete|node.delete",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "cert.create|access_request.create|access_request.update|access_request.review|role.created|role.updated|user.create|\
         user.update|user.password_change|reset_password_token.create|recovery_code.generated|\
         recovery_code.used|recovery_token.create|trusted_cluster.create|trusted_cluster_token.create|github.created|\
         saml.created|oidc.created|join_token.create|join_token.update|mfa.add|bot.create|bot.update|login_rule.create|\
         access_list.create|access_list.update|access_list.member.create|access_list.member.update|privilege_token.create|device.create|\
         device.token.create|db.session.permissions.update|db.session.user.create|lock.deleted|github.updated|saml.updated|oidc.updated|cluster_auth_preference.update",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "role.deleted|lock.created|mfa.delete|github.deleted|saml.deleted|oidc.deleted|login_rule.delete|access_list.delete|\
         access_list.member.delete|access_request.delete|db.session.user.deactivate|join_token.delete|access_request.expire",
    ),
    (
        Verb::LoggingControl,
        Effect::Mutating,
        "session_recording_config.update|cluster_audit_config.update|external_audit_storage.enable|\
         external_audit_storage.disable",
    ),
    (Verb::Search, Effect::Read, "access_request.search|secreports.audit.query.run|secreports.report.run"),
    (Verb::Config, Effect::Mutating, "cluster_networking_config.update|ui_config.update"),
];

/// The audit events of Teleport.
pub struct Teleport;

impl LogFormat for Teleport {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, |record| {
        record.all(&["event", "time"]) && is_code(record.text("code")) && record.any(&["uid", "ei", "cluster_name"])
    })];
    const LISTS: &'static [&'static str] = &["events"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn mode(summary: &Summary) -> Mode {
        acts_alone(summary)
    }
}

/// Whether a word is the code of an event: `T2000I`.
fn is_code(code: &str) -> bool {
    code.len() >= 5 && code.starts_with('T') && code.bytes().skip(1).take(4).all(|byte| byte.is_ascii_digit())
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["event"],
    time: &["time"],
    is_utc: true,
    actor: &["user", "identity.user", "bot_name"],
    actor_id: &["login"],
    action: &["event"],
    resource: &[
        "server_hostname",
        "db_service",
        "app_name",
        "kubernetes_cluster",
        "desktop_name",
        "name",
        "server_id",
        "cluster_name",
    ],
    error: &["error", "exitError", "message"],
    message: &["command", "db_query", "message", "reason"],
    address: &["addr.remote", "addr"],
    id: &["uid"],
    session: &["sid", "session_id"],
    tool: &["proto", "user_agent"],
    acts: ACTS,
    special,
    ..NOTHING
};

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    // Its codes end with a letter: W and E tell of what did not succeed.
    let code = fields.text(&["code"]);
    record.outcome = match (&*fields.text(&["success"]), &*fields.text(&["exitCode"])) {
        ("false", _) => Outcome::Error,
        (_, exit) if !exit.is_empty() && exit != "0" => Outcome::Error,
        ("true", _) => Outcome::Success,
        _ if code.ends_with('W') || code.ends_with('E') => Outcome::Error,
        _ => Outcome::Success,
    };
    let event = record.action.as_str();
    if record.outcome == Outcome::Error && matches!(event, "user.login" | "session.rejected" | "auth") {
        record.outcome = Outcome::Denied;
    }
    if record.outcome == Outcome::Success {
        record.error = None;
    }
    let place = |path: &str| fields.get(&[path]).map(|path| format!("{}:{path}", record.resource));
    match event {
        "session.command" => return ran(fields, record),
        "exec" => {
            let command = fields.text(&["command", "path", "program"]);
            let act = if command_changes_logging(&command) {
                Act::new(Verb::LoggingControl, Effect::Mutating)
            } else {
                super::tools::command_act(&command)
            };
            return Special::Act(act);
        }
        "session.disk" | "session.network" => return reached(fields, record),
        "scp" | "sftp" => {
            let act = match &*fields.text(&["action"]) {
                "download" | "read" | "5" | "8" => Act::new(Verb::Read, Effect::Read),
                "remove" | "rmdir" | "9" | "14" => Act::new(Verb::Delete, Effect::Destructive),
                _ => Act::new(Verb::Write, Effect::Mutating),
            };
            record.resource = place("path").map_or_else(|| record.resource.clone(), |path| clip(&path, TEXT_CHARS_MAX));
            return Special::Act(act);
        }
        "db.session.query" | "db.session.postgres.statements.parse" => {
            let name = fields.text(&["db_name"]);
            record.resource = clip(&format!("{}/{name}", record.resource), TEXT_CHARS_MAX);
            return Special::Act(super::sql::statement_act(&fields.text(&["db_query", "query"])));
        }
        "kube.request" => {
            let path = fields.text(&["request_path"]).into_owned();
            record.resource = clip(&format!("{}{path}", fields.text(&["kubernetes_cluster"])), TEXT_CHARS_MAX);
            record.outcome = super::web::of_status(&fields.text(&["response_code"]));
            return Special::Act(super::web::request_act(&fields.text(&["verb"])));
        }
        "app.session.request" => {
            record.resource = clip(&format!("{}{}", record.resource, fields.text(&["path"])), TEXT_CHARS_MAX);
            record.outcome = super::web::of_status(&fields.text(&["status_code"]));
            return Special::Act(super::web::request_act(&fields.text(&["method"])));
        }
        _ => {}
    }
    Special::Nothing
}

/// A program that was run in a session, as the enhanced recording tells it: its path, its arguments, and what it returned.
fn ran(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    let program = fields.text(&["path", "program"]).into_owned();
    let arguments = fields.value("argv").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let words = arguments.iter().filter_map(Value::as_str);
    let command = std::iter::once(program.as_str()).chain(words).collect::<Vec<_>>().join(" ");
    record.resource = clip(command.trim(), TEXT_CHARS_MAX);
    record.tool = fields.get(&["program"]).map(|program| clip(&program, NAME_CHARS_MAX));
    returned(fields, record);
    if command_changes_logging(&command) {
        return Special::Act(Act::new(Verb::LoggingControl, Effect::Mutating));
    }
    // What a program does is told by its name without its folder.
    let name = program.rsplit('/').next().unwrap_or_default();
    Special::Act(super::tools::command_act(&command.replacen(&program, name, 1)))
}

/// A file that was opened, or an address that was dialled.
fn reached(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    record.tool = fields.get(&["program"]).map(|program| clip(&program, NAME_CHARS_MAX));
    if let Some(address) = fields.get(&["dst_addr"]) {
        record.resource = clip(&format!("{address}:{}", fields.text(&["dst_port"])), TEXT_CHARS_MAX);
        // 0 lets it through, 1 does not.
        record.outcome = if fields.text(&["action"]) == "1" { Outcome::Denied } else { Outcome::Success };
        return Special::Act(Act::new(Verb::Call, Effect::None));
    }
    record.resource = clip(&fields.text(&["path"]), TEXT_CHARS_MAX);
    returned(fields, record);
    // The lowest bits are the mode, 0x40 creates.
    let flags = fields.text(&["flags"]).parse::<u64>().unwrap_or_default();
    let act = if flags & 0x43 == 0 { (Verb::Read, Effect::Read) } else { (Verb::Write, Effect::Mutating) };
    Special::Act(Act::new(act.0, act.1))
}

/// What a call of the system returned: nothing wrong, or an error below zero, of which 1 and 13 are denials.
fn returned(fields: &Fields<'_>, record: &mut LogRecord) {
    let code = fields.text(&["return_code"]).parse::<i64>().ok();
    let is_file = fields.has("flags");
    record.outcome = match code {
        Some(-1 | -13) => Outcome::Denied,
        Some(0) => Outcome::Success,
        // An opened file has a number.
        Some(1..) if is_file => Outcome::Success,
        Some(_) => Outcome::Error,
        None => Outcome::Unknown,
    };
    record.error =
        code.filter(|_| !matches!(record.outcome, Outcome::Success)).map(|code| format!("return code {code}"));
}
