//! The chain of CloudTrail's digests: does it list this file, and every other of its time?

use std::collections::BTreeSet;

use super::holes::hole;
use super::{Source, told};
use crate::counted::counted;
use crate::evidence::Hole;
use crate::interval::Span;
use crate::reader::log::{DigestedFile, TrailDigest, TrailSignature};

/// Events are delivered so late at times; a chain that ends sooner may lack some of the last.
pub(super) const LATE_MICROS: i64 = 15 * 60 * 1_000_000;

/// The times in CloudTrail are whole seconds.
const SECOND_MICROS: i64 = 1_000_000;

/// What the digests say of a file.
pub(super) struct Chain {
    /// Why their chain holds; or why it does not.
    pub proof: Result<String, String>,
    /// What is missing by them, also where the chain does not hold.
    pub holes: Vec<Hole>,
}

/// Follows the chain that lists this file.
pub(super) fn chain(source: &Source<'_>, span: Span) -> Chain {
    let plain = source.digests.iter().filter(|digest| !is_backfill(digest));
    let listing =
        plain.clone().filter(|digest| lists(source, digest)).min_by_key(|digest| (digest.from, &digest.sha256));
    let Some(listing) = listing else {
        let proof = Err(format!(
            "The incident has {}, and none of their chain lists this file by its SHA-256: it is not shown to be as CloudTrail delivered it.",
            counted(source.digests.len() as u64, "digest")
        ));
        return Chain { proof, holes: Vec::new() };
    };
    let series = series(&listing.object);
    let links = links(source, series);
    let needed = needed(source, &links, span);
    let mut holes = undigested(needed, span);
    holes.extend(absent_files(source, series));
    let proof = linked(needed).map(|()| told_chain(source, needed, series, span));
    Chain { proof, holes }
}

/// The digests of a series, in their order and each once.
fn links<'a>(source: &Source<'a>, series: &str) -> Vec<&'a TrailDigest> {
    let plain = source.digests.iter().filter(|digest| !is_backfill(digest));
    let mut links: Vec<&TrailDigest> = plain.filter(|digest| self::series(&digest.object) == series).collect();
    links.sort_by_key(|digest| (digest.from, digest.to, &digest.sha256));
    links.dedup_by_key(|digest| &digest.sha256);
    links
}

/// The digests that follow each other without a break around those that list the file.
pub(super) fn links_of<'a>(source: &Source<'a>) -> Vec<&'a TrailDigest> {
    let listing = source.digests.iter().filter(|digest| !is_backfill(digest) && lists(source, digest));
    let Some(listing) = listing.min_by_key(|digest| (digest.from, &digest.sha256)) else { return Vec::new() };
    let all = links(source, series(&listing.object));
    let Some(place) = all.iter().position(|digest| digest.sha256 == listing.sha256) else { return Vec::new() };
    let follows = |at: usize| {
        let pair = all.get(at).zip(all.get(at + 1));
        pair.is_some_and(|(one, next)| next.from <= one.to && next.previous_sha256.as_ref() == Some(&one.sha256))
    };
    let first = (0..place).rev().take_while(|at| follows(*at)).last().unwrap_or(place);
    let last = (place..all.len()).take_while(|at| follows(*at)).last().map_or(place, |at| at + 1);
    all.get(first..=last).unwrap_or_default().to_vec()
}

/// Whether these digests, and what was listed late beside them, name no file that is absent, and none is forged.
pub(super) fn is_whole(source: &Source<'_>, links: &[&TrailDigest]) -> bool {
    let Some(series) = links.first().map(|digest| series(&digest.object)) else { return false };
    let late = source.digests.iter().filter(|digest| self::series(&digest.object) == series && is_backfill(digest));
    let mut all = links.iter().copied().chain(late);
    linked(links).is_ok() && all.all(|digest| digest.log_files.iter().all(|file| is_here(source, file)))
}

/// From the first to the last digest of the span, with those that list the file.
fn needed<'d, 'a>(source: &Source<'_>, links: &'d [&'a TrailDigest], span: Span) -> &'d [&'a TrailDigest] {
    // What was delivered late is listed by the digest after the span.
    let end = span.1.saturating_add(LATE_MICROS);
    let is_needed =
        |digest: &&TrailDigest| (digest.from.micros() < end && span.0 < digest.to.micros()) || lists(source, digest);
    match (links.iter().position(is_needed), links.iter().rposition(is_needed)) {
        (Some(first), Some(last)) => links.get(first..=last).unwrap_or_default(),
        _ => &[],
    }
}

/// Whether each digest names the one before, where that is there.
fn linked(links: &[&TrailDigest]) -> Result<(), String> {
    if let Some(forged) = links.iter().find(|digest| digest.signature == TrailSignature::Mismatch) {
        return Err(format!(
            "The signature of AWS under the digest of {} does not match: it, or the signature in the digest after it, is not as AWS wrote it.",
            told(forged.from.micros())
        ));
    }
    for pair in links.windows(2) {
        let [one, next] = pair else { continue };
        if next.from <= one.to && next.previous_sha256.as_ref() != Some(&one.sha256) {
            return Err(format!(
                "The chain of digests is broken: the one of {} does not name the SHA-256 of the one of {}. One of them was changed or replaced.",
                told(next.from.micros()),
                told(one.from.micros())
            ));
        }
    }
    Ok(())
}

/// The times without a digest.
fn undigested(links: &[&TrailDigest], span: Span) -> Vec<Hole> {
    let (Some(first), Some(last)) = (links.first(), links.last()) else { return Vec::new() };
    let mut lacks = vec![(span.0, first.from.micros().min(span.1), before(first))];
    for pair in links.windows(2) {
        let [one, next] = pair else { continue };
        lacks.push((one.to.micros(), next.from.micros(), before(next)));
    }
    lacks.push((last.to.micros().max(span.0), span.1, String::new()));
    // A digest lists what was delivered in its time: the last events of it are delivered in that of the next.
    let late = |from: i64| if from > first.from.micros() { from.saturating_sub(LATE_MICROS).max(span.0) } else { from };
    let reason = |from: i64, to: i64, which: String| {
        format!("no digest of {} to {} is in the incident{which}", told(from), told(to))
    };
    let lacks = lacks.into_iter().filter(|(from, to, _)| from < to);
    let mut holes: Vec<Hole> = lacks.map(|(from, to, which)| hole(late(from), to, &reason(from, to, which))).collect();
    let end = last.to.micros();
    if (span.1..span.1.saturating_add(LATE_MICROS)).contains(&end) && late(end) < span.1 {
        let reason = format!(
            "events just before {} may be delivered late: the digest after it, which would list them, is not in the incident",
            told(end)
        );
        holes.push(hole(late(end), span.1, &reason));
    }
    holes
}

fn before(next: &TrailDigest) -> String {
    next.previous_object
        .as_deref()
        .map(|object| format!(", the last of them {}", file_name(object)))
        .unwrap_or_default()
}

/// The times of log files that a digest of the series lists and the incident does not have.
fn absent_files(source: &Source<'_>, series: &str) -> Vec<Hole> {
    let digests = source.digests.iter().filter(|digest| self::series(&digest.object) == series);
    let absent = |digest: &TrailDigest| {
        let files = digest.log_files.iter().filter(|file| !is_here(source, file));
        files.map(|file| absent_file(digest, file)).collect::<Vec<_>>()
    };
    digests.flat_map(absent).collect()
}

fn absent_file(digest: &TrailDigest, file: &DigestedFile) -> Hole {
    let from = file.from.unwrap_or(digest.from).micros();
    let to = file.to.map_or(digest.to.micros(), |to| to.micros().saturating_add(SECOND_MICROS));
    let name = file_name(&file.object);
    hole(from, to, &format!("the log file {name} is in the digest and not in the incident"))
}

fn told_chain(source: &Source<'_>, links: &[&TrailDigest], series: &str, span: Span) -> String {
    let mut told_chain = format!(
        "It is listed in a chain of {}, in which each names the SHA-256 of the one before. {}",
        counted(links.len() as u64, "digest"),
        signatures(links),
    );
    match companions(source, series, span) {
        0 => {}
        1 => told_chain.push_str(" 1 other log file is of the same time: a review has to look at it as well."),
        count => told_chain
            .push_str(&format!(" {count} other log files are of the same time: a review has to look at them as well.")),
    }
    told_chain
}

/// What is known of the signatures under the digests.
fn signatures(links: &[&TrailDigest]) -> String {
    let verified = links.iter().filter_map(|digest| match &digest.signature {
        TrailSignature::Verified(key) => Some(key.as_str()),
        _ => None,
    });
    let keys: BTreeSet<&str> = verified.clone().collect();
    let (count, keys) = (verified.count(), keys.into_iter().collect::<Vec<_>>().join(", "));
    match links.len() - count {
        _ if count == 0 => {
            "The signatures of AWS under them were not verified: no key was given, or no digest after them.".into()
        }
        0 => format!("Their signatures were verified with the key {keys}."),
        open => format!(
            "The signature of {} was verified with the key {keys}, and that of {} not: no key for it was given, or no digest after it.",
            counted(count as u64, "digest"),
            counted(open as u64, "digest")
        ),
    }
}

/// How many other files of the incident hold events of the span.
fn companions(source: &Source<'_>, series: &str, span: Span) -> usize {
    let digests = source.digests.iter().filter(|digest| self::series(&digest.object) == series);
    let meets = |file: &&DigestedFile| match (file.from, file.to) {
        (Some(from), Some(to)) => from.micros() < span.1 && span.0 <= to.micros(),
        _ => true,
    };
    let files =
        digests.flat_map(|digest| &digest.log_files).filter(|file| is_here(source, file) && !is_own(source, file));
    let names: BTreeSet<_> = files.filter(meets).map(|file| &file.sha256).collect();
    names.len()
}

fn lists(source: &Source<'_>, digest: &TrailDigest) -> bool {
    digest.log_files.iter().any(|file| is_own(source, file))
}

pub(super) fn is_own(source: &Source<'_>, file: &DigestedFile) -> bool {
    let members = source.summary.members.iter().map(|member| member.sha256.as_ref());
    let own = [Some(&source.evidence.sha256), source.summary.content_sha256.as_ref()];
    file.sha256.is_some() && own.into_iter().chain(members).flatten().any(|own| file.sha256.as_ref() == Some(own))
}

fn is_here(source: &Source<'_>, file: &DigestedFile) -> bool {
    file.sha256.as_ref().is_some_and(|sha256| source.hashes.contains(sha256)) || is_own(source, file)
}

/// A digest that lists late what an earlier one left out stands beside the chain.
fn is_backfill(digest: &TrailDigest) -> bool {
    file_name(&digest.object).contains("_backfill")
}

/// Account, region and trail: the name of a digest without its time.
fn series(object: &str) -> &str {
    let name = file_name(object);
    let name = name.split_once("_backfill").map_or(name, |(name, _)| name);
    name.rsplit_once('_').map_or(name, |(series, _)| series)
}

fn file_name(object: &str) -> &str {
    object.rsplit('/').next().unwrap_or(object)
}
