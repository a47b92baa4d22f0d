//! Remediation, the register of evidence, and the revisions, as tables.

use leptos::prelude::*;

use crate::component::When;
use crate::component::times::to_minute;
use crate::page::case::Case;
use crate::page::remediation::due;

/// A table of the reading page.
fn table(label: &'static str, heads: &[&'static str], rows: Vec<AnyView>) -> AnyView {
    let heads = heads.iter().map(|head| view! { <th scope="col" role="columnheader">{*head}</th> }).collect_view();
    view! {
        <table class="table" role="table" aria-label=label>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}

pub(super) fn remediation(case: &Case) -> AnyView {
    if case.dossier.remediations.is_empty() {
        return view! { <p class="muted">"No remediation is recorded yet."</p> }.into_any();
    }
    let row = |item: &domain::remediation::Remediation| {
        let gaps: Vec<&str> =
            item.gaps.iter().filter_map(|id| case.dossier.gaps.get(id)).map(|gap| gap.control.label()).collect();
        let owner = if item.owner.is_empty() {
            view! { <span class="flag un">"nobody yet"</span> }.into_any()
        } else {
            item.owner.clone().into_any()
        };
        let href = format!("{}#remediation-{}", case.url("remediation"), item.id);
        view! {
            <tr role="row">
                <th scope="row" role="rowheader"><a href=href>{item.title.clone()}</a><br/><small class="muted">{item.kind.label()}" · "{item.enforcement.label()}</small></th>
                <td role="cell" data-label="Closes">{gaps.join(", ")}</td>
                <td role="cell" data-label="Owner">{owner}</td>
                <td role="cell" data-label="Due">{due(item)}</td>
                <td role="cell" data-label="Status">{item.status.label()}</td>
            </tr>
        }
        .into_any()
    };
    let rows = case.dossier.remediations.iter().map(|item| row(&item.record)).collect();
    table("Remediation", &["Item", "Closes", "Owner", "Due", "Status"], rows)
}

pub(super) fn evidence(case: &Case) -> AnyView {
    if case.dossier.evidence.is_empty() {
        return view! { <p class="muted">"No evidence is recorded. A claim is not evidence."</p> }.into_any();
    }
    let row = |item: &domain::evidence::Evidence| {
        let href = format!("{}#evidence-{}", case.url("evidence"), item.id);
        let source = if item.source.is_empty() { "not said".to_string() } else { item.source.clone() };
        let standing = if item.taint.is_some() { "Tampered with" } else { item.status.label() };
        let at = to_minute(item.collected_at);
        view! {
            <tr role="row">
                <th scope="row" role="rowheader"><a href=href>{item.name.clone()}</a><br/><small class="muted"><code>{item.sha256.clone()}</code></small></th>
                <td role="cell" data-label="Source">{source}</td>
                <td role="cell" data-label="Collected">{item.collector.clone()}", "<When time=at/></td>
                <td role="cell" data-label="Bytes" class="num">{item.bytes.to_string()}</td>
                <td role="cell" data-label="Status">{standing}</td>
            </tr>
        }
        .into_any()
    };
    let rows = case.dossier.evidence.iter().map(|item| row(&item.record)).collect();
    let table = table("Evidence register", &["Item and SHA-256", "Source", "Collected", "Bytes", "Status"], rows);
    view! { <div class="scroll" tabindex="0" role="region" aria-label="Evidence register, wide">{table}</div> }
        .into_any()
}

pub(super) fn revisions(case: &Case) -> AnyView {
    let version = case.dossier.version;
    let rows: Vec<_> = case
        .dossier
        .postmortem()
        .revisions
        .into_iter()
        .rev()
        .map(|revision| {
            let (at, name) = (to_minute(revision.stamp.at), revision.stamp.by.name.clone());
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{format!("Revision {}", revision.number)}</th>
                    <td role="cell" data-label="Published">{name}", "<When time=at/></td>
                    <td role="cell" data-label="Version" class="num">{revision.version.to_string()}</td>
                    <td role="cell" data-label="Verdict">{revision.verdict.label()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let none = rows.is_empty();
    let table = (!none).then(|| table("Revisions", &["Revision", "Published", "Incident version", "Verdict"], rows));
    view! {
        {none.then(|| view! { <p class="muted">"No revision is published yet."</p> })}
        {table}
        <p class="muted">{format!("This page shows incident version {version}.")}</p>
    }
    .into_any()
}
