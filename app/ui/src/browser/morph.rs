//! Turns the page that is shown into the page that was fetched, touching only
//! what differs: focus, scroll, open parts and half-typed forms stay.

use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, HtmlInputElement, HtmlTextAreaElement, Node, SupportedType};

use super::{document, wake};

/// Replaces the body by that of `html`. Forms marked dirty are left alone;
/// open parts stay open if `keep_open`.
pub fn page(html: &str, keep_open: bool) {
    let (Some(document), Ok(parser)) = (document(), DomParser::new()) else { return };
    let Ok(fetched) = parser.parse_from_string(html, SupportedType::TextHtml) else { return };
    document.set_title(&fetched.title());
    for name in ["data-live", "data-version", "data-theme"] {
        if let (Some(old), Some(new)) = (document.document_element(), fetched.document_element()) {
            copy_attribute(&old, &new, name);
        }
    }
    if let (Some(old), Some(new)) = (document.body(), fetched.body()) {
        children(&old, &new, keep_open);
        wake(&old);
    }
}

fn element(old: &Element, new: &Element, keep_open: bool) {
    if old.is_equal_node(Some(new)) && !is_control(old) && old.query_selector("input,textarea,select").ok().flatten().is_none() {
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
    children(old, new, keep_open);
}

fn attributes(old: &Element, new: &Element, keep_open: bool) {
    let open_stays = |name: &str| keep_open && name == "open" && old.tag_name() == "DETAILS";
    for name in new.get_attribute_names().iter().chain(old.get_attribute_names().iter()).filter_map(|name| name.as_string()) {
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
        }
        old.set_checked(new.checked());
    }
    if let (Some(old), Some(new)) = (old.dyn_ref::<HtmlTextAreaElement>(), new.dyn_ref::<HtmlTextAreaElement>()) {
        old.set_value(&new.value());
    }
    if let (Some(old), Some(new)) = (old.dyn_ref::<web_sys::HtmlSelectElement>(), new.dyn_ref::<web_sys::HtmlSelectElement>()) {
        let value = new.value();
        // The options are morphed after the select; the value is set when they are there.
        children(old, new, false);
        old.set_value(&value);
    }
}

fn children(old: &Element, new: &Element, keep_open: bool) {
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

/// The node among the old ones, from `place` on, that is `wanted` as it was before.
fn find(old: &Element, place: Option<&Node>, wanted: &Node) -> Option<Node> {
    let id = wanted.dyn_ref::<Element>().map(Element::id).filter(|id| !id.is_empty());
    if let Some(id) = id {
        let mut candidate = old.first_child();
        while let Some(node) = candidate {
            if node.dyn_ref::<Element>().is_some_and(|element| element.id() == id) {
                return Some(node);
            }
            candidate = node.next_sibling();
        }
        return None;
    }
    let node = place?;
    let keyless = node.dyn_ref::<Element>().is_none_or(|element| element.id().is_empty());
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
    node.dyn_ref::<Element>().is_some_and(|element| element.has_attribute("data-dirty") || element.query_selector("[data-dirty]").ok().flatten().is_some())
}
