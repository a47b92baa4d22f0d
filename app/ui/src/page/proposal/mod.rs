//! What a log proposes to cover, and the form that accepts or corrects it.

mod explain;

use domain::counted::counted;
use domain::evidence::{Evidence, Hole};
use domain::proposal::{FormatPart, Proposal, ProposedPart, with_heartbeat};
use domain::reader::log::LoggingChange;
use domain::vocabulary::{Completeness, CoverageMode};
use leptos::prelude::*;

use super::case::case_page;
use super::exposure::gap_fields;
use crate::case::Case;
use crate::component::address::encode;
use crate::component::shell::Empty;
use crate::component::times::{length_text, span_text};
use crate::component::{Choice, Field, Form, Icon, Many, Select, Sign, TextArea, choices};
use crate::island::Understood;

/// Room for gaps that the log does not show.
const GAP_ROWS: usize = 2;

/// So many access paths are shown one by one.
const PATHS_MAX: usize = 40;

/// So many gaps are shown one by one.
const GAPS_MAX: usize = 40;

/// The page of a proposal. `heartbeat` names the pulse that is relied on.
pub fn page(case: &Case, item: &Evidence, proposal: &Proposal, heartbeat: Option<usize>) -> AnyView {
    let relied = heartbeat.and_then(|place| Some((place, proposal.pulses.get(place)?.clone())));
    let shown = relied.as_ref().map_or_else(|| proposal.clone(), |(_, pulse)| with_heartbeat(proposal.clone(), pulse));
    let register = format!("{}#evidence-{}", case.url("evidence"), item.id);
    let (name, count) = (item.name.clone(), item.records.unwrap_or_default());
    let body = view! {
        <section class="card" id="proposal">
            <header>
                <h2>"What " {name.clone()} " can prove"</h2>
                <small class="muted num">{count} " records"</small>
                <div class="actions"><a class="btn quiet small" href=register>"In the register"</a></div>
            </header>
            <p>"Worked out from the log itself. It claims no more than the log shows; whoever knows better corrects it, with a reason."</p>
            {findings(&shown)}
            {gaps(&shown)}
            {logging(&shown)}
            {blind(&shown)}
        </section>
        {explain::changes(case, item)}
        {pulses(case, item, proposal, heartbeat)}
        {case.may_edit().then(|| form(case, item, &shown, relied.map(|(place, _)| place)))}
    };
    case_page(case, "evidence", body.into_any())
}

/// The page of an item whose records were not read.
pub fn unread_page(case: &Case, item: &Evidence) -> AnyView {
    let base = case.url(&format!("evidence/{}", encode(item.id.as_str())));
    let by_hand = format!("{}#cover", case.url("exposure"));
    let name = item.name.clone();
    let body = view! {
        <section class="card" id="proposal">
            <header><h2>"What " {name} " can prove"</h2></header>
            <Empty title="Nothing was read of it" text="A log that was read says by itself what it covers, and where something is missing. This item was only kept. Have it read, if it is a log; of anything else, state by hand what it recorded."/>
            <p class="cluster"><a class="btn small" href=format!("{base}/reading")>"How it could be read"</a> <a class="btn quiet small" href=by_hand>"State it by hand"</a></p>
        </section>
    };
    case_page(case, "evidence", body.into_any())
}

fn findings(proposal: &Proposal) -> impl IntoView + use<> {
    let span = match (proposal.from, proposal.to) {
        (None, None) => "no time in the window".to_string(),
        (from, to) => format!("{} ({})", span_text(from, to), length_text(from, to)),
    };
    let complete = proposal.completeness != Completeness::None;
    view! {
        <dl class="facts">
            <dt>"Span"</dt><dd><b>{span}</b> <p class="muted">{proposal.span_reason.clone()}</p></dd>
            <dt>"Records"</dt><dd><b>{proposal.mode.label()}</b> <p class="muted">{proposal.mode_reason.clone()}</p>{paths(proposal)}</dd>
            <dt>"Nothing missing"</dt>
            <dd>
                {(!complete).then(|| view! { <Sign kind="un"/> " " })}
                <b>{if complete { proposal.completeness.label() } else { "Not known" }}</b>
                <p class="muted">{proposal.completeness_reason.clone()}</p>
                {parts(proposal)}
                {by_format(proposal)}
                {proposal.objection.clone().map(|objection| view! { <p><Sign kind="x"/> " " {objection}</p> })}
            </dd>
        </dl>
    }
}

/// What the files of each format show by themselves, where an archive holds several.
fn by_format(proposal: &Proposal) -> Option<AnyView> {
    let row = |part: &FormatPart| {
        let head = format!("{}, {}", part.format.label(), counted(part.records, "record"));
        let proof = if part.completeness == Completeness::None { "not known" } else { part.completeness.label() };
        let said = format!(": {}; nothing missing: {proof}. ", part.mode.label());
        let reason = format!("{} {}", part.mode_reason, part.completeness_reason);
        view! { <li><b>{head}</b> {said} <span class="muted">{reason}</span></li> }
    };
    let rows = proposal.by_format.iter().map(row).collect_view();
    (!proposal.by_format.is_empty()).then(|| {
        view! { <p>"What each log would show as an item of its own:"</p> <ul class="hairline">{rows}</ul> }.into_any()
    })
}

/// The parts of the span, where a change of logging splits it.
fn parts(proposal: &Proposal) -> Option<AnyView> {
    if proposal.parts.is_empty() {
        return None;
    }
    let row = |part: &ProposedPart| {
        let kind = if part.completeness == Completeness::None { "un" } else { "ok" };
        let (span, reason) = (span_text(Some(part.from), Some(part.to)), part.reason.clone());
        let proof = if part.completeness == Completeness::None { "not known" } else { part.completeness.label() };
        view! { <li><Sign kind=kind/> " " <b>{span}</b> ": " {proof} ". " <span class="muted">{reason}</span></li> }
    };
    let rows = proposal.parts.iter().map(row).collect_view();
    Some(view! { <p>"A change of logging splits the span:"</p> <ul class="hairline">{rows}</ul> }.into_any())
}

/// What is recorded of each access path, where it is not the same of all.
fn paths(proposal: &Proposal) -> Option<AnyView> {
    if proposal.modes.len() < 2 {
        return None;
    }
    let row = |known: &domain::proposal::PathMode| {
        let kind = if known.mode == CoverageMode::All { "ok" } else { "un" };
        let (name, mode, reason) =
            (format!("{} · {}", known.resource, known.path), known.mode.label(), known.reason.clone());
        view! { <li><Sign kind=kind/> " " <b>{name}</b> ": " {mode} ". " <span class="muted">{reason}</span></li> }
    };
    let rows = proposal.modes.iter().take(PATHS_MAX).map(row).collect_view();
    Some(view! { <ul class="hairline">{rows}</ul> }.into_any())
}

fn gaps(proposal: &Proposal) -> Option<AnyView> {
    if proposal.gaps.is_empty() {
        return None;
    }
    let count = proposal.gaps.len();
    let more = (count > GAPS_MAX).then(|| format!("and {} more", count - GAPS_MAX));
    let rows = proposal.gaps.iter().take(GAPS_MAX).map(gap).collect_view();
    let title = if count == 1 { "One gap".to_string() } else { format!("{count} gaps") };
    Some(view! { <h3>{title}</h3> <ul class="hairline">{rows}</ul> {more.map(|more| view! { <p class="muted">{more}</p> })} }.into_any())
}

fn gap(hole: &Hole) -> impl IntoView + use<> {
    let (from, to) = (Some(hole.from), Some(hole.to));
    view! { <li><Sign kind="x"/> " " <b>{span_text(from, to)}</b> " (" {length_text(from, to)} "): " {hole.reason.clone()}</li> }
}

fn logging(proposal: &Proposal) -> Option<AnyView> {
    let acts = &proposal.logging_changes;
    if acts.effective.is_empty() && acts.failed.is_empty() && acts.elsewhere.is_empty() {
        return None;
    }
    let row = |change: &LoggingChange, kind: &'static str, words: &'static str| {
        let told = change.told();
        view! { <li><Sign kind=kind/> " " {told} <span class="muted">" · " {words}</span></li> }
    };
    let effective = acts
        .effective
        .iter()
        .map(|change| row(change, "x", "took effect: completeness can’t be proven after it"))
        .collect_view();
    let failed = acts.failed.iter().map(|change| row(change, "un", "failed: a finding was opened")).collect_view();
    let elsewhere = acts
        .elsewhere
        .iter()
        .map(|act| {
            let (told, name) = (act.change.told(), act.evidence.clone());
            view! { <li><Sign kind="x"/> " " {told} <span class="muted">" · told in " {name} ", took effect: completeness can’t be proven after it"</span></li> }
        })
        .collect_view();
    Some(
        view! { <h3>"What was done to logging"</h3> <ul class="hairline">{effective}{elsewhere}{failed}</ul> }
            .into_any(),
    )
}

fn blind(proposal: &Proposal) -> Option<AnyView> {
    if proposal.blind.is_empty() {
        return None;
    }
    let rows = proposal
        .blind
        .iter()
        .map(|blind| {
            let blind = blind.to_string();
            view! { <li><Icon name="warn"/> <span>{blind}</span></li> }
        })
        .collect_view();
    Some(view! { <h3>"What such a source does not see"</h3> <ul class="todo">{rows}</ul> }.into_any())
}

/// What beats so regularly that its silence tells of missing records.
fn pulses(case: &Case, item: &Evidence, proposal: &Proposal, chosen: Option<usize>) -> Option<AnyView> {
    if proposal.pulses.is_empty() {
        return None;
    }
    let base = case.url(&format!("evidence/{}/coverage/proposal", encode(item.id.as_str())));
    let none = chosen.is_some().then(|| view! { <p><a href=base.clone()>"Rely on none of them"</a></p> });
    let row = |(place, pulse): (usize, &domain::reader::log::Pulse)| {
        let href = format!("{base}?heartbeat={place}#proposal");
        let actor = if pulse.actor.is_empty() { "somebody".to_string() } else { pulse.actor.clone() };
        let seconds = pulse.period_micros / 1_000_000;
        let silences = match pulse.silences.len() {
            0 => "never silent".to_string(),
            1 => "silent once".to_string(),
            many => format!("silent {many} times"),
        };
        let is_chosen = chosen == Some(place);
        view! {
            <li class="spread">
                <span><b>{pulse.action.clone()}</b> " by " {actor} <span class="muted num">" · every " {seconds} " s · " {pulse.count} " times · " {silences}</span></span>
                {if is_chosen { view! { <b>"relied on"</b> }.into_any() } else { view! { <a class="btn quiet small" href=href aria-label=format!("Rely on {}", pulse.action)>"Rely on it"</a> }.into_any() }}
            </li>
        }
    };
    let rows = proposal.pulses.iter().enumerate().map(row).collect_view();
    Some(
        view! {
            <section class="card" id="heartbeats">
                <header><h2>"What could serve as a heartbeat"</h2></header>
                <p>"These recur regularly. If one of them must be there whenever logging works, its silences are the gaps, and the rest is known to be complete. That is a person's judgement."</p>
                <ul class="hairline">{rows}</ul>
                {none}
            </section>
        }
        .into_any(),
    )
}

fn form(case: &Case, item: &Evidence, proposal: &Proposal, heartbeat: Option<usize>) -> impl IntoView + use<> {
    let action = case.url(&format!("evidence/{}/coverage/proposal", encode(item.id.as_str())));
    let exposure = case.dossier.exposure();
    let cells: Vec<Choice> = exposure
        .cells()
        .map(|(resource, path)| (format!("{}/{}", resource.id, path.id), format!("{} · {}", resource.id, path.id)))
        .collect();
    let plausible: Vec<String> =
        proposal.cells.iter().map(|cell| format!("{} · {}", cell.resource, cell.path)).collect();
    let plausible = (!plausible.is_empty()).then(|| format!("Such a log plausibly records {}. ", plausible.join(", ")));
    let hint = |at: Option<domain::Instant>| {
        at.map_or("The log shows no time in the window: say it.".to_string(), |at| {
            format!("Left empty: {}, as the log shows it.", at.rfc3339())
        })
    };
    let (from, to) = (hint(proposal.from), hint(proposal.to));
    let unknown = (proposal.from.is_none(), proposal.to.is_none());
    let rows = (proposal.gaps.len() + GAP_ROWS).min(GAPS_MAX + GAP_ROWS);
    let gaps = (0..rows).map(|place| gap_fields(place, proposal.gaps.get(place))).collect_view();
    let many = proposal.gaps.len() > GAPS_MAX;
    let stated = case.dossier.coverage.iter().any(|kept| kept.evidence == item.id && kept.proposed.is_some());
    let window = case.url("exposure#the-window");
    let none = cells.is_empty();
    let reason = proposal.cells_reason.clone();
    let items = || {
        let others = case.dossier.evidence.iter().filter(|kept| kept.id != item.id);
        others.map(|kept| (kept.id.to_string(), kept.name.clone())).collect::<Vec<Choice>>()
    };
    let (configurations, proofs) = (items(), items());
    view! {
        <section class="card" id="accept">
            <header><h2>{if stated { "State it again" } else { "Accept it, or correct it" }}</h2></header>
            {none.then(|| view! { <p><Sign kind="un"/> " No access path is recorded yet. " <a href=window>"Describe the exposure first"</a> ", then come back."</p> })}
            {stated.then(|| view! { <p class="muted">"Coverage was stated from this log before. What you send replaces it; the history keeps both."</p> })}
            <Form id="accept-proposal" action=action submit="State this coverage">
                {heartbeat.map(|place| view! { <input type="hidden" name="heartbeat:n" value=place.to_string()/> })}
                <Many name="cells[]" label="Access paths that it recorded" options=cells/>
                <p class="hint">{plausible}{reason}</p>
                <div class="row">
                    <div><Field name="from" label="From" hint=from required=unknown.0/><Understood input="accept-proposal-from".to_string()/></div>
                    <div><Field name="to" label="Until" hint=to required=unknown.1/><Understood input="accept-proposal-to".to_string()/></div>
                </div>
                <div class="row">
                    <Select name="mode" label="What it records" options=choices(CoverageMode::ALL, CoverageMode::word, CoverageMode::label) blank="As the log shows it, for each access path"/>
                    <Select name="completeness" label="How it is known that nothing is missing" options=choices(Completeness::ALL, Completeness::word, Completeness::label) blank="As the log shows it"/>
                </div>
                <details>
                    <summary>"What shows more than the log itself"</summary>
                    <Many name="mode_evidence[]" label="Configuration that shows what is recorded" options=configurations empty="No other evidence yet: add selectors, an audit policy or a list of rules as evidence first."/>
                    <Many name="completeness_evidence[]" label="What shows an attestation, or a control that was found" options=proofs empty="No other evidence yet."/>
                </details>
                {(!many).then(|| view! { <fieldset><legend>"Gaps"</legend>{gaps}</fieldset> })}
                {many.then(|| view! { <p class="hint">"All gaps above are kept as the log shows them."</p> })}
                <TextArea name="note" label="Why, where you correct it" rows=2 hint="Needed where you say something else than the log shows: what do you know that it does not?"/>
            </Form>
        </section>
    }
}
