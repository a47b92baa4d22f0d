//! The four questions, answered in the first screen.

use domain::counted::percent;
use domain::gap::{Control, GapState};
use domain::metrics::{Metric, MetricName, metrics};
use domain::time::DurationRange;
use domain::verdict::Verdict;
use leptos::prelude::*;

use crate::case::Case;

/// How bad, do we know, for how long, which control.
pub(super) fn answers(case: &Case) -> impl IntoView + use<> {
    let metrics = metrics(&case.dossier);
    view! {
        <div class="answers">
            {severity(case)}
            {harm(case)}
            {length(case, &metrics)}
            {controls(case)}
        </div>
    }
}

fn answer(
    href: String,
    question: &'static str,
    class: &str,
    value: String,
    aside: Option<String>,
    text: String,
) -> impl IntoView + use<> {
    let class = class.to_string();
    view! {
        <a href=href>
            <small>{question}</small>
            <strong class=class>{value}{aside.map(|aside| view! { " "<span>{aside}</span> })}</strong>
            <span class="why">{text}</span>
        </a>
    }
}

fn severity(case: &Case) -> impl IntoView + use<> {
    let severities = case.dossier.severities(case.verdict());
    let question = "How bad was it?";
    let declared =
        severities.declared.map_or_else(|| "nothing declared".into(), |sev| format!("declared Sev {}", sev.number()));
    let range = case.evaluation.severity.as_ref().map(|severity| severity.range);
    let href = case.url("severity");
    match (severities.final_sev, severities.declared) {
        (Some(sev), _) => {
            let range = range.map_or_else(String::new, |[worst, mildest]| {
                if worst == mildest {
                    format!("Sev {} only", worst.number())
                } else {
                    format!("Sev {} to Sev {}", worst.number(), mildest.number())
                }
            });
            let text = format!("Range: {range} · {declared}");
            answer(
                href,
                question,
                &format!("sev{}-text", sev.number()),
                format!("Sev {}", sev.number()),
                Some(format!("{} of 5", ordinal(sev.number() + 1))),
                text,
            )
            .into_any()
        }
        (None, Some(sev)) => answer(
            href,
            question,
            "open-text",
            format!("Sev {}", sev.number()),
            Some("declared".into()),
            "Not rated yet: nobody has worked it out.".into(),
        )
        .into_any(),
        (None, None) => answer(
            href,
            question,
            "open-text",
            "Not rated".into(),
            None,
            "Rate it: what is unknown may stay unknown.".into(),
        )
        .into_any(),
    }
}

fn ordinal(number: u8) -> String {
    let end = match number {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

fn harm(case: &Case) -> impl IntoView + use<> {
    let judgement = &case.evaluation.verdict;
    let verdict = case.verdict();
    let share = judgement.coverage.reviewed_min;
    let paths = judgement.cells.len();
    let text = match (verdict, paths) {
        (Verdict::NotAssessed, _) | (_, 0) => "No exposed resource is recorded yet.".to_string(),
        (_, 1) => format!("{} of the one access path reviewed", percent(share, share >= 1.0)),
        _ => format!("{} of the {paths} access paths reviewed (on the least reviewed)", percent(share, share >= 1.0)),
    };
    let reviewed = format!("{} reviewed", percent(share, share >= 1.0));
    view! {
        <a href=case.url("verdict")>
            <small>"Do we know that nothing was harmed?"</small>
            <strong class=format!("verdict-text {}", verdict.word())>{verdict.label()}</strong>
            <span class="why">{text}</span>
            {(paths > 0).then(|| view! { <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=reviewed><rect class="all" width="100" height="6"></rect><rect class="done" width=format!("{:.1}", share * 100.0) height="6"></rect></svg> })}
        </a>
    }
}

fn find(metrics: &[Metric], name: MetricName) -> Option<(DurationRange, bool)> {
    metrics.iter().find(|metric| metric.name == name)?.headline()
}

fn length(case: &Case, metrics: &[Metric]) -> impl IntoView + use<> {
    let question = "For how long?";
    let window = case.dossier.exposure().length();
    let judged = window.filter(|window| window.max.is_some()).map(|window| {
        format!(
            "judged on a window of {}",
            DurationRange { min: None, max: window.max }.show().trim_start_matches("< ")
        )
    });
    let detected = find(metrics, MetricName::TimeToDetect).map(|(range, _)| {
        let target = case.incident().map_or(60, |incident| incident.detection_target_seconds);
        format!("detected in {}; target {}", range.show(), DurationRange::exact(i64::from(target) * 1_000_000).show())
    });
    let rest = |judged: Option<String>| sentence(&[judged, detected.clone()]);
    let href = case.url("metrics");
    match find(metrics, MetricName::Exposure) {
        Some((range, true)) => {
            answer(href, question, "", range.show(), Some("as reported".into()), rest(judged)).into_any()
        }
        Some((range, false)) => answer(href, question, "", range.show(), None, rest(None)).into_any(),
        None => match window {
            Some(window) => answer(href, question, "", window.show(), Some("the window".into()), rest(None)).into_any(),
            None => answer(
                href,
                question,
                "open-text",
                "Unknown".into(),
                None,
                "Say when the access opened and closed.".into(),
            )
            .into_any(),
        },
    }
}

/// Parts as one sentence with a capital and a full stop; nothing of nothing.
fn sentence(parts: &[Option<String>]) -> String {
    let text = parts.iter().flatten().cloned().collect::<Vec<_>>().join(" · ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn controls(case: &Case) -> impl IntoView + use<> {
    let question = "Which control should have stopped it?";
    let state = |control: Control| case.dossier.gaps.iter().find(|gap| gap.control == control).map(|gap| gap.state);
    let states: Vec<(Control, Option<GapState>)> =
        Control::MANDATORY.iter().map(|control| (*control, state(*control))).collect();
    let answered = states.iter().filter(|(_, state)| state.is_some()).count();
    let failed = states.iter().filter(|(_, state)| state.is_some_and(|state| state != GapState::Worked)).count();
    let said = |(control, state): &(Control, Option<GapState>)| {
        format!("{} {}", control.label().to_lowercase(), state.map_or("not answered", |state| state.label()))
    };
    let text = match answered {
        0 => "None of the three mandatory controls is recorded yet.".to_string(),
        _ => sentence(&[Some(states.iter().map(said).collect::<Vec<_>>().join(" · "))]),
    };
    let value = match answered {
        0 => "Not answered".to_string(),
        _ => format!("{failed} of {} failed", states.len()),
    };
    answer(case.url("gaps"), question, if answered == 0 { "open-text" } else { "" }, value, None, text)
}
