//! The timeline: what happened, who acted for whom, and whether each act was
//! asked for, allowed and confirmed.

mod beside;
mod detail;
mod fields;
mod flags;
mod paste;
mod query;
mod quick;
mod row;

use domain::casefile::CaseItem;
use domain::timeline::{Effect, Event, order_warnings};
use domain::vocabulary::PrincipalKind;
use leptos::context::Provider;
use leptos::prelude::*;

use self::row::Rows;
use super::case::case_page;
use crate::case::{Case, EVENTS_ON_PAGE_MAX};
use crate::component::form::FormId;
use crate::component::shell::Empty;
use crate::component::times::to_minute;
use crate::component::{ActButton, Form, Icon, OpenForm, Select, TextArea, When, choices};
use crate::frame::Frame;

pub use beside::Beside;
pub use paste::paste_page;
pub use query::TimelineQuery;

/// The timeline's page.
pub fn page(case: &Case, query: &TimelineQuery, beside: &Beside) -> AnyView {
    let events: Vec<_> = case.dossier.timeline().into_iter().filter(|event| query.takes(case, event)).collect();
    let nothing = case.dossier.events.is_empty();
    let body = view! {
        {warnings(case)}
        <section class="card">
            <header>
                <h2>"Events"</h2>
                {case.may_edit().then(|| actions(case, query))}
            </header>
            {(!nothing).then(|| filters(case, query))}
            {if nothing && beside.is_empty() { empty(case) } else { list(case, query, &events, beside) }}
            {beside::more(case, beside)}
        </section>
        {query.deleted.then(|| deleted(case))}
    };
    case_page(case, "timeline", body.into_any())
}

fn warnings(case: &Case) -> Option<AnyView> {
    let warnings = order_warnings(&case.dossier);
    if warnings.is_empty() {
        return None;
    }
    let lines = warnings.into_iter().map(|warning| view! { <li>{warning}</li> }).collect_view();
    Some(view! { <div class="notice warn"><Icon name="warn"/><div><b>"The clock does not add up"</b><ul>{lines}</ul></div></div> }.into_any())
}

fn actions(case: &Case, query: &TimelineQuery) -> impl IntoView + use<> {
    let (add, paste, log, owned) = (case.url("events"), case.url("timeline/paste"), case.url("evidence"), case.clone());
    let (open_add, open_paste) = (query.add, query.paste);
    view! {
        <div class="actions">
            <OpenForm label="Paste a timeline" form="paste-timeline" open=open_paste>
                <Form id="paste-timeline" action=paste submit="Read it">{text_area(String::new(), 8)}</Form>
            </OpenForm>
            <a class="btn" href=log>"Import a log"</a>
            <OpenForm label="Add event" form="add-event" key="n" open=open_add>
                <Form id="add-event" action=add submit="Add event" keep="events">{fields::fields(&owned, None)}</Form>
            </OpenForm>
        </div>
    }
}

fn filters(case: &Case, query: &TimelineQuery) -> impl IntoView + use<> {
    let action = case.url("timeline");
    let flags = query::FLAGS.iter().map(|(value, words)| (value.to_string(), words.to_string())).collect::<Vec<_>>();
    let clear = query.filters().then(|| view! { <a class="btn quiet" href=action.clone()>"Show all"</a> });
    let gone = case.dossier.events.all().filter(|event| event.deleted.is_some()).count();
    let href = format!("{action}?{}deleted=1#deleted", query.kept());
    let (kind, effect) =
        (query.kind.map(PrincipalKind::word).unwrap_or_default(), query.effect.map(Effect::word).unwrap_or_default());
    let flag = query.flag.clone().unwrap_or_default();
    let gone =
        (gone > 0 && !query.deleted).then(|| view! { <a class="btn quiet" href=href>{format!("{gone} deleted")}</a> });
    view! {
        <details class="fold" open=query.filters()>
        <summary class="btn">"Filter"</summary>
        <form class="filters" method="get" action=action aria-label="Filter the timeline">
            <Provider value=FormId("filter".into())>
                <Select name="kind" label="Actor" options=choices(PrincipalKind::ALL, PrincipalKind::word, PrincipalKind::label)
                    value=kind blank="anyone"/>
                <Select name="effect" label="Effect" options=choices(Effect::ALL, Effect::word, Effect::label)
                    value=effect blank="any"/>
                <Select name="flag" label="Flag" options=flags value=flag blank="any"/>
            </Provider>
            <button class="btn">"Filter"</button>
            {clear}
            {gone}
        </form>
        </details>
    }
}

fn empty(case: &Case) -> AnyView {
    let may_edit = case.may_edit();
    view! {
        <Empty title="No events yet"
            text="The timeline holds one act by one actor at one time: what an agent did, who relied on it, when somebody noticed. \
                  Begin with what is certain, such as when it was noticed. A time may be a range or unknown; it is never made up.">
            {may_edit.then(|| view! { <p>"Add an event, paste notes you already have, or import a log as evidence: the buttons are above."</p> })}
        </Empty>
    }
    .into_any()
}

/// One page of events, with the open one among them.
fn list(case: &Case, query: &TimelineQuery, events: &[&CaseItem<Event>], beside: &Beside) -> AnyView {
    if events.is_empty() && (query.filters() || beside.is_empty()) {
        return view! { <p class="muted">"No event is like that. Show all, or choose another filter."</p> }.into_any();
    }
    let place = |id: &domain::Id| events.iter().position(|event| &event.id == id);
    let wanted = query.edit.as_ref().or(query.after.as_ref()).or(query.event.as_ref()).and_then(place);
    let pages = events.len().div_ceil(EVENTS_ON_PAGE_MAX).max(1);
    let page = wanted.map_or(query.page, |at| at / EVENTS_ON_PAGE_MAX + 1).min(pages);
    let start = (page - 1) * EVENTS_ON_PAGE_MAX;
    let shown = &events[start..(start + EVENTS_ON_PAGE_MAX).min(events.len())];
    // A filter asks for events.
    let beside = if query.filters() {
        beside::Rows::default()
    } else {
        beside::Rows::of(beside, case.dossier.events.iter().filter_map(|event| event.trace.as_deref()))
    };
    if page > 1 {
        beside.skip_before(shown.first().and_then(|event| event.time.sort_key()));
    }
    let rows = Rows::new(case, &query.kept()).with(beside);
    let at = |id: &domain::Id| shown.iter().position(|event| &event.id == id);
    let after = query.after.as_ref().and_then(at).filter(|_| case.may_edit());
    let next_page = events.get(start + shown.len()).map(|event| &event.record);
    let rest = || rows.rest(next_page);
    let rows = match (query.edit.as_ref().and_then(at), after) {
        (None, None) => {
            let list = rows.list(shown, None);
            let last = (page == pages && case.may_edit()).then(|| quick::quick(case, shown.last().copied(), None));
            view! { {list} {rest()} {last} }.into_any()
        }
        (None, Some(at)) => {
            let (before, next) = shown.split_at(at + 1);
            let form = quick::quick(case, before.last().copied(), next.first().copied());
            let (before, next) = (rows.list(before, None), rows.list(next, before.last().copied()));
            view! { {before} {form} {next} {rest()} }.into_any()
        }
        (Some(at), _) => {
            let before = rows.list(&shown[..at], None);
            let next = rows.list(&shown[at + 1..], Some(shown[at]));
            view! { {before} {detail::detail(case, shown[at], query)} {next} {rest()} }.into_any()
        }
    };
    view! { {rows} {(pages > 1).then(|| pager(case, query, page, pages, events.len()))} }.into_any()
}

fn pager(case: &Case, query: &TimelineQuery, page: usize, pages: usize, count: usize) -> impl IntoView + use<> {
    let href = |page: usize| format!("{}?{}page={page}", case.url("timeline"), query.kept());
    let (first, last) = ((page - 1) * EVENTS_ON_PAGE_MAX + 1, (page * EVENTS_ON_PAGE_MAX).min(count));
    view! {
        <nav class="pager" aria-label="Pages of the timeline">
            {(page > 1).then(|| view! { <a class="btn small" href=href(page - 1)>"Earlier"</a> })}
            <span>{format!("{first}–{last} of {count}")}</span>
            {(page < pages).then(|| view! { <a class="btn small" href=href(page + 1)>"Later"</a> })}
        </nav>
    }
}

/// The deleted events, each with the way back.
fn deleted(case: &Case) -> AnyView {
    let zone = &Frame::current().zone;
    let may_edit = case.may_edit();
    let line = |event: &CaseItem<Event>| {
        let stamp = event.deleted.as_ref()?;
        let words = case.event_line(event, zone);
        let back = case.url(&format!("events/{}/restore", event.id));
        let when = to_minute(stamp.at);
        Some(view! {
            <li class="spread">
                <div><p><del>{words}</del></p><p class="muted">"deleted by "{stamp.by.name.clone()}", "<When time=when/></p></div>
                {may_edit.then(|| view! { <ActButton action=back label="Restore" class="btn small"/> })}
            </li>
        })
    };
    let lines = case.dossier.events.all().filter_map(line).collect_view();
    view! { <section class="card" id="deleted"><h2>"Deleted events"</h2><ul class="hairline">{lines}</ul></section> }
        .into_any()
}

/// The field for a pasted timeline, shared by the page and its preview.
pub(super) fn text_area(text: String, rows: u32) -> impl IntoView {
    view! {
        <TextArea name="text" label="Timeline as text" value=text rows=rows required=true
            hint="One event a line, the time first: “[2026-03-18 17:04] Asker follows the advice”. Nothing is added before you have checked it."/>
    }
}
