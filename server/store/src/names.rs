//! What accounts are called, and ever were.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::access::Permit;
use domain::casefile::{CaseItem, Dossier};
use domain::mention::Known;
use domain::principal::Principal;
use domain::spelling::{alike, looks};
use domain::vocabulary::PrincipalKind;
use domain::{Id, Instant, Key, Person, Refusal};
use sqlx::Row;

use crate::engine::Tx;
use crate::{Actor, Error, Result, Store};

/// The accounts and their names, as they are at one moment.
#[derive(Debug, Default)]
pub struct Directory {
    /// The count of changes of accounts at which it was read.
    pub(crate) version: i64,
    /// Who can be mentioned: every account in use.
    pub known: Arc<Vec<Known>>,
    names: HashMap<Id, Vec<String>>,
    by_name: HashMap<String, Person>,
}

impl Directory {
    /// Every name and address an account ever had.
    pub fn names_of(&self, account: &Id) -> &[String] {
        self.names.get(account).map_or(&[], Vec::as_slice)
    }

    /// Whether an account is there and in use.
    pub fn is_in_use(&self, account: &Id) -> bool {
        self.known.iter().any(|known| &known.id == account)
    }

    /// What an account in use is called.
    pub fn shown_name(&self, account: &Id) -> Option<String> {
        self.known.iter().find(|known| &known.id == account).map(|known| known.name.clone())
    }

    /// The account that is called so, or once was.
    pub fn account_named(&self, name: &str) -> Option<&Person> {
        self.by_name.get(&alike(name))
    }
}

impl Store {
    /// The accounts and their names. Remembered until an account changes, on whatever node.
    pub async fn directory(&self) -> Result<Arc<Directory>> {
        let version: i64 = sqlx::query_scalar(
            // An older node adds accounts without a line in the log.
            "select cast(coalesce(max(version), 0) * 1000000 + (select count(*) from users) as bigint)
                 from subjects where id = $1",
        )
        .bind(crate::subject::INSTANCE)
        .fetch_one(self.reader())
        .await?;
        if let Some(directory) = self.inbox_cache().directory(version) {
            return Ok(directory);
        }
        let mut directory = Directory { version, ..Directory::default() };
        let users =
            sqlx::query("select id, name, email, disabled_at from users order by id").fetch_all(self.reader()).await?;
        let (mut known, mut people) = (Vec::new(), HashMap::new());
        for row in &users {
            let (id, name): (Id, String) = (Id::new(row.try_get::<String, _>("id")?), row.try_get("name")?);
            if row.try_get::<Option<i64>, _>("disabled_at")?.is_none() {
                known.push(Known::new(id.clone(), &name, &row.try_get::<String, _>("email")?));
            }
            people.insert(id.clone(), Person { id, name, agent: None });
        }
        let names = sqlx::query("select user_id, name from account_names order by user_id, since, name");
        for row in names.fetch_all(self.reader()).await? {
            let (id, name): (Id, String) = (Id::new(row.try_get::<String, _>("user_id")?), row.try_get("name")?);
            if let Some(person) = people.get(&id) {
                directory.by_name.entry(alike(&name)).or_insert_with(|| person.clone());
            }
            directory.names.entry(id).or_default().push(name);
        }
        directory.known = Arc::new(known);
        let directory = Arc::new(directory);
        self.inbox_cache().remember(directory.clone());
        Ok(directory)
    }

    /// Accounts that principals may well be, by name; a person says whether they are.
    pub async fn suggested_accounts(&self, dossier: &Dossier) -> Result<BTreeMap<Id, Person>> {
        let directory = self.directory().await?;
        let may_be = |principal: &&CaseItem<Principal>| {
            principal.account.is_none() && matches!(principal.kind, PrincipalKind::Human | PrincipalKind::Unknown)
        };
        let suggested = dossier.principals.iter().filter(may_be).filter_map(|principal| {
            let mut names = std::iter::once(&principal.name).chain(&principal.former_names);
            names.find_map(|name| directory.account_named(name)).map(|person| (principal.id.clone(), person.clone()))
        });
        Ok(suggested.collect())
    }

    /// Writes names down for accounts that were opened before names were kept: the present ones, and once
    /// those under which the log knows them.
    pub(crate) async fn fill_names(&self) -> Result<()> {
        let missing = sqlx::query(
            "select u.id, u.name, u.email, u.created_at from users u where not exists
             (select 1 from account_names n where n.user_id = u.id and n.kind = 'name' and n.name = u.name)",
        );
        let missing = missing.fetch_all(self.reader()).await?;
        let filled: Option<String> =
            sqlx::query_scalar("select value from settings where name = 'names'").fetch_optional(self.reader()).await?;
        if missing.is_empty() && filled.is_some() {
            return Ok(());
        }
        let mut act = self.administer(crate::Actor::system().person).await?;
        for row in &missing {
            let (id, at): (String, i64) = (row.try_get("id")?, row.try_get("created_at")?);
            for (kind, column) in [("name", "name"), ("email", "email")] {
                let name: String = row.try_get(column)?;
                insert(&mut act.tx, &id, kind, &name, Instant::from_micros(at), Announcement::Known).await?;
            }
        }
        if filled.is_none() {
            for actor in
                sqlx::query_scalar::<_, String>("select distinct actor from changes").fetch_all(&mut act.tx).await?
            {
                let person: Person = serde_json::from_str(&actor)?;
                let known: Option<String> = sqlx::query_scalar("select id from users where id = $1")
                    .bind(person.id.as_str())
                    .fetch_optional(&mut act.tx)
                    .await?;
                if known.is_some() {
                    insert(&mut act.tx, person.id.as_str(), "name", &person.name, self.now(), Announcement::NotYet)
                        .await?;
                }
            }
            sqlx::query("insert into settings (name, value) values ('names', '1') on conflict (name) do nothing")
                .execute(&mut act.tx)
                .await?;
        }
        act.commit().await
    }

    /// Tells the case files in which an account judged what else it is called: a reviewer who turns out to
    /// be an actor no longer counts. What could not be told is told the next time.
    pub async fn tell_names(&self) -> Result<()> {
        let untold: Vec<(String,)> = sqlx::query_as("select distinct user_id from account_names where told_at is null")
            .fetch_all(self.reader())
            .await?;
        for (account,) in untold {
            let begun = self.now();
            let directory = self.directory().await?;
            let id = Id::new(account.as_str());
            let incidents: Vec<(i64,)> = sqlx::query_as(
                "select distinct i.number from records r join incidents i on i.id = r.incident_id
                 where r.noun in ('review', 'signature') and r.body like $1 order by i.number",
            )
            .bind(format!("%\"{}\"%", account.replace(['%', '_'], "_")))
            .fetch_all(self.reader())
            .await?;
            for (number,) in incidents {
                let names = directory.names_of(&id).to_vec();
                let about = id.clone();
                self.enter(&Actor::system(), Key(number), Permit::Review, move |entry| {
                    entry.note_names(&about, &names);
                    Ok(())
                })
                .await?;
            }
            sqlx::query("update account_names set told_at = $2 where user_id = $1 and told_at is null and since <= $2")
                .bind(&account)
                .bind(begun.micros())
                .execute(self.writer())
                .await?;
        }
        Ok(())
    }
}

/// Whether case files know of a name already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Announcement {
    /// It is the only one, so there is nothing to tell.
    Known,
    /// They are to be told.
    NotYet,
}

/// Gives an account a name, unless another one has it, had it, or has one that looks like it. The caller holds
/// the lock on accounts.
pub(crate) async fn take_name(tx: &mut Tx, account: &Id, name: &str, at: Instant, told: Announcement) -> Result<()> {
    let [typed, small] = looks(name);
    let taken: Option<String> = sqlx::query_scalar(
        "select user_id from account_names where kind = 'name' and user_id <> $1
         and (look_typed in ($2, $3) or look_small in ($2, $3)) limit 1",
    )
    .bind(account.as_str())
    .bind(&typed)
    .bind(&small)
    .fetch_optional(&mut *tx)
    .await?;
    if taken.is_some() {
        let sentence = "This name is, was, or looks like that of another account: add something that tells the two apart, such as a middle initial.";
        return Err(Error::Refused(Refusal::field("name", sentence)));
    }
    insert(tx, account.as_str(), "name", name, at, told).await
}

/// Writes down what an account signs in with.
pub(crate) async fn take_email(tx: &mut Tx, account: &Id, email: &str, at: Instant) -> Result<()> {
    insert(tx, account.as_str(), "email", email, at, Announcement::Known).await
}

async fn insert(tx: &mut Tx, account: &str, kind: &str, name: &str, at: Instant, told: Announcement) -> Result<()> {
    let [typed, small] = if kind == "name" { looks(name) } else { Default::default() };
    sqlx::query(
        "insert into account_names (user_id, kind, name, look_typed, look_small, since, told_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (user_id, kind, name) do nothing",
    )
    .bind(account)
    .bind(kind)
    .bind(name)
    .bind(typed)
    .bind(small)
    .bind(at.micros())
    .bind((told == Announcement::Known).then(|| at.micros()))
    .execute(&mut *tx)
    .await?;
    Ok(())
}
