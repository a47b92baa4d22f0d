//! Letters to those who are mentioned: what comes within a minute is one letter.

use domain::Key;
use domain::access::Role;
use domain::incident::Visibility;
use domain::letter::{self, MENTIONS_LISTED_MAX};
use domain::mention::{Known, newly_mentioned, text_of};
use domain::record::{Change, Dossier, Noun};

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
        for change in changes.iter().filter(|change| matches!(change.noun, Noun::Comment | Noun::Narrative)) {
            for person in newly_mentioned(change, known) {
                let row = sqlx::query(
                    "select id, email, name, role, zone, theme, mail, created_at, disabled_at from users where id = $1",
                )
                .bind(person.as_str())
                .fetch_optional(&mut *tx)
                .await?;
                let Some(user) = row.as_ref().map(user::read).transpose()? else { continue };
                if user.mail && user.disabled_at.is_none() && sees(&user, dossier)? {
                    let key = format!("mention {} {} {} {person}", dossier.key(), change.noun.word(), change.id);
                    if self.is_first(tx, &key).await? {
                        self.gather(tx, &user, &mention(change, dossier, url)?, &format!("{url}/account")).await?;
                    }
                }
            }
        }
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
    async fn gather(&self, tx: &mut Tx, user: &User, mention: &letter::Mention, account: &str) -> Result<()> {
        let now = self.now().micros();
        let line = storable(&mention.line);
        let added = sqlx::query(
            "update outbox set mentions = mentions + 1, body = case when mentions < $3 then body || $4 else body end
             where gathers = $1 and done_at is null and attempts = 0 and next_at > $2",
        )
        .bind(user.id.as_str())
        .bind(now)
        .bind(MENTIONS_LISTED_MAX)
        .bind(&line)
        .execute(&mut *tx)
        .await?;
        if added.rows_affected() > 0 {
            return Ok(());
        }
        let id = self.clock().new_id();
        sqlx::query(
            "insert into outbox (id, key, email, subject, body, created_at, next_at, attempts, gathers, mentions, ending)
             values ($1, $2, $3, $4, $5, $6, $7, 0, $8, 1, $9)",
        )
        .bind(id.as_str())
        .bind(format!("mentions {id}"))
        .bind(&user.email)
        .bind(storable(&mention.subject))
        .bind(line)
        .bind(now)
        .bind(now + GATHERED_MICROS)
        .bind(user.id.as_str())
        .bind(letter::ending(account))
        .execute(&mut *tx)
        .await?;
        Ok(())
    }
}

fn sees(user: &User, dossier: &Dossier) -> Result<bool> {
    let head = dossier.incident()?;
    let member = head.members.iter().any(|member| member.id == user.id);
    Ok(head.visibility == Visibility::Open || member || user.role == Role::Admin)
}

fn mention(change: &Change, dossier: &Dossier, url: &str) -> Result<letter::Mention> {
    let key: Key = dossier.key();
    let title = &dossier.incident()?.title;
    let about = match change.noun {
        Noun::Comment => change.after.get("about").and_then(|about| about.as_str()).unwrap_or_default().to_string(),
        _ => format!("section/{}", change.id),
    };
    let text = text_of(change.noun, &change.after).unwrap_or_default();
    let by = domain::history::who(&change.actor);
    let link = format!("{url}/incidents/{key}/{}", domain::history::place(change));
    Ok(letter::Mention::new(&by, key, title, &dossier.about_words(&about), text, &link))
}
