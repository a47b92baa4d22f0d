//! Salesforce: event log files, real-time events and the setup audit trail. The types are those of its "EventLogFile
//! Supported Event Types" as known in November 2026; entries were not checked one by one.

use super::Adapter;
use super::events::{Events, NOTHING, Spec, Special};
use super::fields::Fields;
use super::table::Known;
use crate::reader::log::act::{Act, act};
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::holds_logs;
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
        "Login|Logout|LoginAs|LoginEvent|LogoutEvent|LoginAsEvent|IdentityVerificationEvent|IdentityProviderEventStore|LoginHistory",
    ),
    (
        Verb::Read,
        Effect::Read,
        "Report|Dashboard|ReportExport|ReportEvent|ReportEventStream|ListViewEvent|ListViewEventStream|LightningPageView|\
         UriEvent|UriEventStream|DocumentAttachmentDownloads|ContentDocumentLink|KnowledgeArticleView|VisualforceRequest|\
         LightningUriEvent|LightningUriEventStream|FileEvent|FileEventStore|WaveDownload|Sites|AuraRequest|LightningInteraction|LightningPerformance|LightningError",
    ),
    (Verb::Search, Effect::Read, "Search|SearchClick"),
    (Verb::Share, Effect::Mutating, "ContentDistribution"),
    (
        Verb::Execute,
        Effect::Mutating,
        "ApexExecution|ApexTrigger|ApexCallout|ApexRestApi|ApexSoap|QueuedExecution|FlowExecution|BulkApi|BulkApi2|BulkApiResultEvent|BulkApiResultEventStore|\
         ApexUnexpectedException|ConcurrentLongRunningApexLimit|TimeBasedWorkflow|ExternalCustomApexCallout|MultiblockReport|WaveInteraction|WaveChange|WavePerformance|ContinuationCalloutSummary|ExternalODataCallout|ExternalCrossOrgCallout",
    ),
    (Verb::Write, Effect::Mutating, "PackageInstall|ChangeSetOperation|MetadataApiOperation"),
    (Verb::Grant, Effect::Privilege, "PermissionSetEvent|PermissionSetEventStore|PermissionUpdate|GroupMembership"),
    (
        Verb::Other,
        Effect::None,
        "CorsViolation|InsecureExternalAssets|HostnameRedirects|LightningLogger|CSPViolation|BlockedRedirect|SessionHijackingEvent|SessionHijackingEventStore|CredentialStuffingEvent|CredentialStuffingEventStore|ReportAnomalyEvent|ReportAnomalyEventStore|ApiAnomalyEvent|ApiAnomalyEventStore|GuestUserAnomalyEvent|GuestUserAnomalyEventStore|ConsoleMessage|TransactionSecurity|NamedCredential|PlatformEncryption|APITotalUsage|ApiTotalUsage",
    ),
];

/// The event log of Salesforce.
pub struct Salesforce;

impl LogFormat for Salesforce {
    const SIGNS: &'static [Sign] = &[
        Sign::Record(70, |record| {
            record.has("EVENT_TYPE") && record.any(&["TIMESTAMP_DERIVED", "ORGANIZATION_ID"])
                || record.all(&["EventIdentifier", "EventDate"])
                || record.all(&["Action", "Section"]) && record.any(&["Display", "CreatedDate"])
        }),
        Sign::Columns(90, |names| {
            names.has("event_type") && names.any(&["timestamp_derived", "organization_id"])
                || names.all(&["action", "section", "display"])
        }),
    ];
    const LISTS: &'static [&'static str] = &["records", "value", "Events"];
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
    needed: &["EVENT_TYPE", "EventIdentifier", "Section", "EventDate", "LoginKey", "LoginTime"],
    time: &["TIMESTAMP_DERIVED", "TIMESTAMP", "EventDate", "CreatedDate", "LoginTime", "Date"],
    is_utc: true,
    actor: &["USER_NAME", "Username", "CreatedBy.Username", "CreatedBy.Name", "User", "DELEGATED_USER_NAME"],
    actor_id: &["USER_ID_DERIVED", "USER_ID", "UserId", "CreatedById"],
    action: &["EVENT_TYPE", "EventType", "Action", "attributes.type"],
    error: &["EXCEPTION_MESSAGE", "LOGIN_STATUS", "Status"],
    message: &["QUERY", "Query", "Display", "SEARCH_QUERY", "EXCEPTION_MESSAGE"],
    address: &["CLIENT_IP", "SOURCE_IP", "SourceIp"],
    id: &["REQUEST_ID", "EventIdentifier", "Id"],
    trace: &["REQUEST_ID", "EventUuid"],
    session: &["SESSION_KEY", "SessionKey", "LOGIN_KEY", "LoginKey"],
    tool: &["CLIENT_NAME", "USER_AGENT", "BROWSER_TYPE", "Browser", "Application", "Client"],
    acts: ACTS,
    special,
    ..NOTHING
};

fn special(fields: &Fields<'_>, record: &mut LogRecord) -> Special {
    let what = fields.text(&[
        "ENTITY_NAME",
        "QueriedEntities",
        "RELATED_LIST",
        "URI",
        "PageUrl",
        "REPORT_ID",
        "Name",
        "DELEGATED_ENTITY",
        "RECORD_ID",
        "ENTITY_ID",
        "Section",
    ]);
    record.resource = clip(&what, TEXT_CHARS_MAX);
    if let Some(told) = fields.get(&["LOGIN_STATUS", "Status"]) {
        let is_fine = told.eq_ignore_ascii_case("LOGIN_NO_ERROR") || told.eq_ignore_ascii_case("Success");
        record.outcome = if is_fine { Outcome::Success } else { Outcome::Denied };
    } else {
        let status = fields.text(&["STATUS_CODE", "HTTP_STATUS_CODE", "REQUEST_STATUS"]).to_ascii_uppercase();
        record.outcome = match status.as_str() {
            "" if fields.has("EXCEPTION_MESSAGE") => Outcome::Error,
            "" | "S" | "R" => Outcome::Success,
            "F" | "E" | "U" => Outcome::Error,
            "A" | "N" => Outcome::Denied,
            code => super::web::of_status(code),
        };
    }
    if record.outcome == Outcome::Success {
        record.error = None;
    }
    // The setup audit trail: what was changed stands in its section and sentence.
    if fields.has("Section") || fields.has("Display") {
        let action = record.action.clone();
        if holds_logs(&action)
            || ["event monitoring", "audit trail", "field history"]
                .iter()
                .any(|word| record.message.to_lowercase().contains(word))
        {
            return Special::Act(Act::new(Verb::LoggingControl, Effect::Mutating));
        }
        let told = act(&format!("{action} {}", fields.text(&["Section"])));
        return Special::Act(match told.verb {
            Verb::Other => Act::new(Verb::Config, Effect::Mutating),
            _ => told,
        });
    }
    let kind = record.action.clone();
    let method =
        fields.text(&["METHOD_NAME", "METHOD", "Operation", "OPERATION_TYPE", "TRANSACTION_TYPE"]).into_owned();
    if !method.is_empty() {
        record.action = clip(&format!("{kind} {method}"), NAME_CHARS_MAX);
    }
    match kind.as_str() {
        "API"
        | "RestApi"
        | "SoapApi"
        | "ApiEvent"
        | "ApiEventStream"
        | "URI"
        | "ContentTransfer"
        | "MetadataApiOperation"
        | "BulkApi"
        | "BulkApi2" => Special::Act(of_method(&method)),
        "PermissionSetEvent" | "PermissionSetEventStore"
            if method.contains("Unassign") || method.contains("Deleted") =>
        {
            Special::Act(Act::new(Verb::Revoke, Effect::Privilege))
        }
        _ => {
            record.action = kind;
            Special::Nothing
        }
    }
}

/// What a call of one of its interfaces does; one that is not told may do anything.
fn of_method(method: &str) -> Act {
    let small = method.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| small.contains(word));
    let (verb, effect) = match () {
        () if has(&["delete", "undelete", "emptyrecyclebin", "purge"]) => (Verb::Delete, Effect::Destructive),
        () if has(&[
            "create", "update", "upsert", "insert", "post", "put", "patch", "merge", "upload", "deploy", "convert",
        ]) =>
        {
            (Verb::Write, Effect::Mutating)
        }
        () if has(&["query", "search"]) => (Verb::Search, Effect::Read),
        () if has(&["retrieve", "describe", "get", "read", "head", "download", "view", "list"]) => {
            (Verb::Read, Effect::Read)
        }
        () if has(&["setpassword", "resetpassword"]) => (Verb::Grant, Effect::Privilege),
        () if has(&["login", "logout"]) => (Verb::Login, Effect::None),
        () => (Verb::Call, Effect::Mutating),
    };
    Act::new(verb, effect)
}
