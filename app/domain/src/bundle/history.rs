//! The chain of a bundle: walked from its first change to its head, and the case file that it leaves.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Case, Linked};
use crate::canonical::canonical;
use crate::casefile::{Dossier, Noun};
use crate::revision::digest;
use crate::{Id, Instant, Key, Person, Stamp};

/// A change, as a bundle has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    version: u64,
    at: Instant,
    actor: Person,
    kind: String,
    noun: Noun,
    id: Id,
    before: Value,
    after: Value,
}

/// What the last change left of a record.
struct Left {
    version: u64,
    deleted: Option<Stamp>,
    body: Value,
}

/// Walks the chain. The error is the first thing that is wrong with it, in a sentence.
pub(super) fn replay(case: &Case, key: Key) -> Result<Dossier, String> {
    let (mut head, mut left) = (String::new(), BTreeMap::new());
    for (version, linked) in (1..).zip(&case.changes) {
        take(&mut left, linked, version, &head)?;
        head.clone_from(&linked.hash);
    }
    let count = case.changes.len() as u64;
    if count != case.version || head != case.head {
        return Err(format!(
            "The history ends at change {count}, but the case says that it is at version {}: its end was altered.",
            case.version
        ));
    }
    let mut dossier = Dossier { number: key.0, version: case.version, ..Dossier::default() };
    for ((noun, id), left) in left {
        dossier
            .load(noun, left.version, left.deleted, &canonical(&left.body))
            .map_err(|error| format!("{noun} {id} cannot be read: {error}."))?;
    }
    match dossier.incident() {
        Ok(head) if head.id == case.incident => Ok(dossier),
        _ => Err("The history is not that of the incident that the case names.".into()),
    }
}

fn take(left: &mut BTreeMap<(Noun, Id), Left>, linked: &Linked, version: u64, head: &str) -> Result<(), String> {
    let text = canonical(&linked.change);
    let Change { version: told, at, actor, kind, noun, id, before, after } =
        Change::deserialize(&linked.change).map_err(|error| format!("Change {version} cannot be read: {error}."))?;
    let subject = format!("{kind} {noun} {id}");
    if told != version {
        return Err(format!("Change {version} is missing from the history."));
    }
    if digest(format!("{head}{text}").as_bytes()) != linked.hash {
        return Err(format!("Change {version} ({subject}) does not match its hash: it or the one before was altered."));
    }
    let place = (noun, id);
    let fits = match left.get(&place) {
        Some(known) if before.is_null() => known.deleted.is_some(),
        Some(known) => known.body == before || is_same(noun, &known.body, &before),
        None => true,
    };
    if !fits {
        return Err(format!("Change {version} ({subject}) does not begin with what the one before it left."));
    }
    match (before.is_null(), after.is_null()) {
        // Added and deleted in one entry: such a record was never kept.
        (true, true) => drop(left.remove(&place)),
        (_, false) => drop(left.insert(place, Left { version, deleted: None, body: after })),
        (false, true) => {
            let deleted = Some(Stamp { at, by: actor });
            left.insert(place, Left { version, deleted, body: before });
        }
    }
    Ok(())
}

/// Whether two documents are the same to the program of today: one that was written before a field came to be lacks it.
fn is_same(noun: Noun, left: &Value, found: &Value) -> bool {
    let read = |body: &Value| {
        let id = body.get("id")?.as_str().map(Id::new)?;
        let mut dossier = Dossier::default();
        dossier.load(noun, 0, None, &body.to_string()).ok()?;
        dossier.json(noun, &id).map(|(_, document)| document)
    };
    read(left).is_some_and(|left| Some(left) == read(found))
}
