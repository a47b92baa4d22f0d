//! Microsoft Entra and the Azure activity log: one envelope, two kinds of content.

mod acts;
mod definition;

pub use definition::{AzureActivity, Entra};

use acts::{Operations, in_vault, request};

use super::table::ActMeaning;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::logging::{speaks_of_logs, switches_off};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::{first_stamp, read_stamp};
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Envelope<'a> {
        at: Text<'a> = "time" | "eventTimestamp" | "TimeGenerated", table: Text<'a> = "Type", resource: Text<'a> = "resourceId", operation: Named<'a> = "operationName" | "OperationNameValue",
        category: Named<'a> = "category", result: Text<'a> = "resultType" | "ActivityStatusValue" | "ActivityStatus", signature: Text<'a> = "resultSignature",
        why: Text<'a> = "resultDescription", address: Text<'a> = "callerIpAddress", trace: Text<'a> = "correlationId",
        identity: Identity<'a> = "identity", sub: Named<'a> = "subStatus" | "ActivitySubstatusValue" | "ActivitySubstatus", caller: Text<'a> = "caller", properties: Properties<'a> = "properties", status: Named<'a> = "status",
        claims: Pairs<'a> = "claims", id: Text<'a> = "eventDataId",
        uri: Text<'a> = "uri" | "Uri", code: Text<'a> = "statusCode" | "StatusCode", upn: Text<'a> = "RequesterUpn", object_id: Text<'a> = "RequesterObjectId",
    }
    Named<'a> { value: Text<'a> = "value" }
    Identity<'a> { claims: Pairs<'a> = "claims" | "claim", requester: Requester<'a> = "requester", kind: Text<'a> = "type" }
    Requester<'a> { upn: Text<'a> = "upn", object_id: Text<'a> = "objectId", app_id: Text<'a> = "appId" }
    Properties<'a> {
        at: Text<'a> = "activityDateTime" | "createdDateTime", by: Initiator<'a> = "initiatedBy", targets: Many<Target<'a>> = "targetResources",
        result: Text<'a> = "result", reason: Text<'a> = "resultReason", activity: Text<'a> = "activityDisplayName", user: Text<'a> = "userPrincipalName",
        user_name: Text<'a> = "userDisplayName", user_id: Text<'a> = "userId", service: Text<'a> = "servicePrincipalName",
        service_id: Text<'a> = "servicePrincipalId", app: Text<'a> = "appDisplayName", address: Text<'a> = "ipAddress", status: Status<'a> = "status",
        resource: Text<'a> = "resourceDisplayName", id: Text<'a> = "id", session: Text<'a> = "sessionId", tool: Text<'a> = "userAgent",
        trace: Text<'a> = "correlationId", agent: Agent<'a> = "agent", method: Text<'a> = "requestMethod",
        uri: Text<'a> = "requestUri" | "requestUri_s", code: Text<'a> = "responseStatusCode" | "httpStatusCode" | "httpStatusCode_d",
        app_id: Text<'a> = "appId", object_id: Text<'a> = "UserPrincipalObjectID" | "UserPrincipalObjectId", thing: Text<'a> = "id_s" | "objectId", said: Text<'a> = "statusMessage", status_code: Text<'a> = "statusCode", request: Text<'a> = "requestbody",
        claimed: Text<'a> = "identity_claim_upn_s" | "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s" | "identity_claim_unique_name_s",
        claimed_app: Text<'a> = "identity_claim_appid_g" | "identity_claim_appid_s",
    }
    Initiator<'a> { user: Party<'a> = "user", app: Party<'a> = "app" }
    Party<'a> {
        upn: Text<'a> = "userPrincipalName", name: Text<'a> = "displayName", id: Text<'a> = "id" | "servicePrincipalId" | "appId", address: Text<'a> = "ipAddress",
    }
    Target<'a> { name: Text<'a> = "displayName", upn: Text<'a> = "userPrincipalName", id: Text<'a> = "id" }
    Status<'a> { code: Text<'a> = "errorCode", reason: Text<'a> = "failureReason" }
    Agent<'a> { kind: Text<'a> = "agentType" }
}

impl<'a> Named<'a> {
    fn get(&self) -> Option<&str> {
        self.scalar.get().or(self.value.get())
    }
}

const CLAIMS: &[&str] = &[
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "upn",
    "unique_name",
    "preferred_username",
    "name",
];

/// Reads both; what is asked first differs.
pub struct Azure {
    entra: bool,
    operations: Operations,
}

impl Azure {
    /// For sign-ins and directory changes.
    pub fn entra() -> Self {
        Self { entra: true, operations: Operations::entra() }
    }

    /// For operations on subscriptions.
    pub fn activity() -> Self {
        Self { entra: false, operations: Operations::activity() }
    }
}

impl Adapter for Azure {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let mut envelope: Envelope = json(piece.bytes)?;
        // A property bag may be JSON in a string.
        let bag = envelope.properties.scalar.get().filter(|bag| bag.starts_with('{')).map(str::to_string);
        if let Some(Ok(found)) = bag.as_deref().map(|bag| json::<Properties>(bag.as_bytes())) {
            return self.taken(piece, &Envelope { properties: found, ..envelope }, false, out);
        }
        // The Graph API and the tables of Log Analytics give the content without the envelope.
        let flat = envelope.properties.is_empty();
        if flat {
            envelope.properties = json(piece.bytes)?;
        }
        self.taken(piece, &envelope, flat, out)
    }
}

impl Azure {
    fn taken(
        &mut self,
        piece: &Piece<'_>,
        envelope: &Envelope<'_>,
        flat: bool,
        out: &mut dyn Out,
    ) -> Result<Taken, Wrong> {
        let content = &envelope.properties;
        let known = [
            envelope.operation.get(),
            content.activity.get(),
            content.user.get(),
            content.service.get(),
            content.app.get(),
            content.method.get(),
        ];
        if known.iter().all(Option::is_none) {
            return Err(Wrong::Foreign);
        }
        let record = self.record(piece, envelope, flat, out);
        out.record(record);
        Ok(Taken::Read)
    }
}

/// The one who started it, also where Log Analytics keeps it as JSON in a string.
struct By {
    user: Option<(String, Option<String>)>,
    app: Option<(String, Option<String>)>,
    address: Option<String>,
}

fn by(content: &Properties<'_>) -> By {
    fn of(by: &Initiator<'_>) -> By {
        let owned = |text: Option<&str>| text.map(str::to_string);
        let party = |party: &Party<'_>| {
            let name = party.upn.get().or(party.name.get()).or(party.id.get())?;
            Some((name.to_string(), owned(party.id.get())))
        };
        By { user: party(&by.user), app: party(&by.app), address: owned(by.user.address.get()) }
    }
    match content.by.scalar.get().and_then(|text| json::<Initiator>(text.as_bytes()).ok()) {
        Some(inner) => of(&inner),
        None => of(&content.by),
    }
}

/// What it was done to, also where Log Analytics keeps it as JSON in a string.
fn target(content: &Properties<'_>) -> Option<String> {
    fn of(targets: &[Target<'_>]) -> Option<String> {
        let named = targets.iter().find_map(|target| target.upn.get().or(target.name.get()).or(target.id.get()));
        named.map(str::to_string)
    }
    let kept = content.targets.0.first().and_then(|target| target.scalar.get());
    match kept.and_then(|text| json::<Many<Target>>(text.as_bytes()).ok()) {
        Some(inner) => of(&inner.0),
        None => of(&content.targets.0),
    }
}

impl Properties<'_> {
    fn is_empty(&self) -> bool {
        let texts = [
            &self.scalar,
            &self.at,
            &self.result,
            &self.reason,
            &self.activity,
            &self.user,
            &self.user_name,
            &self.user_id,
            &self.service,
            &self.service_id,
            &self.app,
            &self.address,
            &self.resource,
            &self.id,
            &self.method,
            &self.uri,
            &self.code,
            &self.app_id,
            &self.object_id,
            &self.said,
            &self.status_code,
            &self.request,
        ];
        texts.iter().all(|text| text.get().is_none()) && self.targets.0.is_empty() && self.by.user.upn.get().is_none()
    }
}

impl Azure {
    fn record(&mut self, piece: &Piece<'_>, envelope: &Envelope<'_>, flat: bool, out: &mut dyn Out) -> LogRecord {
        let content = &envelope.properties;
        let by = by(content);
        let mut record = LogRecord::at(piece.raw);
        let at = if self.entra { [&content.at, &envelope.at] } else { [&envelope.at, &content.at] };
        record.set_time(first_stamp(&at, None));
        record.received =
            read_stamp(envelope.at.or_empty(), None).time.filter(|received| Some(*received) != record.time);
        record.actor = actor(envelope, &by);
        let name =
            if self.entra { content.activity.get().or(envelope.operation.get()) } else { envelope.operation.get() };
        let group = if flat { envelope.table.get().or(envelope.category.get()) } else { envelope.category.get() };
        let group = group.unwrap_or_default().to_ascii_lowercase();
        let signs =
            group.contains("signin") || content.app.get().is_some() || name.is_some_and(|name| name.contains("ign-in"));
        let sign_in = self.entra
            && content.activity.get().is_none()
            && by.user.is_none()
            && by.app.is_none()
            && content.method.get().is_none()
            && (signs || (group.is_empty() && name.is_none()));
        record.action = clip(name.unwrap_or(if sign_in { "Sign-in activity" } else { "" }), NAME_CHARS_MAX);
        let in_vault = in_vault(&record.action);
        let told = match (in_vault, content.method.get().filter(|_| self.entra)) {
            _ if sign_in => ActMeaning::listed(Act { verb: Verb::Login, effect: Effect::None }),
            (Some(act), _) => ActMeaning::listed(act),
            (None, Some(method)) => ActMeaning::listed(request(method)),
            (None, None) => self.operations.told(&record.action),
        };
        let action = record.action.clone();
        told.set(&mut record, &action, out);
        // Operations on a subscription are on how a thing is set up; those of a vault are on what it holds.
        let in_storage = ["storageread", "storagewrite", "storagedelete"].contains(&group.as_str());
        record.hints.settings = !self.entra && in_vault.is_none() && !in_storage;
        if record.effect.is_effectful() && (narrows(&record.action, envelope)) {
            record.set_act(Act { verb: Verb::LoggingControl, effect: record.effect });
        }
        let target = target(content);
        let entra = target.as_deref().or(content.uri.get()).or(content.resource.get()).or(content.app.get());
        let thing = content.id.get().filter(|id| id.starts_with("http")).or(content.thing.get()).or(envelope.uri.get());
        let resource =
            if self.entra { entra.or(envelope.resource.get()) } else { thing.or(envelope.resource.get()).or(entra) };
        record.resource = clip(resource.unwrap_or_default(), TEXT_CHARS_MAX);
        record.outcome = outcome(envelope, sign_in);
        if !matches!(record.outcome, Outcome::Success | Outcome::Unknown) {
            let why = content
                .status
                .reason
                .get()
                .or(content.reason.get())
                .or(envelope.why.get())
                .or(content.status.code.get());
            record.error = why.or(envelope.result.get()).map(|why| clip(why, TEXT_CHARS_MAX));
        }
        let address = envelope.address.get().or(content.address.get()).or(by.address.as_deref());
        record.source_address = address.map(|address| clip(address, NAME_CHARS_MAX));
        record.id = content.id.owned(NAME_CHARS_MAX).or_else(|| envelope.id.owned(NAME_CHARS_MAX));
        record.trace = envelope.trace.owned(NAME_CHARS_MAX).or_else(|| content.trace.owned(NAME_CHARS_MAX));
        record.session = content.session.owned(NAME_CHARS_MAX);
        record.tool = content
            .tool
            .owned(NAME_CHARS_MAX)
            .or_else(|| content.app.owned(NAME_CHARS_MAX))
            .or_else(|| content.app_id.owned(NAME_CHARS_MAX));
        record
    }
}

fn actor(envelope: &Envelope<'_>, by: &By) -> LogActor {
    let content = &envelope.properties;
    let agent = content.agent.kind.get().is_some_and(|kind| kind.to_ascii_lowercase().contains("agent"));
    let service = |name: &str, id: Option<&str>| {
        LogActor::new(if agent { PrincipalKind::Agent } else { PrincipalKind::Service }, name).with_id(id)
    };
    if let Some((name, id)) = &by.user {
        return party::person(name).with_id(id.as_deref());
    }
    if let Some((name, id)) = &by.app {
        return service(name, id.as_deref());
    }
    if let Some(name) = content.user.get().or(content.user_name.get()) {
        return party::person(name).with_id(content.user_id.get());
    }
    if content.service.get().is_some() || content.service_id.get().is_some() {
        return service(content.service.get().or(content.app.get()).unwrap_or_default(), content.service_id.get());
    }
    let claims = [&envelope.identity.claims, &envelope.claims];
    if let Some(name) = envelope.caller.get().or_else(|| claims.iter().find_map(|claims| claims.get(CLAIMS))) {
        return party::named(name);
    }
    let requester = &envelope.identity.requester;
    if let Some(name) = content.claimed.get().or(requester.upn.get()).or(envelope.upn.get()) {
        return party::person(name).with_id(requester.object_id.get().or(envelope.object_id.get()));
    }
    // A key, a signed link and an anonymous request name nobody: how it was let in is all that is known.
    if let Some(app) = requester.app_id.get() {
        return service(app, requester.object_id.get());
    }
    if let Some(kind) = envelope.identity.kind.get() {
        return LogActor::new(PrincipalKind::Unknown, kind);
    }
    if let Some(id) = content.user_id.get().or(content.object_id.get()) {
        return party::person(id);
    }
    let app = claims.iter().find_map(|claims| claims.get(&["appid"])).or(content.claimed_app.get());
    match app.or(content.app_id.get()) {
        Some(app) => service(app, None),
        None => party::named(envelope.identity.scalar.or_empty()),
    }
}

/// Whether an operation changes what is logged: the settings for it, a setting of a database that is named so, or what the
/// request switches off.
fn narrows(operation: &str, envelope: &Envelope<'_>) -> bool {
    let small = operation.to_ascii_lowercase();
    let setting = envelope.resource.or_empty().rsplit('/').next().unwrap_or_default();
    let body = envelope.properties.request.get().and_then(|body| serde_json::from_str(body).ok());
    small.contains("diagnosticsettings/")
        || (small.ends_with("/configurations/write") && speaks_of_logs(setting))
        || (small.ends_with("/write") && body.as_ref().is_some_and(switches_off))
}

/// Whether a code, or a message with one in it, says that an operation was turned away. The codes are those of "Common
/// Azure deployment errors" and of the activity log's sub statuses, Microsoft, November 2026.
fn turned_away(why: &str) -> bool {
    const CODES: &[&str] = &[
        "Forbidden",
        "Unauthorized",
        "AuthorizationFailed",
        "AuthenticationFailed",
        "InvalidAuthenticationToken",
        "RequestDisallowedByPolicy",
        "RequestDisallowedByAzure",
        "AccessDenied",
        "Authorization_RequestDenied",
        "DenyAssignmentAuthorizationFailed",
    ];
    CODES.iter().any(|code| why.contains(code))
}

fn outcome(envelope: &Envelope<'_>, sign_in: bool) -> Outcome {
    let content = &envelope.properties;
    let failed = if sign_in { Outcome::Denied } else { Outcome::Error };
    let codes = [envelope.signature.get(), envelope.sub.get(), content.status_code.get(), content.reason.get()];
    let is_number = |code: &str| ["401", "403"].iter().any(|number| code.contains(number));
    if codes.into_iter().flatten().any(|code| turned_away(code) || is_number(code))
        || content.said.get().is_some_and(turned_away)
    {
        return Outcome::Denied;
    }
    if let Some(code) =
        content.code.get().or(envelope.code.get()).and_then(|code| code.split('.').next()?.parse::<u16>().ok())
    {
        return match code {
            401 | 403 => Outcome::Denied,
            ..=399 => Outcome::Success,
            _ => Outcome::Error,
        };
    }
    let code = content.status.code.get();
    if let Some(code) = code.filter(|code| *code != "0") {
        return if code.is_empty() { Outcome::Unknown } else { failed };
    }
    let told = [envelope.result.get(), content.result.get(), envelope.status.get(), code];
    let Some(told) = told.into_iter().flatten().next() else { return Outcome::Unknown };
    match told.to_ascii_lowercase().as_str() {
        "0" | "success" | "succeeded" | "ok" => Outcome::Success,
        "failure" | "failed" | "clienterror" | "servererror" | "error" => failed,
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => failed,
        _ => Outcome::Unknown,
    }
}
