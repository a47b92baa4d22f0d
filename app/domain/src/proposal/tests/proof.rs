//! False proofs: logs that look whole and show nothing of the path in question.

use serde_json::json;

use super::world::World;
use crate::evidence::Evidence;
use crate::exposure::Exposure;
use crate::proposal::Proposal;
use crate::reader::log::{Format, Options, mark, read_as, trail_digest};
use crate::vocabulary::{Completeness, CoverageMode};

/// A world with one open path, over the two hours from 17:00 on 18 March 2026.
pub(super) fn world(format: Format, text: &str, resource: &str, op: &str, channel: &str) -> World {
    let mut world = World::read(format, text);
    let at = |clock: &str| json!({ "earliest": super::world::at(clock), "latest": super::world::at(clock) });
    let exposure = json!({ "id": "exposure", "start": at("17:00"), "end": at("19:00"), "resources": [
        { "id": resource, "class": "restricted", "paths": [{ "id": "way", "op": op, "channel": channel, "status": "open" }] },
    ] });
    world.exposure = serde_json::from_value::<Exposure>(exposure).unwrap();
    world
}

pub(super) fn mode(proposal: &Proposal) -> CoverageMode {
    let [only] = proposal.modes.as_slice() else { panic!("{:?}", proposal.modes) };
    assert_eq!(only.mode, proposal.mode);
    only.mode
}

fn trail(clock: &str, source: &str, name: &str, request: &str, category: &str) -> String {
    format!(
        "{{\"eventTime\":\"2026-03-18T{clock}Z\",\"eventSource\":\"{source}.amazonaws.com\",\"eventName\":\"{name}\",\"userIdentity\":{{\"type\":\"IAMUser\",\"userName\":\"robot\"}},\"requestParameters\":{request},\"eventCategory\":\"{category}\"}}\n"
    )
}

fn object(clock: &str, name: &str, bucket: &str) -> String {
    trail(clock, "s3", name, &format!("{{\"bucketName\":\"{bucket}\",\"key\":\"k\"}}"), "Data")
}

fn audit(serial: u32, second: u32, rest: &str) -> String {
    format!("type=SYSCALL msg=audit({}.000:{serial}): {rest}\n", 1_773_853_200 + second)
}

const OPEN: &str = "arch=c000003e syscall=257 success=yes exit=3 a2=0 auid=1000 key=\"books\"";

#[test]
fn sign_ins_prove_nothing_of_reads() {
    let line = |serial: u32| {
        format!(
            "type=USER_ACCT msg=audit({}.000:{serial}): pid=1 uid=0 auid=1000 msg='acct=\"v\" res=success'\n",
            1_773_853_190 + serial
        )
    };
    let text: String = (10..=40).map(line).collect();
    for op in ["read", "write", "list", "delete"] {
        let proposal = world(Format::Auditd, &text, "books", op, "direct_db").propose();
        assert_ne!(mode(&proposal), CoverageMode::All, "{op}");
        assert_eq!(proposal.completeness, Completeness::Sequence);
        assert!(proposal.modes[0].reason.contains("books"), "{}", proposal.modes[0].reason);
    }
    // A rule that watches it, and has been met, does.
    let watched = format!("{text}{}", audit(41, 31, OPEN));
    assert_eq!(mode(&world(Format::Auditd, &watched, "books", "read", "direct_db").propose()), CoverageMode::All);
    assert_ne!(mode(&world(Format::Auditd, &watched, "books", "delete", "direct_db").propose()), CoverageMode::All);
    assert_ne!(mode(&world(Format::Auditd, &watched, "papers", "read", "direct_db").propose()), CoverageMode::All);
}

#[test]
fn reads_of_one_bucket_prove_nothing_of_another() {
    let text = object("17:00:00", "GetObject", "north") + &trail("19:00:00", "iam", "ListUsers", "null", "Management");
    let of = |bucket: &str, op: &str| mode(&world(Format::Cloudtrail, &text, bucket, op, "api").propose());
    assert_eq!(of("north", "read"), CoverageMode::All);
    assert_eq!(
        (of("south", "read"), of("north", "write")),
        (CoverageMode::ManagementOnly, CoverageMode::ManagementOnly)
    );
    // Nor does a name that only begins alike, or the settings of the bucket.
    for other in [
        object("17:00:00", "GetObject", "south-2"),
        trail("17:00:00", "s3", "GetBucketPolicy", "{\"bucketName\":\"south\"}", "Management") + &text,
    ] {
        assert_ne!(mode(&world(Format::Cloudtrail, &other, "south", "read", "api").propose()), CoverageMode::All);
    }
    // A refused read shows that refusals are recorded.
    let refused = object("17:00:00", "GetObject", "south")
        .replace("\"eventCategory\"", "\"errorCode\":\"AccessDenied\",\"eventCategory\"");
    let refused = world(Format::Cloudtrail, &(refused + &text), "south", "read", "api").propose();
    assert_ne!(mode(&refused), CoverageMode::All);
    // Other channels are not in such a log at all.
    assert_ne!(mode(&world(Format::Cloudtrail, &text, "north", "read", "direct_db").propose()), CoverageMode::All);
}

#[test]
fn a_control_is_of_the_same_place() {
    let named = |service: &str, name: &str, field: &str, value: &str| {
        trail("17:00:00", service, name, &format!("{{\"{field}\":\"{value}\"}}"), "Data")
    };
    let key = |key: &str| {
        trail("17:00:00", "s3", "GetObject", &format!("{{\"bucketName\":\"north\",\"key\":\"{key}\"}}"), "Data")
    };
    let of = |text: &str, id: &str| mode(&world(Format::Cloudtrail, text, id, "read", "api").propose());
    for text in [
        key("south"),
        key("x/south/y"),
        key("SOUTH"),
        named("ssm", "GetParameter", "name", "/app/south"),
        named("ssm", "GetParameter", "name", "south"),
        named("secretsmanager", "GetSecretValue", "secretId", "south"),
        named("secretsmanager", "GetSecretValue", "secretId", "arn:aws:secretsmanager:eu-west-1:1:secret:south"),
    ] {
        assert_ne!(of(&text, "south"), CoverageMode::All, "{text}");
    }
    let secret = named("secretsmanager", "GetSecretValue", "secretId", "south");
    for (text, id) in [
        (key("south"), "north"),
        (key("south"), "s3://north/south"),
        (key("south"), "arn:aws:s3:::north"),
        (secret, "secretsmanager:south"),
    ] {
        assert_eq!(of(&text, id), CoverageMode::All, "{id}");
    }
    let opened = |label: &str, path: &str| {
        audit(1, 0, &OPEN.replace("books", label))
            + &audit(1, 0, &format!("item=0 name=\"{path}\" nametype=NORMAL")).replace("SYSCALL", "PATH")
    };
    for (label, path, id, shown) in [
        ("books", "/etc/other", "books", false),
        ("x", "/home/ada/books/readme", "books", false),
        ("x", "/home/ada/books/readme", "/books", false),
        ("x", "/srv/books/a", "/srv/books", true),
        ("books", "/srv/books/a", "books", true),
        ("books", "/srv/books-old/a", "/srv/books", false),
    ] {
        let found = mode(&world(Format::Auditd, &opened(label, path), id, "read", "direct_db").propose());
        assert_eq!(found == CoverageMode::All, shown, "{label} {path} {id}");
    }
}

#[test]
fn a_chain_of_digests_proves_the_file_and_not_the_selectors() {
    let text = object("17:00:00", "GetObject", "north") + &object("18:59:59", "GetObject", "north");
    let mut world = world(Format::Cloudtrail, &text, "south", "read", "api");
    let digest = json!({ "awsAccountId": "1", "digestStartTime": "2026-03-18T17:00:00Z", "digestEndTime": "2026-03-18T19:00:00Z",
        "digestS3Object": "AWSLogs/1/CloudTrail-Digest/r/1_CloudTrail-Digest_r_t_r_20260318T190000Z.json.gz",
        "logFiles": [{ "s3Object": "x.json.gz", "hashValue": world.summary.content_sha256, "hashAlgorithm": "SHA-256" }] });
    world.digests = trail_digest(digest.to_string().as_bytes()).into_iter().collect();
    let proposal = world.propose();
    assert_eq!((proposal.completeness, mode(&proposal)), (Completeness::DigestChain, CoverageMode::ManagementOnly));
}

#[test]
fn serials_are_sorted_before_gaps_are_judged() {
    let of = |lines: &[(u32, u32)]| {
        let text: String = lines.iter().map(|(serial, second)| audit(*serial, *second, OPEN)).collect();
        world(Format::Auditd, &text, "books", "read", "direct_db").propose()
    };
    let gaps = |proposal: &Proposal| proposal.gaps.iter().map(|gap| gap.reason.clone()).collect::<Vec<_>>();
    // Newest first, and in any order: one record is missing.
    for lines in [[(13, 30), (12, 20), (10, 0)], [(12, 20), (13, 30), (10, 0)], [(10, 0), (13, 30), (12, 20)]] {
        let proposal = of(&lines);
        assert_eq!(proposal.completeness, Completeness::Sequence, "{lines:?}");
        assert_eq!(gaps(&proposal), ["serial 11 is missing: records were lost."], "{lines:?}");
    }
    // The parts of a file joined in the wrong order, and one of them twice, miss nothing.
    let whole = of(&[(12, 20), (13, 30), (10, 0), (11, 10), (12, 20), (13, 30)]);
    assert_eq!((whole.completeness, gaps(&whole)), (Completeness::Sequence, vec![]));
    // A boot begins anew.
    let restarted = of(&[(3, 100), (4, 110), (900, 0), (901, 10)]);
    assert_eq!(restarted.completeness, Completeness::Sequence);
    assert!(gaps(&restarted)[0].contains("began anew") || gaps(&restarted)[0].contains("begin anew"));
    // The 32 bits wrap, also newest first.
    assert_eq!(gaps(&of(&[(1, 30), (0, 20), (u32::MAX, 10), (u32::MAX - 1, 0)])), [""; 0]);
}

#[test]
fn serials_of_machines_that_cannot_be_told_apart_prove_nothing() {
    let of = |lines: &[(u32, u32)]| {
        let text: String = lines.iter().map(|(serial, second)| audit(*serial, *second, OPEN)).collect();
        let world = world(Format::Auditd, &text, "books", "read", "direct_db");
        assert!(world.summary.marked(mark::MIXED) > 0, "{lines:?}");
        world.propose().completeness
    };
    // Far apart, alike, one behind the other in the file, and turn by turn.
    assert_eq!(of(&[(10, 0), (500, 5), (11, 10), (501, 15), (12, 20), (502, 25)]), Completeness::None);
    assert_eq!(of(&[(10, 0), (10, 5), (11, 10), (11, 15), (12, 20), (12, 25)]), Completeness::None);
    assert_eq!(of(&[(10, 0), (11, 10), (12, 20), (500, 5), (501, 15), (502, 25)]), Completeness::None);
    assert_eq!(of(&[(10, 0), (9, 10), (11, 20)]), Completeness::None);
    // With the name of the machine in each line they are told apart: one serial is missing, and where the one begins later
    // and the other ends sooner nothing is known.
    let named = |node: &str, serial: u32, second: u32| format!("node={node} {}", audit(serial, second, OPEN));
    let text = [named("a", 10, 0), named("b", 500, 5), named("a", 11, 10), named("b", 502, 15)].concat();
    let summary = read_as(text.as_bytes(), Format::Auditd, &Options::default()).summary;
    assert_eq!((summary.marked(mark::MIXED), summary.gap_count), (0, 3));
}

/// An evidence item that tells of these acts.
pub(super) fn told(name: &str, format: Format, text: &str) -> Evidence {
    let summary = read_as(text.as_bytes(), format, &Options::default()).summary;
    let mut item = World::of(summary.clone()).evidence;
    (item.id, item.name) = (name.into(), name.into());
    item.logging_changes = summary.logging_changes;
    item
}

#[test]
fn a_change_of_logging_told_elsewhere_ends_the_proof() {
    let text: String = (0..=12)
        .map(|five| object(&format!("{}:{:02}:00", 17 + five / 12, five % 12 * 5), "GetObject", "south"))
        .collect();
    let stop = trail("17:30:00", "cloudtrail", "DeleteTrail", "{\"name\":\"data\"}", "Management");
    let with = |other: Evidence| {
        let mut world = world(Format::Cloudtrail, &text, "south", "read", "api");
        world.others.push(other);
        world.propose()
    };
    let proposal = with(told("other.jsonl", Format::Cloudtrail, &stop));
    let objection = proposal.objection.clone().unwrap_or_default();
    assert!(
        objection.contains("DeleteTrail") && objection.contains("17:30") && objection.contains("other.jsonl"),
        "{objection}"
    );
    assert_eq!((proposal.completeness, proposal.logging_changes.elsewhere.len()), (Completeness::None, 1));
    // One that was refused changed nothing, and one of another provider not this log.
    let refused = stop.replace("\"eventCategory\"", "\"errorCode\":\"AccessDenied\",\"eventCategory\"");
    assert_eq!(with(told("other.jsonl", Format::Cloudtrail, &refused)).objection, None);
    let okta = "{\"eventType\":\"system.log_stream.lifecycle.deactivate\",\"published\":\"2026-03-18T17:30:00Z\",\"outcome\":{\"result\":\"SUCCESS\"},\"displayMessage\":\"x\"}";
    assert_eq!(with(told("okta.jsonl", Format::Okta, okta)).objection, None);
    // Stopped before and started again before, it was on; stopped and not started, it was not.
    let before = trail("16:00:00", "cloudtrail", "StopLogging", "{\"name\":\"data\"}", "Management");
    let again = trail("16:10:00", "cloudtrail", "StartLogging", "{\"name\":\"data\"}", "Management");
    assert!(with(told("other.jsonl", Format::Cloudtrail, &before)).objection.is_some());
    assert_eq!(with(told("other.jsonl", Format::Cloudtrail, &(before + &again))).objection, None);
}

#[test]
fn a_thing_that_is_there_under_a_longer_name_is_told_by_that_name() {
    let named = |service: &str, name: &str, request: &str| trail("17:00:00", service, name, request, "Data");
    let cluster = "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"RequestResponse\",\"auditID\":\"a\",\"stage\":\"ResponseComplete\",\"verb\":\"get\",\"user\":{\"username\":\"vera\"},\"objectRef\":{\"resource\":\"secrets\",\"namespace\":\"prod\",\"name\":\"south\"},\"requestReceivedTimestamp\":\"2026-03-18T17:00:00Z\",\"responseStatus\":{\"code\":200}}\n";
    for (format, text, name) in [
        (Format::Cloudtrail, named("dynamodb", "GetItem", "{\"tableName\":\"south\"}"), "dynamodb:south"),
        (
            Format::Cloudtrail,
            named("dynamodb", "GetItem", "{\"tableName\":\"arn:aws:dynamodb:eu-west-1:1:table/south\"}"),
            "dynamodb:table:south",
        ),
        (Format::Cloudtrail, named("ssm", "GetParameter", "{\"name\":\"/app/south\"}"), "ssm:app:south"),
        (Format::Cloudtrail, named("s3", "GetObject", "{\"bucketName\":\"north\",\"key\":\"south/k\"}"), "north:south"),
        (Format::K8sAudit, cluster.to_string(), "prod:secrets:south"),
    ] {
        let proposal = world(format, &text, "south", "read", "api").propose();
        assert_ne!(mode(&proposal), CoverageMode::All, "{name}");
        let reason = &proposal.modes[0].reason;
        assert!(reason.contains(&format!("is this resource, name it “{name}”")), "{name}: {reason}");
        // So named, it is shown.
        assert_eq!(mode(&world(format, &text, name, "read", "api").propose()), CoverageMode::All, "{name}");
    }
}
