//! What people typed and did not save. Nothing of it is part of the case file: no lock is taken, no line logged.

use domain::access::Permit;
use domain::{Instant, Key, Refusal};
use sqlx::Row;

use crate::digest::storable;
use crate::dossier::unsigned;
use crate::{Actor, Result, Store};

/// How much one form may hold, in bytes: the longest text there is, and the fields beside it.
const FIELDS_BYTES_MAX: usize = 512 * 1024;
/// The longest name of a form or record, in bytes.
const NAME_BYTES_MAX: usize = 300;
/// How many forms one person may leave unsaved in one incident: 25 MB at most.
const FORMS_MAX: i64 = 50;
/// How long it is kept.
pub(crate) const DAYS_MAX: i64 = 30;

/// A form that somebody typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaved {
    /// The id of the form on its page.
    pub form: String,
    /// What it writes, below the incident: `events/<id>`, `sections/summary`.
    pub record: String,
    /// The version on which it was typed; `None` for what is new.
    pub seen: Option<u64>,
    /// The fields as the form would send them.
    pub fields: Vec<(String, String)>,
    /// When it was last typed into. Set by the store.
    pub updated_at: Instant,
}

impl Store {
    /// Keeps what somebody typed, in the place of what they typed into the same form before.
    pub async fn keep_unsaved(&self, actor: &Actor, key: Key, unsaved: &Unsaved) -> Result<()> {
        actor.permit(Permit::Review)?;
        let head = self.head(actor, key).await?;
        let fields = storable(&serde_json::to_string(&unsaved.fields)?);
        let names = [&unsaved.form, &unsaved.record];
        if names.iter().any(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
            return Err(Refusal::rule("Say which form this was typed into, and what it writes.").into());
        }
        if fields.len() > FIELDS_BYTES_MAX {
            let limit = FIELDS_BYTES_MAX / 1024;
            return Err(Refusal::rule(format!("Only {limit} KB are kept of what is not saved: save it.")).into());
        }
        let kept = sqlx::query(
            "insert into drafts (incident_id, person_id, form, record, seen, fields, updated_at)
             select $1, $2, $3, $4, $5, $6, $7
             where exists (select 1 from drafts where incident_id = $1 and person_id = $2 and form = $3 and record = $4)
                or (select count(*) from drafts where incident_id = $1 and person_id = $2) < $8
             on conflict (incident_id, person_id, form, record)
             do update set seen = excluded.seen, fields = excluded.fields, updated_at = excluded.updated_at",
        )
        .bind(head.id)
        .bind(actor.person.id.as_str())
        .bind(storable(&unsaved.form))
        .bind(storable(&unsaved.record))
        .bind(unsaved.seen.and_then(|seen| i64::try_from(seen).ok()))
        .bind(fields)
        .bind(self.now().micros())
        .bind(FORMS_MAX)
        .execute(self.writer())
        .await?;
        if kept.rows_affected() == 0 {
            return Err(Refusal::rule(format!(
                "{FORMS_MAX} forms of yours are unsaved in this incident, and no more are kept: save some, or throw them away."
            ))
            .into());
        }
        Ok(())
    }

    /// What this person typed into an incident and did not save, the latest first. An incident they may not see has nothing.
    pub async fn unsaved(&self, actor: &Actor, key: Key) -> Result<Vec<Unsaved>> {
        let rows = sqlx::query(
            "select d.form, d.record, d.seen, d.fields, d.updated_at from drafts d
             join incidents i on i.id = d.incident_id
             where i.number = $1 and d.person_id = $2 order by d.updated_at desc, d.form, d.record",
        )
        .bind(key.0)
        .bind(actor.person.id.as_str())
        .fetch_all(self.reader())
        .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.head(actor, key).await?;
        rows.iter()
            .map(|row| {
                let fields: String = row.try_get("fields")?;
                Ok(Unsaved {
                    form: row.try_get("form")?,
                    record: row.try_get("record")?,
                    seen: row.try_get::<Option<i64>, _>("seen")?.map(unsigned).transpose()?,
                    fields: serde_json::from_str(&fields)?,
                    updated_at: Instant::from_micros(row.try_get("updated_at")?),
                })
            })
            .collect()
    }

    /// Throws away what somebody typed into a form, because it is saved or not wanted. That nothing is there is no mistake.
    pub async fn drop_unsaved(&self, actor: &Actor, key: Key, form: &str, record: &str) -> Result<()> {
        actor.permit(Permit::Review)?;
        let head = self.head(actor, key).await?;
        sqlx::query("delete from drafts where incident_id = $1 and person_id = $2 and form = $3 and record = $4")
            .bind(head.id)
            .bind(actor.person.id.as_str())
            .bind(storable(form))
            .bind(storable(record))
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
