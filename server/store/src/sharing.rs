//! Links to published revisions: what a secret opens, for readers without an account.

use domain::export::{Format, Profile};
use domain::revision::{Manifest, digest};
use domain::{Instant, Key};

use crate::signing::Signature;
use crate::{Actor, Error, OpenIncident, Result, Store};

/// A public file of a revision, with its signature by this instance.
#[derive(Debug, Clone)]
pub struct SharedFile {
    /// How it is written.
    pub format: Format,
    /// The digest of its bytes, in hex.
    pub sha256: String,
    /// The bytes.
    pub body: Vec<u8>,
    /// The signature of the bytes.
    pub signature: Signature,
}

/// What a link opens: the public side of a revision, and nothing else of its incident.
#[derive(Clone)]
pub struct SharedRevision {
    incident: OpenIncident,
    manifest: Manifest,
    /// Until when the link opens.
    pub until: Instant,
}

impl Store {
    /// A secret for a new link, with its digest, which alone is kept.
    pub fn link_secret(&self) -> Result<(String, String)> {
        let secret = self.clock().secret()?;
        let digest = digest(secret.as_bytes());
        Ok((secret, digest))
    }

    /// What a secret opens now; nothing where it is wrong, expired or revoked, or where there is no such incident.
    pub async fn shared(&self, key: Key, secret: &str) -> Result<Option<SharedRevision>> {
        let incident = match self.incident(&Actor::system(), key).await {
            Ok(incident) => incident,
            Err(Error::Refused(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let dossier = incident.dossier().await?;
        let Some(link) = dossier.opened(&digest(secret.as_bytes()), self.now()) else { return Ok(None) };
        let manifest = incident.revision(link.revision).await?;
        Ok(Some(SharedRevision { incident, manifest, until: link.until }))
    }
}

impl SharedRevision {
    /// The key of its incident.
    pub fn key(&self) -> Key {
        self.incident.key()
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.manifest.number
    }

    /// When it was published. By whom is not told in public.
    pub fn published(&self) -> Instant {
        self.manifest.published.at
    }

    /// The formats in which it can be had in public.
    pub fn formats(&self) -> Vec<Format> {
        let public = self.manifest.files.iter().filter(|file| file.profile == Profile::Public);
        public.map(|file| file.format).collect()
    }

    /// Its text, to read.
    pub async fn text(&self) -> Result<String> {
        self.incident.revision_text(self.number(), Profile::Public).await
    }

    /// A file of it, signed. The signature is made anew each time: of the same bytes and with the same key it is the same
    /// one.
    pub async fn file(&self, format: Format) -> Result<SharedFile> {
        let body = self.incident.revision_file(self.number(), format, Profile::Public).await?;
        let signature = self.incident.store.signer().await?.sign(&body);
        Ok(SharedFile { format, sha256: digest(&body), body, signature })
    }
}
