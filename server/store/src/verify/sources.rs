//! What sources sent: the chain of segments with their bytes, and the batches that are in none yet.

use domain::watch::{FIRST_LINK, Segment};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};

use super::Report;
use crate::digest::hex;
use crate::watch::{SEGMENT_COLUMNS, read_segment, unpacked};
use crate::{Result, Store};

/// The end of the chain of a source as its state names it.
type End = (String, String, i64, String, i64);

impl Store {
    /// Walks the chain of each source.
    pub(super) async fn verify_sources(&self, report: &mut Report) -> Result<()> {
        let sources: Vec<String> = sqlx::query_scalar("select source_id from source_states order by source_id")
            .fetch_all(self.reader())
            .await?;
        for id in sources {
            let segments = report.segments;
            // People seal meanwhile, and then a batch is in a segment: only what stands still is blamed.
            loop {
                let Some(source) = self.end_of(&id).await? else { break };
                let Some(sentence) = self.verify_source(&source, report).await? else { break };
                if self.end_of(&id).await?.is_none_or(|now| now.2 == source.2) {
                    report.blame_instance(format!("The source “{}”: {sentence}", source.1));
                    break;
                }
                report.segments = segments;
            }
        }
        Ok(())
    }

    async fn end_of(&self, id: &str) -> Result<Option<End>> {
        let found = sqlx::query_as(
            "select s.id, s.name, t.last_segment, t.head, t.last_seq
             from sources s join source_states t on t.source_id = s.id where s.id = $1",
        )
        .bind(id);
        Ok(found.fetch_optional(self.reader()).await?)
    }

    /// What is wrong first with a source, in a sentence.
    async fn verify_source(&self, source: &End, report: &mut Report) -> Result<Option<String>> {
        let (id, _, last_segment, head, _) = source;
        let mut link = FIRST_LINK.to_string();
        let (mut number, mut seq) = (0, 0);
        // What came after the state was read is not looked at.
        while number < *last_segment {
            number += 1;
            let statement =
                format!("select {SEGMENT_COLUMNS} from source_segments where source_id = $1 and number = $2");
            let row =
                sqlx::query(sqlx::AssertSqlSafe(statement)).bind(id).bind(number).fetch_optional(self.reader()).await?;
            let Some(row) = row else { return Ok(Some(format!("segment {number} is gone."))) };
            let segment = read_segment(&row)?;
            report.segments += 1;
            if segment.previous != link || segment.first_seq != seq + 1 || segment.last_seq < segment.first_seq {
                return Ok(Some(format!("segment {number} does not go on from the one before it.")));
            }
            if let Some(sentence) = self.verify_segment(&segment).await? {
                return Ok(Some(sentence));
            }
            (link, seq) = (segment.hash, segment.last_seq);
        }
        if link != *head {
            return Ok(Some(format!("its chain does not end with segment {last_segment}, as it should.")));
        }
        self.verify_batches(source, seq).await
    }

    async fn verify_segment(&self, segment: &Segment) -> Result<Option<String>> {
        let number = segment.number;
        if segment.removed_at.is_some() {
            return Ok(None);
        }
        if self.blob_size(&segment.sha256).await?.is_none() {
            return Ok(Some(format!("the bytes of segment {number} are gone.")));
        }
        let (mut whole, mut link) = (Sha256::new(), Sha256::new());
        link.update(segment.previous.as_bytes());
        let mut bytes = self.read_blob(&segment.sha256).await?;
        let mut length = 0_u64;
        while let Some(chunk) = bytes.try_next().await? {
            whole.update(&chunk);
            link.update(&chunk);
            length += chunk.len() as u64;
        }
        let is_same = hex(&whole.finalize()) == segment.sha256
            && hex(&link.finalize()) == segment.hash
            && i64::try_from(length).is_ok_and(|length| length == segment.bytes);
        Ok((!is_same).then(|| format!("the bytes of segment {number} are not what was sealed.")))
    }

    /// The batches after the last segment are numbered without a hole, and are what came.
    async fn verify_batches(&self, source: &End, sealed: i64) -> Result<Option<String>> {
        let (id, _, _, _, last_seq) = source;
        let mut seq = sealed;
        let mut rows = sqlx::query_as::<_, (i64, String, Vec<u8>)>(
            "select seq, bytes_sha256, body from source_batches where source_id = $1 and seq > $2 and seq <= $3 order by seq",
        )
        .bind(id)
        .bind(sealed)
        .bind(last_seq)
        .fetch(self.reader());
        while let Some((next, sha256, body)) = rows.try_next().await? {
            if next != seq + 1 {
                break;
            }
            let is_same = unpacked(&body, 0).is_ok_and(|bytes| hex(&Sha256::digest(&bytes)) == sha256);
            if !is_same {
                return Ok(Some(format!("batch {next} is not what came.")));
            }
            seq = next;
        }
        Ok((seq != *last_seq).then(|| format!("batch {} is gone.", seq + 1)))
    }
}
