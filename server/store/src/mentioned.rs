//! Letters to those who are mentioned: what comes within a minute is one letter. Until it is sent it says what its
//! comments say: one that was deleted is not in it, and one that was edited is in it as it reads now.

use domain::Id;
use domain::access::Role;
use domain::casefile::{Change, Dossier, Noun};
use domain::incident::Visibility;
use domain::mail::{MENTIONS_LISTED_MAX, Mail, Mention, ending};
use domain::mention::{Known, mentioned, newly_mentioned};
use sqlx::Row;

use crate::digest::storable;
use crate::engine::Tx;
use crate::user::{self, User};
use crate::{Result, Store};

/// How long a letter waits for more.
const GATHERED_MICROS: i64 = 60 * 1_000_000;

impl Store {
    /// Writes to whom an entry newly mentions, if they may see the incident and want mail.
    pub(crate) async fn post_mentions(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        changes: &[Change],
        known: &[Known],
    ) -> Result<()> {
        let Some(url) = self.mail_url() else { return Ok(()) };
        // Who is named in what came with another incident was told there.
        if changes.iter().any(|change| change.noun == Noun::Merge) {
            return Ok(());
        }
        self.reword(tx, dossier, changes, known, url).await?;
        for change in changes.iter().filter(|change| change.noun.mentions()) {
            for person in newly_mentioned(change, known) {
                let Some(user) = told(tx, &person, dossier).await? else { continue };
                let said = Said { noun: change.noun, record: change.id.clone(), person, by: change.actor.spoken() };
                if self.is_first(tx, &said.key(dossier)).await? {
                    self.gather(tx, &user, &said, dossier, url).await?;
                }
            }
        }
        Ok(())
    }

    /// Words the mentions of an incident anew that were not sent yet, and drops those that are mentions no more.
    async fn reword(
        &self,
        tx: &mut Tx,
        dossier: &Dossier,
        changes: &[Change],
        known: &[Known],
        url: &str,
    ) -> Result<()> {
        if !changes.iter().any(|change| change.noun.mentions() || change.noun == Noun::Incident) {
            return Ok(());
        }
        let waiting: Vec<(String, String, String, String, String)> = sqlx::query_as(
            "select m.id, m.noun, m.record_id, m.person_id, m.by_name
             from outbox_mentions m join outbox o on o.id = m.outbox_id
             where m.incident = $1 and o.done_at is null order by m.id",
        )
        .bind(dossier.number)
        .fetch_all(&mut *tx)
        .await?;
        for (id, noun, record, person, by) in waiting {
            let Ok(noun) = Noun::parse(&noun) else { continue };
            let said = Said { noun, record: Id::new(record), person: Id::new(person), by };
            let text = said.noun.mentioning(dossier, &said.record);
            let is_meant = text.is_some_and(|(_, text)| mentioned(&text, known).contains(&said.person));
            let is_told = is_meant && told(tx, &said.person, dossier).await?.is_some();
            match said.worded(dossier, url)?.filter(|_| is_told) {
                Some(mention) => {
                    sqlx::query("update outbox_mentions set subject = $2, line = $3 where id = $1")
                        .bind(id)
                        .bind(storable(&mention.subject))
                        .bind(storable(&mention.line))
                        .execute(&mut *tx)
                        .await?;
                }
                None => self.take_back(tx, &id, &said.key(dossier)).await?,
            }
        }
        Ok(())
    }

    /// Takes a mention out of its letter, as if nobody had been told; a letter with nothing in it is none.
    async fn take_back(&self, tx: &mut Tx, id: &str, key: &str) -> Result<()> {
        let letter: Option<String> =
            sqlx::query_scalar("delete from outbox_mentions where id = $1 returning outbox_id")
                .bind(id)
                .fetch_optional(&mut *tx)
                .await?;
        sqlx::query("delete from outbox where key = $1").bind(key).execute(&mut *tx).await?;
        sqlx::query(
            "delete from outbox where id = $1 and body = '' and done_at is null
               and not exists (select 1 from outbox_mentions m where m.outbox_id = outbox.id)",
        )
        .bind(letter.unwrap_or_default())
        .execute(&mut *tx)
        .await?;
        Ok(())
    }

    /// Notes that somebody is told of something, unless they were before.
    async fn is_first(&self, tx: &mut Tx, key: &str) -> Result<bool> {
        let noted = sqlx::query(
            "insert into outbox (id, key, email, subject, body, created_at, next_at, attempts, done_at)
             values ($1, $2, '', '', '', $3, $3, 0, $3) on conflict (key) do nothing",
        )
        .bind(self.clock().new_id().as_str())
        .bind(key)
        .bind(self.now().micros())
        .execute(&mut *tx)
        .await?;
        Ok(noted.rows_affected() > 0)
    }

    /// Adds a mention to the letter that still waits for this person, or begins one.
    async fn gather(&self, tx: &mut Tx, user: &User, said: &Said, dossier: &Dossier, url: &str) -> Result<()> {
        let Some(mention) = said.worded(dossier, url)? else { return Ok(()) };
        let letter = match self.mail_to(tx, user).await? {
            Some(letter) => letter,
            None => self.begin_mail(tx, user, url).await?,
        };
        sqlx::query(
            "insert into outbox_mentions (id, outbox_id, incident, noun, record_id, person_id, by_name, subject, line)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(self.clock().new_id().as_str())
        .bind(letter)
        .bind(dossier.number)
        .bind(said.noun.word())
        .bind(storable(said.record.as_str()))
        .bind(user.id.as_str())
        .bind(storable(&said.by))
        .bind(storable(&mention.subject))
        .bind(storable(&mention.line))
        .execute(&mut *tx)
        .await?;
        Ok(())
    }

    /// The letter that waits for more. It is locked, so that no node sends it meanwhile.
    async fn mail_to(&self, tx: &mut Tx, user: &User) -> Result<Option<String>> {
        Ok(sqlx::query_scalar(
            "update outbox set attempts = 0 where gathers = $1 and done_at is null and attempts = 0 and next_at > $2
             returning id",
        )
        .bind(user.id.as_str())
        .bind(self.now().micros())
        .fetch_optional(&mut *tx)
        .await?)
    }

    async fn begin_mail(&self, tx: &mut Tx, user: &User, url: &str) -> Result<String> {
        let (id, now) = (self.clock().new_id(), self.now().micros());
        sqlx::query(
            "insert into outbox (id, key, email, subject, body, created_at, next_at, attempts, gathers, ending)
             values ($1, $2, $3, '', '', $4, $5, 0, $6, $7)",
        )
        .bind(id.as_str())
        .bind(format!("mentions {id}"))
        .bind(&user.email)
        .bind(now)
        .bind(now + GATHERED_MICROS)
        .bind(user.id.as_str())
        .bind(ending(&format!("{url}/account")))
        .execute(&mut *tx)
        .await?;
        Ok(id.to_string())
    }

    /// What a letter says that gathers mentions. Before there were rows of them, a letter held its lines itself.
    pub(crate) async fn with_mentions(&self, id: &Id, letter: Mail, before: i64, ending: &str) -> Result<Mail> {
        let rows = sqlx::query("select subject, line from outbox_mentions where outbox_id = $1 order by id")
            .bind(id.as_str())
            .fetch_all(self.writer())
            .await?;
        let Mail { mut subject, mut body } = letter;
        if let (0, Some(first)) = (before, rows.first()) {
            subject = first.try_get("subject")?;
        }
        let room = MENTIONS_LISTED_MAX.saturating_sub(before).max(0);
        for row in rows.iter().take(usize::try_from(room).unwrap_or(0)) {
            body += &row.try_get::<String, _>("line")?;
        }
        let count = before + i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Ok(Mail { subject, body }.gathered(count, ending))
    }
}

/// Drops the letters that wait for somebody who wants none any more, or who has no account any more.
pub(crate) async fn forget(tx: &mut Tx, person: &Id) -> Result<()> {
    sqlx::query("delete from outbox where gathers = $1 and done_at is null")
        .bind(person.as_str())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Who is told of a mention: somebody with an account in use, who wants mail and may see the incident.
async fn told(tx: &mut Tx, person: &Id, dossier: &Dossier) -> Result<Option<User>> {
    let row = sqlx::query(
        "select id, email, name, role, zone, theme, mail, created_at, disabled_at from users where id = $1",
    )
    .bind(person.as_str())
    .fetch_optional(&mut *tx)
    .await?;
    let Some(user) = row.as_ref().map(user::read).transpose()? else { return Ok(None) };
    let is_told = user.mail && user.disabled_at.is_none() && sees(&user, dossier)?;
    Ok(is_told.then_some(user))
}

fn sees(user: &User, dossier: &Dossier) -> Result<bool> {
    let head = dossier.incident()?;
    let member = head.members.iter().any(|member| member.id == user.id);
    Ok(head.visibility == Visibility::Open || member || user.role == Role::Admin)
}

/// That somebody mentioned somebody in a record.
struct Said {
    noun: Noun,
    record: Id,
    person: Id,
    by: String,
}

impl Said {
    /// What notes that the person was told.
    fn key(&self, dossier: &Dossier) -> String {
        format!("mention {} {} {} {}", dossier.key(), self.noun.word(), self.record, self.person)
    }

    fn worded(&self, dossier: &Dossier, url: &str) -> Result<Option<Mention>> {
        let Some((about, text)) = self.noun.mentioning(dossier, &self.record) else { return Ok(None) };
        let (key, title) = (dossier.key(), &dossier.incident()?.title);
        let place = domain::history::place_in(dossier, self.noun, &self.record);
        let link = format!("{url}/incidents/{key}/{place}");
        Ok(Some(Mention::new(&self.by, key, title, &dossier.about_words(&about), &text, &link)))
    }
}
