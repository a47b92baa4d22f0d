//! The known cast of the tests: Ada works on the incident, Grace reviews, and
//! an agent has posted where nobody asked it to.

use serde_json::{Value, json};

use crate::casefile::{Act, Change, Dossier, Draft, Entry};
use crate::evidence::Upload;
use crate::time::Zone;
use crate::{Id, Instant, Person, Ruled};

/// A case file under way, with the log of all that was done to it.
pub struct Story {
    pub dossier: Dossier,
    pub log: Vec<Change>,
    /// What accounts were called before, by the name in `person`.
    pub names: std::collections::BTreeMap<String, Vec<String>>,
    minute: i64,
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub fn person(name: &str) -> Person {
    Person { id: Id::new(format!("account-{}", name.to_lowercase())), name: name.into(), agent: None }
}

pub fn berlin() -> Zone {
    Zone::parse("Europe/Berlin").unwrap()
}

impl Story {
    /// An incident that Ada has filed on 18 March 2026.
    pub fn new() -> Self {
        Self::filed(12, 0)
    }

    /// The same of another number, some minutes later: its records have ids of their own.
    pub fn filed(number: i64, minute: i64) -> Self {
        let dossier = Dossier { number, ..Dossier::default() };
        let mut story = Self { dossier, log: Vec::new(), names: Default::default(), minute };
        story.add::<crate::incident::IncidentDraft>("Ada", json!({"title": "Agent answers | in public", "occurred": "2026-03-18", "declared_severity": 1, "agents": ["forum-agent"]}));
        story
    }

    /// One entry by somebody, a minute after the last one.
    pub fn enter<T>(&mut self, who: &str, act: impl FnOnce(&mut Entry) -> Ruled<T>) -> Ruled<T> {
        self.enter_as(person(who), act)
    }

    /// The same by somebody who is no account of their own, such as an agent.
    pub fn enter_as<T>(&mut self, by: Person, act: impl FnOnce(&mut Entry) -> Ruled<T>) -> Ruled<T> {
        self.minute += 1;
        let prefix = self.minute;
        let mut count = 0;
        let ids = Box::new(move || {
            count += 1;
            Id::new(format!("id-{prefix:03}-{count}"))
        });
        let now = at("2026-03-20T09:00:00Z").plus_micros(self.minute * 60_000_000);
        let names = self.names.get(&by.name).cloned().unwrap_or_default();
        let mut entry =
            Entry::new(self.dossier.clone(), Act { by, names, now, zone: Zone::utc(), head: "ab".repeat(32), ids });
        let value = act(&mut entry)?;
        entry.conclude(&self.dossier, "changed something".into())?;
        let (dossier, changes, _) = entry.close();
        (self.dossier, self.log) = (dossier, std::mem::take(&mut self.log).into_iter().chain(changes).collect());
        Ok(value)
    }

    /// Adds a record from JSON.
    pub fn add<D: Draft>(&mut self, who: &str, draft: Value) -> Id {
        let draft: D = serde_json::from_value(draft).unwrap();
        self.enter(who, |entry| entry.add(draft)).unwrap()
    }

    /// Edits a record from JSON.
    pub fn revise<D: Draft>(&mut self, who: &str, id: &Id, draft: Value) {
        let draft: D = serde_json::from_value(draft).unwrap();
        self.enter(who, |entry| entry.revise(id, draft)).unwrap();
    }

    /// Files an evidence item whose digest is its name in hex.
    pub fn upload(&mut self, who: &str, name: &str) -> Id {
        let sha256 = crate::canonical::hex(name.as_bytes());
        let upload = Upload {
            id: None,
            name: name.into(),
            sha256,
            bytes: 1234,
            format: "jsonl".into(),
            lines: Some(61),
            source: Some("acl service".into()),
            collector: None,
        };
        self.enter(who, |entry| entry.add_evidence(upload)).unwrap()
    }

    /// The last change.
    pub fn last(&self) -> &Change {
        self.log.last().unwrap()
    }

    /// The last change of an entry that may have logged the verdict after it.
    pub fn last_of(&self, noun: crate::casefile::Noun) -> &Change {
        self.log.iter().rfind(|change| change.noun == noun).unwrap()
    }
}
