//! Two people changed the same fields: what it was, what it is now, what this
//! reader wrote; and a form in which theirs is still in the fields.

use domain::TimeRange;
use domain::draft::typed_list;
use domain::time::show_time;
use leptos::prelude::*;
use serde_json::Value;

use crate::capital::in_capital;
use crate::component::shell::One;
use crate::component::{Field, Flag, Form, TextArea, time_text};
use crate::frame::Frame;

const FORM: &str = "conflict";

/// The form that was sent.
#[derive(Debug, Clone, Copy)]
pub struct Posted<'a> {
    /// Where it was posted.
    pub action: &'a str,
    /// Its id.
    pub form: &'a str,
    /// What it writes, where its text is kept until it is saved; blank where it is not.
    pub keep: &'a str,
}

/// Two edits that crossed.
#[derive(Debug, Clone, Copy)]
pub struct Crossed<'a> {
    /// The record as its reader saw it.
    pub base: &'a Value,
    /// As it is now.
    pub theirs: &'a Value,
    /// As its reader wants it; `null` where they want to delete it.
    pub mine: &'a Value,
    /// The fields both changed.
    pub fields: &'a [String],
    /// Whether the form replaces all fields, and not only those it sends.
    pub whole: bool,
    /// The record's version now.
    pub version: u64,
}

/// The page that lets a person resolve a conflict. The form names the present version, so that it overwrites only what
/// its reader has seen.
pub fn conflict_page(crossed: Crossed<'_>, posted: Posted<'_>) -> AnyView {
    if crossed.mine.is_null() {
        return delete_page(crossed, posted);
    }
    let Crossed { base, theirs, mine, fields, whole, version } = crossed;
    let Posted { action, form, keep } = posted;
    let rows = fields
        .iter()
        .map(|field| row(field, [base, theirs, mine].map(|side| shown(&side[field.as_str()]))))
        .collect_view();
    let wanted: Vec<(String, Value)> =
        fields.iter().map(|field| (field.clone(), mine[field.as_str()].clone())).collect();
    let alone = if whole { the_rest(base, theirs, mine, fields) } else { mine_alone(base, theirs, mine, fields) };
    let (action, form) = (action.to_string(), if form.is_empty() { FORM } else { form }.to_string());
    let heads = ["Field", "When you opened it", "Now", "Yours"];
    let at = Frame::current().at.clone();
    let keep = (!keep.is_empty()).then(|| view! { <input type="hidden" name="keep" value=keep.to_string()/> });
    view! {
        <One>
            <h1>"Somebody changed this while you were editing"</h1>
            <section class="card">
                <header><h2>"The two sides"</h2></header>
                <p>"Nothing is lost and nothing is overwritten. Compare, then save what should stand. Where you changed other fields, those changes are kept."</p>
                <table class="table" role="table" aria-label="The fields both of you changed">
                    <thead role="rowgroup"><tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).into_iter().collect_view()}</tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
            </section>
            <section class="card">
                <header><h2>"What should stand"</h2><small class="muted">"filled with yours"</small></header>
                <Form id=form action=action submit="Save this" seen=version>
                    {keep}
                    {alone}
                    {wanted.iter().map(|(field, value)| input(field, value)).collect_view()}
                </Form>
            </section>
            <p><a class="btn" href=at>"Leave it as it is now"</a></p>
        </One>
    }
    .into_any()
}

/// Somebody changed what this reader is about to delete.
fn delete_page(crossed: Crossed<'_>, posted: Posted<'_>) -> AnyView {
    let Crossed { base, theirs, fields, version, .. } = crossed;
    let action = posted.action.to_string();
    let rows = fields
        .iter()
        .map(|field| {
            let [was, is] = [base, theirs].map(|side| text(shown(&side[field.as_str()])));
            view! {
                <tr role="row">
                    <th scope="row" role="rowheader">{label(field)}</th>
                    <td role="cell" data-label="When you looked at it">{was}</td>
                    <td role="cell" data-label="Now">{is}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = ["Field", "When you looked at it", "Now"];
    let at = Frame::current().at.clone();
    view! {
        <One>
            <h1>"Somebody changed this while you looked at it"</h1>
            <section class="card">
                <header><h2>"What changed"</h2></header>
                <p>"Nothing was deleted. Look at what it says now. What is deleted can be restored from the history."</p>
                <table class="table" role="table" aria-label="The fields that changed">
                    <thead role="rowgroup"><tr role="row">{heads.map(|head| view! { <th scope="col" role="columnheader">{head}</th> }).into_iter().collect_view()}</tr></thead>
                    <tbody role="rowgroup">{rows}</tbody>
                </table>
                <Form id=FORM action=action submit="Delete it all the same" seen=version danger=true>""</Form>
            </section>
            <p><a class="btn" href=at>"Leave it as it is now"</a></p>
        </One>
    }
    .into_any()
}

fn row(field: &str, sides: [String; 3]) -> impl IntoView + use<> {
    let [base, theirs, mine] = sides;
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">{label(field)}</th>
            <td role="cell" data-label="When you opened it">{text(base)}</td>
            <td role="cell" data-label="Now">{text(theirs)}</td>
            <td role="cell" data-label="Yours">{text(mine)}</td>
        </tr>
    }
}

/// Text of several lines keeps them.
fn text(text: String) -> AnyView {
    if !text.contains('\n') {
        return text.into_any();
    }
    let lines = text.lines().map(|line| view! { <span>{line.to_string()}</span> }).collect_view();
    view! { <pre class="diff">{lines}</pre> }.into_any()
}

/// `on_behalf_of` as `On behalf of`.
pub(super) fn label(field: &str) -> String {
    in_capital(&field.replace(['_', '.'], " "))
}

fn as_time(value: &Value) -> Option<TimeRange> {
    value.get("granularity")?;
    serde_json::from_value(value.clone()).ok()
}

/// A value as people read it.
fn shown(value: &Value) -> String {
    if let Some(time) = as_time(value) {
        return show_time(&time, &Frame::current().zone);
    }
    match value {
        Value::Null => "empty".into(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::String(text) if text.is_empty() => "empty".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".into(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{} {}", label(name).to_lowercase(), shown(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Number(number) => number.to_string(),
    }
}

/// A field of the form, filled with what this reader wrote.
fn input(name: &str, value: &Value) -> AnyView {
    if let Some(time) = as_time(value) {
        return view! { <Field name=name.to_string() label=label(name) value=time_text(&time)/> }.into_any();
    }
    match value {
        Value::Bool(yes) => view! { <Flag name=format!("{name}:b") label=label(name) value=*yes/> }.into_any(),
        Value::Number(number) => view! { <Field name=format!("{name}:n") label=label(name) value=number.to_string()/> }.into_any(),
        Value::Array(items) if items.iter().all(|item| item.as_str().is_some_and(|text| !text.contains(','))) => {
            let listed: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            view! { <Field name=format!("{name}:l") label=label(name) value=typed_list(&listed) hint="With commas between."/> }.into_any()
        }
        Value::Array(items) => items.iter().enumerate().map(|(place, item)| input(&format!("{name}.{place}"), item)).collect_view().into_any(),
        Value::Object(fields) => fields.iter().map(|(inner, value)| input(&format!("{name}.{inner}"), value)).collect_view().into_any(),
        Value::String(text) if text.contains('\n') || text.chars().count() > 80 => view! { <TextArea name=name.to_string() label=label(name) value=text.clone() rows=8/> }.into_any(),
        _ => view! { <Field name=name.to_string() label=label(name) value=value.as_str().unwrap_or_default().to_string()/> }.into_any(),
    }
}

/// All other fields as they shall stand, sent along unseen: what the form does not send would be removed.
fn the_rest(base: &Value, theirs: &Value, mine: &Value, fields: &[String]) -> AnyView {
    let all = [theirs, mine].into_iter().filter_map(Value::as_object).flat_map(|side| side.keys());
    let names: std::collections::BTreeSet<&String> = all.filter(|name| !fields.contains(name)).collect();
    let stands = |name: &String| if mine.get(name) == base.get(name) { theirs.get(name) } else { mine.get(name) };
    let sent = names.into_iter().filter_map(|name| Some(hidden(name, stands(name)?))).flatten();
    sent.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view().into_any()
}

/// What this reader changed and nobody else did, sent along unseen.
fn mine_alone(base: &Value, theirs: &Value, mine: &Value, fields: &[String]) -> AnyView {
    let Some(all) = mine.as_object() else { return ().into_any() };
    let alone = all.iter().filter(|(name, value)| {
        !fields.contains(name) && base.get(name) != Some(value) && theirs.get(name) != Some(value)
    });
    let sent: Vec<(String, String)> = alone.flat_map(|(name, value)| hidden(name, value)).collect();
    sent.into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}

/// A value as the fields a form would send for it.
fn hidden(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Null => vec![(name.to_string(), String::new())],
        Value::Bool(yes) => vec![(format!("{name}:b"), yes.to_string())],
        Value::Number(number) => vec![(format!("{name}:n"), number.to_string())],
        Value::String(text) => vec![(name.to_string(), text.clone())],
        Value::Array(items) if items.is_empty() => vec![(format!("{name}:l"), String::new())],
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).map(|text| (format!("{name}[]"), text.to_string())).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(place, item)| hidden(&format!("{name}.{place}"), item)).collect()
        }
        Value::Object(fields) => {
            fields.iter().flat_map(|(inner, value)| hidden(&format!("{name}.{inner}"), value)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_become_the_fields_a_form_would_send() {
        let sent = |value| hidden("x", &value);
        let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
        assert_eq!(sent(json!(3)), [pair("x:n", "3")]);
        assert_eq!(sent(json!(["a, b", "c"])), [pair("x[]", "a, b"), pair("x[]", "c")]);
        assert_eq!(sent(json!([])), [pair("x:l", "")]);
        assert_eq!(sent(json!([{"from": "a", "to": null}])), [pair("x.0.from", "a"), pair("x.0.to", "")]);
        assert_eq!(label("on_behalf_of"), "On behalf of");
    }
}
