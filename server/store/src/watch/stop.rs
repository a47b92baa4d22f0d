//! Ways to stop agents. Who may be told what is a matter of the instance, so its log knows every change of them.

use domain::access::Permit;
use domain::watch::stop::{Header, HttpMethod, StopKind, StopSetting, StopSettingDraft};
use domain::{Id, Instant, Refusal};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::named;
use crate::digest::storable;
use crate::engine::Tx;
use crate::grant::Grant;
use crate::{Actor, Error, Result, Store, merge_patch, parse_draft};

/// So many stops one instance has.
const STOPS_MAX: i64 = 500;

const COLUMNS: &str = "id, name, kind, method, url, headers, template, secret, agents, quiet_seconds, is_dry_run, undone_by, created_at, retired_at";

impl Store {
    /// The stops in use, by name.
    pub async fn stops(&self, actor: &Actor) -> Result<Vec<StopSetting>> {
        actor.permit(Permit::Read)?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from stops where retired_at is null order by name, id"
        )))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(read).collect()
    }

    /// One stop, also one that is not used any more.
    pub async fn stop(&self, actor: &Actor, id: &Id) -> Result<StopSetting> {
        actor.permit(Permit::Read)?;
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("select {COLUMNS} from stops where id = $1")))
            .bind(storable(id.as_str()))
            .fetch_optional(self.reader())
            .await?;
        read(&row.ok_or_else(absent)?)
    }

    /// The stops that serve an agent, the oldest first.
    pub(crate) async fn stops_of(&self, tx: &mut Tx, agent: &Id) -> Result<Vec<StopSetting>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "select {COLUMNS} from stops where retired_at is null order by created_at, id"
        )))
        .fetch_all(&mut *tx)
        .await?;
        let stops: Vec<StopSetting> = rows.iter().map(read).collect::<Result<_>>()?;
        Ok(stops.into_iter().filter(|stop| stop.serves(agent)).collect())
    }

    /// Sets a stop up.
    pub async fn create_stop(&self, actor: &Actor, draft: StopSettingDraft) -> Result<StopSetting> {
        permit(actor)?;
        let mut stop = draft.apply(self.clock().new_id(), self.now(), &self.stopping().hosts)?;
        let mut act = self.administer(actor.person.clone()).await?;
        stop.agents = named::agents(&mut act.tx, "agents", &stop.agents).await?;
        let count: i64 =
            sqlx::query_scalar("select cast(count(*) as bigint) from stops").fetch_one(&mut act.tx).await?;
        if count >= STOPS_MAX {
            return Err(Refusal::state(format!("There are {STOPS_MAX} stops: change one of them.")).into());
        }
        act.watch(Grant::Stop, &stop.id).await?;
        write(&mut act.tx, &stop).await?;
        act.commit().await?;
        Ok(stop)
    }

    /// Edits a stop: what is not sent stays as it is. It is merged under the lock, so that of two who edit at once neither
    /// undoes what the other one wrote.
    pub async fn edit_stop(&self, actor: &Actor, id: &Id, patch: &Value) -> Result<StopSetting> {
        permit(actor)?;
        let mut act = self.administer(actor.person.clone()).await?;
        let known = of(&mut act.tx, id).await?;
        if known.retired_at.is_some() {
            return Err(Refusal::state("This stop is not used any more: set up a new one.").into());
        }
        let mut draft: StopSettingDraft = parse_draft(merge_patch(&drafted(&known), patch))?;
        draft.agents = named::agents(&mut act.tx, "agents", &draft.agents).await?;
        let stop = draft.apply(id.clone(), known.created_at, &self.stopping().hosts)?;
        act.watch(Grant::Stop, id).await?;
        write(&mut act.tx, &stop).await?;
        act.commit().await?;
        Ok(stop)
    }

    /// Takes a stop out of use. What was sent by it stays known.
    pub async fn retire_stop(&self, actor: &Actor, id: &Id) -> Result<StopSetting> {
        permit(actor)?;
        let mut act = self.administer(actor.person.clone()).await?;
        let known = of(&mut act.tx, id).await?;
        act.watch(Grant::Stop, id).await?;
        let stop = StopSetting { retired_at: Some(known.retired_at.unwrap_or(act.now())), ..known };
        write(&mut act.tx, &stop).await?;
        act.commit().await?;
        Ok(stop)
    }
}

/// What leaves this machine is a person's matter.
fn permit(actor: &Actor) -> Result<()> {
    actor.permit(Permit::Admin)?;
    match actor.person.agent {
        Some(_) => {
            Err(Refusal::forbidden("An agent's token may not set up how agents are stopped: a person has to.").into())
        }
        None => Ok(()),
    }
}

async fn of(tx: &mut Tx, id: &Id) -> Result<StopSetting> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("select {COLUMNS} from stops where id = $1")))
        .bind(storable(id.as_str()))
        .fetch_optional(&mut *tx)
        .await?;
    read(&row.ok_or_else(absent)?)
}

async fn write(tx: &mut Tx, stop: &StopSetting) -> Result<()> {
    sqlx::query(
        "insert into stops (id, name, kind, method, url, headers, template, secret, agents, quiet_seconds, is_dry_run,
                            undone_by, created_at, retired_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (id) do update set
             name = excluded.name, kind = excluded.kind, method = excluded.method, url = excluded.url,
             headers = excluded.headers, template = excluded.template, secret = excluded.secret,
             agents = excluded.agents, quiet_seconds = excluded.quiet_seconds, is_dry_run = excluded.is_dry_run,
             undone_by = excluded.undone_by, retired_at = excluded.retired_at",
    )
    .bind(stop.id.as_str())
    .bind(storable(&stop.name))
    .bind(stop.kind.word())
    .bind(stop.method.word())
    .bind(storable(&stop.url))
    .bind(storable(&serde_json::to_string(&stop.headers)?))
    .bind(storable(&stop.template))
    .bind(stop.secret.as_deref())
    .bind(storable(&serde_json::to_string(&stop.agents)?))
    .bind(stop.quiet_seconds)
    .bind(i64::from(stop.is_dry_run))
    .bind(storable(&stop.undone_by))
    .bind(stop.created_at.micros())
    .bind(stop.retired_at.map(Instant::micros))
    .execute(&mut *tx)
    .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<StopSetting> {
    let word = |column: &str| row.try_get::<String, _>(column);
    Ok(StopSetting {
        id: Id::new(word("id")?),
        name: word("name")?,
        kind: StopKind::parse(&word("kind")?).map_err(Error::internal)?,
        method: HttpMethod::parse(&word("method")?).map_err(Error::internal)?,
        url: word("url")?,
        headers: serde_json::from_str::<Vec<Header>>(&word("headers")?)?,
        template: word("template")?,
        secret: row.try_get("secret")?,
        agents: serde_json::from_str(&word("agents")?)?,
        quiet_seconds: row.try_get("quiet_seconds")?,
        is_dry_run: row.try_get::<i64, _>("is_dry_run")? == 1,
        undone_by: word("undone_by")?,
        created_at: Instant::from_micros(row.try_get("created_at")?),
        retired_at: row.try_get::<Option<i64>, _>("retired_at")?.map(Instant::from_micros),
    })
}

/// A stop as it would be sent.
fn drafted(stop: &StopSetting) -> Value {
    json!({
        "name": stop.name, "kind": stop.kind, "method": stop.method, "url": stop.url, "headers": stop.headers,
        "template": stop.template, "secret": stop.secret, "agents": stop.agents, "quiet_seconds": stop.quiet_seconds,
        "is_dry_run": stop.is_dry_run, "undone_by": stop.undone_by,
    })
}

fn absent() -> Refusal {
    Refusal::absent("stop of that id")
}
