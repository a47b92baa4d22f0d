//! Looking before reading: what a file would be read as.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::import::ImportPreview;
use domain::reader::log::{Format, Mapping, Options, Terms};
use domain::{Id, Refusal};
use futures::{Stream, StreamExt};
use tokio::sync::mpsc::Receiver;

use super::source::{Piece, pipe};
use super::unpack::unpack;
use super::work::{Work, Written, try_read};
use crate::blob::BlobStream;
use crate::{OpenIncident, Result, Store};

/// So much of evidence at hand is looked at: more takes longer than a page may.
const LOOKED_AT_BYTES: u64 = 32 << 20;

/// So much is unpacked at once, and so many pieces wait to be shown.
const CHUNK_BYTES: usize = 1 << 16;
const CHUNKS_MAX: usize = 4;

/// A trial holds a thread: a sender that is silent for so long is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);

fn too_slow() -> Refusal {
    Refusal::field("file", "The file comes too slowly to be tried while it comes: upload it, and try it there.")
}

impl Store {
    /// What the bytes of a stream would be read as. Nothing is kept.
    pub async fn try_stream(
        &self,
        name: String,
        format: Option<Format>,
        mapping: Option<Mapping>,
        terms: Terms,
        bytes: impl Stream<Item = Result<Bytes>> + Send,
    ) -> Result<ImportPreview> {
        self.try_bytes(name, format, mapping, terms, bytes, u64::MAX).await
    }

    #[allow(clippy::too_many_arguments)] // what it is called, how it is read, and how much of it
    async fn try_bytes(
        &self,
        name: String,
        format: Option<Format>,
        mapping: Option<Mapping>,
        terms: Terms,
        bytes: impl Stream<Item = Result<Bytes>> + Send,
        bytes_max: u64,
    ) -> Result<ImportPreview> {
        let options = Options { collected_at: Some(self.now()), mapping, terms, ..Options::default() };
        let work = Arc::new(Work { format, name, options, written: Written::default() });
        let _turn = self.turns().look().await?;
        let (pieces, source, _) = pipe();
        let thread = tokio::task::spawn_blocking(move || try_read(source, &work, bytes_max));
        let mut bytes = std::pin::pin!(bytes);
        while let Some(chunk) = tokio::time::timeout(PATIENCE, bytes.next()).await.map_err(|_| too_slow())? {
            if pieces.send(Piece::Bytes(chunk?)).await.is_err() {
                break;
            }
        }
        let _ = pieces.send(Piece::End).await;
        drop(pieces);
        thread.await?.map_err(|sentence| Refusal::field("file", sentence).into())
    }
}

impl OpenIncident {
    /// How a file that is uploaded to an incident is read: what it leaves open of its days is of the incident's.
    pub async fn terms_in(&self, terms: Terms) -> Result<Terms> {
        self.store.dated(&self.head.id, terms).await
    }

    /// What an item would be read as, from its first 32 MB.
    pub async fn try_evidence(
        &self,
        evidence: &Id,
        format: Option<Format>,
        mapping: Option<Mapping>,
        terms: Terms,
    ) -> Result<ImportPreview> {
        let dossier = self.dossier().await?;
        let item = dossier.evidence.get(evidence).ok_or_else(|| Refusal::absent("evidence item"))?;
        let terms = self.terms_in(terms).await?;
        let bytes: BlobStream = self.store.read_blob_from(&item.sha256, 0).await?;
        self.store.try_bytes(item.name.clone(), format, mapping, terms, bytes, LOOKED_AT_BYTES).await
    }
}

impl Store {
    /// Packed bytes as they are inside, in UTF-8, as a stream. What breaks off ends it.
    pub(crate) async fn unpacked(&self, packed: BlobStream, encoding: Option<super::Charset>) -> Result<BlobStream> {
        let turn = self.turns().look().await?;
        let (pieces, source, _) = pipe();
        tokio::spawn(async move {
            let mut packed = packed;
            while let Some(Ok(chunk)) = packed.next().await {
                if pieces.send(Piece::Bytes(chunk)).await.is_err() {
                    return;
                }
            }
            let _ = pieces.send(Piece::End).await;
        });
        let (out, chunks) = tokio::sync::mpsc::channel::<Result<Bytes>>(CHUNKS_MAX);
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let Ok(bytes) = unpack(source, encoding) else { return };
            let (mut bytes, _) = super::decode::decoded(bytes, encoding);
            let mut chunk = vec![0; CHUNK_BYTES];
            while let Ok(length) = bytes.read(&mut chunk) {
                if length == 0 || out.blocking_send(Ok(Bytes::copy_from_slice(&chunk[..length]))).is_err() {
                    return;
                }
            }
        });
        let next =
            |mut chunks: Receiver<Result<Bytes>>| async move { chunks.recv().await.map(|chunk| (chunk, chunks)) };
        Ok(futures::stream::unfold(chunks, next).boxed())
    }
}
