//! What an import found: counts, actors, gaps, acts on logging, and what could not be read.

use domain::Id;
use domain::counted::counted;
use domain::import::PARSE_ERRORS_KEPT_MAX;
use domain::reader::ParseError;
use domain::reader::log::{LoggingChange, Member, MissingRecords, Summary};
use leptos::prelude::*;

use super::ImportPage;
use crate::case::Case;
use crate::component::address::encode;
use crate::component::times::{length_text, span_text};
use crate::component::{Sign, When};

/// How many actors are named; the rest is counted.
const ACTORS_MAX: usize = 12;
/// How many lines that give a zone are named; the rest is counted.
const ZONE_LINES_MAX: usize = 5;
/// How many gaps and acts on logging are listed; the rest is counted.
const LISTED_MAX: usize = 50;

/// The counts.
pub(super) fn facts(summary: &Summary, zone: Option<String>) -> impl IntoView + use<> {
    let count = |name: &'static str, count: u64, words: &'static str| {
        (count > 0).then(
            || view! { <dt>{name}</dt><dd class="num">{count.to_string()} " " <span class="muted">{words}</span></dd> },
        )
    };
    let span = if summary.first_at.is_none() {
        "no record has a time".to_string()
    } else {
        span_text(summary.first_at, summary.last_at)
    };
    let blank = summary.bytes.saturating_sub(summary.accounted);
    view! {
        <dl class="facts">
            <dt>"Format"</dt><dd>{summary.format.label()}</dd>
            {summary.encoding.clone().map(|encoding| view! { <dt>"Encoding"</dt><dd>{encoding}</dd> })}
            {zone.map(|zone| view! { <dt>"Zone"</dt><dd>{zone} " " <span class="muted">"told by a person, for times that name none"</span></dd> })}
            <dt>"Records"</dt><dd class="num">{summary.records.to_string()}</dd>
            <dt>"Span"</dt><dd>{span}</dd>
            <dt>"Not readable"</dt><dd class="num">{summary.unreadable.to_string()} {(summary.unreadable > 0).then(|| view! { " " <a href="#parse_errors">"which, and why"</a> })}</dd>
            {count("Passed over", summary.skipped, "pieces of kinds that say nothing of anybody's acts")}
            {count("Merged", summary.merged, "pieces that became part of an earlier record")}
            {count("Without a time", summary.without_time, "records: they stand at the end of every list, and in no span")}
            {count("Time assumed", summary.assumed_time, "records, whose zone, day or year does not stand beside their times")}
            {zone_lines(summary)}
            {members(summary)}
            {count("Gaps", summary.gap_count, "where the log itself shows that records are missing")}
            {count("Logging changed", summary.logging_change_count, "acts that change what is logged")}
            <dt>"Bytes"</dt><dd class="num">{summary.bytes.to_string()} " " <span class="muted">{format!("each of them accounted for; {blank} are blank")}</span></dd>
        </dl>
    }
}

/// The files of the archive, where it is one, and the format of each.
fn members(summary: &Summary) -> Option<AnyView> {
    let row = |member: &Member| {
        let unread = match member.unreadable {
            0 => String::new(),
            count => format!(", {} not readable", counted(count, "piece")),
        };
        format!("{}: {}, {}{unread}", member.name, member.format.label(), counted(member.records, "record"))
    };
    let listed: Vec<String> = summary.members.iter().take(LISTED_MAX).map(row).collect();
    let more = summary.members.len().saturating_sub(listed.len()) as u64 + summary.other_members;
    let more = (more > 0).then(|| view! { <li class="muted">{format!("and {}", counted(more, "further file"))}</li> });
    let rows = listed.into_iter().map(|row| view! { <li>{row}</li> }).collect_view();
    (!summary.members.is_empty())
        .then(|| view! { <dt>"Files in it"</dt><dd><ul class="hairline">{rows} {more}</ul></dd> }.into_any())
}

/// The lines by which the log itself gives its zone.
fn zone_lines(summary: &Summary) -> Option<AnyView> {
    let told: Vec<String> = summary
        .zone_lines
        .iter()
        .take(ZONE_LINES_MAX)
        .map(|(line, zone)| format!("{zone} from line {line} on"))
        .collect();
    let more = summary.zone_lines.len().saturating_sub(told.len());
    let more = (more > 0).then(|| format!(" and {more} more"));
    (!told.is_empty()).then(|| {
        view! {
            <dt>"Zone in the log"</dt>
            <dd>{told.join(", ")} {more} " " <span class="muted">"told by the log itself, for the times below that name none"</span></dd>
        }
        .into_any()
    })
}

/// Who acts in it, the most frequent first.
pub(super) fn actors(case: &Case, shown: &ImportPage, summary: &Summary) -> Option<AnyView> {
    let mut actors: Vec<(&String, u64)> = summary.actors.iter().map(|(name, count)| (name, *count)).collect();
    if actors.is_empty() {
        return None;
    }
    actors.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let people = actors.iter().filter(|(name, _)| !name.is_empty()).count();
    let named = actors.iter().take(ACTORS_MAX).map(|(_, count)| count).sum::<u64>();
    let rest = summary.records.saturating_sub(named);
    let kept = shown.trial.is_none();
    let base = case.url(&format!("records?evidence={}", encode(shown.item.id.as_str())));
    let line = |(name, count): &(&String, u64)| {
        let label = if name.is_empty() { "not named".to_string() } else { (*name).clone() };
        let href = (kept && !name.is_empty()).then(|| format!("{base}&actor={}", encode(name)));
        view! {
            <li class="spread">
                {match href { Some(href) => view! { <a href=href>{label}</a> }.into_any(), None => view! { <span>{label}</span> }.into_any() }}
                <span class="num muted">{count.to_string()}</span>
            </li>
        }
    };
    let lines = actors.iter().take(ACTORS_MAX).map(line).collect_view();
    let counted = match people {
        0 => "nobody is named".to_string(),
        1 => "1 actor".to_string(),
        people => format!("{people} actors"),
    };
    Some(
        view! {
            <section class="card" id="actors">
                <header><h2>"Who acts in it"</h2><small class="muted num">{counted}</small></header>
                <ul class="hairline">{lines}{(rest > 0).then(|| view! { <li class="muted">{format!("{rest} records of others")}</li> })}</ul>
            </section>
        }
        .into_any(),
    )
}

/// The gaps that the log itself shows, and the acts on logging.
pub(super) fn gaps(case: &Case, shown: &ImportPage, summary: &Summary) -> Option<AnyView> {
    if summary.gap_count == 0 && summary.logging_change_count == 0 {
        return None;
    }
    let gap = |gap: &MissingRecords| {
        let missing = gap.missing.map(|missing| {
            if missing == 1 { ", 1 record missing".to_string() } else { format!(", {missing} records missing") }
        });
        let length = length_text(gap.from, gap.to);
        let length = (!length.is_empty()).then(|| format!(" ({length})"));
        view! { <li><Sign kind="x"/> " Gap " {span_text(gap.from, gap.to)} {length} {missing} ": " {gap.reason.clone()}</li> }
    };
    let change = |change: &LoggingChange| {
        let who = if change.actor.is_empty() { "somebody".to_string() } else { change.actor.clone() };
        let when = change.at.map(|at| view! { <When time=domain::TimeRange::exact(at)/> " " });
        let line = line_url(case, &shown.item.id, change.line);
        view! {
            <li><Sign kind="un"/> " " {when} <b>{who}</b> " " <code>{change.action.clone()}</code> " " {change.resource.clone()} " (" {change.outcome.label()} "), " <a href=line>{format!("line {}", change.line)}</a></li>
        }
    };
    let gaps = summary.gaps.iter().take(LISTED_MAX).map(gap).collect_view();
    let changes = summary.logging_changes.iter().take(LISTED_MAX).map(change).collect_view();
    let left = summary.gap_count.saturating_sub(LISTED_MAX as u64)
        + summary.logging_change_count.saturating_sub(LISTED_MAX as u64);
    Some(
        view! {
            <section class="card" id="gaps">
                <header><h2>"Gaps, and changes of logging"</h2><small class="muted">"as the log itself shows them"</small></header>
                <ul class="hairline">{gaps}{changes}{(left > 0).then(|| view! { <li class="muted">{format!("and {left} more")}</li> })}</ul>
            </section>
        }
        .into_any(),
    )
}

/// What could not be read, each with its line and the reason.
pub(super) fn parse_errors(
    case: &Case,
    shown: &ImportPage,
    parse_errors: &[ParseError],
    next: Option<i64>,
) -> impl IntoView + use<> {
    let total = shown.summary().map_or(0, |summary| summary.unreadable);
    let path = shown.path(case);
    let none = parse_errors.is_empty();
    let line = |parse_error: &ParseError| {
        let number = parse_error.line as u64;
        let (href, text) = (line_url(case, &shown.item.id, number), parse_error.text.clone());
        view! {
            <li class="stack">
                <p><a href=href>{format!("Line {number}")}</a> ": " {parse_error.reason.clone()}</p>
                {(!text.is_empty()).then(|| view! { <code class="parse-error">{text}</code> })}
            </li>
        }
    };
    let lines = parse_errors.iter().map(line).collect_view();
    let counted = if total == 1 { "1 piece".to_string() } else { format!("{total} pieces") };
    view! {
        <section class="card" id="parse_errors">
            <header><h2>"What could not be read"</h2><small class="muted num">{(!none).then_some(counted)}</small></header>
            {none.then(|| view! { <p class="muted">"Nothing. A piece that is broken, cut off or of another kind would stand here with its line and the reason: nothing is passed over in silence."</p> })}
            {(total > PARSE_ERRORS_KEPT_MAX).then(|| view! { <p class="muted">{format!("The first {PARSE_ERRORS_KEPT_MAX} are listed; the others are counted, and the times in which they may belong count as not covered.")}</p> })}
            <ul class="hairline">{lines}</ul>
            {next.map(|next| view! { <nav class="pager" aria-label="Pages of what could not be read"><a class="btn small" href=format!("{path}#parse_errors")>"From the beginning"</a><a class="btn small" href=format!("{path}?parse_errors={next}#parse_errors")>"Next"</a></nav> })}
        </section>
    }
}

fn line_url(case: &Case, id: &Id, line: u64) -> String {
    case.url(&format!("evidence/{}?line={line}#L{line}", encode(id.as_str())))
}
