//! The same bytes under another name: what was said against the one is said of the other.

use super::{Custody, CustodyAct, Evidence};
use crate::casefile::{CaseItem, Dossier, Entry};
use crate::vocabulary::EvidenceStatus;

/// What stands against an item: its standing, and the line of custody that says why.
fn doubt(item: &Evidence) -> Option<(EvidenceStatus, Option<&Custody>)> {
    let last = |act: CustodyAct| item.custody.iter().rfind(|custody| custody.act == act);
    match item.status {
        EvidenceStatus::Withdrawn => Some((item.status, last(CustodyAct::Withdrawn))),
        _ if item.taint.is_some() || item.status == EvidenceStatus::Tainted => {
            Some((EvidenceStatus::Tainted, item.taint.as_ref().or_else(|| last(CustodyAct::Tainted))))
        }
        _ => None,
    }
}

/// The doubt in words: “the same bytes as “w.log”, which was withdrawn: wrong host”.
fn words(twin: &Evidence) -> Option<String> {
    let (status, why) = doubt(twin)?;
    let was = if status == EvidenceStatus::Withdrawn { "was withdrawn" } else { "was found tainted" };
    let why = why.map(|custody| custody.note.as_str()).filter(|note| !note.is_empty());
    Some(format!(
        "the same bytes as “{}”, which {was}{}",
        twin.name,
        why.map(|why| format!(": {why}")).unwrap_or_default()
    ))
}

impl Dossier {
    /// The other items with the bytes of an item.
    fn twins<'a>(&'a self, item: &'a Evidence) -> impl Iterator<Item = &'a CaseItem<Evidence>> {
        self.evidence.iter().filter(|other| other.id != item.id && other.sha256 == item.sha256)
    }

    /// What is said against other items with the same bytes, a line for each.
    pub fn doubts_of_twins(&self, item: &Evidence) -> Vec<String> {
        self.twins(item).filter_map(|twin| words(twin)).collect()
    }
}

impl Entry {
    /// Says of a new item what was said against its bytes under another name. The item is one of its own, such as the
    /// same bytes from another host, and counts: what was wrong with the other need not be wrong with it.
    pub(super) fn doubt_new(&self, item: &mut Evidence) {
        for note in self.dossier().doubts_of_twins(item) {
            item.custody.push(Custody { stamp: self.stamp(), act: CustodyAct::Described, note });
        }
    }

    /// Says it also of those that were there before.
    pub(super) fn tell_twins(&mut self, item: &Evidence) {
        let Some(note) = words(item) else { return };
        for mut twin in self.dossier().twins(item).map(|kept| kept.record.clone()).collect::<Vec<_>>() {
            twin.custody.push(Custody { stamp: self.stamp(), act: CustodyAct::Described, note: note.clone() });
            self.put(twin);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Id;
    use crate::cast::Story;
    use crate::evidence::{StatusDraft, Upload};
    use crate::vocabulary::EvidenceStatus;

    fn upload(story: &mut Story, name: &str) -> Id {
        let upload = Upload {
            id: None,
            name: name.into(),
            sha256: "ab".repeat(32),
            bytes: 1,
            format: "jsonl".into(),
            lines: None,
            source: None,
            collector: None,
        };
        story.enter("Rita", |entry| entry.add_evidence(upload)).unwrap()
    }

    fn set(story: &mut Story, id: &Id, status: &str, reason: &str) {
        let draft: StatusDraft = serde_json::from_value(json!({ "status": status, "reason": reason })).unwrap();
        story.enter("Ada", |entry| entry.set_evidence_status(id, draft)).unwrap();
    }

    /// An item's standing, what its custody says last, and what is said of its twins.
    fn told(story: &Story, id: &Id) -> (EvidenceStatus, String, Vec<String>) {
        let item = story.dossier.evidence.get(id).unwrap();
        let last = item.custody.last().unwrap().note.clone();
        (item.status, last, story.dossier.doubts_of_twins(item))
    }

    #[test]
    fn withdrawn_bytes_under_another_name_say_so() {
        let mut story = Story::new();
        let (first, before) = (upload(&mut story, "w.log"), upload(&mut story, "host-b.log"));
        assert_eq!(told(&story, &before), (EvidenceStatus::Intact, String::new(), vec![]));
        set(&mut story, &first, "withdrawn", "wrong host");
        let said = "the same bytes as “w.log”, which was withdrawn: wrong host".to_string();
        // Nobody has spoken of the one that was there, but it says what was said of its bytes.
        assert_eq!(told(&story, &before), (EvidenceStatus::Intact, said.clone(), vec![said.clone()]));
        let again = upload(&mut story, "w2.log");
        assert_eq!(told(&story, &again), (EvidenceStatus::Intact, said.clone(), vec![said.clone()]));
        // What counts again is no doubt any more.
        set(&mut story, &first, "intact", "It was the right host.");
        assert_eq!(told(&story, &again).2, Vec::<String>::new());
    }

    #[test]
    fn tainted_bytes_under_another_name_say_so() {
        let mut story = Story::new();
        let first = upload(&mut story, "t.log");
        set(&mut story, &first, "tainted", "edited before it was collected");
        let again = upload(&mut story, "t2.log");
        let said = "the same bytes as “t.log”, which was found tainted: edited before it was collected".to_string();
        assert_eq!(told(&story, &again), (EvidenceStatus::Intact, said.clone(), vec![said.clone()]));
        // A taint stays.
        set(&mut story, &first, "withdrawn", "so");
        assert!(told(&story, &again).2[0].contains("withdrawn"));
    }
}
