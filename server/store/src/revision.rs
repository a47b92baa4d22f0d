//! Published revisions, as they were frozen.

use domain::casefile::RevisionFiles;
use domain::export::{Format, Profile};
use domain::postmortem::Revision;
use domain::revision::{Manifest, digest, file_name};
use domain::{Key, Refusal};

use crate::change::canonical;
use crate::engine::Tx;
use crate::signing::{Signature, Signer};
use crate::{Error, OpenIncident, Result, Store};

/// The file that names all others.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The signature of that file.
pub(crate) const SIGNATURE: &str = "signature.json";

/// Writes a revision down with its signature, in the transaction of its publication.
pub(crate) async fn write(tx: &mut Tx, incident: &str, frozen: &RevisionFiles, signer: &Signer) -> Result<()> {
    let signature = canonical(&serde_json::to_value(signer.sign(&frozen.manifest))?);
    let files = frozen.files.iter().map(|(file, body)| (file.as_str(), body.as_slice()));
    for (file, body) in files.chain([(MANIFEST, frozen.manifest.as_bytes()), (SIGNATURE, signature.as_bytes())]) {
        sqlx::query("insert into revision_files (incident_id, number, file, body) values ($1, $2, $3, $4)")
            .bind(incident)
            .bind(i64::from(frozen.number))
            .bind(file)
            .bind(body)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

impl OpenIncident {
    /// Every revision of an incident, oldest first; without a manifest where it was published before texts were kept.
    pub async fn revisions(&self) -> Result<Vec<(Revision, Option<Manifest>)>> {
        let dossier = self.dossier().await?;
        let mut revisions = Vec::new();
        for revision in dossier.postmortem().revisions {
            let manifest = match revision.manifest.is_empty() {
                true => None,
                false => Some(self.store.manifest_of(self.key, &revision).await?),
            };
            revisions.push((revision, manifest));
        }
        Ok(revisions)
    }

    /// What one revision consists of.
    pub async fn revision(&self, number: u32) -> Result<Manifest> {
        let dossier = self.dossier().await?;
        let revision = dossier.postmortem().revisions.into_iter().find(|revision| revision.number == number);
        let revision = revision.ok_or_else(|| Refusal::absent("revision of that number"))?;
        if revision.manifest.is_empty() {
            return Err(Refusal::state(format!(
                "Revision {number} was published by an older version, which kept no texts: publish a new revision."
            ))
            .into());
        }
        self.store.manifest_of(self.key, &revision).await
    }

    /// The signature of a revision's manifest.
    pub async fn revision_signature(&self, number: u32) -> Result<Signature> {
        self.revision(number).await?;
        let body = self.store.frozen_body(self.key, number, SIGNATURE).await?;
        let signature = body.and_then(|body| serde_json::from_slice(&body).ok());
        signature
            .ok_or_else(|| Error::Damaged(format!("the signature of revision {number} of {} is gone", self.key).into()))
    }

    /// A file of a revision, byte by byte as it was published.
    pub async fn revision_file(&self, number: u32, format: Format, profile: Profile) -> Result<Vec<u8>> {
        let manifest = self.revision(number).await?;
        let Some(file) = manifest.file(format, profile) else {
            return Err(Refusal::field(
                "format",
                format!("Revision {number} was not written as {format} when it was published: choose another format."),
            )
            .into());
        };
        self.store.frozen_file(self.key, number, &file_name(format, profile), &file.sha256).await
    }

    /// A revision as text to read and to compare: its Markdown.
    pub async fn revision_text(&self, number: u32, profile: Profile) -> Result<String> {
        let body = self.revision_file(number, Format::Markdown, profile).await?;
        String::from_utf8(body).map_err(|error| Error::Damaged(error.to_string().into()))
    }
}

impl Store {
    async fn manifest_of(&self, key: Key, revision: &Revision) -> Result<Manifest> {
        let body = self.frozen_file(key, revision.number, MANIFEST, &revision.manifest).await?;
        Manifest::parse(&String::from_utf8_lossy(&body)).map_err(|error| Error::Damaged(error.into()))
    }

    /// A frozen file, if it is still the one that was published.
    async fn frozen_file(&self, key: Key, number: u32, file: &str, sha256: &str) -> Result<Vec<u8>> {
        let body = self.frozen_body(key, number, file).await?;
        body.filter(|body| digest(body) == sha256).ok_or_else(|| {
            let sentence = format!("{file} of revision {number} of {key} is not what was published");
            Error::Damaged(sentence.into())
        })
    }

    async fn frozen_body(&self, key: Key, number: u32, file: &str) -> Result<Option<Vec<u8>>> {
        Ok(sqlx::query_scalar(
            "select f.body from revision_files f join incidents i on i.id = f.incident_id
             where i.number = $1 and f.number = $2 and f.file = $3",
        )
        .bind(key.0)
        .bind(i64::from(number))
        .bind(file)
        .fetch_optional(self.reader())
        .await?)
    }
}
