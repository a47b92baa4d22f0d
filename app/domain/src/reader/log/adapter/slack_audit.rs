//! The audit log of Slack.

use super::table::{Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, audit_log};
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

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

/// What actions do, by "Audit Logs API methods & actions" of Slack's documentation as known in November 2026.
const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "user_login|user_login_failed|user_logout|user_logout_compromised|user_logout_non_compliant_mobile_app_version|\
         user_force_upgrade_non_compliant_mobile_app_version",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "role_change_to_admin|role_change_to_owner|role_change_to_user|role_change_to_guest|owner_transferred|service_owner_transferred|\
         user_created|user_reactivated|guest_created|user_channel_join|guest_channel_join|user_added_to_usergroup|role_assigned|\
         app_installed|app_scopes_expanded|app_approved|app_resources_added|app_resources_granted|org_app_workspace_added|\
         org_app_future_workspace_install_enabled|bot_token_upgraded|bot_token_downgraded|app_token_preserved|\
         private_channel_converted_to_public|channel_posting_permissions_updated|channel_posting_pref_changed_from_org_level|\
         external_shared_channel_connected|external_shared_channel_invite_accepted|external_shared_channel_invite_approved|\
         external_shared_channel_host_transferred|public_channel_converted_to_private|user_email_updated|user_password_reset|\
         manual_user_password_reset|idp_configuration_added|idp_configuration_deleted|idp_prod_configuration_updated|\
         pref.two_factor_auth_changed|pref.sso_setting_changed|custom_role_created|custom_role_updated|permissions_assigned|\
         enterprise_installation_approved|workspace_domain_joined|manual_export_started|scheduled_export_started|\
         role_added|approved_orgs_added|connect_dm_accepted",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "user_deactivated|guest_deactivated|user_removed_from_usergroup|role_removed|app_uninstalled|app_removed|app_restricted|\
         org_app_workspace_removed|user_channel_leave|guest_channel_leave|user_session_reset_by_admin|bulk_session_reset_by_admin|\
         user_session_invalidated|external_shared_channel_disconnected|external_shared_channel_invite_revoked|\
         permissions_removed|approved_orgs_removed|app_resources_removed|custom_role_deleted",
    ),
    (
        Verb::Read,
        Effect::Read,
        "file_downloaded|file_downloaded_blocked|user_profile_viewed|manual_export_downloaded|scheduled_export_downloaded|\
         manual_export_completed|scheduled_export_completed|channels_export_completed|channel_export_downloaded|canvas_opened|list_opened|\
         message_tombstone_viewed|manual_user_export_downloaded",
    ),
    (
        Verb::Share,
        Effect::Mutating,
        "file_shared|file_shared_externally|file_public_link_created|external_shared_channel_invite_sent|external_shared_channel_invite_created|\
         canvas_shared|list_shared",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "file_deleted|public_channel_deleted|private_channel_deleted|organization_deleted|workspace_deleted|emoji_removed|\
         usergroup_deleted|barrier_deleted|native_dlp_rule_deactivated|native_dlp_violation_deleted|canvas_deleted|list_deleted|\
         message_tombstoned|legal_hold_policy_deleted|legal_hold_policy_entities_deleted|legal_hold_policy_released|workflow_deleted",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "file_uploaded|public_channel_created|private_channel_created|public_channel_archive|private_channel_archive|\
         public_channel_unarchive|private_channel_unarchive|channel_renamed|organization_created|workspace_created|emoji_added|\
         usergroup_created|usergroup_update|canvas_created|canvas_edited|list_created|list_edited|workflow_created|workflow_published|\
         workflow_updated|barrier_created|barrier_updated|user_profile_updated|legal_hold_policy_created|legal_hold_policy_updated|\
         legal_hold_policy_exclusion_added|native_dlp_rule_created|native_dlp_rule_edited|message_restored",
    ),
    (
        Verb::Config,
        Effect::Mutating,
        "pref.*|intune_enabled|intune_disabled|ekm_enrolled|ekm_unenrolled|ekm_key_added|ekm_key_removed|mobile_passcode_enabled|\
         channel_workspaces_updated|app_config_*|workspace_settings_updated|native_dlp_rule_activated",
    ),
    (Verb::LoggingControl, Effect::Mutating, "ekm_logging_config_set|audit_logs_*"),
    (
        Verb::Other,
        Effect::None,
        "anomaly|file_malicious_content_detected|ekm_slackbot_unenroll_notification_sent|ekm_slackbot_enroll_notification_sent",
    ),
];

/// Reads audit entries.
pub struct SlackAudit {
    table: Table,
}

impl Default for SlackAudit {
    fn default() -> Self {
        Self { table: Table::new(ACTS) }
    }
}

impl LogFormat for SlackAudit {
    const SIGNS: &'static [Sign] = &[Sign::Record(80, |record| {
        record.has("action") && record.inside("actor", "type") && record.any(&["entity", "context", "date_create"])
    })];
    const LISTS: &'static [&'static str] = &["entries"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(SlackAudit::default())
    }

    fn mode(summary: &Summary) -> Mode {
        audit_log(summary)
    }
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
        let action = record.action.clone();
        self.table.set(&mut record, &action, out);
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
