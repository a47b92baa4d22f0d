//! Cloudflare: the audit log in its two versions and as Logpush writes it, and its log of HTTP requests. The actions are
//! those of its "Audit Logs" and "Logpush datasets" as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::{Known, Table};
use crate::reader::log::act::Act;
use crate::reader::log::definition::{LogFormat, Watched};
use crate::reader::log::mode::{Mode, requests};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    (Verb::Login, Effect::None, "login|logout|sso_login|login_failed|2fa_login|login_sso"),
    (
        Verb::Write,
        Effect::Mutating,
        "add|create|rec_add|rec_set|update|edit|set|purge_request_add|upload|deploy|publish|rotate|renew|activate|import|CREATE|UPDATE|pages_deploy|script_create|script_update|apply",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "delete|rec_del|del|remove|purge|purge_cache|DELETE|zone_delete|script_delete|bulk_delete",
    ),
    (Verb::Read, Effect::Read, "view|read|get|export|download|API_key_view|api_key_view|apikey_view|list"),
    (
        Verb::Grant,
        Effect::Privilege,
        "token_create|token_update|token_roll|API_key_created|API_key_reset|api_key_created|member_add|invite|invite_accept|member_update|role_update|2fa_enabled|enable_2fa|email_change|password_change|change_password|accept",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "token_revoke|token_delete|member_remove|2fa_disabled|disable_2fa|revoke|block|unblock",
    ),
    (Verb::Config, Effect::Mutating, "change_setting|enable|disable|pause|unpause|toggle|CA_change_setting"),
];

/// The audit log of Cloudflare, and its logs of requests.
pub struct Cloudflare;

impl LogFormat for Cloudflare {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, looks_like)];
    const LISTS: &'static [&'static str] = &["result"];
    const SOURCE: SourceKind = SourceKind::Service;
    const WATCHED: Watched = Watched::Not;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn mode(_summary: &Summary) -> Mode {
        requests()
    }
}

fn looks_like(record: &Sample<'_>) -> bool {
    record.inside("action", "type") && record.any(&["when", "interface", "zone"]) && record.has("actor")
        || record.all(&["ActionType", "When"]) && record.any(&["ActorEmail", "ActorID", "ActorType"])
        || record.has("RayID") && record.any(&["EdgeStartTimestamp", "ClientRequestURI", "ClientRequestMethod"])
        || record.inside("action", "type") && record.inside("action", "time") && record.all(&["actor", "resource"])
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["action", "ActionType", "EdgeStartTimestamp", "RayID", "ClientRequestURI"],
    time: &["when", "When", "action.time", "EdgeStartTimestamp", "EdgeEndTimestamp", "Datetime"],
    is_utc: true,
    actor: &["actor.email", "ActorEmail", "actor.token_name", "ClientRequestUserAgent"],
    actor_id: &["actor.id", "ActorID"],
    action: &["action.type", "ActionType", "ClientRequestMethod"],
    outcome: &["action.result", "ActionResult"],
    address: &["actor.ip", "actor.ip_address", "ActorIP", "ClientIP"],
    id: &["id", "ID", "RayID"],
    trace: &["raw.cf_ray_id", "RayID"],
    session: &["actor.token_id"],
    tool: &["interface", "Interface", "actor.context", "ClientRequestUserAgent", "raw.user_agent"],
    message: &["action.description", "metadata.zone_name", "raw.uri"],
    acts: ACTS,
    special,
    ..NOTHING
};

/// Kinds of things that hold or carry logs.
const LOGS: &[&str] = &["logpush", "logpull", "instant_logs", "audit_log", "log_retention", "logs"];

/// Kinds of things that say who may do what.
const RIGHTS: &[&str] = &[
    "token",
    "member",
    "role",
    "api_key",
    "access.policy",
    "access_policy",
    "user_group",
    "permission",
    "access.app",
    "service_token",
    "policy",
];

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    if fields.has("ClientRequestURI") || fields.has("EdgeStartTimestamp") {
        // Who asks over HTTP is known by an address and by what it says of itself.
        record.actor = LogActor::new(crate::reader::log::party::kind_of(&record.actor.name), "");
        let host = fields.text(&["ClientRequestHost"]);
        let path = fields.text(&["ClientRequestURI", "ClientRequestPath"]);
        record.resource = clip(&format!("{host}{path}"), TEXT_CHARS_MAX);
        record.outcome = super::web::of_status(&fields.text(&["EdgeResponseStatus"]));
        if matches!(
            &*fields.text(&["SecurityAction", "FirewallMatchesActions"]),
            "block" | "challenge" | "managedChallenge" | "jschallenge"
        ) {
            record.outcome = Outcome::Denied;
        }
        return Special::Act(super::web::request_act(&record.action));
    }
    if fields
        .get(&["actor.type", "ActorType"])
        .is_some_and(|kind| matches!(kind.to_ascii_lowercase().as_str(), "system" | "cloudflare" | "cloudflare_admin"))
        && record.actor.kind != PrincipalKind::Agent
    {
        record.actor.kind = PrincipalKind::System;
    }
    if fields.get(&["actor.context"]).is_some_and(|context| context.contains("api_token"))
        && record.actor.kind == PrincipalKind::Unknown
    {
        record.actor.kind = PrincipalKind::Service;
    }
    let kind = fields.text(&["resource.type", "ResourceType", "resource.product"]).into_owned();
    let id = fields.text(&["metadata.zone_name", "zone.name", "resource.id", "ResourceID"]);
    record.resource = clip(&if id.is_empty() { kind.clone() } else { format!("{kind}/{id}") }, TEXT_CHARS_MAX);
    if record.outcome == Outcome::Unknown {
        record.outcome = super::web::of_status(&fields.text(&["raw.status_code"]));
    }
    let small = kind.to_ascii_lowercase();
    let Some(found) = Table::find(ACTS, &record.action) else { return Special::Nothing };
    let changes = matches!(found.verb, Verb::Write | Verb::Config | Verb::Delete);
    match () {
        () if changes && LOGS.iter().any(|word| small.contains(word)) => {
            Special::Act(Act::new(Verb::LoggingControl, found.effect))
        }
        () if changes && RIGHTS.iter().any(|word| small.contains(word)) => {
            let verb = if found.verb == Verb::Delete { Verb::Revoke } else { Verb::Grant };
            Special::Act(Act::new(verb, Effect::Privilege))
        }
        () => Special::Act(found),
    }
}
