//! The way to the versions of a record.

use domain::Id;
use domain::casefile::Noun;
use leptos::prelude::*;

use super::Icon;
use super::address::encode;
use crate::case::Case;

/// The address of a record's history.
pub fn history_url(case: &Case, noun: Noun, id: &Id) -> String {
    case.url(&format!("history?record={}", encode(&format!("{}/{id}", noun.word()))))
}

/// The link on a record's row; `name` says for those who hear the page whose history it is.
pub fn history_of(case: &Case, noun: Noun, id: &Id, name: &str) -> impl IntoView + use<> {
    let (href, name) = (history_url(case, noun, id), name.to_string());
    view! { <a class="btn quiet small" href=href><Icon name="history"/>" History of this"<span class="visually-hidden">": "{name}</span></a> }
}
