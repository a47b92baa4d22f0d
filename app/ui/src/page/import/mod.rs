//! How an evidence item is read as a log, or would be: looked at before it is kept, and after.

mod form;
mod found;

use domain::evidence::Evidence;
use domain::import::{Import, ImportPreview};
use domain::reader::ParseError;
use domain::reader::log::{Format, FoundRecord, Mapping, Summary, Terms};
use domain::verdict::catalogue::blind_spots;
use leptos::prelude::*;

use super::case::case_page;
use super::evidence::state;
use super::records::{RecordQuery, Rows};
use crate::case::Case;
use crate::component::address::encode;
use crate::component::{Form, Icon, OpenForm, TextArea};

/// What the page shows of an item.
pub struct ImportPage {
    /// The item.
    pub item: Evidence,
    /// How far its import is.
    pub reading: Option<Import>,
    /// What it would be read as, where that is asked for or nothing was read yet.
    pub trial: Option<ImportPreview>,
    /// What the trial was told of the whole log.
    pub terms: Terms,
    /// The format the trial was asked to read it in; `None` detects it.
    pub format: Option<Format>,
    /// Which columns mean what, where the trial was asked so.
    pub mapping: Option<Mapping>,
    /// The first records that were read.
    pub records: Vec<FoundRecord>,
    /// What could not be read, and where the next of it begins.
    pub parse_errors: (Vec<ParseError>, Option<i64>),
}

impl ImportPage {
    /// Whether somebody is reading it now.
    fn is_under_way(&self) -> bool {
        self.reading.as_ref().is_some_and(Import::is_under_way)
    }

    /// What was said of the whole log: as asked for, else as it is kept.
    fn terms(&self) -> Terms {
        match &self.reading {
            Some(reading) if self.trial.is_none() => reading.terms.clone(),
            _ => self.terms.clone(),
        }
    }

    /// The counts: of the trial, else of the import that was kept.
    fn summary(&self) -> Option<&Summary> {
        match &self.trial {
            Some(trial) => trial.summary.as_ref(),
            None => self.reading.as_ref()?.summary.as_ref(),
        }
    }

    fn path(&self, case: &Case) -> String {
        case.url(&format!("evidence/{}/reading", encode(self.item.id.as_str())))
    }
}

/// The page of one item's reading.
pub fn page(case: &Case, shown: &ImportPage) -> AnyView {
    let name = shown.item.name.clone();
    let register = format!("{}#evidence-{}", case.url("evidence"), shown.item.id);
    let title = if shown.trial.is_some() { "how it would be read" } else { "how it is read" };
    let zone = shown.terms().zone.map(|zone| zone.name().to_string());
    let body = view! {
        <section class="card" id="reading">
            <header>
                <h2>{format!("{name}: {title}")}</h2>
                <div class="actions"><a class="btn quiet small" href=register>"In the register"</a></div>
            </header>
            <div class="stack">
                {state(case, &shown.item, shown.reading.as_ref(), true)}
                {(!shown.is_under_way()).then(|| view! {
                    {shown.trial.is_some().then(|| form::look(case, shown))}
                    {shown.trial.as_ref().map(verdict)}
                    {shown.summary().map(|summary| found::facts(summary, zone))}
                    {case.may_edit().then(|| decide(case, shown))}
                    {shown.trial.is_none().then(|| view! { <details><summary>"See how it would be read otherwise"</summary>{form::look(case, shown)}</details> })}
                })}
            </div>
        </section>
        {(!shown.is_under_way()).then(|| rest(case, shown))}
    };
    case_page(case, "evidence", body.into_any())
}

/// What a trial came to, in a sentence.
fn verdict(trial: &ImportPreview) -> impl IntoView + use<> {
    let Some(format) = trial.format else {
        return view! { <div class="notice warn"><Icon name="warn"/><div>"This is no log that is recognised. If it is one, choose its format, or read it as text, CSV or JSON lines and say which column means what."</div></div> }.into_any();
    };
    let partial = trial.partial.then_some(" Only its first 32 MB were looked at: the counts are of those.");
    view! { <div class="notice info"><Icon name="eye"/><div>"Nothing is kept yet. This is what it looks like, read as " <b>{format.label()}</b> "." {partial}</div></div> }.into_any()
}

/// Reads it as it was tried, or undoes the import.
fn decide(case: &Case, shown: &ImportPage) -> AnyView {
    let path = shown.path(case);
    let was_read = shown.item.records.is_some();
    if shown.trial.is_none() {
        return was_read.then(|| undo(&path)).into_any();
    }
    let possible = shown.trial.as_ref().is_some_and(|trial| trial.format.is_some());
    if !possible {
        return ().into_any();
    }
    if shown.summary().is_none_or(|summary| summary.records == 0) {
        return view! { <p class="muted">"Read like this it has no records: choose another format, or leave it as it is."</p> }.into_any();
    }
    // What is posted is what was looked at, also where the format was detected.
    let fields = form::chosen_terms(shown);
    let hidden = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let hidden = hidden.collect_view();
    view! {
        <Form id="read" action=path submit="Read it so">
            {hidden}
            {was_read.then(|| view! { <p class="hint">"What was read before is replaced by this. Numbers of records may change; events keep their lines."</p> })}
        </Form>
    }
    .into_any()
}

fn undo(path: &str) -> impl IntoView + use<> {
    let action = format!("{path}/undo");
    view! {
        <OpenForm label="Undo the import" form="undo" quiet=true>
            <Form id="undo" action=action submit="Undo the import" danger=true>
                <TextArea name="reason" label="Why" rows=2 hint="The records go, the bytes stay. The reason stands in the custody log. Reviews of these records have to be revoked first."/>
            </Form>
        </OpenForm>
    }
}

/// What was found, in detail.
fn rest(case: &Case, shown: &ImportPage) -> impl IntoView + use<> {
    let (parse_errors, next) = match &shown.trial {
        Some(trial) => (trial.parse_errors.clone(), None),
        None => (shown.parse_errors.0.clone(), shown.parse_errors.1),
    };
    view! {
        {shown.summary().map(|summary| found::actors(case, shown, summary))}
        {shown.summary().map(|summary| found::gaps(case, shown, summary))}
        {found::parse_errors(case, shown, &parse_errors, next)}
        {sample(case, shown)}
        {spots(shown)}
    }
}

fn sample(case: &Case, shown: &ImportPage) -> Option<AnyView> {
    let tried = shown.trial.iter().flat_map(|trial| &trial.records).zip(1..);
    let tried =
        tried.map(|(record, number)| FoundRecord { evidence: shown.item.id.clone(), number, record: record.clone() });
    let records: Vec<FoundRecord> = if shown.trial.is_some() { tried.collect() } else { shown.records.clone() };
    if records.is_empty() {
        return None;
    }
    let query = RecordQuery::default();
    let rows = Rows::new(case, &query, false).list(&records, &|_, _| ().into_any());
    let all = case.url(&format!("records?evidence={}", encode(shown.item.id.as_str())));
    let kept = shown.trial.is_none();
    Some(
        view! {
            <section class="card" id="sample">
                <header>
                    <h2>"The first records"</h2>
                    {kept.then(|| view! { <div class="actions"><a class="btn quiet small" href=all>"All records"</a></div> })}
                </header>
                {rows}
            </section>
        }
        .into_any(),
    )
}

/// What a source of this format does not see.
fn spots(shown: &ImportPage) -> Option<AnyView> {
    let format = shown.summary()?.format;
    let lines: Vec<_> = blind_spots(format.word())
        .map(|spot| view! { <li><Icon name="warn"/> <span><b>{spot.title}</b> ": " {spot.blind}</span></li> })
        .collect();
    (!lines.is_empty()).then(|| {
        view! { <section class="card" id="blind-spots"><header><h2>"What this source does not see"</h2></header><ul class="todo">{lines}</ul></section> }.into_any()
    })
}
