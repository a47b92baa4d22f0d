//! The case file as JSON, for programs: every record as it is kept, and what severity and verdict come to.

use serde_json::{Value, json};

use crate::canonical::canonical;
use crate::casefile::{Dossier, redact};
use crate::names::spell_out;
use crate::spelling::shown_with;
use crate::verdict::Evaluation;

use super::{ExportOptions, Profile};

/// The form of the document.
const FORM: &str = "inquest-case/1";

/// The case file. In the public profile deleted records, notes and the engine's facts are left out, stand-ins are in the
/// place of names where they refer to somebody, and texts with private names are as somebody decided.
pub fn case_json(dossier: &Dossier, evaluation: &Evaluation, options: &ExportOptions) -> String {
    let document = match options.profile {
        Profile::Internal => document(dossier, json!(evaluation), Some(json!(dossier.facts())), options),
        Profile::Public => {
            let (shown, _, people) = redact::with_names(dossier);
            let mut told = json!(redact::evaluation(evaluation, &shown, &people));
            spell(&mut told, &shown);
            document(&shown, told, None, options)
        }
    };
    // A control stands by its number: the value is the same, and a terminal that prints it is not acted on.
    shown_with(&canonical(&document), |c| {
        c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
    })
    .into_owned()
        + "\n"
}

fn document(dossier: &Dossier, evaluation: Value, facts: Option<Value>, options: &ExportOptions) -> Value {
    let records: Vec<Value> = dossier
        .documents()
        .into_iter()
        .map(|(noun, id, version, deleted, document)| {
            json!({ "noun": noun, "id": id, "version": version, "deleted": deleted, "document": document })
        })
        .collect();
    let evidence: Vec<Value> = dossier
        .evidence
        .iter()
        .map(|item| json!({ "id": item.id, "name": item.name, "sha256": item.sha256, "bytes": item.bytes }))
        .collect();
    json!({
        "form": FORM, "key": dossier.key(), "version": dossier.version, "head": options.head,
        "as_of": options.as_of, "profile": options.profile,
        "severity": evaluation.get("severity"), "verdict": evaluation.get("verdict"), "facts": facts,
        "records": records, "evidence": evidence,
    })
}

/// Names in place of the ids in the engine's sentences.
fn spell(value: &mut Value, shown: &Dossier) {
    match value {
        Value::String(text) => *text = spell_out(text, shown),
        Value::Array(items) => items.iter_mut().for_each(|item| spell(item, shown)),
        Value::Object(fields) => fields.values_mut().for_each(|field| spell(field, shown)),
        _ => {}
    }
}
