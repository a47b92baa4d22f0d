//! The tenant log of Auth0. What its codes mean is from Auth0's "Log Event Type Codes" as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::Known;
use crate::reader::log::act::{Act, act};
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, sign_ins};
use crate::reader::log::party;
use crate::reader::log::reader::Options;
use crate::reader::log::record::LogRecord;
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    (
        Verb::Login,
        Effect::None,
        "s|f|fp|fu|fc|fco|slo|flo|ss|fs|seacft|feacft|seccft|feccft|sepft|fepft|sercft|fercft|sede|fede|sens|fens|seoobft|\
         feoobft|seotpft|feotpft|serft|ferft|ssa|fsa|cls|cs|gd_auth_succeed|gd_auth_failed|gd_auth_rejected|\
         gd_start_auth|gd_auth_email_verification|gd_otp_rate_limit_exceed|gd_recovery_succeed|gd_recovery_failed|\
         gd_recovery_rate_limit_exceed|gd_send_sms|gd_send_sms_failure|gd_send_voice|gd_send_voice_failure|gd_send_pn|\
         gd_send_pn_failure|gd_send_email|gd_send_email_failure|oidc_backchannel_logout_succeeded|\
         oidc_backchannel_logout_failed|srrt|pla|actions_execution_failed|mfar|fcoa",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "scp|fcp|scpr|fcpr|sce|fce|scu|fcu|scpn|fcpn|scph|fcph|gd_enrollment_complete|gd_start_enroll|gd_unenroll|\
         gd_update_device_account|fui|sui|organization_member_added",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "limit_wc|limit_mu|limit_ui|limit_delegation|limit_sul|limit_wc_ip|pwd_leak|reset_pwd_leak|signup_pwd_leak|\
         sdr|fdr",
    ),
    (Verb::Grant, Effect::Privilege, "ublkdu"),
    (Verb::Delete, Effect::Destructive, "du|sdu|fdu"),
    (Verb::Write, Effect::Mutating, "sv|fv|svr|fvr"),
    (Verb::Read, Effect::Read, "mgmt_api_read"),
    (
        Verb::Other,
        Effect::None,
        "w|fn|depnote|api_limit|api_limit_warning|cdn_upload|fi|resource_cleanup|fapi_limit|kms_key_state_changed",
    ),
    (Verb::Config, Effect::Mutating, "kms_key_management_success|kms_key_management_failure"),
];

/// Events that say that something was refused.
const REFUSED: &str = "f|fp|fu|fc|fco|fsa|fs|feacft|feccft|fepft|fercft|fede|fens|feoobft|feotpft|ferft|gd_auth_failed|\
    gd_auth_rejected|gd_otp_rate_limit_exceed|gd_recovery_failed|gd_recovery_rate_limit_exceed|limit_wc|limit_mu|\
    limit_ui|limit_delegation|limit_sul|pwd_leak|signup_pwd_leak|reset_pwd_leak|api_limit|mfar";

/// The log of Auth0.
pub struct Auth0;

impl LogFormat for Auth0 {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, |record| {
        record.all(&["date", "type"])
            && record.any(&["log_id", "client_id", "tenant_name", "user_id"])
            && record.any(&["log_id", "connection", "ip", "description"])
    })];
    const LISTS: &'static [&'static str] = &["logs"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn mode(summary: &Summary) -> Mode {
        sign_ins(summary)
    }
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["type"],
    time: &["date"],
    is_utc: true,
    actor: &["user_name", "details.request.auth.user.email", "details.request.auth.user.name", "client_name"],
    actor_id: &["user_id", "details.request.auth.user.user_id", "client_id"],
    action: &["type"],
    resource: &["details.request.path", "audience", "connection", "client_name", "tenant_name"],
    error: &["details.error.message", "details.error"],
    message: &["description"],
    address: &["ip"],
    id: &["log_id", "_id"],
    session: &["session_id", "details.session_id", "details.request.auth.credentials.jti"],
    tool: &["user_agent", "client_name"],
    acts: ACTS,
    special,
    ..NOTHING
};

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    let code = record.action.clone();
    record.outcome = match () {
        () if REFUSED.split('|').any(|known| known == code.as_str()) => Outcome::Denied,
        () if code.starts_with('f') && !matches!(code.as_str(), "fn" | "fui") || code.ends_with("_failed") => {
            Outcome::Error
        }
        () => Outcome::Success,
    };
    if record.outcome == Outcome::Success {
        record.error = None;
    }
    let own = ["user_name", "details.request.auth.user.email", "details.request.auth.user.name"];
    if fields.get(&own).is_none() && !record.actor.name.is_empty() {
        // Nobody but a client is named.
        record.actor.kind = match party::kind_of(&record.actor.name) {
            crate::vocabulary::PrincipalKind::Agent => crate::vocabulary::PrincipalKind::Agent,
            _ => crate::vocabulary::PrincipalKind::Service,
        };
    }
    // A call of the management API is told by its description, such as “Delete a log stream”, and its method.
    if matches!(code.as_str(), "sapi" | "fapi") {
        let method = fields.text(&["details.request.method"]).to_ascii_lowercase();
        let told = act(&record.message);
        let act = match method.as_str() {
            _ if told.verb == Verb::LoggingControl || told.verb == Verb::Grant => told,
            "get" | "head" => Act::new(Verb::Read, Effect::Read),
            "delete" if told.verb == Verb::Revoke => told,
            "delete" => Act::new(Verb::Delete, Effect::Destructive),
            _ if told.verb == Verb::Other => Act::new(Verb::Write, Effect::Mutating),
            _ => told,
        };
        return Special::Act(act);
    }
    Special::Nothing
}
