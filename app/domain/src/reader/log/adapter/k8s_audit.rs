//! Kubernetes audit: as the API server writes it, and inside the logs of clouds.

use crate::counted::counted;
use std::collections::VecDeque;

use serde_json::Value;

use super::{Adapter, Out, Piece, Taken, Wrong, gcp_audit};
use crate::reader::log::act::Act;
use crate::reader::log::definition::LogFormat;
use crate::reader::log::mode::{Mode, google};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::sign::{Sample, Sign};
use crate::reader::log::source::SourceKind;
use crate::reader::log::stamp::{first_stamp, read_stamp};
use crate::reader::log::summary::Summary;
use crate::reader::log::wire::{Text, json, wire};
use crate::reader::log::{mark, party};
use crate::vocabulary::CoverageMode;
use crate::vocabulary::{Effect, Outcome, Verb};

/// So many requests wait for their later stages, and so many are remembered for late ones.
const WINDOW: usize = 256;

wire! {
    Audit<'a> {
        id: Text<'a> = "auditID", stage: Text<'a> = "stage", verb: Text<'a> = "verb", uri: Text<'a> = "requestURI", user: User<'a> = "user",
        acting_as: User<'a> = "impersonatedUser", address: Text<'a> = "sourceIPs", tool: Text<'a> = "userAgent", object: Object<'a> = "objectRef",
        status: Status<'a> = "responseStatus", at: Text<'a> = "requestReceivedTimestamp", stage_at: Text<'a> = "stageTimestamp",
        notes: Notes<'a> = "annotations", version: Text<'a> = "apiVersion", azure: Azure<'a> = "properties",
        google: Google<'a> = "protoPayload", level: Text<'a> = "level", kind: Text<'a> = "kind",
    }
    User<'a> { name: Text<'a> = "username", id: Text<'a> = "uid" }
    Object<'a> {
        kind: Text<'a> = "resource", part: Text<'a> = "subresource", space: Text<'a> = "namespace", name: Text<'a> = "name", group: Text<'a> = "apiGroup",
    }
    Status<'a> { code: Text<'a> = "code", message: Text<'a> = "message", reason: Text<'a> = "reason" }
    Notes<'a> { decision: Text<'a> = "authorization.k8s.io/decision" }
    Azure<'a> { log: Text<'a> = "log" }
    Google<'a> { method: Text<'a> = "methodName" }
}

/// A request of which a later stage may come.
struct Waiting {
    key: (String, String),
    stage: u8,
    record: LogRecord,
}

/// Reads audit events. The stages of one request are one record if no more than `WINDOW` other requests begin between them.
#[derive(Default)]
pub struct K8sAudit {
    waiting: VecDeque<Waiting>,
    done: VecDeque<(String, String)>,
    google: gcp_audit::GcpAudit,
}

impl LogFormat for K8sAudit {
    const SIGNS: &'static [Sign] = &[Sign::Record(90, looks_like)];
    // The last two are those of CloudWatch, which keeps the audit of clusters.
    const LISTS: &'static [&'static str] = &["items", "events", "logEvents"];
    const SOURCE: SourceKind = SourceKind::Cluster;
    const UNSHOWN: CoverageMode = CoverageMode::MetadataOnly;
    const IS_IN_ORDER: bool = false;
    // Whoever lists or watches in a cluster gets what is in each thing, and a namespace goes with all in it.
    const LISTS_UNNAMED: bool = true;
    const IS_STORED: bool = true;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(K8sAudit::default())
    }

    fn mode(summary: &Summary) -> Mode {
        let of_google = [mark::ACTIVITY, mark::DATA_ACCESS, mark::OTHER_LOG];
        let is_of_google = of_google.iter().any(|mark| summary.marked(mark) > 0);
        if is_of_google { google(summary) } else { levels(summary) }
    }
}

fn looks_like(record: &Sample<'_>) -> bool {
    record.has("auditID")
        || record.text("apiVersion").starts_with("audit.k8s.io")
        || record.text("category").starts_with("kube-audit")
        || record.text("kind") == "Event" && record.any(&["verb", "requestURI", "objectRef", "responseStatus"])
}

/// What the levels of its records say.
fn levels(summary: &Summary) -> Mode {
    let bodies = summary.marked(mark::REQUEST) + summary.marked(mark::REQUEST_RESPONSE);
    let records = counted(summary.records, "record");
    match (bodies, summary.marked(mark::METADATA)) {
        (0, 0) => (
            CoverageMode::MetadataOnly,
            format!("None of its {records} says at which level it was recorded, so that none is shown to have a body."),
        ),
        (0, _) => {
            (CoverageMode::MetadataOnly, format!("None of its {records} is above level Metadata: there are no bodies."))
        }
        (bodies, _) => (
            CoverageMode::All,
            format!(
                "Of its {records}, {bodies} are above level Metadata. Which objects are recorded at which level is for the audit policy to say: check that those you choose are."
            ),
        ),
    }
}

impl Adapter for K8sAudit {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let audit: Audit = json(piece.bytes)?;
        if audit.kind.is("EventList") {
            return self.batch(piece, out);
        }
        if audit.google.method.get().is_some() {
            return self.google.take(piece, out);
        }
        if let Some(log) = audit.azure.log.get() {
            let inner: Audit = json(log.as_bytes())?;
            return self.event(piece, &inner, out);
        }
        self.event(piece, &audit, out)
    }

    fn finish(&mut self, out: &mut dyn Out) {
        self.waiting.drain(..).for_each(|waiting| out.record(waiting.record));
    }
}

/// The place of a stage in its request; the last two end it.
fn rank(stage: &str) -> u8 {
    match stage {
        "RequestReceived" => 0,
        "ResponseStarted" => 1,
        _ => 2,
    }
}

impl K8sAudit {
    /// A batch of events in one line, as they are sent to a webhook.
    fn batch(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let batch: Value = json(piece.bytes)?;
        let items = batch.get("items").and_then(Value::as_array).filter(|items| !items.is_empty());
        let Some(items) = items else { return Ok(Taken::Skipped) };
        let mut taken = Taken::Merged;
        for item in items {
            let bytes = item.to_string().into_bytes();
            let event: Audit = json(&bytes)?;
            match self.event(&Piece { bytes: &bytes, raw: piece.raw, header: None }, &event, out) {
                Ok(Taken::Merged) => {}
                Ok(_) => taken = Taken::Read,
                Err(_) => out.stranger("item of a batch that is no event"),
            }
        }
        Ok(taken)
    }

    fn event(&mut self, piece: &Piece<'_>, audit: &Audit<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let whole = [&audit.id, &audit.verb, &audit.uri, &audit.object.kind, &audit.user.name]
            .iter()
            .any(|text| text.get().is_some());
        if !whole && !audit.version.or_empty().starts_with("audit.k8s.io") {
            return Err(Wrong::Foreign);
        }
        let mut record = record(piece, audit);
        let Some(id) = audit.id.get() else {
            out.record(record);
            return Ok(Taken::Read);
        };
        let key = (clip(id, NAME_CHARS_MAX), clip(audit.uri.or_empty(), TEXT_CHARS_MAX));
        let stage = rank(audit.stage.or_empty());
        let earlier = self.waiting.iter().position(|waiting| waiting.key == key && waiting.stage < stage);
        if let Some(earlier) = earlier.and_then(|place| self.waiting.remove(place)) {
            record = merged(earlier.record, record);
            self.keep(Waiting { key, stage, record }, out);
            return Ok(Taken::Merged);
        }
        if stage < 2 && self.done.contains(&key) {
            return Ok(Taken::Merged);
        }
        self.keep(Waiting { key, stage, record }, out);
        Ok(Taken::Read)
    }

    fn keep(&mut self, waiting: Waiting, out: &mut dyn Out) {
        if waiting.stage >= 2 {
            out.record(waiting.record);
            self.done.push_back(waiting.key);
            if self.done.len() > WINDOW {
                self.done.pop_front();
            }
            return;
        }
        self.waiting.push_back(waiting);
        if self.waiting.len() > WINDOW
            && let Some(oldest) = self.waiting.pop_front()
        {
            out.record(oldest.record);
        }
    }
}

fn merged(earlier: LogRecord, later: LogRecord) -> LogRecord {
    let mut record = later;
    record.raw = record.raw.join(earlier.raw);
    record.hints.pieces += earlier.hints.pieces;
    if earlier.time.is_some() {
        (record.time, record.time_flag) = (earlier.time, earlier.time_flag);
    }
    if record.outcome == Outcome::Unknown {
        record.outcome = earlier.outcome;
    }
    record.hints.class = record.hints.class.take().or(earlier.hints.class);
    record
}

fn record(piece: &Piece<'_>, audit: &Audit<'_>) -> LogRecord {
    let mut record = LogRecord::at(piece.raw);
    record.set_time(first_stamp(&[&audit.at, &audit.stage_at], None));
    record.received = read_stamp(audit.stage_at.or_empty(), None).time;
    record.actor = party::named(audit.user.name.or_empty()).with_id(audit.user.id.get());
    record.on_behalf_of = audit.acting_as.name.get().map(party::named);
    record.action = match (audit.verb.get(), audit.object.kind.get()) {
        (Some(verb), Some(kind)) => {
            format!("{verb} {kind}{}", audit.object.part.get().map(|part| format!("/{part}")).unwrap_or_default())
        }
        (verb, kind) => verb.or(kind).unwrap_or("request").to_string(),
    };
    record.action = clip(&record.action, NAME_CHARS_MAX);
    record.set_act(act(audit));
    record.resource = resource(audit);
    record.outcome = outcome(audit);
    if record.outcome != Outcome::Success {
        record.error = audit.status.message.owned(TEXT_CHARS_MAX).or_else(|| audit.status.reason.owned(TEXT_CHARS_MAX));
    }
    record.source_address = audit.address.owned(NAME_CHARS_MAX);
    record.tool = audit.tool.owned(NAME_CHARS_MAX);
    record.id = audit.id.owned(NAME_CHARS_MAX);
    record.hints.class = match audit.level.or_empty() {
        "Metadata" => Some(mark::METADATA.into()),
        "Request" => Some(mark::REQUEST.into()),
        "RequestResponse" => Some(mark::REQUEST_RESPONSE.into()),
        _ => None,
    };
    record
}

fn act(audit: &Audit<'_>) -> Act {
    let (kind, part) = (audit.object.kind.or_empty(), audit.object.part.or_empty());
    let privilege = [
        "roles",
        "rolebindings",
        "clusterroles",
        "clusterrolebindings",
        "serviceaccounts",
        "certificatesigningrequests",
    ]
    .contains(&kind);
    // What is logged of a cluster of OpenShift is set up in resources of its own.
    let logging =
        matches!(kind, "auditsinks" | "clusterlogforwarders" | "clusterloggings" | "clusterflows" | "clusteroutputs")
            || (kind == "apiservers" && audit.object.group.is("config.openshift.io"));
    match audit.verb.or_empty() {
        "create" | "get" if matches!(part, "exec" | "attach" | "portforward" | "proxy") => {
            Act { verb: Verb::Execute, effect: Effect::Mutating }
        }
        "create" if part == "token" => Act { verb: Verb::Grant, effect: Effect::Privilege },
        "create"
            if matches!(
                kind,
                "subjectaccessreviews" | "selfsubjectaccessreviews" | "tokenreviews" | "selfsubjectrulesreviews"
            ) =>
        {
            Act { verb: Verb::Read, effect: Effect::Read }
        }
        "get" => Act { verb: Verb::Read, effect: Effect::Read },
        "list" | "watch" => Act { verb: Verb::List, effect: Effect::Read },
        "create" | "update" | "patch" | "delete" if logging => {
            Act { verb: Verb::LoggingControl, effect: Effect::Mutating }
        }
        "delete" | "deletecollection" => {
            Act { verb: Verb::Delete, effect: if privilege { Effect::Privilege } else { Effect::Destructive } }
        }
        "create" | "update" | "patch" if privilege => Act { verb: Verb::Grant, effect: Effect::Privilege },
        "create" | "update" | "patch" | "apply" => Act { verb: Verb::Write, effect: Effect::Mutating },
        "impersonate" | "bind" | "escalate" | "approve" => Act { verb: Verb::Grant, effect: Effect::Privilege },
        _ => Act { verb: Verb::Other, effect: Effect::None },
    }
}

fn resource(audit: &Audit<'_>) -> String {
    let object = &audit.object;
    if object.kind.get().is_none() {
        return audit.uri.owned(TEXT_CHARS_MAX).unwrap_or_default();
    }
    let parts = [&object.space, &object.kind, &object.name, &object.part];
    clip(&parts.into_iter().filter_map(Text::get).collect::<Vec<_>>().join("/"), TEXT_CHARS_MAX)
}

fn outcome(audit: &Audit<'_>) -> Outcome {
    match audit.status.code.or_empty().parse::<u16>() {
        Ok(401 | 403) => Outcome::Denied,
        Ok(..=399) => Outcome::Success,
        Ok(_) => Outcome::Error,
        Err(_) if audit.notes.decision.is("forbid") => Outcome::Denied,
        Err(_) => Outcome::Unknown,
    }
}
