//! Flow logs of a VPC of AWS: which machines spoke to which, and never what they said.

use super::{Adapter, Out, Piece, Taken, Wrong};
use crate::reader::log::act::Act;
use crate::reader::log::definition::{LogFormat, Watched};
use crate::reader::log::mode::{Mode, requests};
use crate::reader::log::reader::Options;
use crate::reader::log::record::{LogActor, LogRecord, MissingRecords, NAME_CHARS_MAX, TEXT_CHARS_MAX, TimeFlag, clip};
use crate::reader::log::sign::Sign;
use crate::reader::log::split::{LineSplit, Splitter};
use crate::reader::log::stamp::read_stamp;
use crate::reader::log::summary::Summary;
use crate::vocabulary::PrincipalKind;
use crate::vocabulary::{Effect, Outcome, Verb};

/// The fields of version 2, which are those of a file without a header.
const USUAL: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

/// So many fields of one line are read.
const FIELDS_MAX: usize = 64;

/// Reads lines; the first may name the fields.
pub struct VpcFlow {
    names: Vec<String>,
}

impl Default for VpcFlow {
    fn default() -> Self {
        Self { names: USUAL.split(' ').map(str::to_string).collect() }
    }
}

fn is_header(words: &[&str]) -> bool {
    words.contains(&"srcaddr") || words.contains(&"interface-id") || words.contains(&"log-status")
}

/// Whether a line is one of a flow log.
pub fn looks_like(line: &str) -> bool {
    let words: Vec<&str> = fields(line);
    is_header(&words) && words.contains(&"version") || is_usual(&words)
}

/// A line of version 2: its last words say so.
fn is_usual(words: &[&str]) -> bool {
    words.len() == 14
        && words[0].parse::<u8>().is_ok()
        && words[2].starts_with("eni-")
        && matches!(words[13], "OK" | "NODATA" | "SKIPDATA")
}

/// The words of a line. CloudWatch puts a time of its own before it.
fn fields(line: &str) -> Vec<&str> {
    let mut words: Vec<&str> = line.split_ascii_whitespace().take(FIELDS_MAX).collect();
    if words.first().is_some_and(|first| first.len() >= 20 && first.contains('T') && read_stamp(first, None).is_known())
    {
        words.remove(0);
    }
    words
}

impl LogFormat for VpcFlow {
    const SIGNS: &'static [Sign] = &[Sign::Lines(80, |lines| looks_like(lines.record()))];
    const IS_JSON: bool = false;
    const IS_STORED: bool = true;
    const WATCHED: Watched = Watched::Not;

    fn adapter(_options: &Options) -> Box<dyn Adapter + Send> {
        Box::new(VpcFlow::default())
    }

    fn split(_first: &[u8], limit: usize) -> Splitter {
        Box::new(LineSplit::new(limit))
    }

    fn mode(_summary: &Summary) -> Mode {
        requests()
    }
}

impl Adapter for VpcFlow {
    fn take(&mut self, piece: &Piece<'_>, out: &mut dyn Out) -> Result<Taken, Wrong> {
        let text = String::from_utf8_lossy(piece.bytes);
        let words = fields(&text);
        if is_header(&words) {
            self.names = words.iter().map(|word| (*word).to_string()).collect();
            return Ok(Taken::Skipped);
        }
        if words.len() != self.names.len() {
            let (found, wanted) = (words.len(), self.names.len());
            return Err(Wrong::Unreadable(format!(
                "This line has {found} fields, and a flow of this log has {wanted}."
            )));
        }
        let get = |wanted: &str| {
            let place = self.names.iter().position(|name| name == wanted)?;
            words.get(place).copied().filter(|word| *word != "-")
        };
        let (start, end) =
            (read_stamp(get("start").unwrap_or_default(), None), read_stamp(get("end").unwrap_or_default(), None));
        match get("log-status") {
            Some("NODATA") => return Ok(Taken::Skipped),
            Some("SKIPDATA") => {
                let reason = "The flow log says that it skipped records in this span.".into();
                out.gap(MissingRecords { from: start.time, to: end.time, missing: None, reason });
                return Ok(Taken::Skipped);
            }
            _ => {}
        }
        let mut record = LogRecord::at(piece.raw);
        record.set_time(start);
        if let Some((first, last)) = record.time.zip(end.time).filter(|(first, last)| first < last) {
            (record.time, record.time_latest, record.time_flag) = (Some(first), Some(last), TimeFlag::Range);
        }
        let source = get("pkt-srcaddr").or_else(|| get("srcaddr")).unwrap_or_default();
        record.source_address = Some(clip(source, NAME_CHARS_MAX)).filter(|source| !source.is_empty());
        record.actor = LogActor::new(PrincipalKind::Unknown, source).with_id(get("instance-id"));
        let target = get("pkt-dstaddr").or_else(|| get("dstaddr")).unwrap_or_default();
        let port = get("dstport").map(|port| format!(":{port}")).unwrap_or_default();
        record.resource = clip(&format!("{target}{port}"), TEXT_CHARS_MAX);
        record.action = clip(get("action").unwrap_or_default(), NAME_CHARS_MAX);
        record.outcome = match record.action.as_str() {
            "ACCEPT" => Outcome::Success,
            "REJECT" => Outcome::Denied,
            _ => Outcome::Unknown,
        };
        // That packets went is all it shows.
        record.set_act(Act::new(Verb::Other, Effect::None));
        record.hints.node = get("interface-id").map(|interface| clip(interface, NAME_CHARS_MAX));
        record.message = clip(&words.join(" "), TEXT_CHARS_MAX);
        out.record(record);
        Ok(Taken::Read)
    }
}
