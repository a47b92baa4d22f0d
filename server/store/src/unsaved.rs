//! What people typed and did not save. Nothing of it is part of the case file: no lock is taken, no line logged.

use domain::access::Permit;
use domain::{Instant, Refusal};
use sqlx::{AssertSqlSafe, Row};

use crate::digest::storable;
use crate::dossier::unsigned;
use crate::{Actor, Result, Store, Topic};

/// How much one form may hold, in bytes: the longest text there is, and the fields beside it.
const FIELDS_BYTES_MAX: usize = 512 * 1024;
/// The longest name of a form or record, in bytes.
const NAME_BYTES_MAX: usize = 300;
/// How many texts one person may leave unsaved in one incident: 25 MB at most.
const TEXTS_OF_PERSON_MAX: i64 = 50;
/// How many texts of one form wait for their answer; the oldest makes room.
const TEXTS_MAX: i64 = 5;
/// How long it is kept.
pub(crate) const DAYS_MAX: i64 = 30;

/// A form that somebody typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaved {
    /// The id of the form on its page.
    pub form: String,
    /// What it writes, below the incident or the agent: `events/<id>`, `sections/summary`.
    pub record: String,
    /// The page on which it was typed, in one tab of one browser; blank for a form that was sent without JavaScript.
    pub page: String,
    /// The version on which it was typed; `None` for what is new.
    pub seen: Option<u64>,
    /// The fields as the form would send them.
    pub fields: Vec<(String, String)>,
    /// When it was last typed into. Set by the store.
    pub updated_at: Instant,
}

impl Store {
    /// Keeps what somebody typed, in the place of what they typed into the same form on the same page before. What they
    /// typed into it on other pages stays and waits for its answer.
    pub async fn keep_unsaved(&self, actor: &Actor, topic: &Topic, unsaved: &Unsaved) -> Result<()> {
        actor.permit(Permit::Review)?;
        let drawer = self.drawer(actor, topic).await?;
        let Drawer { table, about, id } = &drawer;
        let fields = storable(&serde_json::to_string(&unsaved.fields)?);
        let names = [&unsaved.form, &unsaved.record];
        if names.iter().any(|name| name.is_empty() || name.len() > NAME_BYTES_MAX)
            || unsaved.page.len() > NAME_BYTES_MAX
        {
            return Err(Refusal::rule("Say which form this was typed into, and what it writes.").into());
        }
        if fields.len() > FIELDS_BYTES_MAX {
            let limit = FIELDS_BYTES_MAX / 1024;
            return Err(Refusal::rule(format!("Only {limit} KB are kept of what is not saved: save it.")).into());
        }
        let kept = sqlx::query(AssertSqlSafe(format!(
            "insert into {table} ({about}, person_id, form, record, page, seen, fields, updated_at)
             select $1, $2, $3, $4, $5, $6, $7, $8
             where exists (select 1 from {table} where {about} = $1 and person_id = $2 and form = $3 and record = $4)
                or (select count(*) from {table} where {about} = $1 and person_id = $2) < $9
             on conflict ({about}, person_id, form, record, page)
             do update set seen = excluded.seen, fields = excluded.fields, updated_at = excluded.updated_at"
        )))
        .bind(id)
        .bind(actor.person.id.as_str())
        .bind(storable(&unsaved.form))
        .bind(storable(&unsaved.record))
        .bind(storable(&unsaved.page))
        .bind(unsaved.seen.and_then(|seen| i64::try_from(seen).ok()))
        .bind(fields)
        .bind(self.now().micros())
        .bind(TEXTS_OF_PERSON_MAX)
        .execute(self.writer())
        .await?;
        if kept.rows_affected() == 0 {
            return Err(Refusal::rule(format!(
                "{TEXTS_OF_PERSON_MAX} forms of yours are unsaved here, and no more are kept: save or discard some."
            ))
            .into());
        }
        self.make_room(actor, &drawer, unsaved).await
    }

    /// Of many texts of one form the latest stay.
    async fn make_room(&self, actor: &Actor, drawer: &Drawer, unsaved: &Unsaved) -> Result<()> {
        let Drawer { table, about, id } = drawer;
        sqlx::query(AssertSqlSafe(format!(
            "delete from {table}
             where {about} = $1 and person_id = $2 and form = $3 and record = $4 and page not in (
                 select page from {table} where {about} = $1 and person_id = $2 and form = $3 and record = $4
                 order by updated_at desc, page limit $5)"
        )))
        .bind(id)
        .bind(actor.person.id.as_str())
        .bind(storable(&unsaved.form))
        .bind(storable(&unsaved.record))
        .bind(TEXTS_MAX)
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// What this person typed there and did not save, the latest first. An incident they may not see has nothing.
    pub async fn unsaved(&self, actor: &Actor, topic: &Topic) -> Result<Vec<Unsaved>> {
        let columns = "u.form, u.record, u.page, u.seen, u.fields, u.updated_at";
        let order = "order by u.updated_at desc, u.form, u.record, u.page";
        let statement = match topic {
            Topic::Incident(_) => format!(
                "select {columns} from unsaved u join incidents i on i.id = u.incident_id
                 where i.number = $1 and u.person_id = $2 {order}"
            ),
            Topic::Agent(_) => {
                format!("select {columns} from agent_unsaved u where u.agent_id = $1 and u.person_id = $2 {order}")
            }
            // No long text is written there.
            Topic::Watch => return Ok(Vec::new()),
        };
        let asked = sqlx::query(AssertSqlSafe(statement));
        let asked = match topic {
            Topic::Incident(key) => asked.bind(key.0),
            Topic::Agent(id) => asked.bind(storable(id.as_str())),
            Topic::Watch => return Ok(Vec::new()),
        };
        let rows = asked.bind(actor.person.id.as_str()).fetch_all(self.reader()).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.drawer(actor, topic).await?;
        rows.iter()
            .map(|row| {
                let fields: String = row.try_get("fields")?;
                Ok(Unsaved {
                    form: row.try_get("form")?,
                    record: row.try_get("record")?,
                    page: row.try_get("page")?,
                    seen: row.try_get::<Option<i64>, _>("seen")?.map(unsigned).transpose()?,
                    fields: serde_json::from_str(&fields)?,
                    updated_at: Instant::from_micros(row.try_get("updated_at")?),
                })
            })
            .collect()
    }

    /// Discards what somebody typed into a form on one page, because it is saved or not wanted. That nothing is there
    /// is no mistake.
    pub async fn drop_unsaved(&self, actor: &Actor, topic: &Topic, form: &str, record: &str, page: &str) -> Result<()> {
        actor.permit(Permit::Review)?;
        let Drawer { table, about, id } = self.drawer(actor, topic).await?;
        sqlx::query(AssertSqlSafe(format!(
            "delete from {table} where {about} = $1 and person_id = $2 and form = $3 and record = $4 and page = $5"
        )))
        .bind(id)
        .bind(actor.person.id.as_str())
        .bind(storable(form))
        .bind(storable(record))
        .bind(storable(page))
        .execute(self.writer())
        .await?;
        Ok(())
    }

    /// Where what is typed there is kept, for somebody who may see it.
    async fn drawer(&self, actor: &Actor, topic: &Topic) -> Result<Drawer> {
        match topic {
            Topic::Incident(key) => {
                let id = self.head(actor, *key).await?.id;
                Ok(Drawer { table: "unsaved", about: "incident_id", id })
            }
            Topic::Agent(id) => {
                self.agent_version(actor, id).await?;
                Ok(Drawer { table: "agent_unsaved", about: "agent_id", id: storable(id.as_str()) })
            }
            Topic::Watch => Err(domain::Refusal::absent("form of that name").into()),
        }
    }

    /// Deletes what was last typed before a time.
    pub(crate) async fn sweep_unsaved(&self, before: i64) -> Result<()> {
        for statement in
            ["delete from unsaved where updated_at <= $1", "delete from agent_unsaved where updated_at <= $1"]
        {
            sqlx::query(statement).bind(before).execute(self.writer()).await?;
        }
        Ok(())
    }
}

/// The rows in which texts about one thing are kept.
struct Drawer {
    table: &'static str,
    about: &'static str,
    id: String,
}
