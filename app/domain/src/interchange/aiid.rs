//! What a submission to the AI Incident Database asks for, and the criteria of the OECD's common reporting framework.

pub(super) mod table;

use serde_json::{Value, json};

use super::Told;
use super::told::filled;
use crate::TimeRange;
use crate::severity::Sev;
use crate::timeline::first_line;

/// The form of the document.
const FORM: &str = "inquest-aiid-oecd/1";

/// The fields of a submission that Inquest does not know and the database does not do without.
const TO_FILL_IN: [&str; 10] = [
    "authors",
    "date_downloaded",
    "date_published",
    "date_submitted",
    "deployers",
    "developers",
    "image_url",
    "source_domain",
    "submitters",
    "url",
];

/// The criteria by number, and whether a report must have them.
const CRITERIA: [(&str, bool); 29] = [
    ("Title", true),
    ("Description of incident", true),
    ("How AI system relates to incident", true),
    ("Submitter information", true),
    ("Date of first known occurrence", false),
    ("Country(ies) where incident occurred", false),
    ("Supporting materials", true),
    ("AI system/product name and version", false),
    ("Developer/deployer organisations", false),
    ("Severity", true),
    ("Harm type", true),
    ("Quantification of harm", false),
    ("Unintended/wrongful use", false),
    ("Affected stakeholders", false),
    ("Human/fundamental-rights impacts", false),
    ("Associated AI Principles", false),
    ("Industries", false),
    ("Business functions", false),
    ("Critical functions/infrastructure", false),
    ("Breadth of deployment", false),
    ("Link to training data", false),
    ("Link to AI model", false),
    ("Usage rights", false),
    ("Multiple-AI-system interaction", false),
    ("AI system tasks", false),
    ("Maximum autonomy level", false),
    ("Actions taken", false),
    ("Steps to reproduce", false),
    ("Additional information", false),
];

/// The case as the fields of both. What neither can be told is `null`, and never a guess.
pub(crate) fn aiid(told: &Told<'_>) -> Value {
    json!({
        "form": FORM,
        "aiid_submission": submission(told), "to_fill_in": TO_FILL_IN,
        "oecd_criteria": criteria(told),
        "inquest": told.in_our_words(),
    })
}

fn submission(told: &Told<'_>) -> Value {
    let text = [told.summary(), told.statement().as_str()].join("\n\n");
    let published = told.shown.postmortem().revisions.last().map(|last| last.stamp.at);
    let mut fields = json!({
        "title": told.incident.title, "incident_title": told.incident.title, "description": first_line(told.summary()),
        "text": text.trim(), "plain_text": text.trim(), "incident_date": date(&told.incident.occurred),
        "date_modified": told.as_of(), "language": "en", "tags": told.incident.tags,
        "implicated_systems": systems(told), "harmed_parties": exposed(told),
        "editor_notes": "harmed_parties lists whoever was exposed: harmed or nearly harmed. Nobody is said to have been harmed unless the verdict says so.",
    });
    for name in TO_FILL_IN {
        fields[name] = Value::Null;
    }
    fields["date_published"] = json!(published);
    fields
}

/// The day, where both ends of the time are on it.
fn date(range: &TimeRange) -> Option<String> {
    let day = |at: crate::Instant| at.utc().format("%Y-%m-%d").to_string();
    let (from, until) = (day(range.earliest?), day(range.latest?));
    (from == until).then_some(from)
}

fn systems(told: &Told<'_>) -> Vec<String> {
    let agents = told.agents().map(|agent| agent.name.clone());
    let mut systems: Vec<String> = agents.chain(told.incident.systems.iter().cloned()).collect();
    systems.sort();
    systems.dedup();
    systems
}

fn exposed(told: &Told<'_>) -> Vec<String> {
    let exposure = told.shown.exposure();
    let named = exposure.principals.iter().map(|one| match one.count {
        Some(count) => format!("{} ({count})", one.name),
        None => one.name.clone(),
    });
    named.collect()
}

fn criteria(told: &Told<'_>) -> Vec<Value> {
    let row = |(place, (name, mandatory)): (usize, &(&str, bool))| {
        let (value, note) = criterion(told, place + 1);
        let mut row = json!({ "id": place + 1, "criterion": name, "mandatory": mandatory, "value": value });
        if !note.is_empty() {
            row["note"] = json!(note);
        }
        row
    };
    CRITERIA.iter().enumerate().map(row).collect()
}

/// What can be said of one, and what not.
fn criterion(told: &Told<'_>, number: usize) -> (Value, &'static str) {
    const NOT_RECORDED: &str = "Not recorded by Inquest: the submitter knows it.";
    match number {
        1 => (json!(told.incident.title), ""),
        2 => (json!(told.summary()), ""),
        3 => (json!(relation(told)), "Counted on the timeline."),
        5 => (json!(date(&told.incident.occurred)), "Only where the day is known."),
        7 => (json!(evidence(told)), "Evidence items by name and digest; their content does not travel."),
        8 => (json!(agents(told)), ""),
        10 => {
            (Value::Null, "Not converted: the severity of Inquest is another scale, and its verdict is in “inquest”.")
        }
        11 => (
            Value::Null,
            "Not converted: the facets of the verdict are in “inquest”. What is undetermined there is no absence of harm.",
        ),
        14 => (json!(exposed(told)), "Whoever was exposed; not everybody exposed was affected."),
        24 => (json!((acting(told) > 1).then_some("Yes")), "Said only where more than one agent acted."),
        27 => (json!(actions(told)), ""),
        29 => (json!(more(told)), ""),
        _ => (Value::Null, NOT_RECORDED),
    }
}

/// How many agents are recorded to have acted.
fn acting(told: &Told<'_>) -> usize {
    let events = told.events();
    told.agents().filter(|agent| events.iter().any(|event| event.actor == agent.id)).count()
}

fn relation(told: &Told<'_>) -> String {
    let events = told.events();
    let acts = events.iter().filter(|event| told.is_agent(&event.actor));
    let acts: Vec<_> = acts.collect();
    let no = |answer: fn(&crate::timeline::Event) -> crate::Tri| {
        acts.iter().filter(|event| answer(event) == crate::Tri::No).count()
    };
    format!(
        "Acts of AI agents: {}; recorded as not requested: {}, not authorised: {}, not confirmed by a person: {}.",
        acts.len(),
        no(|event| event.requested),
        no(|event| event.authorised),
        no(|event| event.confirmed),
    )
}

fn evidence(told: &Told<'_>) -> Vec<Value> {
    told.shown.evidence.iter().map(|item| json!({ "name": item.name, "sha256": item.sha256 })).collect()
}

fn agents(told: &Told<'_>) -> Vec<Value> {
    let agent = |one: &crate::principal::Principal| {
        filled(
            json!({ "name": one.name, "model": one.model, "version": one.agent_version, "framework": one.framework }),
        )
    };
    told.agents().map(|kept| agent(&kept.record)).collect()
}

fn actions(told: &Told<'_>) -> Vec<String> {
    told.shown.remediations.iter().map(|item| format!("{} ({})", item.title, item.status.label())).collect()
}

fn more(told: &Told<'_>) -> Vec<String> {
    let gaps =
        told.shown.gaps.iter().map(|gap| {
            format!("Control: {}, {}: {}", gap.control.label(), gap.state.label(), first_line(&gap.statement))
        });
    let factors =
        told.shown.factors.iter().map(|factor| format!("Contributing factor: {}", first_line(&factor.statement)));
    let severity = told.sev().map(|sev: Sev| format!("Severity in Inquest: {}", sev.label()));
    std::iter::once(told.statement()).chain(severity).chain(gaps).chain(factors).collect()
}
