//! Logs of CloudTrail as they are delivered: many small files, and the digests that list them.

use super::world::{World, at, summary};
use crate::proposal::Proposal;
use crate::reader::log::{
    DigestedFile, Format, LogReader, Member, Options, TrailDigest, TrailSignature, WholeLog, mark,
};
use crate::time::Instant;
use crate::vocabulary::Completeness;

const FILES: [(&str, &str, &str); 4] =
    [("a", "17:04", "17:09"), ("b", "17:31", "17:31"), ("c", "18:02", "18:05"), ("d", "18:40", "18:44")];

fn listed(known: &[&str]) -> Vec<DigestedFile> {
    let file = |(name, from, to): &(&str, &str, &str)| DigestedFile {
        object: format!("AWSLogs/{name}.json.gz"),
        sha256: Some((*name).into()),
        from: known.contains(name).then(|| at(from)),
        to: known.contains(name).then(|| at(to)),
    };
    FILES.iter().map(file).collect()
}

/// One digest from 16:30 to 19:30 that lists all of them.
fn digest(files: Vec<DigestedFile>) -> TrailDigest {
    TrailDigest {
        sha256: "digest".into(),
        object: "AWSLogs/1_CloudTrail-Digest_eu-central-1_main_eu-central-1_20260318T193000Z.json.gz".into(),
        from: at("16:30"),
        to: at("19:30"),
        previous_object: None,
        previous_sha256: None,
        bucket: String::new(),
        end_time: String::new(),
        fingerprint: None,
        previous_signature: None,
        signature: TrailSignature::default(),
        log_files: files,
    }
}

fn of(name: &str, from: &str, to: &str, change: impl Fn(&mut World)) -> Proposal {
    let mut world = World::of(summary(Format::Cloudtrail)).marked(&[(mark::DATA, 1)]).shown();
    world.evidence.sha256 = name.into();
    (world.summary.first_at, world.summary.last_at) = (Some(at(from)), Some(at(to)));
    world.hashes = FILES.iter().map(|(name, ..)| (*name).to_string()).collect();
    world.digests = vec![digest(listed(&["a", "b", "c", "d"]))];
    change(&mut world);
    world.propose()
}

/// What is claimed as complete, in minutes of the window from 17:00 to 19:00.
fn claimed(change: impl Fn(&mut World)) -> Vec<(i64, i64)> {
    let minutes = |time: Option<Instant>| time.map_or(0, |time| (time.micros() - at("17:00").micros()) / 60_000_000);
    let all = FILES.iter().map(|(name, from, to)| of(name, from, to, &change));
    let whole = all.filter(|proposal| proposal.completeness == Completeness::DigestChain && proposal.gaps.is_empty());
    whole.map(|proposal| (minutes(proposal.from), minutes(proposal.to))).collect()
}

#[test]
fn small_files_that_digests_list_leave_no_hole_between_them() {
    assert_eq!(claimed(|_| {}), [(0, 31), (31, 62), (62, 100), (100, 120)]);
    let reason = of("b", "17:31", "17:31", |_| {}).span_reason;
    assert!(
        reason.contains("2026-03-18 17:31 UTC to 2026-03-18 18:02 UTC: those times are claimed with it"),
        "{reason}"
    );
}

#[test]
fn nothing_is_claimed_beyond_a_file_where_another_may_hold_records() {
    let own = [(4, 9), (31, 31), (62, 65), (100, 104)];
    // One of them is not here; that it is when its own item is looked at is another matter.
    let absent = claimed(|world| assert!(world.hashes.remove("c")));
    assert!(absent.iter().all(|span| own.contains(span) || *span == (62, 100)), "{absent:?}");
    // One has no time, so that it may hold anything.
    let vague = claimed(|world| world.digests[0].log_files = listed(&["a", "b", "d"]));
    assert!(vague.iter().all(|span| own.contains(span) || *span == (62, 100)), "{vague:?}");
    // Some of its own records bear no time, or could not be read.
    let torn = claimed(|world| world.summary.without_time = 1);
    assert!(torn.iter().all(|span| own.contains(span)), "{torn:?}");
    // What comes after the last digest may still be delivered.
    let short = claimed(|world| world.digests[0].to = at("18:50"));
    assert!(short.iter().all(|(_, to)| *to <= 104), "{short:?}");
    // A forged digest proves nothing.
    let forged = claimed(|world| world.digests[0].signature = TrailSignature::Mismatch);
    assert!(forged.is_empty(), "{forged:?}");
}

#[test]
fn an_archive_of_all_files_that_digests_list_speaks_for_the_whole_time() {
    let member = |(name, ..): &(&str, &str, &str)| Member {
        name: (*name).into(),
        format: Format::Cloudtrail,
        line: 1,
        records: 1,
        unreadable: 0,
        sha256: Some((*name).into()),
    };
    let archive = |change: &dyn Fn(&mut World)| {
        of("archive", "17:04", "18:44", |world| {
            world.hashes = ["archive".to_string()].into();
            world.summary.members = FILES.iter().map(member).collect();
            world.digests = vec![digest(listed(&[]))];
            change(world);
        })
    };
    let whole = archive(&|_| {});
    assert_eq!((whole.completeness, whole.gaps.len()), (Completeness::DigestChain, 0), "{}", whole.completeness_reason);
    assert_eq!((whole.from, whole.to), (Some(at("17:00")), Some(at("19:00"))));
    // One was changed: what the digest lists is not here.
    let changed = archive(&|world| world.summary.members[2].sha256 = Some("changed".into()));
    assert!(changed.completeness == Completeness::None || !changed.gaps.is_empty());
}

/// The files of an archive: name and text.
type Files = Vec<(String, String)>;

/// What becomes of them on the way.
type Spoil = fn(&mut Files);

/// An archive of four log files with reads of `south`, and the digest that lists them at this place; read as it comes.
fn packed(place: usize, change: impl Fn(&mut Files)) -> World {
    let log = |(name, from, to): &(&str, &str, &str)| {
        let record = |clock: &str| {
            format!(
                r#"{{"eventTime":"2026-03-18T{clock}:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{{"type":"IAMUser","userName":"v"}},"requestParameters":{{"bucketName":"repo","key":"k"}},"eventCategory":"Data"}}"#
            )
        };
        ((*name).to_string(), format!(r#"{{"Records":[{},{}]}}"#, record(from), record(to)))
    };
    let mut files: Files = FILES.iter().map(log).collect();
    let hash = |text: &str| crate::reader::log::read_all(text.as_bytes(), "").summary.content_sha256.unwrap();
    let listed: Vec<String> = files
        .iter()
        .map(|(name, text)| {
            format!(r#"{{"s3Object":"AWSLogs/{name}.json.gz","hashValue":"{}","hashAlgorithm":"SHA-256"}}"#, hash(text))
        })
        .collect();
    let digest = format!(
        r#"{{"awsAccountId":"1","digestStartTime":"2026-03-18T16:30:00Z","digestEndTime":"2026-03-18T19:30:00Z","digestS3Object":"AWSLogs/1/1_CloudTrail-Digest_r_t_r_20260318T193000Z.json.gz","logFiles":[{}]}}"#,
        listed.join(",")
    );
    files.insert(place, ("digest".into(), digest));
    change(&mut files);
    let format = |name: &str| {
        if name == "digest" {
            Format::CloudtrailDigest
        } else if name == "audit" {
            Format::Auditd
        } else {
            Format::Cloudtrail
        }
    };
    let first = format(&files[0].0);
    let mut reading = WholeLog::new(first);
    let mut reader = LogReader::new(first, &Options::default());
    for (name, text) in &files {
        reader.member(name, format(name), None, &mut reading);
        reader.feed(format!("{text}\n").as_bytes(), &mut reading);
    }
    let mut world = World::of(reader.finish(&mut reading));
    world.digests.clone_from(&world.summary.digests);
    world
}

#[test]
fn a_digest_in_an_archive_proves_the_files_beside_it() {
    for place in [0, 2, 4] {
        let whole = packed(place, |_| {}).propose();
        assert_eq!(
            whole.completeness,
            Completeness::DigestChain,
            "{place}: {} {:?}",
            whole.completeness_reason,
            whole.objection
        );
        assert_eq!(
            (whole.from, whole.to, whole.gaps.len()),
            (Some(at("17:00")), Some(at("19:00")), 0),
            "{place}: {}",
            whole.span_reason
        );
        assert!(whole.modes.iter().any(|path| path.mode == crate::vocabulary::CoverageMode::All), "{:?}", whole.modes);
        assert!(whole.by_format.is_empty());
    }
    let spoilt: [(&str, Spoil); 5] = [
        ("a file is missing", |files| drop(files.remove(1))),
        ("a file was changed", |files| files[1].1 = files[1].1.replace("\"k\"", "\"x\"")),
        ("a record was cut out", |files| files[2].1 = r#"{"Records":[]}"#.into()),
        ("the digest was cut", |files| files[4].1.truncate(200)),
        ("another log is in it", |files| {
            files.push((
                "audit".into(),
                "type=SYSCALL msg=audit(1773853200.000:7): syscall=257 success=yes key=\"repo\"".into(),
            ));
        }),
    ];
    for (name, change) in spoilt {
        let proposal = packed(4, change).propose();
        assert!(proposal.completeness == Completeness::None || !proposal.gaps.is_empty(), "{name}: {proposal:?}");
    }
}

#[test]
fn the_files_of_an_archive_are_hashed_each() {
    let line = |name: &str| {
        format!(
            r#"{{"Records":[{{"eventTime":"2026-03-18T17:00:00Z","eventSource":"s3.amazonaws.com","eventName":"{name}","userIdentity":{{"type":"IAMUser","userName":"v"}}}}]}}"#
        )
    };
    let mut reading = WholeLog::new(Format::Cloudtrail);
    let mut reader = LogReader::new(Format::Cloudtrail, &Options::default());
    for name in ["GetObject", "PutObject"] {
        reader.member(name, Format::Cloudtrail, None, &mut reading);
        // Cut anywhere, and with the line end behind it.
        let bytes = format!("{}\n", line(name));
        bytes.as_bytes().chunks(7).for_each(|chunk| reader.feed(chunk, &mut reading));
    }
    let summary = reader.finish(&mut reading);
    let alone = |name: &str| crate::reader::log::read_all(line(name).as_bytes(), "").summary.content_sha256;
    let found: Vec<_> = summary.members.into_iter().map(|member| member.sha256).collect();
    assert_eq!(found, [alone("GetObject"), alone("PutObject")]);
}
