//! Trends: how soon incidents are detected and contained, month by month.

mod chart;
mod table;

use domain::access::Permit;
use domain::counted::{counted, counted_as};
use domain::trends::{Detection, FiledBy, Group, Lengths, Month, MonthRow, Trends};
use leptos::prelude::*;

use self::table::{Cell, table};
use crate::component::address::encode;
use crate::component::shell::{Empty, One};
use crate::frame::Frame;

/// The page; with `filed_by` its months count only what was made so.
pub fn page(trends: &Trends, filed_by: Option<FiledBy>) -> AnyView {
    let all = trends.whole.of(None).incidents;
    let body = match (all, trends.whole.of(filed_by).incidents) {
        (0, _) => nothing(trends.earlier),
        (_, 0) => none_of(filed_by),
        _ => months(trends, filed_by),
    };
    let (tabs, split) = ((all > 0).then(|| tabs(filed_by)), (all > 0).then(|| split(trends)));
    let method = (all > 0).then(|| method(trends));
    let export = (all > 0).then(|| view! { <a class="btn quiet" href="/trends/export">"Download as CSV"</a> });
    view! {
        <One>
            <div class="stack">
                <div class="spread"><h1>"Trends"</h1><div class="actions">{export}</div></div>
                {method}
                {split}
                {tabs}
                {body}
            </div>
        </One>
    }
    .into_any()
}

/// What counts, and when: without it no number here means anything.
fn method(trends: &Trends) -> impl IntoView + use<> {
    let by_filing = trends.whole.all.dated_by_filing;
    let by_filing = (by_filing > 0).then(|| {
        let told = counted_as(by_filing, "incident counts", "incidents count");
        format!(" {told} in the month of filing, because nobody knows the month in which it began.")
    });
    let earlier = (trends.earlier > 0).then(|| {
        let told = counted_as(trends.earlier, "incident began earlier and is", "incidents began earlier and are");
        format!(" {told} not counted here.")
    });
    view! {
        <p class="muted">{format!("The incidents you may see that began in the last twelve months, by the clocks of {}.", trends.zone)}{by_filing}{earlier}</p>
        <details>
            <summary>"How it is counted"</summary>
            <ul>
                <li>"An incident counts in the month in which its impact starts; without that mark, in which the agent acted; else in which it is said to have happened."</li>
                <li>"Incidents that were merged into another, and drafts that were discarded, count nowhere."</li>
                <li>"Lengths come from the marks on the timeline. What is only reported is a claim, and counts as not known. Nothing unknown counts as zero."</li>
                <li>"Each incident is held against its own target: 60 s unless somebody set another one. Within and over are certain: a range that has the target in it is “possibly within”."</li>
                <li>"A median of ranges is a range: the true one lies in it. Only known lengths are in it."</li>
            </ul>
        </details>
    }
}

/// Whose incidents the months count.
fn tabs(filed_by: Option<FiledBy>) -> impl IntoView {
    let link = |wanted: Option<FiledBy>, label: &'static str| {
        let href = wanted.map_or("/trends".to_string(), |wanted| format!("/trends?filed_by={}", wanted.word()));
        view! { <a href=href aria-current=(wanted == filed_by).then_some("page")>{label}</a> }
    };
    view! {
        <nav class="tabs few" aria-label="Whose incidents">
            {link(None, "All")}
            {link(Some(FiledBy::Rule), "Drafted by a rule")}
            {link(Some(FiledBy::People), "Filed by people")}
        </nav>
    }
}

/// Whether watching pays: what rules drafted, beside what people filed.
fn split(trends: &Trends) -> AnyView {
    let kinds = [(Some(FiledBy::Rule), "Drafted by a rule"), (Some(FiledBy::People), "Filed by people"), (None, "All")];
    let rows = kinds.map(|(filed_by, label)| {
        let group = trends.whole.of(filed_by);
        let detection = Detection::ALL.iter().map(|&detection| Cell::count(group.detection.of(detection), None));
        let cells = [Cell::count(group.incidents, None)].into_iter().chain(detection);
        let lengths = [
            length(&group.time_to_detect, group.time_to_detect.median),
            length(&group.time_to_contain, group.time_to_contain.median),
        ];
        (Cell::text(label), cells.chain(lengths).collect())
    });
    let heads =
        ["Incidents", "Within target", "Possibly within", "Over target", "Not known", "To detect", "To contain"];
    let table = table("By who made them", "", &heads.map(str::to_string), rows.into_iter().collect());
    view! {
        <section class="card">
            <header><h2>"Does watching pay?"</h2><small class="muted">"all twelve months; lengths are medians"</small></header>
            {table}
        </section>
    }
    .into_any()
}

/// What the months come to.
fn months(trends: &Trends, filed_by: Option<FiledBy>) -> AnyView {
    let unknown = (trends.whole.of(filed_by).time_to_detect.known == 0).then(|| {
        view! {
            <div class="notice info" role="status"><div><b>"No time to detect is known yet."</b>" Mark on each timeline where the impact starts and where it was detected. Incidents that a rule drafts carry these marks from the start."</div></div>
        }
    });
    let (detection, containment) = (detection(trends, filed_by), containment(trends, filed_by));
    let (severities, verdicts) = (severities(trends, filed_by), verdicts(trends, filed_by));
    let remediation = remediation(trends, filed_by);
    view! { {unknown}{detection}{containment}{severities}{verdicts}{remediation} }.into_any()
}

/// The months in which something happened, the newest first.
fn full(trends: &Trends, filed_by: Option<FiledBy>) -> impl Iterator<Item = (Month, &Group)> {
    let groups = trends.months.iter().rev().map(move |row: &MonthRow| (row.month, row.groups.of(filed_by)));
    groups.filter(|(_, group)| group.incidents > 0)
}

/// The list of those incidents; `more` narrows it.
fn address(month: Month, filed_by: Option<FiledBy>, more: &[(&str, &str)]) -> String {
    let filed_by = filed_by.map(|filed_by| ("filed_by", filed_by.word()));
    let parts = filed_by.iter().chain(more).map(|(name, value)| format!("&{name}={}", encode(value)));
    format!("/incidents?month={month}{}", parts.collect::<String>())
}

fn month_cell(month: Month, filed_by: Option<FiledBy>) -> Cell {
    Cell { href: Some(address(month, filed_by, &[])), ..Cell::text(&month.label()) }
}

fn length(lengths: &Lengths, shown: Option<domain::time::DurationRange>) -> Cell {
    match shown {
        Some(length) => Cell { note: format!("of {} known", lengths.known), ..Cell::text(&length.show()) },
        None if lengths.unknown > 0 => Cell::text("not known"),
        None => Cell::text("–"),
    }
}

fn detection(trends: &Trends, filed_by: Option<FiledBy>) -> AnyView {
    let rows = full(trends, filed_by).map(|(month, group)| {
        let counts = Detection::ALL.iter().map(|&detection| {
            let href = address(month, filed_by, &[("detection", detection.word())]);
            Cell::count(group.detection.of(detection), Some(href))
        });
        let lengths = &group.time_to_detect;
        let cells = counts.chain([length(lengths, lengths.median), length(lengths, lengths.p90)]).collect();
        (month_cell(month, filed_by), cells)
    });
    let heads = ["Within target", "Possibly within", "Over target", "Not known", "Median", "90 % within"];
    let table = table("Time to detect by month", "Month", &heads.map(str::to_string), rows.collect());
    let chart = chart::bars(trends, filed_by);
    view! {
        <section class="card">
            <header><h2>"Time to detect, against the target"</h2><small class="muted">"from where the impact starts to where somebody knew"</small></header>
            {chart}
            {table}
        </section>
    }
    .into_any()
}

fn containment(trends: &Trends, filed_by: Option<FiledBy>) -> AnyView {
    let rows = full(trends, filed_by).map(|(month, group)| {
        let lengths = &group.time_to_contain;
        let counts = [Cell::count(lengths.known, None), Cell::count(lengths.unknown, None)];
        (
            month_cell(month, filed_by),
            counts.into_iter().chain([length(lengths, lengths.median), length(lengths, lengths.p90)]).collect(),
        )
    });
    let heads = ["Known", "Not known", "Median", "90 % within"];
    let table = table("Time to contain by month", "Month", &heads.map(str::to_string), rows.collect());
    view! {
        <section class="card">
            <header><h2>"Time to contain"</h2><small class="muted">"from where somebody knew to where it was contained"</small></header>
            {table}
        </section>
    }
    .into_any()
}

fn severities(trends: &Trends, filed_by: Option<FiledBy>) -> AnyView {
    let shown: Vec<usize> = (0..trends.whole.all.severities.len())
        .filter(|place| trends.whole.of(filed_by).severities[*place].incidents > 0)
        .collect();
    let severity = |place: &usize| trends.whole.all.severities[*place].severity;
    let heads: Vec<String> =
        shown.iter().map(|place| severity(place).map_or("Not rated".into(), |sev| sev.label().into())).collect();
    let rows = full(trends, filed_by).map(|(month, group)| {
        let cells = shown.iter().map(|place| {
            // The list has no filter for those that nobody rated.
            let number = severity(place).map(|sev| sev.number().to_string());
            let href = number.map(|number| address(month, filed_by, &[("severity", &number)]));
            Cell::count(group.severities[*place].incidents, href)
        });
        (month_cell(month, filed_by), cells.collect())
    });
    let table = table("Severity by month", "Month", &heads, rows.collect());
    view! { <section class="card"><header><h2>"Severity"</h2></header>{table}</section> }.into_any()
}

fn verdicts(trends: &Trends, filed_by: Option<FiledBy>) -> AnyView {
    let counts = trends.whole.of(filed_by).verdicts.iter().enumerate();
    let shown: Vec<usize> = counts.filter(|(_, count)| count.incidents > 0).map(|(place, _)| place).collect();
    let heads: Vec<String> =
        shown.iter().map(|place| trends.whole.all.verdicts[*place].verdict.label().into()).collect();
    let rows = full(trends, filed_by).map(|(month, group)| {
        let cells = shown.iter().map(|place| {
            let count = &group.verdicts[*place];
            Cell::count(count.incidents, Some(address(month, filed_by, &[("verdict", count.verdict.word())])))
        });
        (month_cell(month, filed_by), cells.collect())
    });
    let table = table("Verdict by month", "Month", &heads, rows.collect());
    view! { <section class="card"><header><h2>"Verdict"</h2><small class="muted">"as it stands today"</small></header>{table}</section> }
        .into_any()
}

fn remediation(trends: &Trends, filed_by: Option<FiledBy>) -> Option<AnyView> {
    let whole = trends.whole.of(filed_by);
    if whole.remediations_open + whole.remediations_verified == 0 {
        return None;
    }
    let planned = full(trends, filed_by).filter(|(_, group)| group.remediations_open + group.remediations_verified > 0);
    let rows = planned.map(|(month, group)| {
        let cells = vec![Cell::count(group.remediations_open, None), Cell::count(group.remediations_verified, None)];
        (month_cell(month, filed_by), cells)
    });
    let heads = ["Still open", "Verified"].map(str::to_string);
    let table = table("Remediation by month of the incident", "Month", &heads, rows.collect());
    Some(
        view! {
            <section class="card">
                <header><h2>"Remediation"</h2><small class="muted">"of the incidents of that month, as it stands today"</small></header>
                {table}
            </section>
        }
        .into_any(),
    )
}

/// No incident at all, or none in these months.
fn nothing(earlier: u64) -> AnyView {
    let may = Frame::current().may(Permit::Edit);
    let (title, text) = match earlier {
        0 => (
            "No incidents yet",
            "Trends show month by month how many incidents there were, and how many were detected within 60 seconds. They need incidents with two marks on the timeline: where the impact starts, and where it was detected. Incidents that a rule drafts carry both from the start.".to_string(),
        ),
        earlier => (
            "No incident began in the last twelve months",
            format!("{} began earlier. Trends show the last twelve months.", counted(earlier, "incident")),
        ),
    };
    let list = earlier > 0;
    view! {
        <h2 class="visually-hidden">"Months"</h2>
        <Empty title=title text=text>
            <p class="cluster">
                {list.then(|| view! { <a class="btn p" href="/incidents">"All incidents"</a> })}
                {(may && !list).then(|| view! { <a class="btn p" href="/incidents/new">"File the first incident"</a> })}
                <a class="btn" href="/watch">"Watch agents"</a>
            </p>
        </Empty>
    }
    .into_any()
}

/// Incidents there are, and none of the chosen kind.
fn none_of(filed_by: Option<FiledBy>) -> AnyView {
    let (title, text, link) = match filed_by {
        Some(FiledBy::Rule) => (
            "No rule drafted an incident in these months",
            "A rule drafts one where its response is “draft” or “suspend”, and a source shows the act.",
            ("/watch/rules", "Rules"),
        ),
        _ => (
            "People filed no incident in these months",
            "All of them were drafted by rules.",
            ("/trends", "All incidents"),
        ),
    };
    view! {
        <h2 class="visually-hidden">"Months"</h2>
        <Empty title=title text=text><p><a class="btn" href=link.0>{link.1}</a></p></Empty>
    }
    .into_any()
}
