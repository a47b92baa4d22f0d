//! Where the postmortem stands, and the way on: draft, in review, approved, published.

use domain::postmortem::{Postmortem, PostmortemStatus};
use domain::time::Zone;
use leptos::prelude::*;

use super::html::PostmortemHtml;
use crate::case::Case;
use crate::component::times::to_minute;
use crate::component::{ActButton, Icon, Sign, When};
use crate::frame::Frame;

pub(super) fn bar(case: &Case, html: &PostmortemHtml) -> impl IntoView + use<> {
    let postmortem = case.dossier.postmortem();
    let now = postmortem.status;
    let steps = PostmortemStatus::ALL.iter().map(|status| view! { <li class=if *status == now { "badge" } else { "badge plain" } aria-current=(*status == now).then_some("step")>{status.label()}</li> });
    let steps = steps.collect_view();
    view! {
        {stale(html)}
        <section class="card" id="standing">
            <header><h2>"Status"</h2><div class="actions">{exports(case)}</div></header>
            <ol class="badges" aria-label="From draft to published">{steps}</ol>
            {so_far(&postmortem)}
            {next(case, &postmortem)}
        </section>
    }
}

/// What was published says more than is so now.
fn stale(html: &PostmortemHtml) -> Option<AnyView> {
    let told = html.stale.clone()?;
    Some(view! {
        <div class="notice stop"><Icon name="warn"/><div><span inner_html=told></span>" Publish a new revision, and tell those who have the old one."</div></div>
    }
    .into_any())
}

fn exports(case: &Case) -> impl IntoView + use<> {
    let zone = Frame::current().zone.name().replace('+', "%2B");
    let zone = if zone == Zone::utc().name() { String::new() } else { format!("&zone={zone}") };
    let file = |query: &str, words: &'static str| {
        let href = case.url(&format!("export?{query}{zone}"));
        view! { <a class="btn quiet small" href=href download=""><Icon name="download"/>" "{words}</a> }
    };
    view! {
        {file("format=md", "Export Markdown")}
        <a class="btn quiet small" href=case.url("wording")>"Public export"</a>
        {file("format=html", "HTML")}
        {file("format=docx", "Word")}
        {file("format=json", "JSON")}
        {file("format=csv", "Timeline as CSV")}
        <a class="btn quiet small" href=case.url("export?format=bundle") download=""><Icon name="download"/>" Bundle"</a>
    }
}

/// Who has done what on the way.
fn so_far(postmortem: &Postmortem) -> impl IntoView + use<> {
    let step = |words: &'static str, stamp: Option<&domain::Stamp>| {
        let (name, at) = stamp.map(|stamp| (stamp.by.name.clone(), to_minute(stamp.at)))?;
        Some(view! { <li>{words}" by "{name}", "<When time=at/></li> })
    };
    let lines = (step("Sent to review", postmortem.submitted.as_ref()), step("Approved", postmortem.approved.as_ref()));
    let any = lines.0.is_some() || lines.1.is_some();
    any.then(|| view! { <ul class="muted">{lines}</ul> })
}

/// The acts that this standing allows.
fn next(case: &Case, postmortem: &Postmortem) -> AnyView {
    let act = |path: &str, label: &'static str, class: &'static str| view! { <ActButton action=case.url(&format!("postmortem/{path}")) label=label class=class/> };
    let reader = Frame::current().reader.as_ref().map(|reader| reader.id.clone());
    let submitter = postmortem.submitted.as_ref().is_some_and(|stamp| Some(&stamp.by.id) == reader.as_ref());
    let (edit, review) = (case.may_edit(), case.may_review());
    match postmortem.status {
        PostmortemStatus::Draft => view! {
            <p>"The sections are being written. Whoever sends it to review cannot approve it."</p>
            {blockers(case)}
            {edit.then(|| view! { <div class="actions">{act("submit", "Send to review", "btn p")}</div> })}
        }
        .into_any(),
        PostmortemStatus::InReview => view! {
            <p>{if submitter { "You sent it to review, so somebody else approves it." } else { "Somebody other than the one who sent it reads it now and approves it, or sends it back." }}</p>
            {blockers(case)}
            <div class="actions">
                {(review && !submitter).then(|| act("approve", "Approve", "btn p"))}
                {edit.then(|| act("reopen", "Back to draft", "btn"))}
            </div>
        }
        .into_any(),
        PostmortemStatus::Approved => view! {
            {blockers(case)}
            {edit.then(|| view! { <div class="actions">{act("publish", "Publish", "btn p")}{act("reopen", "Back to draft", "btn")}</div> })}
        }
        .into_any(),
        PostmortemStatus::Published => view! {
            <p>"This revision is frozen. What is changed from now on belongs to the next one. "<a href=case.url("revisions")>"All revisions"</a></p>
            {edit.then(|| view! { <div class="actions">{act("reopen", "Begin a new revision", "btn")}</div> })}
        }
        .into_any(),
    }
}

/// What keeps the postmortem from being published.
fn blockers(case: &Case) -> AnyView {
    let missing = case.dossier.publishing_blockers(case.verdict());
    if missing.is_empty() {
        return view! { <p id="blockers"><Sign kind="ok"/>" Nothing is missing to publish it."</p> }.into_any();
    }
    let line = |blocker: domain::postmortem::Blocker| view! { <li><Sign kind="x"/><a href=case.url(blocker.page)>{case.say(&blocker.sentence)}</a></li> };
    let lines = missing.into_iter().map(line).collect_view();
    view! { <p id="blockers">"Still missing before it can be published:"</p><ul class="todo">{lines}</ul> }.into_any()
}
