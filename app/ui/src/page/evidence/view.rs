//! Evidence as it is, line by line, so that an event can point at one.

use domain::Id;
use leptos::prelude::*;

use crate::case::Case;
use crate::component::address::{asked, encode};
use crate::component::shell::Empty;
use crate::component::{Icon, Sign};
use crate::page::case::case_page;

/// How many lines one page of the raw view shows. `?from=1001` asks for those from that line on.
pub const LINES_ON_PAGE_MAX: u64 = 1000;
/// How many bytes of a line are shown; the rest is in the download.
pub const LINE_BYTES_MAX: usize = 4000;

/// The raw bytes of an item as numbered lines. `first_line` counts from 1; `truncated` says that the file goes on
/// behind these lines. `?lines=9-61` marks a range.
pub fn view_page(
    case: &Case,
    id: &Id,
    lines: Option<&[String]>,
    first_line: u64,
    total_lines: Option<u64>,
    truncated: bool,
) -> AnyView {
    let known = case.dossier.evidence.find(id);
    let name = known.map_or_else(|| "Evidence".to_string(), |kept| kept.name.clone());
    let path = case.url(&format!("evidence/{}", encode(id.as_str())));
    let download = format!("{path}/content");
    let register = format!("{}#evidence-{id}", case.url("evidence"));
    let last = first_line + (lines.map_or(0, <[String]>::len) as u64).saturating_sub(1);
    let shown = shown_text(first_line, last, total_lines);
    let missing = lines.is_none();
    let lines = lines.unwrap_or_default();
    let none = lines.is_empty();
    let more = truncated || total_lines.is_some_and(|total| last < total);
    let body = view! {
        <section class="card">
            <header>
                <h2>{name}</h2>
                <small class="muted">{(!none).then_some(shown.clone())}</small>
                <div class="actions">
                    <a class="btn small" href=download download=""><Icon name="download"/> "Download"</a>
                    <a class="btn quiet small" href=register>"In the register"</a>
                </div>
            </header>
            {known.map(|kept| view! { <p class="muted">"SHA-256 " <code>{kept.sha256.clone()}</code> " · " {kept.status.label()}</p> })}
            {missing.then(|| view! { <div class="notice stop"><Icon name="warn"/><div><b>"The bytes of this item are missing from the evidence store."</b> " The record still names them: bring the file with this SHA-256 back from a backup, then verify the item."</div></div> })}
            {(none && !missing).then(|| view! { <Empty title="No lines to show" text="This file is empty, or it is not text. Download it to look at it with the program that made it."/> })}
            {(!none).then(|| raw(lines, first_line))}
            {(more && !none).then(|| view! { <p><Sign kind="un"/> " The file goes on behind these lines."</p> })}
            {(!none && (more || first_line > 1)).then(|| pager(&path, first_line, last, more, &shown))}
        </section>
    };
    case_page(case, "evidence", body.into_any())
}

fn shown_text(first: u64, last: u64, total: Option<u64>) -> String {
    match total {
        Some(total) => format!("lines {first}–{last} of {total}"),
        None => format!("lines {first}–{last}"),
    }
}

fn raw(lines: &[String], first_line: u64) -> impl IntoView + use<> {
    let hit = asked("lines").and_then(|range| {
        let mut ends = range.split(['-', '–']).map(|end| end.trim().parse::<u64>());
        let first = ends.next()?.ok()?;
        Some(first..=ends.next().and_then(Result::ok).unwrap_or(first))
    });
    let line = |(number, text): (u64, &String)| {
        let class = match (hit.as_ref().is_some_and(|hit| hit.contains(&number)), text.len() >= LINE_BYTES_MAX) {
            (true, true) => Some("hit cut"),
            (true, false) => Some("hit"),
            (false, true) => Some("cut"),
            (false, false) => None,
        };
        view! {
            <li id=format!("L{number}") class=class><a href=format!("#L{number}") aria-label=format!("Line {number}")></a><code>{text.clone()}</code></li>
        }
    };
    view! { <ol class="raw" start=first_line.to_string()>{(first_line..).zip(lines).map(line).collect_view()}</ol> }
}

fn pager(path: &str, first: u64, last: u64, more: bool, shown: &str) -> impl IntoView + use<> {
    let before = format!("{path}?from={}", first.saturating_sub(LINES_ON_PAGE_MAX).max(1));
    let after = format!("{path}?from={}", last + 1);
    view! {
        <nav class="pager" aria-label="Pages of the file">
            {(first > 1).then(|| view! { <a class="btn small" href=before>"Earlier lines"</a> })}
            <span>{shown.to_string()}</span>
            {more.then(|| view! { <a class="btn small" href=after>"Later lines"</a> })}
        </nav>
    }
}
