//! Commands: everything that can be done, once.
//!
//! The JSON API and the forms of the pages are two doors to the same
//! commands, so they obey the same rules and use the same words.

mod account;
pub mod agent;
mod case;
pub mod contract;
mod evidence;
mod exposure;
mod incident;
mod log;
mod merging;
mod request;
pub mod revision;
mod shape;
mod table;
mod timeline;
mod verdict;
pub mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::access::Permit;
use domain::casefile::{CaseDocument, Dossier, Draft, Entry};
use domain::timeline::Event;
use domain::{Id, Key, Ruled};
use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::{Actor, Edit, Entered, Error, OpenIncident, Result, Store, StoredChange};

use crate::query::{After, Asked, Both, Nothing, Paged, Query};

pub use account::ONCE;
pub use log::{GatesQuery, filter_of, gate_map};
pub use table::{Method, Route, routes};

/// One call of a command, with what its row says that a query may say.
pub struct Call<Q = Nothing> {
    /// The case files.
    pub store: Store,
    /// Who calls.
    pub actor: Actor,
    /// The incident in the path, opened for them.
    pub incident: Option<OpenIncident>,
    /// The parts of the path that vary.
    pub params: BTreeMap<String, String>,
    /// The query.
    pub query: Q,
    /// What the caller needs, as the table of commands says.
    pub permit: Permit,
    /// What was sent.
    pub body: Value,
    /// The version of the record that the caller saw.
    pub seen: Option<u64>,
}

/// What a command answers.
#[derive(Debug)]
pub struct Reply {
    /// 200 or 201.
    pub status: u16,
    /// For programs.
    pub body: Value,
    /// For people: the page that shows what was done.
    pub location: String,
    /// The version of the record, for the next edit.
    pub version: Option<u64>,
}

/// A command: refused at once where its query cannot be read.
pub type Run = fn(Call<Query>) -> Ruled<BoxFuture<'static, Result<Reply>>>;

impl Reply {
    /// An answer with a record.
    pub fn ok(body: Value, location: String) -> Self {
        let version = body.get("version").and_then(Value::as_u64);
        Self { status: 200, body, location, version }
    }

    /// An answer with a new record.
    pub fn created(body: Value, location: String) -> Self {
        Self { status: 201, ..Self::ok(body, location) }
    }
}

impl Call<Query> {
    /// The same call with its query read.
    pub fn read<Q: Asked>(self) -> Ruled<Call<Q>> {
        let Self { store, actor, incident, params, query, permit, body, seen } = self;
        let query = crate::query::asked(&query)?;
        Ok(Call { store, actor, incident, params, query, permit, body, seen })
    }
}

impl Call<Both<After>> {
    /// After which version of a log, and how many lines of it at most. The place to go on from is a version, too.
    fn since(&self) -> (u64, u32) {
        let Both(after, page) = &self.query;
        (page.place().or(after.since).unwrap_or(0), page.limit(LIMIT_DEFAULT, LIMIT_MAX))
    }
}

impl Call<Paged> {
    /// Answers the records of one noun.
    pub async fn list<T: CaseDocument>(self) -> Result<Reply> {
        let dossier = self.dossier().await?;
        let ids: Vec<&Id> = T::table(&dossier).iter().map(|kept| kept.id()).collect();
        Ok(page_with(ids, &self.query, |id| shown::<T>(&dossier, id)))
    }
}

impl<Q> Call<Q> {
    /// The incident in the path.
    pub fn incident(&self) -> Result<&OpenIncident> {
        self.incident.as_ref().ok_or_else(|| Error::Refused(request::absent("incident of that key")))
    }

    /// Its key.
    pub fn key(&self) -> Result<Key> {
        Ok(self.incident()?.key())
    }

    /// Its case file.
    pub async fn dossier(&self) -> Result<Arc<Dossier>> {
        self.incident()?.dossier().await
    }

    /// Another part of the path.
    pub fn param(&self, name: &str) -> Id {
        Id::new(self.params.get(name).map_or("", String::as_str))
    }

    /// What was sent, as a draft.
    pub fn draft<D: DeserializeOwned>(&self) -> Result<D> {
        Ok(store::parse_draft(self.body.clone())?)
    }

    /// A page of the incident.
    pub fn page(&self, page: &str) -> String {
        let key = self.params.get("key").map_or("", String::as_str);
        format!("/incidents/{}/{page}", key.to_uppercase())
    }

    /// Begins an edit of the incident in the path.
    pub async fn edit(&self) -> Result<Edit> {
        self.incident()?.edit(self.permit).await
    }

    /// Makes an entry into the case file of the incident in the path.
    pub async fn enter<T: Send>(&self, act: impl FnOnce(&mut Entry) -> Ruled<T> + Send) -> Result<Entered<T>> {
        let mut edit = self.edit().await?;
        let value = edit.rule(act)?;
        edit.finish(value).await
    }

    /// Adds a record and answers it.
    pub async fn add<D: Draft + Send + 'static>(self) -> Result<Reply> {
        let draft = self.draft::<D>()?;
        let entered = self.enter(move |entry| entry.add(draft)).await?;
        let location = place_of::<D::Document>(&entered.dossier, &entered.value);
        Ok(Reply::created(shown::<D::Document>(&entered.dossier, &entered.value), location))
    }

    /// Edits a record and answers it.
    pub async fn revise<D: Draft + Send + 'static>(self) -> Result<Reply> {
        let (id, mut edit) = (self.param("id"), self.edit().await?);
        edit.revise::<D>(&id, self.seen, &self.body).await?;
        answer::<D::Document>(edit, &id).await
    }

    /// Deletes a record; it can be restored.
    pub async fn delete<T: CaseDocument + Send>(self) -> Result<Reply> {
        let (id, mut edit) = (self.param("id"), self.edit().await?);
        edit.delete::<T>(&id, self.seen).await?;
        let entered = edit.finish(()).await?;
        Ok(Reply::ok(
            json!({ "id": id, "deleted": true, "version": entered.version }),
            page_of::<T>(&entered.dossier, &id),
        ))
    }

    /// Brings a deleted record back.
    pub async fn restore<T: CaseDocument + Send>(self) -> Result<Reply> {
        self.act::<T>(|entry, id| entry.bring_back::<T>(id)).await
    }

    /// Runs an act on one record and answers the record.
    pub async fn act<T: CaseDocument>(self, act: impl FnOnce(&mut Entry, &Id) -> Ruled<()> + Send) -> Result<Reply> {
        let (id, mut edit) = (self.param("id"), self.edit().await?);
        edit.rule(|entry| act(entry, &id))?;
        answer::<T>(edit, &id).await
    }

    /// Answers one record.
    pub async fn get<T: CaseDocument>(self) -> Result<Reply> {
        let dossier = self.dossier().await?;
        let id = self.param("id");
        if T::table(&dossier).get(&id).is_none() {
            return Err(Error::Refused(request::absent(T::NOUN)));
        }
        Ok(Reply::ok(shown::<T>(&dossier, &id), String::new()))
    }
}

/// Finishes an edit of one record and answers the record.
async fn answer<T: CaseDocument>(edit: Edit, id: &Id) -> Result<Reply> {
    let entered = edit.finish(()).await?;
    Ok(Reply::ok(shown::<T>(&entered.dossier, id), place_of::<T>(&entered.dossier, id)))
}

/// Where a record is shown, as its noun says.
fn place_of<T: CaseDocument>(dossier: &Dossier, id: &Id) -> String {
    format!("/incidents/{}/{}", dossier.key(), domain::history::place_in(dossier, T::NOUN, id))
}

/// The page on which a record was that is deleted.
fn page_of<T: CaseDocument>(dossier: &Dossier, id: &Id) -> String {
    match T::NOUN.page() {
        "" => place_of::<T>(dossier, id).split('#').next().unwrap_or_default().to_string(),
        page => format!("/incidents/{}/{page}", dossier.key()),
    }
}

/// A page of a list. The cursor is the place where the next page begins. Only what is on the page is made.
fn page_with<T>(items: Vec<T>, page: &Paged, shown: impl Fn(T) -> Value) -> Reply {
    let limit = page.limit(LIMIT_DEFAULT, LIMIT_MAX) as usize;
    let start = page.place().map_or(0, |place| usize::try_from(place).unwrap_or(usize::MAX));
    let next = Some(start.saturating_add(limit)).filter(|next| *next < items.len()).map(|next| next.to_string());
    let page: Vec<Value> = items.into_iter().skip(start).take(limit).map(shown).collect();
    listed(&page, next)
}

/// A page of a list, with the place where the next one begins.
fn listed<T: Serialize>(items: &[T], next: Option<String>) -> Reply {
    Reply::ok(json!({ "items": items, "next_cursor": next }), String::new())
}

/// A page of a log.
fn page_of_log<N>(changes: &[StoredChange<N>], limit: u32) -> Reply {
    let is_full = u32::try_from(changes.len()).is_ok_and(|count| count == limit);
    listed(changes, changes.last().filter(|_| is_full).map(|change| change.version.to_string()))
}

/// How many items a page of a list has unless asked otherwise.
const LIMIT_DEFAULT: u32 = 100;
/// How many it has at most.
const LIMIT_MAX: u32 = 1000;

/// A record as the API shows it: the document with its version, and principals by kind and name; of an event also how it
/// stands to what its actor was granted.
pub fn shown<T: CaseDocument>(dossier: &Dossier, id: &Id) -> Value {
    let Some((version, mut value)) = dossier.json(T::NOUN, id) else { return Value::Null };
    if let Some(fields) = value.as_object_mut() {
        fields.insert("version".into(), json!(version));
        for role in contract::ROLES {
            let named = fields.get(role).and_then(Value::as_str).and_then(|id| dossier.principals.find(&Id::new(id)));
            if let Some(principal) = named {
                let expanded = json!({ "id": principal.id, "kind": principal.kind, "name": principal.name });
                fields.insert(role.into(), expanded);
            }
        }
        if let Some(people) =
            fields.get_mut("confirmed_by").and_then(Value::as_array_mut).filter(|_| T::NOUN == Event::NOUN)
        {
            for person in people {
                let known = person.as_str().and_then(|id| dossier.principals.find(&Id::new(id)));
                if let Some(known) = known {
                    *person = json!({ "id": known.id, "kind": known.kind, "name": known.name });
                }
            }
        }
        if let Some(event) = dossier.events.get(id).filter(|_| T::NOUN == Event::NOUN) {
            fields.insert("scope_decision".into(), json!(dossier.scope_of(event)));
        }
    }
    value
}
