//! The filters above the list of incidents: a plain form, so that a filtered list has an address.

use std::collections::BTreeMap;

use domain::gap::Control;
use domain::incident::Status;
use domain::severity::Sev;
use domain::trends::{Detection, FiledBy, Month};
use domain::verdict::Verdict;
use domain::watch::drafting::DraftState;
use leptos::context::Provider;
use leptos::prelude::*;

use crate::component::address::encode;
use crate::component::form::FormId;
use crate::component::{Choice, Field, Select, choices};
use crate::frame::Frame;

const FILTERS: [&str; 10] =
    ["q", "status", "severity", "verdict", "gap", "tag", "drafted", "month", "detection", "filed_by"];

pub(super) fn bar(query: &BTreeMap<String, String>) -> AnyView {
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (words, status, severity, verdict, gap, tag) =
        (value("q"), value("status"), value("severity"), value("verdict"), value("gap"), value("tag"));
    let (drafted, month, detection, filed_by) =
        (value("drafted"), value("month"), value("detection"), value("filed_by"));
    let of_trends = [&month, &detection, &filed_by].iter().any(|value| !value.is_empty());
    let filtered = FILTERS.iter().any(|name| query.get(*name).is_some_and(|value| !value.is_empty()));
    let severities: Vec<Choice> =
        Sev::ALL.iter().map(|sev| (sev.number().to_string(), sev.label().to_string())).collect();
    view! {
        <form class="filters" action="/incidents" method="get" aria-label="Filter">
            <Provider value=FormId("filter".into())>
                <Field name="q" label="Words" kind="search" value=words/>
                <Select name="status" label="Status" options=choices(Status::ALL, Status::word, Status::label) value=status blank="any"/>
                <Select name="severity" label="Severity" options=severities value=severity blank="any"/>
                <Select name="verdict" label="Verdict" options=choices(Verdict::ALL, Verdict::word, Verdict::label) value=verdict blank="any"/>
                <Select name="gap" label="Control gap" options=choices(Control::ALL, Control::word, Control::label) value=gap blank="any"/>
                <Field name="tag" label="Tag" value=tag/>
                <Select name="drafted" label="Drafts" options=choices(DraftState::ALL, DraftState::word, DraftState::label) value=drafted blank="all but discarded"/>
                <details open=of_trends>
                    <summary>"Filters of trends"</summary>
                    <div>
                        <Select name="month" label="Month it began" options=months(&month) value=month blank="any"/>
                        <Select name="detection" label="Time to detect" options=choices(Detection::ALL, Detection::word, Detection::label) value=detection blank="any"/>
                        <Select name="filed_by" label="Made by" options=choices(FiledBy::ALL, FiledBy::word, FiledBy::label) value=filed_by blank="any"/>
                    </div>
                </details>
            </Provider>
            <button class="btn">"Filter"</button>
            {filtered.then(|| view! { <a class="btn quiet" href="/incidents">"Clear"</a> })}
        </form>
    }
    .into_any()
}

/// The months of the trends, and the one that is asked for.
fn months(asked: &str) -> Vec<Choice> {
    let frame = Frame::current();
    let mut months = Month::last(frame.now, &frame.zone);
    months.reverse();
    months.extend(Month::parse(asked).ok().filter(|asked| !months.contains(asked)));
    months.into_iter().map(|month| (month.to_string(), month.label())).collect()
}

/// The address of the same list, at another place in it.
pub(super) fn address(query: &BTreeMap<String, String>, cursor: Option<i64>) -> String {
    let kept = FILTERS.iter().filter_map(|name| {
        query.get(*name).filter(|value| !value.is_empty()).map(|value| format!("{name}={}", encode(value)))
    });
    let parts: Vec<String> = kept.chain(cursor.map(|cursor| format!("cursor={cursor}"))).collect();
    if parts.is_empty() { "/incidents".into() } else { format!("/incidents?{}", parts.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_page_keeps_the_filters_and_drops_the_old_cursor() {
        let query = BTreeMap::from([
            ("q".to_string(), "inbox & stop".to_string()),
            ("cursor".to_string(), "9".to_string()),
            ("tag".to_string(), String::new()),
        ]);
        assert_eq!(address(&query, Some(4)), "/incidents?q=inbox%20%26%20stop&cursor=4");
        assert_eq!(address(&BTreeMap::new(), None), "/incidents");
    }
}
