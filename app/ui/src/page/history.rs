//! The history: every change as a sentence, with what it changed.

mod record;
pub(super) use record::piece;
pub(super) mod undo;

use domain::casefile::{Change, Noun};
use domain::counted::counted;
use domain::history::{FieldChange, Undo, act, field_changes, place};
use domain::{Granularity, Instant, Person, TimeRange};
use leptos::prelude::*;

use super::case::case_page;
use crate::case::Case;
use crate::component::past::history_url;
use crate::component::shell::Empty;
use crate::component::{Clock, Icon};
use crate::frame::Frame;

pub use record::record_page;

/// How many characters of the chain's link are shown; the whole is in its title.
const HASH_CHARS: usize = 12;
/// Texts longer than this are compared line by line.
const LINE_CHARS: usize = 160;

/// The log of changes, newest first, each with its link in the chain of hashes. `older` is where the next page begins.
pub fn page(case: &Case, changes: &[(Change, String)], older: Option<u64>, last: &Undo) -> AnyView {
    let none = changes.is_empty();
    let days = by_day(changes.iter().map(|(change, hash)| (change.at, row(case, change, hash))));
    let body = view! {
        {super::merging::past(case)}
        <section class="card">
            <header><h2>"Changes"</h2><small class="muted">{format!("version {}", case.dossier.version)}</small></header>
            <p class="muted">"Nothing is changed without a line here, and each line carries the hash of the one before it: a line that is altered or taken out breaks the chain."</p>
            {undo::undo(case, last)}
            {none.then(|| view! { <Empty title="Nothing here" text="There are no changes before this point."/> })}
            {days}
            {pager(case, changes, older)}
        </section>
    };
    case_page(case, "history", body.into_any())
}

/// Rows of a log under the days of the reader's zone.
pub(super) fn by_day(rows: impl Iterator<Item = (Instant, AnyView)>) -> AnyView {
    let mut days: Vec<(String, Vec<AnyView>)> = Vec::new();
    for (at, row) in rows {
        let day = Frame::current().zone.local(at).date().format("%A %-d %B %Y").to_string();
        match days.last_mut() {
            Some((last, rows)) if *last == day => rows.push(row),
            _ => days.push((day, vec![row])),
        }
    }
    days.into_iter()
        .map(|(day, rows)| view! { <h3>{day}</h3><ol class="history">{rows}</ol> })
        .collect_view()
        .into_any()
}

fn row(case: &Case, change: &Change, hash: &str) -> AnyView {
    let zone = &Frame::current().zone;
    let fields = details(field_changes(change, &case.dossier, zone));
    let link = link(change.version, hash);
    let at = TimeRange { granularity: Granularity::Minute, ..TimeRange::exact(change.at) };
    let gone = change.after.is_null();
    view! {
        <li id=format!("change-{}", change.version) data-item="" tabindex="0">
            <Clock time=at/>
            <div>
                <p>
                    {who(change)}{act(change, &case.dossier)}" "
                    {(!gone).then(|| view! { <a href=case.url(&place(change))>"Show"<span class="visually-hidden">{format!(" what change {} is about", change.version)}</span></a>" · " })}
                    <a href=history_url(case, change.noun, &change.id)>"Versions"<span class="visually-hidden">{format!(" of what change {} is about", change.version)}</span></a>
                </p>
                {fields}
                {link}
            </div>
        </li>
    }
    .into_any()
}

/// The fields that a change altered, folded up.
pub(super) fn details(fields: Vec<FieldChange>) -> Option<AnyView> {
    let summary = counted(fields.len(), "field");
    (!fields.is_empty()).then(|| {
        view! { <details><summary>{summary}</summary>{fields.into_iter().map(field).collect_view()}</details> }
            .into_any()
    })
}

/// The number of a change and its link in the chain.
pub(super) fn link(version: u64, hash: &str) -> AnyView {
    let (short, whole): (String, String) = (hash.chars().take(HASH_CHARS).collect(), hash.to_string());
    view! { <p class="muted"><small class="num">{format!("version {version}")}" · "<code title=whole>{short}</code></small></p> }
        .into_any()
}

/// Who did it; an agent that wrote for somebody is marked as one. The verdict has no author of its own.
fn who(change: &Change) -> Option<AnyView> {
    if change.noun == Noun::VerdictEntry {
        return None;
    }
    Some(person(&change.actor))
}

/// Somebody who did something, before what they did.
pub(super) fn person(person: &Person) -> AnyView {
    let name = person.name.clone();
    match person.agent.clone() {
        Some(agent) => view! { <span class="who">{agent}</span>" "<span class="flag"><Icon name="agent"/>" agent, for "{name}</span>" " }.into_any(),
        None => view! { <span class="who">{name}</span>" " }.into_any(),
    }
}

fn field(field: FieldChange) -> AnyView {
    let FieldChange { field, before, after } = field;
    let long = [&before, &after].iter().any(|text| text.contains('\n') || text.chars().count() > LINE_CHARS);
    let values = match (before.is_empty(), after.is_empty()) {
        (false, false) if long => lines(&before, &after),
        _ => view! {
            {(!before.is_empty()).then(|| view! { <p class="before"><del>{before}</del></p> })}
            {(!after.is_empty()).then(|| view! { <p class="after"><ins>{after}</ins></p> })}
        }
        .into_any(),
    };
    view! { <p class="muted"><small>{field}</small></p>{values} }.into_any()
}

/// A long text: the lines both ends share are left out but for one on each side.
fn lines(before: &str, after: &str) -> AnyView {
    let (was, is): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let (head, tail) = shared(&was, &is);
    let context = |line: Option<&&str>| line.map(|line| view! { <span>{line.to_string()}</span> });
    let gone = was[head..was.len() - tail].iter().map(|line| view! { <del>{line.to_string()}</del> }).collect_view();
    let new = is[head..is.len() - tail].iter().map(|line| view! { <ins>{line.to_string()}</ins> }).collect_view();
    let above = head.checked_sub(1).and_then(|place| is.get(place));
    let below = is.get(is.len() - tail).filter(|_| tail > 0);
    view! { <pre class="diff">{context(above)}{gone}{new}{context(below)}</pre> }.into_any()
}

/// How many lines two texts share at their beginning and at their end.
fn shared(was: &[&str], is: &[&str]) -> (usize, usize) {
    let head = was.iter().zip(is).take_while(|(was, is)| was == is).count();
    let tail = was[head..].iter().rev().zip(is[head..].iter().rev()).take_while(|(was, is)| was == is).count();
    (head, tail)
}

fn pager(case: &Case, changes: &[(Change, String)], older: Option<u64>) -> Option<AnyView> {
    let newest = changes.first().is_none_or(|(change, _)| change.version < case.dossier.version);
    if older.is_none() && !newest {
        return None;
    }
    let back = older.map(|before| case.url(&format!("history?before={before}")));
    Some(
        view! {
            <nav class="pager" aria-label="Pages of the history">
                {newest.then(|| view! { <a class="btn small" href=case.url("history")>"Newest"</a> })}
                {back.map(|href| view! { <a class="btn small" href=href>"Older"</a> })}
            </nav>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::shared;

    #[test]
    fn only_the_lines_that_differ_are_told() {
        type Case<'a> = (&'a [&'a str], &'a [&'a str], (usize, usize));
        let table: [Case; 5] = [
            (&["a", "b", "c"], &["a", "x", "c"], (1, 1)),
            (&["a", "a"], &["a"], (1, 0)),
            (&["a"], &["b"], (0, 0)),
            (&[], &["a"], (0, 0)),
            (&["a", "b"], &["a", "b", "c"], (2, 0)),
        ];
        for (was, is, expected) in table {
            assert_eq!(shared(was, is), expected, "{was:?} {is:?}");
        }
    }
}
