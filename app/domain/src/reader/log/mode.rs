//! What several formats say of the acts that they record.

use super::mark;
use super::summary::Summary;
use crate::counted::counted;
use crate::vocabulary::CoverageMode;

/// The weakest mode that fits what was read, and why.
pub(crate) type Mode = (CoverageMode, String);

/// A file that says nothing of what is recorded.
pub(super) fn nothing_says() -> Mode {
    let reason = "Nothing in the file says which acts its source records, so that it counts as a sample. If you know that it records every act, say so and say from where you know it.";
    (CoverageMode::Sampled, reason.into())
}

/// A source whose settings, which are not in the file, say what is recorded.
pub(super) fn settings_say() -> Mode {
    let reason = "Which acts are recorded is for the settings of its source to say, and they are not in the file: it counts as a sample. If you know that it records every act, say so and attach the settings.";
    (CoverageMode::Sampled, reason.into())
}

/// An audit log that holds each act of the kinds it knows.
pub(super) fn audit_log(summary: &Summary) -> Mode {
    let reason = format!(
        "{} is an audit log: it records each act of the kinds it knows. Check that the paths you choose are of these kinds.",
        summary.format
    );
    (CoverageMode::All, reason)
}

/// A log of acts without what they held.
pub(super) fn acts_alone(summary: &Summary) -> Mode {
    let reason = format!(
        "{} records which acts were asked of it, and not what they held. What is recorded is for its own settings to say: attach them.",
        summary.format
    );
    (CoverageMode::MetadataOnly, reason)
}

/// A log of sign-ins and settings.
pub(super) fn sign_ins(summary: &Summary) -> Mode {
    let reason = format!(
        "{} records sign-ins and changes of settings. Acts on what its resources hold are not shown to be recorded.",
        summary.format
    );
    (CoverageMode::ManagementOnly, reason)
}

/// A log of requests without what was sent.
pub(super) fn requests() -> Mode {
    let reason =
        "It records that something was asked, from where, and how that ended, and not what was sent or answered.";
    (CoverageMode::MetadataOnly, reason.into())
}

/// A log of Google Cloud, by the names of the logs that its records are of.
pub(super) fn google(summary: &Summary) -> Mode {
    let records = counted(summary.records, "record");
    match summary.marked(mark::DATA_ACCESS) {
        0 => (
            CoverageMode::ManagementOnly,
            format!(
                "None of its {records} is of a Data Access log, which is off by default: reads are not shown to be recorded."
            ),
        ),
        data => (
            CoverageMode::All,
            format!(
                "Of its {records}, {data} are of a Data Access log. Which services have one is for the audit configuration to say: check that those you choose do."
            ),
        ),
    }
}

/// What the host of an agent writes.
pub(super) fn transcript(summary: &Summary) -> Mode {
    // A compaction may be told by its mark, by the summary that follows it, or by both.
    let compactions = summary.marked(mark::COMPACTION).max(summary.marked(mark::COMPACT_SUMMARY));
    let compacted = match compactions {
        0 => String::new(),
        count => format!(" It was compacted {}.", if count == 1 { "once".into() } else { format!("{count} times") }),
    };
    let reason = "It is written by the host of the agent, and what the agent did beside it is not there.";
    (CoverageMode::Sampled, format!("{reason}{compacted}"))
}
