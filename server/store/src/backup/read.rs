//! Restoring: evidence first, then the database in one transaction, and then everything is verified.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::Refusal;
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

use super::rows::{Kind, Summing, Tables, each, insert};
use super::{FORM, Line, MADE_WITH, Sum};
use crate::blob::Blobs;
use crate::digest::hex;
use crate::engine::{Db, Tx};
use crate::signing::KEY_FILE;
use crate::upload::Upload;
use crate::{Error, Report, Result, Settings, Store};

/// What became of a restored instance.
#[derive(Debug)]
pub struct Restored {
    /// Rows that were written, and read again.
    pub rows: u64,
    /// Evidence that was put in its place.
    pub evidence: u64,
    /// What verifying the instance found.
    pub report: Report,
}

/// A backup that is read.
pub(super) struct Backup {
    from: BufReader<zstd::stream::read::Decoder<'static, BufReader<File>>>,
    hasher: Sha256,
    name: String,
}

impl Backup {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let from =
            File::open(file).map_err(|error| Refusal::rule(format!("cannot read {}: {error}", file.display())))?;
        let from = BufReader::with_capacity(256 << 10, zstd::stream::read::Decoder::new(from)?);
        Ok(Self { from, hasher: Sha256::new(), name: file.display().to_string() })
    }

    fn broken(&self, what: impl std::fmt::Display) -> Error {
        Refusal::rule(format!("{} is no whole backup: {what}. Nothing was written to the database.", self.name)).into()
    }

    /// The next line. After the last one nothing may follow.
    fn next(&mut self) -> Result<Line> {
        let mut text = String::new();
        let read = self.from.read_line(&mut text);
        if read.map_err(|error| self.broken(error))? == 0 || !text.ends_with('\n') {
            return Err(self.broken("its end is missing"));
        }
        let line: Line = serde_json::from_str(&text).map_err(|error| self.broken(error))?;
        if let Line::End { sha256, .. } = &line {
            let more = self.from.read(&mut [0]).map_err(|error| self.broken(error))?;
            if *sha256 != hex(&self.hasher.clone().finalize()) || more > 0 {
                return Err(self.broken("it was altered"));
            }
        }
        self.hasher.update(text.as_bytes());
        Ok(line)
    }

    /// Hands the bytes of evidence over, in pieces.
    fn piece(&mut self, left: &mut u64, buffer: &mut [u8]) -> Result<usize> {
        let most = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.from.read(&mut buffer[..most]).map_err(|error| self.broken(error))?;
        if read == 0 && most > 0 {
            return Err(self.broken("its end is missing"));
        }
        self.hasher.update(&buffer[..read]);
        *left -= read as u64;
        Ok(read)
    }

    fn skip(&mut self, bytes: u64) -> Result<()> {
        let (mut left, mut buffer) = (bytes, vec![0; 256 << 10]);
        while left > 0 {
            self.piece(&mut left, &mut buffer)?;
        }
        Ok(())
    }

    /// The evidence whose bytes are in this file. Reads it to its end.
    pub(super) fn evidence(mut self, known: &mut BTreeMap<String, u64>) -> Result<()> {
        loop {
            match self.next()? {
                Line::Evidence { sha256, bytes } => {
                    self.skip(bytes)?;
                    known.insert(sha256, bytes);
                }
                Line::End { .. } => return Ok(()),
                _ => {}
            }
        }
    }
}

/// Restores a backup into a place where nothing is yet, and verifies it there. `bases` are the earlier backups that hold
/// the evidence which the file only names.
pub async fn restore(settings: &Settings, file: &Path, bases: &[PathBuf]) -> Result<Restored> {
    let data_dir = std::path::absolute(&settings.data_dir)?;
    tokio::fs::create_dir_all(&data_dir).await?;
    let db = Db::open(settings.database_url.as_deref(), &data_dir).await?;
    let blobs = Blobs::open(settings.evidence_url.as_deref(), &data_dir).await?;
    let (rows, evidence) = fill(&db, Some((&blobs, &data_dir)), file, bases).await?;
    db.close().await;
    let store = Store::open(settings).await?;
    let report = store.verify(None).await?;
    store.close().await;
    Ok(Restored { rows, evidence, report })
}

impl Store {
    /// Copies the database of this instance into another one, where nothing is yet, and verifies it there. Evidence and
    /// key stay where they are.
    pub async fn copy_to(&self, settings: &Settings) -> Result<Restored> {
        let draft = self.data_dir().join(format!("copy-{}.part", crate::unique().simple()));
        let copied = async {
            self.write_backup(&draft, None).await?;
            let db = Db::open(settings.database_url.as_deref(), self.data_dir()).await?;
            let (rows, evidence) = fill(&db, None, &draft, &[]).await?;
            db.close().await;
            let store = Store::open(settings).await?;
            let report = store.verify(None).await?;
            store.close().await;
            Ok(Restored { rows, evidence, report })
        };
        let copied = copied.await;
        let _ = std::fs::remove_file(&draft);
        copied
    }
}

/// Reads a backup into a database. Everything of it is written in one transaction, or nothing.
async fn fill(db: &Db, files: Option<(&Blobs, &Path)>, file: &Path, bases: &[PathBuf]) -> Result<(u64, u64)> {
    let mut backup = Backup::open(file)?;
    // Asked before anything is put anywhere, and again under the lock.
    let mut first = db.begin().await?;
    let tables = Tables::of(db, &mut first).await?;
    refuse_rows(&mut first, &tables).await?;
    let ours: i64 = sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(&mut first).await?;
    first.rollback().await?;
    match backup.next()? {
        Line::Backup { form, schema } if form == FORM && schema == ours => {}
        Line::Backup { form, schema } if form == FORM => {
            let sentence = format!(
                "This backup has the database of another version of Inquest ({schema}, and this one has {ours}): restore it with that version, and then start this one on it."
            );
            return Err(Refusal::state(sentence).into());
        }
        _ => return Err(backup.broken("it does not begin as one")),
    }
    let (mut evidence, mut kept) = (0, BTreeMap::new());
    let (mut into, mut sums): (Option<Into>, BTreeMap<String, Summing>) = (None, BTreeMap::new());
    let mut writing: Option<Tx> = None;
    loop {
        match backup.next()? {
            Line::Key(text) => {
                if let Some((_, data_dir)) = files {
                    write_key(&data_dir.join(KEY_FILE), &text)?;
                }
            }
            Line::Evidence { sha256, bytes } => match files {
                Some((blobs, _)) => {
                    take_evidence(blobs, &mut backup, &sha256, bytes).await?;
                    evidence += 1;
                }
                None => backup.skip(bytes)?,
            },
            Line::Kept { sha256, bytes } => drop(kept.insert(sha256, bytes)),
            Line::Table { name, columns } => {
                into = Some(Into::of(&tables, name, columns).map_err(|what| backup.broken(what))?);
                if writing.is_none() {
                    // Evidence may take hours, and is there before anything names it.
                    evidence += take_kept(files, std::mem::take(&mut kept), bases).await?;
                    let mut tx = db.begin_unhurried().await?;
                    refuse_rows(&mut tx, &tables).await?;
                    writing = Some(tx);
                }
            }
            Line::Row(values) => {
                let (Some(into), Some(tx)) = (&into, &mut writing) else {
                    return Err(backup.broken("a row belongs to no table"));
                };
                sums.entry(into.table.clone()).or_default().add(&into.columns, &values);
                insert(tx, &into.statement, &into.kinds, values).await?;
            }
            Line::End { tables: told, .. } => {
                let Some(mut tx) = writing else { return Err(backup.broken("it has no tables")) };
                compare(&mut tx, &tables, &told, &sums, &backup).await?;
                tx.commit().await?;
                return Ok((told.values().map(|sum| sum.rows).sum(), evidence));
            }
            Line::Backup { .. } => return Err(backup.broken("it begins twice")),
        }
    }
}

/// Where rows go.
struct Into {
    table: String,
    columns: Vec<String>,
    kinds: Vec<Kind>,
    statement: String,
}

impl Into {
    fn of(tables: &Tables, table: String, columns: Vec<String>) -> Result<Self, String> {
        // Only names that this database has itself ever become part of a statement.
        let kind = |column: &String| {
            tables
                .kind(&table, column)
                .ok_or_else(|| format!("it has a column {table}.{column}, which is not known here"))
        };
        let kinds = columns.iter().map(kind).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
        let statement = format!("insert into \"{table}\" ({}) values ({})", names.join(", "), places.join(", "));
        Ok(Self { table, columns, kinds, statement })
    }
}

/// Refuses a database in which somebody worked, and makes room for what a new one comes with.
async fn refuse_rows(tx: &mut Tx, tables: &Tables) -> Result<()> {
    let (made, others): (Vec<&str>, Vec<&str>) = tables.kept().into_iter().partition(|table| MADE_WITH.contains(table));
    for table in others {
        let statement = format!("select cast(count(*) as bigint) from \"{table}\"");
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut *tx).await?;
        if rows > 0 {
            let sentence = format!(
                "There is an instance in this place already ({table} has {rows} rows), and it stays as it is: name a folder or a database in which nothing is."
            );
            return Err(Refusal::state(sentence).into());
        }
    }
    for table in made {
        sqlx::query(AssertSqlSafe(format!("delete from \"{table}\""))).execute(&mut *tx).await?;
    }
    Ok(())
}

/// What was written is read again and held against what the backup says.
async fn compare(
    tx: &mut Tx,
    tables: &Tables,
    told: &BTreeMap<String, Sum>,
    sums: &BTreeMap<String, Summing>,
    backup: &Backup,
) -> Result<()> {
    for (table, due) in told {
        if sums.get(table).map_or_else(|| Summing::default().end(), Summing::end) != *due {
            return Err(backup.broken(format!("{table} has other rows than it says")));
        }
        let found = each(tx, table, &tables.columns(table), |_| Ok(())).await?;
        if found != *due {
            return Err(backup.broken(format!("{table} came out otherwise than it was written")));
        }
    }
    Ok(())
}

async fn take_evidence(blobs: &Blobs, backup: &mut Backup, sha256: &str, bytes: u64) -> Result<()> {
    let mut upload = Upload::begin(blobs, crate::unique().simple().to_string()).await?;
    let (mut left, mut buffer) = (bytes, vec![0; 256 << 10]);
    while left > 0 {
        let read = backup.piece(&mut left, &mut buffer)?;
        upload.write(&buffer[..read]).await?;
    }
    if upload.finish().await?.sha256 != sha256 {
        return Err(backup.broken(format!("the bytes of evidence {sha256} were altered")));
    }
    Ok(())
}

/// Takes evidence out of earlier backups.
async fn take_kept(files: Option<(&Blobs, &Path)>, mut kept: BTreeMap<String, u64>, bases: &[PathBuf]) -> Result<u64> {
    let mut taken = 0;
    for base in bases {
        let mut backup = Backup::open(base)?;
        loop {
            match (backup.next()?, files) {
                (Line::Evidence { sha256, bytes }, Some((blobs, _))) if kept.remove(&sha256).is_some() => {
                    take_evidence(blobs, &mut backup, &sha256, bytes).await?;
                    taken += 1;
                }
                (Line::Evidence { bytes, .. }, _) => backup.skip(bytes)?,
                (Line::End { .. }, _) => break,
                _ => {}
            }
        }
    }
    match kept.len() {
        0 => Ok(taken),
        missing => Err(Refusal::rule(format!(
            "{missing} pieces of evidence are in earlier backups: name those with --base. Nothing was written to the database."
        ))
        .into()),
    }
}

/// The secret key, for its owner alone. One that is there already stays, and has to be the same.
fn write_key(path: &Path, text: &str) -> Result<()> {
    match std::fs::read_to_string(path) {
        Ok(known) if known == text => return Ok(()),
        Ok(_) => {
            let sentence =
                "There is another signing key in this place already, and it stays: name a folder in which nothing is.";
            return Err(Refusal::state(sentence).into());
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let draft = path.with_extension("draft");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(std::fs::rename(&draft, path)?)
}
