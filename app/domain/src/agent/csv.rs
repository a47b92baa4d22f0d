//! Agents as rows of a table: many are registered at once, and all are written out.

use super::Agent;
use super::draft::{AgentDraft, StopDraft};
use crate::cell::quoted;
use crate::draft::{When, items_between, one_item};
use crate::vocabulary::Fallback;
use crate::{Id, Refusal, Ruled};

/// So many agents one file registers.
const ROWS_MAX: usize = 1_000;

/// The columns that are read and written, in the order in which they are written.
pub const COLUMNS: [&str; 17] = [
    "name",
    "identifiers",
    "owner",
    "team",
    "purpose",
    "model",
    "agent_version",
    "framework",
    "environment",
    "default_on_unconfirmable",
    "stop_place",
    "stop_who",
    "stop_last_drill",
    "critical",
    "review_days",
    "status",
    "next_review",
];

/// Columns that are written and passed over when they are read: they follow from the agent's history.
const WRITTEN_ONLY: [&str; 2] = ["status", "next_review"];

/// The line of a table, and what it says, or why it says nothing.
pub type TableRow = (usize, Result<AgentDraft, String>);

/// Reads a table. `account` finds the account behind a name or address. Of a line that is wrong, the sentence says why:
/// whoever registers the others names it together with those that the registry refuses.
pub fn read_agents(text: &str, account: impl Fn(&str) -> Option<Id>) -> Ruled<Vec<TableRow>> {
    let mut rows = rows(text.trim_start_matches('\u{feff}'))?.into_iter();
    let (_, header) = rows.next().ok_or_else(|| {
        Refusal::field(
            "csv",
            format!("The file is empty: its first line names the columns, such as {}.", COLUMNS.join(",")),
        )
    })?;
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    if let Some(strange) = header.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        let sentence = format!("Line 1: “{strange}” is not a column here: use {}.", COLUMNS.join(", "));
        return Err(Refusal::field("csv", sentence));
    }
    if !header.iter().any(|name| name == "name") {
        return Err(Refusal::field("csv", "Line 1: the column “name” is missing, by which each agent is called."));
    }
    let mut read = Vec::new();
    for (line, cells) in rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())) {
        if read.len() == ROWS_MAX {
            return Err(Refusal::field("csv", format!("This file has more than {ROWS_MAX} agents: send it in parts.")));
        }
        read.push((line, draft(&header, &cells, &account)));
    }
    if read.is_empty() {
        return Err(Refusal::field("csv", "Below the names of the columns there is no agent."));
    }
    Ok(read)
}

/// What stands between the identifiers of a cell.
const CELL_MARKS: [char; 3] = [',', ';', '\n'];

fn draft(header: &[String], cells: &[String], account: &impl Fn(&str) -> Option<Id>) -> Result<AgentDraft, String> {
    if cells.len() > header.len() {
        return Err(format!(
            "there are {} cells, but {} columns: put quotes around commas.",
            cells.len(),
            header.len()
        ));
    }
    let mut draft = AgentDraft { stop: StopDraft::default(), ..AgentDraft::default() };
    for (column, cell) in header.iter().zip(cells) {
        let cell = cell.trim();
        if cell.is_empty() || WRITTEN_ONLY.contains(&column.as_str()) {
            continue;
        }
        let text = || Some(cell.to_string());
        match column.as_str() {
            "name" => draft.name = cell.into(),
            "identifiers" => draft.identifiers = items_between(cell, &CELL_MARKS),
            "owner" => match account(cell) {
                Some(id) => draft.owner = Some(id),
                None => draft.owner_name = text(),
            },
            "team" => draft.team = text(),
            "purpose" => draft.purpose = text(),
            "model" => draft.model = text(),
            "agent_version" => draft.agent_version = text(),
            "framework" => draft.framework = text(),
            "environment" => draft.environment = text(),
            "default_on_unconfirmable" => draft.default_on_unconfirmable = Some(Fallback::parse(cell)?),
            "stop_place" => draft.stop.place = text(),
            "stop_who" => draft.stop.who = text(),
            "stop_last_drill" => draft.stop.last_drill = Some(When::Text(cell.into())),
            "critical" => draft.critical = yes_or_no(cell)?,
            "review_days" => {
                let days = cell.parse().map_err(|_| format!("“{cell}” is not a number of days."))?;
                draft.review_days = Some(days);
            }
            _ => {}
        }
    }
    if draft.name.is_empty() { Err("the name is missing.".into()) } else { Ok(draft) }
}

fn yes_or_no(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        _ => Err(format!("“{cell}” is neither yes nor no.")),
    }
}

/// The rows of a table with the line on which each begins. A quoted cell may hold commas, lines and doubled quotes.
fn rows(text: &str) -> Ruled<Vec<(usize, Vec<String>)>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun, mut quoted) = (1, 1, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push((begun, std::mem::take(&mut row)));
                (line, begun) = (line + 1, line + 1);
            }
            c => {
                line += usize::from(c == '\n');
                cell.push(c);
            }
        }
    }
    if quoted {
        let sentence = format!("Line {begun}: a quote is never closed: put a second one at the end of its cell.");
        return Err(Refusal::field("csv", sentence));
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((begun, row));
    }
    Ok(rows)
}

/// All agents as a table. `owner` names the account of an id.
pub fn agents_csv<'a>(agents: impl Iterator<Item = &'a Agent>, owner: impl Fn(&Id) -> String) -> String {
    // Without the mark, spreadsheets take the letters for those of another encoding.
    let mut csv = format!("\u{feff}{}\n", COLUMNS.join(","));
    for agent in agents {
        let row: Vec<String> = cells(agent, &owner).iter().map(|cell| quoted(cell)).collect();
        csv.push_str(&row.join(","));
        csv.push('\n');
    }
    csv
}

fn cells(agent: &Agent, owner: &impl Fn(&Id) -> String) -> [String; 17] {
    let identifiers: Vec<String> =
        agent.identifiers.iter().map(|known| one_item(known.as_str(), &CELL_MARKS)).collect();
    let time = |at: Option<crate::Instant>| at.map_or_else(String::new, crate::Instant::rfc3339);
    [
        agent.name.clone(),
        identifiers.join(";"),
        agent.owner.as_ref().map_or_else(|| agent.owner_name.clone(), owner),
        agent.team.clone(),
        agent.purpose.clone(),
        agent.model.clone(),
        agent.agent_version.clone(),
        agent.framework.clone(),
        agent.environment.clone(),
        agent.default_on_unconfirmable.word().into(),
        agent.stop.place.clone(),
        agent.stop.who.clone(),
        time(agent.stop.last_drill),
        if agent.critical { "yes" } else { "no" }.into(),
        agent.review_days.map_or_else(String::new, |days| days.to_string()),
        agent.status().word().into(),
        time(agent.next_review()),
    ]
}
