//! What was asked for, granted and done, side by side.

use domain::agent::scope::{Decided, Scope, ScopePart};
use domain::principal::{NOT_WEIGHED, SideBySide};
use leptos::prelude::*;

use crate::case::Case;
use crate::frame::Frame;

/// So many acts are set side by side on a page.
const ACTS_SHOWN_MAX: usize = 50;

/// The acts that were not within what was granted; `None` where there are none, or no grant is known.
pub(in crate::page) fn table(case: &Case) -> Option<AnyView> {
    let acts = case.dossier.acts_beside_grants();
    if acts.is_empty() {
        return None;
    }
    let zone = Frame::current().zone.clone();
    let more = acts.len().saturating_sub(ACTS_SHOWN_MAX);
    let rows = acts.iter().take(ACTS_SHOWN_MAX).map(|(event, side)| {
        let (line, href) = (case.event_line(event, &zone), case.event_url(&event.id));
        view! {
            <tr role="row">
                <td role="cell" data-label="Act"><a href=href>{line}</a></td>
                <td role="cell" data-label="Asked">{side.asked.clone()}</td>
                <td role="cell" data-label="Granted">{side.granted.clone()}</td>
                <td role="cell" data-label="Done">{side.done.clone()}</td>
                <td role="cell" data-label="So">{so(side)}</td>
            </tr>
        }
    });
    Some(
        view! {
            <div class="scroll" tabindex="0" role="region" aria-label="Asked, granted and done">
                <table class="table" role="table">
                    <caption class="visually-hidden">"Acts of agents, with what was asked for and granted"</caption>
                    <thead><tr role="row">
                        <th role="columnheader" scope="col">"Act"</th><th role="columnheader" scope="col">"Asked"</th>
                        <th role="columnheader" scope="col">"Granted"</th><th role="columnheader" scope="col">"Done"</th>
                        <th role="columnheader" scope="col">"So"</th>
                    </tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            {(more > 0).then(|| view! { <p class="muted">{format!("and {more} more on the timeline")}</p> })}
        }
        .into_any(),
    )
}

/// The decision and why; of grants that are only reported, that they are not weighed.
fn so(side: &SideBySide) -> AnyView {
    match &side.decided {
        Some(decided) => decision(decided).into_any(),
        None => view! { <span class="muted">{NOT_WEIGHED}</span> }.into_any(),
    }
}

/// The decision about an act and why.
pub(in crate::page) fn decision(decided: &Decided) -> impl IntoView + use<> {
    view! { <span class=flag(decided.scope)>{decided.scope.label()}</span><p class="muted">{decided.sentence.clone()}</p> }
}

/// The same for one act, as facts.
pub(in crate::page) fn facts(side: &SideBySide) -> impl IntoView + use<> {
    view! {
        <section>
            <h4>"Asked, granted, done"</h4>
            <dl class="facts">
                <dt>"Asked"</dt><dd>{side.asked.clone()}</dd>
                <dt>"Granted"</dt><dd>{side.granted.clone()}</dd>
                <dt>"Done"</dt><dd>{side.done.clone()}</dd>
                <dt>"So"</dt><dd>{so(side)}</dd>
            </dl>
        </section>
    }
}

fn flag(scope: Scope) -> &'static str {
    match scope {
        Scope::Within => "flag yes",
        Scope::CannotTell | Scope::UnknownAgent => "flag un",
        _ => "flag no",
    }
}

/// The flag of an act in a row of the timeline, where it was not within what was granted.
pub(in crate::page) fn row_flag(decided: &Decided) -> Option<(&'static str, &'static str)> {
    let words = match decided.scope {
        Scope::Within => return None,
        Scope::Unconfirmed => "not confirmed as granted",
        Scope::Outside => "outside its grants",
        Scope::Expired if decided.parts.contains(&ScopePart::Record) => "granted afterwards",
        Scope::Expired => "grant not valid then",
        Scope::Suspended => "agent not active",
        Scope::UnknownAgent | Scope::CannotTell => "within its grants?",
    };
    Some((flag(decided.scope), words))
}
