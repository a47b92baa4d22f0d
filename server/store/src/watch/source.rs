//! Sources: named intakes with a token. Admins make them; of the token only the digest is kept.

use domain::access::Permit;
use domain::reader::log::Format;
use domain::spelling::fold;
use domain::watch::{Source, SourceDraft, SourceHealth, silent_since};
use domain::{Id, Instant, Refusal};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::named;
use crate::digest::{sha256, storable};
use crate::engine::Tx;
use crate::grant::Grant;
use crate::subject::Administration;
use crate::{Actor, Error, Result, Store, merge_patch, parse_draft};

/// What a source's token begins with, so that scanners recognise one that leaked.
const PREFIX: &str = "inqs_";

/// How many sources are open at once: each is looked at several times a second.
const OPEN_MAX: i64 = 1_000;

pub(super) const COLUMNS: &str = "s.id, s.name, s.format, s.agents, s.resources, s.agents_only, s.heartbeat_seconds,
    s.retention_days, s.seal_seconds, s.token_at, s.created_at, s.closed_at";

/// A source and how it is.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SourceCard {
    /// What was said of it.
    #[serde(flatten)]
    pub source: Source,
    /// How it is.
    pub health: SourceHealth,
}

impl Store {
    /// Makes a source. Its token is the second value, shown this once.
    pub async fn create_source(&self, actor: &Actor, draft: SourceDraft) -> Result<(Source, String)> {
        permit(actor)?;
        let mut source = draft.apply(self.clock().new_id(), self.now())?;
        let secret = format!("{PREFIX}{}", self.clock().secret()?);
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Source, &source.id).await?;
        check(&mut act.tx, &mut source).await?;
        let open: i64 = sqlx::query_scalar("select cast(count(*) as bigint) from sources where closed_at is null")
            .fetch_one(&mut act.tx)
            .await?;
        if open >= OPEN_MAX {
            let sentence = format!("There are {OPEN_MAX} open sources already: close one that is not needed any more.");
            return Err(Refusal::state(sentence).into());
        }
        insert(&mut act.tx, &source, &sha256(&secret)).await?;
        act.commit().await?;
        Ok((source, secret))
    }

    /// Edits what is said of a source: what is not named stays.
    pub async fn edit_source(&self, actor: &Actor, id: &Id, patch: &Value) -> Result<Source> {
        permit(actor)?;
        let (mut act, source) = self.open_source(actor, id).await?;
        let draft: SourceDraft = parse_draft(merge_patch(&drafted(&source), patch))?;
        let mut edited = Source { token_at: source.token_at, ..draft.apply(source.id, source.created_at)? };
        check(&mut act.tx, &mut edited).await?;
        sqlx::query(
            "update sources set name = $2, folded = $3, format = $4, agents = $5, resources = $6, agents_only = $7,
                 heartbeat_seconds = $8, retention_days = $9, seal_seconds = $10 where id = $1",
        )
        .bind(edited.id.as_str())
        .bind(&edited.name)
        .bind(fold(&edited.name))
        .bind(word(edited.format))
        .bind(serde_json::to_string(&edited.agents)?)
        .bind(serde_json::to_string(&edited.resources)?)
        .bind(i64::from(edited.agents_only))
        .bind(edited.heartbeat_seconds)
        .bind(edited.retention_days)
        .bind(edited.seal_seconds)
        .execute(&mut act.tx)
        .await?;
        act.commit().await?;
        Ok(edited)
    }

    /// Gives a source a new token, shown this once; the old one stops working at once.
    pub async fn renew_source_token(&self, actor: &Actor, id: &Id) -> Result<(Source, String)> {
        permit(actor)?;
        let secret = format!("{PREFIX}{}", self.clock().secret()?);
        let (mut act, mut source) = self.open_source(actor, id).await?;
        source.token_at = act.now();
        sqlx::query("update sources set digest = $2, token_at = $3 where id = $1")
            .bind(source.id.as_str())
            .bind(sha256(&secret))
            .bind(source.token_at.micros())
            .execute(&mut act.tx)
            .await?;
        act.commit().await?;
        Ok((source, secret))
    }

    /// Closes a source: it takes nothing more. What it sent stays.
    pub async fn close_source(&self, actor: &Actor, id: &Id) -> Result<Source> {
        permit(actor)?;
        let (mut act, mut source) = self.open_source(actor, id).await?;
        source.closed_at = Some(act.now());
        sqlx::query("update sources set closed_at = $2 where id = $1")
            .bind(source.id.as_str())
            .bind(act.now().micros())
            .execute(&mut act.tx)
            .await?;
        act.commit().await?;
        Ok(source)
    }

    /// The sources with how they are: the open ones by name, then those that are closed.
    pub async fn sources(&self, actor: &Actor) -> Result<Vec<SourceCard>> {
        actor.permit(Permit::Read)?;
        self.source_cards("order by case when s.closed_at is null then 0 else 1 end, s.folded, s.id", None).await
    }

    /// A source with how it is.
    pub async fn source(&self, actor: &Actor, id: &Id) -> Result<SourceCard> {
        actor.permit(Permit::Read)?;
        self.source_cards("where s.id = $2", Some(id)).await?.pop().ok_or_else(|| absent().into())
    }

    /// The source whose token this is.
    pub async fn authenticate_source(&self, bearer: &str) -> Result<Source> {
        let statement = format!("select {COLUMNS} from sources s where s.digest = $1 and s.closed_at is null");
        let row = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(sha256(bearer.trim()))
            .fetch_optional(self.reader())
            .await?
            .ok_or(Error::Unauthorised)?;
        read(&row)
    }

    async fn source_cards(&self, condition: &str, id: Option<&Id>) -> Result<Vec<SourceCard>> {
        // One pass over what came in the last minute: batches that wait, and segments that took others.
        let statement = format!(
            "select {COLUMNS}, t.last_seq, t.judged_seq, t.last_segment, t.head, t.records, t.bytes, t.last_at, t.judged, t.lag,
                 (select min(b.received_at) from source_batches b where b.source_id = s.id and b.seq > t.judged_seq) as waits_since,
                 cast(coalesce((select sum(b.records) from source_batches b where b.source_id = s.id and b.received_at > $1), 0)
                    + coalesce((select sum(g.records) from source_segments g where g.source_id = s.id and g.last_at > $1), 0)
                    as bigint) as last_minute
             from sources s join source_states t on t.source_id = s.id {condition}"
        );
        let now = self.now();
        let mut query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(now.micros() - 60_000_000);
        if let Some(id) = id {
            query = query.bind(storable(id.as_str()));
        }
        query.fetch_all(self.reader()).await?.iter().map(|row| card(row, now)).collect()
    }

    /// Begins to change a source that is open.
    async fn open_source(&self, actor: &Actor, id: &Id) -> Result<(Administration, Source)> {
        let mut act = self.administer(actor.person.clone()).await?;
        let source = find(&mut act.tx, id).await?.ok_or_else(absent)?;
        if source.closed_at.is_some() {
            return Err(Refusal::state("This source is closed, and stays as it is: make a new one.").into());
        }
        act.watch(Grant::Source, &source.id).await?;
        Ok((act, source))
    }
}

/// A source by its id.
pub(crate) async fn find(tx: &mut Tx, id: &Id) -> Result<Option<Source>> {
    let statement = format!("select {COLUMNS} from sources s where s.id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(storable(id.as_str())).fetch_optional(&mut *tx).await?;
    row.as_ref().map(read).transpose()
}

pub(crate) fn absent() -> Refusal {
    Refusal::absent("such source")
}

/// Sources are a person's matter, and an admin's.
fn permit(actor: &Actor) -> Result<()> {
    actor.permit(Permit::Admin)?;
    actor.permit_person()
}

/// Refuses a name that another open source has, and agents that nobody knows. Agents are named or given by their ids.
async fn check(tx: &mut Tx, source: &mut Source) -> Result<()> {
    let taken: Option<String> =
        sqlx::query_scalar("select id from sources where folded = $1 and id <> $2 and closed_at is null limit 1")
            .bind(fold(&source.name))
            .bind(source.id.as_str())
            .fetch_optional(&mut *tx)
            .await?;
    if taken.is_some() {
        return Err(Refusal::field("name", "Another source is called so: choose another name.").into());
    }
    source.agents = named::agents(&mut *tx, "agents", &source.agents).await?;
    Ok(())
}

async fn insert(tx: &mut Tx, source: &Source, digest: &str) -> Result<()> {
    sqlx::query(
        "insert into sources (id, name, folded, format, agents, resources, agents_only, heartbeat_seconds,
             retention_days, seal_seconds, digest, token_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
    )
    .bind(source.id.as_str())
    .bind(&source.name)
    .bind(fold(&source.name))
    .bind(word(source.format))
    .bind(serde_json::to_string(&source.agents)?)
    .bind(serde_json::to_string(&source.resources)?)
    .bind(i64::from(source.agents_only))
    .bind(source.heartbeat_seconds)
    .bind(source.retention_days)
    .bind(source.seal_seconds)
    .bind(digest)
    .bind(source.created_at.micros())
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "insert into source_states (source_id, last_seq, read_seq, judged_seq, last_segment, head, records, bytes, judged)
         values ($1, 0, 0, 0, 0, '', 0, 0, 0)",
    )
    .bind(source.id.as_str())
    .execute(&mut *tx)
    .await?;
    Ok(())
}

fn word(format: Option<Format>) -> &'static str {
    format.map_or("auto", Format::word)
}

/// A source as it would be sent.
fn drafted(source: &Source) -> Value {
    json!({
        "name": source.name, "format": word(source.format), "agents": source.agents, "resources": source.resources,
        "agents_only": source.agents_only, "heartbeat_seconds": source.heartbeat_seconds,
        "retention_days": source.retention_days, "seal_seconds": source.seal_seconds,
    })
}

pub(crate) fn read(row: &AnyRow) -> Result<Source> {
    let format: String = row.try_get("format")?;
    let list = |column: &str| row.try_get::<String, _>(column);
    Ok(Source {
        id: Id::new(row.try_get::<String, _>("id")?),
        name: row.try_get("name")?,
        format: if format == "auto" { None } else { Some(Format::parse(&format).map_err(Error::internal)?) },
        agents: serde_json::from_str(&list("agents")?)?,
        resources: serde_json::from_str(&list("resources")?)?,
        agents_only: row.try_get::<i64, _>("agents_only")? != 0,
        heartbeat_seconds: row.try_get("heartbeat_seconds")?,
        retention_days: row.try_get("retention_days")?,
        seal_seconds: row.try_get("seal_seconds")?,
        created_at: Instant::from_micros(row.try_get("created_at")?),
        token_at: Instant::from_micros(row.try_get("token_at")?),
        closed_at: row.try_get::<Option<i64>, _>("closed_at")?.map(Instant::from_micros),
    })
}

fn card(row: &AnyRow, now: Instant) -> Result<SourceCard> {
    let source = read(row)?;
    let at = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Instant::from_micros));
    let last_at = at("last_at")?;
    let waiting_micros = at("waits_since")?.map(|since| now.micros() - since.micros());
    let health = SourceHealth {
        state: SourceHealth::state_of(&source, last_at, waiting_micros, now),
        last_at,
        records: row.try_get("records")?,
        bytes: row.try_get("bytes")?,
        records_last_minute: row.try_get("last_minute")?,
        judged: row.try_get("judged")?,
        waiting: row.try_get::<i64, _>("last_seq")? - row.try_get::<i64, _>("judged_seq")?,
        waiting_micros,
        lag_micros: row.try_get("lag")?,
        silent_since: silent_since(&source, last_at, now),
        segments: row.try_get("last_segment")?,
        head: row.try_get("head")?,
    };
    Ok(SourceCard { source, health })
}
