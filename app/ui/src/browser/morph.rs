//! Turns the page that is shown into the page that was fetched, touching only
//! what differs: focus, scroll, open parts and half-typed forms stay.

use std::collections::HashSet;

use wasm_bindgen::JsCast;
use web_sys::{
    DomParser, Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, Node,
    SupportedType,
};

use super::{document, live, unsaved, upload, wake};

/// Replaces the body by that of `html`. Forms marked dirty are left alone;
/// open parts stay open if `keep_open`. Answers the news that came with it, which are no part of the page.
pub fn page(html: &str, keep_open: bool) -> Option<Element> {
    let (document, parser) = (document()?, DomParser::new().ok()?);
    let fetched = parser.parse_from_string(html, SupportedType::TextHtml).ok()?;
    let news = fetched.get_element_by_id("news");
    if let Some(news) = &news {
        news.remove();
    }
    document.set_title(&fetched.title());
    for name in ["data-live", "data-version", "data-theme"] {
        if let (Some(old), Some(new)) = (document.document_element(), fetched.document_element()) {
            copy_attribute(&old, &new, name);
        }
    }
    if let (Some(old), Some(new)) = (document.body(), fetched.body()) {
        let focused = document.active_element();
        children(&old, &new, keep_open);
        wake(&old);
        live::show_whether_open();
        unsaved::tidy();
        upload::again();
        // What was moved has lost the focus.
        let lost =
            focused.filter(|focused| focused.is_connected() && document.active_element().as_ref() != Some(focused));
        if let Some(lost) = lost.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = lost.focus();
        }
    }
    news
}

/// Turns one part of the page, found by its id, into the part that was fetched.
pub(super) fn part(id: &str, html: &str) {
    let (Some(document), Ok(parser)) = (document(), DomParser::new()) else { return };
    let Ok(fetched) = parser.parse_from_string(html, SupportedType::TextHtml) else { return };
    if let (Some(old), Some(new)) = (document.get_element_by_id(id), fetched.get_element_by_id(id)) {
        element(&old, &new, true);
    }
}

fn element(old: &Element, new: &Element, keep_open: bool) {
    if old.is_equal_node(Some(new))
        && !is_control(old)
        && old.query_selector("input,textarea,select").ok().flatten().is_none()
    {
        return;
    }
    if old.tag_name() == "FORM" && old.has_attribute("data-dirty") {
        return;
    }
    if old.tag_name() == "LEPTOS-ISLAND" && old.get_attribute("data-props") == new.get_attribute("data-props") {
        return;
    }
    attributes(old, new, keep_open);
    control(old, new);
    let chosen = new.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value);
    children(old, new, keep_open);
    // A choice is made once its options are there.
    if let (Some(old), Some(chosen)) = (old.dyn_ref::<HtmlSelectElement>(), chosen) {
        old.set_value(&chosen);
    }
}

fn attributes(old: &Element, new: &Element, keep_open: bool) {
    // A form that was sent closes; a record that somebody reads (`data-stays`) does not.
    let stays = keep_open || new.has_attribute("data-stays");
    let open_stays = |name: &str| stays && name == "open" && old.tag_name() == "DETAILS";
    for name in
        new.get_attribute_names().iter().chain(old.get_attribute_names().iter()).filter_map(|name| name.as_string())
    {
        if !open_stays(&name) && name != "data-awake" {
            copy_attribute(old, new, &name);
        }
    }
}

fn copy_attribute(old: &Element, new: &Element, name: &str) {
    let value = new.get_attribute(name);
    if old.get_attribute(name) == value {
        return;
    }
    let _ = match value {
        Some(value) => old.set_attribute(name, &value),
        None => old.remove_attribute(name),
    };
}

fn is_control(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT" | "OPTION")
}

/// Properties of controls go their own way once a person touched them.
fn control(old: &Element, new: &Element) {
    if let (Some(old), Some(new)) = (old.dyn_ref::<HtmlInputElement>(), new.dyn_ref::<HtmlInputElement>()) {
        if old.type_() != "file" && old.value() != new.value() {
            old.set_value(&new.value());
            let _ = Event::new("change").and_then(|event| old.dispatch_event(&event));
        }
        old.set_checked(new.checked());
    }
    if let (Some(old), Some(new)) = (old.dyn_ref::<HtmlTextAreaElement>(), new.dyn_ref::<HtmlTextAreaElement>()) {
        old.set_value(&new.value());
    }
}

fn children(old: &Element, new: &Element, keep_open: bool) {
    drop_gone(old, new);
    let mut place = old.first_child();
    let mut next_new = new.first_child();
    while let Some(wanted) = next_new {
        next_new = wanted.next_sibling();
        match find(old, place.as_ref(), &wanted) {
            Some(same) => {
                if place.as_ref() == Some(&same) {
                    place = same.next_sibling();
                } else {
                    let _ = old.insert_before(&same, place.as_ref());
                }
                update(&same, &wanted, keep_open);
            }
            None => {
                let _ = old.insert_before(&wanted, place.as_ref());
            }
        }
    }
    while let Some(rest) = place {
        place = rest.next_sibling();
        if !holds_typing(&rest) {
            let _ = old.remove_child(&rest);
        }
    }
}

/// Takes out first what is gone, so that what follows it need not move and lose the focus.
fn drop_gone(old: &Element, new: &Element) {
    let mut kept = HashSet::new();
    let mut next = new.first_element_child();
    while let Some(element) = next {
        kept.extend(id(&element));
        next = element.next_element_sibling();
    }
    let mut next = old.first_element_child();
    while let Some(element) = next {
        next = element.next_element_sibling();
        if id(&element).is_some_and(|id| !kept.contains(&id)) && !holds_typing(&element) {
            element.remove();
        }
    }
}

/// An element's id. A form's property of that name may be hidden by a field.
fn id(element: &Element) -> Option<String> {
    element.get_attribute("id").filter(|id| !id.is_empty())
}

/// The node among the old ones, from `place` on, that is `wanted` as it was before.
fn find(old: &Element, place: Option<&Node>, wanted: &Node) -> Option<Node> {
    if let Some(wanted) = wanted.dyn_ref::<Element>().and_then(id) {
        let mut candidate = old.first_element_child();
        while let Some(element) = candidate {
            if id(&element).as_ref() == Some(&wanted) {
                return Some(element.into());
            }
            candidate = element.next_element_sibling();
        }
        return None;
    }
    let node = place?;
    let keyless = node.dyn_ref::<Element>().is_none_or(|element| id(element).is_none());
    (node.node_type() == wanted.node_type() && node.node_name() == wanted.node_name() && keyless).then(|| node.clone())
}

fn update(old: &Node, new: &Node, keep_open: bool) {
    match (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) {
        (Some(old), Some(new)) => element(old, new, keep_open),
        _ if old.node_value() != new.node_value() => old.set_node_value(new.node_value().as_deref()),
        _ => {}
    }
}

/// Whether somebody is typing in there: such a part outlives its record.
fn holds_typing(node: &Node) -> bool {
    node.dyn_ref::<Element>().is_some_and(|element| {
        element.has_attribute("data-dirty") || element.query_selector("[data-dirty]").ok().flatten().is_some()
    })
}
