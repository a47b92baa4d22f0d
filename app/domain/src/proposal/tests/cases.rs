//! The four small inputs that once proved what they do not show, kept elsewhere (see `cases.rs` of the log readers).

use super::proof::{mode, told, world};
use crate::reader::log::tests::cases::{case, tell};
use crate::reader::log::{Format, Options, read_as, trail_digest};
use crate::vocabulary::{Completeness, CoverageMode};

fn text(name: &str) -> String {
    String::from_utf8_lossy(&case(name)).into_owned()
}

fn judge(name: &str, is_right: bool, found: &str) {
    let outcome = if is_right { Ok(()) } else { Err(found.to_string()) };
    tell(name, &outcome);
    assert_eq!(outcome, Ok(()), "{name}");
}

#[test]
#[ignore = "by hand: INQUEST_CASES names the folder of the cases; proof.rs has the same, made up anew"]
fn a_log_proves_only_what_it_shows() {
    {
        let text = text("auditd-newest-first.log");
        let summary = read_as(text.as_bytes(), Format::Auditd, &Options::default()).summary;
        let told: Vec<_> = summary.gaps.iter().map(|gap| (gap.missing, gap.reason.as_str())).collect();
        let is_right = matches!(told[..], [(Some(1), reason)] if reason.contains("serial 11 is missing"));
        judge("auditd-newest-first.log", is_right, &format!("{told:?}"));
    }
    {
        let text = text("auditd-logins-only.log");
        for op in ["read", "write"] {
            let proposal = world(Format::Auditd, &text, "customer-db", op, "direct_db").propose();
            judge("auditd-logins-only.log", mode(&proposal) != CoverageMode::All, &format!("{:?}", proposal.modes));
        }
    }
    {
        let (text, digest) = (text("cloudtrail-other-bucket.json"), text("cloudtrail-other-bucket-digest.json"));
        let mut world = world(Format::Cloudtrail, &text, "bucket-b", "read", "api");
        world.digests = trail_digest(digest.as_bytes()).into_iter().collect();
        let proposal = world.propose();
        judge("cloudtrail-other-bucket.json", mode(&proposal) != CoverageMode::All, &format!("{:?}", proposal.modes));
        judge("cloudtrail-other-bucket-digest.json", world.digests.len() == 1, "it is no digest");
    }
    {
        let (a, b) = (text("logging-change-a.jsonl"), text("logging-change-b.jsonl"));
        let mut world = world(Format::Cloudtrail, &b, "bucket-b", "read", "api");
        world.others.push(told("logging-change-a.jsonl", Format::Cloudtrail, &a));
        let proposal = world.propose();
        let objection = proposal.objection.clone().unwrap_or_default();
        let is_right = objection.contains("DeleteTrail")
            && objection.contains("17:30")
            && proposal.completeness == Completeness::None;
        judge("logging-change-a.jsonl", is_right, &objection);
        judge("logging-change-b.jsonl", is_right, &objection);
    }
}
