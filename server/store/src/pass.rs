//! Whether somebody who was let in once may still be there: asked again while they listen.

use domain::access::Role;
use sqlx::Row;
use tower_sessions::session;

use crate::digest::sha256;
use crate::session::name;
use crate::{Actor, Error, Result, Store, Topic};

/// What somebody was let in by.
#[derive(Debug, Clone)]
pub enum Pass {
    /// A browser's session.
    Session(session::Id),
    /// A program's token.
    Token(String),
}

impl Store {
    /// Whether an account is still in use, came in by what still counts, and may still see what it follows.
    pub async fn still_sees(&self, actor: &Actor, pass: &Pass, topic: &Topic) -> Result<bool> {
        let (statement, shown) = match pass {
            Pass::Session(id) => (BY_SESSION, name(id)),
            Pass::Token(secret) => (BY_TOKEN, sha256(secret.trim())),
        };
        let number = match topic {
            Topic::Incident(key) => key.0,
            Topic::Agent(_) | Topic::Watch => NO_INCIDENT,
        };
        let row = sqlx::query(statement)
            .bind(actor.person.id.as_str())
            .bind(number)
            .bind(shown)
            .bind(self.now().micros())
            .fetch_optional(self.reader())
            .await?;
        let Some(row) = row else { return Ok(false) };
        // The registry and the alerts are open to everybody who is let in.
        if matches!(topic, Topic::Agent(_) | Topic::Watch) {
            return Ok(true);
        }
        let Some(visibility) = row.try_get::<Option<String>, _>("visibility")? else { return Ok(false) };
        let member: Option<String> = row.try_get("person_id")?;
        let role = Role::parse(&row.try_get::<String, _>("role")?).map_err(Error::internal)?;
        let now = Actor { role, ..actor.clone() };
        Ok(visibility == "open" || member.is_some() || now.sees_all())
    }
}

/// A number that no incident has.
const NO_INCIDENT: i64 = -1;

const BY_SESSION: &str = "select u.role, i.visibility, m.person_id from users u
     join sessions s on s.user_id = u.id and s.id = $3 and s.expires_at > $4
     left join incidents i on i.number = $2
     left join incident_members m on m.incident_id = i.id and m.person_id = u.id
     where u.id = $1 and u.disabled_at is null";

const BY_TOKEN: &str = "select u.role, i.visibility, m.person_id from users u
     join tokens t on t.user_id = u.id and t.digest = $3 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $4)
     left join incidents i on i.number = $2
     left join incident_members m on m.incident_id = i.id and m.person_id = u.id
     where u.id = $1 and u.disabled_at is null";
