//! The events of 1Password: audit events, uses of items, attempts to sign in. The actions are those of its "Events API
//! reference" as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::Known;
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, sign_ins};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    // Uses of items.
    (
        Verb::Read,
        Effect::Read,
        "fill|reveal|secure-copy|enter-item-edit-mode|server-fetch|select-sso-provider|view|vrfydmn|other",
    ),
    (Verb::Read, Effect::Read, "export"),
    (Verb::Share, Effect::Mutating, "share"),
    (Verb::Write, Effect::Mutating, "server-create|server-update"),
    // Audit events.
    (
        Verb::Write,
        Effect::Mutating,
        "create|update|patch|completr|beginr|cancelr|proposr|musercom|muserdec|trvlaway|trvlback|changeks|changela|changemp|changenm|changesk",
    ),
    (Verb::Delete, Effect::Destructive, "delete|detchdmn|dealldev"),
    (
        Verb::Grant,
        Effect::Privilege,
        "grant|join|activate|reactivate|invite|role|updatgrp|updtgrp|verify|enblduo|enblmfa|updatmfa|enblsso|\
         uisas|addgsso|chngpsso|chngasso",
    ),
    (
        Verb::Revoke,
        Effect::Privilege,
        "revoke|suspend|leave|deactivate|delshare|disblduo|disblmfa|disblsso|delgsso|tdevice|expire",
    ),
    (Verb::Config, Effect::Mutating, "updatfw|updatea|updtitma|reordert|launchi|launchr"),
];

/// The events of 1Password.
pub struct Onepassword;

impl LogFormat for Onepassword {
    const SIGNS: &'static [Sign] = &[Sign::Record(70, |record| {
        record.all(&["uuid", "timestamp"])
            && (record.has("actor_uuid") && record.any(&["object_type", "object_uuid"])
                || record.all(&["item_uuid", "vault_uuid"])
                || record.all(&["target_user", "category"]))
    })];
    const LISTS: &'static [&'static str] = &["items"];
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
    needed: &["actor_uuid", "item_uuid", "target_user", "category"],
    time: &["timestamp"],
    is_utc: true,
    actor: &[
        "actor_details.email",
        "actor_details.name",
        "user.email",
        "user.name",
        "target_user.email",
        "target_user.name",
    ],
    actor_id: &["actor_uuid", "user.uuid", "target_user.uuid"],
    action: &["action", "category"],
    error: &["details.value"],
    address: &["session.ip", "client.ip_address", "location.ip"],
    id: &["uuid"],
    session: &["session.uuid", "session_uuid"],
    tool: &["client.app_name", "session.device_name"],
    acts: ACTS,
    special,
    ..NOTHING
};

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    let joined = |one: &str, other: &str| match (fields.get(&[one]), fields.get(&[other])) {
        (Some(one), Some(other)) => format!("{one}/{other}"),
        (one, other) => one.or(other).unwrap_or_default().into_owned(),
    };
    if fields.has("item_uuid") {
        record.resource = clip(&joined("vault_uuid", "item_uuid"), TEXT_CHARS_MAX);
        record.outcome = Outcome::Success;
        return Special::Nothing;
    }
    if fields.has("category") && fields.has("target_user") {
        record.resource = fields.text(&["session_uuid"]).into_owned();
        record.outcome = match &*fields.text(&["category"]) {
            "success" | "firewall_reported_success" => Outcome::Success,
            _ => Outcome::Denied,
        };
        record.action = fields.get(&["type"]).map_or_else(|| record.action.clone(), |kind| format!("sign-in {kind}"));
        if record.outcome == Outcome::Success {
            record.error = None;
        }
        return Special::Act(Act::new(Verb::Login, Effect::None));
    }
    record.resource = clip(&joined("object_type", "object_uuid"), TEXT_CHARS_MAX);
    record.outcome = Outcome::Success;
    record.error = None;
    // What happens to a membership, a key or a token is about who may do what.
    let object = fields.text(&["object_type"]).to_ascii_lowercase();
    let action = record.action.to_ascii_lowercase();
    match (action.as_str(), object.as_str()) {
        (
            "create" | "update",
            "uva" | "gva" | "gm" | "sa" | "sat" | "invite" | "dlgdsess" | "ssotkn" | "user" | "role",
        ) => Special::Act(Act::new(Verb::Grant, Effect::Privilege)),
        ("delete", "uva" | "gva" | "gm" | "sat" | "dlgdsess" | "ssotkn" | "invite") => {
            Special::Act(Act::new(Verb::Revoke, Effect::Privilege))
        }
        _ => Special::Nothing,
    }
}
