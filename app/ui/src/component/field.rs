//! Fields of forms. Each shows what was typed when its form comes back, and
//! the sentence about it.

use leptos::prelude::*;

use super::form::FormId;
use crate::frame::{Frame, plain_name};

/// A value to choose and the words for it.
pub type Choice = (String, String);

/// Every word of a vocabulary as choices: `choices(Verb::ALL, Verb::word, Verb::label)`.
pub fn choices<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, label: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter().map(|item| (word(*item).to_string(), label(*item).to_string())).collect()
}

struct Bound {
    id: String,
    value: String,
    error: Option<String>,
}

fn bind(name: &str, stored: String) -> Bound {
    let frame = Frame::current();
    let form = use_context::<FormId>().map_or_else(String::new, |form| form.0);
    let value = frame.typed_value(&form, name).map_or(stored, str::to_string);
    let error = frame.error(&form, name).map(str::to_string);
    let id = format!("{form}-{}", plain_name(name).replace(['.', '/'], "-"));
    Bound { id, value, error }
}

fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (false, false) => None,
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (true, true) => Some(format!("{id}-error {id}-hint")),
    }
}

fn around(bound: &Bound, label: String, hint: Option<String>, control: AnyView) -> impl IntoView + use<> {
    let id = bound.id.clone();
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {control}
            {bound.error.clone().map(|sentence| view! { <p class="error" id=error_id>{sentence}</p> })}
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// A line of text.
#[component]
pub fn Field(
    /// The field's name: the path of the API's field.
    #[prop(into)]
    name: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What it holds now.
    #[prop(optional, into)]
    value: String,
    /// What to write, or why.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
    /// The id of a datalist to choose from.
    #[prop(optional, into)]
    list: Option<String>,
    /// For the browser's memory.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// The key that leads here, if one does.
    #[prop(optional)]
    key: Option<&'static str>,
) -> impl IntoView {
    let bound = bind(&name, value);
    let described = described_by(&bound.id, hint.is_some(), bound.error.is_some());
    let value = if kind == "password" { String::new() } else { bound.value.clone() };
    // A browser leaves line ends out of a line: what has some, sent by a program, would come back as something else.
    if value.contains('\n') {
        return around(&bound, label, hint, area(&bound, name, 3, required, described)).into_any();
    }
    let control = view! {
        <input type=kind id=bound.id.clone() name=name value=value required=required list=list autocomplete=autocomplete
            autofocus=autofocus data-key=key aria-describedby=described aria-invalid=bound.error.is_some().then_some("true")/>
    };
    around(&bound, label, hint, control.into_any()).into_any()
}

/// Several lines of text. The only place that writes a `textarea`: its text must be escaped by hand.
#[component]
pub fn TextArea(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What it holds now.
    #[prop(optional, into)]
    value: String,
    /// What to write.
    #[prop(optional, into)]
    hint: Option<String>,
    /// How many lines are shown.
    #[prop(default = 4)]
    rows: u32,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let bound = bind(&name, value);
    let described = described_by(&bound.id, hint.is_some(), bound.error.is_some());
    around(&bound, label, hint, area(&bound, name, rows, required, described))
}

fn area(bound: &Bound, name: String, rows: u32, required: bool, described: Option<String>) -> AnyView {
    // The first line break after the tag is swallowed by browsers; one more keeps a text that begins with one whole.
    let text = format!("\n{}", escape(&bound.value));
    view! {
        <textarea id=bound.id.clone() name=name rows=rows.to_string() required=required aria-describedby=described
            aria-invalid=bound.error.is_some().then_some("true") inner_html=text></textarea>
    }
    .into_any()
}

/// Escapes text for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// One of several.
#[component]
pub fn Select(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What to choose from.
    options: Vec<Choice>,
    /// What is chosen now.
    #[prop(optional, into)]
    value: String,
    /// The words for choosing nothing; without them something is always chosen.
    #[prop(optional, into)]
    blank: Option<String>,
    /// Has to be answered, and nothing is chosen in advance: until somebody did, it offers to choose. The door of the
    /// forms refuses it when it is left.
    #[prop(optional)]
    asks: bool,
    /// What to choose.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let asked = (asks && value.is_empty()).then(|| plain_name(&name).to_string());
    let blank = blank.or_else(|| asked.is_some().then(|| "Choose…".to_string()));
    let bound = bind(&name, value);
    let described = described_by(&bound.id, hint.is_some(), bound.error.is_some());
    let chosen = bound.value.clone();
    let control = view! {
        {asked.map(|name| view! { <input type="hidden" name="asks[]" value=name/> })}
        <select id=bound.id.clone() name=name aria-describedby=described aria-invalid=bound.error.is_some().then_some("true")>
            {blank.map(|words| view! { <option value="">{words}</option> })}
            {options.into_iter().map(|(value, words)| { let selected = value == chosen; view! { <option value=value selected=selected>{words}</option> } }).collect_view()}
        </select>
    };
    around(&bound, label, hint, control.into_any())
}

/// Any of several, as boxes to tick. The name ends in `[]`.
#[component]
pub fn Many(
    /// The field's name, ending in `[]`.
    #[prop(into)]
    name: String,
    /// What they are.
    #[prop(into)]
    label: String,
    /// What to choose from.
    mut options: Vec<Choice>,
    /// What is chosen now.
    #[prop(optional)]
    value: Vec<String>,
    /// The words when there is nothing to choose from.
    #[prop(default = "Nothing to choose from yet.")]
    empty: &'static str,
) -> impl IntoView {
    let frame = Frame::current();
    let bound = bind(&name, String::new());
    let form = use_context::<FormId>().map_or_else(String::new, |form| form.0);
    // What is chosen comes first, in its order: the form sends it as it is kept, and so changes nothing.
    let place = |option: &Choice| value.iter().position(|kept| *kept == option.0).unwrap_or(usize::MAX);
    options.sort_by_key(place);
    let chosen: Vec<String> = frame.typed_values(&form, &name).map_or(value, <[String]>::to_vec);
    let none = options.is_empty();
    view! {
        <fieldset class="choices">
            <legend>{label}</legend>
            <input type="hidden" name=name.clone() value=""/>
            {none.then(|| view! { <p class="hint">{empty}</p> })}
            {options.into_iter().map(|(value, words)| {
                let checked = chosen.contains(&value);
                view! { <label><input type="checkbox" name=name.clone() value=value checked=checked/> {words}</label> }
            }).collect_view()}
            {bound.error.map(|sentence| view! { <p class="error">{sentence}</p> })}
        </fieldset>
    }
}

/// One of a few, all of them in sight.
#[component]
pub fn Radios(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What to choose from.
    options: Vec<Choice>,
    /// What is chosen now.
    #[prop(optional, into)]
    value: String,
    /// `tri`, `levels` or `choices`.
    #[prop(default = "choices")]
    class: &'static str,
) -> impl IntoView {
    let bound = bind(&name, value);
    let (chosen, invalid) = (bound.value.clone(), bound.error.is_some().then_some("true"));
    view! {
        <fieldset class=class data-invalid=invalid>
            <legend>{label}</legend>
            <div>{options.into_iter().map(|(value, words)| {
                let checked = value == chosen;
                view! { <label><input type="radio" name=name.clone() value=value checked=checked/><span>{words}</span></label> }
            }).collect_view()}</div>
            {bound.error.map(|sentence| view! { <p class="error">{sentence}</p> })}
        </fieldset>
    }
}

/// Yes, no or unknown.
#[component]
pub fn TriChoice(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What is known now.
    #[prop(optional)]
    value: domain::Tri,
) -> impl IntoView {
    let options = choices(domain::Tri::ALL, domain::Tri::word, domain::Tri::label);
    view! { <Radios name=name label=label options=options value=value.word() class="tri"/> }
}

/// One box to tick. The name ends in `:b`.
#[component]
pub fn Flag(
    /// The field's name, ending in `:b`.
    #[prop(into)]
    name: String,
    /// What ticking it says.
    #[prop(into)]
    label: String,
    /// Whether it is ticked now.
    #[prop(optional)]
    value: bool,
) -> impl IntoView {
    let bound = bind(&name, String::new());
    let form = use_context::<FormId>().map_or_else(String::new, |form| form.0);
    let frame = Frame::current();
    let checked = frame.typed_values(&form, &name).map_or(value, |typed| typed.iter().any(|typed| typed == "true"));
    // A box that is not ticked sends nothing; the hidden field says “no” for it.
    view! {
        <div class="choices">
            <input type="hidden" name=name.clone() value=""/>
            <label><input type="checkbox" name=name value="true" checked=checked/> {label}</label>
            {bound.error.map(|sentence| view! { <p class="error">{sentence}</p> })}
        </div>
    }
}
