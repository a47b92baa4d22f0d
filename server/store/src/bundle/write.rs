//! Writing a bundle: what the incident is, at one moment, with its history. The same version gives the same bytes.

use std::io::Write as _;

use domain::bundle::{
    CASE, EVIDENCE, EvidenceDigest, FORM, FileDigest, ImportSettings, MANIFEST, Manifest, SIGNATURE, Signer,
    evidence_of,
};
use domain::{Id, Instant, Key, Refusal};
use flate2::Crc;
use futures::TryStreamExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::check::{DOCUMENT_BYTES_MAX, check_bundle};
use super::pack::{self, Place, arrange};
use super::revisions;
use crate::change::{Line, canonical};
use crate::digest::hex;
use crate::dossier::load;
use crate::engine::Tx;
use crate::{Actor, Error, OpenIncident, Result, Store};

/// Whether the bytes of evidence go with a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceOf {
    /// All that are held as they were received.
    All,
    /// None: their digests stay.
    DigestsOnly,
}

/// A bundle that is ready to be written. Its length is known, and what it says is of one moment.
#[derive(Debug)]
pub struct Packed {
    /// What a file of it is called.
    pub file_name: String,
    places: Vec<Place>,
    documents: Vec<(String, Vec<u8>)>,
}

impl Packed {
    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        pack::length(&self.places)
    }
}

/// The state of an incident that is bundled, read in one snapshot.
struct Moment {
    case: String,
    evidence: Vec<(String, u64)>,
    revisions: Vec<(String, Vec<u8>)>,
    version: u64,
    head: String,
    as_of: Instant,
    incident: Id,
    /// The evidence that holds the history, where the case was imported and nobody changed it since.
    as_it_came: Option<String>,
}

impl OpenIncident {
    /// Makes a bundle of it. The bytes of evidence are hashed, and those that are not as received stay out.
    pub async fn pack(&self, evidence: EvidenceOf) -> Result<Packed> {
        self.store.pack(self.key, evidence).await
    }
}

impl Store {
    async fn pack(&self, key: Key, evidence: EvidenceOf) -> Result<Packed> {
        let signer = self.signer().await?;
        let moment = self.moment(key).await?;
        if let Some(history) = &moment.as_it_came
            && let Some(packed) = self.pack_as_it_came(history, evidence).await?
        {
            return Ok(packed);
        }
        let mut documents = moment.revisions;
        documents.push((CASE.to_string(), moment.case.into_bytes()));
        let files: Vec<Place> = documents.iter().map(|(name, body)| Place::of(name.clone(), body)).collect();
        let mut held = Vec::new();
        let mut items = Vec::new();
        for (sha256, bytes) in moment.evidence {
            let place = self.evidence_place(&sha256).await?.filter(|place| place.bytes == bytes);
            items.push(EvidenceDigest { sha256, bytes, held: place.is_some() });
            held.extend(place);
        }
        let mut listed: Vec<FileDigest> = files
            .iter()
            .map(|place| FileDigest { name: place.name.clone(), sha256: place.sha256.clone(), bytes: place.bytes })
            .collect();
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        let manifest = Manifest {
            form: FORM.into(),
            key,
            incident: moment.incident,
            version: moment.version,
            head: moment.head,
            as_of: moment.as_of,
            signer: Signer { id: signer.id.clone(), public_key: signer.public_key() },
            files: listed,
            evidence: items,
        };
        let text = manifest.text() + "\n";
        let signature = canonical(&serde_json::to_value(signer.sign(&text))?) + "\n";
        documents.push((MANIFEST.into(), text.into_bytes()));
        documents.push((SIGNATURE.into(), signature.into_bytes()));
        let ends = documents[documents.len() - 2..].iter().map(|(name, body)| Place::of(name.clone(), body));
        let mut places: Vec<Place> = files.into_iter().chain(ends).collect();
        if evidence == EvidenceOf::All {
            places.extend(held);
        }
        Ok(Packed { file_name: format!("{key}.inquest"), places: arrange(places), documents })
    }

    /// Writes a bundle out.
    pub async fn write_packed(&self, packed: &Packed, out: &mut (impl AsyncWrite + Unpin)) -> Result<()> {
        for place in &packed.places {
            out.write_all(&place.local_header()).await?;
            match packed.documents.iter().find(|(name, _)| *name == place.name) {
                Some((_, body)) => out.write_all(body).await?,
                None => {
                    let mut bytes = self.read_blob(place.name.trim_start_matches(EVIDENCE)).await?;
                    while let Some(chunk) = bytes.try_next().await? {
                        out.write_all(&chunk).await?;
                    }
                }
            }
        }
        out.write_all(&pack::contents(&packed.places)).await?;
        Ok(out.flush().await?)
    }

    async fn moment(&self, key: Key) -> Result<Moment> {
        let mut tx = self.db().snapshot().await?;
        let row = sqlx::query("select id, version, head from incidents where number = $1")
            .bind(key.0)
            .fetch_one(&mut tx)
            .await?;
        let (incident, version, head): (String, i64, String) =
            (row.try_get("id")?, row.try_get("version")?, row.try_get("head")?);
        let dossier = load(&mut tx, &incident, key).await?;
        let evaluation = serde_json::to_value(dossier.evaluation())?;
        let mut case = Vec::new();
        case.extend_from_slice(br#"{"changes":["#);
        let (as_of, touched) = write_changes(&mut tx, &incident, key, &mut case).await?;
        let head_record = dossier.incident()?;
        let as_it_came = head_record.origin.as_ref().filter(|_| !touched);
        let as_it_came = as_it_came.and_then(|origin| dossier.evidence.get(&origin.history));
        let as_it_came = as_it_came.map(|item| item.sha256.clone());
        write!(
            case,
            r#"],"facts":{},"form":{},"head":{},"incident":{},"readings":{},"severity":{},"verdict":{},"version":{version}}}"#,
            canonical(&serde_json::to_value(dossier.facts())?),
            json!(FORM),
            json!(head),
            json!(incident),
            canonical(&serde_json::to_value(settings(&mut tx, &incident).await?)?),
            canonical(&evaluation["severity"]),
            canonical(&evaluation["verdict"]),
        )?;
        case.push(b'\n');
        let files: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(
            "select number, file, body from revision_files where incident_id = $1 order by number, file",
        )
        .bind(&incident)
        .fetch_all(&mut tx)
        .await?;
        tx.rollback().await?;
        Ok(Moment {
            case: String::from_utf8(case).map_err(Error::internal)?,
            evidence: evidence_of(&dossier).into_iter().collect(),
            revisions: files.into_iter().map(|(number, file, body)| (revisions::name(number, &file), body)).collect(),
            version: dossier.version,
            head,
            as_of,
            incident: Id::new(incident),
            as_it_came,
        })
    }

    /// A case that was imported and not changed since goes on as it came, with the signature it came with.
    async fn pack_as_it_came(&self, history: &str, evidence: EvidenceOf) -> Result<Option<Packed>> {
        let mut bytes = Vec::new();
        let mut kept = self.read_blob(history).await?;
        while let Some(chunk) = kept.try_next().await? {
            bytes.extend_from_slice(&chunk);
        }
        let Ok(found) = check_bundle(&bytes[..]) else { return Ok(None) };
        let Some(manifest) = found.manifest.as_ref().filter(|_| found.is_whole()) else { return Ok(None) };
        let mut places = found.places.clone();
        let mut held = Vec::new();
        for item in manifest.evidence.iter().filter(|item| item.held) {
            held.extend(self.evidence_place(&item.sha256).await?);
        }
        // All or none: one that lacks some would look as if somebody had taken them out.
        if evidence == EvidenceOf::All && held.len() == manifest.evidence.iter().filter(|item| item.held).count() {
            places.extend(held);
        }
        let file_name = format!("{}.inquest", manifest.key);
        Ok(Some(Packed { file_name, places: arrange(places), documents: found.documents.into_iter().collect() }))
    }

    /// The bytes of evidence as a file of a bundle, if they are there and still what was received.
    async fn evidence_place(&self, sha256: &str) -> Result<Option<Place>> {
        if self.blob_size(sha256).await?.is_none() {
            return Ok(None);
        }
        let (mut crc, mut hasher, mut length) = (Crc::new(), Sha256::new(), 0);
        let mut bytes = self.read_blob(sha256).await?;
        while let Some(chunk) = bytes.try_next().await? {
            crc.update(&chunk);
            hasher.update(&chunk);
            length += chunk.len() as u64;
        }
        let found = hex(&hasher.finalize());
        Ok((found == sha256).then(|| Place::known(format!("{EVIDENCE}{sha256}"), length, crc.sum(), found)))
    }
}

/// Writes the log down as it is kept: its texts are what was hashed. Answers when the last change was made, and whether
/// anybody but Inquest itself made one after the entry that filed the incident.
async fn write_changes(tx: &mut Tx, incident: &str, key: Key, out: &mut Vec<u8>) -> Result<(Instant, bool)> {
    let mut rows = sqlx::query(
        "select version, at, actor, kind, noun, record_id, before, after, hash from changes where incident_id = $1 order by version",
    )
    .bind(incident)
    .fetch(&mut *tx);
    let system = canonical(&serde_json::to_value(Actor::system().person)?);
    let (mut as_of, mut filed_at, mut touched) = (0, None, false);
    while let Some(row) = rows.try_next().await? {
        let line = Line::read(&row)?;
        if line.version > 1 {
            out.push(b',');
        }
        write!(out, r#"{{"change":{},"hash":{}}}"#, line.text(), json!(line.hash))?;
        as_of = line.at;
        let filed_at = *filed_at.get_or_insert(line.at);
        touched |= line.at != filed_at && line.actor != system;
        if out.len() as u64 > DOCUMENT_BYTES_MAX {
            return Err(Refusal::state(format!(
                "The history of {key} is longer than a bundle may be ({} MB): use a backup to move it.",
                DOCUMENT_BYTES_MAX >> 20
            ))
            .into());
        }
    }
    Ok((Instant::from_micros(as_of), touched))
}

/// How the logs of an incident are read.
async fn settings(tx: &mut Tx, incident: &str) -> Result<Vec<ImportSettings>> {
    let rows = sqlx::query(
        "select evidence_id, format, mapping, terms from readings where incident_id = $1 and state = 'read' order by evidence_id",
    )
    .bind(incident)
    .fetch_all(&mut *tx)
    .await?;
    let parsed = |text: Option<String>| -> Result<Option<Value>> {
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    };
    let setting = |row: &sqlx::any::AnyRow| -> Result<ImportSettings> {
        Ok(ImportSettings {
            evidence: Id::new(row.try_get::<String, _>("evidence_id")?),
            format: row.try_get("format")?,
            mapping: parsed(row.try_get("mapping")?)?,
            terms: parsed(row.try_get("terms")?)?,
        })
    };
    rows.iter().map(setting).collect()
}
