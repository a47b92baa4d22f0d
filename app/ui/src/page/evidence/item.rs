//! One evidence item: its digest, its standing, its custody, and the forms about it.

use domain::casefile::{CaseItem, Noun};
use domain::counted::counted;
use domain::evidence::{Custody, Evidence};
use domain::import::Import;
use domain::vocabulary::EvidenceStatus;
use leptos::prelude::*;

use super::import;
use crate::case::Case;
use crate::component::address::encode;
use crate::component::discussion::discussion;
use crate::component::past::history_of;
use crate::component::times::{span_text, to_minute};
use crate::component::{ActButton, Field, Form, Icon, OpenForm, Radios, Select, TextArea, When, choices};
use crate::size::size_in_words;

/// A row of the register, with its forms when it is being edited.
pub(super) fn item(
    case: &Case,
    kept: &CaseItem<Evidence>,
    reading: Option<&Import>,
    editing: bool,
) -> impl IntoView + use<> {
    let item = &kept.record;
    let view = case.url(&format!("evidence/{}", encode(item.id.as_str())));
    view! {
        <li id=format!("evidence-{}", item.id) class="stack" data-item="" tabindex="0">
            <div class="spread">
                <h3><a href=view.clone()>{item.name.clone()}</a></h3>
                {standing(item)}
            </div>
            {import::state(case, item, reading, false)}
            {facts(case, item)}
            {item.taint.as_ref().map(taint)}
            {case.dossier.doubts_of_twins(item).into_iter().map(twin).collect_view()}
            {buttons(case, kept, &view)}
            {custody(item)}
            {discussion(case, &format!("evidence/{}", item.id), &item.name)}
            {(editing && case.may_edit()).then(|| forms(case, kept))}
        </li>
    }
}

fn standing(item: &Evidence) -> impl IntoView + use<> {
    let class = if item.status == EvidenceStatus::Intact { "badge plain" } else { "badge stale" };
    view! { <span class=class>{item.status.label()}</span> }
}

fn facts(case: &Case, item: &Evidence) -> impl IntoView + use<> {
    let source = if item.source.is_empty() { "not said".to_string() } else { item.source.clone() };
    let collected = to_minute(item.collected_at);
    let range = (item.first_at.is_some() || item.last_at.is_some()).then(|| span_text(item.first_at, item.last_at));
    view! {
        <dl class="facts">
            <dt>"SHA-256"</dt><dd><code>{item.sha256.clone()}</code></dd>
            <dt>"Size"</dt><dd class="num">{size_text(item.bytes)}</dd>
            <dt>"Format"</dt><dd>{format_text(item)}</dd>
            {range.map(|range| view! { <dt>"Records from"</dt><dd>{range}</dd> })}
            <dt>"Source"</dt><dd>{source}</dd>
            <dt>"Collected"</dt><dd><When time=collected/> " by " {item.collector.clone()}</dd>
            <dt>"Relied on"</dt><dd>{used_text(case, item)}</dd>
            {item.writable_by_exposed.then(|| view! { <dt>"Out of reach"</dt><dd class="x">"No: those exposed, or the agent, could write to this source"</dd> })}
            {item.logging_changed_in_window.then(|| view! { <dt>"Logging"</dt><dd class="x">"Was changed during the exposure"</dd> })}
        </dl>
    }
}

/// The format by its label, and how many lines it has.
fn format_text(item: &Evidence) -> String {
    let format = item.log_format().map_or_else(|| item.format.clone(), |format| format.label().to_string());
    let lines = item.lines.map(|lines| format!(", {}", counted(lines, "line"))).unwrap_or_default();
    format!("{format}{lines}")
}

/// What rests on this item.
fn used_text(case: &Case, item: &Evidence) -> String {
    let dossier = &case.dossier;
    let counts = [
        (
            dossier.coverage.iter().filter(|kept| kept.evidence == item.id).count(),
            "coverage statement",
            "coverage statements",
        ),
        (dossier.reviews.iter().filter(|kept| kept.evidence == item.id).count(), "review", "reviews"),
        (
            dossier.events.iter().filter(|kept| kept.evidence.iter().any(|link| link.id == item.id)).count(),
            "event",
            "events",
        ),
        (dossier.findings.iter().filter(|kept| kept.evidence.contains(&item.id)).count(), "finding", "findings"),
    ];
    let used = counts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }));
    let used: Vec<String> = used.collect();
    if used.is_empty() { "nothing rests on it yet".into() } else { used.join(", ") }
}

fn taint(taint: &Custody) -> impl IntoView + use<> {
    let note =
        if taint.note.is_empty() { "These bytes once failed their hash.".to_string() } else { taint.note.clone() };
    let when = to_minute(taint.stamp.at);
    view! {
        <div class="notice stop"><Icon name="warn"/><div><b>"Tainted"</b> " " <When time=when/> ": " {note} " A taint stays on the record."</div></div>
    }
}

/// What was said against the same bytes under another name.
fn twin(doubt: String) -> impl IntoView + use<> {
    view! { <div class="notice warn"><Icon name="warn"/><div>"These are "{doubt}</div></div> }
}

fn buttons(case: &Case, kept: &CaseItem<Evidence>, view: &str) -> impl IntoView + use<> {
    let (id, name) = (encode(kept.id.as_str()), kept.name.clone());
    let edit = format!("{}#evidence-{}", case.url(&format!("evidence?edit={id}")), kept.id);
    let verify = case.url(&format!("evidence/{id}/verify"));
    let withdraw = case.url(&format!("evidence/{id}/withdraw"));
    let form = format!("withdraw-{}", kept.id);
    let standing = kept.status != EvidenceStatus::Withdrawn;
    view! {
        <div class="actions">
            <a class="btn quiet small" href=view.to_string() aria-label=format!("View {name}")><Icon name="eye"/> "View"</a>
            <a class="btn quiet small" href=format!("{view}/content") download="" aria-label=format!("Download {name}")><Icon name="download"/> "Download"</a>
            {history_of(case, Noun::Evidence, &kept.id, &name)}
            {case.may_edit().then(|| view! {
                <ActButton action=verify label="Verify hash" title=format!("Verify hash: {name}")/>
                <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit {name}")><Icon name="edit"/> "Edit"</a>
                {standing.then(|| view! {
                    <OpenForm label="Withdraw" form=form.clone() quiet=true>
                        <Form id=form action=withdraw submit="Withdraw it" danger=true>
                            <TextArea name="reason" label="Why it is withdrawn" rows=2 required=true hint="It stays in the register with this reason. Nothing rests on it any more, which may lower the verdict."/>
                        </Form>
                    </OpenForm>
                })}
            })}
        </div>
    }
}

fn custody(item: &Evidence) -> impl IntoView + use<> {
    let entries = item.custody.iter().rev().map(|entry| {
        let (when, who, act) = (to_minute(entry.stamp.at), who(entry), entry.act.label());
        let note = (!entry.note.is_empty()).then(|| format!(": {}", entry.note));
        view! { <li><When time=when/><div><p><span class="who">{who}</span> " " {act} {note}</p></div></li> }
    });
    let summary = if item.custody.len() == 1 {
        "Custody: 1 entry".to_string()
    } else {
        format!("Custody: {} entries", item.custody.len())
    };
    view! { <details><summary>{summary}</summary><ol class="history">{entries.collect_view()}</ol></details> }
}

fn who(entry: &Custody) -> String {
    match &entry.stamp.by.agent {
        Some(agent) => format!("{agent} (agent, for {})", entry.stamp.by.name),
        None => entry.stamp.by.name.clone(),
    }
}

/// The forms of the item being edited: what is known of it, and its standing.
fn forms(case: &Case, kept: &CaseItem<Evidence>) -> impl IntoView + use<> {
    let item = kept.record.clone();
    let path = format!("evidence/{}", encode(item.id.as_str()));
    let (describe, standing, back) = (
        case.url(&path),
        case.url(&format!("{path}/status")),
        format!("{}#evidence-{}", case.url("evidence"), item.id),
    );
    let (seen, status) = (kept.version, item.status.word());
    view! {
        <Form id="describe" action=describe submit="Save" seen=seen>
            <Field name="name" label="Name" value=item.name required=true/>
            <div class="row">
                <Field name="source" label="Source" value=item.source/>
                <Field name="collector" label="Collector" value=item.collector/>
            </div>
            <div class="row">
                {yes_no("writable_by_exposed:b", "Could those exposed, or the agent, write to this source?", item.writable_by_exposed)}
                {yes_no("logging_changed_in_window:b", "Was logging at this source changed during the exposure?", item.logging_changed_in_window)}
            </div>
        </Form>
        <Form id="standing" action=standing submit="Update status">
            <Select name="status" label="Status" options=choices(EvidenceStatus::ALL, EvidenceStatus::word, EvidenceStatus::label) value=status hint="Only intact evidence proves anything."/>
            <TextArea name="reason" label="Why" rows=2 required=true hint="The reason stays in the custody log."/>
        </Form>
        <p><a href=back>"Close these forms"</a></p>
    }
}

/// A question with two answers, both of which are sent: an edit keeps what is not sent.
fn yes_no(name: &'static str, label: &'static str, value: bool) -> impl IntoView {
    let options = vec![("false".to_string(), "No".to_string()), ("true".to_string(), "Yes".to_string())];
    view! { <Radios name=name label=label options=options value=if value { "true" } else { "false" }/> }
}

/// A size for people, with the exact number of bytes.
fn size_text(bytes: u64) -> String {
    match bytes {
        0..1_000 => size_in_words(bytes),
        _ => format!("{} ({bytes} bytes)", size_in_words(bytes)),
    }
}
