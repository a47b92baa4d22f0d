//! Random steps against a store whose disk or line fails, and what each answer promised.

mod steps;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use domain::access::{Permit, Role, Scope};
use domain::claim::{Claim, ClaimDraft};
use domain::incident::IncidentDraft;
use domain::{Id, Key};
use serde_json::json;
use store::testing::{Fault, Faults};
use store::{Actor, Error, Filter, NewToken, NewUser, Settings, Store, parse_draft};
use tempfile::TempDir;

use super::dice::Dice;
use super::line::Line;
use super::{Row, postgres};
use crate::world::{PASSWORD, email};

pub use steps::{every_step, random_steps};

/// What fails below the store.
pub(super) enum Breaker {
    Disk(Faults),
    Line(Line),
    /// Somebody else breaks it.
    Other,
}

impl Breaker {
    fn arm(&self, dice: &mut Dice, after: u64) {
        match self {
            Self::Disk(disk) => {
                let fault = [Fault::Full, Fault::Write][dice.below(2) as usize];
                // A full disk stays full until there is room; one that fails for long is asked for long.
                let lasts = dice.below(if fault == Fault::Full { 3 } else { 50 }) == 0;
                let times = if lasts { u64::MAX } else { 1 + dice.below(3) };
                disk.fail(fault, after, times);
            }
            Self::Line(line) => line.cut(after, dice.below(2) == 0),
            Self::Other => {}
        }
    }

    fn lift(&self) {
        match self {
            Self::Disk(disk) => disk.lift(),
            Self::Line(line) => line.lift(),
            Self::Other => {}
        }
    }

    fn has_struck(&self) -> bool {
        match self {
            Self::Disk(disk) => disk.failed() > 0,
            Self::Line(line) => line.broken() > 0,
            Self::Other => false,
        }
    }
}

/// What an answer promised of what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stored,
    Absent,
    /// The answer said that nobody knows.
    Open,
}

/// A store under faults, and what must be in it.
pub(super) struct Model {
    pub(super) row: Row,
    pub(super) store: Store,
    settings: Settings,
    breaker: Breaker,
    actor: Actor,
    /// Incidents by title: those that were answered have a key.
    titles: BTreeMap<String, (Fate, Option<Key>)>,
    /// The claims of each incident, by the mark in them, with their id once they are stored.
    claims: BTreeMap<Key, BTreeMap<String, (Fate, Option<Id>)>>,
    tokens: Vec<String>,
    invitations: Vec<String>,
    made: u64,
}

/// What a step writes.
const ACTS: [Act; 6] = [Act::File, Act::Add, Act::Edit, Act::Delete, Act::Token, Act::Invite];

#[derive(Debug, Clone, Copy)]
enum Act {
    File,
    Add,
    Edit,
    Delete,
    Token,
    Invite,
}

impl Model {
    /// An open store with one account and one incident.
    pub(super) async fn new(fault: &str, database: &'static str, settings: Settings, breaker: Breaker) -> Self {
        let store = Store::open(&settings).await.expect("the store opens");
        let new = NewUser { email: email("Ada"), name: "Ada".into(), role: Role::Admin, password: PASSWORD.into() };
        let actor = store.create_user(&Actor::system(), new).await.expect("the account opens").actor();
        let mut model = Self {
            row: Row { fault: fault.into(), database, ..Row::default() },
            store,
            settings,
            breaker,
            actor,
            titles: BTreeMap::new(),
            claims: BTreeMap::new(),
            tokens: Vec::new(),
            invitations: Vec::new(),
            made: 0,
        };
        model.act(Act::File, &mut Dice::new(1)).await;
        model
    }

    fn mark(&mut self) -> String {
        self.made += 1;
        format!("mark {:06} end", self.made)
    }

    /// Notes what an answer promised.
    fn fate<T>(&mut self, answer: &store::Result<T>) -> Fate {
        match answer {
            Ok(_) => {
                self.row.acknowledged += 1;
                Fate::Stored
            }
            Err(Error::CommitUnknown(_)) => Fate::Open,
            Err(Error::Internal(cause)) => {
                self.row.wrong.push(format!("an accident: {cause}"));
                Fate::Absent
            }
            Err(_) => Fate::Absent,
        }
    }

    async fn act(&mut self, act: Act, dice: &mut Dice) {
        let mark = self.mark();
        let keys: Vec<Key> = self.claims.keys().copied().collect();
        let key = keys.get(dice.below(keys.len() as u64) as usize).copied();
        match (act, key) {
            (Act::File, _) | (_, None) => {
                let draft = json!({ "title": mark });
                let filed = self.store.create(&self.actor, |entry| entry.add(parse_draft::<IncidentDraft>(draft)?));
                let filed = filed.await;
                let fate = self.fate(&filed);
                let key = filed.ok().map(|entered| entered.dossier.key());
                self.titles.insert(mark, (fate, key));
                if let Some(key) = key {
                    self.claims.insert(key, BTreeMap::new());
                }
            }
            (Act::Add, Some(key)) => {
                let (draft, actor) = (claim(&mark), self.actor.clone());
                let add = |entry: &mut domain::casefile::Entry| entry.add(parse_draft::<ClaimDraft>(draft)?);
                let added = self.store.enter(&actor, key, Permit::Edit, add).await;
                let fate = self.fate(&added);
                self.note(key, mark, fate, added.ok().map(|entered| entered.value));
            }
            (Act::Edit, Some(key)) => {
                let Some((old, id)) = self.stored_claim(key, dice) else { return };
                let patch = json!({ "statement": mark });
                let edited = async {
                    let mut edit = self.store.incident(&self.actor, key).await?.edit(Permit::Edit).await?;
                    edit.revise::<ClaimDraft>(&id, None, &patch).await?;
                    edit.finish(()).await
                };
                let edited = edited.await;
                let fate = self.fate(&edited);
                self.note(key, mark, fate, Some(id.clone()));
                match fate {
                    Fate::Stored => self.note(key, old, Fate::Absent, None),
                    Fate::Open => self.note(key, old, Fate::Open, None),
                    Fate::Absent => {}
                }
            }
            (Act::Delete, Some(key)) => {
                let Some((old, id)) = self.stored_claim(key, dice) else { return };
                let delete = |entry: &mut domain::casefile::Entry| entry.delete::<Claim>(&id);
                let deleted = self.store.enter(&self.actor.clone(), key, Permit::Edit, delete).await;
                match self.fate(&deleted) {
                    Fate::Stored => self.note(key, old, Fate::Absent, None),
                    Fate::Open => self.note(key, old, Fate::Open, None),
                    Fate::Absent => {}
                }
            }
            (Act::Token, _) => {
                let new = NewToken { name: mark, scope: Scope::Read, agent: None, expires_days: None };
                let made = self.store.create_token(&self.actor.clone(), &self.actor.person.id.clone(), new).await;
                self.fate(&made);
                self.tokens.extend(made.ok().map(|(_, secret)| secret));
            }
            (Act::Invite, _) => {
                let address = format!("invited{}@example.org", self.made);
                let made = self.store.invite(&self.actor.clone(), &address, Role::Viewer).await;
                self.fate(&made);
                self.invitations.extend(made.ok());
            }
        }
    }

    fn note(&mut self, key: Key, mark: String, fate: Fate, id: Option<Id>) {
        self.claims.entry(key).or_default().insert(mark, (fate, id));
    }

    fn stored_claim(&self, key: Key, dice: &mut Dice) -> Option<(String, Id)> {
        let stored: Vec<_> = self.claims.get(&key)?.iter().filter(|(_, (fate, _))| *fate == Fate::Stored).collect();
        let (mark, (_, id)) = stored.get(dice.below(stored.len() as u64) as usize)?;
        Some((mark.to_string(), id.clone()?))
    }

    /// What a rule refuses must leave nothing behind.
    pub(super) async fn refused(&mut self) {
        let Some(key) = self.claims.keys().next().copied() else { return };
        let draft = claim("");
        let add = |entry: &mut domain::casefile::Entry| entry.add(parse_draft::<ClaimDraft>(draft)?);
        match self.store.enter(&self.actor.clone(), key, Permit::Edit, add).await {
            Ok(_) => self.row.wrong.push("an empty claim was stored".into()),
            Err(Error::Internal(cause)) => self.row.wrong.push(format!("an accident: {cause}")),
            Err(_) => {}
        }
    }

    /// Adds a claim; answers the error, if there is one.
    pub(super) async fn write(&mut self, dice: &mut Dice) -> bool {
        let before = self.row.acknowledged;
        self.act(Act::Add, dice).await;
        self.row.acknowledged > before
    }

    /// Closes the store and opens it again.
    async fn restart(&mut self) {
        self.breaker.lift();
        self.store.close().await;
        self.store = Store::open(&self.settings).await.expect("the store opens again");
    }

    /// Looks for everything that was promised, in what the database of these settings holds.
    pub(super) async fn search(&mut self, settings: &Settings) {
        self.breaker.lift();
        let fresh = Store::open(settings).await.expect("the store opens");
        let mut listed = BTreeMap::new();
        let mut cursor = None;
        loop {
            let page = fresh.incidents(&Actor::system(), &Filter::default(), cursor, 200).await.expect("a list");
            listed.extend(page.items.into_iter().map(|card| (card.title, card.key)));
            cursor = page.next_cursor.and_then(|next| next.parse().ok());
            if cursor.is_none() {
                break;
            }
        }
        for (title, (fate, key)) in &self.titles {
            match (fate, listed.get(title)) {
                (Fate::Stored, found) if found != key.as_ref() => self.row.lost += 1,
                (Fate::Absent, Some(key)) => self.row.wrong.push(format!("{key} was answered as not filed")),
                _ => {}
            }
        }
        for (key, claims) in &self.claims {
            let dossier = match fresh.dossier(&Actor::system(), *key).await {
                Ok(dossier) => dossier,
                Err(error) => {
                    self.row.wrong.push(format!("{key} cannot be read: {error}"));
                    continue;
                }
            };
            for (mark, (fate, _)) in claims {
                let is_there = dossier.claims.iter().any(|kept| kept.record.statement == *mark);
                match fate {
                    Fate::Stored if !is_there => self.row.lost += 1,
                    Fate::Absent if is_there => {
                        self.row.wrong.push(format!("{key}: {mark} was answered as not stored"))
                    }
                    _ => {}
                }
            }
        }
        for secret in &self.tokens {
            self.row.lost += usize::from(fresh.authenticate_token(secret).await.is_err());
        }
        for secret in &self.invitations {
            self.row.lost += usize::from(fresh.invitation(secret).await.is_err());
        }
        match fresh.verify(None).await {
            Ok(report) => self.row.wrong.extend(report.broken.into_iter().map(|broken| broken.sentence)),
            Err(error) => self.row.wrong.push(format!("it cannot be verified: {error}")),
        }
        fresh.close().await;
    }

    /// The same in what a crash at this moment would leave: the files as they are now.
    pub(super) async fn search_after_a_crash(&mut self) {
        let copy = TempDir::new().expect("a temporary folder");
        for file in ["inquest.db", "inquest.db-wal"] {
            let from = self.settings.data_dir.join(file);
            if from.exists() {
                std::fs::copy(from, copy.path().join(file)).expect("the file is copied");
            }
        }
        self.search(&Settings::in_dir(copy.path())).await;
    }

    pub(super) async fn end(mut self, begun: Instant) -> Row {
        self.restart().await;
        let plain = self.settings.clone();
        self.search(&plain).await;
        self.store.close().await;
        self.row.took = begun.elapsed();
        self.row
    }
}

pub(super) fn claim(statement: &str) -> serde_json::Value {
    json!({ "statement": statement, "field": "readers", "source": "Press", "source_kind": "press" })
}
