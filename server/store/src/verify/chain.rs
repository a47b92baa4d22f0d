//! Walking a chain: of an incident, or of any other subject.

use std::collections::HashMap;

use domain::casefile::{Dossier, Noun};
use domain::export::ChainHead;
use domain::{Id, Instant, Stamp};
use futures::TryStreamExt;
use serde_json::Value;

use super::{Report, Subject};
use crate::Result;
use crate::change::{Line, canonical};
use crate::documents::stamp;
use crate::engine::Tx;

/// What a record must look like after its last change.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) version: i64,
    pub(super) body: String,
    pub(super) deleted: Option<String>,
    /// Added and deleted in one entry: such a record was never kept.
    pub(super) never_kept: bool,
}

/// A walk along a chain.
pub(super) struct Walk {
    /// Whose chain it is, as sentences name it.
    name: String,
    pub(super) head: String,
    pub(super) version: i64,
    /// When the last change was made.
    pub(super) at: i64,
    /// The last change of each record, by noun and id.
    pub(super) last: HashMap<(String, String), Trace>,
    /// Whether a change begins with what the one before it left.
    follows: fn(noun: &str, left: &str, found: &str) -> bool,
}

impl Walk {
    pub(super) fn new(name: impl Into<String>, follows: fn(&str, &str, &str) -> bool) -> Self {
        Self { name: name.into(), head: String::new(), version: 0, at: 0, last: HashMap::new(), follows }
    }

    /// Takes the next line; answers what is wrong with it.
    pub(super) fn step(&mut self, line: Line) -> Result<Option<String>> {
        let name = &self.name;
        let (version, due) = (line.version, self.version + 1);
        if version != due {
            return Ok(Some(format!("{name}: change {due} is missing from the log.")));
        }
        let subject = format!("{} {} {}", line.kind, line.noun, line.id);
        if line.hash != line.hash_after(&self.head) {
            return Ok(Some(format!(
                "{name}: change {version} ({subject}) does not match its hash: it or the one before was altered."
            )));
        }
        let known = self.last.get(&(line.noun.clone(), line.id.clone()));
        let left = known.filter(|trace| !trace.never_kept).map(|trace| trace.body.as_str());
        let is_next = match (left, line.before.as_deref()) {
            (Some(left), Some(found)) => left == found || (self.follows)(&line.noun, left, found),
            // A record that was taken out can be added again under its id.
            (Some(_), None) => known.is_some_and(|trace| trace.deleted.is_some()),
            (None, _) => true,
        };
        if !is_next {
            return Ok(Some(format!(
                "{name}: change {version} ({subject}) does not begin with what the one before it left: it was altered in between."
            )));
        }
        (self.head, self.version, self.at) = (line.hash.clone(), version, line.at);
        self.last.insert((line.noun.clone(), line.id.clone()), Trace::of(line)?);
        Ok(None)
    }

    /// Compares the end of the walk with what the subject says of its log.
    pub(super) fn end(&self, version: i64, head: &str) -> Option<String> {
        let name = &self.name;
        let differs = self.version != version || self.head != head;
        differs.then(|| {
            format!(
                "{name}: the log ends at change {}, but {} is at version {version}: the end of the log was altered.",
                self.version,
                if name.starts_with("INC-") { "the incident" } else { "its head" }
            )
        })
    }
}

impl Trace {
    fn of(line: Line) -> Result<Self> {
        let deleted = match &line.after {
            Some(_) => None,
            None => Some(stamp(&Stamp { at: Instant::from_micros(line.at), by: serde_json::from_str(&line.actor)? })?),
        };
        let never_kept = line.after.is_none() && line.before.is_none();
        let body = line.after.or(line.before).unwrap_or_default();
        Ok(Self { version: line.version, body, deleted, never_kept })
    }
}

/// Walks an incident's chain to its end, or to its first broken link.
pub(super) async fn walk_incident(
    tx: &mut Tx,
    incident: &Subject,
    report: &mut Report,
) -> Result<Result<Walk, String>> {
    let mut rows = sqlx::query(
        "select version, at, actor, kind, noun, record_id, before, after, hash from changes where incident_id = $1 order by version",
    )
    .bind(&incident.id)
    .fetch(&mut *tx);
    let mut walk = Walk::new(incident.key.to_string(), is_same_record);
    while let Some(row) = rows.try_next().await? {
        report.changes += 1;
        if let Some(sentence) = walk.step(Line::read(&row)?)? {
            return Ok(Err(sentence));
        }
    }
    if let Some(sentence) = walk.end(incident.version, &incident.head) {
        return Ok(Err(sentence));
    }
    report.heads.push(ChainHead::of_incident(incident.key, incident.version.unsigned_abs(), &walk.head));
    Ok(Ok(walk))
}

/// Whether two documents of a noun are the same to the program of today. One that was written before a field came to be
/// lacks it, and the next change of it begins with the field at its default.
fn is_same_record(noun: &str, left: &str, found: &str) -> bool {
    let Ok(noun) = Noun::parse(noun) else { return false };
    let read = |body: &str| {
        let id = serde_json::from_str::<Value>(body).ok()?.get("id")?.as_str().map(Id::new)?;
        let mut dossier = Dossier::default();
        dossier.load(noun, 0, None, body).ok()?;
        dossier.json(noun, &id).map(|(_, document)| canonical(&document))
    };
    read(left).is_some_and(|left| Some(left) == read(found))
}
