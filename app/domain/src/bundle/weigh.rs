//! Severity and verdict of a bundle, computed anew and held against what it says.

use serde_json::{Value, json};

use super::{Case, history};
use crate::Key;
use crate::casefile::Dossier;
use crate::facts::Facts;
use crate::verdict::evaluate;

/// What a case comes to.
#[derive(Debug, Clone, Default)]
pub struct Weighed {
    /// The case file that its history leaves, where the chain is whole.
    pub dossier: Option<Dossier>,
    /// What is wrong, each in a sentence.
    pub findings: Vec<String>,
}

/// Walks the history, and computes severity and verdict anew: from the facts that the case states, and from the
/// records that its history leaves.
pub fn weigh(case: &Case, key: Key) -> Weighed {
    let mut weighed = Weighed::default();
    match history::replay(case, key) {
        Ok(dossier) => weighed.dossier = Some(dossier),
        Err(sentence) => weighed.findings.push(sentence),
    }
    if let Err(sentence) = judge(case) {
        weighed.findings.push(sentence);
    }
    if let Some(dossier) = &weighed.dossier {
        if json!(dossier.facts()) != case.facts {
            weighed.findings.push("The facts are not those that the history leaves: they were altered.".into());
        } else if weighed.findings.is_empty() {
            // Nobody's program may read the facts and the records in two ways.
            compare(case, &json!(dossier.evaluation()), &mut weighed.findings);
        }
    }
    weighed
}

fn judge(case: &Case) -> Result<(), String> {
    let facts: Facts = serde_json::from_value(case.facts.clone())
        .map_err(|error| format!("The facts cannot be read by the shape of POST /evaluate: {error}."))?;
    // Facts that contradict each other are those of a case that claims nothing.
    let evaluation = evaluate(&facts).unwrap_or_else(|_| crate::verdict::Evaluation::unassessed());
    let mut findings = Vec::new();
    compare(case, &json!(evaluation), &mut findings);
    if findings.is_empty() { Ok(()) } else { Err(findings.join(" ")) }
}

fn compare(case: &Case, computed: &Value, findings: &mut Vec<String>) {
    let (sev, verdict) = (&computed["severity"], &computed["verdict"]);
    if *sev != case.severity {
        findings.push(format!(
            "The severity is not the one that the facts give: it says {}, and computed anew it is {}.",
            told(&case.severity, "label"),
            told(sev, "label")
        ));
    }
    if *verdict != case.verdict {
        findings.push(format!(
            "The verdict is not the one that the facts give: it says {}, and computed anew it is {}.",
            told(&case.verdict, "verdict"),
            told(verdict, "verdict")
        ));
    }
}

/// A word of a judgement, or that there is none.
pub(super) fn told(judgement: &Value, field: &str) -> String {
    judgement.get(field).and_then(Value::as_str).map_or_else(|| "nothing".into(), |word| format!("“{word}”"))
}
