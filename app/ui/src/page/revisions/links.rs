//! Links by which anybody reads the public text of a revision.

use domain::sharing::{DAYS, DAYS_MAX, LinkState, SharedLink};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::day::Day;
use crate::component::times::to_minute;
use crate::component::{ActButton, Field, Form, Icon, When};
use crate::frame::Frame;

/// The links to a revision, and the form that makes one.
pub fn card(case: &Case, number: u32, fresh: Option<&str>) -> impl IntoView + use<> {
    let mut links: Vec<&SharedLink> = case.dossier.shared_links.iter().map(|kept| &kept.record).collect();
    links.retain(|link| link.revision == number);
    links.sort_by_key(|link| (std::cmp::Reverse(link.made.at), link.id.clone()));
    let rows = links.iter().map(|link| row(case, link)).collect_view();
    let table = (!links.is_empty()).then(|| {
        let heads = ["Made", "Opens until", "State", "Revoke"];
        view! {
            <table class="table" role="table" aria-label="Shared links">
                <thead role="rowgroup"><tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).into_iter().collect_view()}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        }
    });
    let form = case.may_edit().then(|| {
        let hint = format!("At most {DAYS_MAX}. A link can be revoked before.");
        view! {
            <Form id="share" action=case.url(&format!("revisions/{number}/links")) submit="Make a link">
                <Field name="days:n" label="Days until it expires" kind="number" value=DAYS.to_string() hint=hint/>
            </Form>
        }
    });
    view! {
        <section class="card" id="links">
            <header><h2>"Shared links"</h2></header>
            {fresh.map(|link| shown_once(link.to_string()))}
            <p class="muted">"Whoever has such a link reads the public text of this revision and takes its files along, without an account. Search engines are told to leave it out. A link goes on showing what was published, also where somebody was marked private since: then revoke it."</p>
            {table}
            {form}
        </section>
    }
}

fn shown_once(link: String) -> impl IntoView {
    let href = link.clone();
    view! {
        <div class="notice info" role="status">
            <Icon name="link"/>
            <div>
                <p><b>"The link is ready."</b>" Copy its address now: it is shown only this once, and only its digest is kept."</p>
                <p><a href=href rel="noreferrer"><code>{link}</code></a></p>
            </div>
        </div>
    }
}

fn row(case: &Case, link: &SharedLink) -> impl IntoView + use<> {
    let state = link.state(Frame::current().now);
    let revoked = link.revoked.as_ref().map(|stamp| {
        view! { <br/><small class="muted">"by "{stamp.by.name.clone()}", "<When time=to_minute(stamp.at)/></small> }
    });
    let class = if state == LinkState::Open { "flag" } else { "flag off" };
    let revoke = (state == LinkState::Open && case.may_edit()).then(|| {
        let action = case.url(&format!("links/{}/delete", link.id));
        view! { <ActButton action=action label="Revoke" title="Revoke this link" class="btn danger small"/> }
    });
    let label = revoke.is_some().then_some("Revoke");
    let name = link.made.by.name.clone();
    view! {
        <tr role="row" id=format!("link-{}", link.id)>
            <th scope="row" role="rowheader"><When time=to_minute(link.made.at)/><br/><small class="muted">"by "{name}</small></th>
            <td role="cell" data-label="Opens until"><Day at=link.until/></td>
            <td role="cell" data-label="State"><span class=class>{state.label()}</span>{revoked}</td>
            <td role="cell" data-label=label>{revoke}</td>
        </tr>
    }
}
