//! The system log of Okta.

use super::table::{Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::{LoggingAct, Reach, entry};
use crate::reader::log::mode::{Mode, audit_log};
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Event<'a> {
        at: Text<'a> = "published", action: Text<'a> = "eventType", actor: Party<'a> = "actor", client: Client<'a> = "client",
        outcome: Result_<'a> = "outcome", targets: Many<Party<'a>> = "target", id: Text<'a> = "uuid", transaction: Transaction<'a> = "transaction",
        session: Session<'a> = "authenticationContext", display: Text<'a> = "displayMessage",
    }
    Party<'a> { id: Text<'a> = "id", login: Text<'a> = "alternateId", name: Text<'a> = "displayName", kind: Text<'a> = "type" }
    Client<'a> { address: Text<'a> = "ipAddress", tool: Tool<'a> = "userAgent" }
    Tool<'a> { raw: Text<'a> = "rawUserAgent" }
    Result_<'a> { result: Text<'a> = "result", reason: Text<'a> = "reason" }
    Transaction<'a> { id: Text<'a> = "id" }
    Session<'a> { id: Text<'a> = "externalSessionId" }
}

/// What event types mean beyond their last word, by "Event types" of Okta's developer documentation as known in November
/// 2026.
const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "user.session.start|user.session.end|user.session.context.change|user.authentication.*|policy.evaluate_sign_on|\
         app.oauth2.as.authorize|app.oauth2.authorize|app.oauth2.signon|user.mfa.okta_verify*",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "user.session.impersonation.initiate|user.session.impersonation.grant|user.session.impersonation.extend|\
         user.account.privilege.grant|group.privilege.grant|iam.resourceset.bindings.add|iam.role.permissions.add|\
         group.user_membership.add|application.user_membership.add|system.api_token.create|system.api_token.enable|\
         user.account.reset_password|user.account.unlock|user.mfa.factor.activate|user.mfa.factor.reset_all|user.mfa.factor.deactivate|\
         user.mfa.factor.suspend|policy.rule.deactivate|policy.lifecycle.deactivate|security.authenticator.lifecycle.deactivate|\
         zone.delete|zone.deactivate|app.oauth2.token.grant*|app.oauth2.as.token.grant*|app.access_request.approver.approve",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "user.session.impersonation.end|user.session.impersonation.revoke|user.account.privilege.revoke|group.privilege.revoke|\
         iam.resourceset.bindings.delete|iam.role.permissions.delete|group.user_membership.remove|\
         application.user_membership.remove|system.api_token.revoke|user.session.clear|user.lifecycle.suspend|user.lifecycle.deactivate",
    ),
    (
        Verb::LoggingControl,
        Effect::Mutating,
        "system.log_stream.*|event_hook.*|inline_hook.*|system.feature.log_stream*",
    ),
    (
        Verb::Read,
        Effect::Read,
        "application.user_membership.show_password|app.keys.read|system.agent.ad.read_*|report.*.view|user.credential.list*",
    ),
    (
        Verb::Other,
        Effect::None,
        "system.org.rate_limit.*|system.operation.rate_limit.*|system.agent.ad.connect|system.agent.ad.start|system.agent.ad.reconnect|\
         policy.evaluate_*|security.threat.detected|security.request.blocked|security.attack.start|security.attack.end|\
         core.concurrency.org.limit.violation|system.email.*|system.sms.*|system.voice.*|system.push.*",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "user.lifecycle.create|user.lifecycle.activate|user.lifecycle.reactivate|user.lifecycle.unsuspend|user.account.update_password|\
         user.account.update_primary_email|user.account.update_secondary_email|system.mfa.factor.deactivate|system.mfa.factor.activate|\
         group.application_assignment.add|application.policy.sign_on.update|application.policy.sign_on.rule.delete|\
         policy.rule.update|policy.rule.delete|policy.rule.add|policy.lifecycle.update|policy.lifecycle.delete|policy.lifecycle.create|\
         iam.role.create|iam.role.update|iam.resourceset.create|iam.resourceset.resources.add|oauth2.scope.create|\
         app.oauth2.client.lifecycle.create|app.oauth2.client.lifecycle.new_client_secret|app.oauth2.trusted_server.add|\
         zone.create|zone.update|zone.activate|system.idp.lifecycle.create|system.idp.lifecycle.update|system.idp.lifecycle.activate",
    ),
];

/// The last part of an event type is what happened.
const NAMING: &[Known] = &[
    (Verb::Write, Effect::Mutating, "create|update|add|import|rename|restore|push|sync|upload|generate|rotate"),
    (Verb::Delete, Effect::Destructive, "delete|purge"),
    (Verb::Delete, Effect::Mutating, "remove"),
    (Verb::Config, Effect::Mutating, "activate|deactivate|enable|disable|reset|unlock"),
    (Verb::Read, Effect::Read, "view|read|download|export|get"),
    (Verb::Revoke, Effect::Privilege, "revoke|suspend|lock|expire"),
    (Verb::Grant, Effect::Privilege, "grant|assign"),
    (Verb::Execute, Effect::Mutating, "start|stop|run|cancel"),
];

/// So many things beside the first are named.
const TARGETS_MAX: usize = 8;

/// Reads system log events.
pub struct Okta {
    table: Table,
}

impl Default for Okta {
    fn default() -> Self {
        Self { table: Table::named(ACTS, NAMING) }
    }
}

impl LogFormat for Okta {
    const SIGNS: &'static [Sign] = &[Sign::Record(80, |record| {
        record.has("eventType")
            && record.any(&["published", "legacyEventType", "debugContext", "displayMessage", "authenticationContext"])
    })];
    const SOURCE: SourceKind = SourceKind::Service;
    const LOGGING: &'static [LoggingAct] = LOGGING;
    const NAMES_LOGGING: bool = true;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Okta::default())
    }

    fn mode(summary: &Summary) -> Mode {
        audit_log(summary)
    }
}

/// The acts on logging of its own list.
const LOGGING: &[LoggingAct] = &[entry(
    "",
    Reach::Own,
    "system.log_stream.lifecycle.create system.log_stream.lifecycle.activate \
         system.log_stream.lifecycle.deactivate system.log_stream.lifecycle.delete system.log_stream.lifecycle.update \
         event_hook.deactivated event_hook.deleted event_hook.updated",
)];

impl Adapter for Okta {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let event: Event = json(piece.bytes)?;
        if event.action.get().is_none() {
            return Err(Wrong::Foreign);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(event.at.or_empty(), None));
        record.actor = actor(&event.actor);
        record.action = event.action.owned(NAME_CHARS_MAX).unwrap_or_default();
        let action = record.action.clone();
        self.table.set(&mut record, &action, out);
        record.resource = clip(&named(&event.targets.0), TEXT_CHARS_MAX);
        record.outcome = match event.outcome.result.or_empty() {
            "SUCCESS" | "ALLOW" => Outcome::Success,
            "DENY" | "DENIED" | "CHALLENGE" => Outcome::Denied,
            "FAILURE" if record.verb == crate::vocabulary::Verb::Login => Outcome::Denied,
            "FAILURE" | "ABANDONED" | "RATE_LIMIT" => Outcome::Error,
            _ => Outcome::Unknown,
        };
        if record.outcome != Outcome::Success {
            record.error = event.outcome.reason.owned(TEXT_CHARS_MAX);
        }
        record.message = event.display.owned(TEXT_CHARS_MAX).unwrap_or_default();
        record.source_address = event.client.address.owned(NAME_CHARS_MAX);
        record.tool =
            event.client.tool.raw.owned(NAME_CHARS_MAX).or_else(|| event.client.tool.scalar.owned(NAME_CHARS_MAX));
        record.id = event.id.owned(NAME_CHARS_MAX);
        record.trace = event.transaction.id.owned(NAME_CHARS_MAX);
        record.session = event.session.id.owned(NAME_CHARS_MAX);
        out.record(record);
        Ok(Taken::Read)
    }
}

/// What it was done to: the first by its name, the others behind it in brackets, such as the group that a person was
/// put into.
fn named(targets: &[Party<'_>]) -> String {
    let name = |target: &'_ Party<'_>| -> Option<String> {
        let login = target.login.get().filter(|login| *login != "unknown");
        login.or(target.name.get()).or(target.id.get()).map(str::to_string)
    };
    let mut names = targets.iter().filter_map(name);
    let first = names.next().unwrap_or_default();
    let mut rest: Vec<String> = Vec::new();
    for name in names.take(TARGETS_MAX).filter(|name| *name != first) {
        if !rest.contains(&name) {
            rest.push(name);
        }
    }
    rest.iter().fold(first, |all, name| format!("{all} ({name})"))
}

fn actor(party: &Party<'_>) -> LogActor {
    let name = party.login.get().filter(|login| *login != "unknown").or(party.name.get()).unwrap_or_default();
    let kind = match party.kind.or_empty() {
        "User" => party::person(name).kind,
        "SystemPrincipal" => PrincipalKind::System,
        "PublicClientApp" | "OAuthClient" | "ServiceAccount" => PrincipalKind::Service,
        "AIAgent" | "Agent" => PrincipalKind::Agent,
        _ => party::kind_of(name),
    };
    LogActor::new(kind, name).with_id(party.id.get())
}
