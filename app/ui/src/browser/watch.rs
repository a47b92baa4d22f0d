//! What the islands watch.

use std::cell::Cell;
use std::rc::Rc;

use domain::severity::{Dimension, SeverityFacts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::{Element, FormData, HtmlFormElement, HtmlInputElement, RequestInit};

use super::{document, form, sleep};

/// Calls `run` when somebody types, and when a field was filled anew because its form was saved.
fn on_input(element: &Element, run: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(run);
    for name in ["input", "change"] {
        let _ = element.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    }
    closure.forget();
}

/// Asks the server how a time is understood, a moment after the last key.
pub fn understood(input: String, say: WriteSignal<String>) {
    let Some(field) = document()
        .and_then(|document| document.get_element_by_id(&input))
        .and_then(|field| field.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    let turn = Rc::new(Cell::new(0_u32));
    let watched = field.clone();
    on_input(&watched, move || {
        let mine = turn.get() + 1;
        turn.set(mine);
        let (field, turn) = (field.clone(), turn.clone());
        spawn_local(async move {
            sleep(200).await;
            if turn.get() != mine {
                return;
            }
            let text = field.value();
            let answer = if text.trim().is_empty() { String::new() } else { ask(&text).await.unwrap_or_default() };
            if turn.get() == mine {
                say.set(answer);
            }
        });
    });
}

async fn ask(text: &str) -> Result<String, JsValue> {
    let url = format!("/understood?text={}", js_sys::encode_uri_component(text));
    let response = form::fetch(&url, &RequestInit::new()).await?;
    form::text(&response).await
}

/// Rates the form with every choice.
pub fn severity(form: String, say: WriteSignal<String>) {
    let Some(form) = document()
        .and_then(|document| document.get_element_by_id(&form))
        .and_then(|form| form.dyn_into::<HtmlFormElement>().ok())
    else {
        return;
    };
    let watched = form.clone();
    on_input(&watched, move || {
        if let Some(facts) = read_rating(&form) {
            let words = facts.rate().map_or_else(|refusal| refusal.sentence, |severity| severity.sum_up());
            say.set(words);
        }
    });
}

fn read_rating(form: &HtmlFormElement) -> Option<SeverityFacts> {
    let data = FormData::new_with_form(form).ok()?;
    let value = |name: String| data.get(&name).as_string().filter(|value| !value.is_empty());
    let mut facts = SeverityFacts::default();
    for dimension in Dimension::ALL {
        let level = |group: &str| value(format!("{group}.{}:n", dimension.word())).and_then(|level| level.parse().ok());
        facts.dimensions.insert(*dimension, level("dimensions"));
        facts.worst_credible.insert(*dimension, level("worst_credible"));
    }
    facts.ongoing = value("ongoing:b".into()).is_some();
    if let Some(class) = value("class".into()).and_then(|word| domain::severity::Class::parse(&word).ok()) {
        facts.class = class;
    }
    Some(facts)
}
