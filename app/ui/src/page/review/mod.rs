//! Reviewing the records of one item: ask, look, classify, attest.

mod attest;
mod classes;

use std::collections::BTreeMap;

use domain::Instant;
use domain::classification::Classification;
use domain::evidence::Evidence;
use domain::reader::log::{FoundRecord, RecordPage};
use domain::vocabulary::FindingClass;
use leptos::prelude::*;

use super::case::case_page;
use super::exposure::second_asked;
use super::records::{RecordQuery, Rows, anchor, facets, form, pager, suggestions};
use super::verdict::reader_acted;
use crate::case::Case;
use crate::component::address::encode;
use crate::component::histogram::histogram;
use crate::component::shell::Empty;
use crate::component::times::span_text;
use crate::component::{Chooser, Icon, choices};

/// What the page shows.
pub struct ReviewPage {
    /// The item.
    pub item: Evidence,
    /// What is asked; its span is the review's.
    pub query: RecordQuery,
    /// What the records answer; `None` where the query could not be read.
    pub found: Option<RecordPage>,
    /// How many of the records are classified as what; `None` where they are too many to count now.
    pub classes: Option<BTreeMap<FindingClass, u64>>,
}

/// The span a review begins with: the exposure window as far as the log reaches, else the whole log.
pub fn proposed_span(case: &Case, item: &Evidence) -> Option<(Instant, Instant)> {
    const SECOND: i64 = 1_000_000;
    // The last record is inside of the span, and the end of a span is not: it ends with the next whole second.
    let last = item.last_at?.micros().div_euclid(SECOND).saturating_add(1).saturating_mul(SECOND);
    let (first, last) = (item.first_at?, Instant::from_micros(last));
    let exposure = case.dossier.exposure();
    let start = exposure.start.and_then(|start| start.earliest);
    let end = exposure.end.and_then(|end| end.latest);
    let (from, to) = (start.map_or(first, |start| start.max(first)), end.map_or(last, |end| end.min(last)));
    Some(if from < to { (from, to) } else { (first, last) })
}

/// The review of one item.
pub fn page(case: &Case, shown: &ReviewPage) -> AnyView {
    let (name, acted) = (shown.item.name.clone(), reader_acted(case));
    let may = case.may_review() && !acted;
    let records = case.url(&format!("records?evidence={}", encode(shown.item.id.as_str())));
    let read = shown.item.records.is_some_and(|records| records > 0);
    let register = format!("{}#evidence-{}", case.url("evidence"), shown.item.id);
    let body = view! {
        <p class="spread review-of"><b>"Review of " {name}</b> <a href=register>"In the register"</a></p>
        {refused(case, acted)}
        <section class="card" id="ask">
            <header>
                <h2>"1. Ask"</h2>
                <div class="actions"><a class="btn quiet small" href=records>"All its records"</a></div>
            </header>
            {if read { ask(shown) } else { nothing(case, &shown.item) }}
            {second_asked(case, &shown.item.id)}
        </section>
        {shown.found.as_ref().filter(|_| read).map(|found| view! {
            {look(case, shown, found, may)}
            {classes::section(case, shown, may)}
            {attest::section(case, shown, found, may)}
        })}
    };
    case_page(case, "evidence", body.into_any())
}

/// Why somebody may look and not attest.
fn refused(case: &Case, acted: bool) -> Option<AnyView> {
    let why = match (case.may_review(), acted) {
        (true, false) => return None,
        (true, true) => {
            "You are an actor in this incident, so you cannot review its evidence. Ask somebody who took no part."
        }
        (false, _) => "Your role reads incidents: you see what a reviewer sees, and cannot classify or attest.",
    };
    Some(view! { <div class="notice warn"><Icon name="lock"/><div>{why}</div></div> }.into_any())
}

fn nothing(case: &Case, item: &Evidence) -> AnyView {
    let reading = case.url(&format!("evidence/{}/reading", encode(item.id.as_str())));
    view! {
        <Empty title="There are no records to review" text="A review goes through records, so this item has to be read first. What cannot be read as a log can still be reviewed by eye: attest to that on the exposure page.">
            <p><a class="btn" href=reading>"Look how it could be read"</a></p>
        </Empty>
    }
    .into_any()
}

fn ask(shown: &ReviewPage) -> AnyView {
    let filter = &shown.query.filter;
    let span = span_text(filter.from, filter.to);
    view! {
        <p class="muted">"A review speaks of a span and of a question. Without a question it speaks of every record of the span: that is what covers it."</p>
        {form(&shown.query, None, "Ask")}
        <p>"Asked now: " <b>{filter.words()}</b> ", " {span}</p>
    }
    .into_any()
}

/// The records that answer, each with one button for each class.
fn look(case: &Case, shown: &ReviewPage, found: &RecordPage, may: bool) -> AnyView {
    let query = &shown.query;
    let rows = Rows::new(case, query, false);
    let tools = |found: &FoundRecord, class: Option<&Classification>| {
        if may { classify(case, query, found, class) } else { ().into_any() }
    };
    let exposure = case.dossier.exposure();
    let drawn =
        found.histogram.as_ref().and_then(|drawn| histogram(drawn, &exposure, |from, to| query.between(from, to)));
    let counted = if found.total == 1 { "1 record".to_string() } else { format!("{} records", found.total) };
    let none = found.items.is_empty();
    view! {
        <section class="card" id="look">
            <header><h2>"2. Look"</h2><small class="muted num">{counted}</small></header>
            {drawn}
            {suggestions(query, &found.facets)}
            {(!none).then(|| view! { <details class="facets-of" data-stays=""><summary>"Who, what and how often"</summary>{facets(query, &found.facets)}</details> })}
            {none.then(|| view! { <p class="muted">"No record is like that. You can attest to that too: the query and its empty result are kept."</p> })}
            {rows.list(&found.items, &tools)}
            {pager(query, found)}
        </section>
    }
    .into_any()
}

/// One click says what a record is.
fn classify(case: &Case, query: &RecordQuery, found: &FoundRecord, class: Option<&Classification>) -> AnyView {
    let name = anchor(found);
    let fields = vec![
        ("evidence", found.evidence.to_string()),
        ("numbers[]", found.number.to_string()),
        ("then", format!("{}#{name}", query.here())),
    ];
    let value = class.map(|class| class.class.word()).unwrap_or_default();
    let label = format!("Classify record {}", found.number);
    let options = choices(FindingClass::ALL, FindingClass::word, FindingClass::label);
    view! {
        {class.map(classes::told)}
        <Chooser id=format!("classify-{name}") action=case.url("classifications") label=label name="class" options=options value=value fields=fields/>
    }
    .into_any()
}
