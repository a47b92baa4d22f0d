//! An upload that becomes evidence and is read as it arrives.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::access::Permit;
use domain::evidence::Upload as Uploaded;
use domain::reader::log::{Format, Mapping, Options};
use domain::reading::ReadingState;
use domain::record::Dossier;
use domain::{Id, Key, Refusal};

use super::job::{Job, Running, WAIT};
use super::source::Piece;
use super::work::{Work, Written};
use crate::upload::Upload;
use crate::{Actor, Result, Store};

/// How long an upload waits for its reader, which is faster than most networks.
const PATIENCE: Duration = Duration::from_millis(250);

/// What is said of a file beside its bytes.
#[derive(Debug, Clone, Default)]
pub struct Description {
    /// The file's name.
    pub name: String,
    /// The format to read it in; detected if it is not named.
    pub format: Option<Format>,
    /// Which columns mean what.
    pub mapping: Option<Mapping>,
    /// Only kept, not read.
    pub unread: bool,
    /// The system it comes from.
    pub source: Option<String>,
    /// Who collected it.
    pub collector: Option<String>,
}

/// Evidence on its way in.
pub struct LogUpload {
    store: Store,
    actor: Actor,
    key: Key,
    described: Description,
    upload: Upload,
    id: Id,
    incident: String,
    reading: Option<Tee>,
}

/// A reading that gets the bytes as they come.
struct Tee {
    running: Running,
    /// How many bytes it got.
    sent: u64,
    /// It fell behind: the rest it gets from the evidence store.
    behind: bool,
}

impl Store {
    /// Begins to receive evidence for an incident. Refused before a byte is taken in.
    pub async fn begin_evidence(&self, actor: &Actor, key: Key, described: Description) -> Result<LogUpload> {
        let incident = self.head(actor, key).await?.id;
        actor.permit(Permit::Edit)?;
        let (id, began) = (self.clock().new_id(), self.now());
        let upload = self.begin_upload().await?;
        let reading = if described.unread {
            None
        } else {
            let options =
                Options { collected_at: Some(began), mapping: described.mapping.clone(), ..Options::default() };
            let work =
                Work { format: described.format, name: described.name.clone(), options, written: Written::default() };
            let job = Job { incident: incident.clone(), key, evidence: id.clone(), work };
            self.note_reading(&job, ReadingState::Receiving, began).await?;
            Some(Tee { running: self.run(job), sent: 0, behind: false })
        };
        let (store, actor) = (self.clone(), actor.clone());
        Ok(LogUpload { store, actor, key, described, upload, id, incident, reading })
    }
}

impl LogUpload {
    /// Takes the next bytes.
    pub async fn write(&mut self, chunk: Bytes) -> Result<()> {
        self.upload.write(&chunk).await?;
        if let Some(tee) = self.reading.as_mut().filter(|tee| !tee.behind) {
            let length = chunk.len() as u64;
            let sent = tee.running.pieces.send(Piece::Bytes(chunk));
            match tokio::time::timeout(PATIENCE, sent).await {
                Ok(Ok(())) => tee.sent += length,
                // A reader that stands still, or is no more, does not hold up the bytes.
                Ok(Err(_)) | Err(_) => tee.behind = true,
            }
        }
        Ok(())
    }

    /// Registers what came as evidence. The same bytes twice are one item.
    pub async fn finish(self) -> Result<(Id, Arc<Dossier>)> {
        let Self { store, actor, key, described, upload, id, incident, reading } = self;
        let received = upload.finish().await?;
        if received.bytes == 0 {
            return Err(Refusal::field("file", "This file is empty: choose another.").into());
        }
        let uploaded = Uploaded {
            id: Some(id.clone()),
            name: described.name,
            sha256: received.sha256.clone(),
            bytes: received.bytes,
            format: if received.looks_text { "text" } else { "binary" }.into(),
            lines: received.lines,
            source: described.source,
            collector: described.collector,
        };
        let entered = store.enter(&actor, key, Permit::Edit, move |entry| entry.add_evidence(uploaded)).await?;
        let Some(Tee { running, sent, behind }) = reading else { return Ok((entered.value, entered.dossier)) };
        let Running { pieces, registered, mut task } = running;
        let is_new = entered.value == id;
        if is_new {
            store.set_reading_state(&incident, &id, ReadingState::Reading, None).await?;
        }
        let _ = registered.send(is_new);
        if is_new && behind {
            store.feed(received.sha256, sent, pieces);
        } else if is_new {
            let _ = pieces.send(Piece::End).await;
        } else {
            drop(pieces);
        }
        let _ = tokio::time::timeout(WAIT, &mut task).await;
        let known = entered.dossier.evidence.get(&entered.value).map(|kept| (kept.records, kept.format.clone()));
        if !is_new && known.is_some_and(|(records, _)| records.is_none()) {
            // Known bytes that nobody had read: now somebody wants them read.
            let _ = store.read_evidence(&actor, key, &entered.value, described.format, described.mapping).await;
        }
        let dossier = store.dossier(&actor, key).await?;
        Ok((entered.value, dossier))
    }
}
