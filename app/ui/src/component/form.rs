//! Forms: plain posts that keep what was typed.

use leptos::context::Provider;
use leptos::prelude::*;

use super::field::Choice;
use super::unsaved;
use crate::frame::Frame;

/// The id of the form around a field.
#[derive(Clone)]
pub struct FormId(pub String);

/// A form. On refusal the page comes back with what was typed and a sentence
/// beside each field; on success the browser goes where the act shows.
#[component]
pub fn Form(
    /// Unique on the page; also the anchor.
    #[prop(into)]
    id: String,
    /// Where it is posted.
    #[prop(into)]
    action: String,
    /// The words on the button.
    #[prop(into)]
    submit: String,
    /// The version of the record being edited.
    #[prop(optional)]
    seen: Option<u64>,
    /// `multipart/form-data` for uploads.
    #[prop(optional)]
    enctype: Option<&'static str>,
    /// What it writes, below the incident, where what is typed is kept until it is saved: `events/<id>`.
    #[prop(optional, into)]
    keep: Option<String>,
    /// A dangerous act.
    #[prop(optional)]
    danger: bool,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let frame = Frame::current();
    let came_back = frame.typed.form == id;
    // Who typed on an older version still has seen only that one: what others wrote since must not be undone.
    let seen = frame.typed_value(&id, "seen").and_then(|seen| seen.parse().ok()).or(seen);
    let offer = keep.as_ref().and_then(|record| unsaved::offer(&id, record));
    let used = frame.typed_value(&id, "used").map(str::to_string);
    let detail = came_back.then(|| frame.typed.detail.clone()).flatten();
    let button = if danger { "btn danger" } else { "btn p" };
    let (anchor, name) = (id.clone(), id.clone());
    view! {
        {offer}
        <form method="post" action=action id=anchor class="form" enctype=enctype>
            <input type="hidden" name="form" value=name/>
            {keep.map(|record| view! { <input type="hidden" name="keep" value=record/> })}
            <input type="hidden" name="at" value=frame.at.clone()/>
            {used.map(|page| view! { <input type="hidden" name="used" value=page/> })}
            {seen.map(|version| view! { <input type="hidden" name="seen" value=version.to_string()/> })}
            {detail.map(|sentence| view! { <p class="notice stop" role="alert">{sentence}</p> })}
            <Provider value=FormId(id)>{children()}</Provider>
            <div class="actions"><button type="submit" class=button>{submit}</button></div>
        </form>
    }
}

/// A form that opens where the thing will be. It is open already when it came back.
#[component]
pub fn OpenForm(
    /// The words that open it.
    #[prop(into)]
    label: String,
    /// The id of the form inside.
    #[prop(into)]
    form: String,
    /// The key that opens it, if one does.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Open from the start.
    #[prop(optional)]
    open: bool,
    /// A quiet button instead of a plain one.
    #[prop(optional)]
    quiet: bool,
    /// The form.
    children: Children,
) -> impl IntoView {
    let frame = Frame::current();
    let open = open || frame.typed.form == form || frame.waits(&form);
    let class = if quiet { "btn quiet small" } else { "btn" };
    view! {
        <details class="open-form" id=format!("open-{form}") open=open data-key=key>
            <summary class=class>{label}{key.map(|key| view! { " " <kbd>{key}</kbd> })}</summary>
            {children()}
        </details>
    }
}

/// A button that is a form of its own: one act, nothing to fill in.
#[component]
pub fn ActButton(
    /// Where it is posted.
    #[prop(into)]
    action: String,
    /// The words on it.
    #[prop(into)]
    label: String,
    /// What it does, for those who hear the page, where the words are short.
    #[prop(optional, into)]
    title: Option<String>,
    /// The version of the record it acts on.
    #[prop(optional)]
    seen: Option<u64>,
    /// Fields it sends along.
    #[prop(optional)]
    fields: Vec<(&'static str, String)>,
    /// Unique on the page, where several buttons post to the same place.
    #[prop(optional, into)]
    id: Option<String>,
    /// The classes of the button.
    #[prop(default = "btn quiet small")]
    class: &'static str,
) -> impl IntoView {
    let frame = Frame::current();
    let id = id.unwrap_or_else(|| format!("act-{}", action.replace(['/', '?', '='], "-")));
    let detail = refused(&frame, &id);
    let name = id.clone();
    view! {
        <form method="post" action=action id=id class="inline-form">
            <input type="hidden" name="form" value=name/>
            <input type="hidden" name="at" value=frame.at.clone()/>
            {seen.map(|version| view! { <input type="hidden" name="seen" value=version.to_string()/> })}
            {fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
            <button type="submit" class=class aria-label=title>{label}</button>
            {detail.map(|sentence| view! { <span class="error" role="alert">{sentence}</span> })}
        </form>
    }
}

/// Several buttons, one choice: the one that is pressed sends its value.
#[component]
pub fn Chooser(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// Where it is posted.
    #[prop(into)]
    action: String,
    /// What is chosen, for those who hear the page.
    #[prop(into)]
    label: String,
    /// The name of the field that is chosen.
    name: &'static str,
    /// The values and the words on their buttons.
    options: Vec<Choice>,
    /// What is chosen now.
    #[prop(optional, into)]
    value: String,
    /// Fields it sends along.
    #[prop(optional)]
    fields: Vec<(&'static str, String)>,
) -> impl IntoView {
    let frame = Frame::current();
    let (detail, form) = (refused(&frame, &id), id.clone());
    view! {
        <form method="post" action=action id=id class="inline-form chooser">
            <input type="hidden" name="form" value=form/>
            <input type="hidden" name="at" value=frame.at.clone()/>
            {fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
            <div role="group" aria-label=label>
                {options.into_iter().map(|(option, words)| {
                    let pressed = (option == value).then_some("true");
                    view! { <button type="submit" class="btn small" name=name value=option aria-pressed=pressed>{words}</button> }
                }).collect_view()}
            </div>
            {detail.map(|sentence| view! { <span class="error" role="alert">{sentence}</span> })}
        </form>
    }
}

/// The sentence about a form without fields that came back.
fn refused(frame: &Frame, id: &str) -> Option<String> {
    let typed = (frame.typed.form == id).then_some(&frame.typed)?;
    typed.detail.clone().or_else(|| typed.errors.values().next().cloned())
}
