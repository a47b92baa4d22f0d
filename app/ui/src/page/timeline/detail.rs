//! The open event: its form, its marks, its links and what is said about it.
//! It stands in the timeline, in the place of its row.

use domain::Tri;
use domain::casefile::{CaseItem, Noun};
use domain::timeline::{EdgeKind, Event, MarkName};
use leptos::prelude::*;

use super::TimelineQuery;
use super::fields::fields;
use crate::case::Case;
use crate::component::discussion::one as comment_view;
use crate::component::past::history_of;
use crate::component::{ActButton, Choice, Form, OpenForm, Select, TextArea, When, choices};
use crate::frame::Frame;
use crate::markdown::writer::Html;
use crate::page::gaps::scopes;

/// The open event.
pub(super) fn detail(case: &Case, event: &CaseItem<Event>, query: &TimelineQuery) -> AnyView {
    let zone = &Frame::current().zone;
    let title = case.event_line(event, zone);
    let delete = case.url(&format!("events/{}/delete", event.id));
    let close = format!("{}?{}event={}#event-{}", case.url("timeline"), query.kept(), event.id, event.id);
    view! {
        <section class="stack" id="open-event" aria-labelledby="open-event-title">
            <div class="spread" id=format!("event-{}", event.id) data-item tabindex="-1">
                <h3 id="open-event-title">{title.clone()}</h3>
                <span class="cluster">{history_of(case, Noun::Event, &event.id, &title)}<a class="btn quiet small" href=close>"Close"</a></span>
            </div>
            {if case.may_edit() { edit(case, event) } else { read(case, event) }}
            {case.dossier.side_by_side(event).map(|side| scopes::facts(&side))}
            {marks(case, event)}
            {links(case, event)}
            {comments(case, event)}
            {case.may_edit().then(|| view! { <ActButton action=delete label="Delete this event" class="btn danger small" seen=event.version/> })}
        </section>
    }
    .into_any()
}

fn edit(case: &Case, event: &CaseItem<Event>) -> AnyView {
    let action = case.url(&format!("events/{}", event.id));
    let (owned, record) = (case.clone(), event.record.clone());
    view! {
        <Form id="edit-event" action=action submit="Save" seen=event.version keep=format!("events/{}", event.id)>{fields(&owned, Some(&record))}</Form>
    }
    .into_any()
}

/// All of it, for those who only read.
fn read(case: &Case, event: &Event) -> AnyView {
    let name = |id: &Option<domain::Id>| id.as_ref().map_or_else(|| "not known".to_string(), |id| case.name_of(id));
    let answer = |answer: Tri| answer.label();
    let mut body = Html::default();
    body.prose(&event.body);
    view! {
        <dl class="facts">
            <dt>"When"</dt><dd><When time=event.time.clone()/></dd>
            <dt>"Kind"</dt><dd>{event.kind.label()}</dd>
            <dt>"For"</dt><dd>{name(&event.on_behalf_of)}</dd>
            <dt>"Invoked by"</dt><dd>{name(&event.invoked_by)}</dd>
            <dt>"Effect"</dt><dd>{event.effect.label()}</dd>
            <dt>"Outcome"</dt><dd>{event.outcome.label()}</dd>
            <dt>"Requested"</dt><dd>{answer(event.requested)}</dd>
            <dt>"Authorised"</dt><dd>{answer(event.authorised)}</dd>
            <dt>"Confirmed"</dt><dd>{confirmed(case, event)}</dd>
            <dt>"How it reached people"</dt><dd>{event.output_mode.map_or("not an output, or not known", |mode| mode.label())}</dd>
            <dt>"Label"</dt><dd>{event.provenance_label.label()}</dd>
            <dt>"Prevented by"</dt><dd>{event.prevented_by.map_or("not known", |by| by.label())}</dd>
            <dt>"Can be undone"</dt><dd>{event.reversibility.label()}</dd>
            {event.details().into_iter().map(|detail| view! { <dt>{detail.label}</dt><dd>{detail.text.unwrap_or_else(|| "not known".into())}</dd> }).collect_view()}
            <dt>"Evidence"</dt><dd>{shown_by(case, event)}</dd>
        </dl>
        <div class="md" inner_html=body.finish()></div>
    }
    .into_any()
}

/// Whether it was confirmed, and by whom.
fn confirmed(case: &Case, event: &Event) -> String {
    let people: Vec<String> = event.confirmed_by.iter().map(|id| case.name_of(id)).collect();
    let answer = event.confirmed.label();
    if people.is_empty() { answer.to_string() } else { format!("{answer}, by {}", people.join(", ")) }
}

/// The evidence of an event, with the lines or the record in it.
fn shown_by(case: &Case, event: &Event) -> AnyView {
    if event.evidence.is_empty() {
        return "none".into_any();
    }
    let item = |link: &domain::timeline::EvidenceLink| {
        let name = case.dossier.evidence.find(&link.id).map_or("evidence", |item| item.name.as_str());
        let (query, place) = match (link.lines, link.record) {
            (Some(lines), _) => {
                let word = if lines.0 == lines.1 { "line" } else { "lines" };
                (format!("?line={0}#L{0}", lines.0), format!(", {word} {lines}"))
            }
            (None, Some(record)) => (format!("?record={record}"), format!(", record {record}")),
            (None, None) => (String::new(), String::new()),
        };
        let href = format!("{}{query}", case.url(&format!("evidence/{}", link.id)));
        view! { <li><a href=href>{format!("{name}{place}")}</a></li> }
    };
    view! { <ul class="plain">{event.evidence.iter().map(item).collect_view()}</ul> }.into_any()
}

/// The marks of the clock this event carries, and the form that sets one.
fn marks(case: &Case, event: &Event) -> impl IntoView + use<> {
    let carried = case.dossier.marks_on(&event.id);
    let may_edit = case.may_edit();
    let line = |mark: &MarkName| {
        let clear = case.url(&format!("marks/{}/delete", mark.word()));
        let title = format!("Take the mark “{}” away", mark.label());
        view! { <li class="cluster"><span class="flag mark">{mark.label()}</span>{may_edit.then(|| view! { <ActButton action=clear label="Remove" title=title/> })}</li> }
    };
    let none = carried.is_empty().then(|| view! { <p class="muted">"It carries no mark of the incident’s clock."</p> });
    let lines =
        (!carried.is_empty()).then(|| view! { <ul class="stack">{carried.iter().map(line).collect_view()}</ul> });
    let (id, set) = (event.id.to_string(), case.url("marks/set"));
    let options: Vec<Choice> = MarkName::ALL
        .iter()
        .filter(|mark| !carried.contains(mark))
        .map(|mark| (mark.word().into(), mark_words(case, *mark)))
        .collect();
    view! {
        <section>
            <h4>"Marks"</h4>
            {none}
            {lines}
            {may_edit.then(|| view! {
                <OpenForm label="Set a mark" form="set-mark" quiet=true>
                    <Form id="set-mark" action=set submit="Set the mark">
                        <input type="hidden" name="event" value=id/>
                        <Select name="mark" label="This event is where" options=options asks=true hint="A mark is on one event at a time; setting it here takes it from where it was."/>
                    </Form>
                </OpenForm>
            })}
        </section>
    }
}

fn mark_words(case: &Case, mark: MarkName) -> String {
    match case.dossier.marked(mark) {
        Some((event, _)) => format!(
            "{} (now on {})",
            mark.label(),
            case.dossier.events.get(event).map(|event| case.name_of(&event.actor)).unwrap_or_default()
        ),
        None => mark.label().into(),
    }
}

/// How the event hangs on others, and others on it.
fn links(case: &Case, event: &Event) -> impl IntoView + use<> {
    let zone = Frame::current().zone.clone();
    let may_edit = case.may_edit();
    let line = |id: &domain::Id| case.dossier.events.get(id).map(|other| case.event_line(other, &zone));
    let row = |edge: &domain::timeline::Edge| {
        let (other, words) = if edge.from == event.id {
            (&edge.to, format!("{} ", edge.kind.label()))
        } else {
            (&edge.from, String::new())
        };
        let tail = (edge.from != event.id).then(|| format!(" {} this", edge.kind.label()));
        let name = line(other)?;
        let title = format!("Remove the link to {name}");
        let remove = case.url(&format!("edges/{}/delete", edge.id));
        Some(view! {
            <li class="cluster" id=format!("edge-{}", edge.id)>
                <span>{words}<a href=case.event_url(other)>{name}</a>{tail}</span>
                {may_edit.then(|| view! { <ActButton action=remove label="Remove" title=title/> })}
            </li>
        })
    };
    let edges = case.dossier.edges.iter().filter(|edge| edge.from == event.id || edge.to == event.id);
    let rows: Vec<_> = edges.filter_map(|edge| row(&edge.record)).collect();
    let none = rows.is_empty().then(|| view! { <p class="muted">"It is linked to no other event."</p> });
    let rows = (!rows.is_empty()).then(|| view! { <ul class="stack">{rows}</ul> });
    let others = case.dossier.timeline().into_iter().filter(|other| other.id != event.id);
    let options: Vec<Choice> = others.map(|other| (other.id.to_string(), case.event_line(other, &zone))).collect();
    let (from, add) = (event.id.to_string(), case.url("edges"));
    view! {
        <section>
            <h4>"Links"</h4>
            {none}
            {rows}
            {(may_edit && !options.is_empty()).then(|| view! {
                <OpenForm label="Add a link" form="add-edge" quiet=true>
                    <Form id="add-edge" action=add submit="Add the link">
                        <input type="hidden" name="from" value=from/>
                        <Select name="kind" label="This event" options=choices(EdgeKind::ALL, EdgeKind::word, EdgeKind::label) asks=true/>
                        <Select name="to" label="the event" options=options asks=true/>
                    </Form>
                </OpenForm>
            })}
        </section>
    }
}

fn comments(case: &Case, event: &Event) -> impl IntoView + use<> {
    let about = format!("event/{}", event.id);
    let said: Vec<_> = case.dossier.comments.iter().filter(|comment| comment.about == about).collect();
    let may_review = case.may_review();
    let none = (said.is_empty() && !may_review).then(|| view! { <p class="muted">"Nobody has commented."</p> });
    let (shown, add) =
        (said.into_iter().map(|comment| comment_view(case, comment)).collect_view(), case.url("comments"));
    let keep = format!("comments/{about}");
    view! {
        <section id="comments">
            <h4>"Comments"</h4>
            {none}
            {shown}
            {may_review.then(|| view! {
                <OpenForm label="Comment" form="add-comment" quiet=true>
                    <Form id="add-comment" action=add submit="Comment" keep=keep>
                        <input type="hidden" name="about" value=about/>
                        <TextArea name="body" label="Comment" rows=3 required=true/>
                    </Form>
                </OpenForm>
            })}
        </section>
    }
}
