//! The verdict: what is known of harm, what it rests on, and who signs it.

mod findings;
mod gates;
mod signatures;

use domain::counted::percent;
use domain::verdict::{Judgement, Verdict};
use domain::{Id, Person};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::blind::blind_spots_of;
use crate::component::times::to_minute;
use crate::component::{Sign, When};
use crate::frame::Frame;

/// The verdict with its working. `?edit=<finding>` opens the form of a finding.
pub fn page(case: &Case) -> AnyView {
    let body = view! {
        {answer(case)}
        {gates::section(case)}
        {signatures::section(case)}
        {findings::section(case)}
        {history(case)}
        {blind_spots_of(case)}
    };
    case_page(case, "verdict", body.into_any())
}

/// The reader as records remember people.
pub(super) fn reader() -> Option<Person> {
    Frame::current().reader.as_ref().map(|reader| Person {
        id: reader.id.clone(),
        name: reader.name.clone(),
        agent: None,
    })
}

/// Whether the reader took part in the incident and so can neither review nor sign.
pub(super) fn reader_acted(case: &Case) -> bool {
    reader().is_some_and(|person| case.dossier.is_incident_actor(&person))
}

fn answer(case: &Case) -> impl IntoView + use<> {
    let judgement = &case.evaluation.verdict;
    let statement = case.say(&judgement.statement);
    view! {
        <section class="card" id="answer">
            <header><h2>"Do we know?"</h2></header>
            <div class="stack">
                <p>{badge(judgement.verdict)} " " {judgement.verdict.meaning()}</p>
                <blockquote class=format!("quote {}", judgement.verdict.word())><p>{statement}</p><footer>"The sentence this verdict allows; times in UTC."</footer></blockquote>
            </div>
            {facets(judgement)}
            {coverage(case, judgement)}
        </section>
    }
}

fn badge(verdict: Verdict) -> impl IntoView {
    view! { <span class=format!("badge verdict {}", verdict.word())><span>{verdict.label()}</span></span> }
}

fn facets(judgement: &Judgement) -> impl IntoView + use<> {
    let facets = judgement.facets;
    let row = |name: &'static str, question: &'static str, verdict: Verdict| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{name}</th>
                <td role="cell" data-label="Question">{question}</td>
                <td role="cell" data-label="Verdict">{badge(verdict)}</td>
            </tr>
        }
    };
    view! {
        <h3>"By facet"</h3>
        <table class="table" role="table">
            <caption>"The worst facet that applies is the verdict."</caption>
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">"Facet"</th><th role="columnheader" scope="col">"Question"</th><th role="columnheader" scope="col">"Verdict"</th></tr></thead>
            <tbody role="rowgroup">
                {row("Access", "Was something seen?", facets.access)}
                {row("Integrity", "Was something changed?", facets.integrity)}
                {row("Availability", "Did something stop working?", facets.availability)}
            </tbody>
        </table>
    }
}

fn coverage(case: &Case, judgement: &Judgement) -> impl IntoView + use<> {
    let share = |share: f64| percent(share, share >= 1.0);
    let figures = judgement.coverage;
    let (logged, complete) = (share(figures.logged_min), share(figures.complete_min));
    let (reviewed, mean) = (share(figures.reviewed_min), share(figures.reviewed_mean));
    let lanes = case.url("exposure#lanes");
    view! {
        <h3>"Coverage of the window"</h3>
        <dl class="facts">
            <dt>"Logged"</dt><dd class="num">{logged} <span class="muted">" on the least logged access path"</span></dd>
            <dt>"Complete"</dt><dd class="num">{complete} <span class="muted">" known to have no record missing"</span></dd>
            <dt>"Reviewed"</dt><dd class="num">{reviewed} <span class="muted">" on the least reviewed access path: the figure that counts"</span></dd>
            <dt>"Mean reviewed"</dt><dd class="num">{mean} <span class="muted">" weighted by the class of the resource"</span></dd>
        </dl>
        <p><a href=lanes>{match judgement.cells.len() { 0 => "Record the open access paths".to_string(), 1 => "The lane of the one open access path".to_string(), count => format!("The lanes of all {count} open access paths") }}</a></p>
    }
}

fn history(case: &Case) -> impl IntoView + use<> {
    let entries = case.dossier.verdicts.iter().rev().map(|kept| {
        let entry = &kept.record;
        let (when, cause) = (to_minute(entry.stamp.at), case.say(&entry.cause));
        let worse = entry.from.is_better_than(entry.to);
        let by = entry.stamp.by.agent.clone().map_or_else(|| entry.stamp.by.name.clone(), |agent| format!("{agent} (agent, for {})", entry.stamp.by.name));
        let words = format!("{} → {}", entry.from.label(), entry.to.label());
        view! {
            <li id=format!("verdict-{}", entry.id)>
                <When time=when/>
                <div>
                    <p>{worse.then(|| view! { <Sign kind="x"/> " " })}<b>{words}</b>{worse.then_some(", a downgrade")}</p>
                    <p class="muted">{cause} " · " {by}</p>
                </div>
            </li>
        }
    });
    let none = case.dossier.verdicts.is_empty();
    view! {
        <section class="card" id="verdict-history">
            <header><h2>"How it came to this"</h2><small class="muted">"every change, with its cause"</small></header>
            {none.then(|| view! { <p>"The verdict has not changed since the incident was filed. A downgrade is automatic and immediate: a gap found, a review revoked, a hash that differs. Each is written down here with its cause."</p> })}
            <ol class="history">{entries.collect_view()}</ol>
        </section>
    }
}

/// An evidence item's name, as a link to the register.
fn evidence_link(case: &Case, id: &Id) -> impl IntoView + use<> {
    let name =
        case.dossier.evidence.find(id).map_or_else(|| "evidence that is gone".to_string(), |kept| kept.name.clone());
    view! { <a href=format!("{}#evidence-{id}", case.url("evidence"))>{name}</a> }
}
