//! The chain of CloudTrail's digests.

use super::world::{World, at, gaps, summary};
use crate::proposal::Proposal;
use crate::reader::log::{DigestedFile, Format, TrailDigest, TrailSignature, mark};
use crate::vocabulary::Completeness;

const NAME: &str =
    "AWSLogs/1/CloudTrail-Digest/eu-central-1/2026/03/18/1_CloudTrail-Digest_eu-central-1_main_eu-central-1_";

fn file(name: &str, from: &str, to: &str) -> DigestedFile {
    DigestedFile {
        object: format!("AWSLogs/{name}.json.gz"),
        sha256: Some(name.into()),
        from: Some(at(from)),
        to: Some(at(to)),
    }
}

/// The digest of the hour that begins at `hour`, after the one of the hour before.
fn hour(hour: i64, files: Vec<DigestedFile>) -> TrailDigest {
    let object = |hour: i64| format!("{NAME}20260318T{hour}0000Z.json.gz");
    TrailDigest {
        sha256: format!("digest-{hour}"),
        object: object(hour + 1),
        from: at(&format!("{hour}:00")),
        to: at(&format!("{}:00", hour + 1)),
        previous_object: Some(object(hour)),
        previous_sha256: Some(format!("digest-{}", hour - 1)),
        bucket: String::new(),
        end_time: String::new(),
        fingerprint: None,
        previous_signature: None,
        signature: TrailSignature::default(),
        log_files: files,
    }
}

/// A trail's log from 17:10 to 18:30, in two hours of digests and one more for what came late.
fn world() -> World {
    let mut world = World::of(summary(Format::Cloudtrail)).marked(&[(mark::DATA, 1)]);
    world.digests = vec![hour(18, vec![file("e1", "17:10", "18:30")]), hour(19, vec![]), hour(17, vec![])];
    world
}

fn changed(change: impl FnOnce(&mut World)) -> Proposal {
    let mut world = world();
    change(&mut world);
    world.propose()
}

#[test]
fn a_chain_that_covers_the_span_proves_it() {
    let proposal = world().propose();
    assert_eq!((proposal.completeness, gaps(&proposal)), (Completeness::DigestChain, vec![]));
    // The digest of the hour after the span is one of it, for it lists what was delivered late.
    assert_eq!(
        proposal.completeness_reason,
        "It is listed in a chain of 3 digests, in which each names the SHA-256 of the one before. The signatures of AWS under them were not verified: no key was given, or no digest after them."
    );
    let unpacked = changed(|world| {
        world.evidence.sha256 = "packed".into();
        world.summary.content_sha256 = Some("e1".into());
    });
    assert_eq!(unpacked.completeness, Completeness::DigestChain);
}

#[test]
fn without_its_digests_a_file_proves_nothing() {
    let none = changed(|world| world.digests.clear());
    assert_eq!(none.completeness, Completeness::None);
    assert!(none.completeness_reason.starts_with("There is no digest of CloudTrail in the incident"));
    let unlisted = changed(|world| world.evidence.sha256 = "other".into());
    assert_eq!(unlisted.completeness, Completeness::None);
    assert!(
        unlisted.completeness_reason.starts_with("The incident has 3 digests, and none of their chain lists this file")
    );
    let unhashed = changed(|world| world.digests[0].log_files[0].sha256 = None);
    assert_eq!(unhashed.completeness, Completeness::None);
}

#[test]
fn a_broken_chain_proves_nothing() {
    let broken = changed(|world| world.digests[0].previous_sha256 = Some("another".into()));
    assert_eq!((broken.completeness, gaps(&broken)), (Completeness::None, vec![]));
    assert_eq!(
        broken.completeness_reason,
        "The chain of digests is broken: the one of 2026-03-18 18:00 UTC does not name the SHA-256 of the one of 2026-03-18 17:00 UTC. One of them was changed or replaced."
    );
    assert_eq!(changed(|world| world.digests[0].previous_sha256 = None).completeness, Completeness::None);
    // Two different digests of one hour.
    let twice = changed(|world| world.digests.push(TrailDigest { sha256: "second".into(), ..hour(17, vec![]) }));
    assert_eq!(twice.completeness, Completeness::None);
    // The same one twice, and one of another trail, are no matter.
    let same = changed(|world| {
        world.digests.push(hour(17, vec![]));
        let mut other = hour(17, vec![file("theirs", "17:20", "17:30")]);
        (other.object, other.sha256) = (other.object.replace("_main_", "_other_"), "other".into());
        world.digests.push(other);
    });
    assert_eq!((same.completeness, gaps(&same)), (Completeness::DigestChain, vec![]));
}

#[test]
fn an_hour_without_a_digest_is_a_gap() {
    let first = changed(|world| drop(world.digests.remove(2)));
    let name = "1_CloudTrail-Digest_eu-central-1_main_eu-central-1_20260318T180000Z.json.gz";
    let reason = format!(
        "no digest of 2026-03-18 17:10 UTC to 2026-03-18 18:00 UTC is in the incident, the last of them {name}"
    );
    assert_eq!((first.completeness, gaps(&first)), (Completeness::DigestChain, vec![(10, 60, reason.as_str())]));
    let listed_late = || hour(19, vec![file("e1", "17:10", "18:30")]);
    let middle = changed(|world| world.digests = vec![hour(17, vec![]), listed_late()]);
    assert_eq!(gaps(&middle).iter().map(|gap| (gap.0, gap.1)).collect::<Vec<_>>(), [(45, 90)]);
    assert_eq!(middle.completeness, Completeness::DigestChain);
    let all = changed(|world| world.digests = vec![hour(16, vec![]), listed_late()]);
    assert_eq!((all.completeness, gaps(&all).len()), (Completeness::None, 1));
    let last = changed(|world| world.digests = vec![hour(17, vec![file("e1", "17:10", "18:30")])]);
    // What happened just before the end of a digest may be listed in the next.
    assert_eq!(gaps(&last), [(45, 90, "no digest of 2026-03-18 18:00 UTC to 2026-03-18 18:30 UTC is in the incident")]);
}

#[test]
fn a_digest_that_ends_with_the_window_does_not_list_its_last_events() {
    let ends_at = |clock: &str| {
        changed(|world| {
            world.digests = vec![hour(17, vec![file("e1", "17:10", "18:30")]), hour(18, vec![])];
            world.digests[1].to = at(&format!("{clock}:00"));
        })
    };
    let gap = gaps(&ends_at("18:30")).iter().map(|gap| (gap.0, gap.1)).collect::<Vec<_>>();
    assert_eq!(gap, [(75, 90)]);
    assert_eq!(gaps(&ends_at("18:40")).iter().map(|gap| (gap.0, gap.1)).collect::<Vec<_>>(), [(85, 90)]);
    assert_eq!(gaps(&ends_at("18:45")), []);
    let next = changed(|world| {
        world.digests = vec![hour(17, vec![file("e1", "17:10", "18:30")]), hour(18, vec![]), hour(19, vec![])];
        world.digests[1].to = at("18:40:00");
        world.digests[2].from = at("18:40:00");
    });
    assert_eq!((next.completeness, gaps(&next)), (Completeness::DigestChain, vec![]));
}

#[test]
fn a_listed_file_that_is_not_in_the_incident_is_a_gap() {
    let absent = changed(|world| world.digests[1].log_files.push(file("late", "18:20", "18:24")));
    assert_eq!(gaps(&absent), [(80, 84, "the log file late.json.gz is in the digest and not in the incident")]);
    assert_eq!(absent.gaps[0].to, at("18:24:01"));
    assert_eq!(absent.completeness, Completeness::DigestChain);
    let here = changed(|world| {
        world.digests[1].log_files.push(file("late", "18:20", "18:24"));
        world.hashes.insert("late".into());
    });
    assert_eq!(gaps(&here), []);
    assert!(
        here.completeness_reason.ends_with("1 other log file is of the same time: a review has to look at it as well.")
    );
    // Without its times it may be of any time of its digest; without a hash it cannot be here.
    let vague = changed(|world| {
        world.hashes.insert("vague".into());
        let unknown = DigestedFile { from: None, to: None, sha256: None, ..file("vague", "17:00", "17:00") };
        world.digests[2].log_files.push(unknown);
    });
    assert_eq!(gaps(&vague).iter().map(|gap| (gap.0, gap.1)).collect::<Vec<_>>(), [(10, 60)]);
}

#[test]
fn a_backfill_stands_beside_the_chain_and_its_files_count() {
    let backfill = |files| {
        let mut digest = hour(17, files);
        digest.object = digest.object.replace("Z.json", "Z_backfill.json");
        digest.sha256 = "backfill".into();
        digest
    };
    let late = changed(|world| world.digests.push(backfill(vec![file("late", "17:20", "17:24")])));
    assert_eq!((late.completeness, gaps(&late).len()), (Completeness::DigestChain, 1));
    let only = changed(|world| {
        world.digests[0].log_files.clear();
        world.digests.push(backfill(vec![file("e1", "17:10", "18:30")]));
    });
    assert_eq!(only.completeness, Completeness::None);
}

#[test]
fn digests_in_any_order_say_the_same() {
    let forward = world().propose();
    assert_eq!(changed(|world| world.digests.reverse()), forward);
    assert_eq!(changed(|world| world.digests.rotate_left(1)), forward);
}

#[test]
fn a_signature_that_does_not_match_breaks_the_chain_and_those_that_do_are_told() {
    let sign = |world: &mut World, signature: &TrailSignature| {
        for digest in &mut world.digests {
            digest.signature = signature.clone();
        }
    };
    let verified = changed(|world| sign(world, &TrailSignature::Verified("ab12".into())));
    assert_eq!(verified.completeness, Completeness::DigestChain);
    let reason = verified.completeness_reason;
    assert!(reason.contains("verified with the key ab12"), "{reason}");
    let forged = changed(|world| sign(world, &TrailSignature::Mismatch));
    assert_eq!(forged.completeness, Completeness::None);
    assert!(forged.completeness_reason.contains("does not match"), "{}", forged.completeness_reason);
}
