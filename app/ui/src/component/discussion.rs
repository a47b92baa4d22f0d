//! What is said about a record or a section: comments, folded away until somebody looks.

use domain::casefile::{CaseItem, Noun};
use domain::comment::Comment;
use leptos::prelude::*;

use super::address::slug;
use super::past::history_of;
use super::times::to_minute;
use super::{ActButton, Form, TextArea, When};
use crate::case::Case;
use crate::frame::Frame;
use crate::markdown::talk;

/// The comments on `about`, such as `gap/<id>`, and the form that adds one. `name` says what it is about.
pub fn discussion(case: &Case, about: &str, name: &str) -> Option<AnyView> {
    let comments: Vec<_> = case.dossier.comments.iter().filter(|comment| comment.about == about).collect();
    if comments.is_empty() && !case.may_review() {
        return None;
    }
    let form = format!("comment-on-{}", slug(about));
    let came_back = Frame::current().typed.form == form || Frame::current().waits(&form);
    let open = comments.iter().filter(|comment| comment.resolved.is_none()).count();
    let label = match (comments.len(), open) {
        (0, _) => "Comment".to_string(),
        (all, 0) => format!("Comments ({all}, resolved)"),
        (all, open) => format!("Comments ({all}, {open} open)"),
    };
    let shown = comments.into_iter().map(|comment| one(case, comment)).collect_view();
    let (about, name) = (about.to_string(), name.to_string());
    Some(
        view! {
            <details class="discussion" open=came_back>
                <summary>{label}<span class="visually-hidden">" on "{name}</span></summary>
                {shown}
                {case.may_review().then(|| view! {
                    <Form id=form action=case.url("comments") submit="Comment" keep=format!("comments/{about}")>
                        <input type="hidden" name="about" value=about.clone()/>
                        <TextArea name="body" label="Your comment" rows=3 required=true hint="Markdown works. @name tells somebody."/>
                    </Form>
                })}
            </details>
        }
        .into_any(),
    )
}

/// A comment with its buttons.
pub fn one(case: &Case, comment: &CaseItem<Comment>) -> impl IntoView + use<> {
    let (name, at) = (comment.said.by.spoken(), to_minute(comment.said.at));
    let (act, title) = match comment.resolved {
        Some(_) => ("Open again", format!("Open the comment of {name} again")),
        None => ("Resolve", format!("Resolve the comment of {name}")),
    };
    let history = format!("the comment of {name}");
    let resolved = comment.resolved.as_ref().map(|stamp| format!("resolved by {}", stamp.by.name));
    let resolve = case.url(&format!("comments/{}/resolve", comment.id));
    view! {
        <article class="comment" id=format!("comment-{}", comment.id)>
            <header><b>{name}</b> <When time=at/> {resolved.map(|words| view! { <span class="muted">{words}</span> })}</header>
            <div class="md" inner_html=talk(&comment.body, &Frame::current().people)></div>
            <div class="actions">
                {case.may_review().then(|| view! { <ActButton action=resolve label=act title=title/> })}
                {history_of(case, Noun::Comment, &comment.id, &history)}
            </div>
        </article>
    }
}
