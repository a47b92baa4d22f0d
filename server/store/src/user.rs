//! Accounts.

use domain::access::{Permit, Role, Scope};
use domain::draft::{NAME_CHARS_MAX, required};
use domain::time::Zone;
use domain::{Id, Instant, Person, Refusal, Ruled};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row};

use crate::digest::storable;
use crate::grant::Grant;
use crate::password::Passwords;
use crate::rate_limit::{PER_ADDRESS, PER_EMAIL};
use crate::{Actor, Error, Result, Store};

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct User {
    /// Its id.
    pub id: Id,
    /// What the person signs in with.
    pub email: String,
    /// The name shown.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The zone in which the person reads and types times, by its IANA name.
    pub zone: String,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// Whether the person wants mail.
    pub mail: bool,
    /// Since when.
    pub created_at: Instant,
    /// When it was closed, if it was.
    pub disabled_at: Option<Instant>,
}

/// An account to be.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What the person signs in with.
    pub email: String,
    /// The name shown.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The password as typed.
    pub password: String,
}

impl User {
    /// The person as records remember them.
    pub fn person(&self) -> Person {
        Person { id: self.id.clone(), name: self.name.clone(), agent: None }
    }

    /// The person at a browser.
    pub fn actor(&self) -> Actor {
        let zone = Zone::parse(&self.zone).unwrap_or_else(|_| Zone::utc());
        Actor { person: self.person(), role: self.role, scope: Scope::Admin, zone }
    }
}

pub(crate) fn read(row: &AnyRow) -> Result<User> {
    Ok(User {
        id: Id::new(row.try_get::<String, _>("id")?),
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        role: Role::parse(&row.try_get::<String, _>("role")?).map_err(Error::accident)?,
        zone: row.try_get("zone")?,
        theme: row.try_get("theme")?,
        mail: row.try_get::<String, _>("mail")? == "on",
        created_at: Instant::from_micros(row.try_get("created_at")?),
        disabled_at: row.try_get::<Option<i64>, _>("disabled_at")?.map(Instant::from_micros),
    })
}

impl Store {
    /// Opens an account.
    pub async fn create_user(&self, actor: &Actor, new: NewUser) -> Result<User> {
        actor.permit(Permit::Admin)?;
        let ready = self.prepare_user(new).await?;
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Account, ready.id()).await?;
        let user = ready.insert(&mut act.tx).await?;
        act.commit().await?;
        self.forget_names();
        Ok(user)
    }

    /// Checks what was typed and hashes the password, before any transaction begins.
    pub(crate) async fn prepare_user(&self, new: NewUser) -> Result<ReadyUser> {
        let email = parse_email(&new.email)?;
        let name = storable(&required(
            "name",
            new.name,
            NAME_CHARS_MAX,
            "Give a name: it stands beside everything this person does.",
        )?);
        Passwords::check(&new.password)?;
        let password_hash = self.passwords().hash(&new.password).await?;
        Ok(ReadyUser { id: self.clock().new_id(), email, name, role: new.role, password_hash, now: self.now() })
    }

    /// Signs a person in. `address` is where the request comes from; too many failures lock it out for a while.
    pub async fn authenticate(&self, email: &str, password: &str, address: &str) -> Result<User> {
        let email = storable(email.trim()).to_lowercase();
        let by_address = self.attempt("address", address, PER_ADDRESS).await?;
        let by_email = self.attempt("email", &email, PER_EMAIL).await?;
        let row = sqlx::query("select id, email, name, role, zone, theme, mail, created_at, disabled_at, password_hash from users where email = $1")
            .bind(&email)
            .fetch_optional(self.reader())
            .await?;
        let hash = row.as_ref().map(|row| row.try_get("password_hash")).transpose()?;
        let matches = self.passwords().matches(password, hash).await?;
        match row.as_ref().map(read).transpose()? {
            Some(user) if matches && user.disabled_at.is_none() => {
                self.succeeded(by_email).await?;
                self.succeeded(by_address).await?;
                Ok(user)
            }
            _ => Err(Refusal::field(
                "password",
                "This e-mail address and password do not belong together. Check both and try again.",
            )
            .into()),
        }
    }

    /// The account of that id, while it is in use: what a session stands for.
    pub async fn user(&self, id: &Id) -> Result<User> {
        let row = sqlx::query("select id, email, name, role, zone, theme, mail, created_at, disabled_at from users where id = $1 and disabled_at is null")
            .bind(id.as_str())
            .fetch_optional(self.reader())
            .await?;
        read(&row.ok_or(Error::Unauthorised)?)
    }

    /// The account with that address, in use or not.
    pub async fn user_by_email(&self, email: &str) -> Result<User> {
        let row = sqlx::query(
            "select id, email, name, role, zone, theme, mail, created_at, disabled_at from users where email = $1",
        )
        .bind(storable(email.trim()).to_lowercase())
        .fetch_optional(self.reader())
        .await?;
        read(&row.ok_or_else(|| Refusal::absent("account with this e-mail address"))?)
    }

    /// Every account, the oldest first. Names and roles are no secret here; who may list them is.
    pub async fn users(&self, actor: &Actor) -> Result<Vec<User>> {
        actor.permit(Permit::Read)?;
        let rows = sqlx::query(
            "select id, email, name, role, zone, theme, mail, created_at, disabled_at from users order by created_at, id",
        )
        .fetch_all(self.reader())
        .await?;
        rows.iter().map(read).collect()
    }

    /// Sets the zone in which the actor reads and types times.
    pub async fn set_zone(&self, actor: &Actor, zone: &str) -> Result<()> {
        let zone = Zone::parse(zone).map_err(|sentence| Refusal::field("zone", sentence))?;
        self.set_own(actor, "update users set zone = $2 where id = $1", zone.name()).await
    }

    /// Sets how the pages look to the actor.
    pub async fn set_theme(&self, actor: &Actor, theme: &str) -> Result<()> {
        if !["auto", "light", "dark"].contains(&theme) {
            return Err(Refusal::field("theme", "Choose auto, light or dark.").into());
        }
        self.set_own(actor, "update users set theme = $2 where id = $1", theme).await
    }

    /// Sets the actor's own name. Records keep the name they were written with.
    pub async fn set_name(&self, actor: &Actor, name: &str) -> Result<()> {
        let name =
            required("name", name.to_string(), NAME_CHARS_MAX, "Give a name: it stands beside everything you do.")?;
        self.set_own(actor, "update users set name = $2 where id = $1", &storable(&name)).await?;
        self.forget_names();
        Ok(())
    }

    /// Sets whether the actor wants mail.
    pub async fn set_mail(&self, actor: &Actor, wanted: bool) -> Result<()> {
        self.set_own(actor, "update users set mail = $2 where id = $1", if wanted { "on" } else { "off" }).await
    }

    async fn set_own(&self, actor: &Actor, statement: &'static str, value: &str) -> Result<()> {
        // A person's own settings are not for a program with their token.
        actor.permit_person()?;
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Account, &actor.person.id).await?;
        sqlx::query(statement).bind(actor.person.id.as_str()).bind(value).execute(&mut act.tx).await?;
        act.commit().await
    }
}

/// An account that only has to be written down.
pub(crate) struct ReadyUser {
    id: Id,
    pub(crate) email: String,
    name: String,
    role: Role,
    password_hash: String,
    now: Instant,
}

impl ReadyUser {
    /// The id it will have.
    pub(crate) fn id(&self) -> &Id {
        &self.id
    }

    /// The person as records will remember them.
    pub(crate) fn person(&self) -> Person {
        Person { id: self.id.clone(), name: self.name.clone(), agent: None }
    }

    pub(crate) async fn insert<'e, E: Executor<'e, Database = Any>>(self, into: E) -> Result<User> {
        let row = sqlx::query(
            "insert into users (id, email, name, role, password_hash, zone, theme, created_at)
             values ($1, $2, $3, $4, $5, 'UTC', 'auto', $6) on conflict (email) do nothing
             returning id, email, name, role, zone, theme, mail, created_at, disabled_at",
        )
        .bind(self.id.as_str())
        .bind(&self.email)
        .bind(&self.name)
        .bind(self.role.word())
        .bind(&self.password_hash)
        .bind(self.now.micros())
        .fetch_optional(into)
        .await?;
        read(&row.ok_or_else(|| Refusal::field("email", "There is an account with this e-mail address already."))?)
    }
}

/// An address to sign in with: lower case, with an @ inside, no blanks.
pub(crate) fn parse_email(text: &str) -> Ruled<String> {
    let email = storable(text.trim()).to_lowercase();
    let parts =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !parts || email.chars().any(char::is_whitespace) || email.len() > 254 {
        return Err(Refusal::field("email", "Write an e-mail address like ada@example.org."));
    }
    Ok(email)
}
