//! What recurs regularly can show when logging stopped, if a person relies on it.

use super::holes::{hole, merged};
use super::{Proposal, Source, told};
use crate::casefile::Dossier;
use crate::evidence::Hole;
use crate::interval::Span;
use crate::reader::log::{Pulse, SILENT_PERIODS, Silence};
use crate::spelling::same_name;
use crate::vocabulary::{Completeness, PrincipalKind};

/// The names of those whose acts are in question: the agents of the incident, those who act in it, and to whom something
/// lay open.
pub fn in_question(dossier: &Dossier) -> Vec<String> {
    let agents = dossier.principals.iter().map(|kept| &kept.record).filter(|one| one.kind == PrincipalKind::Agent);
    let acting = agents.chain(dossier.acting_principals());
    let mut names: Vec<String> =
        acting.flat_map(|one| std::iter::once(&one.name).chain(&one.former_names)).cloned().collect();
    names.extend(dossier.exposure().principals.iter().map(|one| one.name.clone()));
    names.sort();
    names.dedup();
    names
}

/// The pulses that beat in the span, but for those that somebody makes whose acts are in question: whoever beats can also
/// see to it that nothing else is logged.
pub(super) fn offered(source: &Source<'_>, span: Option<Span>) -> Vec<Pulse> {
    let Some((from, to)) = span else { return Vec::new() };
    let beats = |pulse: &&Pulse| pulse.from.micros() < to && from < pulse.to.micros();
    let others = |pulse: &&Pulse| !is_in_question(source, pulse);
    source.summary.pulses.iter().filter(beats).filter(others).cloned().collect()
}

/// Who makes pulses that do not count, for it is their acts that are in question.
pub(super) fn discounted(source: &Source<'_>) -> Vec<String> {
    let own = source.summary.pulses.iter().filter(|pulse| is_in_question(source, pulse));
    let mut names: Vec<String> = own.map(|pulse| pulse.actor.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Whether somebody makes a pulse whose acts are in question, also where a log names them with their place:
/// `arn:aws:iam::1:user/robot`, `robot@example.com`.
fn is_in_question(source: &Source<'_>, pulse: &Pulse) -> bool {
    let parts = || pulse.actor.split(['/', ':', '@', '|', '\\', ' ']).filter(|part| !part.is_empty());
    source
        .in_question
        .iter()
        .any(|name| !name.is_empty() && (same_name(name, &pulse.actor) || parts().any(|part| same_name(name, part))))
}

/// The proposal with this pulse as its heartbeat: where the pulse was silent, or did not beat yet or any more, there is
/// a gap. Where something speaks against any proof, such as a change of logging, the gaps are all that is added.
#[must_use]
pub fn with_heartbeat(proposal: Proposal, pulse: &Pulse) -> Proposal {
    let (Some(from), Some(to)) = (proposal.from, proposal.to) else { return proposal };
    let span = (from.micros(), to.micros());
    let mut proposal = proposal;
    let mut holes = std::mem::take(&mut proposal.gaps);
    holes.extend(silent(pulse, span));
    proposal.gaps = merged(holes, span);
    if proposal.objection.is_some() {
        return proposal;
    }
    proposal.completeness = Completeness::Heartbeat;
    proposal.completeness_reason = format!(
        "{} recurs every {}, {} times from {} to {}. Where it is silent for more than {SILENT_PERIODS} periods, there is a gap.",
        name(pulse),
        period(pulse.period_micros),
        pulse.count,
        told(pulse.from.micros()),
        told(pulse.to.micros()),
    );
    proposal.without_empty_proof()
}

/// The times in which the pulse cannot be relied on.
fn silent(pulse: &Pulse, span: Span) -> Vec<Hole> {
    let longest = pulse.period_micros.max(0).saturating_mul(SILENT_PERIODS);
    let (first, last) = (pulse.from.micros(), pulse.to.micros());
    let name = name(pulse);
    let silence = |silence: &Silence| hole(silence.from.micros(), silence.to.micros(), &format!("{name} is silent"));
    let mut holes: Vec<Hole> = pulse.silences.iter().map(silence).collect();
    if first.saturating_sub(span.0) > longest {
        holes.push(hole(span.0, first, &format!("{name} does not beat yet")));
    }
    if span.1.saturating_sub(last) > longest {
        holes.push(hole(last, span.1, &format!("{name} does not beat any more")));
    }
    holes
}

fn name(pulse: &Pulse) -> String {
    match pulse.actor.as_str() {
        "" => format!("“{}”", pulse.action),
        actor => format!("“{}” by {actor}", pulse.action),
    }
}

/// A period in words, in the largest unit of which it is not a fraction.
fn period(micros: i64) -> String {
    match micros {
        ..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..120_000_000 => format!("{} s", micros / 1_000_000),
        120_000_000..7_200_000_000 => format!("{} min", micros / 60_000_000),
        _ => format!("{} h", micros / 3_600_000_000),
    }
}
