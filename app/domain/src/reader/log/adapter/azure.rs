//! Microsoft Entra and the Azure activity log: one envelope, two kinds of content.

use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::{Act, Acts};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::timeline::{Effect, Outcome, Verb};
use crate::vocabulary::PrincipalKind;

wire! {
    Envelope<'a> {
        at: Text<'a> = "time" | "eventTimestamp", resource: Text<'a> = "resourceId", operation: Named<'a> = "operationName",
        category: Named<'a> = "category", result: Text<'a> = "resultType", signature: Text<'a> = "resultSignature",
        why: Text<'a> = "resultDescription", address: Text<'a> = "callerIpAddress", trace: Text<'a> = "correlationId",
        identity: Identity<'a> = "identity", caller: Text<'a> = "caller", properties: Properties<'a> = "properties", status: Named<'a> = "status",
        claims: Pairs<'a> = "claims", id: Text<'a> = "eventDataId",
    }
    Named<'a> { value: Text<'a> = "value" }
    Identity<'a> { claims: Pairs<'a> = "claims" }
    Properties<'a> {
        at: Text<'a> = "activityDateTime" | "createdDateTime", by: Initiator<'a> = "initiatedBy", targets: Many<Target<'a>> = "targetResources",
        result: Text<'a> = "result", reason: Text<'a> = "resultReason", activity: Text<'a> = "activityDisplayName", user: Text<'a> = "userPrincipalName",
        user_name: Text<'a> = "userDisplayName", user_id: Text<'a> = "userId", service: Text<'a> = "servicePrincipalName",
        service_id: Text<'a> = "servicePrincipalId", app: Text<'a> = "appDisplayName", address: Text<'a> = "ipAddress", status: Status<'a> = "status",
        resource: Text<'a> = "resourceDisplayName", id: Text<'a> = "id", session: Text<'a> = "sessionId", tool: Text<'a> = "userAgent",
        trace: Text<'a> = "correlationId", agent: Agent<'a> = "agent",
    }
    Initiator<'a> { user: Party<'a> = "user", app: Party<'a> = "app" }
    Party<'a> {
        upn: Text<'a> = "userPrincipalName", name: Text<'a> = "displayName", id: Text<'a> = "id" | "servicePrincipalId", address: Text<'a> = "ipAddress",
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
    "name",
    "upn",
];

/// Reads both; what is asked first differs.
pub struct Azure {
    entra: bool,
    acts: Acts,
}

impl Azure {
    /// For sign-ins and directory changes.
    pub fn entra() -> Self {
        Self { entra: true, acts: Acts::default() }
    }

    /// For operations on subscriptions.
    pub fn activity() -> Self {
        Self { entra: false, acts: Acts::default() }
    }
}

impl Adapter for Azure {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let mut envelope: Envelope = json(piece.bytes)?;
        // The Graph API gives the content without the envelope.
        if envelope.operation.get().is_none() && envelope.category.get().is_none() {
            envelope.properties = json(piece.bytes)?;
        }
        let content = &envelope.properties;
        let known = [
            envelope.operation.get(),
            content.activity.get(),
            content.user.get(),
            content.service.get(),
            content.app.get(),
        ];
        if known.iter().all(Option::is_none) {
            return Err(Wrong::Foreign);
        }
        out.record(self.record(piece, &envelope));
        Ok(Taken::Read)
    }
}

impl Azure {
    fn record(&mut self, piece: &Piece<'_>, envelope: &Envelope<'_>) -> LogRecord {
        let content = &envelope.properties;
        let mut record = LogRecord::at(piece.raw);
        let at =
            if self.entra { content.at.get().or(envelope.at.get()) } else { envelope.at.get().or(content.at.get()) };
        record.set_time(read_stamp(at.unwrap_or_default(), None));
        record.received =
            read_stamp(envelope.at.or_empty(), None).time.filter(|received| Some(*received) != record.time);
        record.actor = actor(envelope);
        let name =
            if self.entra { content.activity.get().or(envelope.operation.get()) } else { envelope.operation.get() };
        let sign_in = self.entra && content.activity.get().is_none() && content.by.user.upn.get().is_none();
        record.action = clip(name.unwrap_or(if sign_in { "Sign-in activity" } else { "" }), NAME_CHARS_MAX);
        record.set_act(if sign_in {
            Act { verb: Verb::Login, effect: Effect::None }
        } else {
            self.acts.act(&record.action)
        });
        let diagnostics = record.action.to_ascii_lowercase().contains("diagnosticsettings/");
        if diagnostics && record.effect.is_effectful() {
            record.set_act(Act { verb: Verb::LoggingControl, effect: record.effect });
        }
        let target =
            content.targets.0.iter().find_map(|target| target.upn.get().or(target.name.get()).or(target.id.get()));
        let entra = target.or(content.resource.get()).or(content.app.get());
        let resource = if self.entra { entra.or(envelope.resource.get()) } else { envelope.resource.get().or(entra) };
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
        let address = envelope.address.get().or(content.address.get()).or(content.by.user.address.get());
        record.source_address = address.map(|address| clip(address, NAME_CHARS_MAX));
        record.id = content.id.owned(NAME_CHARS_MAX).or_else(|| envelope.id.owned(NAME_CHARS_MAX));
        record.trace = envelope.trace.owned(NAME_CHARS_MAX).or_else(|| content.trace.owned(NAME_CHARS_MAX));
        record.session = content.session.owned(NAME_CHARS_MAX);
        record.tool = content.tool.owned(NAME_CHARS_MAX).or_else(|| content.app.owned(NAME_CHARS_MAX));
        record
    }
}

fn actor(envelope: &Envelope<'_>) -> LogActor {
    let content = &envelope.properties;
    let (user, app) = (&content.by.user, &content.by.app);
    let agent = content.agent.kind.get().is_some_and(|kind| kind.to_ascii_lowercase().contains("agent"));
    let service = |name: &str, id: Option<&str>| {
        LogActor::new(if agent { PrincipalKind::Agent } else { PrincipalKind::Service }, name).with_id(id)
    };
    if let Some(name) = user.upn.get().or(user.name.get()) {
        return party::person(name).with_id(user.id.get());
    }
    if app.name.get().is_some() || app.id.get().is_some() {
        return service(app.name.or_empty(), app.id.get());
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
    match claims.iter().find_map(|claims| claims.get(&["appid"])) {
        Some(app) => service(app, None),
        None => party::named(envelope.identity.scalar.or_empty()),
    }
}

fn outcome(envelope: &Envelope<'_>, sign_in: bool) -> Outcome {
    let content = &envelope.properties;
    let failed = if sign_in { Outcome::Denied } else { Outcome::Error };
    let signature = envelope.signature.or_empty();
    if ["Forbidden", "Unauthorized", "401", "403"].iter().any(|word| signature.contains(word)) {
        return Outcome::Denied;
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
