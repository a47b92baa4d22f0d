//! What becomes of texts with private names in the public export: a person decides about each, once.

use domain::casefile::Noun;
use domain::history;
use domain::interchange::{MAPPINGS, NOWHERE};
use domain::wording::{Choice, PrivateText};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::shell::Empty;
use crate::component::{Chooser, Icon, choices};
use crate::frame::Frame;

/// So many texts are shown at once; those that wait come first.
const TEXTS_MAX: usize = 200;

/// The page of the public export.
pub fn page(case: &Case) -> AnyView {
    let mut texts = case.dossier.private_texts();
    texts.sort_by_key(|text| text.choice.is_some());
    let open = texts.iter().filter(|text| text.choice.is_none()).count();
    let more = texts.len().saturating_sub(TEXTS_MAX);
    let body = view! {
        <section class="card" id="public">
            <header><h2>"Public export"</h2><div class="actions">{exports(case)}</div></header>
            <p>"Names of private principals, and of people, are replaced where they refer to somebody: as actors, owners, reviewers. What people wrote stands as they wrote it. Where such a text holds one of those names, somebody decides what becomes of it; until then it is withheld, and the export says so."</p>
            {standing(open, texts.len())}
        </section>
        {for_others(case)}
        {texts.iter().take(TEXTS_MAX).enumerate().map(|(place, text)| one(case, place, text)).collect_view()}
        {(more > 0).then(|| view! { <p class="muted">{format!("{more} more texts follow once some of these are decided.")}</p> })}
    };
    case_page(case, "wording", body.into_any())
}

fn exports(case: &Case) -> impl IntoView + use<> {
    let zone = Frame::current().zone.name().replace('+', "%2B");
    let file = |format: &str, words: &'static str| {
        let href = case.url(&format!("export?format={format}&profile=public&zone={zone}"));
        view! { <a class="btn quiet small" href=href download=""><Icon name="download"/>" "{words}</a> }
    };
    view! {
        {file("md", "Markdown for the public")}
        {file("csv", "Timeline for the public")}
        {file("html", "HTML for the public")}
        {file("docx", "Word for the public")}
        {file("json", "JSON for the public")}
    }
}

/// Formats of others, each with what it cannot carry.
fn for_others(case: &Case) -> impl IntoView + use<> {
    let rows = MAPPINGS.iter().map(|mapping| {
        let href = case.url(&format!("export?format={}", mapping.word));
        let lost = mapping.lost().chain(NOWHERE).map(|row| view! { <li>{row.why}</li> }).collect_view();
        view! {
            <li>
                <p><a class="btn quiet small" href=href download=""><Icon name="download"/>" "{mapping.name}</a></p>
                <details><summary>"What it does not carry"<span class="visually-hidden">{format!(": {}", mapping.name)}</span></summary><ul>{lost}</ul></details>
            </li>
        }
    });
    view! {
        <section class="card" id="others">
            <header><h2>"In the formats of others"</h2></header>
            <p>"For exchanges, databases and tools to which the case is sent, from the public profile. An undetermined verdict is never told as a pass there, and “no evidence of harm” never as no harm."</p>
            <ul class="hairline">{rows.collect_view()}</ul>
        </section>
    }
}

fn standing(open: usize, all: usize) -> AnyView {
    match (open, all) {
        (_, 0) => view! {
            <Empty title="No text holds a private name" text="There is nothing to decide: the export prints every text as it is written."/>
        }
        .into_any(),
        (0, _) => view! { <p>"Every text with a private name is decided."</p> }.into_any(),
        (1, _) => view! { <p role="status"><b>"1 text waits for a decision."</b></p> }.into_any(),
        (open, _) => view! { <p role="status"><b>{format!("{open} texts wait for a decision.")}</b></p> }.into_any(),
    }
}

fn title(case: &Case, text: &PrivateText) -> String {
    let field = text.field.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    let field = field.replace('_', " ");
    if text.noun == Noun::Narrative {
        let section = domain::postmortem::Section::parse(text.record.as_str());
        return section.map_or_else(|_| "Section".into(), |section| format!("Section “{}”", section.label()));
    }
    let name = domain::names::name_of(&case.dossier, &text.record);
    let name = name.map(|name| format!(" “{name}”")).unwrap_or_default();
    format!("{}{name}: {field}", text.noun.label())
}

fn one(case: &Case, place: usize, text: &PrivateText) -> AnyView {
    let heading = title(case, text);
    let names = text.names.join(", ");
    let (place, number) = (case.url(&history::place_of(text.noun, &text.record)), place);
    let fields = vec![
        ("noun", text.noun.word().to_string()),
        ("record", text.record.to_string()),
        ("field", text.field.clone()),
        ("digest", text.digest.clone()),
    ];
    let options = choices(Choice::ALL, Choice::word, |choice| match choice {
        Choice::Keep => "Keep as written",
        Choice::Replace => "Replace the names",
        Choice::Remove => "Leave the text out",
    });
    let chosen = text.choice.map(Choice::word).unwrap_or_default();
    let label = format!("What becomes of {heading}");
    let action = case.url("wording");
    view! {
        <section class="card" id=format!("text-{number}")>
            <header><h2>{heading}</h2><div class="actions"><a class="btn quiet small" href=place>"Where it is written"</a></div></header>
            <p class="muted">{format!("Holds: {names}")}</p>
            <pre class="raw">{text.text.clone()}</pre>
            <details><summary>"With stand-ins"</summary><pre class="raw">{text.replaced.clone()}</pre></details>
            {match text.choice {
                None => view! { <p><b>"Withheld until somebody decides."</b></p> }.into_any(),
                Some(choice) => view! { <p>{format!("Decided: {}.", choice.label())}</p> }.into_any(),
            }}
            {case.may_edit().then(|| view! { <Chooser id=format!("decide-{number}") action=action label=label name="choice" options=options value=chosen fields=fields/> })}
        </section>
    }
    .into_any()
}
