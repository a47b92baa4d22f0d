//! Views of Snowflake's account usage: QUERY_HISTORY, LOGIN_HISTORY, ACCESS_HISTORY, SESSIONS. The types of query are
//! those that its documentation of `QUERY_TYPE` lists as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::sql;
use super::table::{Known, Table};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, acts_alone};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::split::{Splitter, rows_or_json};
use crate::reader::log::summary::Summary;
use crate::vocabulary::{Effect, Outcome, Verb};

const ACTS: &[Known] = &[
    (Verb::Login, Effect::None, "LOGIN|LOGOUT"),
    (Verb::Read, Effect::Read, "SELECT|DESCRIBE|DESCRIBE_QUERY|GET_FILES|UNLOAD|EXPLAIN|DESC|FETCH"),
    (Verb::List, Effect::Read, "SHOW|LIST_FILES"),
    (
        Verb::Delete,
        Effect::Destructive,
        "DELETE|TRUNCATE_TABLE|DROP|DROP_*|REMOVE_FILES|ALTER_TABLE_DROP_COLUMN|ALTER_TABLE_DROP_CLUSTERING_KEY",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "GRANT|CREATE_ROLE|CREATE_USER|ALTER_USER|ALTER_ROLE|CREATE_NETWORK_POLICY|ALTER_NETWORK_POLICY|CREATE_SECURITY_INTEGRATION|ALTER_USER_RESET_PASSWORD",
    ),
    (Verb::Revoke, Effect::Privilege, "REVOKE|DROP_USER|DROP_ROLE"),
    (Verb::Execute, Effect::Mutating, "CALL|EXECUTE_TASK|EXECUTE_STREAMLIT|EXECUTE_IMMEDIATE|EXECUTE_*"),
    (Verb::Config, Effect::None, "USE|ALTER_SESSION|SET|UNSET"),
    (Verb::Config, Effect::Mutating, "ALTER_ACCOUNT|ALTER_WAREHOUSE_SUSPEND|ALTER_WAREHOUSE_RESUME|ALTER_*"),
    (
        Verb::Write,
        Effect::Mutating,
        "INSERT|UPDATE|MERGE|COPY|PUT_FILES|CREATE|CREATE_*|ALTER|ALTER_TABLE*|RESTORE|RECLUSTER|RENAME|RENAME_*|UNDROP*|INGEST|MULTI_TABLE_INSERT|REFRESH_DYNAMIC_TABLE_AT_REFRESH_VERSION|COMMENT",
    ),
    (Verb::Other, Effect::None, "BEGIN_TRANSACTION|COMMIT|ROLLBACK"),
];

/// The histories of Snowflake.
pub struct Snowflake;

impl LogFormat for Snowflake {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(70, |record| {
            record.has("QUERY_ID")
                && record.any(&["QUERY_TEXT", "QUERY_TYPE", "DIRECT_OBJECTS_ACCESSED", "QUERY_START_TIME"])
                || record.all(&["EVENT_TIMESTAMP", "EVENT_TYPE", "USER_NAME"])
                    && record.any(&["IS_SUCCESS", "REPORTED_CLIENT_TYPE"])
        }),
        Sign::Columns(90, |names| {
            names.has("query_id") && names.any(&["query_text", "query_type", "direct_objects_accessed"])
                || names.all(&["event_timestamp", "event_type", "user_name", "is_success"])
        }),
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
    needed: &["QUERY_ID", "EVENT_ID", "QUERY_TEXT", "LOGIN_EVENT_ID", "EVENT_TIMESTAMP"],
    time: &["START_TIME", "EVENT_TIMESTAMP", "QUERY_START_TIME", "CREATED_ON", "END_TIME"],
    actor: &["USER_NAME"],
    action: &["QUERY_TYPE", "EVENT_TYPE", "AUTHENTICATION_METHOD"],
    error: &["ERROR_MESSAGE"],
    message: &["QUERY_TEXT"],
    address: &["CLIENT_IP"],
    id: &["QUERY_ID", "EVENT_ID", "LOGIN_EVENT_ID"],
    trace: &["QUERY_TAG"],
    session: &["SESSION_ID"],
    tool: &["REPORTED_CLIENT_TYPE", "CLIENT_APPLICATION_ID", "WAREHOUSE_NAME"],
    acts: ACTS,
    special,
    ..NOTHING
};

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    let told = fields.text(&["EXECUTION_STATUS", "IS_SUCCESS"]).to_ascii_lowercase();
    record.outcome = match told.as_str() {
        "success" | "yes" | "true" => Outcome::Success,
        "no" => Outcome::Denied,
        _ if record
            .error
            .as_deref()
            .is_some_and(|error| error.to_ascii_lowercase().contains("insufficient privileges")) =>
        {
            Outcome::Denied
        }
        "fail" | "incident" | "failed_with_error" | "failed_with_incident" | "false" => Outcome::Error,
        _ => Outcome::Unknown,
    };
    let place: Vec<_> = ["DATABASE_NAME", "SCHEMA_NAME"]
        .iter()
        .filter_map(|name| fields.get(&[name]))
        .map(std::borrow::Cow::into_owned)
        .collect();
    if fields.has("QUERY_TEXT") {
        let text = fields.text(&["QUERY_TEXT"]).into_owned();
        let named = sql::tables(&text).into_iter().next();
        record.resource = clip(&place.iter().cloned().chain(named).collect::<Vec<_>>().join("/"), TEXT_CHARS_MAX);
        let listed = Table::find(ACTS, &record.action);
        // Several statements in one, or none told: the text says what they do.
        return match listed {
            Some(act) => Special::Act(act),
            None if record.action.is_empty() || matches!(record.action.as_str(), "UNKNOWN" | "MULTI_STATEMENT") => {
                Special::Act(sql::statement_act(&text))
            }
            None => Special::Nothing,
        };
    }
    if fields.has("DIRECT_OBJECTS_ACCESSED") || fields.has("OBJECTS_MODIFIED") {
        return accessed(fields, record);
    }
    record.resource =
        clip(&fields.text(&["ACCOUNT_NAME", "ORGANIZATION_NAME", "CLIENT_APPLICATION_ID"]), TEXT_CHARS_MAX);
    Special::Nothing
}

/// A row of ACCESS_HISTORY: which objects one query read and changed.
fn accessed(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    // In CSV the lists are JSON inside of a cell.
    let list = |name: &str| {
        let inner = fields.get(&[name]).and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
        let value = fields.value(name).cloned().or(inner)?;
        let names = value.as_array()?.iter().filter_map(|item| item.get("objectName")?.as_str()).map(str::to_string);
        Some(names.collect::<Vec<_>>()).filter(|names| !names.is_empty())
    };
    let changed = list("OBJECTS_MODIFIED").or_else(|| list("OBJECT_MODIFIED_BY_DDL"));
    let is_change = changed.is_some();
    let names = changed
        .or_else(|| list("DIRECT_OBJECTS_ACCESSED"))
        .or_else(|| list("BASE_OBJECTS_ACCESSED"))
        .unwrap_or_default();
    record.resource = clip(&names.first().map(|name| name.replace('.', "/")).unwrap_or_default(), TEXT_CHARS_MAX);
    record.message = clip(&names.join(", "), TEXT_CHARS_MAX);
    record.action = if is_change { "objects modified".into() } else { "objects accessed".into() };
    record.outcome = Outcome::Success;
    let (verb, effect) = if is_change { (Verb::Write, Effect::Mutating) } else { (Verb::Read, Effect::Read) };
    Special::Act(Act::new(verb, effect))
}
