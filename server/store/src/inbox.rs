//! What awaits people, across incidents.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::access::Permit;
use domain::inbox::{Ask, Waiting, is_due_soon};
use domain::mention::Known;
use domain::record::Dossier;
use domain::remediation::Remediation;
use domain::verdict::Judgement;
use domain::{Id, Instant, Key};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;

use crate::dossier::load;
use crate::engine::{Engine, Tx};
use crate::incident::VISIBLE;
use crate::{Actor, Announcement, Directory, Result, Store};

/// The most rows one inbox reads. Whoever has more than this awaits nothing in particular.
const ROWS_MAX: i64 = 1000;
/// How long a count holds when nothing changes: dates pass by themselves.
const COUNT_MICROS_MAX: i64 = 60_000_000;
/// How many counts are remembered.
const COUNTS_MAX: usize = 10_000;

/// Something that awaits the one who asks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InboxItem {
    /// The incident.
    pub incident: Key,
    /// That incident's title.
    pub incident_title: String,
    /// What is asked.
    #[serde(flatten)]
    pub waiting: Waiting,
}

/// An item of remediation that is due.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DueItem {
    /// The incident.
    pub incident: Key,
    /// That incident's title.
    pub incident_title: String,
    /// The item.
    pub remediation: Remediation,
}

/// Everything that awaits somebody.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Inbox {
    /// What is asked, by kind, the newest incident first.
    pub asked: Vec<InboxItem>,
    /// One's own items that are due within a week, or late; the most urgent first.
    pub due: Vec<DueItem>,
}

impl Inbox {
    /// How much it is.
    pub fn len(&self) -> usize {
        self.asked.len() + self.due.len()
    }

    /// Whether nothing awaits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What is remembered between pages: the names of accounts, and how much awaits whom.
pub(crate) struct Desk {
    directory: Mutex<Option<Arc<Directory>>>,
    counts: Mutex<Counts>,
}

struct Counts {
    news: broadcast::Receiver<Announcement>,
    known: HashMap<Id, (Instant, usize)>,
}

impl Desk {
    pub(crate) fn new(news: broadcast::Receiver<Announcement>) -> Self {
        Self { directory: Mutex::new(None), counts: Mutex::new(Counts { news, known: HashMap::new() }) }
    }

    /// The accounts as they are remembered, if no account changed since.
    pub(crate) fn directory(&self, version: i64) -> Option<Arc<Directory>> {
        let directory = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
        directory.clone().filter(|directory| directory.version == version)
    }

    pub(crate) fn remember(&self, directory: Arc<Directory>) {
        *self.directory.lock().unwrap_or_else(PoisonError::into_inner) = Some(directory);
    }
}

impl Counts {
    /// Forgets everything when anything changed anywhere.
    fn hear(&mut self) {
        let mut changed = false;
        while let Ok(_) | Err(TryRecvError::Lagged(_)) = self.news.try_recv() {
            changed = true;
        }
        if changed || self.known.len() >= COUNTS_MAX {
            self.known.clear();
        }
    }
}

impl Store {
    /// Everything that awaits the actor in incidents they may see.
    pub async fn inbox(&self, actor: &Actor) -> Result<Inbox> {
        actor.permit(Permit::Read)?;
        let rows = sqlx::query(AssertSqlSafe(statement(
            actor,
            "select i.number, i.title, x.body from inbox x join incidents i on i.id = x.incident_id
             where x.person_id in ($1, $4) and i.number > $3",
            "i.number desc, x.ask, x.record_id",
        )))
        .bind("")
        .bind(ROWS_MAX)
        .bind(0_i64)
        .bind(actor.person.id.as_str())
        .fetch_all(self.reader())
        .await?;
        let directory = self.directory().await?;
        let names = directory.names_of(&actor.person.id);
        let mut asked = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        let may = |ask: Ask| ask == Ask::Mention || actor.role.allows(Permit::Review);
        asked.retain(|item| may(item.waiting.ask) && item.waiting.is_for(&actor.person, names));
        asked.sort_by_key(|item| item.waiting.ask);
        Ok(Inbox { asked, due: self.due(actor, names).await? })
    }

    /// How much awaits the actor. Remembered until something changes.
    pub async fn inbox_count(&self, actor: &Actor) -> Result<usize> {
        let now = self.now();
        {
            let mut counts = self.desk().counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.hear();
            let fresh = |at: Instant| now.micros() - at.micros() < COUNT_MICROS_MAX;
            if let Some((_, count)) = counts.known.get(&actor.person.id).filter(|(at, _)| fresh(*at)) {
                return Ok(*count);
            }
        }
        let count = self.inbox(actor).await?.len();
        let mut counts = self.desk().counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.known.insert(actor.person.id.clone(), (now, count));
        Ok(count)
    }

    /// The actor's own items that are due within a week, or late.
    async fn due(&self, actor: &Actor, names: &[String]) -> Result<Vec<DueItem>> {
        let now = self.now();
        let soon = now.plus_micros(domain::inbox::DUE_DAYS * 24 * 3600 * 1_000_000);
        let rows = sqlx::query(AssertSqlSafe(statement(
            actor,
            "select i.number, i.title, r.body from records r join incidents i on i.id = r.incident_id
             where r.noun = $1 and r.status not in ('verified', 'wont_fix')
               and coalesce(r.due_at, 9223372036854775807) <= $3",
            "coalesce(r.due_at, 9223372036854775807), r.id",
        )))
        .bind("remediation")
        .bind(ROWS_MAX)
        .bind(soon.micros())
        .bind(actor.person.id.as_str())
        .fetch_all(self.reader())
        .await?;
        let mut due = Vec::new();
        for row in &rows {
            let remediation: Remediation = serde_json::from_str(&row.try_get::<String, _>("body")?)?;
            if remediation.is_owned_by(&actor.person, names) && is_due_soon(&remediation, now) {
                due.push(DueItem {
                    incident: Key(row.try_get("number")?),
                    incident_title: row.try_get("title")?,
                    remediation,
                });
            }
        }
        Ok(due)
    }

    /// Who can be mentioned: every account in use.
    pub async fn known(&self) -> Result<Arc<Vec<Known>>> {
        Ok(self.directory().await?.known.clone())
    }

    /// Fills the inbox for incidents that were written before there was one. Does it once.
    pub async fn fill_inbox(&self) -> Result<()> {
        let filled: Option<String> =
            sqlx::query_scalar("select value from settings where name = 'inbox'").fetch_optional(self.reader()).await?;
        if filled.is_some() {
            return Ok(());
        }
        let known = self.known().await?;
        let mut after = 0_i64;
        loop {
            let mut tx = self.db().begin().await?;
            // The lock of the incident, as every write takes it.
            let next: Option<(String, i64)> = sqlx::query_as(
                "update incidents set version = version
                 where number = (select min(number) from incidents where number > $1) returning id, number",
            )
            .bind(after)
            .fetch_optional(&mut tx)
            .await?;
            let Some((incident, number)) = next else { break };
            let dossier = load(&mut tx, &incident, Key(number)).await?;
            let rows = rows(&dossier, &dossier.evaluation().verdict, &known)?;
            write(&mut tx, self.db().engine, &incident, rows).await?;
            tx.commit().await?;
            after = number;
        }
        sqlx::query("insert into settings (name, value) values ('inbox', '1') on conflict (name) do nothing")
            .execute(self.writer())
            .await?;
        Ok(())
    }
}

/// Puts a statement together for what the actor may see; $2 is the limit, $4 the account.
fn statement(actor: &Actor, select: &str, order: &str) -> String {
    let visible = if actor.sees_all() { String::new() } else { format!(" and {VISIBLE}") };
    format!("{select}{visible} order by {order} limit $2")
}

/// What an incident asks of people, as rows.
pub(crate) fn rows(dossier: &Dossier, judgement: &Judgement, known: &[Known]) -> Result<Vec<Value>> {
    let row = |waiting: Waiting| {
        let body = serde_json::to_string(&waiting)?;
        Ok(json!({
            "ask": waiting.ask, "noun": waiting.noun, "id": waiting.id,
            "person": waiting.person.map_or_else(String::new, |person| person.to_string()),
            "body": crate::digest::storable(&body),
        }))
    };
    dossier.waiting(judgement, known).into_iter().map(row).collect()
}

/// Rewrites what an incident asks of people.
pub(crate) async fn write(tx: &mut Tx, engine: Engine, incident: &str, rows: Vec<Value>) -> Result<()> {
    sqlx::query("delete from inbox where incident_id = $1").bind(incident).execute(&mut *tx).await?;
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(engine.insert_inbox()).bind(incident).bind(Value::Array(rows).to_string()).execute(&mut *tx).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<InboxItem> {
    Ok(InboxItem {
        incident: Key(row.try_get("number")?),
        incident_title: row.try_get("title")?,
        waiting: serde_json::from_str(&row.try_get::<String, _>("body")?)?,
    })
}
