//! How far the import of an item is, and where its records are looked at.

use domain::evidence::Evidence;
use domain::import::{Import, ImportState};
use leptos::prelude::*;

use crate::case::Case;
use crate::component::address::encode;
use crate::component::{ActButton, Sign};
use crate::frame::Frame;
use crate::page::exposure::second_asked;

/// The import of an item in a few words, with what can be done about it. On the page of the import itself
/// (`here`) there is no link to it.
pub(in crate::page) fn state(case: &Case, item: &Evidence, reading: Option<&Import>, here: bool) -> AnyView {
    let base = case.url(&format!("evidence/{}", encode(item.id.as_str())));
    let look = |words: &'static str| (!here).then(|| view! { " " <a href=format!("{base}/reading")>{words}</a> });
    match reading {
        Some(reading) if reading.is_under_way() => under_way(case, item, reading, &base),
        Some(reading) if reading.state == ImportState::Failed => {
            let trouble = reading.trouble.clone().unwrap_or_else(|| "It could not be read.".into());
            view! { <p><Sign kind="x"/> " Not read: " {trouble} {look("Look how it could be read")}</p> }.into_any()
        }
        Some(reading) if reading.state == ImportState::Cancelled => {
            view! { <p><Sign kind="un"/> " The import was stopped." {look("Read it after all")}</p> }.into_any()
        }
        _ if item.records.is_some() => read(case, item, &base, here),
        _ if item.format == "binary" => {
            view! { <p class="muted">"No log: these bytes are not text." {look("Look how it could be read")}</p> }
                .into_any()
        }
        _ => view! { <p><Sign kind="un"/> " Kept, and not read as a log." {look("Look how it could be read")}</p> }
            .into_any(),
    }
}

fn under_way(case: &Case, item: &Evidence, reading: &Import, base: &str) -> AnyView {
    let stop = format!("{base}/reading/cancel");
    let label = format!("How far the import of {} is", item.name);
    let (again, name) = (Frame::current().at.clone(), item.name.clone());
    view! {
        <div class="under-way" data-refresh="">
            <p>{told(reading, Some(item.bytes))}</p>
            {bar(reading, item.bytes, label)}
            <div class="actions">
                {case.may_edit().then(|| view! { <ActButton action=stop label="Stop" title=format!("Stop reading {name}")/> })}
                <a class="btn quiet small" href=again>"Look again"</a>
            </div>
        </div>
    }
    .into_any()
}

fn bar(reading: &Import, bytes: u64, label: String) -> impl IntoView {
    let share = (reading.bytes_read.min(bytes) * 100).checked_div(bytes).unwrap_or(0);
    view! { <progress value=reading.bytes_read.min(bytes).to_string() max=bytes.max(1).to_string() aria-label=label>{format!("{share} %")}</progress> }
}

/// `Being read as Linux audit: 12.0 of 80.3 MB, 41000 records so far.`
fn told(reading: &Import, bytes: Option<u64>) -> String {
    let format = reading.format.map(|format| format!(" as {}", format.label())).unwrap_or_default();
    let of = bytes.map(|bytes| format!(" of {}", megabytes(bytes))).unwrap_or_default();
    let records = if reading.records == 1 { "1 record".to_string() } else { format!("{} records", reading.records) };
    let state = if reading.state == ImportState::Receiving { "Arriving and being read" } else { "Being read" };
    format!("{state}{format}: {}{of}, {records} so far.", megabytes(reading.bytes_read))
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

fn read(case: &Case, item: &Evidence, base: &str, here: bool) -> AnyView {
    let records = item.records.unwrap_or_default();
    let counted = if records == 1 { "1 record".to_string() } else { format!("{records} records") };
    let found = case.url(&format!("records?evidence={}", encode(item.id.as_str())));
    let pieces = match item.unreadable {
        0 => None,
        1 => Some("1 piece could not be read".to_string()),
        count => Some(format!("{count} pieces could not be read")),
    };
    let reading = format!("{base}/reading");
    let parse_errors = format!("{reading}#parse_errors");
    let name = item.name.clone();
    let review = case.may_review() && records > 0;
    view! {
        <p class="cluster">
            <a class="btn small" href=found aria-label=format!("{counted} of {name}")>{counted.clone()}</a>
            {(!here).then(|| view! { <a class="btn quiet small" href=reading aria-label=format!("How it is read: {name}")>"How it is read"</a> })}
            <a class="btn quiet small" href=format!("{base}/coverage/proposal") aria-label=format!("What it can prove: {name}")>"What it can prove"</a>
            {review.then(|| view! { <a class="btn quiet small" href=format!("{base}/review") aria-label=format!("Review {name}")>"Review"</a> })}
            {pieces.map(|pieces| view! { <span><Sign kind="x"/> " " <a href=parse_errors>{pieces}</a></span> })}
        </p>
        {second_asked(case, &item.id)}
    }
    .into_any()
}

/// Files that are still arriving: they are no evidence yet.
pub(super) fn arriving(case: &Case, readings: &[Import]) -> Option<AnyView> {
    let lines: Vec<_> = readings
        .iter()
        .filter(|reading| reading.is_under_way() && case.dossier.evidence.find(&reading.evidence).is_none())
        .map(|reading| view! { <li>{told(reading, None)}</li> })
        .collect();
    let again = Frame::current().at.clone();
    (!lines.is_empty()).then(|| {
        view! { <div class="under-way" data-refresh=""><h3>"Arriving now"</h3><ul>{lines}</ul><p><a href=again>"Look again"</a></p></div> }.into_any()
    })
}
