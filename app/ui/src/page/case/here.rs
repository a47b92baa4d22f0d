//! Who is here now, and what they edit. Pages that are open ask for it anew when that changes.

use domain::Id;
use domain::postmortem::Section;
use leptos::prelude::*;

use super::Case;
use crate::frame::{Frame, Present};

/// How many colours faces have.
const COLOURS: u32 = 6;

/// The part of the rail; empty while nobody is known to be here.
pub fn here(case: &Case) -> AnyView {
    let frame = Frame::current();
    let people = people(&frame.present);
    let url = case.url("here");
    let inside = (!people.is_empty()).then(|| {
        let rows = people.into_iter().map(|pages| row(case, &pages)).collect_view();
        view! { <section><h2>"Here now"</h2><ul>{rows}</ul></section> }
    });
    view! { <div id="here" data-here=url>{inside}</div> }.into_any()
}

/// The open pages of each person; those on which they edit come first.
fn people(present: &[Present]) -> Vec<Vec<Present>> {
    let mut people: Vec<Vec<Present>> = Vec::new();
    for page in present {
        match people.iter_mut().find(|pages| pages.iter().any(|known| known.person == page.person)) {
            Some(pages) => pages.push(page.clone()),
            None => people.push(vec![page.clone()]),
        }
    }
    for pages in &mut people {
        pages.sort_by_key(|page| page.place.is_empty());
    }
    people
}

fn row(case: &Case, pages: &[Present]) -> Option<impl IntoView + use<>> {
    let first = pages.first()?;
    let is_reader = Frame::current().reader.as_ref().is_some_and(|reader| reader.id == first.person);
    let name = if is_reader { format!("{} (you)", first.name) } else { first.name.clone() };
    let letter = first.name.chars().next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let colour = first.person.as_str().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let class = format!("face f{}", colour % COLOURS);
    let mut told: Vec<(&'static str, String, String)> = Vec::new();
    for page in pages {
        let words = doing(case, page);
        // Somebody who edits is not told to read as well.
        if !told.contains(&words) && (told.is_empty() || !page.place.is_empty()) {
            told.push(words);
        }
    }
    let doing = told
        .into_iter()
        .map(|(act, what, href)| view! { " "<span class="muted">{act}" "<a href=href>{what}</a></span> })
        .collect_view();
    Some(
        view! { <li class="here"><span class=class aria-hidden="true">{letter}</span><span><b>{name}</b>{doing}</span></li> },
    )
}

/// What somebody does on a page, on what, and where that is.
fn doing(case: &Case, page: &Present) -> (&'static str, String, String) {
    let at = if page.at.starts_with(&case.url("")) { page.at.clone() } else { case.url("") };
    let (noun, id) = page.place.split_once('/').unwrap_or((page.place.as_str(), ""));
    match noun {
        "" => ("reads", title(case, &at), at),
        "sections" => match Section::parse(id) {
            Ok(section) => {
                let href = format!("{}#narrative-{}", case.url("postmortem"), section.word());
                ("writes", format!("“{}”", section.label()), href)
            }
            Err(_) => ("edits", "the postmortem".into(), at),
        },
        "events" => match case.dossier.events.get(&Id::new(id)) {
            Some(event) => {
                let line = case.event_line(event, &Frame::current().zone);
                ("edits", line, case.event_url(&event.id))
            }
            None => ("adds", "an event".into(), case.url("timeline")),
        },
        "comments" => ("writes", "a comment".into(), at),
        _ => ("edits", title(case, &at), at),
    }
}

/// The name of the page at an address.
fn title(case: &Case, at: &str) -> String {
    let own = case.url("");
    let page = at.split('?').next().and_then(|path| path.strip_prefix(own.as_str())).unwrap_or_default();
    let page = page.trim_start_matches('/').split('/').next().unwrap_or_default();
    super::head::name_of(if page.is_empty() { "overview" } else { page }).to_string()
}
