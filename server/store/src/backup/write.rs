//! Writing a backup while people work: one snapshot of the database, and the evidence that it names.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use futures::TryStreamExt;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::read::Backup;
use super::rows::{Tables, each};
use super::{FORM, Line, Sum};
use crate::digest::hex;
use crate::engine::Tx;
use crate::{Error, Result, Store};

/// What a backup holds.
#[derive(Debug, Clone, Default)]
pub struct BackedUp {
    /// Rows of the database.
    pub rows: u64,
    /// Evidence whose bytes are in the file.
    pub evidence: u64,
    /// Evidence whose bytes are in an earlier one.
    pub kept: u64,
    /// Evidence whose bytes are not there, or not as they were received: their digests.
    pub broken: Vec<String>,
}

/// A backup under way: what is written is hashed before it is packed.
struct Out {
    packed: zstd::stream::write::Encoder<'static, BufWriter<File>>,
    hasher: Sha256,
}

impl Out {
    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        Ok(self.packed.write_all(bytes)?)
    }

    fn line(&mut self, line: &Line) -> Result<()> {
        self.bytes((serde_json::to_string(line)? + "\n").as_bytes())
    }

    fn end(mut self, tables: BTreeMap<String, Sum>) -> Result<File> {
        let sha256 = hex(&self.hasher.clone().finalize());
        self.line(&Line::End { tables, sha256 })?;
        let file = self.packed.finish()?.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        Ok(file)
    }
}

impl Store {
    /// Writes a backup to a file, which is there whole or not at all. Evidence that earlier backups hold is named only.
    pub async fn backup(&self, file: &Path, bases: &[PathBuf]) -> Result<BackedUp> {
        let mut known = BTreeMap::new();
        for base in bases {
            Backup::open(base)?.evidence(&mut known)?;
        }
        let draft = file.with_extension("part");
        let written = self.write_backup(&draft, Some(&known)).await;
        match written {
            Ok(done) => {
                std::fs::rename(&draft, file)?;
                Ok(done)
            }
            Err(error) => {
                let _ = std::fs::remove_file(&draft);
                Err(error)
            }
        }
    }

    /// Writes a backup; without evidence and the key where `known` is not given.
    pub(super) async fn write_backup(&self, draft: &Path, known: Option<&BTreeMap<String, u64>>) -> Result<BackedUp> {
        // It has the secret key and everybody's case files in it.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(draft)?;
        let packed = zstd::stream::write::Encoder::new(BufWriter::new(file), 3)?;
        let mut out = Out { packed, hasher: Sha256::new() };
        let mut done = BackedUp::default();
        let mut tx = self.db().snapshot().await?;
        let schema: i64 = sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(&mut tx).await?;
        out.line(&Line::Backup { form: FORM.into(), schema })?;
        if let Some(known) = known {
            match std::fs::read_to_string(self.key_file()) {
                Ok(text) => out.line(&Line::Key(text))?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
            for sha256 in evidence(&mut tx).await? {
                self.write_evidence(&mut out, &sha256, known, &mut done).await?;
            }
        }
        let tables = Tables::of(self.db(), &mut tx).await?;
        let mut sums = BTreeMap::new();
        for name in tables.kept() {
            let columns = tables.columns(name);
            out.line(&Line::Table { name: name.to_string(), columns: columns.clone() })?;
            let sum = each(&mut tx, name, &columns, |row| out.line(&Line::Row(row))).await?;
            done.rows += sum.rows;
            sums.insert(name.to_string(), sum);
        }
        tx.rollback().await?;
        out.end(sums)?;
        Ok(done)
    }

    async fn write_evidence(
        &self,
        out: &mut Out,
        sha256: &str,
        known: &BTreeMap<String, u64>,
        done: &mut BackedUp,
    ) -> Result<()> {
        let sha256 = sha256.to_string();
        if let Some(bytes) = known.get(&sha256) {
            done.kept += 1;
            return out.line(&Line::Kept { sha256, bytes: *bytes });
        }
        // A backup of bytes that were altered would pass for what was received.
        let (Some(bytes), true) =
            (self.blob_size(&sha256).await?, self.rehash(&sha256).await?.as_ref() == Some(&sha256))
        else {
            done.broken.push(sha256);
            return Ok(());
        };
        done.evidence += 1;
        out.line(&Line::Evidence { sha256: sha256.clone(), bytes })?;
        let mut stream = self.read_blob(&sha256).await?;
        let mut left = bytes;
        while let Some(chunk) = stream.try_next().await? {
            left = left.checked_sub(chunk.len() as u64).ok_or_else(|| Error::internal("evidence grew"))?;
            out.bytes(&chunk)?;
        }
        if left > 0 { Err(Error::internal("evidence shrank")) } else { Ok(()) }
    }
}

/// The digests of all evidence, deleted items too.
async fn evidence(tx: &mut Tx) -> Result<Vec<String>> {
    let bodies: Vec<String> =
        sqlx::query_scalar("select body from records where noun = 'evidence'").fetch_all(&mut *tx).await?;
    let mut digests = Vec::new();
    for body in bodies {
        let body: Value = serde_json::from_str(&body)?;
        digests.extend(body["sha256"].as_str().map(str::to_string));
    }
    let sealed: Vec<String> =
        sqlx::query_scalar("select sha256 from source_segments where removed_at is null").fetch_all(&mut *tx).await?;
    digests.extend(sealed);
    digests.sort();
    digests.dedup();
    Ok(digests)
}
