//! What becomes of a true history on its way into the evidence.
//!
//! Some things happen at the source, before anything is numbered or digested; others on the way, to a file that was
//! whole. With each goes which papers could honestly be had: nobody attests an export that lost records.

use domain::canonical::hex;
use domain::reader::log::Format;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::chance::Chance;
use crate::history::{Act, Deed, END, START};
use crate::shape::{Shape, Whole};

/// What is done to a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tamper {
    /// Nothing: the log tells all of it.
    Nothing,
    /// The records in question are lost.
    Lost,
    /// They and many others are.
    LostMore,
    /// Everything is there, in another order.
    Reordered,
    /// A part of the file is missing.
    Cut,
    /// The file breaks off inside of a record.
    Torn,
    /// The records are lost, and others are there twice.
    Doubled,
    /// They bear another time, or none.
    Retimed,
    /// They are lost, and the records of another machine are among the rest.
    Mixed,
    /// A class of acts was never logged.
    ClassDropped,
    /// The place got another name.
    Renamed,
    /// Logging was switched off for a while.
    LoggingChanged,
    /// The same, and only evidence in another format tells of it.
    ToldElsewhere,
    /// The same by a command that an agent ran.
    CommandRun,
}

impl Tamper {
    pub const ALL: [Self; 14] = [
        Self::Nothing,
        Self::Lost,
        Self::LostMore,
        Self::Reordered,
        Self::Cut,
        Self::Torn,
        Self::Doubled,
        Self::Retimed,
        Self::Mixed,
        Self::ClassDropped,
        Self::Renamed,
        Self::LoggingChanged,
        Self::ToldElsewhere,
        Self::CommandRun,
    ];

    /// What may be done to a log that shows that nothing happened, and leaves it whole.
    pub fn harmless(shape: &Shape, chance: &mut Chance) -> Self {
        // Whoever touches a digested file breaks its digest.
        if shape.whole == Whole::Digests {
            return Self::Nothing;
        }
        *chance.one(&[Self::Nothing, Self::Nothing, Self::Reordered])
    }
}

/// What is handed to the people of the incident.
#[derive(Debug, Clone, Default)]
pub struct Delivered {
    /// The log.
    pub text: String,
    /// Another log of the same source that covers nothing.
    pub beside: Option<String>,
    /// Evidence in another format.
    pub elsewhere: Option<(Format, String)>,
    /// The digest of the log.
    pub digest: Option<String>,
    /// Whether the configuration can be shown that says that the acts in question are logged.
    pub configuration: bool,
    /// Whether the provider can attest that the log is whole.
    pub attestation: bool,
}

/// A record and the act in it.
struct Written {
    act: Act,
    text: String,
}

pub fn deliver(shape: &Shape, mut acts: Vec<Act>, tamper: Tamper, chance: &mut Chance) -> Delivered {
    let mut delivered = Delivered { configuration: true, attestation: true, ..Delivered::default() };
    at_source(shape, &mut acts, tamper, chance, &mut delivered);
    let base = 1_000 + chance.below(1 << 30) as u32;
    let mut written = write(shape, acts, base);
    let whole = text(shape, &written);
    delivered.digest = (shape.whole == Whole::Digests).then(|| digest(&whole));
    on_the_way(shape, &mut written, tamper, chance, &mut delivered);
    delivered.text = text(shape, &written);
    if tamper == Tamper::Torn {
        let at = delivered.text.find(crate::history::HARM).unwrap_or(delivered.text.len() / 2);
        delivered.text.truncate(at);
    }
    delivered
}

fn write(shape: &Shape, acts: Vec<Act>, base: u32) -> Vec<Written> {
    let mut written = Vec::new();
    for mut act in acts {
        act.serial = base.wrapping_add(written.len() as u32);
        if let Some(text) = (shape.write)(&act) {
            written.push(Written { act, text });
        }
    }
    written
}

fn text(shape: &Shape, written: &[Written]) -> String {
    let mut text = String::from(shape.head);
    written.iter().for_each(|one| text.push_str(&one.text));
    text
}

fn digest(log: &str) -> String {
    let hash = hex(&Sha256::digest(log.as_bytes()));
    format!(
        "{{\"awsAccountId\":\"1\",\"digestStartTime\":\"2026-03-18T16:00:00Z\",\"digestEndTime\":\"2026-03-18T20:00:00Z\",\
         \"digestS3Object\":\"AWSLogs/1/CloudTrail-Digest/r/1_CloudTrail-Digest_r_t_r_20260318T200000Z.json.gz\",\
         \"logFiles\":[{{\"s3Object\":\"x.json.gz\",\"hashValue\":\"{hash}\",\"hashAlgorithm\":\"SHA-256\"}}]}}"
    )
}

/// The first moment of harm; without any, the middle of the window.
fn moment(acts: &[Act]) -> i64 {
    acts.iter().find(|act| act.harm).map_or((START + END) / 2, |act| act.at)
}

fn at_source(shape: &Shape, acts: &mut Vec<Act>, tamper: Tamper, chance: &mut Chance, delivered: &mut Delivered) {
    match tamper {
        Tamper::ClassDropped => {
            acts.retain(|act| !(matches!(act.deed, Deed::Do(_)) && act.place == shape.place));
            delivered.configuration = false;
        }
        Tamper::Renamed => rename(shape, acts, chance),
        Tamper::LoggingChanged => switch_off(shape, acts, chance, delivered),
        Tamper::ToldElsewhere | Tamper::CommandRun => run(shape, acts, tamper, chance, delivered),
        _ => {}
    }
}

fn rename(shape: &Shape, acts: &mut Vec<Act>, chance: &mut Chance) {
    let at = moment(acts) - chance.between(1_000, 240_000);
    let act = Act::new(at, "ada", Deed::Rename, shape.renamed, shape.place.into());
    if (shape.write)(&act).is_none() {
        return;
    }
    for act in acts.iter_mut().filter(|act| act.at >= at && act.place == shape.place) {
        act.place = shape.renamed.into();
    }
    acts.push(act);
    acts.sort_by_key(|act| act.at);
}

fn switch_off(shape: &Shape, acts: &mut Vec<Act>, chance: &mut Chance, delivered: &mut Delivered) {
    let harm = moment(acts);
    let last = acts.iter().filter(|act| act.harm).map(|act| act.at).max().unwrap_or(harm);
    let told = chance.below(3);
    // In its own log, in another one, or in another one and before the window.
    let from =
        if told == 2 { START - chance.between(60_000, 3_600_000) } else { harm - chance.between(1_000, 200_000) };
    let to = last + chance.between(1_000, 200_000);
    let way = chance.below(3);
    let act = |at, deed| Act { way, ..Act::new(at, "forum-agent", deed, shape.place, "x".into()) };
    let mut changes = vec![act(from, Deed::Off)];
    if chance.percent(60) {
        changes.push(act(to, Deed::On));
    }
    acts.retain(|act| !(act.at > from.max(START + 1) && act.at < to));
    if (shape.write)(&changes[0]).is_none() {
        // Nothing tells of it but the configuration.
        (delivered.configuration, delivered.attestation) = (false, false);
        return;
    }
    if told == 0 {
        acts.extend(changes);
        acts.sort_by_key(|act| act.at);
    } else {
        let written = write(shape, changes, 77);
        delivered.beside = Some(text(shape, &written));
    }
}

/// The command that takes away what a log records.
fn command(format: Format) -> Option<&'static str> {
    Some(match format {
        Format::Cloudtrail => "aws --region eu-west-1 cloudtrail stop-logging --name data",
        Format::GcpAudit | Format::GoogleWorkspace => "gcloud --project p logging sinks delete data",
        Format::AzureActivity | Format::Entra | Format::M365 => "az monitor diagnostic-settings delete --name main",
        Format::Auditd => "auditctl -D",
        Format::ClaudeCode => "rm -rf ~/.claude/projects/x",
        _ => return None,
    })
}

/// Somebody switches logging off on a command line, and what follows is not logged.
fn run(shape: &Shape, acts: &mut Vec<Act>, tamper: Tamper, chance: &mut Chance, delivered: &mut Delivered) {
    let from = moment(acts) - chance.between(1_000, 200_000);
    let off = Act::new(from, "forum-agent", Deed::Off, shape.place, "x".into());
    acts.retain(|act| act.at <= from.max(START + 1));
    let Some(command) = command(shape.format) else {
        // Nothing tells of it but the configuration.
        (delivered.configuration, delivered.attestation) = (false, false);
        return;
    };
    let told = |value: serde_json::Value| Some(format!("{value}\n"));
    let (format, text) = match (tamper, chance.below(3)) {
        (Tamper::ToldElsewhere, 0) => (
            Format::Journald,
            told(json!({ "__REALTIME_TIMESTAMP": (from * 1_000).to_string(), "_HOSTNAME": "h",
            "SYSLOG_IDENTIFIER": "sudo", "MESSAGE": format!("ada : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/{command}") })),
        ),
        (Tamper::ToldElsewhere, 1) => (
            Format::Ocsf,
            told(json!({ "class_uid": 1007, "class_name": "Process Activity", "activity_id": 1, "time": from,
            "status_id": 1, "process": { "cmd_line": command }, "actor": { "user": { "name": "ada" } }, "metadata": { "version": "1.1.0" } })),
        ),
        (Tamper::ToldElsewhere, _) => {
            (Format::Csv, Some(format!("time,user,command\n{},ada,{command}\n", off.stamp())))
        }
        (_, 0) => (
            Format::ClaudeCode,
            told(json!({ "type": "assistant", "uuid": "u", "timestamp": off.stamp(), "sessionId": "s",
            "message": { "role": "assistant", "content": [{ "type": "tool_use", "id": "t", "name": "Bash", "input": { "command": command } }] } })),
        ),
        (_, 1) => (
            Format::Codex,
            told(json!({ "timestamp": off.stamp(), "type": "response_item", "payload": { "type": "function_call",
            "name": "write_stdin", "call_id": "c", "arguments": json!({ "chars": command }).to_string() } })),
        ),
        (_, _) => (
            Format::ClaudeCode,
            told(json!({ "type": "assistant", "uuid": "u", "timestamp": off.stamp(), "sessionId": "s",
            "message": { "role": "assistant", "content": [{ "type": "tool_use", "id": "t", "name": "mcp__host__call", "input": { "cli_command": command } }] } })),
        ),
    };
    delivered.elsewhere = text.map(|text| (format, text));
}

fn on_the_way(
    shape: &Shape,
    written: &mut Vec<Written>,
    tamper: Tamper,
    chance: &mut Chance,
    delivered: &mut Delivered,
) {
    delivered.attestation &= matches!(
        tamper,
        Tamper::Nothing
            | Tamper::Reordered
            | Tamper::Renamed
            | Tamper::LoggingChanged
            | Tamper::ToldElsewhere
            | Tamper::CommandRun
    );
    match tamper {
        Tamper::Lost => written.retain(|one| !one.act.harm),
        Tamper::LostMore => written.retain(|one| !one.act.harm && !chance.percent(30)),
        Tamper::Reordered if chance.percent(50) => written.reverse(),
        Tamper::Reordered => shuffle(written, chance),
        Tamper::Cut => cut(written, chance),
        Tamper::Doubled => {
            written.retain(|one| !one.act.harm);
            let again: Vec<Written> = written
                .iter()
                .filter(|_| chance.percent(30))
                .map(|one| Written { act: one.act.clone(), text: one.text.clone() })
                .collect();
            written.extend(again);
            if chance.percent(50) {
                shuffle(written, chance);
            }
        }
        Tamper::Retimed => retime(shape, written, chance, delivered),
        Tamper::Mixed => {
            written.retain(|one| !one.act.harm);
            let op = written.iter().find_map(|one| if let Deed::Do(op) = one.act.deed { Some(op) } else { None });
            if let Some(op) = op {
                let base = chance.below(1 << 30) as u32;
                written.extend(write(shape, crate::history::history(shape, op, false, chance), base));
                written.sort_by_key(|one| one.act.at);
            }
        }
        _ => {}
    }
}

fn shuffle(written: &mut [Written], chance: &mut Chance) {
    for place in (1..written.len()).rev() {
        written.swap(place, chance.below(place + 1));
    }
}

/// Takes away everything from somewhere to somewhere, and the harm with it.
fn cut(written: &mut Vec<Written>, chance: &mut Chance) {
    let places: Vec<usize> = (0..written.len()).filter(|place| written[*place].act.harm).collect();
    let middle = written.len() / 2;
    let (first, last) = (places.first().copied().unwrap_or(middle), places.last().copied().unwrap_or(middle));
    let (from, to) = match chance.below(3) {
        0 => (0, last + 1),
        1 => (first, written.len()),
        _ => (first - chance.below(first.min(5)), (last + 1 + chance.below(5)).min(written.len())),
    };
    written.drain(from..to);
}

fn retime(shape: &Shape, written: &mut [Written], chance: &mut Chance, delivered: &mut Delivered) {
    let way = chance.below(4);
    for one in written.iter_mut().filter(|one| one.act.harm) {
        let at = match way {
            0 => START - chance.between(60_000, 7_200_000),
            1 => END + chance.between(60_000, 7_200_000),
            // A day away.
            2 => one.act.at - 86_400_000,
            _ => one.act.at,
        };
        let mut moved = Act { at, ..one.act.clone() };
        // The name under which it is kept stays.
        moved.serial = one.act.serial;
        let text = (shape.write)(&moved).unwrap_or_default();
        // A time that nobody can read: the record is there, and says not when.
        one.text = if way == 3 { text.replace(moved.stamp().as_str(), "n/a") } else { text };
        delivered.attestation |= way == 3;
    }
}
