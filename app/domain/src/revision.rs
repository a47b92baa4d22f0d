//! Published revisions: what was frozen, file by file, with a manifest that names the digest of each.
//!
//! The files are written once, at publication, and kept as they are: a later edit, or a later version of the program,
//! changes no published word. The record of the revision holds the manifest's digest, so that the chain of changes
//! vouches for the manifest, and the manifest for the files.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::access::refuse_agent;
use crate::canonical::canonical;
use crate::canonical::hex;
use crate::casefile::{Dossier, Entry, Noun, RevisionFiles, redact};
use crate::export::{self, ExportOptions, Format, Profile};
use crate::postmortem::{PostmortemStatus, Revision};
use crate::time::Zone;
use crate::verdict::Verdict;
use crate::{Id, Instant, Key, Refusal, Ruled, Stamp};

/// The form of a manifest.
const FORM: &str = "inquest-revision/1";

/// Who did something when, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Act {
    /// When.
    pub at: Instant,
    /// The name of whoever did it.
    pub by: String,
}

impl Act {
    fn of(stamp: &Stamp) -> Self {
        Self { at: stamp.at, by: stamp.by.name.clone() }
    }
}

/// One frozen file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FrozenFile {
    /// How it is written.
    pub format: Format,
    /// For whose eyes.
    pub profile: Profile,
    /// The digest of its bytes, in hex.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
}

/// What a revision consists of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// The form of this document.
    pub form: String,
    /// The incident's key.
    pub key: Key,
    /// The incident's id, which is its own in every instance.
    pub incident: Id,
    /// The number of the revision, from 1.
    pub number: u32,
    /// The incident's version that it froze.
    pub version: u64,
    /// The hash of the change that made this version: the head of the chain then.
    pub head: String,
    /// The verdict it states.
    pub verdict: Verdict,
    /// Who published it.
    pub published: Act,
    /// Who approved it.
    pub approved: Option<Act>,
    /// Who signed the verdict that it states.
    pub signed: Vec<Act>,
    /// The files.
    pub files: Vec<FrozenFile>,
}

impl Manifest {
    /// The manifest as it is kept and signed.
    pub fn text(&self) -> String {
        canonical(&serde_json::to_value(self).unwrap_or_default())
    }

    /// Reads a manifest; the error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("the manifest cannot be read: {error}"))
    }

    /// The file in a format for somebody's eyes.
    pub fn file(&self, format: Format, profile: Profile) -> Option<&FrozenFile> {
        self.files.iter().find(|file| file.format == format && file.profile == profile)
    }
}

/// What a file of a revision is called.
pub fn file_name(format: Format, profile: Profile) -> String {
    format!("{}.{}", profile.word(), format.word())
}

/// Freezes the case file as it stands inside the entry that publishes it. `head` is the chain's before that entry.
fn freeze(dossier: &Dossier, revision: &Revision, head: &str) -> RevisionFiles {
    let file = Dossier { version: revision.version, ..dossier.clone() };
    let (mut files, mut bodies) = (Vec::new(), Vec::new());
    for format in Format::ALL {
        for profile in Profile::ALL {
            let options = ExportOptions {
                zone: Zone::utc(),
                profile: *profile,
                as_of: revision.stamp.at,
                head: head.to_string(),
            };
            let body = export::write(&file, *format, &options);
            let (sha256, bytes) = (digest(&body), body.len() as u64);
            files.push(FrozenFile { format: *format, profile: *profile, sha256, bytes });
            bodies.push((file_name(*format, *profile), body));
        }
    }
    let basis = file.facts_digest();
    let signed = file.signatures.iter().filter(|signature| signature.basis == basis);
    let manifest = Manifest {
        form: FORM.into(),
        key: file.key(),
        incident: file.incident().map(|incident| incident.id.clone()).unwrap_or_else(|_| Id::new("")),
        number: revision.number,
        version: revision.version,
        head: head.to_string(),
        verdict: revision.verdict,
        published: Act::of(&revision.stamp),
        approved: revision.approved.as_ref().map(Act::of),
        signed: signed.map(|signature| Act::of(&signature.signed)).collect(),
        files,
    };
    RevisionFiles { number: revision.number, manifest: manifest.text(), files: bodies }
}

impl Entry {
    /// Publishes an approved postmortem: freezes this version as a revision.
    pub fn publish_postmortem(&mut self) -> Ruled<()> {
        refuse_agent(self.by(), "publish a postmortem")?;
        let mut postmortem = self.dossier().postmortem();
        if postmortem.status != PostmortemStatus::Approved {
            return Err(Refusal::state(
                "The postmortem is not approved yet: it goes to review first, and somebody else approves it.",
            ));
        }
        let verdict = self.dossier().evaluation().verdict.verdict;
        if let Some(blocker) = self.dossier().publishing_blockers(verdict).first() {
            return Err(Refusal::state(format!("It cannot be published yet: {}.", blocker.sentence)));
        }
        let number = postmortem.revisions.last().map_or(1, |last| last.number + 1);
        let (version, approved) = (self.dossier().version, postmortem.approved.clone());
        let revision = Revision { number, stamp: self.stamp(), version, verdict, approved, manifest: String::new() };
        postmortem.revisions.push(revision.clone());
        postmortem.status = PostmortemStatus::Published;
        // The texts name the revision, and the revision then names their digest.
        self.put(postmortem.clone());
        let frozen = freeze(self.dossier(), &revision, self.head());
        if let Some(last) = postmortem.revisions.last_mut() {
            last.manifest = digest(frozen.manifest.as_bytes());
        }
        self.put(postmortem);
        self.freeze(frozen);
        Ok(())
    }
}

/// Refuses to share a revision whose public text names somebody whom one published now would not name: they were marked
/// private since, or somebody decided otherwise about a text. `public` is its public case file as JSON.
pub fn refuse_named(dossier: &Dossier, number: u32, public: &[u8]) -> Ruled<()> {
    let frozen: Value = serde_json::from_slice(public).unwrap_or_default();
    let (shown, _, people) = redact::with_names(dossier);
    let now = shown.documents().into_iter().map(|(noun, _, _, _, document)| (Some(noun), document));
    let records = frozen["records"].as_array().into_iter().flatten();
    let then = records
        .map(|record| (Noun::parse(record["noun"].as_str().unwrap_or_default()).ok(), record["document"].clone()));
    let names = |(noun, document): (Option<Noun>, Value)| redact::names_in(&people, noun, &document);
    let now: BTreeSet<String> = now.flat_map(names).collect();
    if then.flat_map(names).all(|name| now.contains(&name)) {
        return Ok(());
    }
    Err(Refusal::state(format!(
        "The public text of revision {number} names somebody whom a revision published now would not name: publish a new revision, and share that."
    )))
}

/// SHA-256 in hex.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
