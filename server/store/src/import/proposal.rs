//! What a log that was read can prove.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Permit;
use domain::casefile::Dossier;
use domain::evidence::Evidence;
use domain::proposal::{AcceptDraft, Proposal, Source, in_question, propose};
use domain::reader::log::{Format, Summary, TrailDigest, TrailKey, check_trail_signatures, trail_digest};
use domain::vocabulary::EvidenceStatus;
use domain::{Id, Instant, Refusal};
use futures::TryStreamExt;

use super::trail_key::{is_signed, trail_keys};
use crate::{Entered, OpenIncident, Result, Store};

/// Takes the changes of logging out of what was read that somebody has explained.
fn leave_out_explained(summary: &mut Summary, as_read: Option<&Evidence>, counted: &Evidence) {
    let as_read = as_read.map(|item| item.logging_changes.as_slice()).unwrap_or_default();
    let explained: Vec<_> = as_read.iter().filter(|change| !counted.logging_changes.contains(change)).collect();
    let before = summary.logging_changes.len();
    summary.logging_changes.retain(|change| !explained.contains(&change));
    summary.logging_change_count -= (before - summary.logging_changes.len()) as u64;
}

/// The hashes of what was read of an item: as a whole, and of each file where it is an archive.
fn content_hashes(summary: &Summary) -> impl Iterator<Item = String> {
    let members = summary.members.iter().filter_map(|member| member.sha256.clone());
    summary.content_sha256.clone().into_iter().chain(members)
}

/// From when to when each file speaks that was read whole, by its hash.
fn times_of(readings: &[Summary]) -> BTreeMap<String, (Instant, Instant)> {
    let whole = readings.iter().filter(|summary| summary.unreadable == 0 && summary.without_time == 0);
    let timed =
        whole.filter_map(|summary| Some((summary.content_sha256.clone()?, (summary.first_at?, summary.last_at?))));
    timed.collect()
}

/// The largest digest file that is read: one lists the files of an hour.
const DIGEST_BYTES_MAX: usize = 4 << 20;

/// A list of keys is not larger.
const KEYS_BYTES_MAX: u64 = 256 << 10;

/// So many small files are looked at for keys.
const KEY_FILES_MAX: usize = 200;

impl OpenIncident {
    /// What an item can be said to cover, as far as its records show.
    pub async fn propose_coverage(&self, evidence: &Id) -> Result<Proposal> {
        let reading = self.reading(evidence).await?;
        let summary = reading.and_then(|reading| reading.summary);
        let dossier = self.dossier().await?;
        let item = dossier.evidence.get(evidence).ok_or_else(|| Refusal::absent("evidence item"))?;
        let Some(mut summary) = summary.filter(|_| item.records.is_some()) else {
            let sentence = "No records were read of this item, so it proposes nothing: have it read first, or state its coverage by hand.";
            return Err(Refusal::state(sentence).into());
        };
        let mut hashes: BTreeSet<String> = dossier.evidence.iter().map(|item| item.sha256.clone()).collect();
        let read = self.readings().await?;
        let intact = |id: &Id| dossier.evidence.get(id).is_some_and(|item| item.status == EvidenceStatus::Intact);
        let packed =
            read.iter().filter(|reading| intact(&reading.evidence)).filter_map(|reading| reading.summary.as_ref());
        let packed: Vec<TrailDigest> = packed.flat_map(|summary| summary.digests.clone()).collect();
        let readings: Vec<Summary> = read.into_iter().filter_map(|reading| reading.summary).collect();
        hashes.extend(readings.iter().flat_map(content_hashes));
        let mut digests = self.store.trail_digests(&dossier, packed).await?;
        let known = times_of(&readings);
        digests.iter_mut().for_each(|digest| digest.date_files(&known));
        let exposure = dossier.exposure();
        let counted = dossier.evidence_explained();
        let incident: Vec<_> = counted.iter().collect();
        let item = incident.iter().copied().find(|counted| counted.id == item.id).unwrap_or(&item.record);
        leave_out_explained(&mut summary, dossier.evidence.get(evidence).map(|kept| &kept.record), item);
        let source = Source {
            evidence: item,
            summary: &summary,
            exposure: &exposure,
            incident: &incident,
            digests: &digests,
            hashes: &hashes,
            in_question: &in_question(&dossier),
        };
        Ok(propose(&source))
    }

    /// Accepts what an item proposes, or corrects it.
    pub async fn accept_coverage(&self, evidence: &Id, draft: AcceptDraft) -> Result<Entered<Vec<Id>>> {
        let proposal = self.propose_coverage(evidence).await?;
        let mut edit = self.edit(Permit::Edit).await?;
        let stated = edit.rule(|entry| entry.accept_proposal(proposal, draft))?;
        edit.finish(stated).await
    }
}

impl Store {
    /// The digest files of CloudTrail that can be relied on, with those that were packed into archives.
    async fn trail_digests(&self, dossier: &Dossier, packed: Vec<TrailDigest>) -> Result<Vec<TrailDigest>> {
        let mut digests = packed;
        let is_digest = |item: &&domain::casefile::CaseItem<domain::evidence::Evidence>| {
            item.status == EvidenceStatus::Intact && item.log_format().is_some_and(Format::is_digest)
        };
        for item in dossier.evidence.iter().filter(is_digest) {
            let mut bytes = Vec::new();
            let mut chunks = self.read_unpacked(&item.sha256, None).await?;
            while let Some(chunk) = chunks.try_next().await? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > DIGEST_BYTES_MAX {
                    break;
                }
            }
            digests.extend(trail_digest(&bytes));
        }
        if !digests.is_empty() {
            let keys = self.trail_keys(dossier).await?;
            check_trail_signatures(&mut digests, &keys, is_signed);
        }
        Ok(digests)
    }

    /// The keys of AWS in the evidence: small files that hold some.
    async fn trail_keys(&self, dossier: &Dossier) -> Result<Vec<TrailKey>> {
        let may_hold = |item: &&domain::casefile::CaseItem<domain::evidence::Evidence>| {
            item.status == EvidenceStatus::Intact
                && item.bytes <= KEYS_BYTES_MAX
                && item.log_format().is_none_or(|format| !format.is_own())
        };
        let mut keys = Vec::new();
        for item in dossier.evidence.iter().filter(may_hold).take(KEY_FILES_MAX) {
            let mut bytes = Vec::new();
            let mut chunks = self.read_blob_from(&item.sha256, 0).await?;
            while let Some(chunk) = chunks.try_next().await? {
                bytes.extend_from_slice(&chunk);
            }
            keys.extend(trail_keys(&bytes));
        }
        Ok(keys)
    }
}
