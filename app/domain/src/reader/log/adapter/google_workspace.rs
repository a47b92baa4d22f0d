//! The activity reports of Google Workspace.

use super::table::{Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::Family;
use crate::reader::log::mode::{Mode, audit_log};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Activity<'a> {
        id: Id<'a> = "id", actor: Actor<'a> = "actor", address: Text<'a> = "ipAddress", events: Many<Event<'a>, 4096> = "events", name: Text<'a> = "name",
        kind: Text<'a> = "type", parameters: Pairs<'a> = "parameters",
    }
    Id<'a> { at: Text<'a> = "time", application: Text<'a> = "applicationName", unique: Text<'a> = "uniqueQualifier" }
    Actor<'a> { email: Text<'a> = "email", id: Text<'a> = "profileId", key: Text<'a> = "key" }
    Event<'a> { name: Text<'a> = "name", kind: Text<'a> = "type", parameters: Pairs<'a> = "parameters" }
}

const RESOURCES: &[&str] = &[
    "doc_title",
    "doc_id",
    "target_user",
    "user_email",
    "USER_EMAIL",
    "ROLE_NAME",
    "GROUP_EMAIL",
    "group_id",
    "SETTING_NAME",
    "APPLICATION_NAME",
    "app_name",
    "client_id",
    "DOMAIN_NAME",
    "ORG_UNIT_NAME",
    "calendar_id",
    "affected_email_address",
    "resource_name",
];

/// What events are, by "Appendices: activity event types" of Google's Reports API as known in November 2026.
const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "login_success|login_failure|login_challenge|login_verification|logout|suspicious_login|suspicious_login_less_secure_app|\
         suspicious_programmatic_login|risky_sensitive_action_allowed|risky_sensitive_action_blocked|saml_login|passkey_*",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "change_document_visibility|change_document_access_scope|change_user_access|change_acl_editors|change_owner|change_calendar_acls|\
         team_drive_membership_change|shared_drive_membership_change|sheets_import_range_access_change|approval_granted|\
         email_forwarding_out_of_domain|2sv_enroll|2sv_disable|password_edit|recovery_email_edit|recovery_phone_edit|\
         recovery_secret_qa_edit|titanium_enroll|titanium_unenroll|authorize|add_member|add_member_role|accept_invitation|invite_user|\
         change_acl_permission|CREATE_ROLE|UPDATE_ROLE|RENAME_ROLE|ADD_PRIVILEGE|REMOVE_PRIVILEGE|ASSIGN_ROLE|CREATE_USER|\
         CHANGE_PASSWORD|GRANT_ADMIN_PRIVILEGE|GRANT_DELEGATED_ADMIN_PRIVILEGES|UNSUSPEND_USER|ADD_GROUP_MEMBER|\
         AUTHORIZE_API_CLIENT_ACCESS|ADD_TO_TRUSTED_OAUTH2_APPS|ADD_MOBILE_APPLICATION_TO_WHITELIST|\
         ALLOW_STRONG_AUTHENTICATION|ENFORCE_STRONG_AUTHENTICATION|TURN_OFF_2_STEP_VERIFICATION|UNENROLL_USER_FROM_STRONG_AUTH|\
         GENERATE_2SV_SCRATCH_CODES|CHANGE_SSO_SETTINGS|TOGGLE_SSO_ENABLED|GENERATE_CERTIFICATE",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "revoke|remove_member|remove_member_role|ban_user_with_moderation|REVOKE_ADMIN_PRIVILEGE|UNASSIGN_ROLE|SUSPEND_USER|\
         REMOVE_GROUP_MEMBER|REMOVE_API_CLIENT_ACCESS|REMOVE_FROM_TRUSTED_OAUTH2_APPS|revoke_invitation",
    ),
    (
        Verb::Read,
        Effect::Read,
        "view|download|preview|print|email_as_attachment|source_copy|access_item_content|export|EMAIL_LOG_SEARCH|DOWNLOAD_*|\
         prefetch_item_content|sync_item_content|SECURITY_INVESTIGATION_QUERY",
    ),
    (
        Verb::Write,
        Effect::Mutating,
        "create|edit|upload|copy|rename|move|add_to_folder|remove_from_folder|untrash|add_subscriber|change_calendar_*|create_event|\
         change_event*|add_event_guest|create_group|change_group_*|add_lock|remove_lock",
    ),
    (Verb::Delete, Effect::Destructive, "trash|delete|delete_event|delete_group|DELETE_USER|purge"),
    (Verb::Share, Effect::Mutating, "publish_change|expiration_change|deny_access_request|request_access|send_message"),
    (Verb::Call, Effect::None, "activity|api_call"),
    (
        Verb::Other,
        Effect::None,
        "delivery|gov_attack_warning|account_disabled_*|storage_usage_update|suspicious_login_block",
    ),
];

/// Events of the administration are a verb and a thing.
const NAMING: &[Known] = &[
    (Verb::Write, Effect::Mutating, "ADD_*|CREATE_*|CHANGE_*|UPDATE_*|EDIT_*|RENAME_*|MOVE_*|UPLOAD_*"),
    (Verb::Delete, Effect::Destructive, "DELETE_*|DROP_*"),
    (Verb::Delete, Effect::Mutating, "REMOVE_*"),
    (Verb::Config, Effect::Mutating, "TOGGLE_*|ENABLE_*|DISABLE_*|RESET_*"),
    (Verb::Read, Effect::Read, "VIEW_*|GET_*|EXPORT_*"),
];

/// Reads activities; one that lists several events is a record for each.
pub struct GoogleWorkspace {
    table: Table,
}

impl Default for GoogleWorkspace {
    fn default() -> Self {
        Self { table: Table::named(ACTS, NAMING) }
    }
}

impl LogFormat for GoogleWorkspace {
    const SIGNS: &'static [Sign] = &[Sign::Record(90, |record| {
        record.text("kind").starts_with("admin#reports#activit") || record.inside("id", "applicationName")
    })];
    const LISTS: &'static [&'static str] = &["items"];
    const SOURCE: SourceKind = SourceKind::Service;
    const IS_IN_ORDER: bool = false;
    const FAMILY: Option<Family> = Some(Family::Google);

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(GoogleWorkspace::default())
    }

    fn mode(summary: &Summary) -> Mode {
        audit_log(summary)
    }
}

impl Adapter for GoogleWorkspace {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let activity: Activity = json(piece.bytes)?;
        let known = [&activity.id.application, &activity.id.at, &activity.actor.email, &activity.name]
            .iter()
            .any(|text| text.get().is_some());
        if !known && activity.events.0.is_empty() {
            return Err(Wrong::Foreign);
        }
        if activity.events.0.is_empty() {
            let told = (&activity.name, &activity.kind, &activity.parameters);
            let record = self.record(piece, &activity, told, out);
            out.record(record);
        }
        for event in &activity.events.0 {
            let record = self.record(piece, &activity, (&event.name, &event.kind, &event.parameters), out);
            out.record(record);
        }
        Ok(Taken::Read)
    }
}

impl GoogleWorkspace {
    fn record(
        &mut self,
        piece: &Piece<'_>,
        activity: &Activity<'_>,
        (name, kind, parameters): (&Text<'_>, &Text<'_>, &Pairs<'_>),
        out: &mut dyn Out,
    ) -> LogRecord {
        let mut record = LogRecord::at(piece.raw);
        record.set_time(read_stamp(activity.id.at.or_empty(), None));
        let who = activity.actor.email.get().or(activity.actor.key.get()).unwrap_or_default();
        record.actor = party::named(who).with_id(activity.actor.id.get());
        record.action = clip(name.get().or(kind.get()).unwrap_or_default(), NAME_CHARS_MAX);
        let action = record.action.clone();
        self.table.set(&mut record, &action, out);
        // What an application did by a token: the method of the API says what that was.
        if let Some(method) = parameters.get(&["method_name", "API_METHOD"]).filter(|_| record.verb == Verb::Call) {
            let found = act(method);
            if found.verb != Verb::Other {
                record.set_act(found);
                record.action = clip(method, NAME_CHARS_MAX);
            }
        }
        let application = activity.id.application.get().unwrap_or_default();
        record.resource = clip(parameters.get(RESOURCES).unwrap_or(application), TEXT_CHARS_MAX);
        // The report lists what was done; sign-ins that were refused say so in their name.
        let small = record.action.to_ascii_lowercase();
        let challenge = parameters
            .get(&["login_challenge_status", "login_verification_status"])
            .unwrap_or_default()
            .to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| small.contains(word));
        record.outcome = if says(&["denied", "blocked", "rejected", "disallowed"])
            || (record.verb == Verb::Login && (says(&["fail"]) || challenge.contains("fail")))
        {
            Outcome::Denied
        } else if says(&["failure", "failed", "_error"]) {
            Outcome::Error
        } else if record.action.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::Success
        };
        record.error = parameters
            .get(&["login_failure_type", "LOGIN_FAILURE_REASON", "failure_reason", "error_code", "error_message"])
            .map(|error| clip(error, TEXT_CHARS_MAX));
        record.source_address = activity.address.owned(NAME_CHARS_MAX);
        record.id = activity.id.unique.owned(NAME_CHARS_MAX);
        record.tool = Some(clip(application, NAME_CHARS_MAX)).filter(|tool| !tool.is_empty());
        record
    }
}
