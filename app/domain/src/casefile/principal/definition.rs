//! What is said of a principal beside its draft and its rule.

use serde_json::Value;

use super::{Fallback, Principal, PrincipalDraft};
use crate::access::Permit;
use crate::casefile::{Change, Definition, Dossier, Entry, Fields, Handles, empty, labels};
use crate::history::ChangeContext;
use crate::vocabulary::PrincipalKind;
use crate::{Id, Ruled};

impl Definition for Principal {
    const PAGE: &'static str = "principals";
    const PUT_BACK: Result<Permit, &'static str> = Ok(Permit::Edit);
    const FIELDS: Fields = Fields {
        words: labels! { "default_on_unconfirmable" => Fallback, "kind" => PrincipalKind },
        texts: &[
            "agent_version",
            "former_names",
            "framework",
            "grants.expires_at",
            "grants.granted_at",
            "grants.last_review",
            "grants.rationale",
            "grants.review_interval",
            "grants.scope",
            "grants.task",
            "model",
            "part",
            "pin.grants.approver_name",
            "pin.grants.conditions",
            "pin.grants.rationale",
            "pin.grants.task.reference",
            "pin.grants.task.text",
            "pin.grants.ended.reason",
            "pin.history.reason",
            "pin.task",
        ],
        people: &["grants.approver", "owner"],
        names: &["name", "pin.name"],
        references: &["account", "merged"],
        instants: &["pin.grants.from", "pin.grants.recorded", "pin.history.from"],
        codes: &[
            "pin.agent",
            "pin.default_on_unconfirmable",
            "pin.grants.agent",
            "pin.grants.approver",
            "pin.grants.ceiling",
            "pin.grants.id",
            "pin.grants.narrows",
            "pin.grants.resources",
            "pin.grants.rule",
            "pin.grants.until.kind",
            "pin.grants.verbs",
            "pin.history.status",
        ],
        internal: &["former_names", "pin"],
        ..Fields::NONE
    };

    fn name(&self, _dossier: &Dossier) -> Option<String> {
        Some(self.name.clone())
    }

    fn subject(told: &ChangeContext) -> String {
        match told.text("kind") {
            "unknown" => told.named(),
            _ => format!("the {} {}", told.word("kind"), told.quoted("name")),
        }
    }

    fn put_back(entry: &mut Entry, id: &Id, document: &Value) -> Ruled<()> {
        entry.apply_again::<PrincipalDraft>(id, document)
    }

    fn revert(entry: &mut Entry, change: &Change) -> Ruled<()> {
        let was: Principal = crate::casefile::read_older(&change.before)?;
        Self::put_back(entry, &change.id, &change.before)?;
        let mut principal = entry.get::<Principal>(&change.id)?.record;
        // What came by a merge goes with it.
        (principal.former_names, principal.merged) = (was.former_names, was.merged);
        entry.put(principal);
        Ok(())
    }

    fn handles(&self) -> Handles {
        Handles { kind: Some(self.kind.word().into()), name: Some(self.name.clone()), ..Handles::default() }
    }

    fn searched(&self) -> Vec<&str> {
        vec![&self.name, &self.part, &self.owner, &self.model, &self.framework]
    }

    fn public(mut document: Value) -> Option<Value> {
        if document["private"] == true {
            for field in ["part", "owner", "model", "agent_version", "framework", "grants"] {
                empty(&mut document, field);
            }
        }
        Some(document)
    }

    fn imported(self, _entry: &mut Entry) -> Option<Self> {
        Some(Self { account: None, ..self })
    }
}
