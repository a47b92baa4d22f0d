//! Events of Windows: as XML, and as JSON in the shapes of the usual collectors. What the ids mean is from Microsoft's
//! "Appendix L: Events to Monitor", its descriptions of the security auditing events, and Sysmon's as known in November 2026; entries were not checked one by one.

mod definition;

use serde_json::Value;

use super::fields::Fields;
use super::table::GUESSED;
use super::windows_xml::event;
use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::command::command_changes_logging;
use crate::reader::log::party;
use crate::reader::log::record::{LogActor, LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::stamp::read_stamp;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// Who writes events, as far as their ids are known: the same id means something else from another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Book {
    Security,
    System,
    Sysmon,
    PowerShell,
}

/// What the ids of one source mean; those of a failure are named apart.
const IDS: &[(Book, Verb, Effect, &[u32])] = &[
    (
        Book::Security,
        Verb::Login,
        Effect::None,
        &[
            4624, 4625, 4634, 4647, 4648, 4649, 4672, 4768, 4769, 4770, 4771, 4772, 4773, 4774, 4775, 4776, 4777, 4778,
            4779, 4800, 4801, 4802, 4803, 5378, 4964,
        ],
    ),
    (Book::Security, Verb::Execute, Effect::Mutating, &[4688, 4696, 4697, 4698, 4701, 4700, 4702]),
    (
        Book::Security,
        Verb::Delete,
        Effect::Destructive,
        &[4660, 4699, 4726, 4730, 4734, 4743, 4748, 4753, 4758, 4763, 5141],
    ),
    (Book::Security, Verb::Read, Effect::Read, &[4661, 4690, 4662, 4798, 4799, 5140, 5379, 5381, 5382]),
    (
        Book::Security,
        Verb::Write,
        Effect::Mutating,
        &[4657, 4741, 4742, 5136, 5137, 5138, 5139, 5142, 5143, 5144, 4616, 4985, 4664, 4781],
    ),
    (
        Book::Security,
        Verb::Grant,
        Effect::Privilege,
        &[
            4670, 4673, 4674, 4703, 4704, 4706, 4707, 4713, 4717, 4720, 4722, 4723, 4724, 4727, 4728, 4731, 4732, 4735,
            4737, 4738, 4739, 4744, 4746, 4749, 4751, 4754, 4755, 4756, 4764, 4765, 4766, 4767, 4780, 4782, 4794, 5376,
            5377, 4886, 4887,
        ],
    ),
    (Book::Security, Verb::Revoke, Effect::Privilege, &[4705, 4718, 4725, 4729, 4733, 4740, 4747, 4752, 4757, 4888]),
    (
        Book::Security,
        Verb::LoggingControl,
        Effect::Mutating,
        &[1100, 1104, 1105, 1108, 4612, 4715, 4719, 4817, 4885, 4902, 4904, 4905, 4906, 4907, 4908, 4912],
    ),
    (Book::Security, Verb::LoggingControl, Effect::Destructive, &[1102]),
    (
        Book::Security,
        Verb::Config,
        Effect::Mutating,
        &[4946, 4947, 4948, 4950, 4954, 4956, 5024, 5025, 5027, 5030, 4610, 4611, 4614, 4622, 4608, 4609],
    ),
    (
        Book::Security,
        Verb::Other,
        Effect::None,
        &[4689, 4656, 4658, 4663, 5145, 5152, 5154, 5156, 5157, 5158, 5159, 4826, 5031, 5033, 5058, 5059, 5061, 6416],
    ),
    (Book::System, Verb::LoggingControl, Effect::Destructive, &[104]),
    (Book::System, Verb::Execute, Effect::Mutating, &[7045, 7035, 7036, 1074, 6005, 6006, 6008, 6009, 41, 12, 13]),
    (Book::System, Verb::Config, Effect::Mutating, &[7040]),
    (Book::Sysmon, Verb::Execute, Effect::Mutating, &[1, 8, 25]),
    (Book::Sysmon, Verb::Read, Effect::Read, &[9, 10, 24]),
    (Book::Sysmon, Verb::Write, Effect::Mutating, &[2, 11, 12, 13, 14, 15, 19, 20, 21, 29]),
    (Book::Sysmon, Verb::Delete, Effect::Destructive, &[23, 26]),
    (Book::Sysmon, Verb::LoggingControl, Effect::Mutating, &[4, 16]),
    (Book::Sysmon, Verb::Other, Effect::None, &[3, 5, 6, 7, 17, 18, 22, 27, 28, 255]),
    (
        Book::PowerShell,
        Verb::Execute,
        Effect::Mutating,
        &[400, 403, 500, 501, 600, 800, 4103, 4104, 4105, 4106, 40961, 40962, 53504],
    ),
];

/// What was refused, whatever the event says else.
const REFUSED: &[u32] = &[4625, 4649, 4771, 4772, 4773, 4775, 4777, 5152, 5157, 5378, 4888];

/// Reads events.
pub struct WindowsEvent;

impl Adapter for WindowsEvent {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let is_xml = piece.bytes.starts_with(b"<");
        let fields = if is_xml { Fields::Object(event(piece.bytes)?) } else { Fields::of(piece)? };
        let Some(id) = fields.get(&EVENT_ID).and_then(|id| id.parse::<u32>().ok()) else {
            return Err(if is_xml {
                Wrong::Unreadable("This event has no EventID that is a number.".into())
            } else {
                Wrong::Foreign
            });
        };
        out.record(record(&fields, id, piece));
        if find(&fields, id).is_none() {
            out.stranger(&format!("event {id}"));
        }
        Ok(Taken::Read)
    }
}

/// Where the id of an event stands, by collector.
const EVENT_ID: [&str; 6] =
    ["Event.System.EventID", "Event.System.EventID.#text", "winlog.event_id", "EventID", "event_id", "Id"];

/// A field of the event's own data.
fn data(fields: &Fields<'_>, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| {
        let paths = [
            format!("Event.EventData.{name}"),
            format!("winlog.event_data.{name}"),
            format!("EventData.{name}"),
            format!("Event.UserData.{name}"),
            (*name).to_string(),
        ];
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        fields.get(&paths).filter(|text| text != "-").map(std::borrow::Cow::into_owned)
    });
    found.unwrap_or_default()
}

fn book(fields: &Fields<'_>) -> Option<Book> {
    let channel = fields.text(&["Event.System.Channel", "winlog.channel", "Channel", "LogName"]).to_ascii_lowercase();
    let provider = fields.text(&[
        "Event.System.Provider.Name",
        "Event.System.Provider.#attributes.Name",
        "Event.System.Provider.@Name",
        "winlog.provider_name",
        "ProviderName",
        "SourceName",
        "EventSourceName",
    ]);
    let provider = provider.to_ascii_lowercase();
    match () {
        () if channel.contains("sysmon") || provider.contains("sysmon") => Some(Book::Sysmon),
        () if channel.contains("powershell") || provider.contains("powershell") => Some(Book::PowerShell),
        () if channel == "security" || provider.contains("security-auditing") => Some(Book::Security),
        () if channel == "system" => Some(Book::System),
        () => None,
    }
}

fn find(fields: &Fields<'_>, id: u32) -> Option<Act> {
    // The clearing of any log but that of security is told by the same id.
    let book = book(fields)?;
    let entry = IDS.iter().find(|(known, .., ids)| *known == book && ids.contains(&id))?;
    Some(Act::new(entry.1, entry.2))
}

fn record(fields: &Fields<'_>, id: u32, piece: &Piece<'_>) -> LogRecord {
    let mut record = LogRecord::at(piece.raw);
    let some = |text: String| Some(clip(&text, NAME_CHARS_MAX)).filter(|text| !text.is_empty());
    record.set_time(time(fields));
    record.action = clip(&title(fields, id), NAME_CHARS_MAX);
    match find(fields, id) {
        Some(act) => record.set_act(act),
        None => record.needs_review = Some(GUESSED.into()),
    }
    let name = |names: &[&str]| data(fields, names);
    let is_sign_in = record.verb == Verb::Login && !matches!(id, 4648 | 4672);
    let who = if is_sign_in {
        name(&["TargetUserName", "Account"])
    } else {
        name(&["SubjectUserName", "User", "SubjectAccount", "Account", "AccountName"])
    };
    let sid = if is_sign_in {
        name(&["TargetUserSid", "TargetSid"])
    } else {
        name(&["SubjectUserSid", "UserID", "Event.System.Security.UserID", "winlog.user.identifier"])
    };
    record.actor = actor(&who, &sid);
    record.hints.node = some(
        fields
            .text(&[
                "Event.System.Computer",
                "winlog.computer_name",
                "Computer",
                "MachineName",
                "Hostname",
                "host.name",
            ])
            .into_owned(),
    );
    record.resource = clip(&resource(fields, id, record.hints.node.as_deref().unwrap_or_default()), TEXT_CHARS_MAX);
    record.source_address = some(name(&["IpAddress", "SourceAddress", "SourceIp", "ClientAddress"]));
    record.hints.sequence = fields
        .get(&["Event.System.EventRecordID", "winlog.record_id", "EventRecordID", "RecordNumber", "RecordId"])
        .and_then(|number| number.parse().ok());
    record.id = record.hints.sequence.map(|number| number.to_string());
    record.session = some(name(&["TargetLogonId", "SubjectLogonId", "LogonId"]));
    record.tool = some(name(&["ProcessName", "NewProcessName", "Image", "LogonProcessName", "HostApplication"]));
    record.message = clip(&message(fields), TEXT_CHARS_MAX);
    record.outcome = outcome(fields, id);
    if record.outcome != Outcome::Success {
        record.error =
            some(name(&["FailureReason", "Status", "SubStatus", "ErrorCode"])).filter(|status| status != "0x0");
    }
    acts(fields, id, &mut record);
    record
}

fn time(fields: &Fields<'_>) -> crate::reader::log::stamp::LogTime {
    let paths = [
        "Event.System.TimeCreated.SystemTime",
        "Event.System.TimeCreated.#attributes.SystemTime",
        "Event.System.TimeCreated.@SystemTime",
        "winlog.time_created",
        "TimeCreated.SystemTime",
        "TimeCreated.DateTime",
        "TimeCreated",
        "UtcTime",
        "EventTime",
        "TimeGenerated",
        "@timestamp",
        "EventReceivedTime",
    ];
    for path in paths {
        let Some(text) = fields.get(&[path]) else { continue };
        // What PowerShell makes of a date.
        let epoch = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
        let told = read_stamp(epoch.unwrap_or(&text), None);
        // Windows writes them in UTC.
        if told.is_known() {
            return if path == "EventTime" { told } else { told.known_utc() };
        }
    }
    super::events::time(fields, &paths)
}

fn actor(name: &str, sid: &str) -> LogActor {
    let own = matches!(sid, "S-1-5-18" | "S-1-5-19" | "S-1-5-20");
    let mut actor = party::named(name).with_id(Some(sid).filter(|sid| *sid != "S-1-0-0"));
    actor.kind = match actor.kind {
        _ if own => PrincipalKind::System,
        // The account of a machine ends with a dollar.
        PrincipalKind::Unknown if name.ends_with('$') => PrincipalKind::System,
        PrincipalKind::Unknown if !name.is_empty() => PrincipalKind::Human,
        kind => kind,
    };
    actor
}

/// What is in the title of an event, or its number.
fn title(fields: &Fields<'_>, id: u32) -> String {
    let said = fields.text(&["event.action", "Activity", "Task", "Event.RenderingInfo.Task"]);
    let said = if said.bytes().all(|byte| byte.is_ascii_digit()) { "".into() } else { said };
    if said.is_empty() { format!("event {id}") } else { format!("event {id} {said}") }
}

fn resource(fields: &Fields<'_>, id: u32, node: &str) -> String {
    let name = |names: &[&str]| data(fields, names);
    let found = match id {
        4688 | 1 => name(&["CommandLine", "NewProcessName", "Image"]),
        4103 | 4104 => name(&["ScriptBlockText", "Payload", "Path"]),
        4720..=4767 => name(&["TargetUserName", "TargetSid"]),
        5140 | 5145 => [name(&["ShareName"]), name(&["RelativeTargetName"])].join("/").trim_end_matches('/').into(),
        7045 | 4697 => name(&["ImagePath", "ServiceFileName", "ServiceName"]),
        4698..=4702 => name(&["TaskName"]),
        1102 | 104 => name(&["Channel", "LogFileCleared.Channel"]),
        _ => name(&[
            "ObjectName",
            "TargetFilename",
            "TargetObject",
            "ServiceName",
            "ObjectDN",
            "QueryName",
            "TargetImage",
            "DestinationIp",
            "TargetServerName",
            "SubcategoryGuid",
        ]),
    };
    if found.is_empty() { node.into() } else { found }
}

fn message(fields: &Fields<'_>) -> String {
    let said = fields.text(&["message", "Message", "Event.RenderingInfo.Message"]).into_owned();
    if !said.is_empty() {
        return said;
    }
    let inner = ["Event.EventData", "winlog.event_data", "EventData", "Event.UserData"]
        .iter()
        .find_map(|path| fields.value(path).and_then(Value::as_object));
    let pairs = inner
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some(format!("{name}={}", super::fields::scalar(value)?)));
    pairs.take(40).collect::<Vec<_>>().join(" ")
}

fn outcome(fields: &Fields<'_>, id: u32) -> Outcome {
    if REFUSED.contains(&id) {
        return Outcome::Denied;
    }
    let status = data(fields, &["Status", "ErrorCode"]);
    if matches!(id, 4768 | 4769 | 4776) && !matches!(status.as_str(), "" | "0x0" | "0") {
        return Outcome::Denied;
    }
    // Bits of the keywords: an audit failed, or succeeded.
    let keywords =
        fields.text(&["Event.System.Keywords", "Keywords", "winlog.keywords", "EventType"]).to_ascii_lowercase();
    match () {
        () if keywords == "0x8010000000000000" || keywords.contains("failure") => Outcome::Denied,
        () if keywords == "0x8020000000000000" || keywords.contains("success") => Outcome::Success,
        () if fields.text(&["event.outcome"]) == "failure" => Outcome::Denied,
        () if matches!(book(fields), Some(Book::Security | Book::Sysmon | Book::System)) => Outcome::Success,
        () => Outcome::Unknown,
    }
}

/// What the id alone does not tell: what was run, and what was done to an object.
fn acts(fields: &Fields<'_>, id: u32, record: &mut LogRecord) {
    let which = book(fields);
    let command = matches!(
        (which, id),
        (Some(Book::Security), 4688) | (Some(Book::Sysmon), 1) | (Some(Book::PowerShell), 4103 | 4104)
    );
    if command {
        let line = record.resource.clone();
        let act = if command_changes_logging(&line) {
            Act::new(Verb::LoggingControl, Effect::Mutating)
        } else {
            super::tools::command_act(&line)
        };
        return record.set_act(act);
    }
    if which == Some(Book::Security) && matches!(id, 4656 | 4663 | 5145) {
        let mask = data(fields, &["AccessMask"]);
        let mask = mask.strip_prefix("0x").and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or_default();
        // DELETE; WRITE_DAC and WRITE_OWNER; what writes or appends; what reads or lists.
        let (verb, effect) = match mask {
            mask if mask & 0x0001_0000 != 0 => (Verb::Delete, Effect::Destructive),
            mask if mask & 0x000c_0000 != 0 => (Verb::Grant, Effect::Privilege),
            mask if mask & 0x0000_0116 != 0 => (Verb::Write, Effect::Mutating),
            mask if mask & 0x0000_0089 != 0 => (Verb::Read, Effect::Read),
            _ => (Verb::Other, Effect::None),
        };
        record.set_act(Act::new(verb, effect));
    }
    if which == Some(Book::Security) && id == 4742 && record.verb == Verb::Write {
        record.set_act(Act::new(Verb::Grant, Effect::Privilege));
    }
}
