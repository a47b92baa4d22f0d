//! What becomes of each fact in the fields of the AI Incident Database and of the OECD.

use crate::interchange::table::{Mapping, rows};

/// The table.
pub(in crate::interchange) const MAPPING: Mapping = Mapping {
    word: "aiid",
    name: "AIID submission and OECD common reporting framework (2025)",
    sources: &[
        "https://github.com/responsible-ai-collaborative/aiid (site/gatsby-site/server/types/submission.ts)",
        "https://doi.org/10.1787/f326d4ac-en (OECD Artificial Intelligence Papers, 34)",
    ],
    held: "Neither has a JSON Schema. The fields are held against the list of the database's API, and the criteria against their number and which are mandatory.",
    rows: rows! {
        Form "" => "form, to_fill_in, oecd_criteria[]/id, oecd_criteria[]/criterion, oecd_criteria[]/mandatory, oecd_criteria[]/note": "Which form this is, which fields whoever submits it has to fill in, and how each value is meant.";
        Form "" => "aiid_submission/language, aiid_submission/editor_notes": "English, and what harmed_parties means here.";
        Field "incident.title" => "aiid_submission/title, aiid_submission/incident_title, oecd_criteria[]/value": "Criterion 1.";
        Field "incident.summary, narrative.section, narrative.body, judgement.statement" => "aiid_submission/text, aiid_submission/plain_text, aiid_submission/description, oecd_criteria[]/value": "The summary of the postmortem, else what was first reported, and the sentences that the verdict allows; criterion 2. Other sections are lost.";
        Field "incident.occurred" => "aiid_submission/incident_date, oecd_criteria[]/value": "Only where the day is known; criterion 5. A range is lost.";
        Form "" => "aiid_submission/date_modified": "As of when the case stands so.";
        Field "postmortem.revisions" => "aiid_submission/date_published": "When the last revision was published, if one was.";
        Field "incident.tags" => "aiid_submission/tags": "As they are.";
        Field "principal.name, principal.kind, incident.systems" => "aiid_submission/implicated_systems": "Agents and systems.";
        Field "principal.model, principal.agent_version, principal.framework" => "oecd_criteria[]/value": "Criterion 8.";
        Field "exposure.principals" => "aiid_submission/harmed_parties, oecd_criteria[]/value": "Whoever was exposed: the database asks for harmed or nearly harmed parties; criterion 14.";
        Words "event.actor, event.requested, event.authorised, event.confirmed" => "oecd_criteria[]/value": "Criterion 3: the acts of agents, counted. Criterion 24 only where more than one agent acted; it is never “no”.";
        Field "evidence.name, evidence.sha256" => "oecd_criteria[]/value": "Criterion 7.";
        Words "remediation.title, remediation.status" => "oecd_criteria[]/value": "Criterion 27.";
        Words "gap.control, gap.state, gap.statement, factor.statement, severity.sev" => "oecd_criteria[]/value": "Criterion 29. Criterion 10, severity, and criterion 11, harm, are not converted: their scales are others, and an undetermined verdict is no absence of harm.";
        Field "judgement.*, severity.*, incident.declared_severity, rating.facts" => "inquest": "Verdict, facets, coverage, conditions that are not met, severity with range and score. Cells, levels and the working of the severity are lost.";
        Asked "" => "aiid_submission/authors, aiid_submission/date_downloaded, aiid_submission/date_submitted, aiid_submission/deployers, aiid_submission/developers, aiid_submission/image_url, aiid_submission/source_domain, aiid_submission/submitters, aiid_submission/url": "Who reports, where it can be read, and which organisations stand behind it; in the criteria also countries, industries, functions, rights, principles, training data, autonomy and steps to reproduce.";
        Lost "event.*, edge.*, mark.*" => "": "The timeline.";
        Lost "principal.*, evidence.*, exposure.*, finding.*, gap.*, factor.*, remediation.*" => "": "Findings, grants, the window and the resources, and the rest of each record.";
        Lost "incident.*, narrative.*, postmortem.*, rating.*" => "": "Status, members, targets, stamps, and the state of the postmortem.";
    },
};
