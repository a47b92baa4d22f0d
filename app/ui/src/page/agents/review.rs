//! Reviewing: a page on which every grant is kept, narrowed or revoked, and the reviews that were made.

use std::collections::BTreeMap;

use domain::agent::{Agent, AgentCase, AgentReview, Grant, ReviewedAs, Usage};
use domain::casefile::CaseItem;
use domain::timeline::Verb;
use leptos::prelude::*;

use super::grants::{ceiling_text, narrower, sentence};
use crate::component::day::Day;
use crate::component::shell::{Empty, One};
use crate::component::{Field, Form, Radios, TextArea, choices};
use crate::frame::Frame;
use crate::markdown::to_html;

/// The page of a review.
pub fn page(agent: &Agent, case: &AgentCase, used: &BTreeMap<Verb, u64>) -> AnyView {
    let now = Frame::current().now;
    let open: Vec<&CaseItem<Grant>> =
        case.grants.iter().filter(|grant| grant.ends().is_none_or(|end| end > now)).collect();
    let (href, action) = (format!("/agents/{}", agent.id), format!("/agents/{}/reviews", agent.id));
    let name = agent.name.clone();
    let rows =
        open.iter().enumerate().map(|(place, grant)| row(place, grant, Usage::of(grant, used))).collect::<Vec<_>>();
    let body = if open.is_empty() {
        let note = "This agent has no grants. You can still record that it was reviewed.";
        view! { <p>{note}</p><Form id="review" action=action submit="Save review" keep="reviews"><TextArea name="note" label="Note" rows=2/></Form> }.into_any()
    } else {
        view! {
            <Form id="review" action=action submit="Save review" keep="reviews">
                {rows}
                <TextArea name="note" label="Note on the review" rows=2 hint="Markdown works."/>
            </Form>
        }
        .into_any()
    };
    view! {
        <One>
            <nav class="crumbs" aria-label="Path"><a href="/agents">"Agents"</a><a href=href>{name.clone()}</a></nav>
            <h1>{format!("Review the grants of {name}")}</h1>
            <p class="muted">"Keep, narrow or revoke each grant, and write the reason."</p>
            <section class="card">{body}</section>
        </One>
    }
    .into_any()
}

fn row(place: usize, grant: &CaseItem<Grant>, usage: Option<Usage>) -> impl IntoView + use<> {
    let name = |field: &str| format!("grants.{place}.{field}");
    let (id, mut record) = (grant.id.to_string(), grant.record.clone());
    let usage = usage.filter(Usage::is_narrower);
    let narrows = usage.as_ref().is_some_and(|usage| !usage.used.is_empty());
    if let Some(usage) = usage.as_ref().filter(|_| narrows) {
        record.verbs.clone_from(&usage.used);
    }
    let seen = usage.map(|usage| {
        let verbs: Vec<&str> = usage.used.iter().map(|verb| verb.label()).collect();
        let verbs = if verbs.is_empty() { String::new() } else { format!(": {}", verbs.join(", ")) };
        let rest = if narrows { "“Narrow it to” is filled in with these." } else { "It may not be needed any more." };
        view! { <p class="notice info">{usage.sentence()}{verbs}" (logs and timelines of incidents you may see). "{rest}</p> }
    });
    let anchor = format!("review-grant-{id}");
    let task = (!grant.task.text.is_empty()).then(|| format!(" Task: {}.", grant.task.text));
    let outcomes = choices(ReviewedAs::ALL, ReviewedAs::word, |outcome| match outcome {
        ReviewedAs::Kept => "Keep",
        ReviewedAs::Narrowed => "Narrow",
        ReviewedAs::Revoked => "Revoke",
    });
    view! {
        <fieldset id=anchor>
            <legend>{sentence(grant)}</legend>
            <p class="muted">{ceiling_text(grant.ceiling)}". "{grant.rationale.clone()}{task}" Valid from "<Day at=grant.from/>"."</p>
            {seen}
            <input type="hidden" name=name("grant") value=id/>
            <Radios name=name("outcome") label="Decision" options=outcomes class="choices across"/>
            <Field name=name("reason") label="Reason"/>
            <details>
                <summary>"Narrow it to"</summary>
                {narrower(&name("to"), grant, &record)}
            </details>
        </fieldset>
    }
}

/// The reviews that were made, the newest first.
pub(super) fn past(case: &AgentCase) -> impl IntoView + use<> {
    let body = if case.reviews.is_empty() {
        view! { <Empty title="No reviews yet" text="In a review, a person keeps, narrows or revokes every grant and writes the reason."/> }.into_any()
    } else {
        let rows = case.reviews.iter().rev().map(|review| shown(case, review)).collect_view();
        view! { <ul class="hairline">{rows}</ul> }.into_any()
    };
    view! { <section class="card" id="reviews"><header><h2>"Reviews"</h2><small class="muted">{case.reviews.len().to_string()}</small></header>{body}</section> }
}

fn shown(case: &AgentCase, review: &CaseItem<AgentReview>) -> impl IntoView + use<> {
    let rows = review.grants.iter().map(|one| {
        let of = case.grants.get(&one.grant).map_or_else(|| "a grant".to_string(), |grant| sentence(grant));
        let class = if one.outcome == ReviewedAs::Kept { "flag" } else { "flag un" };
        view! { <li><span class=class>{one.outcome.label()}</span>" "{of}": "{one.reason.clone()}</li> }
    });
    let note = (!review.note.is_empty())
        .then(|| view! { <div class="md" inner_html=to_html(&review.note).to_string()></div> });
    let withdrawn = review.taken_back.as_ref().map(|stamp| {
        let by = stamp.by.spoken();
        view! { <p><span class="flag off">"withdrawn"</span>" "{format!("by {by}, ")}<Day at=stamp.at/></p> }
    });
    view! {
        <li class="stack" id=format!("review-{}", review.id) data-item tabindex="0">
            <h3>{review.by.spoken()}", "<Day at=review.at/></h3>
            {withdrawn}
            <ul class="stack">{rows.collect_view()}</ul>
            {note}
        </li>
    }
}
