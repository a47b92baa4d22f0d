//! The operation logs and sign-in logs of Zoom. Its operations are named by a category and an action, as its "Get
//! operation logs report" lists them as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::{Known, Table};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::holds_logs;
use crate::reader::log::mode::{Mode, sign_ins};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{Splitter, rows_or_json};
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    (Verb::Login, Effect::None, "Sign in|Sign out|Login|Logout|SSO Login"),
    (
        Verb::Write,
        Effect::Mutating,
        "Add|Batch Add|Create|Update|Batch Update|Edit|Upload|Change|Import|SCIM API - Update|SCIM API - Add|Pre Create|Save|Copy|Restore|Recover|Request|Submit|Transfer|Rename|Assign|Enroll",
    ),
    (
        Verb::Delete,
        Effect::Destructive,
        "Delete|Batch Delete|Remove|Batch Remove|Clear|Trash|SCIM API - Delete|Permanently Delete|Delete Forever",
    ),
    (Verb::Read, Effect::Read, "Download|View|Export|Play|Get|Read|Preview|Download All"),
    (Verb::Share, Effect::Mutating, "Share|Send|Email|Publish"),
    (Verb::Revoke, Effect::Privilege, "Deactivate|Unlink|Lock|Unassign|Revoke|Block|Suspend|Deauthorize|Uninstall"),
    (
        Verb::Grant,
        Effect::Privilege,
        "Activate|Invite|Approve|Link|Unlock|Authorize|Install|Regenerate|Reset Password|Change Role",
    ),
    (Verb::Config, Effect::Mutating, "Enable|Disable|Turn On|Turn Off|Set"),
    (Verb::Execute, Effect::Mutating, "Start|Stop|End|Join"),
];

/// Categories about who may do what.
const RIGHTS: &str = "role|user|group|sso|scim|api|app|marketplace|member|admin|permission|account settings|im group";

/// The operation log of Zoom.
pub struct Zoom;

impl LogFormat for Zoom {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(70, |record| {
            record.all(&["operator", "category_type"])
                || record.all(&["client_type", "email"]) && matches!(record.text("type"), "Sign in" | "Sign out")
        }),
        Sign::Columns(90, |names| names.all(&["operator", "category_type"])),
    ];
    const LISTS: &'static [&'static str] = &["operation_logs", "activity_logs"];
    const SOURCE: SourceKind = SourceKind::Service;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(Events::new(&SPEC))
    }

    fn split(first: &[u8], limit: usize) -> Splitter {
        rows_or_json(first, Self::LISTS, limit)
    }

    fn mode(summary: &Summary) -> Mode {
        sign_ins(summary)
    }
}

/// Where the fields are.
pub static SPEC: Spec = Spec {
    needed: &["operator", "category_type", "email", "client_type"],
    time: &["time"],
    is_utc: true,
    actor: &["operator", "email"],
    action: &["action", "type"],
    resource: &["category_type"],
    message: &["operation_detail"],
    address: &["ip_address"],
    tool: &["client_type"],
    acts: ACTS,
    special,
    ..NOTHING
};

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    record.outcome =
        if record.message.to_ascii_lowercase().contains("fail") { Outcome::Error } else { Outcome::Success };
    let category = fields.text(&["category_type"]).to_ascii_lowercase();
    if category.is_empty() {
        return Special::Nothing;
    }
    // What it was done to stands only in the sentence about it.
    record.resource = clip(&format!("{category}: {}", record.message), TEXT_CHARS_MAX);
    let Some(found) = Table::find(ACTS, &record.action) else { return Special::Nothing };
    let changes = matches!(found.verb, Verb::Write | Verb::Config | Verb::Delete | Verb::Revoke);
    if changes && holds_logs(&format!("{category} {}", record.message)) {
        return Special::Act(Act::new(Verb::LoggingControl, found.effect));
    }
    let about_rights = RIGHTS.split('|').any(|word| category == word);
    match found.verb {
        Verb::Write | Verb::Config if about_rights => Special::Act(Act::new(Verb::Grant, Effect::Privilege)),
        Verb::Delete if about_rights => Special::Act(Act::new(Verb::Revoke, Effect::Privilege)),
        _ => Special::Act(found),
    }
}
