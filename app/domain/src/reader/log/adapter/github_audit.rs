//! The audit log of GitHub: as an array, one a line, or CSV.

use super::row::Row;
use super::table::{ActMeaning, Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::{LoggingAct, Reach, entry};
use crate::reader::log::mode::{Mode, audit_log};
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{Splitter, rows_or_json};
use crate::reader::log::stamp::first_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Text, json, wire};
use crate::vocabulary::Channel;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Entry<'a> {
        at: Text<'a> = "@timestamp" | "at_sign_timestamp", created: Text<'a> = "created_at", action: Text<'a> = "action", actor: Text<'a> = "actor",
        actor_id: Text<'a> = "actor_id", is_bot: Text<'a> = "actor_is_bot", address: Text<'a> = "actor_ip", repo: Text<'a> = "repo" | "repository",
        org: Text<'a> = "org", business: Text<'a> = "business", user: Text<'a> = "user", team: Text<'a> = "team", id: Text<'a> = "_document_id",
        tool: Text<'a> = "user_agent", operation: Text<'a> = "operation_type", request: Text<'a> = "request_id",
        access: Text<'a> = "programmatic_access_type", token: Text<'a> = "token_id" | "hashed_token", on_behalf: Text<'a> = "actor_on_behalf_of",
        is_agent: Text<'a> = "actor_is_agent", agent_session: Text<'a> = "agent_session_id", initiator: Text<'a> = "initiator" | "initiated_by",
    }
}

/// What actions mean beyond their verb, by "Audit log events for your organization" and "for your enterprise" of GitHub's
/// documentation as known in November 2026.
const ACTS: &[Known] = &[
    (
        Verb::Grant,
        Effect::Privilege,
        "repo.access|repo.visibility_change|repository_visibility_change.*|protected_branch.policy_override|protected_branch.destroy|\
         protected_branch.update_*|protected_branch.authorized_users_teams|protected_branch.dismissal_restricted_users_teams|\
         protected_branch.rejected_ref_update|repository_ruleset.update|repository_ruleset.destroy|repository_branch_protection_evaluation.disable|\
         secret_scanning_push_protection.bypass|secret_scanning_push_protection.disable|push_protection_bypass.*|\
         repository_secret_scanning.disable|repository_secret_scanning_push_protection.disable|org.update_default_repository_permission|\
         org.update_member|org.update_member_repository_creation_permission|org.disable_two_factor_requirement|org.disable_saml|\
         business.update_default_repository_permission_setting|private_repository_forking.enable|repo.update_actions_access_settings|\
         repo.actions_enabled|org.update_actions_settings|org.set_actions_fork_pr_approvals_policy|repo.update_default_branch|\
         oauth_authorization.create|integration_installation.create|integration_installation.repositories_added|\
         personal_access_token.access_granted|personal_access_token.request_approved|ip_allow_list.disable|ip_allow_list_entry.destroy|\
         staff.fake_login|staff.repo_unlock|repo.staff_unlock|enterprise_admin.*|org.add_member|org.invite_member|org.invite_user|\
         invite_member|org.update_saml_provider_settings|org.saml_disabled|org.saml_enabled|org.enable_saml|\
         org.disable_oauth_app_restrictions|org.enable_oauth_app_restrictions|org.enable_two_factor_requirement|team.add_member|\
         team.add_repository|team.change_privacy|team.update_repository_permission|repo.add_member|repo.update_member|\
         organization_moderators.add_user|ip_allow_list_entry.create|ip_allow_list_entry.update|public_key.create|\
         deploy_key.create|org.add_outside_collaborator|business.add_admin|business.invite_admin|org.oauth_app_access_approved|\
         personal_access_token.create|personal_access_token.credential_regenerated|oauth_application.create|\
         oauth_application.generate_client_secret|integration.generate_client_secret|integration.manager_added|\
         protected_branch.create|repository_ruleset.create|environment.update_protection_rule|environment.remove_protection_rule|\
         org.create_actions_secret|org.update_actions_secret|repo.create_actions_secret|repo.update_actions_secret|\
         environment.create_actions_secret|codespaces.policy_group_updated|role.create|role.update",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "integration_installation.repositories_removed|personal_access_token.access_revoked|oauth_authorization.destroy|\
         org.remove_member|org.remove_outside_collaborator|team.remove_member|team.remove_repository|repo.remove_member|\
         organization_moderators.remove_user|business.remove_admin|org.block_user|public_key.delete|deploy_key.destroy|\
         integration_installation.suspend|org.revoke_external_identity|org.oauth_app_access_denied",
    ),
    (
        Verb::Read,
        Effect::Read,
        "git.clone|git.fetch|repo.download_zip|org.audit_log_export|business.audit_log_export|org.audit_log_git_event_export|repo.code_scanning_alert_export|workflows.prepared_workflow_job",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "git.push|pull_request.merge|workflows.created_workflow_run|workflows.rerun_workflow_run|repo.archived|repo.unarchived|\
         repo.transfer|repo.rename|repo.transfer_start|repo.transfer_outgoing|pull_request.create|pull_request.close|pull_request.reopen|\
         pull_request_review.submit|issues.transferred|repo.change_merge_setting",
    ),
    (
        Verb::Execute,
        Effect::Mutating,
        "workflows.approve_workflow_job|workflows.cancel_workflow_run|workflows.reject_workflow_job|codespaces.create",
    ),
    (Verb::Other, Effect::None, "workflows.completed_workflow_run|checks.auto_trigger_*|billing.*"),
    (
        Verb::Config,
        Effect::Mutating,
        "secret_scanning.*|secret_scanning_new_repos.*|repository_secret_scanning.enable|dependabot_alerts.*|dependabot_alerts_new_repos.*|\
         dependabot_security_updates.*|dependabot_security_updates_new_repos.*|business_advanced_security.*|enterprise.config.*|\
         repo.enable|repo.disable|advanced_security.*",
    ),
    (
        Verb::Login,
        Effect::None,
        "user.login|user.failed_login|org.sso_response|business.sso_response|external_identity.*",
    ),
    (
        Verb::LoggingControl,
        Effect::Mutating,
        "business.audit_log_stream_create|business.audit_log_stream_update|business.audit_log_stream_destroy|audit_log_streaming.*|\
         org.audit_log_git_events_disable|org.disable_source_ip_disclosure|business.disable_source_ip_disclosure",
    ),
];

/// The last part of an action is a verb.
const NAMING: &[Known] = &[
    (
        Verb::Write,
        Effect::Mutating,
        "create*|update*|rename*|edit*|add|set|transfer|restore|merge|import|upload|insert",
    ),
    (Verb::Delete, Effect::Destructive, "destroy|delete*"),
    (Verb::Delete, Effect::Mutating, "remove*"),
    (Verb::Config, Effect::Mutating, "enable*|disable*|activate|deactivate"),
    (Verb::Read, Effect::Read, "access|download*|export*|view|read|clone|fetch"),
];

/// Reads audit entries.
pub struct GithubAudit {
    table: Table,
}

impl Default for GithubAudit {
    fn default() -> Self {
        Self { table: Table::named(ACTS, NAMING) }
    }
}

impl LogFormat for GithubAudit {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(40, |record| record.all(&["action", "actor"]) && record.any(PLACES)),
        Sign::Columns(70, |names| {
            names.has("action") && names.any(&["actor", "actor.login"]) && names.any(&PLACES[..4])
        }),
    ];
    const SOURCE: SourceKind = SourceKind::Forge;
    const LOGGING: &'static [LoggingAct] = LOGGING;
    const NAMES_LOGGING: bool = true;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(GithubAudit::default())
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        rows_or_json(first, Self::LISTS, limit)
    }

    fn mode(summary: &Summary) -> Mode {
        audit_log(summary)
    }

    // GitHub records what is done with Git, and of what is done to the same files in a browser or through its API nothing
    // ("Reviewing the audit log for your organization", Git events, November 2026).
    fn shows(channel: Channel, action: &str) -> bool {
        channel == Channel::Cli || !action.starts_with("git.")
    }
}

/// Where something was done; a table has one of the first four.
const PLACES: &[&str] = &["org", "repo", "business", "@timestamp", "_document_id", "at_sign_timestamp", "repository"];

/// The acts on logging of its own list.
const LOGGING: &[LoggingAct] = &[entry(
    "",
    Reach::Own,
    "audit_log_streaming.create audit_log_streaming.update audit_log_streaming.destroy \
         audit_log_streaming.check org.audit_log_export hook.destroy business.audit_log_stream_create \
         business.audit_log_stream_update business.audit_log_stream_destroy org.audit_log_git_events_disable",
)];

impl Adapter for GithubAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let row = Row::of(piece).transpose()?;
        let entry = match &row {
            Some(row) => of_row(row),
            None => json(piece.bytes)?,
        };
        if entry.action.get().is_none() {
            return Err(if row.is_some() {
                Wrong::Unreadable("This row has no action.".into())
            } else {
                Wrong::Foreign
            });
        }
        let record = self.record(piece, &entry, out);
        out.record(record);
        Ok(Taken::Read)
    }
}

fn of_row<'a>(row: &'a Row<'_>) -> Entry<'a> {
    Entry {
        at: row.get(&["@timestamp", "timestamp"]),
        created: row.get(&["created_at"]),
        action: row.get(&["action"]),
        actor: row.get(&["actor", "actor.login"]),
        actor_id: row.get(&["actor_id"]),
        is_bot: row.get(&["actor_is_bot"]),
        address: row.get(&["actor_ip"]),
        repo: row.get(&["repo", "repository"]),
        org: row.get(&["org"]),
        business: row.get(&["business"]),
        user: row.get(&["user"]),
        team: row.get(&["team"]),
        id: row.get(&["_document_id"]),
        tool: row.get(&["user_agent"]),
        operation: row.get(&["operation_type"]),
        request: row.get(&["request_id"]),
        access: row.get(&["programmatic_access_type"]),
        token: row.get(&["token_id", "hashed_token"]),
        is_agent: row.get(&["actor_is_agent"]),
        agent_session: row.get(&["agent_session_id"]),
        initiator: row.get(&["initiator", "initiated_by"]),
        ..Entry::default()
    }
}

impl GithubAudit {
    fn record(&mut self, piece: &Piece<'_>, entry: &Entry<'_>, out: &mut dyn Out) -> LogRecord {
        let mut record = LogRecord::at(piece.raw);
        record.set_time(first_stamp(&[&entry.at, &entry.created], None));
        record.actor = party::person(entry.actor.or_empty()).with_id(entry.actor_id.get());
        if entry.is_bot.is("true") && record.actor.kind == PrincipalKind::Human {
            record.actor.kind = PrincipalKind::Service;
        }
        // The user of an agent's act is the person who set it off, by "Audit log events for agents" of GitHub's
        // documentation (docs.github.com, read 2026-11-27), and no subject of it.
        let is_agent = entry.is_agent.is("true") || entry.agent_session.get().is_some();
        if is_agent {
            record.actor.kind = PrincipalKind::Agent;
        }
        let set_off = entry.on_behalf.get().or(entry.initiator.get()).or(entry.user.get().filter(|_| is_agent));
        record.on_behalf_of = set_off.filter(|name| Some(*name) != entry.actor.get()).map(party::person);
        record.action = entry.action.owned(NAME_CHARS_MAX).unwrap_or_default();
        let action = record.action.clone();
        let mut told = self.table.look_up(&action);
        // What kind of operation it was, the entry may say itself.
        if let Some(act) = operation(entry.operation.or_empty()).filter(|_| told.act.verb == Verb::Other) {
            told = ActMeaning::listed(act);
        }
        told.set(&mut record, &action, out);
        let place = entry.repo.get().or(entry.org.get()).or(entry.business.get()).unwrap_or_default();
        let whom =
            entry.user.get().filter(|_| !is_agent).or(entry.team.get()).filter(|whom| Some(*whom) != entry.actor.get());
        record.resource =
            clip(&whom.map_or_else(|| place.to_string(), |whom| format!("{place} ({whom})")), TEXT_CHARS_MAX);
        // GitHub logs what was done; what was refused is not in its log, unless the action says so.
        let refused = ["denied", "failed", "rejected", "blocked"].iter().any(|word| record.action.contains(word));
        record.outcome = if refused { Outcome::Denied } else { Outcome::Success };
        record.source_address = entry.address.owned(NAME_CHARS_MAX);
        record.tool = entry.access.owned(NAME_CHARS_MAX).or_else(|| entry.tool.owned(NAME_CHARS_MAX));
        record.id = entry.id.owned(NAME_CHARS_MAX);
        record.trace = entry.request.owned(NAME_CHARS_MAX);
        record.session = entry.agent_session.owned(NAME_CHARS_MAX).or_else(|| entry.token.owned(NAME_CHARS_MAX));
        record
    }
}

fn operation(kind: &str) -> Option<Act> {
    let (verb, effect) = match kind {
        "create" | "modify" | "restore" | "transfer" => (Verb::Write, Effect::Mutating),
        "remove" => (Verb::Delete, Effect::Destructive),
        "access" => (Verb::Read, Effect::Read),
        "authentication" => (Verb::Login, Effect::None),
        _ => return None,
    };
    Some(Act { verb, effect })
}
