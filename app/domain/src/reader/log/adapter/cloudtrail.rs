//! AWS CloudTrail.

mod acts;
mod definition;
mod logging;
mod places;

use serde_json::Value;

use self::places::{batch, place, resource, statement};
use super::table::{ActMeaning, Table};
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::format::Format;
use crate::reader::log::logging::{
    changes_by_parameters, changes_logging, is_given, keeps_anything, keeps_logs, sets_up,
};
use crate::reader::log::pairs::Pairs;
use crate::reader::log::record::{LogActor, LogRecord, MissingRecords, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::reader::log::stamp::first_stamp;
use crate::reader::log::wire::{Many, Text, json, wire};
use crate::reader::log::{mark, party};
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

wire! {
    Trail<'a> {
        time: Text<'a> = "eventTime", stamp: Text<'a> = "@timestamp" | "timestamp" | "time", source: Text<'a> = "eventSource", name: Text<'a> = "eventName", address: Text<'a> = "sourceIPAddress",
        tool: Text<'a> = "userAgent", error: Text<'a> = "errorCode", message: Text<'a> = "errorMessage", id: Text<'a> = "eventID",
        read_only: Text<'a> = "readOnly", identity: Identity<'a> = "userIdentity", request: Request<'a> = "requestParameters",
        response: Response<'a> = "responseElements", resources: Many<Resource<'a>> = "resources", request_id: Text<'a> = "requestID",
        region: Text<'a> = "awsRegion", recipient: Text<'a> = "recipientAccountId", shared: Text<'a> = "sharedEventID", inner: Text<'a> = "CloudTrailEvent",
        extra: Extra<'a> = "additionalEventData", details: Response<'a> = "serviceEventDetails", category: Text<'a> = "eventCategory", management: Text<'a> = "managementEvent",
    }
    Identity<'a> {
        kind: Text<'a> = "type", user: Text<'a> = "userName", arn: Text<'a> = "arn", principal: Text<'a> = "principalId",
        key: Text<'a> = "accessKeyId", invoked_by: Text<'a> = "invokedBy", session: Session<'a> = "sessionContext",
        on_behalf: OnBehalf<'a> = "onBehalfOf", account: Text<'a> = "accountId",
    }
    Extra<'a> { user: Text<'a> = "UserName" }
    Session<'a> { issuer: Issuer<'a> = "sessionIssuer", source_identity: Text<'a> = "sourceIdentity" }
    Issuer<'a> { arn: Text<'a> = "arn", user: Text<'a> = "userName" }
    OnBehalf<'a> { user: Text<'a> = "userId" }
    Resource<'a> { arn: Text<'a> = "ARN" }
    Response<'a> {
        ended: Text<'a> = "ConsoleLogin" | "SwitchRole" | "ExitRole" | "CheckMfa" | "CredentialVerification" | "CredentialChallenge"
            | "UserAuthentication" | "Authenticate" | "Federate",
    }
    Request<'a> {
        statement: Text<'a> = "sql" | "queryString" | "statement" | "queryStatement", bucket: Text<'a> = "bucketName", object: Text<'a> = "key", policy: Text<'a> = "policyArn" | "policyName",
        target: Text<'a> = "userName" | "roleName" | "groupName" | "instanceProfileName",
        name: Text<'a> = "name" | "trailName" | "functionName" | "secretId" | "tableName" | "modelId" | "agentId" | "instanceId" | "snapshotId"
            | "dBInstanceIdentifier" | "roleArn" | "resourceArn" | "logGroupName" | "clusterName" | "repositoryName" | "documentName"
            | "streamName" | "topicArn" | "queueUrl" | "keyId" | "detectorId" | "volumeId" | "imageId" | "stackName" | "resourceId"
            | "instanceIds" | "groupId" | "dBClusterIdentifier" | "bucketArn" | "fileSystemId" | "domainName" | "parameterName"
            | "resourceIds" | "serviceName" | "taskDefinition" | "arn" | "restApiId" | "userPoolId" | "certificateArn" | "policyId",
        tables: Pairs<'a> = "requestItems", transact: Many<Transact<'a>> = "transactItems",
        omitted: Text<'a> = "omitted", set: Set<'a> = "instancesSet" | "resourcesSet" | "volumeSet" | "snapshotSet" | "imagesSet" | "groupSet" | "DeleteFlowLogsRequest",
    }
    Transact<'a> {
        put: Tabled<'a> = "put" | "update" | "conditionCheck" | "get", delete: Tabled<'a> = "delete",
    }
    Tabled<'a> { table: Text<'a> = "tableName" }
    Set<'a> { items: Many<Item<'a>> = "items" | "FlowLogId" }
    Item<'a> {
        id: Text<'a> = "instanceId" | "resourceId" | "volumeId" | "snapshotId" | "imageId" | "groupId" | "content",
    }
}

/// Services whose own events are of two kinds: on the settings of a thing, and on what it holds.
const CONTENT: &[&str] = &[
    "s3.",
    "s3express.",
    "s3-object-lambda.",
    "s3-outposts.",
    "dynamodb.",
    "lambda.",
    "sqs.",
    "sns.",
    "kinesis.",
    "ebs.",
    "glacier.",
    "redshift-data.",
    "rds-data.",
    "bedrock.",
    "bedrock-agent-runtime.",
    "cognito-identity.",
    "managedblockchain.",
    "medical-imaging.",
    "sagemaker.",
    "timestream.",
    "codewhisperer.",
    "qbusiness.",
    "neptune-graph.",
];

fn holds_content(source: &str) -> bool {
    CONTENT.iter().any(|service| source.starts_with(service))
}

/// Calls that give something to other accounts, whatever their names say.
const SHARING: &[&str] = &[
    "ModifyImageAttribute",
    "ModifySnapshotAttribute",
    "ModifyDBSnapshotAttribute",
    "ModifyDBClusterSnapshotAttribute",
    "CreateResourceShare",
];

const DENIALS: &[&str] = &[
    "AccessDenied",
    "Unauthorized",
    "NotAuthorized",
    "Forbidden",
    "AuthFailure",
    "InvalidClientTokenId",
    "ExpiredToken",
    "SignatureDoesNotMatch",
    "Failed authentication",
    "UnrecognizedClient",
    "MissingAuthenticationToken",
    "InvalidAccessKeyId",
    "IncompleteSignature",
    "InvalidSignature",
    "AllAccessDisabled",
];

/// Reads CloudTrail records: one a line, in an array, or under `Records`.
pub struct Cloudtrail {
    table: Table,
}

impl Default for Cloudtrail {
    fn default() -> Self {
        Self { table: acts::table() }
    }
}

impl Adapter for Cloudtrail {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let trail: Trail = json(piece.bytes)?;
        // `lookup-events` packs the record into a string.
        if let Some(inner) = trail.inner.get() {
            let bytes = inner.as_bytes();
            let inner: Trail = json(bytes)?;
            let record = self.record(piece, bytes, &inner, out);
            out.record(record);
            return Ok(Taken::Read);
        }
        if trail.name.get().is_none() && trail.source.get().is_none() {
            return Err(Wrong::Foreign);
        }
        let record = self.record(piece, piece.bytes, &trail, out);
        out.record(record);
        Ok(Taken::Read)
    }
}

impl Cloudtrail {
    fn record(&mut self, piece: &Piece<'_>, bytes: &[u8], trail: &Trail<'_>, out: &mut dyn Out) -> LogRecord {
        let mut record = LogRecord::at(piece.raw);
        record.set_time(first_stamp(&[&trail.time, &trail.stamp], None));
        actor(&mut record, &trail.identity, &trail.extra);
        record.action = trail.name.owned(NAME_CHARS_MAX).unwrap_or_default();
        self.told(trail, bytes).set(&mut record, trail.name.or_empty(), out);
        record.resource = resource(trail);
        statement(&mut record, trail);
        batch(&mut record, trail, piece.bytes);
        record.hints.service = service(trail.source.or_empty());
        if record.hints.logging_control || record.verb == Verb::LoggingControl {
            record.hints.place = Some(place(trail, &record.resource));
        }
        record.outcome = outcome(trail);
        record.error = match (trail.error.get(), trail.message.get()) {
            (Some(code), Some(message)) => Text::from(format!("{code}: {message}")).owned(TEXT_CHARS_MAX),
            (code, message) => code.or(message).map(Text::of).and_then(|text| text.owned(TEXT_CHARS_MAX)),
        };
        record.source_address = trail.address.owned(NAME_CHARS_MAX);
        record.id = trail.id.owned(NAME_CHARS_MAX);
        record.trace = trail.shared.owned(NAME_CHARS_MAX).or_else(|| trail.request_id.owned(NAME_CHARS_MAX));
        record.session = trail.identity.key.owned(NAME_CHARS_MAX);
        record.tool = trail.tool.owned(NAME_CHARS_MAX);
        let class = category(trail);
        record.hints.class = class.map(Into::into);
        // Older records do not say what they are; acts on objects are no management of a bucket.
        let on_content = class == Some(mark::DATA) || (class.is_none() && is_object_call(&record.action));
        record.hints.settings = !on_content && holds_content(trail.source.or_empty());
        if !record.hints.logging_control && keeps_anything(&record.action) && record.outcome == Outcome::Success {
            record.needs_review = Some(
                "What is in this bucket may be deleted sooner than before: see whether logs or other evidence are kept in it."
                    .into(),
            );
        }
        // Over 100 KB AWS leaves the request out, and says so in its place.
        if trail.request.omitted.get() == Some("true") {
            let to = record.time.map(|at| at.plus_micros(1));
            let reason =
                format!("What {} was asked is not in its record: it was too large to be logged.", record.action);
            out.gap(MissingRecords { from: record.time, to, missing: None, reason });
        }
        record
    }

    fn told(&mut self, trail: &Trail<'_>, bytes: &[u8]) -> ActMeaning {
        let (source, name) = (trail.source.or_empty(), trail.name.or_empty());
        if SHARING.contains(&name) {
            return ActMeaning::listed(Act { verb: Verb::Share, effect: Effect::Privilege });
        }
        let kept = keeps_logs(name, trail.request.bucket.or_empty(), trail.request.object.or_empty());
        if kept || changes_logging(Format::Cloudtrail, source, name) {
            return ActMeaning::listed(Act {
                verb: Verb::LoggingControl,
                effect: if name.starts_with("Delete") { Effect::Destructive } else { Effect::Mutating },
            });
        }
        if (sets_up(name) || is_given(Format::Cloudtrail, name))
            && trail.read_only.get() != Some("true")
            && is_by_parameters(source, name, bytes)
        {
            return ActMeaning::listed(Act { verb: Verb::LoggingControl, effect: Effect::Mutating });
        }
        let (told, is_named) = self.call(name);
        if is_named {
            return told;
        }
        let act = told.act;
        match trail.read_only.get() {
            // AWS itself says that nothing was changed.
            Some("true") if act.effect.is_effectful() && act.verb != Verb::Call => {
                let verb = if matches!(act.verb, Verb::Search | Verb::List) { act.verb } else { Verb::Read };
                ActMeaning::listed(Act { verb, effect: Effect::Read })
            }
            Some("true") if act.verb == Verb::Other => {
                ActMeaning::listed(Act { verb: Verb::Read, effect: Effect::Read })
            }
            Some("false") if !act.effect.is_effectful() && act.verb != Verb::Login => {
                ActMeaning { act: Act { effect: Effect::Mutating, ..act }, is_listed: false }
            }
            _ => told,
        }
    }

    /// What a call means, and whether its own name is in the table. The version of an interface that some names end
    /// with is no part of them: `AddPermission20150331v2`.
    fn call(&mut self, name: &str) -> (ActMeaning, bool) {
        let name = undated(name);
        (self.table.look_up(name), self.table.lists(name))
    }
}

/// The name of a call without the version of its interface.
fn undated(name: &str) -> &str {
    let end = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || "v_".contains(letter));
    if name.len() - end.len() >= "20150331".len() { end } else { name }
}

/// Whether what a call was given switches something of logging off.
fn is_by_parameters(source: &str, name: &str, bytes: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    let request = value.as_ref().and_then(|value| value.get("requestParameters")).filter(|request| !request.is_null());
    request.is_some_and(|request| changes_by_parameters(Format::Cloudtrail, source, undated(name), request))
}

fn actor(record: &mut LogRecord, identity: &Identity<'_>, extra: &Extra<'_>) {
    let arn = identity.arn.or_empty();
    let role_session =
        arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/')).map(|(_, session)| session);
    // A user of the Identity Center acts in person: the record names the user where that is known, else by an id.
    let is_central = identity.kind.is("IdentityCenterUser");
    let central = [extra.user.get(), identity.on_behalf.user.get()].into_iter().flatten().find(|_| is_central);
    let name = [
        central,
        identity.user.get(),
        role_session,
        identity.invoked_by.get(),
        identity.session.issuer.user.get(),
        identity.arn.get(),
        identity.principal.get(),
    ]
    .into_iter()
    .chain([identity.account.get()])
    .flatten()
    .next()
    .unwrap_or_default();
    let kind = match identity.kind.or_empty() {
        "Root" | "IAMUser" | "IdentityCenterUser" | "SAMLUser" => PrincipalKind::Human,
        "AWSService" => PrincipalKind::System,
        "AssumedRole" if name.starts_with("BedrockAgents") => PrincipalKind::Agent,
        "AssumedRole"
            if arn.contains("AWSReservedSSO_")
                || identity.session.issuer.arn.or_empty().contains("/aws-reserved/sso.") =>
        {
            PrincipalKind::Human
        }
        "AssumedRole" => match party::kind_of(name) {
            PrincipalKind::Unknown => PrincipalKind::Service,
            kind => kind,
        },
        _ => party::kind_of(name),
    };
    let name = if identity.kind.is("Root") && identity.user.get().is_none() { "root" } else { name };
    let kind = if kind == PrincipalKind::Human && party::kind_of(name) == PrincipalKind::Agent {
        PrincipalKind::Agent
    } else {
        kind
    };
    let id = identity.arn.get().or(identity.principal.get());
    record.actor = LogActor::new(kind, name).with_id(id.or(identity.on_behalf.user.get().filter(|_| is_central)));
    let issuer = &identity.session.issuer;
    let source_identity =
        identity.session.source_identity.get().or(identity.on_behalf.user.get().filter(|_| !is_central));
    record.on_behalf_of = source_identity.map(party::person);
    if record.on_behalf_of.is_some() || role_session.is_some() {
        record.delegation = [source_identity, issuer.arn.get(), identity.invoked_by.get()]
            .into_iter()
            .flatten()
            .map(str::to_string)
            .collect();
    }
}

/// The service of an event source, where it is not S3, whose buckets have names of their own in all of AWS.
fn service(source: &str) -> Option<String> {
    let name = source.split('.').next().unwrap_or_default();
    (!name.is_empty() && name != "s3" && name != "s3express").then(|| name.to_string())
}

fn is_object_call(name: &str) -> bool {
    const CALLS: &[&str] = &[
        "GetObject",
        "HeadObject",
        "PutObject",
        "DeleteObject",
        "DeleteObjects",
        "CopyObject",
        "ListObjects",
        "ListObjectsV2",
        "ListObjectVersions",
        "SelectObjectContent",
        "RestoreObject",
        "UploadPart",
        "UploadPartCopy",
        "CreateMultipartUpload",
        "CompleteMultipartUpload",
        "GetObjectVersion",
        "DeleteObjectVersion",
    ];
    CALLS.contains(&name)
}

/// The category of an event; older records do not tell it.
fn category(trail: &Trail<'_>) -> Option<&'static str> {
    match trail.category.get() {
        Some(category) if category.eq_ignore_ascii_case("Management") => Some(mark::MANAGEMENT),
        Some(category) if category.eq_ignore_ascii_case("Data") => Some(mark::DATA),
        Some(_) => Some(mark::OTHER_CATEGORY),
        None if trail.management.is("true") => Some(mark::MANAGEMENT),
        None if trail.management.is("false") => Some(mark::DATA),
        None => None,
    }
}

/// CloudTrail writes an error code exactly when a call did not succeed; a sign-in says how it ended beside that.
fn outcome(trail: &Trail<'_>) -> Outcome {
    // Some that pass records on write a word where there was nothing.
    let said = |text: &Text<'_>| {
        text.get().is_some_and(|text| !["null", "none", "-", "n/a"].contains(&text.to_ascii_lowercase().as_str()))
    };
    let error = [&trail.error, &trail.message].into_iter().find(|text| said(text)).and_then(|text| text.get());
    let Some(error) = error else {
        let refused = [&trail.response.ended, &trail.details.ended].iter().any(|ended| ended.is("Failure"));
        return if refused { Outcome::Denied } else { Outcome::Success };
    };
    if DENIALS.iter().any(|denial| error.contains(denial)) { Outcome::Denied } else { Outcome::Error }
}
