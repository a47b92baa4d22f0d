//! Coverage statements: what an evidence item recorded of an access path, and how well.

use domain::casefile::{CaseItem, Noun};
use domain::evidence::{Coverage, Evidence, Hole};
use domain::vocabulary::{Completeness, CoverageMode, EvidenceStatus};
use leptos::prelude::*;

use super::{Question, evidence_choices, evidence_link};
use crate::case::Case;
use crate::component::address::encode;
use crate::component::past::history_of;
use crate::component::shell::Empty;
use crate::component::times::{length_text, span_text};
use crate::component::{ActButton, Choice, Field, Form, Many, OpenForm, Select, Sign, TextArea, choices, instant_text};
use crate::island::Understood;

/// How many gaps a new statement has room for.
const GAP_ROWS: usize = 3;

/// The statements and the one form for them.
pub(super) fn section(case: &Case, asked: &Question) -> impl IntoView + use<> {
    let empty = case.dossier.coverage.is_empty();
    let edited = case.dossier.coverage.iter().find(|kept| kept.id.as_str() == asked.coverage);
    let rows = case.dossier.coverage.iter().map(|kept| row(case, kept)).collect_view();
    view! {
        <section class="card" id="the-coverage">
            <header>
                <h2>"What is logged"</h2>
                {case.may_edit().then(|| view! { <div class="actions">{form(case, asked, edited)}</div> })}
            </header>
            {empty.then(|| view! {
                <Empty title="No coverage is stated" text="A log proves the absence of something only where it recorded everything. State for each evidence item which access path it recorded, from when to when, and how it is known that no record is missing. Gaps belong here too: they are what makes the rest believable."/>
            })}
            <ul class="hairline">{rows}</ul>
            {proposals(case)}
        </section>
    }
}

/// The logs that were read and of which nothing was stated yet.
fn proposals(case: &Case) -> Option<AnyView> {
    let dossier = &case.dossier;
    let is_open = |item: &&CaseItem<Evidence>| {
        item.records.is_some()
            && item.status == EvidenceStatus::Intact
            && !dossier.coverage.iter().any(|kept| kept.evidence == item.id)
    };
    let items: Vec<_> = dossier.evidence.iter().filter(is_open).collect();
    if items.is_empty() {
        return None;
    }
    let rows = items.into_iter().map(|item| {
        let href = case.url(&format!("evidence/{}/coverage/proposal", encode(item.id.as_str())));
        view! { <li>"Nothing is stated of " <b>{item.name.clone()}</b> " yet: " <a href=href>"see what it can prove"</a></li> }
    });
    Some(view! { <ul class="hairline">{rows.collect_view()}</ul> }.into_any())
}

/// What the log itself shows, where a person stated something else.
fn corrected(kept: &Coverage) -> Option<AnyView> {
    let proposed = kept.proposed.as_ref()?;
    if proposed.is_confirmed_by(kept) {
        return Some(
            view! { <p class="muted">"As the log itself shows it. " {proposed.reason.clone()}</p> }.into_any(),
        );
    }
    let gaps = match proposed.gaps.len() {
        0 => "no gap".to_string(),
        1 => "one gap".to_string(),
        many => format!("{many} gaps"),
    };
    let words = format!(
        "{}, completeness: {}, {gaps}",
        proposed.mode.label().to_lowercase(),
        proposed.completeness.label().to_lowercase()
    );
    let span = span_text(Some(proposed.from), Some(proposed.to));
    Some(view! { <p class="muted">"Corrected by a person. The log itself shows: " {words} ", " {span} ". " {proposed.reason.clone()}</p> }.into_any())
}

fn row(case: &Case, kept: &CaseItem<Coverage>) -> impl IntoView + use<> {
    let edit = format!("{}#cover", case.url(&format!("exposure?coverage={}", kept.id)));
    let remove = case.url(&format!("coverage/{}/delete", encode(kept.id.as_str())));
    let cell = format!("{} · {}", kept.resource, kept.path);
    let words =
        format!("{}, completeness: {}", kept.mode.label().to_lowercase(), kept.completeness.label().to_lowercase());
    view! {
        <li id=format!("coverage-{}", kept.id) class="stack" data-item="" tabindex="0">
            <div class="spread">
                <span><b>{cell.clone()}</b> ", " {span_text(Some(kept.from), Some(kept.to))}</span>
                <div class="actions">
                    {case.may_edit().then(|| view! {
                        <a class="btn quiet small" href=edit data-edit="" aria-label=format!("Edit the statement about {cell}")>"Edit"</a>
                        <ActButton action=remove label="Remove" title=format!("Remove the statement about {cell}")/>
                    })}
                    {history_of(case, Noun::Coverage, &kept.id, &format!("the statement about {cell}"))}
                </div>
            </div>
            <p class="muted">{evidence_link(case, &kept.evidence)} " · " {words} " · stated by " {kept.stated.by.name.clone()}</p>
            {why_not(case, kept).map(|why| view! { <p><Sign kind="un"/> " " {why}</p> })}
            {kept.gaps.iter().map(gap).collect_view()}
            {(!kept.note.is_empty()).then(|| view! { <p class="muted">{kept.note.clone()}</p> })}
            {corrected(kept)}
        </li>
    }
}

fn gap(hole: &Hole) -> impl IntoView + use<> {
    let (from, to) = (Some(hole.from), Some(hole.to));
    let reason = if hole.reason.is_empty() { "no reason given".to_string() } else { hole.reason.clone() };
    view! { <p><Sign kind="x"/> " Gap " {span_text(from, to)} " (" {length_text(from, to)} "): " {reason}</p> }
}

/// Why a statement proves less than it seems to.
fn why_not(case: &Case, kept: &Coverage) -> Option<&'static str> {
    let item = case.dossier.evidence.get(&kept.evidence);
    if !case.dossier.has_path(&kept.resource, &kept.path) {
        return Some("Does not count: this access path is no longer recorded.");
    }
    let Some(item) = item.filter(|item| item.status == EvidenceStatus::Intact) else {
        return Some("Does not count: its evidence is not intact.");
    };
    if kept.mode != CoverageMode::All {
        return Some("Does not count: only a source that records all acts shows that there were no others.");
    }
    let needs_proof = matches!(kept.completeness, Completeness::ProviderAttestation | Completeness::PositiveControl);
    let is_intact =
        |id: &domain::Id| case.dossier.evidence.get(id).is_some_and(|item| item.status == EvidenceStatus::Intact);
    if needs_proof && !kept.completeness_evidence.iter().any(is_intact) {
        return Some(
            "Counts as logged, not as complete: no intact evidence for the attestation or the control is named.",
        );
    }
    if kept.goes_beyond(item) && !case.dossier.is_backed(item, kept) {
        return Some(
            "Says more than the log shows. What it says beyond counts once somebody else has reviewed this log, and other evidence that shows it is named: start from what the log can prove.",
        );
    }
    (kept.completeness == Completeness::None)
        .then_some("Counts as logged, not as complete: nothing shows that no record is missing.")
}

fn form(case: &Case, asked: &Question, edited: Option<&CaseItem<Coverage>>) -> impl IntoView + use<> {
    let open = edited.is_some() || !asked.close.is_empty() && asked.evidence.is_empty();
    let (label, submit) = if edited.is_some() { ("Edit a statement", "Save") } else { ("State coverage", "State it") };
    let action =
        edited.map_or_else(|| case.url("coverage"), |kept| case.url(&format!("coverage/{}", encode(kept.id.as_str()))));
    let seen = edited.map(|kept| kept.version);
    let draft = Draft::of(case, asked, edited.map(|kept| &kept.record));
    view! {
        <OpenForm label=label form="cover" key="n" open=open>
            {match seen {
                Some(seen) => view! { <Form id="cover" action=action submit=submit seen=seen>{fields(draft)}</Form> }.into_any(),
                None => view! { <Form id="cover" action=action submit=submit>{fields(draft)}</Form> }.into_any(),
            }}
        </OpenForm>
    }
}

/// What the form is filled with.
struct Draft {
    edited: bool,
    items: Vec<Choice>,
    proofs: Vec<Choice>,
    shown_by: Vec<String>,
    recorded_by: Vec<String>,
    cells: Vec<Choice>,
    evidence: String,
    cell: String,
    from: String,
    to: String,
    mode: &'static str,
    completeness: &'static str,
    gaps: Vec<Hole>,
    note: String,
}

impl Draft {
    fn of(case: &Case, asked: &Question, edited: Option<&Coverage>) -> Self {
        let (from, to) = asked.span(case);
        let exposure = case.dossier.exposure();
        let cells = exposure
            .cells()
            .map(|(resource, path)| (format!("{}/{}", resource.id, path.id), format!("{} · {}", resource.id, path.id)))
            .collect();
        let blank = Self {
            edited: false,
            items: evidence_choices(case),
            proofs: evidence_choices(case),
            shown_by: Vec::new(),
            recorded_by: Vec::new(),
            cells,
            evidence: asked.evidence.clone(),
            cell: asked.close.clone(),
            from,
            to,
            mode: "",
            completeness: Completeness::None.word(),
            gaps: Vec::new(),
            note: String::new(),
        };
        let Some(kept) = edited else { return blank };
        Self {
            edited: true,
            evidence: kept.evidence.to_string(),
            cell: format!("{}/{}", kept.resource, kept.path),
            from: instant_text(kept.from),
            to: instant_text(kept.to),
            mode: kept.mode.word(),
            completeness: kept.completeness.word(),
            shown_by: kept.completeness_evidence.iter().map(ToString::to_string).collect(),
            recorded_by: kept.mode_evidence.iter().map(ToString::to_string).collect(),
            gaps: kept.gaps.clone(),
            note: kept.note.clone(),
            ..blank
        }
    }
}

fn fields(draft: Draft) -> impl IntoView {
    let rows = GAP_ROWS.max(draft.gaps.len() + 1);
    let gaps = (0..rows).map(|place| gap_fields(place, draft.gaps.get(place))).collect_view();
    let cell = if draft.edited {
        view! { <p>"About " <b>{draft.cell}</b> ". To speak of another access path, remove this statement and make a new one."</p> }.into_any()
    } else {
        view! { <Select name="cell" label="Access path that it recorded" options=draft.cells value=draft.cell blank="Choose a resource and access path"/> }.into_any()
    };
    view! {
        <Select name="evidence" label="Evidence" options=draft.items value=draft.evidence blank="Choose an item"/>
        {cell}
        <div class="row">
            <div><Field name="from" label="From" value=draft.from required=true/><Understood input="cover-from".to_string()/></div>
            <div><Field name="to" label="Until" value=draft.to required=true/><Understood input="cover-to".to_string()/></div>
        </div>
        <div class="row">
            <Select name="mode" label="What it records" options=choices(CoverageMode::ALL, CoverageMode::word, CoverageMode::label) value=draft.mode blank="Choose what it records" hint="Only a source of all acts can show that there were no others."/>
            <Select name="completeness" label="How it is known that nothing is missing" options=choices(Completeness::ALL, Completeness::word, Completeness::label) value=draft.completeness hint="An attestation, or a control that was found, counts only with the evidence for it."/>
        </div>
        <Many name="mode_evidence[]" label="Configuration that shows what is recorded" options=draft.proofs.clone() value=draft.recorded_by/>
        <Many name="completeness_evidence[]" label="What shows that it is complete" options=draft.proofs value=draft.shown_by/>
        <fieldset>
            <legend>"Gaps, if there are any"</legend>
            {gaps}
        </fieldset>
        <TextArea name="note" label="Why this is believed" rows=2 value=draft.note/>
    }
}

/// The fields of one gap, also in the form that accepts what a log proposes.
pub fn gap_fields(place: usize, gap: Option<&Hole>) -> impl IntoView + use<> {
    let number = place + 1;
    let (from, to, reason) =
        gap.map(|gap| (instant_text(gap.from), instant_text(gap.to), gap.reason.clone())).unwrap_or_default();
    view! {
        <div class="row">
            <Field name=format!("gaps.{place}.from") label=format!("Gap {number} from") value=from/>
            <Field name=format!("gaps.{place}.to") label=format!("Gap {number} until") value=to/>
            <Field name=format!("gaps.{place}.reason") label=format!("Gap {number} reason") value=reason/>
        </div>
    }
}
