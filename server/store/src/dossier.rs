//! Reading a case file: who may, and which version.

use domain::access::Permit;
use domain::casefile::{Dossier, Noun};
use domain::{Key, Refusal};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row};

use crate::documents::read_stamp;
use crate::{Actor, Error, Result, Store, Topic};

/// What has to be known of an incident before it is opened.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) version: u64,
    /// The hash of the last change, by which the chain goes on.
    pub(crate) link: String,
    merged_into: Option<i64>,
}

impl Head {
    /// Refuses to begin what would be refused at its end: what was merged into another incident is read-only.
    pub(crate) fn refuse_merged(&self, key: Key) -> Result<()> {
        match self.merged_into.map(Key) {
            Some(into) => Err(domain::merging::read_only(key, into).into()),
            None => Ok(()),
        }
    }
}

impl Store {
    /// The version of an incident: all that a live page needs to know.
    pub async fn version(&self, actor: &Actor, key: Key) -> Result<u64> {
        Ok(self.head(actor, key).await?.version)
    }

    /// The version of what is followed.
    pub async fn version_of(&self, actor: &Actor, topic: &Topic) -> Result<u64> {
        match topic {
            Topic::Incident(key) => self.version(actor, *key).await,
            Topic::Agent(id) => self.agent_version(actor, id).await,
            Topic::Watch => self.alerts_version(actor).await,
        }
    }

    /// The key behind `INC-12` or an incident's id. Says nothing of who may see it.
    pub async fn key_of(&self, name: &str) -> Result<Key> {
        if let Some(key) = Key::parse(name) {
            return Ok(key);
        }
        let number: Option<i64> = sqlx::query_scalar("select number from incidents where id = $1")
            .bind(crate::digest::storable(name))
            .fetch_optional(self.reader())
            .await?;
        number.map(Key).ok_or_else(|| absent().into())
    }

    /// What has to be known of an incident, for who is allowed everything.
    pub(crate) async fn head_of(&self, key: Key) -> Result<Head> {
        let row = sqlx::query("select id, version, head, merged_into from incidents where number = $1")
            .bind(key.0)
            .fetch_optional(self.reader())
            .await?
            .ok_or_else(absent)?;
        read_head(&row)
    }

    /// Checks permission. A private incident is absent for those who may not see it.
    pub(crate) async fn head(&self, actor: &Actor, key: Key) -> Result<Head> {
        actor.permit(Permit::Read)?;
        let row = sqlx::query(
            "select i.id, i.version, i.head, i.merged_into, i.visibility, m.person_id from incidents i
             left join incident_members m on m.incident_id = i.id and m.person_id = $2
             where i.number = $1",
        )
        .bind(key.0)
        .bind(actor.person.id.as_str())
        .fetch_optional(self.reader())
        .await?
        .ok_or_else(absent)?;
        let member: Option<String> = row.try_get("person_id")?;
        let visibility: String = row.try_get("visibility")?;
        if visibility != "open" && member.is_none() && !actor.sees_all() {
            return Err(absent().into());
        }
        read_head(&row)
    }
}

fn read_head(row: &AnyRow) -> Result<Head> {
    Ok(Head {
        id: row.try_get("id")?,
        version: unsigned(row.try_get("version")?)?,
        link: row.try_get("head")?,
        merged_into: row.try_get("merged_into")?,
    })
}

/// What is said of an incident that is not there, or not to be seen.
pub(crate) fn absent() -> Refusal {
    Refusal::absent("incident")
}

/// A count from the database.
pub(crate) fn unsigned(count: i64) -> Result<u64> {
    u64::try_from(count).map_err(Error::internal)
}

/// Loads every document in one statement, so that version and records belong together.
pub(crate) async fn load<'e, E: Executor<'e, Database = Any>>(from: E, incident: &str, key: Key) -> Result<Dossier> {
    let rows = sqlx::query(
        "select i.version as incident_version, r.noun, r.version, r.deleted, r.body
         from incidents i join records r on r.incident_id = i.id where i.id = $1",
    )
    .bind(incident)
    .fetch_all(from)
    .await?;
    // A large one takes a tenth of a second to read.
    crate::apart::apart(|| read(&rows, key))
}

fn read(rows: &[AnyRow], key: Key) -> Result<Dossier> {
    let mut dossier = Dossier { number: key.0, ..Dossier::default() };
    for row in rows {
        dossier.version = unsigned(row.try_get("incident_version")?)?;
        let noun = Noun::parse(&row.try_get::<String, _>("noun")?).map_err(Error::internal)?;
        let deleted = read_stamp(row.try_get("deleted")?)?;
        let body: String = row.try_get("body")?;
        dossier
            .load(noun, unsigned(row.try_get("version")?)?, deleted, &body)
            .map_err(|error| Error::internal(format!("{key}: {error}")))?;
    }
    Ok(dossier)
}
