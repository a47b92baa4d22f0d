//! Tokens: what a program shows instead of a password. Only their digest is kept.

use std::time::Duration;

use domain::access::{Permit, Role, Scope};
use domain::spelling::parse_name;
use domain::time::Zone;
use domain::{Id, Instant, Person, Refusal};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::digest::sha256;
use crate::grant::Grant;
use crate::{Actor, Error, Result, Store};

/// What a token begins with, so that scanners recognise one that leaked.
const PREFIX: &str = "inq_";

/// The longest a token lives, in days: ten years.
const DAYS_MAX: u32 = 3650;

/// How exactly the last use is kept: a busy token writes once a minute, not with every request.
const LAST_USE_MICROS: i64 = 60 * 1_000_000;

/// How long a request waits until the use of its token is noted.
const NOTE_MAX: Duration = Duration::from_millis(50);

/// A token as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Token {
    /// Its id.
    pub id: Id,
    /// The account whose token it is.
    pub user_id: Id,
    /// What it is called.
    pub name: String,
    /// What it may do, at most.
    pub scope: Scope,
    /// The agent that writes with it.
    pub agent: Option<String>,
    /// Since when.
    pub created_at: Instant,
    /// Until when.
    pub expires_at: Option<Instant>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Instant>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Instant>,
}

/// A token to be.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is called.
    pub name: String,
    /// What it may do, at most.
    pub scope: Scope,
    /// The agent that writes with it: everything it writes is marked.
    pub agent: Option<String>,
    /// How many days it lives; `None` for as long as its account.
    pub expires_days: Option<u32>,
}

impl Store {
    /// Makes a token for an account: one's own, or any as an admin. The secret is the second value, shown this once.
    pub async fn create_token(&self, actor: &Actor, user: &Id, new: NewToken) -> Result<(Token, String)> {
        self.permit_tokens_of(actor, user)?;
        let name = parse_name("name", new.name, "Name the token after what uses it.")?;
        let agent = new.agent.filter(|agent| !agent.trim().is_empty());
        let agent = agent.map(|agent| parse_name("agent", agent, "Name the agent that uses the token.")).transpose()?;
        if new.expires_days.is_some_and(|days| days == 0 || days > DAYS_MAX) {
            return Err(Refusal::field(
                "expires_days",
                format!("Give a number of days from 1 to {DAYS_MAX}, or none."),
            )
            .into());
        }
        self.user(user).await.map_err(|_| Refusal::absent("such account in use"))?;
        let secret = format!("{PREFIX}{}", self.clock().secret()?);
        let id = self.clock().new_id();
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Token, &id).await?;
        let now = act.now();
        let expires_at = new.expires_days.map(|days| now.plus_micros(i64::from(days) * 24 * 3600 * 1_000_000).micros());
        let row = sqlx::query(
            "insert into tokens (id, user_id, name, digest, scope, agent, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             returning id, user_id, name, scope, agent, created_at, expires_at, last_used_at, revoked_at",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .bind(&name)
        .bind(sha256(&secret))
        .bind(new.scope.word())
        .bind(agent)
        .bind(now.micros())
        .bind(expires_at)
        .fetch_one(&mut act.tx)
        .await?;
        let token = read(&row)?;
        act.commit().await?;
        Ok((token, secret))
    }

    /// The tokens of an account, the newest first.
    pub async fn tokens(&self, actor: &Actor, user: &Id) -> Result<Vec<Token>> {
        self.permit_tokens_of(actor, user)?;
        let rows = sqlx::query(
            "select id, user_id, name, scope, agent, created_at, expires_at, last_used_at, revoked_at
             from tokens where user_id = $1 order by created_at desc, id desc",
        )
        .bind(user.as_str())
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(read).collect()
    }

    /// Revokes a token at once.
    pub async fn revoke_token(&self, actor: &Actor, user: &Id, id: &Id) -> Result<()> {
        self.permit_tokens_of(actor, user)?;
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Token, id).await?;
        let revoked =
            sqlx::query("update tokens set revoked_at = $3 where id = $1 and user_id = $2 and revoked_at is null")
                .bind(id.as_str())
                .bind(user.as_str())
                .bind(act.now().micros())
                .execute(&mut act.tx)
                .await?;
        if revoked.rows_affected() == 0 {
            return Err(Refusal::absent("such token in use").into());
        }
        act.commit().await
    }

    /// Whoever stands behind a token.
    pub async fn authenticate_token(&self, bearer: &str) -> Result<Actor> {
        let now = self.now().micros();
        let row = sqlx::query(
            "select t.id as token_id, t.scope, t.agent, t.last_used_at, u.id, u.name, u.role, u.zone
             from tokens t join users u on u.id = t.user_id
             where t.digest = $1 and t.revoked_at is null and u.disabled_at is null and (t.expires_at is null or t.expires_at > $2)",
        )
        .bind(sha256(bearer.trim()))
        .bind(now)
        .fetch_optional(self.reader())
        .await?
        .ok_or(Error::Unauthorised)?;
        let last_used: Option<i64> = row.try_get("last_used_at")?;
        if last_used.is_none_or(|at| at < now - LAST_USE_MICROS) {
            self.note_use(row.try_get("token_id")?, now).await;
        }
        let word = |column: &str| row.try_get::<String, _>(column);
        Ok(Actor {
            person: Person { id: Id::new(word("id")?), name: word("name")?, agent: row.try_get("agent")? },
            role: Role::parse(&word("role")?).map_err(Error::internal)?,
            scope: Scope::parse(&word("scope")?).map_err(Error::internal)?,
            zone: Zone::parse(&word("zone")?).unwrap_or_else(|_| Zone::utc()),
        })
    }

    /// Notes the last use, beside what the token is used for: a read neither fails nor waits because the database
    /// cannot be written. One is noted at a time; what is passed over is noted with the next use.
    async fn note_use(&self, token: String, now: i64) {
        let Ok(alone) = self.noting().clone().try_acquire_owned() else { return };
        let store = self.clone();
        let noted = tokio::spawn(async move {
            let update = sqlx::query("update tokens set last_used_at = $2 where id = $1").bind(token).bind(now);
            if let Err(error) = update.execute(store.writer()).await {
                tracing::debug!(%error, "the last use of a token could not be noted");
            }
            drop(alone);
        });
        let _ = tokio::time::timeout(NOTE_MAX, noted).await;
    }

    /// Tokens are managed by their owner and by admins, and never by an agent or a narrow token.
    fn permit_tokens_of(&self, actor: &Actor, user: &Id) -> Result<()> {
        actor.permit_person()?;
        if &actor.person.id == user { Ok(()) } else { actor.permit(Permit::Admin) }
    }
}

fn read(row: &AnyRow) -> Result<Token> {
    let at = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Instant::from_micros));
    Ok(Token {
        id: Id::new(row.try_get::<String, _>("id")?),
        user_id: Id::new(row.try_get::<String, _>("user_id")?),
        name: row.try_get("name")?,
        scope: Scope::parse(&row.try_get::<String, _>("scope")?).map_err(Error::internal)?,
        agent: row.try_get("agent")?,
        created_at: Instant::from_micros(row.try_get("created_at")?),
        expires_at: at("expires_at")?,
        last_used_at: at("last_used_at")?,
        revoked_at: at("revoked_at")?,
    })
}
