//! One source: how it is, how to send to it, and its sealed segments.

use domain::access::Permit;
use domain::watch::Segment;
use leptos::prelude::*;

use super::{SourceView, fields, moment, nav, rules, seconds, setup, state};
use crate::component::shell::One;
use crate::component::{ActButton, Form, Icon, OpenForm};
use crate::frame::Frame;

/// The page of a source. `token` is one just made; it is shown this once.
pub fn page(view: &SourceView, token: Option<&str>, address: &str) -> AnyView {
    let may = Frame::current().may(Permit::Admin) && view.source.closed_at.is_none();
    let name = view.source.name.clone();
    let (fresh, facts, segments) = (token.map(|token| fresh(token.to_string())), facts(view), segments(&view.segments));
    let settings = may.then(|| settings(view));
    let (state, setup) =
        (state(view.health.state), setup::all(address, view.source.id.as_str(), token.unwrap_or("TOKEN")));
    view! {
        <One>
            <div class="stack">
                {nav::nav()}
                <nav class="crumbs" aria-label="Path"><a href="/watch/sources">"Sources"</a></nav>
                <div class="spread"><h1>{name}</h1>{state}</div>
                {fresh}
                <section class="card"><header><h2>"State"</h2></header>{facts}</section>
                {settings}
                {setup}
                <section class="card"><header><h2>"Sealed segments"</h2></header>{segments}</section>
            </div>
        </One>
    }
    .into_any()
}

fn settings(view: &SourceView) -> impl IntoView + use<> {
    let source = &view.source;
    let action = format!("/sources/{}", source.id);
    let (renew, close) = (format!("{action}/token"), format!("{action}/delete"));
    let (source, agents) = (source.clone(), view.agents.clone());
    view! {
        <section class="card">
            <header><h2>"Settings"</h2></header>
            <OpenForm label="Edit" form="edit-source"><Form id="edit-source" action=action submit="Save">{fields(Some(&source), &agents)}</Form></OpenForm>
            <div class="actions">
                <ActButton action=renew id="new-token" label="Make a new token" title="Make a new token; the old one stops working at once"/>
                <ActButton action=close id="close" label="Close the source" title="Close the source; what it sent stays" class="btn danger"/>
            </div>
        </section>
    }
}

fn fresh(token: String) -> impl IntoView {
    view! {
        <div class="notice info" role="status">
            <Icon name="check"/>
            <div>
                <p><b>"The token is ready."</b>" Copy it now: only its fingerprint is kept, so it cannot be shown again."</p>
                <p><code>{token}</code></p>
            </div>
        </div>
    }
}

fn facts(view: &SourceView) -> impl IntoView + use<> {
    let health = &view.health;
    let shown = match view.source.agents.as_slice() {
        [] => "not said, so that no stop is proven by it".to_string(),
        agents => rules::typed(&view.agents, agents),
    };
    view! {
        <dl class="facts">
            <dt>"Last record"</dt><dd>{moment(health.last_at)}</dd>
            <dt>"Records"</dt><dd>{format!("{} in all, {} in the last minute", health.records, health.records_last_minute)}</dd>
            <dt>"Agents whose acts it shows"</dt><dd>{shown}</dd>
            <dt>"Acts judged"</dt><dd>{health.judged.to_string()}</dd>
            <dt>"Lag of the last evaluation"</dt><dd>{health.lag_micros.map_or_else(|| "not known".into(), seconds)}</dd>
            <dt>"Head of the chain"</dt><dd><code>{if health.head.is_empty() { "nothing sealed yet".to_string() } else { health.head.clone() }}</code></dd>
        </dl>
    }
}

fn segments(segments: &[Segment]) -> AnyView {
    if segments.is_empty() {
        return view! { <p class="muted">"Nothing is sealed yet. A segment is sealed when it is full, or after its time."</p> }.into_any();
    }
    let row = |segment: &Segment| {
        let hash: String = segment.hash.chars().take(16).collect();
        view! {
            <tr role="row">
                <th scope="row" role="rowheader" class="num">{segment.number.to_string()}</th>
                <td role="cell" data-label="Sealed">{moment(Some(segment.sealed_at))}</td>
                <td role="cell" data-label="Records" class="num">{segment.records.to_string()}</td>
                <td role="cell" data-label="Bytes" class="num">{segment.bytes.to_string()}</td>
                <td role="cell" data-label="Chain"><code title=segment.hash.clone()>{hash}"…"</code></td>
            </tr>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Sealed segments">
            <table class="table" role="table">
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader" class="num">"Number"</th><th scope="col" role="columnheader">"Sealed"</th>
                    <th scope="col" role="columnheader" class="num">"Records"</th><th scope="col" role="columnheader" class="num">"Bytes"</th>
                    <th scope="col" role="columnheader">"Chain"</th>
                </tr></thead>
                <tbody role="rowgroup">{segments.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
