//! The first run: a one-time link opens the first account.

use domain::Refusal;
use domain::access::Role;
use sqlx::{Any, Executor};

use crate::digest::sha256;
use crate::grant::Grant;
use crate::{NewUser, Result, Store, User};

impl Store {
    /// Whether there is no account yet.
    pub async fn needs_setup(&self) -> Result<bool> {
        Ok(accounts(self.reader()).await? == 0)
    }

    /// A new secret for the set-up link; the one before no longer works.
    pub async fn setup_token(&self) -> Result<String> {
        let secret = self.clock().secret()?;
        sqlx::query("insert into settings (name, value) values ('setup', $1) on conflict (name) do update set value = excluded.value")
            .bind(sha256(&secret))
            .execute(self.writer())
            .await?;
        Ok(secret)
    }

    /// Whether a secret opens the set-up page.
    pub async fn check_setup_token(&self, secret: &str) -> Result<()> {
        let digest: Option<String> =
            sqlx::query_scalar("select value from settings where name = 'setup'").fetch_optional(self.reader()).await?;
        if digest != Some(sha256(secret)) || !self.needs_setup().await? {
            return Err(spent().into());
        }
        Ok(())
    }

    /// Opens the first account, an admin's. The link works once.
    pub async fn set_up(&self, secret: &str, email: &str, name: &str, password: &str) -> Result<User> {
        self.check_setup_token(secret).await?;
        let new = NewUser {
            email: email.to_string(),
            name: name.to_string(),
            role: Role::Admin,
            password: password.to_string(),
        };
        let ready = self.prepare_user(new).await?;
        let mut act = self.administer(ready.person()).await?;
        act.watch(Grant::Account, ready.id()).await?;
        let used = sqlx::query("delete from settings where name = 'setup' and value = $1")
            .bind(sha256(secret))
            .execute(&mut act.tx)
            .await?;
        if used.rows_affected() == 0 || accounts(&mut act.tx).await? > 0 {
            return Err(spent().into());
        }
        let user = ready.insert(&mut act.tx).await?;
        act.commit().await?;
        self.forget_names();
        Ok(user)
    }
}

async fn accounts<'e, E: Executor<'e, Database = Any>>(from: E) -> Result<i64> {
    Ok(sqlx::query_scalar("select cast(count(*) as bigint) from (select id from users limit 1) as one")
        .fetch_one(from)
        .await?)
}

fn spent() -> Refusal {
    Refusal {
        sentence: "This set-up link was used or replaced: start the server again for a new one, or sign in.".into(),
        ..Refusal::absent("set-up link")
    }
}
