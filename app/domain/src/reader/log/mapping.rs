//! Which columns or fields mean what, for logs of no known format.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::format::Format;
use super::pairs::Flat;
use super::record::TimeFlag;
use super::split::{Step, cells, has_other_ends, write_ends};
use super::stamp::{is_clock, read_stamp, read_stamp_as};
use super::terms::DateOrder;
use super::wire::json;
use crate::words::words;
use crate::{Refusal, Ruled};

words! {
    /// What a column can mean.
    ColumnRole is "a role of a column" {
        Time "time" "Time", Received "received" "Received", Actor "actor" "Actor", ActorId "actor_id" "Actor's id",
        OnBehalfOf "on_behalf_of" "On behalf of", Action "action" "Action", Resource "resource" "Resource", Outcome "outcome" "Outcome",
        Error "error" "Error", Message "message" "Message", SourceAddress "source_address" "Source address", Session "session" "Session",
        Trace "trace" "Trace", Tool "tool" "Tool", Id "id" "Id", Zone "zone" "Time zone",
    }
}

/// For each role the columns it is read from: the first that is not empty counts. Names are compared without regard to case, `_`, `-`, `@` and blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Mapping(pub BTreeMap<ColumnRole, Vec<String>>);

impl Mapping {
    /// Columns by role as they are sent: a column may stand alone, so that `{"time": "ts"}` is `{"time": ["ts"]}`, and one
    /// that is blank is none. `None` where none is named.
    pub fn sent(columns: BTreeMap<String, Value>) -> Ruled<Option<Self>> {
        let listed: BTreeMap<String, Value> = columns
            .into_iter()
            .filter(|(_, columns)| !columns.is_null() && columns.as_str() != Some(""))
            .map(|(role, columns)| (role, if columns.is_string() { Value::Array(vec![columns]) } else { columns }))
            .collect();
        if listed.is_empty() {
            return Ok(None);
        }
        let read = serde_json::from_value(Value::Object(listed.into_iter().collect()));
        let wrong = |error| Refusal::field("mapping", format!("This is not a mapping of columns: {error}."));
        read.map(Some).map_err(wrong)
    }
}

/// So many rows are looked at for a proposal.
const SAMPLES_MAX: usize = 20;

/// The usual names of each role, the better ones first, as [`plain`] writes them.
const USUAL: &[(ColumnRole, &str)] = &[
    (
        ColumnRole::Time,
        "time timestamp datetime ts eventtime date createdat created occurredat occurred at when logtime starttime start \
         datecreate creationtime published timegenerated timecreated eventdatetime activitydatetime epoch peventtime \
         metadata.timestamp event.time event.created utctime localtime timelocal dateandtime datetimeutc timeutc timestamputc",
    ),
    (
        ColumnRole::Received,
        "received receivedat ingested ingestedat ingesttime receivetimestamp loggedat pparsetime event.ingested",
    ),
    (
        ColumnRole::Actor,
        "actor user username useremail actoremail email principal account accountname who identity actor.name \
         actor.email actor.username user.name user.email user.username useridentity.email useridentity.username \
         useridentity.name useridentity.arn identity.email identity.username identity.name identity.upn identity.arn \
         actor.user.email actor.user.name principal.email principal.name subject.name subject.email caller.email caller.name \
         performedby.email performedby.name operator.name operator.email userprincipalname login operator performedby \
         executedby modifiedby createdby agent agentname caller initiator owner author by role actor.id user.id principal.id agent.name agent.id uid \
         sourceuser suser from sender service servicename",
    ),
    (ColumnRole::ActorId, "actorid userid actor.id user.id principalid agentid accountid"),
    (
        ColumnRole::OnBehalfOf,
        "onbehalfof behalfof delegatedby requestedby impersonator actingfor invokedby enduser enduserid initiatedby",
    ),
    (
        ColumnRole::Action,
        "action actionname eventname event operation operationname eventtype verb activity method command event.action event.name \
         act what type name category requestmethod httpmethod",
    ),
    (
        ColumnRole::Resource,
        "resource resourcename resourceid object target targetname entity path url uri file filename filepath document \
         table bucket key request requesturi resource.name target.name object.name host hostname destination",
    ),
    (
        ColumnRole::Outcome,
        "outcome result status success succeeded statuscode httpstatus response decision responsecode event.outcome \
         outcome.result response.statuscode response.status response.code result.status result.code loginstatus code granted \
         allowed authorized exitcode returncode exitstatus",
    ),
    (ColumnRole::Error, "error errormessage errorcode reason failure failurereason exception err error.message"),
    (ColumnRole::Message, "message msg text description summary details operationdetail body log note remarks content"),
    (
        ColumnRole::SourceAddress,
        "sourceip ip ipaddress srcip clientip remoteaddr remoteip sourceaddress sourceipaddress src addr address \
         client.ip source.ip",
    ),
    (ColumnRole::Session, "session sessionid conversationid conversation threadid sid session.id runid"),
    (ColumnRole::Trace, "trace traceid correlationid requestid spanid trace.id transactionid"),
    (ColumnRole::Tool, "tool toolname useragent program process application app client tool.name source logger"),
    (ColumnRole::Id, "id eventid uuid recordid uniqueid logid insertid guid"),
    (ColumnRole::Zone, "timezone zone tz tzname timezonename utcoffset gmtoffset tzoffset timezoneoffset"),
];

/// The name of a column without what it says in brackets behind it, such as a zone or a unit, and what that is.
pub(super) fn in_brackets(name: &str) -> Option<(&str, &str)> {
    let (head, tail) = name.trim_end().split_once(['(', '['])?;
    Some((head, tail.trim_end().strip_suffix([')', ']'])?.trim()))
}

/// A name without case and without what holds its words together.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '.').flat_map(char::to_lowercase).collect()
}

impl Mapping {
    /// By the usual names of columns.
    pub fn usual() -> Self {
        Self(USUAL.iter().map(|(role, names)| (*role, names.split(' ').map(str::to_string).collect())).collect())
    }

    /// Ready to be looked up by name.
    pub(super) fn wanted(&self) -> Wanted {
        let mut wanted: BTreeMap<String, Vec<(ColumnRole, usize)>> = BTreeMap::new();
        for (role, names) in &self.0 {
            for (rank, name) in names.iter().enumerate() {
                wanted.entry(plain(name)).or_default().push((*role, rank));
            }
        }
        Wanted(wanted)
    }
}

/// The names that a mapping wants: which roles they have, and how good they are.
pub(super) struct Wanted(BTreeMap<String, Vec<(ColumnRole, usize)>>);

impl Wanted {
    /// The places of the columns of each role, in the order of preference.
    pub fn places(&self, names: &[impl AsRef<str>]) -> BTreeMap<ColumnRole, Vec<usize>> {
        let mut found: BTreeMap<ColumnRole, Vec<(usize, usize)>> = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            let known = self.0.get(&plain(name.as_ref()));
            let bare = || in_brackets(name.as_ref()).and_then(|(head, _)| self.0.get(&plain(head)));
            for (role, rank) in known.or_else(bare).into_iter().flatten() {
                found.entry(*role).or_default().push((*rank, place));
            }
        }
        let sorted = |mut places: Vec<(usize, usize)>| {
            places.sort_unstable();
            places.into_iter().map(|(_, place)| place).collect()
        };
        found.into_iter().map(|(role, places)| (role, sorted(places))).collect()
    }
}

/// Proposes which column means what, from the names of the columns and some rows.
pub fn propose_mapping(columns: &[String], rows: &[Vec<String>]) -> Mapping {
    let usual = Mapping::usual().wanted().places(columns);
    let values =
        |place: usize| rows.iter().filter_map(move |row| row.get(place)).filter(|value| !value.trim().is_empty());
    let is_time = |place: usize| {
        // A time of day belongs to the date in another column; the order of day and month can be told.
        let is_unreadable = |value: &&String| {
            let told = read_stamp_as(value, None, Some(DateOrder::DayFirst));
            matches!(told.flag, TimeFlag::Unreadable(_)) && !is_clock(value)
        };
        let unreadable = values(place).filter(is_unreadable).count();
        unreadable * 2 <= values(place).count()
    };
    let mut taken: Vec<usize> = Vec::new();
    let mut mapping = BTreeMap::new();
    for role in ColumnRole::ALL {
        let mut places = usual.get(role).cloned().unwrap_or_default();
        places.retain(|place| !taken.contains(place) && (*role != ColumnRole::Time || is_time(*place)));
        if *role == ColumnRole::Time && places.is_empty() {
            // No usual name: the first column that holds times and nothing else. Numbers alone could be anything.
            let clear = |value: &String| {
                matches!(read_stamp(value, None).flag, TimeFlag::Exact | TimeFlag::AssumedUtc | TimeFlag::Range)
                    && value.contains(['-', ':', '/'])
            };
            places.extend((0..columns.len()).find(|place| values(*place).count() > 0 && values(*place).all(clear)));
        }
        taken.extend(places.iter().take(1));
        if !places.is_empty() {
            mapping.insert(*role, places.into_iter().filter_map(|place| columns.get(place).cloned()).collect());
        }
    }
    Mapping(mapping)
}

/// The names of the columns or fields at the beginning of a file, and its first rows.
pub fn first_rows(first_bytes: &[u8], format: Format) -> (Vec<String>, Vec<Vec<String>>) {
    let mut ended = first_bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first_bytes).to_vec();
    if has_other_ends(&ended, true) == Some(true) {
        write_ends(&mut ended);
    }
    let bytes = ended.as_slice();
    let limit = format.piece_bytes_max();
    let mut split = format.split(bytes, limit);
    let (mut names, mut rows): (Vec<String>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while rows.len() < SAMPLES_MAX {
        let rest = &bytes[at..];
        let step = split.step(rest, false);
        match step {
            Step::More => break,
            Step::Blank(length) | Step::Frame(length) | Step::Worse(length) | Step::Bad(length, _) => at += length,
            Step::Try(length) | Step::Piece(length) => {
                if let Some(header) = split.header() {
                    rows.push(cells(&rest[..length], header.delimiter).into_iter().map(String::from).collect());
                    at += length;
                    continue;
                }
                let Ok(flat) = json::<Flat>(&rest[..length]) else {
                    if matches!(step, Step::Try(_)) {
                        split.reject();
                    } else {
                        at += length;
                    }
                    continue;
                };
                let mut row = vec![String::new(); names.len()];
                for (name, value) in &flat.fields {
                    match names.iter().position(|known| known == name) {
                        Some(place) => row[place] = value.or_empty().to_string(),
                        None => {
                            names.push(name.to_string());
                            row.push(value.or_empty().to_string());
                        }
                    }
                }
                rows.push(row);
                at += length;
            }
        }
    }
    if let Some(header) = split.header() {
        names.clone_from(&header.names);
    }
    (names, rows)
}
