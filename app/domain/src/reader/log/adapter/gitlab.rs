//! GitLab: audit events of its file, its API, its stream and its CSV, and the log of its requests. The types are those
//! of its "Audit event types" as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::Known;
use crate::reader::log::act::{Act, act};
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, acts_alone};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{Splitter, rows_or_json};
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "user_logged_in|authenticated_with_password|authenticated_with_two_factor|authenticated_with_webauthn|authenticated_with_group_saml|authenticated_with_*|login_failed_with_*",
    ),
    (
        Verb::Read,
        Effect::Read,
        "repository_git_operation|project_export_downloaded|project_export_file_download_started|repository_download_operation",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "user_added|member_created|member_updated|user_access_unlocked|personal_access_token_issued|personal_access_token_created|\
         project_access_token_created|group_access_token_created|deploy_token_created|deploy_key_added|key_added|ssh_key_added|\
         user_created|user_approved|user_password_updated|update_user_password|user_email_updated|email_created|member_role_created|member_role_updated|\
         protected_branch_created|protected_branch_updated|protected_branch_removed|project_visibility_level_updated|\
         group_visibility_level_updated|ci_variable_created|ci_variable_updated|project_group_link_created|group_share_with_group_link_created|\
         user_impersonation|user_enable_admin_mode|user_granted_admin|approval_rule_created|approval_rule_updated|require_password_to_approve_updated|allow_author_approval_updated|\
         oauth_application_created|runner_registered|set_runner_associated_projects|cluster_agent_token_created|group_deploy_token_created|impersonation_token_created",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "member_destroyed|user_removed|user_blocked|user_banned|user_deactivated|user_access_locked|personal_access_token_revoked|\
         project_access_token_deleted|group_access_token_deleted|project_access_token_revoked|deploy_token_revoked|deploy_token_destroyed|deploy_key_removed|key_removed|remove_ssh_key|\
         user_disable_two_factor|approval_rule_deleted|approval_rule_destroyed|project_group_link_deleted|ci_variable_deleted|member_role_deleted|cluster_agent_token_revoked",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "project_destroyed|group_destroyed|user_destroyed|project_deletion_marked|group_deletion_marked|release_deleted_audit_event|\
         registry_repository_deleted|container_repository_deleted|container_repository_tags_deleted|package_registry_package_deleted|epic_deleted|issue_deleted|merge_request_deleted|delete_epic|delete_issue|delete_merge_request|delete_work_item|branch_deleted|branch_removed|environment_deleted|feature_flag_deleted|runner_unregistered|job_erased|remove_group|pipeline_deleted|destroy_pipeline",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "project_created|group_created|release_created|release_updated|merge_request_create|merge_request_merged|merge_merge_request|milestone_created|\
         project_name_updated|project_path_updated|group_name_updated|feature_flag_created|feature_flag_updated|project_archived|project_unarchived|project_restored|project_transferred|project_group_transferred|added_gpg_key|removed_gpg_key|branch_created",
    ),
    (
        Verb::LoggingControl,
        Effect::Mutating,
        "audit_events_streaming_headers_create|audit_events_streaming_headers_update|audit_events_streaming_headers_destroy|\
         audit_events_streaming_instance_headers_create|audit_events_streaming_instance_headers_update|audit_events_streaming_instance_headers_destroy|\
         create_event_streaming_destination|update_event_streaming_destination|destroy_event_streaming_destination|\
         create_instance_event_streaming_destination|update_instance_event_streaming_destination|destroy_instance_event_streaming_destination|\
         event_type_filters_created|event_type_filters_deleted|deleted_group_audit_event_streaming_destination|deleted_instance_audit_event_streaming_destination|\
         google_cloud_logging_configuration_created|google_cloud_logging_configuration_updated|google_cloud_logging_configuration_deleted|\
         amazon_s3_configuration_created|amazon_s3_configuration_updated|amazon_s3_configuration_deleted|created_group_namespace_filter|deleted_group_namespace_filter",
    ),
    (Verb::Execute, Effect::Mutating, "manually_trigger_housekeeping|pipeline_created"),
    (
        Verb::Config,
        Effect::Mutating,
        "application_setting_updated|instance_settings_updated|project_setting_updated|project_*_updated|group_*_updated|merge_method_updated|only_allow_merge_if_pipeline_succeeds_updated|project_feature_*",
    ),
];

/// The audit events of GitLab.
pub struct Gitlab;

impl LogFormat for Gitlab {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(70, |record| {
            record.has("author_id") && record.any(&["entity_type", "entity_path", "entity_id"])
                || record.any(&["controller", "route"])
                    && record.all(&["method", "path"])
                    && record.any(&["correlation_id", "remote_ip"])
        }),
        Sign::Columns(90, |names| names.all(&["author id", "entity type"]) || names.all(&["author_id", "entity_type"])),
    ];
    const LISTS: &'static [&'static str] = &["data", "records"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        rows_or_json(first, Self::LISTS, limit)
    }

    fn mode(summary: &Summary) -> Mode {
        acts_alone(summary)
    }
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["author_id", "author_name", "Author ID", "Author Name", "controller", "route"],
    time: &["time", "created_at", "Created At (UTC)", "details.created_at"],
    is_utc: true,
    actor: &[
        "author_name",
        "details.author_name",
        "Author Name",
        "author_email",
        "details.author_email",
        "username",
        "meta.user",
    ],
    actor_id: &["author_id", "Author ID", "user_id"],
    action: &[
        "event_name",
        "event_type",
        "details.event_name",
        "details.event_type",
        "custom_message",
        "details.custom_message",
        "details.change",
        "details.add",
        "details.remove",
        "change",
        "Action",
    ],
    resource: &[
        "entity_path",
        "details.entity_path",
        "target_details",
        "details.target_details",
        "Entity Path",
        "Target Details",
        "entity_id",
    ],
    error: &["exception.message", "exception.class", "details.failed_login"],
    address: &["ip_address", "details.ip_address", "IP Address", "remote_ip"],
    id: &["id", "ID"],
    trace: &["correlation_id", "details.correlation_id"],
    tool: &["ua", "user_agent"],
    message: &["custom_message", "details.custom_message", "Action"],
    acts: ACTS,
    special,
    ..NOTHING
};

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    if fields.has("method") && (fields.has("path") || fields.has("route")) {
        let method = fields.text(&["method"]);
        record.action = clip(&method, NAME_CHARS_MAX);
        record.resource = clip(&fields.text(&["path", "route"]), TEXT_CHARS_MAX);
        record.message = clip(&fields.text(&["controller", "route"]), TEXT_CHARS_MAX);
        record.outcome = super::web::of_status(&fields.text(&["status"]));
        return Special::Act(super::web::request_act(&method));
    }
    record.outcome = Outcome::Success;
    let refused = fields.has("failed_login") || fields.has("details.failed_login") || record.action.contains("failed");
    if refused {
        record.outcome = Outcome::Denied;
    }
    let target = fields.get(&["target_details", "details.target_details", "Target Details"]);
    if let Some(target) = target.filter(|target| **target != record.resource && !target.is_empty()) {
        record.resource = clip(&format!("{} ({target})", record.resource), TEXT_CHARS_MAX);
    }
    // Older entries name no type: what was added, removed or changed tells it.
    if !fields.has("event_name") && !fields.has("event_type") && !fields.has("details.event_name") {
        for (path, verb) in [("add", Verb::Grant), ("remove", Verb::Revoke)] {
            let what = fields.get(&[path, &format!("details.{path}")]).map(std::borrow::Cow::into_owned);
            let Some(what) = what else { continue };
            record.action = clip(&format!("{path} {what}"), NAME_CHARS_MAX);
            let rights = ["user_access", "user", "email", "key", "token", "role", "member"];
            return Special::Act(match verb {
                _ if rights.iter().any(|word| what.contains(word)) => Act::new(verb, Effect::Privilege),
                Verb::Grant => Act::new(Verb::Write, Effect::Mutating),
                _ => Act::new(Verb::Delete, Effect::Destructive),
            });
        }
        if let Some(what) = fields.get(&["change", "details.change"]) {
            record.action = clip(&format!("change {what}"), NAME_CHARS_MAX);
            return Special::Act(act(&record.action));
        }
        if refused || fields.has("with") || fields.has("details.with") {
            record.action = if refused { "failed_login" } else { "sign-in" }.into();
            return Special::Act(Act::new(Verb::Login, Effect::None));
        }
    }
    Special::Nothing
}
