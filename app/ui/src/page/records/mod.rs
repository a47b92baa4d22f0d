//! Records: what the logs of the incident say, found again.

mod filter;
mod forms;
mod query;
mod row;

use domain::reader::log::RecordPage;
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::address::encode;
use crate::component::histogram::histogram;
use crate::component::shell::Empty;
use crate::frame::Frame;

pub use filter::FILTER;
pub(in crate::page) use filter::{facets, form, suggestions};
pub use query::RecordQuery;
pub(in crate::page) use row::{Rows, anchor};

/// How many records one page holds.
pub const RECORDS_ON_PAGE_MAX: usize = 100;

/// The records of the incident. Without `found` the filter could not be read, and says why.
pub fn page(case: &Case, query: &RecordQuery, found: Option<&RecordPage>) -> AnyView {
    let items = filter::read_items(case);
    let nothing = items.is_empty();
    let body = view! {
        <section class="card" id="records">
            <header>
                <h2>"What the logs say"</h2>
                {found.map(|found| view! { <small class="muted num">{counted(query, found.total)}</small> })}
                {onward(case, query)}
            </header>
            {if nothing { empty(case) } else { view! { {form(query, Some(items), "Search")} {found.and_then(unsearched)} {found.and_then(without_confirmation)} {found.map(|found| listed(case, query, found))} }.into_any() }}
        </section>
    };
    case_page(case, "records", body.into_any())
}

fn counted(query: &RecordQuery, total: u64) -> String {
    let records = if total == 1 { "1 record".to_string() } else { format!("{total} records") };
    let zone = Frame::current().zone.name().to_string();
    if query.narrows() { format!("{records} match · {zone}") } else { format!("{records} · {zone}") }
}

/// What a search could not look through, where there is such.
fn unsearched(found: &RecordPage) -> Option<impl IntoView + use<>> {
    let records = match found.unsearched {
        0 => return None,
        1 => "1 record was".to_string(),
        count => format!("{count} records were"),
    };
    Some(view! {
        <p class="muted">{format!("{records} searched only in what is shown of them, for the log was read before whole records could be searched: have it read again.")}</p>
    })
}

/// Of how many records it was not kept how they were confirmed, where there are such.
fn without_confirmation(found: &RecordPage) -> Option<impl IntoView + use<>> {
    let records = match found.without_confirmation {
        0 => return None,
        1 => "1 record was".to_string(),
        count => format!("{count} records were"),
    };
    Some(view! {
        <p class="muted">{format!("{records} read before it was kept how each act was confirmed, and stand here as unknown: have the log read again.")}</p>
    })
}

/// Where one item is looked at in other ways.
fn onward(case: &Case, query: &RecordQuery) -> Option<AnyView> {
    let id = query.evidence.as_ref()?;
    let name = case.dossier.evidence.find(id)?.name.clone();
    let base = case.url(&format!("evidence/{}", encode(id.as_str())));
    let asked: Vec<String> =
        query.filter.pairs().into_iter().map(|(name, value)| format!("{name}={}", encode(&value))).collect();
    let review = if asked.is_empty() { format!("{base}/review") } else { format!("{base}/review?{}", asked.join("&")) };
    Some(
        view! {
            <div class="actions">
                <a class="btn quiet small" href=format!("{base}/reading") aria-label=format!("How it is read: {name}")>"How it is read"</a>
                <a class="btn quiet small" href=review aria-label=format!("Review these records of {name}")>"Review these"</a>
            </div>
        }
        .into_any(),
    )
}

fn empty(case: &Case) -> AnyView {
    let register = case.url("evidence");
    view! {
        <Empty title="No log has been read yet" text="When a log is added as evidence, it is read as it arrives: who did what to what, when, for whom, and how it ended. Here its records are found again, across all logs of the incident, and become events, principals and findings. Begin with the log of the exposed system.">
            <p><a class="btn" href=register>"Go to the evidence"</a></p>
        </Empty>
    }
    .into_any()
}

fn listed(case: &Case, query: &RecordQuery, found: &RecordPage) -> AnyView {
    let exposure = case.dossier.exposure();
    let drawn =
        found.histogram.as_ref().and_then(|drawn| histogram(drawn, &exposure, |from, to| query.between(from, to)));
    let rows = Rows::new(case, query, query.evidence.is_none());
    let tools = |record: &_, _: Option<&_>| forms::tools(case, query, &rows, record);
    let none = found.items.is_empty();
    view! {
        {drawn}
        {suggestions(query, &found.facets)}
        {(!none).then(|| view! { <details class="facets-of" open=query.cursor.is_none() data-stays=""><summary>"Who, what and how often"</summary>{facets(query, &found.facets)}</details> })}
        {forms::all(case, query, found.total)}
        {if none { nothing_found(query) } else { rows.list(&found.items, &tools) }}
        {pager(query, found)}
    }
    .into_any()
}

fn nothing_found(query: &RecordQuery) -> AnyView {
    let all = query.path.clone();
    view! {
        <p class="muted">"No record is like that. That is an answer about these logs only: what they do not record, they cannot show. " <a href=all>"Show all records"</a></p>
    }
    .into_any()
}

/// On to the next part of the list, and back to its beginning.
pub(in crate::page) fn pager(query: &RecordQuery, found: &RecordPage) -> Option<AnyView> {
    let (first, next) =
        (query.cursor.is_some().then(|| query.first()), found.next_cursor.as_ref().map(|next| query.from(next)));
    if first.is_none() && next.is_none() {
        return None;
    }
    Some(
        view! {
            <nav class="pager" aria-label="Pages of records">
                {first.map(|href| view! { <a class="btn small" href=href>"From the beginning"</a> })}
                <span>{format!("{} of {} records", found.items.len(), found.total)}</span>
                {next.map(|href| view! { <a class="btn small" href=href>"Next"</a> })}
            </nav>
        }
        .into_any(),
    )
}
