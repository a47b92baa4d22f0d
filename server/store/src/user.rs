//! Accounts.

use domain::access::{Permit, Role, Scope};
use domain::draft::LINE_CHARS_MAX;
use domain::instance::RefusedBecause;
use domain::spelling::parse_name;
use domain::time::Zone;
use domain::{Id, Instant, Person, Refusal, Ruled};
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::digest::storable;
use crate::engine::Tx;
use crate::grant::Grant;
use crate::names::{self, Announcement};
use crate::password::Passwords;
use crate::rate_limit::{Attempt, PER_ACCOUNT, PER_ACCOUNT_AND_ADDRESS, PER_ADDRESS, PER_DEVICE};
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
        role: Role::parse(&row.try_get::<String, _>("role")?).map_err(Error::internal)?,
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
        Ok(user)
    }

    /// Checks what was typed and hashes the password, before any transaction begins.
    pub(crate) async fn prepare_user(&self, new: NewUser) -> Result<ReadyUser> {
        let email = parse_email(&new.email)?;
        let name = parse_name("name", new.name, "Give a name: it stands beside everything this person does.")?;
        Passwords::check(&new.password)?;
        let password_hash = self.passwords().hash(&new.password).await?;
        Ok(ReadyUser { id: self.clock().new_id(), email, name, role: new.role, password_hash, now: self.now() })
    }

    /// Signs a person in. `address` is where the request comes from, `device` the secret that a browser shows
    /// in which somebody signed in before. Too many failures make the next try wait.
    pub async fn authenticate(&self, email: &str, password: &str, address: &str, device: Option<&str>) -> Result<User> {
        let email = as_kept(email);
        let attempts = match self.attempt_sign_in(&email, address, device).await {
            Ok(attempts) => attempts,
            Err(error) => {
                if matches!(error, Error::TooMany { .. }) {
                    self.note_refused(&email, address, RefusedBecause::TooMany).await;
                }
                return Err(error);
            }
        };
        let row = sqlx::query("select id, email, name, role, zone, theme, mail, created_at, disabled_at, password_hash from users where email = $1")
            .bind(&email)
            .fetch_optional(self.reader())
            .await?;
        let hash = row.as_ref().map(|row| row.try_get("password_hash")).transpose()?;
        let matches = self.passwords().matches(password, hash).await?;
        match row.as_ref().map(read).transpose()? {
            Some(user) if matches && user.disabled_at.is_none() => {
                for attempt in attempts {
                    self.succeeded(attempt).await?;
                }
                Ok(user)
            }
            user => {
                let is_disabled = matches && user.is_some();
                let because = if is_disabled { RefusedBecause::Disabled } else { RefusedBecause::Password };
                self.note_refused(&email, address, because).await;
                let sentence = "This e-mail address and password do not belong together. Check both and try again.";
                Err(Refusal::field("password", sentence).into())
            }
        }
    }

    /// Counts a try to sign in. A known device has a count of its own, which strangers cannot use up.
    async fn attempt_sign_in(&self, email: &str, address: &str, device: Option<&str>) -> Result<Vec<Attempt>> {
        if let Some(digest) = self.known_device(device, email).await? {
            return Ok(vec![self.attempt(PER_DEVICE, &format!("{email} {digest}")).await?]);
        }
        // The narrowest first: what it refuses uses up nothing of the wider ones.
        Ok(vec![
            self.attempt(PER_ACCOUNT_AND_ADDRESS, &format!("{email} {address}")).await?,
            self.attempt(PER_ADDRESS, address).await?,
            self.attempt(PER_ACCOUNT, email).await?,
        ])
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
        .bind(as_kept(email))
        .fetch_optional(self.reader())
        .await?;
        read(&row.ok_or_else(|| Refusal::absent("account with this e-mail address"))?)
    }

    /// The person with that address, for who is given something.
    pub async fn person_by_email(&self, email: &str) -> Result<Person> {
        let missing = |_| Refusal::field("email", "There is no account with that address: invite the person first.");
        let user = self.user_by_email(email.trim()).await.map_err(missing)?;
        Ok(Person { id: user.id, name: user.name, agent: None })
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

    /// Sets the actor's own name. Records keep the name they were written with, and the account keeps every
    /// name it ever had.
    pub async fn set_name(&self, actor: &Actor, name: &str) -> Result<()> {
        actor.permit_person()?;
        let name = parse_name("name", name.to_string(), "Give a name: it stands beside everything you do.")?;
        let id = &actor.person.id;
        let mut act = self.administer(actor.person.clone()).await?;
        act.watch(Grant::Account, id).await?;
        let was: Option<String> = sqlx::query_scalar("select name from users where id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut act.tx)
            .await?;
        if was.as_deref() == Some(&name) {
            act.tx.rollback().await?;
            return Ok(());
        }
        names::take_name(&mut act.tx, id, &name, self.now(), Announcement::NotYet).await?;
        let rename = sqlx::query("update users set name = $2 where id = $1");
        rename.bind(id.as_str()).bind(&name).execute(&mut act.tx).await?;
        act.commit().await?;
        if let Err(error) = self.tell_names().await {
            tracing::warn!(%error, "case files do not know of a new name yet; they are told within the hour");
        }
        Ok(())
    }

    /// Sets whether the actor wants mail.
    pub async fn set_mail(&self, actor: &Actor, wanted: bool) -> Result<()> {
        self.set_own(actor, "update users set mail = $2 where id = $1", if wanted { "on" } else { "off" }).await?;
        if !wanted {
            let mut tx = self.db().begin().await?;
            crate::mentioned::forget(&mut tx, &actor.person.id).await?;
            tx.commit().await?;
        }
        Ok(())
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

    /// Opens the account. The caller holds the lock on the instance: two accounts never get one name.
    pub(crate) async fn insert(self, tx: &mut Tx) -> Result<User> {
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
        .fetch_optional(&mut *tx)
        .await?;
        let row =
            row.ok_or_else(|| Refusal::field("email", "There is an account with this e-mail address already."))?;
        names::take_name(tx, &self.id, &self.name, self.now, Announcement::Known).await?;
        names::take_email(tx, &self.id, &self.email, self.now).await?;
        read(&row)
    }
}

/// An address to sign in with: lower case, with an @ inside, no blanks.
/// An address as it is kept and looked up: in small letters, composed, so that it is the same from every keyboard.
fn as_kept(email: &str) -> String {
    domain::spelling::composed(&storable(email.trim()).to_lowercase())
}

/// An address as it is kept; one that a reader would take for another is refused.
pub(crate) fn parse_email(text: &str) -> Ruled<String> {
    let email = domain::spelling::parse_line("email", as_kept(text), LINE_CHARS_MAX)?;
    let parts =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !parts || email.chars().any(char::is_whitespace) || email.len() > 254 {
        return Err(Refusal::field("email", "Write an e-mail address like ada@example.org."));
    }
    Ok(email)
}
