//! Watching: where records come in while agents act.

mod alert;
mod alerts;
mod containment;
mod nav;
pub mod notices;
mod rules;
mod setup;
mod shown;
mod source;
pub mod stops;
mod trial;

use std::collections::BTreeMap;

use domain::Id;
use domain::access::Permit;
use domain::watch::{Segment, Source, SourceHealth, SourceState};
use leptos::prelude::*;

use crate::component::shell::One;
use crate::component::{Field, Flag, Form, Select, choices};
use crate::frame::Frame;

pub use alert::{ActView, AlertView, page as alert_page};
pub use alerts::{WatchView, page as alerts_page};
pub use containment::ContainmentView;
pub(crate) use containment::{chain, meaning};
pub use rules::{Names, RuleView, page as rules_page, refused_trial};
pub use source::page as source_page;
pub use trial::page as trial_page;

use nav::nav;
pub(crate) use shown::{clock, moment, seconds};

/// A source with how it is.
#[derive(Debug, Clone)]
pub struct SourceView {
    /// What was said of it.
    pub source: Source,
    /// How it is.
    pub health: SourceHealth,
    /// Its last sealed segments, the newest first.
    pub segments: Vec<Segment>,
    /// What the agents are called whose acts it shows.
    pub agents: BTreeMap<Id, String>,
}

/// The list of sources.
pub fn sources_page(sources: &[SourceView]) -> AnyView {
    let may = Frame::current().may(Permit::Admin);
    let body = if sources.is_empty() { nothing() } else { table(sources) };
    view! {
        <One>
            <div class="stack">
                {nav()}
                <div class="spread">
                    <h1>"Sources"</h1>
                    {may.then(|| view! { <div class="actions"><a class="btn p" href="/watch/sources/new">"Add a source"</a></div> })}
                </div>
                <p class="muted">"A source takes in records while agents act. They are kept as they came, in sealed segments that any incident can use as evidence."</p>
                {body}
            </div>
        </One>
    }
    .into_any()
}

fn nothing() -> AnyView {
    let may = Frame::current().may(Permit::Admin);
    let first = if may {
        "Add the first source, then paste three lines into what your agents already send."
    } else {
        "An admin can add one."
    };
    view! {
        <section class="card">
            <header><h2>"Nothing is watched yet"</h2></header>
            <p>{first}</p>
            {may.then(|| view! { <p><a class="btn p" href="/watch/sources/new">"Add a source"</a></p> })}
        </section>
        {setup::all("https://inquest.example", "ID", "TOKEN")}
    }
    .into_any()
}

fn table(sources: &[SourceView]) -> AnyView {
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Sources">
            <table class="table" role="table">
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader">"Source"</th><th scope="col" role="columnheader">"State"</th>
                    <th scope="col" role="columnheader">"Last record"</th><th scope="col" role="columnheader" class="num">"Last minute"</th>
                    <th scope="col" role="columnheader" class="num">"Records"</th><th scope="col" role="columnheader" class="num">"Waiting for"</th>
                    <th scope="col" role="columnheader" class="num">"Segments"</th>
                </tr></thead>
                <tbody role="rowgroup">{sources.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(view: &SourceView) -> impl IntoView + use<> {
    let (source, health) = (&view.source, &view.health);
    let href = format!("/watch/sources/{}", source.id);
    view! {
        <tr role="row">
            <th scope="row" role="rowheader"><a href=href>{source.name.clone()}</a></th>
            <td role="cell" data-label="State">{state(health.state)}</td>
            <td role="cell" data-label="Last record">{moment(health.last_at)}</td>
            <td role="cell" data-label="Last minute" class="num">{health.records_last_minute.to_string()}</td>
            <td role="cell" data-label="Records" class="num">{health.records.to_string()}</td>
            <td role="cell" data-label="Waiting for" class="num">{health.waiting_micros.map_or_else(|| "–".into(), seconds)}</td>
            <td role="cell" data-label="Segments" class="num">{health.segments.to_string()}</td>
        </tr>
    }
}

/// How a source is, as a flag: only what needs somebody stands out.
fn state(state: SourceState) -> impl IntoView {
    let class = match state {
        SourceState::Live => "flag yes",
        SourceState::Silent | SourceState::Late => "flag no",
        SourceState::Waiting => "flag un",
        SourceState::Closed => "flag off",
    };
    view! { <span class=class>{state.label()}</span> }
}

/// The page on which a source is made.
pub fn new_source_page() -> AnyView {
    view! {
        <One>
            {nav()}
            <nav class="crumbs" aria-label="Path"><a href="/watch/sources">"Sources"</a></nav>
            <h1>"Add a source"</h1>
            <section class="card">
                <p class="muted">"You get an address and a token. The token is shown once."</p>
                <Form id="source" action="/sources" submit="Add the source">{fields(None, &BTreeMap::new())}</Form>
            </section>
        </One>
    }
    .into_any()
}

/// The fields of a source, with what is known.
fn fields(source: Option<&Source>, names: &BTreeMap<Id, String>) -> AnyView {
    let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let name = source.map(|source| source.name.clone()).unwrap_or_default();
    let format = source.and_then(|source| source.format).map_or("auto", domain::reader::log::Format::word);
    let resources = source.map(|source| domain::draft::typed_list(source.resources.clone())).unwrap_or_default();
    let agents = source.map(|source| rules::typed(names, &source.agents)).unwrap_or_default();
    let mut formats = vec![("auto".to_string(), "told by the records".to_string())];
    formats.extend(choices(
        domain::reader::log::Format::ALL,
        domain::reader::log::Format::word,
        domain::reader::log::Format::label,
    ));
    view! {
        <div class="row">
            <Field name="name" label="Name" value=name required=true/>
            <Select name="format" label="Format" options=formats value=format/>
        </div>
        <Field name="agents:l" label="Agents whose acts it shows" value=agents hint="Names or ids, separated by commas. That it shows no act of one of them then says something: it proves that a stop worked."/>
        <Field name="resources:l" label="Resources on which it shows acts" value=resources hint="Separated by commas. Leave it empty if you do not know."/>
        <Flag name="agents_only:b" label="Only agents act here: an unknown actor is an unknown agent" value=source.is_some_and(|source| source.agents_only)/>
        <div class="row">
            <Field name="heartbeat_seconds:n" label="Silence is a problem after (seconds)" kind="number" value=text(source.and_then(|source| source.heartbeat_seconds))/>
            <Field name="retention_days:n" label="Keep for (days)" kind="number" value=text(source.and_then(|source| source.retention_days)) hint="What an incident holds is never removed."/>
        </div>
    }
    .into_any()
}
