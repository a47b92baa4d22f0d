//! What is drawn of a timeline: runs of like acts as one, by kind of actor, in order or by time.

use domain::Id;
use domain::Tri;
use domain::casefile::{CaseItem, Dossier};
use domain::timeline::{Event, MarkName, PreventedBy, Verb};
use domain::vocabulary::PrincipalKind;

/// How many acts are drawn at once.
pub(super) const ACTS_MAX: usize = 18;

/// One act, or a run of acts of one actor with one verb.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Act {
    /// The first event.
    pub event: Id,
    /// All events of the run.
    pub events: Vec<Id>,
    pub kind: PrincipalKind,
    pub lane: usize,
    /// What stands beside the mark.
    pub label: String,
    /// The whole, for the list and for screen readers.
    pub sentence: String,
    /// An act that changed something and that nobody asked for, allowed or confirmed.
    pub doubtful: bool,
    /// Worse was prevented by luck alone.
    pub lucky: bool,
    /// Its place in time, where that is exact.
    pub at: Option<i64>,
}

/// The names of the lanes.
pub(super) const LANES: [&str; 3] = ["People", "Agents", "Systems"];

fn lane(kind: PrincipalKind) -> usize {
    match kind {
        PrincipalKind::Human | PrincipalKind::Unknown => 0,
        PrincipalKind::Agent => 1,
        PrincipalKind::Service | PrincipalKind::System => 2,
    }
}

/// The acts of a case, runs of like acts as one.
pub(super) fn acts(dossier: &Dossier) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    let mut last: Option<(&Id, Verb)> = None;
    for event in dossier.timeline() {
        let marked = dossier.marks.iter().any(|mark| mark.event == event.id);
        let one = act(dossier, event);
        match acts.last_mut() {
            // A mark, a doubt and luck stand for themselves.
            Some(run)
                if last == Some((&event.actor, event.verb))
                    && !marked
                    && run.doubtful == one.doubtful
                    && !one.lucky
                    && !run.lucky =>
            {
                run.events.push(event.id.clone());
            }
            _ => acts.push(one),
        }
        last = Some((&event.actor, event.verb));
    }
    for run in acts.iter_mut().filter(|run| run.events.len() > 1) {
        run.label = format!("{} ×{}", run.label, run.events.len());
        run.sentence = format!("{}, and {} more of the same", run.sentence, run.events.len() - 1);
    }
    acts
}

fn act(dossier: &Dossier, event: &CaseItem<Event>) -> Act {
    let kind = dossier.principals.get(&event.actor).map_or(PrincipalKind::Unknown, |actor| actor.kind);
    let effectful = event.effect.is_effectful();
    let mut doubts: Vec<&str> = Vec::new();
    if effectful {
        let of = [(event.requested, "unasked"), (event.authorised, "unauthorised"), (event.confirmed, "unconfirmed")];
        doubts.extend(of.iter().filter(|(answer, _)| *answer == Tri::No).map(|(_, word)| *word));
    }
    let marks: Vec<&str> = dossier.marks_on(&event.id).into_iter().filter_map(said).collect();
    let label = match (marks.first(), doubts.first()) {
        (Some(mark), _) => (*mark).to_string(),
        (None, Some(doubt)) => format!("{}, {doubt}", event.act()),
        (None, None) => event.act().to_string(),
    };
    let mut sentence = event.line(dossier);
    for word in doubts.iter().chain(&marks) {
        sentence = format!("{sentence}, {word}");
    }
    let exact = event.time.is_exact().then(|| event.time.sort_key().map(|at| at.micros())).flatten();
    Act {
        event: event.id.clone(),
        events: vec![event.id.clone()],
        kind,
        lane: lane(kind),
        label,
        sentence,
        doubtful: !doubts.is_empty() && kind == PrincipalKind::Agent,
        lucky: event.prevented_by == Some(PreventedBy::Luck),
        at: exact,
    }
}

/// Marks that say what an act was in the story better than its verb does.
fn said(mark: MarkName) -> Option<&'static str> {
    Some(match mark {
        MarkName::AgentInvoked => "invokes the agent",
        MarkName::ReliedOn => "relies on it",
        MarkName::ImpactStart => "impact starts",
        MarkName::Detected => "detected",
        MarkName::StopSent => "stop sent",
        MarkName::Contained => "contained",
        MarkName::Resolved => "resolved",
        _ => return None,
    })
}

/// Where acts stand between 0 and 1: by time where all of it is exact and nothing would be squeezed, else in order.
pub(super) fn shares(acts: &[Act]) -> (Vec<f64>, bool) {
    let times: Option<Vec<i64>> = acts.iter().map(|act| act.at).collect();
    let count = acts.len();
    let even = || (0..count).map(|at| if count < 2 { 0.5 } else { at as f64 / (count - 1) as f64 }).collect();
    let Some(times) = times.filter(|times| times.len() > 2) else { return (even(), false) };
    let (first, last) = (times[0], times[count - 1]);
    let span = (last - first) as f64;
    let least = 0.35 / (count - 1) as f64;
    let apart = times.windows(2).all(|two| (two[1] - two[0]) as f64 / span >= least);
    if span <= 0.0 || !apart {
        return (even(), false);
    }
    (times.iter().map(|time| (time - first) as f64 / span).collect(), true)
}
