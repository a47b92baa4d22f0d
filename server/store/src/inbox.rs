//! What awaits people, across incidents.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::access::Permit;
use domain::casefile::Dossier;
use domain::inbox::{Ask, Waiting, is_due_soon};
use domain::mention::Known;
use domain::remediation::Remediation;
use domain::verdict::Judgement;
use domain::{Id, Instant, Key};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;

use crate::engine::{Engine, Tx};
use crate::incident::VISIBLE;
use crate::registry::DueReview;
use crate::{Actor, Announcement, Directory, DueContainment, Result, Store};

/// The most rows one inbox reads. Whoever has more than this awaits nothing in particular.
const ROWS_MAX: i64 = 1000;
/// How long a count holds when nothing changes: dates pass by themselves.
const COUNT_MICROS_MAX: i64 = 60_000_000;
/// How many counts are remembered.
const COUNTS_MAX: usize = 10_000;

/// Something that awaits the one who asks.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct DueItem {
    /// The incident.
    pub incident: Key,
    /// That incident's title.
    pub incident_title: String,
    /// The item.
    pub remediation: Remediation,
}

/// Everything that awaits somebody.
#[derive(Debug, Clone, PartialEq, Default, Serialize, schemars::JsonSchema)]
pub struct Inbox {
    /// What is asked, by kind, the newest incident first.
    pub asked: Vec<InboxItem>,
    /// One's own items that are due within a week, or late; the most urgent first.
    pub due: Vec<DueItem>,
    /// One's own agents whose review is due within a week, or late; the most urgent first.
    pub reviews: Vec<DueReview>,
    /// Agents that were stopped and wait for a reviewer; the most urgent first.
    pub containments: Vec<DueContainment>,
}

impl Inbox {
    /// How much it is.
    pub fn len(&self) -> usize {
        self.asked.len() + self.due.len() + self.reviews.len() + self.containments.len()
    }

    /// Whether nothing awaits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What is remembered between pages: the names of accounts, and how much awaits whom.
pub(crate) struct InboxCache {
    directory: Mutex<Option<Arc<Directory>>>,
    counts: Mutex<Counts>,
}

struct Counts {
    news: broadcast::Receiver<Announcement>,
    known: HashMap<Id, (Instant, usize)>,
}

impl InboxCache {
    pub(crate) fn new(news: broadcast::Receiver<Announcement>) -> Self {
        Self { directory: Mutex::new(None), counts: Mutex::new(Counts { news, known: HashMap::new() }) }
    }

    /// The accounts as they are remembered, if no account changed since.
    pub(crate) fn directory(&self, version: i64) -> Option<Arc<Directory>> {
        let directory = self.directory.lock().unwrap_or_else(PoisonError::into_inner);
        directory.clone().filter(|directory| directory.version == version)
    }

    /// Forgets how much awaits whom: something changed that no incident tells of.
    pub(crate) fn forget_counts(&self) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).known.clear();
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
        let reviews = self.reviews_due(actor).await?;
        let containments = self.containments_due(actor).await?;
        Ok(Inbox { asked, due: self.due(actor, names).await?, reviews, containments })
    }

    /// How much awaits the actor. Remembered until something changes.
    pub async fn inbox_count(&self, actor: &Actor) -> Result<usize> {
        let now = self.now();
        {
            let mut counts = self.inbox_cache().counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.hear();
            let fresh = |at: Instant| now.micros() - at.micros() < COUNT_MICROS_MAX;
            if let Some((_, count)) = counts.known.get(&actor.person.id).filter(|(at, _)| fresh(*at)) {
                return Ok(*count);
            }
        }
        let count = self.inbox(actor).await?.len();
        let mut counts = self.inbox_cache().counts.lock().unwrap_or_else(PoisonError::into_inner);
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
             where r.noun = $1 and r.status not in ('verified', 'wont_fix') and i.merged_into is null
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
}

/// Puts a statement together for what the actor may see; $2 is the limit, $4 the account.
fn statement(actor: &Actor, select: &str, order: &str) -> String {
    let visible = if actor.sees_all() { String::new() } else { format!(" and {VISIBLE}") };
    format!("{select}{visible} order by {order} limit $2")
}

/// What an incident asks of people, as rows: ask, noun, record, person, body.
#[derive(Debug, PartialEq)]
pub(crate) struct Rows(Vec<[String; 5]>);

impl Rows {
    /// Of a case file, and the accounts of today.
    pub(crate) fn of(dossier: &Dossier, judgement: &Judgement, known: &[Known]) -> Result<Self> {
        let row = |waiting: Waiting| {
            let body = crate::digest::storable(&serde_json::to_string(&waiting)?);
            let person = waiting.person.map_or_else(String::new, |person| person.to_string());
            Ok([waiting.ask.word().to_string(), waiting.noun.word().to_string(), waiting.id.to_string(), person, body])
        };
        Ok(Self(dossier.waiting(judgement, known).into_iter().map(row).collect::<Result<_>>()?))
    }

    /// Those that are kept of an incident.
    pub(crate) async fn kept(tx: &mut Tx, incident: &str) -> Result<Self> {
        let rows: Vec<(String, String, String, String, String)> =
            sqlx::query_as("select ask, noun, record_id, person_id, body from inbox where incident_id = $1")
                .bind(incident)
                .fetch_all(&mut *tx)
                .await?;
        Ok(Self(rows.into_iter().map(|(ask, noun, id, person, body)| [ask, noun, id, person, body]).collect()))
    }

    /// A digest of all of them, in whatever order they are.
    pub(crate) fn digest(&self) -> String {
        let mut lines: Vec<String> = self.0.iter().map(|row| Value::from(row.to_vec()).to_string()).collect();
        lines.sort();
        crate::digest::sha256(&lines.join("\n"))
    }
}

/// Rewrites what an incident asks of people.
pub(crate) async fn write(tx: &mut Tx, engine: Engine, incident: &str, rows: &Rows) -> Result<()> {
    sqlx::query("delete from inbox where incident_id = $1").bind(incident).execute(&mut *tx).await?;
    if rows.0.is_empty() {
        return Ok(());
    }
    let rows = rows.0.iter().map(
        |[ask, noun, id, person, body]| json!({"ask": ask, "noun": noun, "id": id, "person": person, "body": body}),
    );
    sqlx::query(engine.insert_inbox())
        .bind(incident)
        .bind(Value::Array(rows.collect()).to_string())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<InboxItem> {
    Ok(InboxItem {
        incident: Key(row.try_get("number")?),
        incident_title: row.try_get("title")?,
        waiting: serde_json::from_str(&row.try_get::<String, _>("body")?)?,
    })
}
