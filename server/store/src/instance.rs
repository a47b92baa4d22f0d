//! Reading the log of the instance. Admins read it, and no program of an agent.

use domain::access::Permit;
use domain::instance::told::Names;
use domain::instance::{InstanceChange, InstanceNoun};
use domain::{Id, Instant};
use serde::Deserialize;
use sqlx::Row;

use crate::change::{CHANGES_MAX, Line, StoredChange};
use crate::dossier::unsigned;
use crate::subject::INSTANCE;
use crate::{Actor, Page, Result, Store};

/// One line of the instance's log.
pub type StoredInstanceChange = StoredChange<InstanceNoun>;

/// The most lines on one page.
const LINES_MAX: u32 = 200;

impl StoredInstanceChange {
    /// The change without its link in the chain.
    pub fn into_change(self) -> InstanceChange {
        let Self { version, at, actor, kind, noun, id, before, after, .. } = self;
        InstanceChange { version, at, actor, kind, noun, id, before, after }
    }
}

/// What the log is narrowed to.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct InstanceFilter {
    /// What was changed.
    pub noun: Option<InstanceNoun>,
    /// An account that acted or that it is about.
    pub person: Option<Id>,
}

/// Where the log ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceHead {
    /// How many lines it has.
    pub version: u64,
    /// The hash of the last one.
    pub hash: String,
    /// The last signed checkpoint of the log: up to which line, and when.
    pub signed: Option<(u64, Instant)>,
}

impl Store {
    /// The log of the instance after a version, oldest first.
    pub async fn instance_changes(&self, actor: &Actor, since: u64, limit: u32) -> Result<Vec<StoredInstanceChange>> {
        permit_log(actor)?;
        let rows = sqlx::query(
            "select version, at, actor, kind, noun, record_id, before, after, hash from subject_changes
             where subject_id = $1 and version > $2 order by version limit $3",
        )
        .bind(INSTANCE)
        .bind(i64::try_from(since).unwrap_or(i64::MAX))
        .bind(i64::from(limit).clamp(1, CHANGES_MAX))
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(|row| Line::read(row)?.open_as(InstanceNoun::parse)).collect()
    }

    /// The log of the instance, the newest line first. Pages continue below a version.
    pub async fn instance_log(
        &self,
        actor: &Actor,
        filter: &InstanceFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Page<StoredInstanceChange>> {
        permit_log(actor)?;
        let size = limit.clamp(1, LINES_MAX);
        let (id, email) = match &filter.person {
            Some(id) => self.traces_of(id).await?,
            None => (None, None),
        };
        // What a line is about stands in its document; an id is too long to stand in another by chance.
        let rows = sqlx::query(
            "select version, at, actor, kind, noun, record_id, before, after, hash from subject_changes
             where subject_id = $1 and version < $2 and ($4 is null or noun = $4)
               and ($5 is null or record_id = $5 or actor like $6 or before like $6 or after like $6
                    or before like $7 escape '\\' or after like $7 escape '\\')
             order by version desc limit $3",
        )
        .bind(INSTANCE)
        .bind(before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX))
        .bind(i64::from(size) + 1)
        .bind(filter.noun.map(InstanceNoun::word))
        .bind(id.as_deref())
        .bind(id.as_ref().map(|id| format!("%\"{id}\"%")))
        .bind(email.map(|email| format!("%\"{}\"%", literal(&email))))
        .fetch_all(self.reader())
        .await?;
        let lines = rows.iter().map(|row| Line::read(row)?.open_as(InstanceNoun::parse)).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(lines, size as usize, |line| line.version.to_string()))
    }

    /// Where the log of the instance ends.
    pub async fn instance_head(&self, actor: &Actor) -> Result<InstanceHead> {
        permit_log(actor)?;
        let row = sqlx::query("select version, head from subjects where id = $1")
            .bind(INSTANCE)
            .fetch_one(self.reader())
            .await?;
        let signed: Option<(i64, i64)> =
            sqlx::query_as("select changes, at from checkpoints where subject_id = $1 order by changes desc limit 1")
                .bind(INSTANCE)
                .fetch_optional(self.reader())
                .await?;
        let signed = signed.map(|(changes, at)| Ok::<_, crate::Error>((unsigned(changes)?, Instant::from_micros(at))));
        Ok(InstanceHead {
            version: unsigned(row.try_get("version")?)?,
            hash: row.try_get("head")?,
            signed: signed.transpose()?,
        })
    }

    /// What the accounts are called, by id.
    pub async fn account_names(&self, actor: &Actor) -> Result<Names> {
        Ok(self.users(actor).await?.into_iter().map(|user| (user.id, user.name)).collect())
    }

    /// By what the log names an account: its id, and the address to which an invitation went. Nothing names one that is
    /// not there.
    async fn traces_of(&self, id: &Id) -> Result<(Option<String>, Option<String>)> {
        let email: Option<String> = sqlx::query_scalar("select email from users where id = $1")
            .bind(crate::digest::storable(id.as_str()))
            .fetch_optional(self.reader())
            .await?;
        let known = email.is_some().then(|| id.to_string());
        Ok((Some(known.unwrap_or_else(|| "-".into())), email))
    }
}

/// Refuses everybody but admins at a browser or with a token of their own that is as wide.
fn permit_log(actor: &Actor) -> Result<()> {
    actor.permit(Permit::Admin)?;
    actor.permit_person()
}

/// A text in a pattern of `like`, of which every character means itself.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
