//! Reviews: who attests to have read which evidence, how, and what it held.

use std::collections::{BTreeMap, BTreeSet};

use domain::Id;
use domain::casefile::{CaseItem, Noun};
use domain::review::Review;
use domain::vocabulary::{Depth, EvidenceStatus, FindingClass, ReviewMethod, ReviewOutcome};
use leptos::prelude::*;

use super::{Question, evidence_choices, evidence_link};
use crate::case::Case;
use crate::component::address::encode;
use crate::component::past::history_of;
use crate::component::shell::Empty;
use crate::component::times::{span_text, to_minute};
use crate::component::{Field, Form, Icon, OpenForm, Radios, Select, Sign, TextArea, When, choices};
use crate::island::Understood;
use crate::page::verdict::reader_acted;

/// The attestations and the form for a new one.
pub(super) fn section(case: &Case, asked: &Question) -> impl IntoView + use<> {
    let empty = case.dossier.reviews.is_empty();
    let acted = reader_acted(case);
    let rows = case.dossier.reviews.iter().rev().map(|kept| row(case, kept)).collect_view();
    let may = case.may_review();
    let seconds = case.dossier.evidence.iter().filter_map(|kept| second_asked(case, &kept.id)).collect_view();
    view! {
        <section class="card" id="the-reviews">
            <header>
                <h2>"What is reviewed"</h2>
                {(may && !acted).then(|| view! { <div class="actions">{form(case, asked)}</div> })}
            </header>
            {(may && acted).then(|| view! { <div class="notice warn"><Icon name="lock"/><div>"You are an actor in this incident, so you cannot review its evidence. Ask somebody who took no part."</div></div> })}
            {empty.then(|| view! {
                <Empty title="Nobody has reviewed anything" text="A log nobody read proves nothing. A review is an attestation: this person read these records of this span, in this way, and found this. It counts when it goes through every record or a query, looks past the names, and comes from somebody who took no part. A verified no-op needs two different reviewers."/>
            })}
            <ul class="hairline">{rows}</ul>
            {seconds}
        </section>
    }
}

fn row(case: &Case, kept: &CaseItem<Review>) -> impl IntoView + use<> {
    let review = &kept.record;
    let who = review.attested.by.name.clone();
    let when = to_minute(review.attested.at);
    let words = format!("{}, {}", review.method.label().to_lowercase(), review.depth.label().to_lowercase());
    let found = match review.records {
        None => String::new(),
        Some(1) => "; 1 record was looked at".into(),
        Some(records) => format!("; {records} records were looked at"),
    };
    let adverse = matches!(review.outcome, ReviewOutcome::Unauthorised | ReviewOutcome::Inconclusive);
    let may_revoke = case.may_review() && review.revoked.is_none();
    view! {
        <li id=format!("review-{}", review.id) class="stack" data-item="" tabindex="0">
            <div class="spread">
                <p><b class="who">{who}</b> " reviewed " {evidence_link(case, &review.evidence)} ", " {span_text(Some(review.from), Some(review.to))}</p>
                <small class="muted"><When time=when/></small>
            </div>
            <p>{adverse.then(|| view! { <Sign kind="x"/> " " })} "Found: " <b>{review.outcome.label().to_lowercase()}</b> <span class="muted">" · " {words} {found}</span></p>
            {(!review.query.is_empty()).then(|| view! { <p class="muted">"Question: " <code>{review.query.clone()}</code></p> })}
            {review.doubts().into_iter().map(|doubt| view! { <p><Sign kind="un"/> " " {doubt}</p> }).collect_view()}
            {classes(review)}
            {review.result_sha256.clone().map(result)}
            {(!review.note.is_empty()).then(|| view! { <p>{review.note.clone()}</p> })}
            {why_not(case, review).map(|why| view! { <p><Sign kind="un"/> " " {why}</p> })}
            <div class="actions">
                {may_revoke.then(|| revoke(case, review))}
                {history_of(case, Noun::Review, &review.id, &format!("the review by {}", review.attested.by.name))}
            </div>
        </li>
    }
}

/// How many of the records were classified as what, and how many were not.
fn classes(review: &Review) -> Option<AnyView> {
    let records = review.records.filter(|records| *records > 0)?;
    let words = class_counts(&review.classes, records);
    Some(view! { <p class="muted">"Classified: " {words}</p> }.into_any())
}

/// `12 authorised, 1 denied attempt, 3 not classified`.
pub(in crate::page) fn class_counts(classes: &BTreeMap<FindingClass, u64>, records: u64) -> String {
    let left = records.saturating_sub(classes.values().sum());
    let told = classes.iter().map(|(class, count)| format!("{count} {}", class.label().to_lowercase()));
    let left = (left > 0).then(|| format!("{left} not classified"));
    told.chain(left).collect::<Vec<_>>().join(", ")
}

/// What the records came to, so that anybody can ask the same again and compare.
fn result(sha256: String) -> impl IntoView {
    let short: String = sha256.chars().take(12).collect();
    view! {
        <details><summary>"Result " <code>{short}"…"</code></summary><p class="muted">"SHA-256 over the records that were looked at: " <code>{sha256}</code></p></details>
    }
}

/// Where one reviewer has covered an item, that a second one is asked for: a verified no-op needs two.
pub(in crate::page) fn second_asked(case: &Case, evidence: &Id) -> Option<AnyView> {
    let counting =
        case.dossier.reviews.iter().filter(|kept| kept.evidence == *evidence && why_not(case, kept).is_none());
    let people: BTreeSet<&Id> = counting.map(|kept| &kept.attested.by.id).collect();
    let item = case.dossier.evidence.get(evidence)?;
    if people.len() != 1 || item.records.is_none() {
        return None;
    }
    let href = case.url(&format!("evidence/{}/review", encode(evidence.as_str())));
    Some(view! { <p><Sign kind="un"/> " A second reviewer is asked for: " <a href=href>"review " {item.name.clone()}</a></p> }.into_any())
}

/// Why a review does not count towards what is reviewed.
fn why_not(case: &Case, review: &Review) -> Option<String> {
    if let Some(revoked) = &review.revoked {
        return Some(format!("Revoked by {}: {}", revoked.stamp.by.name, revoked.reason));
    }
    let intact = case.dossier.evidence.get(&review.evidence).is_some_and(|item| item.status == EvidenceStatus::Intact);
    let why = match (review.method, review.depth) {
        _ if case.dossier.is_incident_actor(&review.attested.by) => "its reviewer took part in the incident.",
        _ if !intact => "its evidence is not intact.",
        (ReviewMethod::Sampled, _) => "a sample says nothing about the rest.",
        (ReviewMethod::Automated, _) => "nobody looked; a person has to.",
        (_, Depth::NamesOnly) => "names alone do not show what was done.",
        _ => return None,
    };
    Some(format!("Does not count: {why}"))
}

fn revoke(case: &Case, review: &Review) -> impl IntoView + use<> {
    let action = case.url(&format!("reviews/{}/revoke", encode(review.id.as_str())));
    let form = format!("revoke-{}", review.id);
    view! {
        <OpenForm label="Revoke" form=form.clone() quiet=true>
            <Form id=form action=action submit="Revoke it" danger=true>
                <TextArea name="reason" label="Why the review no longer stands" rows=2 required=true/>
            </Form>
        </OpenForm>
    }
}

fn form(case: &Case, asked: &Question) -> impl IntoView + use<> {
    let action = case.url("reviews");
    let open = !asked.evidence.is_empty();
    let (items, evidence, (from, to)) = (evidence_choices(case), asked.evidence.clone(), asked.span(case));
    view! {
        <OpenForm label="Attest a review" form="review" open=open>
            <Form id="review" action=action submit="Attest">
                <Select name="evidence" label="Evidence" options=items value=evidence blank="Choose an item" hint="Where records were read of an item, its own page of review shows them, counts them and keeps the query."/>
                <div class="row">
                    <div><Field name="from" label="From" value=from required=true/><Understood input="review-from".to_string()/></div>
                    <div><Field name="to" label="Until" value=to required=true/><Understood input="review-to".to_string()/></div>
                </div>
                <Field name="query" label="What was asked of the records" hint="Such as: every read of repo-a by anybody outside the team."/>
                <div class="row">
                    <Select name="method" label="How" options=choices(ReviewMethod::ALL, ReviewMethod::word, ReviewMethod::label) blank="choose" hint="A sample or a machine's look is kept, and does not count."/>
                    <Select name="depth" label="How deep" options=choices(Depth::ALL, Depth::word, Depth::label) blank="choose"/>
                </div>
                <Radios name="outcome" label="What was found" options=choices(ReviewOutcome::ALL, ReviewOutcome::word, ReviewOutcome::label)/>
                <TextArea name="note" label="Note" rows=2/>
                <p class="hint">"You attest with your name. A review is never edited: it can be revoked, with a reason."</p>
            </Form>
        </OpenForm>
    }
}
