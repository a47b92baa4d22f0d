//! What admins do to accounts, and people to their own password.

use domain::access::{Permit, Role};
use domain::{Id, Refusal};

use crate::engine::Tx;
use crate::grant::Grant;
use crate::password::Passwords;
use crate::rate_limit::PER_PASSWORD;
use crate::subject::Administration;
use crate::{Actor, Result, Store};

impl Store {
    /// Closes an account: its sessions end and its tokens no longer work. What it wrote stays.
    pub async fn disable_user(&self, actor: &Actor, id: &Id) -> Result<()> {
        let mut act = self.begin_accounts(actor).await?;
        act.watch(Grant::Account, id).await?;
        let tokens: Vec<String> =
            sqlx::query_scalar("select id from tokens where user_id = $1 and revoked_at is null order by id")
                .bind(id.as_str())
                .fetch_all(&mut act.tx)
                .await?;
        for token in tokens {
            act.watch(Grant::Token, &Id::new(token)).await?;
        }
        let now = act.now().micros();
        let closed = sqlx::query("update users set disabled_at = $2 where id = $1 and disabled_at is null")
            .bind(id.as_str())
            .bind(now)
            .execute(&mut act.tx)
            .await?;
        if closed.rows_affected() == 0 {
            return Err(Refusal::absent("such account in use").into());
        }
        end_sessions(&mut act.tx, id).await?;
        crate::mentioned::forget(&mut act.tx, id).await?;
        sqlx::query("update tokens set revoked_at = $2 where user_id = $1 and revoked_at is null")
            .bind(id.as_str())
            .bind(now)
            .execute(&mut act.tx)
            .await?;
        keep_an_admin(&mut act.tx).await?;
        act.commit().await
    }

    /// Opens a closed account again. Its tokens stay revoked.
    pub async fn enable_user(&self, actor: &Actor, id: &Id) -> Result<()> {
        let mut act = self.begin_accounts(actor).await?;
        act.watch(Grant::Account, id).await?;
        sqlx::query("update users set disabled_at = null where id = $1").bind(id.as_str()).execute(&mut act.tx).await?;
        act.commit().await
    }

    /// Gives an account another role.
    pub async fn set_role(&self, actor: &Actor, id: &Id, role: Role) -> Result<()> {
        let mut act = self.begin_accounts(actor).await?;
        act.watch(Grant::Account, id).await?;
        sqlx::query("update users set role = $2 where id = $1")
            .bind(id.as_str())
            .bind(role.word())
            .execute(&mut act.tx)
            .await?;
        keep_an_admin(&mut act.tx).await?;
        act.commit().await
    }

    /// Changes the actor's own password; every session of the account ends.
    pub async fn change_password(&self, actor: &Actor, current: &str, new: &str) -> Result<()> {
        actor.permit_person()?;
        Passwords::check(new)?;
        let attempt = self.attempt(PER_PASSWORD, actor.person.id.as_str()).await?;
        let hash: Option<String> = sqlx::query_scalar("select password_hash from users where id = $1")
            .bind(actor.person.id.as_str())
            .fetch_optional(self.reader())
            .await?;
        if !self.passwords().matches(current, hash).await? {
            return Err(Refusal::field("current", "This is not your present password.").into());
        }
        self.succeeded(attempt).await?;
        self.put_password(actor, &actor.person.id, new).await
    }

    /// Sets somebody's password, as an admin does for one who forgot it; every session of the account ends.
    pub async fn set_password(&self, actor: &Actor, id: &Id, new: &str) -> Result<()> {
        actor.permit(Permit::Admin)?;
        actor.permit_person()?;
        Passwords::check(new)?;
        self.put_password(actor, id, new).await
    }

    async fn put_password(&self, actor: &Actor, id: &Id, new: &str) -> Result<()> {
        let hash = self.passwords().hash(new).await?;
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Account, id).await?;
        let set = sqlx::query("update users set password_hash = $2 where id = $1")
            .bind(id.as_str())
            .bind(hash)
            .execute(&mut act.tx)
            .await?;
        if set.rows_affected() == 0 {
            return Err(Refusal::absent("such account").into());
        }
        end_sessions(&mut act.tx, id).await?;
        act.commit().await
    }

    /// Begins a change of who may do what. Such changes wait for each other.
    async fn begin_accounts(&self, actor: &Actor) -> Result<Administration> {
        actor.permit(Permit::Admin)?;
        actor.permit_person()?;
        self.administer(actor.person.clone()).await
    }
}

async fn end_sessions(tx: &mut Tx, id: &Id) -> Result<()> {
    sqlx::query("delete from sessions where user_id = $1").bind(id.as_str()).execute(&mut *tx).await?;
    Ok(())
}

/// Refuses what would leave nobody to manage accounts.
async fn keep_an_admin(tx: &mut Tx) -> Result<()> {
    let admins: i64 =
        sqlx::query_scalar("select cast(count(*) as bigint) from users where role = 'admin' and disabled_at is null")
            .fetch_one(&mut *tx)
            .await?;
    if admins == 0 {
        return Err(Refusal::state("This is the last admin: make somebody else an admin first.").into());
    }
    Ok(())
}
