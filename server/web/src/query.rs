//! Filters of lists, from a query.

use std::collections::BTreeMap;

use domain::gap::Control;
use domain::incident::Status;
use domain::remediation::RemediationStatus;
use domain::severity::Sev;
use domain::verdict::Verdict;
use domain::{Refusal, Ruled};
use store::{BoardFilter, Filter};

type Query = BTreeMap<String, String>;

/// `?q=&status=&severity=&verdict=&tag=&gap=&agent=`; a blank one narrows nothing.
pub fn incidents(query: &Query) -> Ruled<Filter> {
    Ok(Filter {
        q: text(query, "q"),
        status: word(query, "status", Status::parse)?,
        severity: word(query, "severity", severity)?,
        verdict: word(query, "verdict", Verdict::parse)?,
        tag: text(query, "tag"),
        gap: word(query, "gap", Control::parse)?,
        agent: text(query, "agent"),
    })
}

/// `?status=&owner=&overdue=`.
pub fn board(query: &Query) -> Ruled<BoardFilter> {
    let overdue = text(query, "overdue").is_some_and(|overdue| overdue != "false" && overdue != "0");
    Ok(BoardFilter {
        status: word(query, "status", RemediationStatus::parse)?,
        owner: text(query, "owner"),
        overdue,
        open: false,
    })
}

fn text(query: &Query, name: &str) -> Option<String> {
    query.get(name).map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
}

fn word<T>(query: &Query, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Ruled<Option<T>> {
    text(query, name).map(|word| parse(&word)).transpose().map_err(|sentence| Refusal::field(name, sentence))
}

fn severity(text: &str) -> Result<Sev, String> {
    let number = text.parse().ok().and_then(Sev::new);
    number.ok_or_else(|| format!("“{text}” is not a severity: use 0 to 4."))
}
