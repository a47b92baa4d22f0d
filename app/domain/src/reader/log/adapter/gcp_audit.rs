//! Google Cloud audit logs.

use serde_json::Value;

use super::table::{ActMeaning, Known, Table};
use super::{Adapter, Out, Piece, Taken, Wrong, sql};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::logging::switches_off;
use crate::reader::log::logging::{Family, LoggingAct, Reach, entry};
use crate::reader::log::mode::{Mode, google};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::seen::Shown;
use crate::reader::log::sign::Sign;
use crate::reader::log::source::SourceKind;
use crate::reader::log::stamp::{first_stamp, read_stamp};
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::reader::log::{mark, party};
use crate::vocabulary::CoverageMode;
use crate::vocabulary::{Effect, Outcome, Verb};

/// The longest delegation chain that is kept.
const DELEGATION_MAX: usize = 32;

wire! {
    Entry<'a> {
        at: Text<'a> = "timestamp", received: Text<'a> = "receiveTimestamp", id: Text<'a> = "insertId", payload: Payload<'a> = "protoPayload",
        method: Text<'a> = "methodName", trace: Text<'a> = "trace", operation: Operation<'a> = "operation", resource: Monitored<'a> = "resource",
        log: Text<'a> = "logName",
    }
    Operation<'a> { id: Text<'a> = "id" }
    Monitored<'a> { kind: Text<'a> = "type", labels: Labels<'a> = "labels" }
    Labels<'a> { project: Text<'a> = "project_id" }
    Payload<'a> {
        who: Who<'a> = "authenticationInfo", allowed: Many<Allowed<'a>> = "authorizationInfo", method: Text<'a> = "methodName",
        request: Request<'a> = "requestMetadata", resource: Text<'a> = "resourceName", service: Text<'a> = "serviceName",
        status: Status<'a> = "status", data: Data<'a> = "serviceData", asked: Asked<'a> = "request", about: Data<'a> = "metadata",
    }
    Who<'a> {
        email: Text<'a> = "principalEmail", subject: Text<'a> = "principalSubject", key: Text<'a> = "serviceAccountKeyName",
        chain: Many<Authority<'a>> = "serviceAccountDelegationInfo",
    }
    Authority<'a> { first: Party<'a> = "firstPartyPrincipal", subject: Text<'a> = "principalSubject" }
    Party<'a> { email: Text<'a> = "principalEmail" }
    Allowed<'a> {
        granted: Text<'a> = "granted", resource: Text<'a> = "resource", kind: Text<'a> = "permissionType",
    }
    Request<'a> { address: Text<'a> = "callerIp", tool: Text<'a> = "callerSuppliedUserAgent" }
    Status<'a> { code: Text<'a> = "code", message: Text<'a> = "message" }
    Data<'a> {
        delta: Delta<'a> = "policyDelta", inserted: Job<'a> = "jobInsertRequest" | "jobInsertion" | "jobChange" | "jobInsertResponse",
        completed: Job<'a> = "jobCompletedEvent",
    }
    Asked<'a> {
        command: Text<'a> = "command" | "cmd", statement: Text<'a> = "statement" | "sql" | "query", object: Text<'a> = "object",
        database: Text<'a> = "database",
    }
    Job<'a> { job: JobOf<'a> = "job" | "resource" }
    JobOf<'a> { how: JobConfig<'a> = "jobConfig" | "jobConfiguration" }
    JobConfig<'a> { query: JobQuery<'a> = "queryConfig" | "query" }
    JobQuery<'a> { text: Text<'a> = "query", kind: Text<'a> = "statementType" }
    Delta<'a> { audit: Many<Text<'a>> = "auditConfigDeltas", bindings: Many<Text<'a>> = "bindingDeltas" }
}

impl Delta<'_> {
    fn is_told(&self) -> bool {
        !self.audit.0.is_empty() || !self.bindings.0.is_empty()
    }
}

/// Reads log entries.
pub struct GcpAudit {
    table: Table,
}

impl Default for GcpAudit {
    fn default() -> Self {
        Self { table: Table::named(ACTS, NAMING) }
    }
}

/// What methods do beyond their names, by the audit logging pages of Google Cloud's services as known in November 2026.
const ACTS: &[Known] = &[
    // Sign-ins of Workspace that are shared with Google Cloud.
    (
        Verb::Login,
        Effect::None,
        "loginSuccess|loginFailure|loginChallenge|loginVerification|logout|suspiciousLogin|suspiciousLoginLessSecureApp|\
         suspiciousProgrammaticLogin|riskySensitiveActionAllowed|riskySensitiveActionBlocked|govAttackWarning",
    ),
    (
        Verb::Grant,
        Effect::Privilege,
        "SetIamPolicy|SetIamPermissions|SetIamPolicies|GenerateAccessToken|GenerateIdToken|SignJwt|SignBlob|CreateServiceAccountKey|\
         UploadServiceAccountKey|CreateServiceAccount|EnableServiceAccount|UndeleteServiceAccount|CreateRole|UpdateRole|UndeleteRole|\
         CreateWorkloadIdentityPool|CreateWorkloadIdentityPoolProvider|UpdateWorkloadIdentityPoolProvider|AuthorizeUser|\
         ImportSshPublicKey|CreateKey|UpdateKey|CreateHmacKey",
    ),
    (
        Verb::Read,
        Effect::Read,
        "TestIamPermissions|AccessSecretVersion|Decrypt|AsymmetricDecrypt|AsymmetricSign|CheckPolicy|tabledata.list",
    ),
    (Verb::Execute, Effect::Mutating, "google.ssh-serialport.v1.connect|RunJob|CallFunction"),
    (
        Verb::Call,
        Effect::None,
        "GenerateContent|StreamGenerateContent|Predict|RawPredict|StreamRawPredict|ServerStreamingPredict|CountTokens|EmbedContent",
    ),
];

/// Methods are named after what they do: the standard methods of Google's API Improvement Proposals (131 to 136), and the
/// same in the names of older services.
const NAMING: &[Known] = &[
    (Verb::Read, Effect::Read, "get*|batchGet*|fetch*|download*|export*|lookup*|describe*|view*|check*"),
    (Verb::List, Effect::Read, "list*|aggregatedList*|batchList*"),
    (Verb::Search, Effect::Read, "search*|query*|find*"),
    (
        Verb::Write,
        Effect::Mutating,
        "create*|batchCreate*|insert*|update*|batchUpdate*|patch*|set*|add*|import*|copy*|upload*|replace*",
    ),
    (Verb::Delete, Effect::Destructive, "delete*|batchDelete*|destroy*|purge*"),
    (Verb::Delete, Effect::Mutating, "remove*"),
    (Verb::Config, Effect::Mutating, "enable*|disable*|reset*|activate*|deactivate*"),
    (Verb::Execute, Effect::Mutating, "start*|stop*|restart*|run*|cancel*|undelete*|deploy*|execute*"),
    (Verb::Post, Effect::Mutating, "publish*"),
];

impl LogFormat for GcpAudit {
    const SIGNS: &'static [Sign] = &[Sign::Record(90, |record| {
        record.has("protoPayload") || record.text("logName").contains("cloudaudit.googleapis.com")
    })];
    const LISTS: &'static [&'static str] = &["entries", "events", "logEvents"];
    const SOURCE: SourceKind = SourceKind::Cloud;
    const UNSHOWN: CoverageMode = CoverageMode::ManagementOnly;
    const IS_IN_ORDER: bool = false;
    const FAMILY: Option<Family> = Some(Family::Google);
    const LOGGING: &'static [LoggingAct] = LOGGING;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(GcpAudit::default())
    }

    fn mode(summary: &Summary) -> Mode {
        google(summary)
    }

    fn is_of(place: &Shown, name: &str) -> bool {
        place.is_of_google(name)
    }
}

/// The acts on logging of its own list.
const LOGGING: &[LoggingAct] = &[
    entry(
        "google.logging.v2.ConfigServiceV2.",
        Reach::Own,
        "CreateSink UpdateSink DeleteSink CreateExclusion UpdateExclusion DeleteExclusion UpdateSettings \
         UpdateCmekSettings",
    ),
    entry(
        "google.logging.v2.ConfigServiceV2.",
        Reach::Store,
        "CreateBucket UpdateBucket DeleteBucket UndeleteBucket CreateView UpdateView DeleteView",
    ),
    entry("google.logging.v2.LoggingServiceV2.", Reach::Store, "DeleteLog"),
];

impl Adapter for GcpAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let entry: Entry = json(piece.bytes)?;
        let payload = &entry.payload;
        let method = payload.method.get().or(entry.method.get());
        let known = [method, payload.who.email.get(), payload.service.get(), payload.resource.get()]
            .iter()
            .any(Option::is_some);
        if !known && !entry.log.or_empty().contains("cloudaudit") {
            return Err(Wrong::Foreign);
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(first_stamp(&[&entry.at, &entry.received], None));
        record.received = read_stamp(entry.received.or_empty(), None).time;
        let subject = payload.who.subject.or_empty();
        let name = payload.who.email.get().unwrap_or_else(|| named(subject));
        record.actor = party::named(name).with_id(payload.who.subject.get());
        let authorities = payload.who.chain.0.iter().take(DELEGATION_MAX);
        let authorities: Vec<_> =
            authorities.filter_map(|authority| authority.first.email.get().or(authority.subject.get())).collect();
        record.on_behalf_of = authorities.first().map(|first| party::named(first));
        record.delegation = authorities.iter().map(|name| clip(name, NAME_CHARS_MAX)).collect();
        record.action = clip(method.unwrap_or_default(), NAME_CHARS_MAX);
        self.act(&mut record, payload, piece.bytes, out);
        let allowed = payload.allowed.0.iter().find_map(|allowed| allowed.resource.get());
        let resource =
            payload.resource.get().or(allowed).or(entry.resource.labels.project.get()).or(entry.resource.kind.get());
        record.resource = clip(resource.unwrap_or_default(), TEXT_CHARS_MAX);
        statement(&mut record, payload);
        if record.hints.logging_control || record.verb == Verb::LoggingControl {
            record.hints.place = entry.resource.labels.project.owned(NAME_CHARS_MAX);
        }
        record.outcome = outcome(payload);
        record.error = payload.status.message.owned(TEXT_CHARS_MAX);
        record.source_address = payload.request.address.owned(NAME_CHARS_MAX);
        record.tool = payload.request.tool.owned(NAME_CHARS_MAX);
        record.id = entry.id.owned(NAME_CHARS_MAX);
        record.trace = entry.trace.owned(NAME_CHARS_MAX).or_else(|| entry.operation.id.owned(NAME_CHARS_MAX));
        record.session = payload.who.key.owned(NAME_CHARS_MAX);
        record.hints.class = log_name(entry.log.or_empty()).map(Into::into);
        out.record(record);
        Ok(Taken::Read)
    }
}

impl GcpAudit {
    fn act(&mut self, record: &mut LogRecord, payload: &Payload<'_>, bytes: &[u8], out: &mut dyn Out) {
        let action = record.action.clone();
        let ActMeaning { mut act, mut is_listed } = self.table.look_up(&action);
        let logging = record.action.contains("logging.v2.ConfigService") && act.effect.is_effectful();
        let by_parameters = || act.effect.is_effectful() && narrows(&action, payload, bytes);
        if logging || !payload.data.delta.audit.0.is_empty() || by_parameters() {
            (act.verb, is_listed) = (Verb::LoggingControl, true);
        }
        if let Some(cluster) = in_cluster(&record.action) {
            (act, is_listed) = (cluster, true);
        }
        record.hints.settings = is_settings(&record.action);
        let kind = payload.allowed.0.iter().find_map(|allowed| allowed.kind.get()).unwrap_or_default();
        // Which kind of permission was asked for tells what it was, where its name does not.
        if act.verb == Verb::Other && kind.ends_with("_READ") {
            (act, is_listed) = (Act::new(Verb::Read, Effect::Read), true);
        }
        if act.verb == Verb::Other && kind.ends_with("_WRITE") {
            (act, is_listed) = (Act::new(Verb::Write, Effect::Mutating), true);
        }
        ActMeaning { act, is_listed }.set(record, &action, out);
    }
}

/// Whether what a call was given switches something of logging off: the flow logs of a network, the requests of a balancer,
/// the flags of a database, what is recorded of access to data.
fn narrows(method: &str, payload: &Payload<'_>, bytes: &[u8]) -> bool {
    let small = method.to_ascii_lowercase();
    let sets = ["update", "patch", "set", "edit"].iter().any(|word| small.contains(word));
    if !sets || small.contains("storage.objects.") || method.starts_with("io.k8s.") {
        return false;
    }
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    let request = value.as_ref().and_then(|value| value.pointer("/protoPayload/request"));
    let Some(request) = request else { return false };
    // A policy holds all of its parts each time; which of them changed is told beside it, where it is told.
    if small.contains("setiampolicy") {
        let policy = request.pointer("/policy/auditConfigs").is_some_and(|configs| !configs.is_null());
        let mask = request.get("updateMask").and_then(Value::as_str).unwrap_or_default();
        return !payload.data.delta.is_told() && (policy || mask.contains("auditConfigs"));
    }
    switches_off(request)
}

/// What a statement does that a call runs is what the call does: of Cloud SQL with pgAudit and of MySQL (`request` of
/// `cloudsql.instances.query`), of BigQuery's jobs (`BigQueryAuditMetadata` and the older `AuditData`), of Spanner.
/// Where the statement is not logged, its command is.
fn statement(record: &mut LogRecord, payload: &Payload<'_>) {
    let asked = &payload.asked;
    let jobs = [&payload.about.inserted, &payload.data.inserted, &payload.data.completed];
    let query =
        jobs.into_iter().map(|job| &job.job.how.query).find(|query| query.text.get().or(query.kind.get()).is_some());
    let told =
        query.and_then(|query| query.text.get()).or(asked.statement.get()).filter(|text| sql::is_statement(text));
    let command = query.and_then(|query| query.kind.get()).or(asked.command.get()).map(|word| word.replace('_', " "));
    let Some(text) = told.map(str::to_string).or(command) else { return };
    let act = sql::statement_act(&text);
    if act.verb == Verb::Other || record.verb == Verb::LoggingControl {
        return;
    }
    record.set_act(act);
    record.needs_review = None;
    record.message = clip(told.unwrap_or_default(), TEXT_CHARS_MAX);
    let table = told.and_then(|text| sql::tables(text).into_iter().next());
    if let Some(table) = table.as_deref().or(asked.object.get()) {
        let place = sql::place(&[&record.resource, asked.database.or_empty()], table);
        record.resource = clip(&place, TEXT_CHARS_MAX);
    }
}

/// What a call to a Kubernetes cluster means, where its last word misleads; the names are those of GKE's audit log.
fn in_cluster(method: &str) -> Option<Act> {
    let method = method.strip_prefix("io.k8s.")?;
    let has = |part: &str| method.split('.').any(|word| word == part);
    let changes = ["create", "update", "patch", "delete"].iter().any(|word| method.ends_with(word));
    let (verb, effect) = match () {
        () if ["exec", "attach", "portforward", "proxy"].iter().any(|part| has(part)) => {
            (Verb::Execute, Effect::Mutating)
        }
        () if has("token") && method.ends_with("create") => (Verb::Grant, Effect::Privilege),
        () if method.contains("reviews") => (Verb::Read, Effect::Read),
        () if has("rbac") && changes => (Verb::Grant, Effect::Privilege),
        () if method.ends_with("deletecollection") => (Verb::Delete, Effect::Destructive),
        () => return None,
    };
    Some(Act { verb, effect })
}

/// Whether a call is on how a thing is set up, and not on what it holds.
fn is_settings(method: &str) -> bool {
    let small = method.to_ascii_lowercase();
    [
        "storage.buckets.",
        "getiampolicy",
        "testiampermissions",
        "datasetservice.",
        "tableservice.get",
        "instances.get",
        "services.get",
    ]
    .iter()
    .any(|part| small.contains(part))
}

/// Which of the audit logs it is; the name ends in it, behind a slash that may be written as `%2F`.
fn log_name(name: &str) -> Option<&'static str> {
    let log = name.split_once("cloudaudit.googleapis.com")?.1;
    Some(match log.trim_start_matches('/').trim_start_matches("%2F").trim_start_matches("%2f") {
        "activity" => mark::ACTIVITY,
        "data_access" => mark::DATA_ACCESS,
        _ => mark::OTHER_LOG,
    })
}

/// The name in a subject: `user:vera@example.com`. That of a federated identity is the whole address.
fn named(subject: &str) -> &str {
    match subject.split_once(':') {
        Some((_, name)) if !name.starts_with("//") => name,
        _ => subject,
    }
}

/// A call that succeeds has no status, or one with no code or 0; 7 is permission denied, 16 unauthenticated.
fn outcome(payload: &Payload<'_>) -> Outcome {
    let refused = payload.allowed.0.iter().any(|allowed| allowed.granted.is("false"));
    if payload.method.get().is_some_and(|method| method.ends_with("loginFailure") || method.ends_with("loginBlocked")) {
        return Outcome::Denied;
    }
    match payload.status.code.get() {
        Some("7" | "16") => Outcome::Denied,
        Some("0") | None if refused => Outcome::Denied,
        Some("0") => Outcome::Success,
        None if payload.method.get().is_some() => Outcome::Success,
        None => Outcome::Unknown,
        Some(_) => Outcome::Error,
    }
}
