//! Who looks at an incident now, and what they edit. A page says every few seconds that it is open; one that says
//! nothing for a while is gone. Nothing of it is part of the case file.

use domain::{Id, Instant, Key};
use sqlx::Row;

use crate::digest::storable;
use crate::engine::{Engine, Listener};
use crate::{OpenIncident, Result, Store};

/// How long a page is believed to be open that says nothing: two words of it may be lost.
const SILENCE_MICROS_MAX: i64 = 25_000_000;
/// How many open pages of one incident are known. Each says a word every ten seconds.
const PAGES_MAX: i64 = 200;
/// The longest name of a page, in bytes.
const PAGE_BYTES_MAX: usize = 64;
/// The longest place and address, in bytes; a longer one is not told.
const PLACE_BYTES_MAX: usize = 500;

/// An open page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Who looks at it.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// What they edit there, below the incident: `events/<id>`; blank for somebody who reads.
    pub place: String,
    /// The page's path and query.
    pub at: String,
}

impl OpenIncident {
    /// Notes that a page is open. Others are told when that is new, or it edits something else than before.
    pub async fn be_present(&self, page: &str, place: &str, at: &str) -> Result<()> {
        let (store, head, actor, now) = (&self.store, &self.head, &self.actor, self.now().micros());
        let page = storable(page);
        if page.is_empty() || page.len() > PAGE_BYTES_MAX {
            return Ok(());
        }
        let short = |text: &str| if text.len() > PLACE_BYTES_MAX { String::new() } else { storable(text) };
        let (place, at) = (short(place), short(at));
        let gone = sqlx::query("delete from presence where incident_id = $1 and seen_at <= $2")
            .bind(&head.id)
            .bind(now - SILENCE_MICROS_MAX)
            .execute(store.writer())
            .await?;
        let same = sqlx::query(
            "update presence set seen_at = $6
             where incident_id = $1 and page_id = $2 and person_id = $3 and place = $4 and at = $5",
        )
        .bind(&head.id)
        .bind(&page)
        .bind(actor.person.id.as_str())
        .bind(&place)
        .bind(&at)
        .bind(now)
        .execute(store.writer())
        .await?;
        let mut news = gone.rows_affected() > 0;
        if same.rows_affected() == 0 {
            let noted = sqlx::query(
                "insert into presence (incident_id, page_id, person_id, name, place, at, seen_at)
                 select $1, $2, $3, $4, $5, $6, $7
                 where (select count(*) from presence where incident_id = $1) < $8
                    or exists (select 1 from presence where incident_id = $1 and page_id = $2)
                 on conflict (incident_id, page_id)
                 do update set name = excluded.name, place = excluded.place, at = excluded.at, seen_at = excluded.seen_at
                 where presence.person_id = excluded.person_id",
            )
            .bind(&head.id)
            .bind(&page)
            .bind(actor.person.id.as_str())
            .bind(storable(&actor.person.name))
            .bind(&place)
            .bind(&at)
            .bind(now)
            .bind(PAGES_MAX)
            .execute(store.writer())
            .await?;
            news = news || noted.rows_affected() > 0;
        }
        if news { store.tell_presence(self.key).await } else { Ok(()) }
    }

    /// Notes that a page was left.
    pub async fn leave(&self, page: &str) -> Result<()> {
        let left = sqlx::query("delete from presence where incident_id = $1 and page_id = $2 and person_id = $3")
            .bind(&self.head.id)
            .bind(storable(page))
            .bind(self.actor.person.id.as_str())
            .execute(self.store.writer())
            .await?;
        if left.rows_affected() > 0 { self.store.tell_presence(self.key).await } else { Ok(()) }
    }

    /// The pages that are open now, by the names of those who look at them.
    pub async fn present(&self) -> Result<Vec<Present>> {
        let rows = sqlx::query(
            "select person_id, name, place, at from presence
             where incident_id = $1 and seen_at > $2 order by name, person_id, seen_at desc, page_id",
        )
        .bind(&self.head.id)
        .bind(self.now().micros() - SILENCE_MICROS_MAX)
        .fetch_all(self.store.reader())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Present {
                    person: Id::new(row.try_get::<String, _>("person_id")?),
                    name: row.try_get("name")?,
                    place: row.try_get("place")?,
                    at: row.try_get("at")?,
                })
            })
            .collect()
    }
}

impl Store {
    /// Takes out pages that said nothing for a while, of incidents that nobody looks at any more.
    pub(crate) async fn sweep_presence(&self, now: Instant) -> Result<()> {
        sqlx::query("delete from presence where seen_at <= $1")
            .bind(now.micros() - SILENCE_MICROS_MAX)
            .execute(self.writer())
            .await?;
        Ok(())
    }

    async fn tell_presence(&self, key: Key) -> Result<()> {
        self.live().tell_presence(key.0);
        if self.db().engine == Engine::Postgres {
            let word = format!("{} {}", key.0, crate::live::PRESENCE);
            sqlx::query(Listener::NOTIFY).bind(word).execute(self.writer()).await?;
        }
        Ok(())
    }
}
