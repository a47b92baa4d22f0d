//! How is it known that nothing is missing?

use super::{LoggingActs, Source, changes, digests, heartbeat};
use crate::counted::counted;
use crate::evidence::{Break, Hole};
use crate::interval::Span;
use crate::reader::log::{Summary, mark};
use crate::vocabulary::{Completeness, EvidenceStatus};

/// A proof of completeness, and the holes it leaves.
pub(super) struct Proof {
    pub completeness: Completeness,
    pub reason: String,
    /// The proof of what no change of logging breaks, where nothing else speaks against it.
    pub apart: Option<(Completeness, String)>,
    /// What speaks against any proof.
    pub objection: Option<String>,
    pub holes: Vec<Hole>,
}

impl Proof {
    fn none(reason: impl Into<String>) -> Self {
        Self::of(Completeness::None, reason.into(), Vec::new())
    }

    fn of(completeness: Completeness, reason: String, holes: Vec<Hole>) -> Self {
        Self { completeness, reason, apart: None, objection: None, holes }
    }
}

/// The proof that the source itself gives, unless something speaks against any.
pub(super) fn proof(source: &Source<'_>, span: Option<Span>, acts: &LoggingActs) -> Proof {
    let Some(span) = span else {
        return Proof::none("No span is proposed: there is nothing that could be complete.");
    };
    let mut proof = match source.summary.format.proof() {
        Completeness::Sequence => sequence(source.summary),
        Completeness::DigestChain if !source.digests.is_empty() => digest_chain(source, span),
        _ => unproven(source, span),
    };
    if let Some(reason) = objection(source, span, acts) {
        // What is missing stays missing.
        let apart = is_whole_but_for_changes(source).then_some((proof.completeness, proof.reason));
        return Proof { objection: Some(reason.clone()), apart, holes: proof.holes, ..Proof::none(reason) };
    }
    match changes::before(source.summary, span) {
        0 => {}
        1 => proof.reason.push_str(" Before the span, logging was changed once: check that it was on again."),
        more => proof
            .reason
            .push_str(&format!(" Before the span, logging was changed {more} times: check that it was on again.")),
    }
    proof
}

fn digest_chain(source: &Source<'_>, span: Span) -> Proof {
    let chain = digests::chain(source, span);
    match chain.proof {
        Ok(reason) => Proof::of(Completeness::DigestChain, reason, chain.holes),
        Err(reason) => Proof::of(Completeness::None, reason, chain.holes),
    }
}

/// Why no proof can count.
fn objection(source: &Source<'_>, span: Span, acts: &LoggingActs) -> Option<String> {
    if source.evidence.status != EvidenceStatus::Intact {
        let status = source.evidence.status.label().to_lowercase();
        return Some(format!("The evidence is {status}: it cannot show that nothing is missing."));
    }
    if let Some(first) = acts.effective.first() {
        let more = match acts.effective.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        return Some(format!(
            "Logging was changed in the span: {}{more}. What was not logged because of it cannot be known.",
            changes::act(first)
        ));
    }
    if let Some(first) = changes::broken(source, Some(span)).first() {
        return Some(lasting(first, span));
    }
    let summary = source.summary;
    if let Some(reason) = summary.format.objection(summary) {
        return Some(reason);
    }
    if summary.logging_change_count > summary.logging_changes.len() as u64 {
        return Some("It holds more acts on logging than are listed: some of them may lie in the span.".into());
    }
    source.evidence.logging_changed_in_window.then(|| "A person stated that logging was changed in the window.".into())
}

/// Whether nothing but listed changes of logging speaks against a proof.
fn is_whole_but_for_changes(source: &Source<'_>) -> bool {
    source.evidence.status == EvidenceStatus::Intact
        && !source.evidence.logging_changed_in_window
        && source.summary.logging_change_count <= source.summary.logging_changes.len() as u64
}

/// An act before the span that was not undone, or one that another log tells of.
fn lasting(broken: &Break<'_>, span: Span) -> String {
    if let Some(name) = broken.told_in.filter(|_| broken.change.is_unread_file()) {
        return format!(
            "“{name}” was to be read as a log, and could not be: nobody can say that it tells of no change of logging. Have it read in its format, or let somebody who took no part review all of it."
        );
    }
    let told_in = broken.told_in.map(|name| format!(" (told in “{name}”)")).unwrap_or_default();
    let act = changes::act(broken.change);
    let when =
        if broken.span.0 < span.0 { "before the span, and nothing shows that it was undone" } else { "in the span" };
    format!("Logging was changed {when}: {act}{told_in}. What was not logged because of it cannot be known.")
}

/// The kernel numbers what it records.
fn sequence(summary: &Summary) -> Proof {
    if summary.marked(mark::MIXED) > 0 {
        return Proof::none(
            "Its serials are those of several machines or boots that cannot be told apart, so that nothing shows which are missing: give each machine its own file, or collect them with “node=” in each line.",
        );
    }
    let (numbered, unfollowed) = (summary.marked(mark::NUMBERED), summary.marked(mark::UNFOLLOWED));
    if numbered == 0 || unfollowed > 0 {
        return Proof::none(match numbered {
            0 => "None of its records has a serial of the kernel.".to_string(),
            _ => format!(
                "The serials of {} are not followed, for there are too many machines.",
                counted(unfollowed, "record")
            ),
        });
    }
    let missing = match summary.gap_count {
        0 => "No serial is missing.".to_string(),
        1 => "Where serials are missing, there is a gap.".to_string(),
        count => format!("Where serials are missing, there are gaps: {count} in the file."),
    };
    let reason = format!("The kernel numbers its records without holes, and {numbered} were followed. {missing}");
    Proof::of(Completeness::Sequence, reason, Vec::new())
}

fn unproven(source: &Source<'_>, span: Span) -> Proof {
    let own = source.summary.format.unproven();
    let own_beats = match heartbeat::discounted(source).as_slice() {
        [] => String::new(),
        names => format!(
            " What recurs regularly by {} is no heartbeat: it is their acts that are in question.",
            names.join(", ")
        ),
    };
    let pulse = match heartbeat::offered(source, Some(span)).len() {
        0 => "",
        _ => " If what recurs regularly in it can be relied on, choose it as a heartbeat.",
    };
    Proof::none(format!("{own}{own_beats}{pulse}"))
}
