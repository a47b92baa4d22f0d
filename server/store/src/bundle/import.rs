//! Taking a bundle in: verified whole before anything is stored, and written down in one entry.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use domain::access::Permit;
use domain::bundle::{Case, CaseImport, Coming, EVIDENCE, ImportSettings, Manifest, Origin};
use domain::casefile::Dossier;
use domain::evidence::Upload;
use domain::reader::log::Format;
use domain::revision::digest;
use domain::{Id, Key, Refusal, RefusalKind};

use super::check::{Bundled, check_bundle};
use super::pack::{self, Place, arrange};
use crate::apart::apart;
use crate::{Actor, Error, Result, Store};

/// So many sentences of what is wrong are told.
const SENTENCES_MAX: usize = 5;

/// What became of an import.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What it added, or would add.
    pub plan: CaseImport,
    /// The incident, where it was added or is here already.
    pub key: Option<Key>,
    /// Whether it was added now.
    pub is_new: bool,
}

/// A bundle that is whole.
struct Whole {
    manifest: Manifest,
    case: Case,
    dossier: Dossier,
    bundled: Bundled,
    /// The digests of evidence whose bytes it has.
    bytes: BTreeSet<String>,
}

impl Store {
    /// Files an incident from a bundle, or says only what that would do. A bundle that is not whole is refused, and
    /// nothing of it is stored; one that is here already changes nothing.
    pub async fn import_bundle(&self, actor: &Actor, file: &Path, dry_run: bool) -> Result<Imported> {
        actor.permit(Permit::Edit)?;
        let path = file.to_path_buf();
        let whole = tokio::task::spawn_blocking(move || open(&path)).await.map_err(Error::internal)??;
        let (id, here) = self.name_for(actor, &whole.manifest).await?;
        let origin = self.origin(&whole).await?;
        let history = Upload {
            id: None,
            name: format!("{}.inquest", whole.manifest.key),
            sha256: String::new(),
            bytes: 0,
            format: "binary".into(),
            lines: None,
            source: Some(format!("signed with {}", origin.signer)),
            collector: None,
        };
        let coming = |history| Coming {
            dossier: &whole.dossier,
            id: id.clone(),
            origin: origin.clone(),
            history,
            bytes: &whole.bytes,
        };
        let mut plan = apart(|| self.trial(actor, &Dossier::default()).import_case(coming(history.clone())))?;
        plan.unproven.extend(whole.bundled.notes.iter().cloned());
        if let Some(key) = here {
            plan.exists.push(format!("This version of the case was imported as {key}: nothing is added."));
        }
        self.tell_of_others(actor, &whole.manifest, &mut plan).await?;
        if dry_run || here.is_some() {
            return Ok(Imported { plan, key: here, is_new: false });
        }
        self.keep_bytes(file, &whole).await?;
        let (sha256, bytes) = self.keep_history(&whole).await?;
        let kept = Upload { sha256, bytes, ..history };
        let entered = self.create(actor, |entry| entry.import_case(coming(kept))).await?;
        let key = entered.dossier.key();
        for settings in &whole.case.readings {
            self.read_as_there(actor, key, settings, &entered.dossier).await;
        }
        Ok(Imported { plan, key: Some(key), is_new: true })
    }

    /// The id that the case gets here: the same for the same version with the same signature, so that it is taken in
    /// once; and the incident that has it, if the actor may know of it.
    async fn name_for(&self, actor: &Actor, manifest: &Manifest) -> Result<(Id, Option<Key>)> {
        let source = format!("{} {} {}", manifest.incident, manifest.head, manifest.signer.public_key);
        let mut hex = digest(source.as_bytes());
        // Shaped as a UUID of version 8, whose content is up to whoever makes it.
        hex.replace_range(12..13, "8");
        hex.replace_range(16..17, "8");
        let id = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]);
        match self.key_of(&id).await {
            Err(Error::Refused(refusal)) if refusal.kind == RefusalKind::Absent => Ok((Id::new(id), None)),
            Err(error) => Err(error),
            Ok(key) => match self.head(actor, key).await {
                Ok(_) => Ok((Id::new(id), Some(key))),
                // Somebody else's, and hidden: that it is here is not told.
                Err(Error::Refused(_)) => Ok((self.clock().new_id(), None)),
                Err(error) => Err(error),
            },
        }
    }

    async fn origin(&self, whole: &Whole) -> Result<Origin> {
        let signer = &whole.manifest.signer;
        let keys = self.signing_keys().await?;
        Ok(Origin {
            key: whole.manifest.key,
            incident: whole.manifest.incident.clone(),
            version: whole.manifest.version,
            head: whole.manifest.head.clone(),
            signer: signer.id.clone(),
            is_known: keys.iter().any(|key| key.id == signer.id && key.public_key == signer.public_key),
            verdict: whole.case.verdict["verdict"].as_str().unwrap_or_default().to_string(),
            history: Id::new(""),
        })
    }

    /// Says where the case itself is here, if it is and the actor may see it.
    async fn tell_of_others(&self, actor: &Actor, manifest: &Manifest, plan: &mut CaseImport) -> Result<()> {
        let Ok(key) = self.key_of(manifest.incident.as_str()).await else { return Ok(()) };
        let Ok(head) = self.head(actor, key).await else { return Ok(()) };
        let version = manifest.version;
        plan.exists.push(match head.version == version && head.link == manifest.head {
            true => format!("{key} is this case, as the bundle has it."),
            false => format!("{key} is this case at version {}; the bundle has version {version} of it.", head.version),
        });
        Ok(())
    }

    /// Stores the bytes of evidence under their digests.
    async fn keep_bytes(&self, file: &Path, whole: &Whole) -> Result<()> {
        let mut from = File::open(file)?;
        for place in whole.bundled.places.iter().filter(|place| place.name.starts_with(EVIDENCE)) {
            from.seek(SeekFrom::Start(place.body_at()))?;
            let mut upload = self.begin_upload().await?;
            let mut left = place.bytes;
            let mut buffer = vec![0; 256 << 10];
            while left > 0 {
                let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
                apart(|| from.read_exact(&mut buffer[..most]))?;
                upload.write(&buffer[..most]).await?;
                left -= most as u64;
            }
            let received = upload.finish().await?;
            if place.name.strip_prefix(EVIDENCE) != Some(received.sha256.as_str()) {
                return Err(Error::internal("the file of a bundle changed while it was imported"));
            }
        }
        Ok(())
    }

    /// Stores the bundle as it came, but for the bytes of evidence: those are kept once.
    async fn keep_history(&self, whole: &Whole) -> Result<(String, u64)> {
        let own = whole.bundled.places.iter().filter(|place| !place.name.starts_with(EVIDENCE)).cloned();
        let places = arrange(own.collect());
        let mut upload = self.begin_upload().await?;
        for place in &places {
            upload.write(&place.local_header()).await?;
            upload.write(&whole.bundled.documents[&place.name]).await?;
        }
        upload.write(&pack::contents(&places)).await?;
        let received = upload.finish().await?;
        Ok((received.sha256, received.bytes))
    }

    /// Reads a log as it was read where it is from. One that cannot be read so can be read by hand.
    async fn read_as_there(&self, actor: &Actor, key: Key, settings: &ImportSettings, dossier: &Dossier) {
        if dossier.evidence.get(&settings.evidence).is_none() {
            return;
        }
        let format = settings.format.as_deref().and_then(|word| Format::parse(word).ok());
        let mapping = settings.mapping.clone().and_then(|mapping| serde_json::from_value(mapping).ok());
        let terms = settings.terms.clone().and_then(|terms| serde_json::from_value(terms).ok()).unwrap_or_default();
        if let Err(error) = self.read_evidence(actor, key, &settings.evidence, format, mapping, terms).await {
            tracing::warn!(%key, evidence = %settings.evidence, %error, "an imported log is not read");
        }
    }
}

/// Verifies a bundle. What is wrong with it is a refusal.
fn open(file: &Path) -> Result<Whole> {
    let from = BufReader::with_capacity(256 << 10, File::open(file)?);
    let mut bundled = check_bundle(from).map_err(Refusal::rule)?;
    if !bundled.is_whole() {
        let more = bundled.findings.len().saturating_sub(SENTENCES_MAX);
        bundled.findings.truncate(SENTENCES_MAX);
        let and = if more > 0 { format!(" And {more} more.") } else { String::new() };
        let sentence = format!("The bundle is not whole, and nothing was stored. {}{and}", bundled.findings.join(" "));
        return Err(Refusal::rule(sentence).into());
    }
    let (Some(manifest), Some(case), Some(dossier)) =
        (bundled.manifest.take(), bundled.case.take(), bundled.dossier.take())
    else {
        return Err(Error::internal("a whole bundle without its parts"));
    };
    let bytes = bundled.places.iter().filter_map(|place: &Place| place.name.strip_prefix(EVIDENCE));
    let bytes = bytes.map(str::to_string).collect();
    Ok(Whole { manifest, case, dossier, bundled, bytes })
}
