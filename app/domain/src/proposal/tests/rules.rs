//! What is claimed, and how it is known, in tables.

use super::world::{World, audited, change, gap, summary};
use crate::proposal::Proposal;
use crate::reader::log::{Format, LoggingChange, mark};
use crate::timeline::Outcome;
use crate::vocabulary::{Completeness, CoverageMode, EvidenceStatus};

#[test]
fn the_mode_is_the_weakest_that_fits() {
    use CoverageMode::{All, ManagementOnly, MetadataOnly, Sampled};
    type Row = (Format, &'static [(&'static str, u64)], CoverageMode, &'static str);
    let rows: &[Row] = &[
        (Format::Cloudtrail, &[], ManagementOnly, "None of its 100 records says that it is a data event"),
        (Format::Cloudtrail, &[(mark::MANAGEMENT, 100)], ManagementOnly, "None of its 100 records"),
        (Format::Cloudtrail, &[(mark::MANAGEMENT, 97), (mark::DATA, 3)], All, "3 say that they are data events"),
        (Format::K8sAudit, &[], MetadataOnly, "at which level"),
        (Format::K8sAudit, &[(mark::METADATA, 100)], MetadataOnly, "above level Metadata"),
        (Format::K8sAudit, &[(mark::METADATA, 90), (mark::REQUEST, 10)], All, "10 are above level Metadata"),
        (Format::K8sAudit, &[(mark::REQUEST_RESPONSE, 100)], All, "audit policy"),
        (Format::K8sAudit, &[(mark::ACTIVITY, 100)], ManagementOnly, "Data Access log"),
        (Format::GcpAudit, &[(mark::ACTIVITY, 100)], ManagementOnly, "off by default"),
        (Format::GcpAudit, &[(mark::ACTIVITY, 60), (mark::DATA_ACCESS, 40)], All, "40 are of a Data Access log"),
        (Format::AzureActivity, &[], ManagementOnly, "operations on subscriptions"),
        (Format::GithubAudit, &[], All, "GitHub audit log is an audit log"),
        (Format::M365, &[], All, "None of its records is MailItemsAccessed"),
        (Format::M365, &[(mark::MAIL_ITEMS_ACCESSED, 2)], All, "Reads of mail are among its records (2)."),
        (Format::Okta, &[], All, "audit log"),
        (Format::Auditd, &[(mark::NUMBERED, 100)], All, "rules"),
        (Format::Otlp, &[(mark::SAMPLED, 1)], Sampled, "1 record says that only some like it are kept."),
        (Format::Otlp, &[(mark::CONTENT, 2), (mark::NO_CONTENT, 5)], Sampled, "2 hold what was said and 5 do not."),
        (Format::ClaudeCode, &[], Sampled, "host of the agent"),
        (Format::ClaudeCode, &[(mark::COMPACTION, 1), (mark::COMPACT_SUMMARY, 1)], Sampled, "compacted once."),
        (Format::Codex, &[(mark::COMPACTION, 2)], Sampled, "compacted 2 times."),
        (Format::CloudtrailDigest, &[], Sampled, "holds no acts"),
        (Format::Csv, &[], Sampled, "say so and say from where you know it"),
        (Format::Jsonl, &[], Sampled, "counts as a sample"),
        (Format::Text, &[], Sampled, "counts as a sample"),
    ];
    for (format, marks, mode, reason) in rows {
        let bare = World::of(summary(*format)).marked(marks).propose();
        assert_ne!(bare.mode, All, "{format} {marks:?}: nothing shows that any path is recorded");
        // What is shown of a path is shown, whatever the rest of the log is.
        let proposal = if *mode == All { World::of(summary(*format)).marked(marks).shown().propose() } else { bare };
        assert_eq!(proposal.mode, *mode, "{format} {marks:?}");
        assert!(proposal.mode_reason.contains(reason), "{format}: {}", proposal.mode_reason);
    }
}

#[test]
fn successes_alone_say_nothing() {
    for format in Format::ALL {
        let mut world = World::of(summary(*format));
        let before = world.propose();
        world.summary.outcomes.success = 100;
        let after = world.propose();
        assert_eq!(before, after);
        assert_ne!(after.mode, CoverageMode::SuccessOnly);
    }
}

#[test]
fn completeness_needs_a_proof() {
    type Change = fn(&mut World);
    let rows: [(&str, Change, Completeness, &str); 8] = [
        ("serials", |_| (), Completeness::Sequence, "100 were followed. No serial is missing."),
        ("gaps", |world| world.summary.gap_count = 2, Completeness::Sequence, "there are gaps: 2 in the file."),
        ("no serial", |world| world.summary.marks.clear(), Completeness::None, "None of its records has a serial"),
        (
            "too many machines",
            |world| world.summary.marks.extend([(mark::UNFOLLOWED.to_string(), 2)]),
            Completeness::None,
            "The serials of 2 records are not followed",
        ),
        (
            "tainted",
            |world| world.evidence.status = EvidenceStatus::Tainted,
            Completeness::None,
            "The evidence is tainted",
        ),
        (
            "stated",
            |world| world.evidence.logging_changed_in_window = true,
            Completeness::None,
            "A person stated that logging was changed",
        ),
        (
            "unlisted acts",
            |world| world.summary.logging_change_count = 1,
            Completeness::None,
            "more acts on logging than are listed",
        ),
        (
            "nothing is left",
            |world| world.summary.gaps.push(gap(Some(0), Some(120))),
            Completeness::None,
            "Its gaps leave nothing of the span.",
        ),
    ];
    for (name, change, completeness, reason) in rows {
        let mut world = audited();
        change(&mut world);
        let proposal = world.propose();
        assert_eq!(proposal.completeness, completeness, "{name}");
        assert!(proposal.completeness_reason.contains(reason), "{name}: {}", proposal.completeness_reason);
    }
    for format in Format::ALL.iter().filter(|format| **format != Format::Auditd) {
        assert_eq!(World::of(summary(*format)).propose().completeness, Completeness::None, "{format}");
    }
}

fn with_change(change: LoggingChange) -> Proposal {
    let mut world = audited();
    (world.summary.logging_change_count, world.summary.logging_changes) = (1, vec![change]);
    world.propose()
}

#[test]
fn a_change_of_logging_ends_the_proof() {
    let effective = with_change(change("StopLogging", Some(30), Outcome::Success));
    assert_eq!(effective.completeness, Completeness::None);
    assert_eq!(
        effective.completeness_reason,
        "Logging was changed in the span: StopLogging on main-trail by bob at 2026-03-18 17:30 UTC. What was not logged because of it cannot be known."
    );
    assert_eq!((effective.logging_changes.effective.len(), effective.logging_changes.failed.len()), (1, 0));
    assert_eq!(effective.objection.as_ref(), Some(&effective.completeness_reason));
    // The last record is inside, and what may have had an effect counts as having had it.
    for (minutes, outcome) in [(Some(10), Outcome::Success), (Some(90), Outcome::Unknown), (None, Outcome::Success)] {
        assert_eq!(
            with_change(change("StopLogging", minutes, outcome)).completeness,
            Completeness::None,
            "{minutes:?}"
        );
    }
    for outcome in [Outcome::Denied, Outcome::Error] {
        let failed = with_change(change("StopLogging", Some(30), outcome));
        assert_eq!((failed.completeness, failed.logging_changes.failed.len()), (Completeness::Sequence, 1));
    }
    let before = with_change(change("StopLogging", Some(5), Outcome::Success));
    assert_eq!(before.completeness, Completeness::None);
    assert!(before.completeness_reason.contains("before the span, and nothing shows that it was undone"));
    let mut undone = audited();
    undone.summary.logging_changes =
        vec![change("StopLogging", Some(5), Outcome::Success), change("StartLogging", Some(8), Outcome::Success)];
    undone.summary.logging_change_count = 2;
    let undone = undone.propose();
    assert_eq!(undone.completeness, Completeness::Sequence);
    assert!(
        undone
            .completeness_reason
            .ends_with("Before the span, logging was changed 2 times: check that it was on again.")
    );
    let after = with_change(change("StopLogging", Some(95), Outcome::Success));
    assert_eq!(after, audited_with_count(&after));
}

/// The same as without the act: it lies after the span.
fn audited_with_count(after: &Proposal) -> Proposal {
    Proposal { logging_changes: after.logging_changes.clone(), ..audited().propose() }
}

#[test]
fn the_open_paths_that_a_log_records_are_preselected() {
    let cells = |format: Format| -> Vec<String> {
        let proposal = World::of(summary(format)).propose();
        proposal.cells.iter().map(|cell| format!("{}/{}", cell.resource, cell.path)).collect()
    };
    for format in [Format::Cloudtrail, Format::GcpAudit, Format::AzureActivity] {
        assert_eq!(cells(format), ["repo/api", "repo/cli", "data/ui"], "{format}");
    }
    assert_eq!(cells(Format::K8sAudit), ["repo/api", "repo/cli"]);
    assert_eq!(cells(Format::Auditd), ["repo/cli", "data/direct_db"]);
    // What is done with Git is done on a command line.
    assert_eq!(cells(Format::GithubAudit), ["repo/api", "repo/cli", "data/ui"]);
    for format in [Format::Otlp, Format::ClaudeCode, Format::Codex, Format::OpenaiChat] {
        assert_eq!(cells(format), ["data/agent_tool"], "{format}");
    }
    for format in [Format::Csv, Format::Jsonl, Format::Text, Format::Timesketch, Format::CloudtrailDigest] {
        assert_eq!(cells(format), [""; 0], "{format}");
    }
}

#[test]
fn what_the_source_does_not_see_is_told() {
    assert_eq!(
        World::of(summary(Format::Cloudtrail)).propose().blind,
        ["Without data events it holds no reads of S3 objects."]
    );
    assert_eq!(World::of(summary(Format::Csv)).propose().blind.len(), 0);
}

#[test]
fn a_proposal_comes_back_from_json() {
    let mut world = audited();
    world.summary.gaps = vec![gap(Some(20), Some(30))];
    world.summary.logging_changes = vec![change("rules", Some(40), Outcome::Denied)];
    let proposal = world.propose();
    let told = serde_json::to_string(&proposal).unwrap();
    assert_eq!(serde_json::from_str::<Proposal>(&told).unwrap(), proposal);
}
