//! The people of the incident: one accepts what a log proposes, two review by queries and sign.
//!
//! They are eager, and they are no fools: whatever a query returns they judge rightly. So a false proof comes from what
//! the rules let a log or a query prove, and from nothing else.

use std::collections::BTreeSet;

use domain::canonical::hex;
use domain::casefile::{Act as By, Dossier, Entry};
use domain::evidence::Upload;
use domain::exposure::ExposureDraft;
use domain::proposal::{AcceptDraft, Source, in_question, propose};
use domain::reader::log::{Format, LogRecord, Options, WholeLog, detect, read_as, trail_digest};
use domain::review::{Examined, PassedOver, ReviewDraft, naming, renamed};
use domain::time::Zone;
use domain::timeline::Outcome::Denied;
use domain::verdict::Judgement;
use domain::vocabulary::{Completeness, CoverageMode, Op};
use domain::{Id, Instant, Person, Ruled};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::chance::Chance;
use crate::history::HARM;
use crate::shape::{Shape, Whole};
use crate::tamper::Delivered;

/// An incident, and how many names were given in it.
struct Case {
    dossier: Dossier,
    ids: u64,
}

impl Case {
    fn enter<T>(&mut self, who: &str, act: impl FnOnce(&mut Entry) -> Ruled<T>) -> Ruled<T> {
        let mut next = self.ids;
        self.ids += 1_000;
        let ids = move || {
            next += 1;
            Id::new(format!("n{next}"))
        };
        let by = Person { id: Id::new(who), name: who.into(), agent: None };
        let zone = Zone::parse("UTC").expect("a zone");
        let now = Instant::parse("2026-03-20T09:00:00Z").expect("a time");
        let dossier = std::mem::take(&mut self.dossier);
        let before = dossier.clone();
        let mut entry =
            Entry::new(dossier, By { by, names: Vec::new(), now, zone, head: "ab".repeat(32), ids: Box::new(ids) });
        let done = act(&mut entry);
        self.dossier = if done.is_ok() { entry.close().0 } else { before };
        done
    }

    fn upload(&mut self, name: &str, format: Format, text: &str) -> Id {
        let upload = Upload {
            id: None,
            name: name.into(),
            sha256: hex(&Sha256::digest(text.as_bytes())),
            bytes: text.len() as u64,
            format: format.word().into(),
            lines: None,
            source: None,
            collector: None,
        };
        self.enter("rita", |entry| entry.add_evidence(upload)).expect("a file")
    }

    fn read(&mut self, name: &str, shape: &Shape, text: &str) -> (Id, WholeLog) {
        self.read_in(name, shape.format, text)
    }

    fn read_in(&mut self, name: &str, format: Format, text: &str) -> (Id, WholeLog) {
        let id = self.upload(name, format, text);
        let reading = read_as(text.as_bytes(), format, &Options::default());
        self.enter("rita", |entry| entry.set_import(&id, &reading.summary, "read")).expect("a reading");
        (id, reading)
    }
}

/// What became of a run.
pub struct Outcome {
    pub judgement: Judgement,
    /// Whether both could sign.
    pub signed: bool,
    /// What an acceptance was refused with.
    pub refused: Option<String>,
}

/// Everything that the people do. `papers` adds what the configuration and the provider say.
pub fn work(shape: &Shape, op: Op, delivered: &Delivered, papers: bool, careful: bool, chance: &mut Chance) -> Outcome {
    let mut case = Case { dossier: Dossier::default(), ids: 0 };
    if delivered.text.len() < 2_000 || chance.percent(2) {
        let found = detect(delivered.text.as_bytes(), &format!("log.{}", shape.name));
        assert!(delivered.text.len() < 500 || found == shape.format, "{} is taken for {found}", shape.name);
    }
    let (log, reading) = case.read("log", shape, &delivered.text);
    if let Some(beside) = &delivered.beside {
        case.read("beside", shape, beside);
    }
    if let Some((format, text)) = &delivered.elsewhere {
        case.read_in("elsewhere", *format, text);
    }
    let digest = delivered.digest.as_ref().map(|text| {
        case.upload("digest", Format::CloudtrailDigest, text);
        trail_digest(text.as_bytes()).expect("a digest")
    });
    let inventory = case.upload("inventory", Format::Text, "2026-03-18 plans lay open from 17:00 to 19:00");
    let configuration = case.upload("configuration", Format::Text, "2026-03-18 everything of plans is logged");
    let attestation = case.upload("attestation", Format::Text, "2026-03-18 this export is whole");
    let exposure: ExposureDraft = serde_json::from_value(json!({
        "window": { "start": "2026-03-18T17:00:00Z", "end": "2026-03-18T19:00:00Z", "start_evidence": [inventory], "end_evidence": [inventory] },
        "resources": [{ "id": shape.place, "class": "restricted", "paths": [{ "id": "way", "op": op, "channel": shape.channel }] }],
        "principals": { "names": ["forum-agent"] }, "resources_enumerated": "the inventory", "principals_enumerated": "the directory",
    }))
    .expect("an exposure");
    case.enter("rita", |entry| entry.set_exposure(exposure)).expect("an exposure");
    let refused = accept(&mut case, shape, &log, &reading, digest, delivered, papers, (&configuration, &attestation));
    for reviewer in ["grace", "alan"] {
        let filter = query(shape, op, careful, chance);
        review(&mut case, reviewer, shape.place, (&log, &reading, &delivered.text), filter);
    }
    let signed = ["grace", "alan"].into_iter().all(|signer| case.enter(signer, Entry::sign).is_ok());
    Outcome {
        judgement: case.dossier.evaluation().verdict,
        signed,
        refused: refused.err().map(|refusal| refusal.sentence),
    }
}

#[allow(clippy::too_many_arguments, reason = "the parts of one case, named")]
fn accept(
    case: &mut Case,
    shape: &Shape,
    log: &Id,
    reading: &WholeLog,
    digest: Option<domain::reader::log::TrailDigest>,
    delivered: &Delivered,
    papers: bool,
    (configuration, attestation): (&Id, &Id),
) -> Ruled<()> {
    let dossier = &case.dossier;
    let mut hashes: BTreeSet<String> = dossier.evidence.iter().map(|item| item.sha256.clone()).collect();
    hashes.extend(reading.summary.content_sha256.clone());
    let exposure = dossier.exposure();
    let incident: Vec<_> = dossier.evidence.iter().map(|item| &item.record).collect();
    let evidence = dossier.evidence.get(log).expect("the log");
    let digests: Vec<_> = digest.into_iter().collect();
    let proposal = propose(&Source {
        evidence: &evidence.record,
        summary: &reading.summary,
        exposure: &exposure,
        incident: &incident,
        digests: &digests,
        hashes: &hashes,
        in_question: &in_question(dossier),
    });
    let mut draft = AcceptDraft { cells: vec![format!("{}/way", shape.place)], ..AcceptDraft::default() };
    let shown = proposal.mode_of(&Id::new(shape.place), &Id::new("way")) == CoverageMode::All;
    if papers && !shown && delivered.configuration {
        draft.mode = Some(CoverageMode::All);
        draft.mode_evidence = vec![configuration.clone()];
        draft.note = Some("The configuration says so.".into());
    }
    if papers && shape.whole == Whole::Attested && delivered.attestation {
        draft.completeness = Some(Completeness::ProviderAttestation);
        draft.completeness_evidence = vec![attestation.clone()];
        draft.note = Some("Its provider says so.".into());
    }
    case.enter("rita", |entry| entry.accept_proposal(proposal, draft)).map(|_| ())
}

/// What a reviewer asks.
fn query(shape: &Shape, op: Op, careful: bool, chance: &mut Chance) -> serde_json::Value {
    let verb = match op {
        Op::Read | Op::Export => "read",
        Op::List => "list",
        Op::Search => "search",
        Op::Write => "write",
        Op::Delete => "delete",
        Op::Grant => "grant",
    };
    let whole = json!(null);
    let named = json!({ "resource": shape.place });
    let anywhere = json!({ "q": shape.place });
    // In a cluster lists, watches and the end of a namespace show what they do not name: careful people read all.
    if careful && shape.format == Format::K8sAudit && !matches!(op, Op::Write | Op::Grant) {
        return whole;
    }
    if careful {
        return chance.one(&[whole, named, anywhere]).clone();
    }
    let all = [
        whole.clone(),
        whole,
        named,
        anywhere,
        json!({ "resource": shape.place.to_uppercase() }),
        json!({ "resource": shape.place, "verb": verb }),
        json!({ "verb": verb }),
        json!({ "actor": "forum-agent" }),
        json!({ "actor": "Forum-Agent", "resource": shape.place }),
        json!({ "q": "forum-agent" }),
        json!({ "resource": shape.place, "outcome": "success" }),
        json!({ "suggestion": "agent_write" }),
        json!({ "effect": "read" }),
        json!({ "kind": "agent" }),
    ];
    chance.one(&all).clone()
}

fn review(
    case: &mut Case,
    who: &str,
    place: &str,
    (log, reading, text): (&Id, &WholeLog, &str),
    filter: serde_json::Value,
) {
    let whole = filter.is_null();
    let outcome = |found: bool| if found { "unauthorised" } else { "authorised_only" };
    let draft = |found: bool| -> ReviewDraft {
        serde_json::from_value(json!({ "evidence": log, "from": "2026-03-18T17:00:00Z", "to": "2026-03-18T19:00:00Z",
            "method": if whole { "full" } else { "query" }, "depth": "content", "outcome": outcome(found), "filter": filter }))
        .expect("a review")
    };
    let now = Instant::parse("2026-03-20T09:00:00Z").expect("a time");
    let (_, asked) = draft(false).asked(now, &Zone::parse("UTC").expect("a zone")).expect("a query");
    let raw = |record: &LogRecord| {
        let from = record.raw.offset as usize;
        &text[from..from + record.raw.length as usize]
    };
    let (mut records, mut harm) = (0, false);
    let mut passed = PassedOver { resource: Id::new(place), records: 0, renamed: 0, unseen: 0 };
    let naming = naming(&asked, &passed.resource);
    for record in &reading.records {
        let found = asked.finds(record, raw(record).as_bytes());
        if found {
            records += 1;
            harm |= raw(record).contains(HARM) && record.outcome != Denied;
        }
        if naming.as_ref().is_some_and(|naming| naming.finds(record, raw(record).as_bytes())) {
            passed.records += u64::from(!found);
            passed.renamed += u64::from(renamed(&asked, record));
        }
    }
    let passed_over = if passed.records + passed.renamed > 0 { vec![passed] } else { Vec::new() };
    let mut draft = draft(harm);
    draft.examined = Some(Examined { records, sha256: "x".into(), passed_over, ..Examined::default() });
    case.enter(who, |entry| entry.add(draft)).expect("a review");
}
