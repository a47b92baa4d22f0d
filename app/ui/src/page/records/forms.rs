//! What can be made of records: events, principals, findings.

use domain::promotion::PROMOTED_MAX;
use domain::reader::log::FoundRecord;
use domain::vocabulary::{Confidence, Facet, FindingClass, FindingRole};
use leptos::prelude::*;

use super::query::{Make, RecordQuery};
use super::row::{Rows, anchor};
use crate::case::Case;
use crate::component::address::encode;
use crate::component::{ActButton, Field, Form, OpenForm, Select, TextArea, choices};
use crate::page::verdict::reader_acted;

/// The buttons of a record; its longer forms stand there once they are asked for.
pub(super) fn tools(case: &Case, query: &RecordQuery, rows: &Rows<'_>, found: &FoundRecord) -> AnyView {
    let is_open =
        query.record.as_ref().is_some_and(|(item, number)| *item == found.evidence && *number == found.number);
    let make = query.make.filter(|_| is_open);
    let promote = promote_url(case, found.evidence.as_str());
    let (name, number) = (anchor(found), found.number.to_string());
    let send = |to: &str| vec![("as", to.to_string()), ("records[]", number.clone())];
    let (may_judge, acted) = (case.may_review(), reader_acted(case));
    let more = |make| format!("{}#{name}", query.open(&found.evidence, found.number, make));
    let (find, classing) = (more(Make::Finding), more(Make::Class));
    let event = match rows.event(found) {
        Some(href) => view! { <a class="btn quiet small" href=href>"On the timeline"</a> }.into_any(),
        None => case.may_edit().then(|| view! { <ActButton action=promote.clone() id=format!("event-of-{name}") label="Add to the timeline" title=format!("Add to the timeline: record {number}") fields=send("events")/> }).into_any(),
    };
    let principal = case.may_edit() && !found.record.actor.name.is_empty();
    let class = rows.class(found).map(|class| class.class.word()).unwrap_or_default();
    view! {
        <div class="actions">
            {event}
            {principal.then(|| view! { <ActButton action=promote.clone() id=format!("principal-of-{name}") label="Make a principal" title=format!("Make a principal of who acts in record {number}") fields=send("principals")/> })}
            {(may_judge && make != Some(Make::Finding)).then(|| view! { <a class="btn quiet small" href=find aria-label=format!("Make a finding of record {number}")>"Make a finding"</a> })}
            {(may_judge && !acted && make != Some(Make::Class)).then(|| view! { <a class="btn quiet small" href=classing aria-label=format!("Classify record {number}")>"Classify"</a> })}
        </div>
        {(may_judge && make == Some(Make::Finding)).then(|| finding(promote, &name, Some(found.number), &[], true))}
        {(may_judge && !acted && make == Some(Make::Class)).then(|| classify(case, &name, found, class))}
    }
    .into_any()
}

fn promote_url(case: &Case, evidence: &str) -> String {
    case.url(&format!("evidence/{}/promote", encode(evidence)))
}

/// A finding of one record, or of all that a filter matches.
fn finding(
    action: String,
    name: &str,
    number: Option<u64>,
    filter: &[(String, String)],
    open: bool,
) -> impl IntoView + use<> {
    let form = format!("finding-of-{name}");
    let number = number.map(|number| view! { <input type="hidden" name="records[]" value=number.to_string()/> });
    let filter = filter.iter().cloned().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let filter = filter.collect_view();
    view! {
        <OpenForm label="Make a finding" form=form.clone() quiet=true open=open>
            <Form id=form action=action submit="Make a finding">
                <input type="hidden" name="as" value="findings"/>
                {number}
                {filter}
                <Field name="finding.summary" label="What was found" hint="In a sentence. Written from the record, if left empty."/>
                <div class="row">
                    <Select name="finding.class" label="What it is" options=choices(FindingClass::ALL, FindingClass::word, FindingClass::label) value=FindingClass::Unknown.word()/>
                    <Select name="finding.facet" label="Facet" options=choices(Facet::ALL, Facet::word, Facet::label) asks=true/>
                </div>
                <div class="row">
                    <Select name="finding.confidence" label="How sure" options=choices(Confidence::ALL, Confidence::word, Confidence::label) asks=true hint="Confirmed counts only with intact evidence."/>
                    <Select name="finding.role" label="Cause or effect" options=choices(FindingRole::ALL, FindingRole::word, FindingRole::label) asks=true/>
                </div>
            </Form>
        </OpenForm>
    }
}

fn classify(case: &Case, name: &str, found: &FoundRecord, class: &'static str) -> impl IntoView + use<> {
    let (action, form) = (case.url("classifications"), format!("classify-{name}"));
    let (evidence, number) = (found.evidence.to_string(), found.number.to_string());
    view! {
        <OpenForm label="Classify" form=form.clone() quiet=true open=true>
            <Form id=form action=action submit="Classify it">
                <input type="hidden" name="evidence" value=evidence/>
                <input type="hidden" name="numbers[]" value=number/>
                <Select name="class" label="What it is" options=choices(FindingClass::ALL, FindingClass::word, FindingClass::label) value=class blank="Choose"/>
                <TextArea name="note" label="Why" rows=2/>
            </Form>
        </OpenForm>
    }
}

/// What can be made of all the records that match, where they are of one item and few enough.
pub(super) fn all(case: &Case, query: &RecordQuery, total: u64) -> Option<AnyView> {
    let evidence = query.evidence.as_ref()?;
    if total == 0 || !(case.may_edit() || case.may_review()) {
        return None;
    }
    if total > PROMOTED_MAX as u64 {
        return Some(view! { <p class="hint">{format!("Narrow the records to {PROMOTED_MAX} or fewer to add them to the timeline all at once.")}</p> }.into_any());
    }
    let (promote, filter) = (promote_url(case, evidence.as_str()), query.fields());
    let counted = if total == 1 { "the one record".to_string() } else { format!("all {total} records") };
    let who = if total == 1 { "who acts in it".to_string() } else { format!("everybody who acts in these {total}") };
    Some(
        view! {
            <div class="actions">
                {case.may_edit().then(|| view! {
                    {whole(&promote, "events", format!("Add {counted} to the timeline"), &filter)}
                    {whole(&promote, "principals", format!("Make principals of {who}"), &filter)}
                })}
                {case.may_review().then(|| finding(promote.clone(), "all", None, &filter, false))}
            </div>
        }
        .into_any(),
    )
}

/// One button for all that match: a form of hidden fields.
fn whole(action: &str, to: &'static str, label: String, filter: &[(String, String)]) -> impl IntoView + use<> {
    let (action, form) = (action.to_string(), format!("all-{to}"));
    let fields = filter.iter().cloned().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let fields = fields.collect_view();
    let summary = label.clone();
    view! {
        <OpenForm label=summary form=form.clone() quiet=true>
            <Form id=form action=action submit=label>
                <input type="hidden" name="as" value=to/>
                {fields}
                <p class="hint">"One that is there already is linked, and not made again."</p>
            </Form>
        </OpenForm>
    }
}
