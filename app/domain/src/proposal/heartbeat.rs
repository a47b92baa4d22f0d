//! What recurs regularly can show when logging stopped, if a person relies on it.

use super::holes::{hole, merged};
use super::{Proposal, told};
use crate::evidence::Hole;
use crate::interval::Span;
use crate::reader::log::{Pulse, SILENT_PERIODS, Silence, Summary};
use crate::vocabulary::Completeness;

/// The pulses that beat in the span.
pub(super) fn offered(summary: &Summary, span: Option<Span>) -> Vec<Pulse> {
    let Some((from, to)) = span else { return Vec::new() };
    let beats = |pulse: &&Pulse| pulse.from.micros() < to && from < pulse.to.micros();
    summary.pulses.iter().filter(beats).cloned().collect()
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
