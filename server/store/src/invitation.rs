//! Invitations: an admin names address and role, the invited person the rest.

use domain::access::{Permit, Role};
use domain::mail::Mail;
use domain::{Id, Instant, Person, Refusal};
use serde::Serialize;
use sqlx::Row;

use crate::change::canonical;
use crate::digest::sha256;
use crate::grant::Grant;
use crate::user::parse_email;
use crate::{Actor, Error, NewUser, Result, Store, User};

/// How long an invitation holds.
const DAYS_MAX: i64 = 7;

/// An invitation that is open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Invitation {
    /// Its id.
    pub id: Id,
    /// Who is invited.
    pub email: String,
    /// What the account will be allowed.
    pub role: Role,
    /// Who invited.
    pub inviter: Person,
    /// Until when it holds.
    pub expires_at: Instant,
}

impl Store {
    /// Invites somebody. The answer is the secret of the link, shown this once.
    pub async fn invite(&self, actor: &Actor, email: &str, role: Role) -> Result<String> {
        actor.permit(Permit::Admin)?;
        actor.permit_person()?;
        let email = parse_email(email)?;
        let known: Option<String> = sqlx::query_scalar("select id from users where email = $1")
            .bind(&email)
            .fetch_optional(self.reader())
            .await?;
        if known.is_some() {
            return Err(Refusal::field("email", "There is an account with this e-mail address already.").into());
        }
        let secret = self.clock().secret()?;
        let id = self.clock().new_id();
        let mut act = self.administer(actor.person.clone()).await?;
        let now = act.now();
        act.watch(Grant::Invitation, &id).await?;
        sqlx::query(
            "insert into invitations (id, digest, email, role, inviter, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(id.as_str())
        .bind(sha256(&secret))
        .bind(&email)
        .bind(role.word())
        .bind(canonical(&serde_json::to_value(&actor.person)?))
        .bind(now.micros())
        .bind(now.plus_micros(DAYS_MAX * 24 * 3600 * 1_000_000).micros())
        .execute(&mut act.tx)
        .await?;
        if let Some(url) = self.mail_url() {
            let letter = Mail::invitation(&actor.person.name, role, DAYS_MAX, &format!("{url}/invite/{secret}"));
            self.post(&mut act.tx, &format!("invitation {id}"), &email, &letter, true).await?;
        }
        act.commit().await?;
        Ok(secret)
    }

    /// The open invitations, the newest first.
    pub async fn invitations(&self, actor: &Actor) -> Result<Vec<Invitation>> {
        actor.permit(Permit::Admin)?;
        let rows = sqlx::query(
            "select id, email, role, inviter, expires_at from invitations
             where accepted_at is null and expires_at > $1 order by created_at desc limit 1000",
        )
        .bind(self.now().micros())
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(read).collect()
    }

    /// The invitation behind a link's secret: to greet the invited person.
    pub async fn invitation(&self, secret: &str) -> Result<Invitation> {
        let row = sqlx::query(
            "select id, email, role, inviter, expires_at from invitations where digest = $1 and accepted_at is null and expires_at > $2",
        )
        .bind(sha256(secret))
        .bind(self.now().micros())
        .fetch_optional(self.reader())
        .await?;
        read(&row.ok_or_else(spent)?)
    }

    /// Accepts an invitation, which opens the account. It works once.
    pub async fn accept_invitation(&self, secret: &str, name: &str, password: &str) -> Result<User> {
        let Invitation { id, email, role, .. } = self.invitation(secret).await?;
        let ready =
            self.prepare_user(NewUser { email, name: name.to_string(), role, password: password.to_string() }).await?;
        let mut act = self.administer(ready.person()).await?;
        act.watch(Grant::Invitation, &id).await?;
        act.watch(Grant::Account, ready.id()).await?;
        let accepted = sqlx::query("update invitations set accepted_at = $2 where id = $1 and accepted_at is null")
            .bind(id.as_str())
            .bind(act.now().micros())
            .execute(&mut act.tx)
            .await?;
        if accepted.rows_affected() == 0 {
            return Err(spent().into());
        }
        let user = ready.insert(&mut act.tx).await?;
        act.commit().await?;
        Ok(user)
    }

    /// Takes an invitation back.
    pub async fn withdraw_invitation(&self, actor: &Actor, id: &Id) -> Result<()> {
        actor.permit(Permit::Admin)?;
        actor.permit_person()?;
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Invitation, id).await?;
        sqlx::query("delete from invitations where id = $1 and accepted_at is null")
            .bind(id.as_str())
            .execute(&mut act.tx)
            .await?;
        act.commit().await
    }
}

fn spent() -> Refusal {
    Refusal {
        sentence: "This invitation was used or has expired: ask an admin for a new one.".into(),
        ..Refusal::absent("invitation")
    }
}

fn read(row: &sqlx::any::AnyRow) -> Result<Invitation> {
    Ok(Invitation {
        id: Id::new(row.try_get::<String, _>("id")?),
        email: row.try_get("email")?,
        role: Role::parse(&row.try_get::<String, _>("role")?).map_err(Error::internal)?,
        inviter: serde_json::from_str(&row.try_get::<String, _>("inviter")?)?,
        expires_at: Instant::from_micros(row.try_get("expires_at")?),
    })
}
