//! Looking before reading: the format, and which column means what.

use domain::import::ImportPreview;
use domain::reader::log::{ColumnRole, DateOrder, Format, Terms};
use leptos::context::Provider;
use leptos::prelude::*;

use super::ImportPage;
use crate::case::Case;
use crate::component::form::FormId;
use crate::component::{Choice, Field, Select, choices};

/// The form that asks how else it would be read. It changes nothing, so it has an address.
pub(super) fn look(case: &Case, shown: &ImportPage) -> impl IntoView + use<> {
    let path = shown.path(case);
    let chosen = chosen(shown).map_or("auto", Format::word);
    let formats = std::iter::once(("auto".to_string(), "What it looks like".to_string()))
        .chain(choices(Format::ALL, Format::word, Format::label))
        .collect();
    let terms = shown.terms();
    let encoding = terms.encoding.clone().unwrap_or_else(|| "auto".into());
    let encodings = encodings(shown, &encoding);
    let dates = terms.dates.map_or("", DateOrder::word);
    let zone = terms.zone.as_ref().map(|zone| zone.name().to_string()).unwrap_or_default();
    let mapping = shown.trial.as_ref().filter(|trial| !trial.columns.is_empty()).map(mapping);
    let kept = (shown.trial.is_some() && shown.item.records.is_some()).then(|| path.clone());
    view! {
        <form class="form" method="get" action=path id="look" aria-label="How it would be read">
            <Provider value=FormId("look".into())>
                <div class="row">
                    <Select name="format" label="Format" options=formats value=chosen/>
                    <Select name="encoding" label="Encoding" options=encodings value=encoding/>
                    <Select name="dates" label="Dates such as 03/04/2026" options=choices(DateOrder::ALL, DateOrder::word, DateOrder::label) value=dates blank="not read"/>
                    <Field name="zone" label="Zone of times without one" value=zone hint="UTC is assumed unless you say otherwise: write Europe/Berlin or +02:00."/>
                </div>
                {mapping}
            </Provider>
            <div class="actions">
                <button class="btn">"Preview"</button>
                {kept.map(|href| view! { <a class="btn quiet" href=href>"Back to how it is read"</a> })}
            </div>
        </form>
    }
}

/// The encodings that logs usually have. Others can be named by the API.
const ENCODINGS: [&str; 14] = [
    "UTF-8",
    "UTF-16LE",
    "UTF-16BE",
    "UTF-32LE",
    "UTF-32BE",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "Shift_JIS",
    "EUC-JP",
    "gb18030",
    "Big5",
    "EUC-KR",
    "ISO-8859-2",
];

fn encodings(shown: &ImportPage, chosen: &str) -> Vec<Choice> {
    let found = shown.trial.as_ref().map_or(shown.summary(), |trial| trial.summary.as_ref());
    let found = found.and_then(|summary| summary.encoding.clone()).filter(|_| chosen == "auto");
    let auto = found.map_or("As its bytes tell".to_string(), |found| format!("As its bytes tell: {found}"));
    let other = (chosen != "auto" && !ENCODINGS.contains(&chosen)).then_some(chosen);
    let named = ENCODINGS.into_iter().chain(other).map(|name| (name.to_string(), name.to_string()));
    std::iter::once(("auto".to_string(), auto)).chain(named).collect()
}

/// The format that is shown: as asked for, else as it was detected or kept.
fn chosen(shown: &ImportPage) -> Option<Format> {
    match &shown.trial {
        Some(trial) => shown.format.or(trial.format),
        None => shown.summary().map(|summary| summary.format).or(shown.item.log_format()),
    }
}

/// For each meaning the column it is read from.
fn mapping(trial: &ImportPreview) -> impl IntoView + use<> {
    let columns: Vec<Choice> = trial.columns.iter().map(|column| (column.clone(), column.clone())).collect();
    let fields = ColumnRole::ALL.iter().map(|role| {
        let value = column_of(trial, *role).unwrap_or_default();
        view! { <Select name=format!("mapping.{}", role.word()) label=role.label() options=columns.clone() value=value blank="no column"/> }
    });
    view! {
        <fieldset class="mapping">
            <legend>"Which column means what"</legend>
            <p class="hint">"Proposed from the names of the columns and the first rows. Without a time and an actor, little can be found."</p>
            <div class="row">{fields.collect_view()}</div>
        </fieldset>
    }
}

/// The column that a role is read from, as the file spells it.
fn column_of(trial: &ImportPreview, role: ColumnRole) -> Option<String> {
    let wanted = trial.mapping.as_ref()?.0.get(&role)?;
    let same = |column: &&String| wanted.first().is_some_and(|wanted| plain(wanted) == plain(column));
    trial.columns.iter().find(same).cloned()
}

/// A name without case and without what holds its words together, as mappings compare them.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '.').flat_map(char::to_lowercase).collect()
}

/// What is sent to read it just as it was tried.
pub(super) fn chosen_terms(shown: &ImportPage) -> Vec<(String, String)> {
    let Some(trial) = &shown.trial else { return Vec::new() };
    let format = trial.format.map(|format| ("format".to_string(), format.word().to_string()));
    // A proposal that nobody changed is made anew by the reader, from the same beginning.
    let mapping = shown.mapping.iter().flat_map(|mapping| &mapping.0).flat_map(|(role, columns)| {
        columns.iter().map(move |column| (format!("mapping.{}", role.word()), column.clone()))
    });
    let Terms { encoding, zone, dates, .. } = &shown.terms;
    let terms = [
        ("encoding", encoding.clone()),
        ("zone", zone.as_ref().map(|zone| zone.name().to_string())),
        ("dates", dates.map(|order| order.word().to_string())),
    ];
    let terms = terms.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?)));
    format.into_iter().chain(terms).chain(mapping).collect()
}
