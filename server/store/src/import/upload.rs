//! An upload that becomes evidence and is read as it arrives.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::access::Permit;
use domain::casefile::Dossier;
use domain::evidence::Upload as Uploaded;
use domain::import::ImportState;
use domain::reader::log::{Format, Mapping, Options, Terms};
use domain::{Id, Instant, Key};
use tokio::task::JoinHandle;

use super::job::{Job, Running, WAIT};
use super::source::Piece;
use super::turn::Turn;
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
    /// What is said of the whole log.
    pub terms: Terms,
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
    reading: ImportStart,
}

/// When an upload is read.
enum ImportStart {
    /// Never: it is only kept.
    Not,
    /// While it arrives.
    Now(Tee),
    /// Once it is there. What was begun to be read of it is thrown away first.
    Later(Option<JoinHandle<()>>),
}

/// An import that gets the bytes as they come.
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
        let head = self.head(actor, key).await?;
        actor.permit(Permit::Edit)?;
        head.refuse_merged(key)?;
        let incident = head.id;
        let (id, began) = (self.clock().new_id(), self.now());
        let upload = self.begin_upload().await?;
        let turn = self.turns().arriving().filter(|_| !described.unread);
        let reading = match turn {
            None if described.unread => ImportStart::Not,
            // All threads are taken: it waits, and nobody waits for it.
            None => ImportStart::Later(None),
            Some(turn) => {
                let terms = self.dated(&incident, described.terms.clone()).await?;
                let job = job(&described, terms, &incident, key, &id, began);
                self.note_import(&job, ImportState::Receiving, began).await?;
                ImportStart::Now(self.tee(job, turn))
            }
        };
        let (store, actor) = (self.clone(), actor.clone());
        Ok(LogUpload { store, actor, key, described, upload, id, incident, reading })
    }

    fn tee(&self, job: Job, turn: Turn) -> Tee {
        Tee { running: self.run(job, turn), sent: 0, behind: false }
    }
}

fn job(described: &Description, terms: Terms, incident: &str, key: Key, id: &Id, began: Instant) -> Job {
    let mapping = described.mapping.clone();
    let options = Options { collected_at: Some(began), mapping, terms, ..Options::default() };
    let work = Work { format: described.format, name: described.name.clone(), options, written: Written::default() };
    Job { incident: incident.to_string(), key, evidence: id.clone(), work }
}

impl LogUpload {
    /// Takes the next bytes.
    pub async fn write(&mut self, chunk: Bytes) -> Result<()> {
        self.upload.write(&chunk).await?;
        if let ImportStart::Now(tee) = &mut self.reading
            && !tee.behind
        {
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

    /// Gives the thread that reads it back while the sender pauses: it is read from the beginning once it is there.
    pub fn read_later(&mut self) {
        if let ImportStart::Now(tee) = std::mem::replace(&mut self.reading, ImportStart::Later(None)) {
            // Without these two it stops, and leaves nothing.
            let Running { pieces, registered, task, .. } = tee.running;
            drop((pieces, registered));
            self.reading = ImportStart::Later(Some(task));
        }
    }

    /// Registers what came as evidence. The same bytes twice are one item.
    pub async fn finish(self) -> Result<(Id, Arc<Dossier>)> {
        let Self { store, actor, key, described, upload, id, incident, reading } = self;
        let received = upload.finish().await?;
        let uploaded = Uploaded {
            id: Some(id.clone()),
            name: described.name.clone(),
            sha256: received.sha256.clone(),
            bytes: received.bytes,
            format: if received.looks_text { "text" } else { "binary" }.into(),
            lines: received.lines,
            source: described.source.clone(),
            collector: described.collector.clone(),
        };
        let entered = store.enter(&actor, key, Permit::Edit, move |entry| entry.add_evidence(uploaded)).await?;
        let Tee { running, sent, behind } = match reading {
            ImportStart::Not => return Ok((entered.value, entered.dossier)),
            ImportStart::Now(tee) => tee,
            ImportStart::Later(given_up) => {
                if let Some(task) = given_up {
                    let _ = task.await;
                }
                if entered.dossier.evidence.get(&entered.value).is_some_and(|kept| kept.records.is_none()) {
                    let Description { format, mapping, terms, .. } = described;
                    // Bytes that are there already may be read by somebody else just now.
                    let _ = store.read_evidence(&actor, key, &entered.value, format, mapping, terms).await;
                }
                return Ok((entered.value, store.dossier(&actor, key).await?));
            }
        };
        let Running { pieces, registered, begun, mut task } = running;
        let is_new = entered.value == id;
        if is_new {
            store.set_import_state(&incident, &id, ImportState::Reading, None).await?;
        }
        let _ = registered.send(is_new);
        if is_new && behind {
            store.feed(received.sha256, sent, pieces, begun);
        } else if is_new {
            let _ = pieces.send(Piece::End).await;
        } else {
            drop(pieces);
        }
        let _ = tokio::time::timeout(WAIT, &mut task).await;
        let known = entered.dossier.evidence.get(&entered.value).map(|kept| (kept.records, kept.format.clone()));
        if !is_new && known.is_some_and(|(records, _)| records.is_none()) {
            // Known bytes that nobody had read: now somebody wants them read.
            let _ = store
                .read_evidence(&actor, key, &entered.value, described.format, described.mapping, described.terms)
                .await;
        }
        let dossier = store.dossier(&actor, key).await?;
        Ok((entered.value, dossier))
    }
}
