//! Uploads that go on after a broken line: pieces in the evidence store, put together once all of them are there.

use std::sync::Arc;

use bytes::Bytes;
use domain::access::Permit;
use domain::casefile::Dossier;
use domain::{Id, Instant, Key, Refusal};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::dossier::unsigned;
use crate::{Actor, Description, Error, OpenIncident, Result, Store};

/// The largest file that is taken in pieces, in bytes; also what one account's unfinished ones may come to together.
pub const PARTIAL_BYTES_MAX: u64 = 64 << 30;
/// How many unfinished ones an account has at once.
const PARTIALS_EACH: i64 = 16;
/// How long one that gets no byte is kept, in microseconds.
const SILENT_MICROS_MAX: i64 = 24 * 3600 * 1_000_000;
/// Whoever puts pieces together for so long is taken for dead.
const FINISHING_MICROS_MAX: i64 = 600 * 1_000_000;
/// What is kept at once: a broken line loses no more.
pub const PIECE_BYTES: usize = 1 << 20;

/// An upload in pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// Its id.
    pub id: Id,
    pub(crate) incident: String,
    /// How many bytes it will have.
    pub length: u64,
    /// How many came and are kept.
    pub received: u64,
    /// Where the last of the pieces that came begins.
    pub(crate) last_at: u64,
    /// What is said of the file, as JSON.
    pub metadata: String,
    /// The evidence item that it became.
    pub evidence: Option<Id>,
    /// When it last got bytes.
    pub updated_at: Instant,
}

impl Partial {
    /// Until when it is kept if nothing more comes.
    pub fn expires_at(&self) -> Instant {
        self.updated_at.plus_micros(SILENT_MICROS_MAX)
    }

    /// Whether every byte is there.
    pub fn is_whole(&self) -> bool {
        self.received == self.length
    }

    /// From where on bytes are asked for. Whoever is told that all of them are there takes the file for evidence: until
    /// it is, the last piece is asked for again, and with it the question what stands in the way.
    pub fn stands_at(&self) -> u64 {
        if self.is_whole() && self.evidence.is_none() { self.last_at } else { self.received }
    }
}

const COLUMNS: &str = "p.incident_id, p.id, p.length, p.metadata, p.evidence_id, p.updated_at,
    coalesce((select max(x.at + x.bytes) from partial_pieces x where x.incident_id = p.incident_id and x.upload_id = p.id), 0) as received,
    coalesce((select max(x.at) from partial_pieces x where x.incident_id = p.incident_id and x.upload_id = p.id), 0) as last_at";

fn read(row: &AnyRow) -> Result<Partial> {
    Ok(Partial {
        id: Id::new(row.try_get::<String, _>("id")?),
        incident: row.try_get("incident_id")?,
        length: unsigned(row.try_get("length")?)?,
        received: unsigned(row.try_get("received")?)?,
        last_at: unsigned(row.try_get("last_at")?)?,
        metadata: row.try_get("metadata")?,
        evidence: row.try_get::<Option<String>, _>("evidence_id")?.map(Id::new),
        updated_at: Instant::from_micros(row.try_get("updated_at")?),
    })
}

fn folder(id: &Id) -> String {
    format!("partial/{id}")
}

fn piece(id: &Id, name: &str) -> Path {
    Path::from(format!("{}/{name}", folder(id)))
}

impl OpenIncident {
    /// Begins an upload in pieces.
    pub async fn begin_partial(&self, length: u64, metadata: &str) -> Result<Partial> {
        let (store, incident, actor) = (&self.store, self.head.id.clone(), &self.actor);
        actor.permit(Permit::Edit)?;
        let most = i64::try_from(PARTIAL_BYTES_MAX).unwrap_or(i64::MAX);
        let bytes = i64::try_from(length).unwrap_or(i64::MAX);
        let (id, now) = (store.clock().new_id(), self.now());
        // One statement counts and adds, so that many at once are not more than the limit.
        let added = sqlx::query(
            "insert into partial_uploads (id, incident_id, person_id, length, metadata, updated_at)
             select $1, $2, $3, $4, $5, $6
             where (select count(*) from partial_uploads where person_id = $3 and evidence_id is null) < $7
               and (select cast(coalesce(sum(length), 0) as bigint) from partial_uploads
                    where person_id = $3 and evidence_id is null) <= $8",
        )
        .bind(id.as_str())
        .bind(&incident)
        .bind(actor.person.id.as_str())
        .bind(bytes)
        .bind(metadata)
        .bind(now.micros())
        .bind(PARTIALS_EACH)
        .bind(most.saturating_sub(bytes))
        .execute(store.writer())
        .await?;
        if added.rows_affected() == 0 {
            return Err(Error::TooMany {
                sentence: format!(
                    "Your account has as many unfinished uploads as it may, {PARTIALS_EACH} or {} GiB together: finish or delete one. One that gets nothing for a day is deleted by itself.",
                    PARTIAL_BYTES_MAX >> 30
                ),
                retry_after_seconds: 3600,
            });
        }
        let metadata = metadata.into();
        Ok(Partial { id, incident, length, received: 0, last_at: 0, metadata, evidence: None, updated_at: now })
    }

    /// An upload in pieces, for the one whose it is.
    pub async fn partial(&self, id: &Id) -> Result<Partial> {
        let found = self.partials().await?.into_iter().find(|partial| partial.id == *id);
        found.ok_or_else(|| Refusal::absent("upload").into())
    }

    /// Everything that somebody sends into an incident in pieces, also what just became evidence; the oldest first.
    pub async fn partials(&self) -> Result<Vec<Partial>> {
        self.actor.permit(Permit::Edit)?;
        let text = format!(
            "select {COLUMNS} from partial_uploads p where p.incident_id = $1 and p.person_id = $2 order by p.id"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(text))
            .bind(&self.head.id)
            .bind(self.actor.person.id.as_str())
            .fetch_all(self.store.reader())
            .await?;
        rows.iter().map(read).collect()
    }

    /// Deletes an upload and what came of it. Evidence that it became stays.
    pub async fn drop_partial(&self, id: &Id) -> Result<()> {
        let partial = self.partial(id).await?;
        self.store.forget_partial(&partial.id).await
    }
}

impl Store {
    /// Keeps the next bytes. Refused where somebody else has added some meanwhile.
    pub async fn add_piece(&self, partial: &mut Partial, bytes: Bytes) -> Result<()> {
        let count = bytes.len() as u64;
        if count == 0 {
            return Ok(());
        }
        if partial.received + count > partial.length {
            return Err(Refusal::rule("These are more bytes than the upload was said to have.").into());
        }
        // The bytes first, under a name of their own: a row never speaks of bytes that are not there, and of two who
        // send the same offset one gets its row in.
        let name = format!("{:020}-{}", partial.received, self.clock().new_id());
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.blobs().0.put(&piece(&partial.id, &name), PutPayload::from_bytes(bytes)).await?;
        let added = sqlx::query(
            "insert into partial_pieces (incident_id, upload_id, at, bytes, name)
             select $1, $2, $3, $4, $5
             where (select coalesce(max(at + bytes), 0) from partial_pieces where incident_id = $1 and upload_id = $2) = $3
             on conflict do nothing",
        )
        .bind(&partial.incident)
        .bind(partial.id.as_str())
        .bind(signed(partial.received))
        .bind(signed(count))
        .bind(name)
        .execute(self.writer())
        .await?;
        if added.rows_affected() == 0 {
            return Err(Error::Held(
                "Somebody else sends this upload at the same time: ask how far it is, and go on from there.",
            ));
        }
        let now = self.now();
        sqlx::query("update partial_uploads set updated_at = $1 where incident_id = $2 and id = $3")
            .bind(now.micros())
            .bind(&partial.incident)
            .bind(partial.id.as_str())
            .execute(self.writer())
            .await?;
        (partial.last_at, partial.received, partial.updated_at) = (partial.received, partial.received + count, now);
        Ok(())
    }

    /// Whether bytes are those that are kept already from an offset in the last piece on. Nothing is written: what came
    /// stays as it came.
    pub async fn is_kept(&self, partial: &Partial, at: u64, bytes: &[u8]) -> Result<bool> {
        let found =
            sqlx::query("select name from partial_pieces where incident_id = $1 and upload_id = $2 and at = $3")
                .bind(&partial.incident)
                .bind(partial.id.as_str())
                .bind(i64::try_from(partial.last_at).unwrap_or(i64::MAX))
                .fetch_optional(self.reader())
                .await?;
        // The pieces go once the upload is evidence, and that may have happened meanwhile.
        let Some(row) = found else { return Ok(false) };
        let name: String = row.try_get("name")?;
        let kept = self.blobs().0.get(&piece(&partial.id, &name)).await?.bytes().await?;
        let from = usize::try_from(at.saturating_sub(partial.last_at)).unwrap_or(usize::MAX);
        Ok(kept.get(from..).is_some_and(|kept| kept.starts_with(bytes)))
    }

    /// Makes evidence of an upload whose bytes are all there. Asked again, it answers the same item.
    pub async fn finish_partial(
        &self,
        actor: &Actor,
        key: Key,
        partial: &Partial,
        described: Description,
    ) -> Result<(Id, Arc<Dossier>)> {
        if let Some(evidence) = &partial.evidence {
            return Ok((evidence.clone(), self.dossier(actor, key).await?));
        }
        let now = self.now().micros();
        let mine = sqlx::query(
            "update partial_uploads set finishing_at = $1, updated_at = $1
             where id = $2 and incident_id = $4 and evidence_id is null and (finishing_at is null or finishing_at < $3)",
        )
        .bind(now)
        .bind(partial.id.as_str())
        .bind(now - FINISHING_MICROS_MAX)
        .bind(&partial.incident)
        .execute(self.writer())
        .await?;
        if mine.rows_affected() == 0 {
            return Err(Error::Held("Its bytes are being put together: ask again in a moment."));
        }
        let done = self.put_together(actor, key, partial, described).await;
        let evidence = done.as_ref().ok().map(|(id, _)| id.as_str().to_string());
        let noted = sqlx::query(
            "update partial_uploads set evidence_id = $1, finishing_at = null where id = $2 and incident_id = $3",
        )
        .bind(evidence)
        .bind(partial.id.as_str())
        .bind(&partial.incident)
        .execute(self.writer())
        .await;
        let done = done?;
        noted?;
        self.drop_pieces(&partial.id).await?;
        Ok(done)
    }

    async fn put_together(
        &self,
        actor: &Actor,
        key: Key,
        partial: &Partial,
        described: Description,
    ) -> Result<(Id, Arc<Dossier>)> {
        let mut upload = self.begin_evidence(actor, key, described).await?;
        let pieces =
            sqlx::query("select at, name from partial_pieces where incident_id = $1 and upload_id = $2 order by at")
                .bind(&partial.incident)
                .bind(partial.id.as_str())
                .fetch_all(self.reader())
                .await?;
        let mut at = 0;
        for row in &pieces {
            if unsigned(row.try_get("at")?)? != at {
                break;
            }
            let name: String = row.try_get("name")?;
            let bytes = self.blobs().0.get(&piece(&partial.id, &name)).await?.bytes().await?;
            at += bytes.len() as u64;
            upload.write(bytes).await?;
        }
        if at != partial.length {
            return Err(Error::internal("the pieces of an upload do not fit together"));
        }
        upload.finish().await
    }

    async fn forget_partial(&self, id: &Id) -> Result<()> {
        // The pieces first: a row that is gone would leave them behind for ever.
        self.drop_pieces(id).await?;
        sqlx::query("delete from partial_uploads where id = $1").bind(id.as_str()).execute(self.writer()).await?;
        Ok(())
    }

    async fn drop_pieces(&self, id: &Id) -> Result<()> {
        let listed: Vec<_> = self.blobs().0.list(Some(&Path::from(folder(id)))).try_collect().await?;
        for object in listed {
            match self.blobs().0.delete(&object.location).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Deletes uploads that got nothing for a day, and those that became evidence a day ago. Answers how many.
    pub(crate) async fn sweep_partials(&self) -> Result<usize> {
        let before = self.now().micros() - SILENT_MICROS_MAX;
        let silent = sqlx::query("select id from partial_uploads where updated_at <= $1")
            .bind(before)
            .fetch_all(self.reader())
            .await?;
        for row in &silent {
            self.forget_partial(&Id::new(row.try_get::<String, _>("id")?)).await?;
        }
        Ok(silent.len())
    }
}
